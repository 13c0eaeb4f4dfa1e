"""Sort keys of cites and entries, and the order of texts. CSL 1.0.2, section "Sorting".

No collation library is light enough; this is the part of the Unicode collation algorithm that bibliographies need.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from report.csl.context import Context, Scope, SortNames, State
from report.csl.dates import sort_node
from report.csl.item import DATE_VARIABLES, NAME_VARIABLES, NUMBER_VARIABLES, Reference
from report.csl.person import NameForm, sort_person
from report.csl.render import macro
from report.csl.richtext import Node, parse, plain
from report.csl.style import Element, count
from report.csl.tree import Text

Collated: TypeAlias = "tuple[str, str, str]"
"""Base letters, then accents, then case."""

_FOLDED = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "\u00a0": " ",
    "ʻ": None, "ʿ": None, "ʾ": None, "ʼ": None,
})  # fmt: skip
_LETTERS_OF = {
    "sv": ("å", "ä", "ö"), "fi": ("å", "ä", "ö"), "nb": ("æ", "ø", "å"), "nn": ("æ", "ø", "å"), "da": ("æ", "ø", "å"),
    "et": ("õ", "ä", "ö", "ü"), "pl": ("ą", "ć", "ę", "ł", "ń", "ó", "ś", "ź", "ż"), "es": ("ñ",),
    "cs": ("č", "ř", "š", "ž"), "sk": ("č", "š", "ž"), "hr": ("č", "ć", "đ", "š", "ž"), "sl": ("č", "š", "ž"),
    "lv": ("č", "š", "ž"), "lt": ("č", "š", "ž"), "tr": ("ç", "ğ", "ö", "ş", "ü"), "hu": ("ö", "ü"),
}  # fmt: skip
"""Letters of their own rather than accented ones; the first four languages have them after z."""
_AFTER_Z = frozenset(("sv", "fi", "nb", "nn", "da", "et"))


def _tailored(text: str, language: str) -> str:
    letters = _LETTERS_OF.get(language, ())
    for index, letter in enumerate(letters):
        if letter in text:
            base = "z" if language in _AFTER_Z else unicodedata.normalize("NFD", letter)[0].replace("ł", "l")
            text = text.replace(letter, f"{base}\uffff{index}")
    return text


@lru_cache(maxsize=8192)
def collate(text: str, language: str) -> Collated:
    """A key that orders texts as a dictionary of that language would: base letters, accents, case."""
    folded = _tailored(unicodedata.normalize("NFC", text.casefold()), language)
    decomposed = unicodedata.normalize("NFKD", folded).translate(_FOLDED)
    base = "".join(c for c in decomposed if c.isalnum() or c in " \x01\x02\uffff")
    return (" ".join(base.split(" ")).strip(" "), decomposed, text.swapcase())


class SortKey(Struct, frozen=True):
    """A compiled `key`."""

    value: Callable[[Context], str]
    descending: bool
    names: SortNames


def compile_keys(scope: Scope) -> tuple[SortKey, ...]:
    """The keys of an area's `sort`, in order."""
    sort = scope.area.child("sort")
    return tuple(_compile(key, scope) for key in (sort.children if sort else ()) if key.name == "key")


def _compile(key: Element, scope: Scope) -> SortKey:
    last = key.get("names-use-last")
    names = SortNames(count(key.get("names-min")), count(key.get("names-use-first")), last == "true" if last else None)
    value = _macro_value(key.get("macro"), scope) if "macro" in key.attributes else _variable_value(key, scope)
    return SortKey(value, key.get("sort") == "descending", names)


def _macro_value(name: str, scope: Scope) -> Callable[[Context], str]:
    def value(context: Context) -> str:
        out: list[Node] = []
        macro(scope, name)(context, out)
        return "".join(map(plain, out)).strip()

    return value


def _variable_value(key: Element, scope: Scope) -> Callable[[Context], str]:
    name = key.get("variable")
    if name in NAME_VARIABLES:
        form = NameForm.of(None, "long", {}, scope.style.root)
        language = scope.locale.name
        return lambda context: "\x02".join(
            sort_person(person, form, language) for person in context.reference.names(name)
        )
    if name in DATE_VARIABLES:
        return lambda context: _date_value(context, name)
    if name in NUMBER_VARIABLES:
        return lambda context: _number_value(context.text(name))
    return lambda context: "".join(map(plain, parse(context.text(name))))


def _date_value(context: Context, name: str) -> str:
    date = context.reference.date(name)
    node = sort_node(date, None) if date else None
    return node.value if isinstance(node, Text) else ""


def _number_value(text: str) -> str:
    digits = text.strip()
    return digits.zfill(10) if digits.isdecimal() else text


def sort_references(
    references: Sequence[Reference], keys: Sequence[SortKey], scope: Scope, states: Sequence[State]
) -> list[int]:
    """Indexes of the references in the order of the keys; stable, empty values last in both directions."""
    order = list(range(len(references)))
    language = scope.locale.name.partition("-")[0]
    for key in reversed(keys):
        values = [_evaluate(key, scope, references[i], states[i]) for i in range(len(references))]
        collated = [collate(value, language) for value in values]
        filled = [index for index in order if values[index]]
        filled.sort(key=collated.__getitem__, reverse=key.descending)
        order = filled + [index for index in order if not values[index]]
    return order


def _evaluate(key: SortKey, scope: Scope, reference: Reference, state: State) -> str:
    context = Context(scope, reference, state)
    context.sorting = True
    context.sort_names = key.names
    return key.value(context)
