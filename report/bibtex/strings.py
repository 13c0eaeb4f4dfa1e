"""Values of fields: braced and quoted strings, numbers and string macros, joined by `#`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

MONTHS: Mapping[str, str] = {
    name: name for name in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
}
"""Macros that every file may use, as in the standard styles of BibTeX."""

LONGEST = 10_000
"""Characters that string macros may put into one value; macros made of macros could fill any memory."""

_BRACES = re.compile(r"(?<!\\)[{}]")
_QUOTED_MARKS = re.compile(r'(?<!\\)[{}"]')
_BARE = re.compile(r'[^\s#{}",=]+')
_TEXT = r"[^{}\\]++|\\."
_BRACED = re.compile(rf"\{{(?:{_TEXT}|\{{(?:{_TEXT}|\{{(?:{_TEXT})*+\}})*+\}})*+\}}", re.DOTALL)
_REGULAR_FIELD = rf"([a-z][\w-]*+)\s*+=\s*+({_BRACED.pattern}|\d++|(?:{'|'.join(MONTHS)})\b)\s*+(?:,|(?=\}}))"
_FIELDS = re.compile(_REGULAR_FIELD, re.DOTALL | re.IGNORECASE)
_ENTRY = re.compile(rf"@\w+[ \t]*\{{[^,{{}}]*+,(?:\s*+{_REGULAR_FIELD})*+\s*+\}}", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(r"\s*")


Written = tuple[str, str, str]
"""A field as the file has it: its name in lower case (empty where `%` comments the line out), the expression with
braces, quotes, `#` and macro names, and its value. A bare tuple, because a large file has 100,000 of them."""


class Value(Struct, frozen=True):
    """What an expression comes to."""

    text: str
    undefined: tuple[str, ...] = ()
    """Names that no `@string` defines; `text` has the names themselves."""
    rest: int | None = None
    """Where the expression goes on although it should have ended: a comma is missing before this offset."""
    too_long: bool = False
    """String macros came to more than `LONGEST` characters; `text` has the names of the last ones."""
    is_cut: bool = False
    """The grammar took a quotation mark inside braces for the last one; what stood behind it is lost."""


def evaluate(expression: str, macros: Mapping[str, str], place: int = 0) -> Value:
    """The text of a value from a place on; macro names are the keys of `macros`, in lower case."""
    if not place and is_plain(expression):
        return Value(expression[1:-1])
    if not place and expression.isdecimal():
        return Value(expression)
    texts: list[str] = []
    expanded = 0
    undefined: list[str] = []
    is_cut = False
    while True:
        place = _skip_space(expression, place)
        end = _operand_end(expression, place)
        is_cut = is_cut or (end > len(expression) and not expression.endswith('"'))
        operand = expression[place:end]
        if texts and expression.startswith("=", _skip_space(expression, end)):
            return Value("".join(texts), tuple(undefined), place, expanded > LONGEST, is_cut)
        if operand[:1] in ("{", '"'):
            texts.append(operand[1:].removesuffix("}" if operand[0] == "{" else '"'))
        elif operand.isdecimal() or not operand:
            texts.append(operand)
        else:
            text = macros.get(operand.lower())
            expanded += len(text or "")
            texts.append(operand if text is None or expanded > LONGEST else text)
            undefined += [operand] if text is None else []
        place = _skip_space(expression, end)
        if expression[place : place + 1] != "#":
            break
        place += 1
    rest = place if place < len(expression) else None
    return Value("".join(texts), tuple(undefined), rest, expanded > LONGEST, is_cut)


def is_plain(expression: str) -> bool:
    """Whether it is one braced string, nested three deep at most: nearly all are, and need no further look."""
    return _BRACED.fullmatch(expression) is not None


def is_regular_entry(block: str) -> bool:
    """Whether all fields of an entry are plain strings, numbers or months: then it needs no look at its fields."""
    return _ENTRY.fullmatch(block) is not None


def regular_fields(text: str, start: int, stop: int) -> tuple[Written, ...]:
    """The fields of such an entry, from behind its key on."""
    return tuple(
        (name.lower(), expression, expression[1:-1] if expression[0] == "{" else expression.lower())
        for name, expression in _FIELDS.findall(text, start, stop)
    )


def closing_brace(text: str, opening: int) -> int | None:
    """Offset of the brace that closes the one at `opening`."""
    depth = 0
    for mark in _BRACES.finditer(text, opening):
        depth += 1 if mark.group() == "{" else -1
        if depth == 0:
            return mark.start()
    return None


def _skip_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _operand_end(text: str, start: int) -> int:
    match text[start : start + 1]:
        case "{":
            closing = closing_brace(text, start)
            return len(text) if closing is None else closing + 1
        case '"':
            return _closing_quote(text, start) + 1
        case _:
            bare = _BARE.match(text, start)
            return bare.end() if bare else start


def _closing_quote(text: str, opening: int) -> int:
    depth = 0
    for mark in _QUOTED_MARKS.finditer(text, opening + 1):
        if mark.group() == '"' and depth <= 0:
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark.group(), 0)
    return len(text)
