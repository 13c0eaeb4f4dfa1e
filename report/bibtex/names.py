"""Names of persons and bodies as CSL-JSON, by the rules of BibTeX and of biblatex's extended name format.

A name in braces as a whole is a literal; `others` becomes the literal "others", which stands for "et al."; a prefix is
a dropping particle, with `useprefix` a non-dropping one (biblatex manual, "useprefix").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from report.bibtex.latex import decode_plain
from report.bibtex.richtext import escaped
from report.bibtex.strings import closing_brace

CslName = dict[str, str]

_MARKS = re.compile(r"\\.|[{}]|,|[\s~]+|[^\\{},\s~]+", re.DOTALL)
_EXTENDED = re.compile(r'\s*"?\s*(?:(?:family|given|prefix|suffix)(?:-i)?|id|useprefix)\s*=', re.IGNORECASE)
_OPTION = re.compile(r"\s*(\w+)\s*=\s*(true|false)\s*", re.IGNORECASE)
_COMPANY = re.compile(r"\s(?:and|&|\\&)\s|,")


class Names(Struct, frozen=True):
    """The names of one field, and those of them that are no names as written."""

    names: tuple[CslName, ...] = ()
    wrong: tuple[str, ...] = ()
    """Names with more commas than a name can have; each is kept as a literal."""


def parse(text: str, useprefix: bool = False) -> Names:
    """The names in a field; escaped as all text in items is."""
    names: list[CslName] = []
    wrong: list[str] = []
    for written in split(text):
        if option := _OPTION.fullmatch(written):
            useprefix = option[2].lower() == "true" if option[1].lower() == "useprefix" else useprefix
            continue
        name = _name(written, useprefix)
        if name is None:
            wrong.append(written)
            name = {"literal": _text(written)}
        names += [name] if any(name.values()) else []
    return Names(tuple(names), tuple(wrong))


def split(text: str) -> tuple[str, ...]:
    """The parts of a list between the word `and`, outside braces."""
    parts: list[str] = []
    current: list[str] = []
    for word in _words(text):
        if word.lower() == "and":
            parts.append("".join(current))
            current = []
        else:
            current.append(word)
    parts.append("".join(current))
    return tuple(part.strip() for part in parts if part.strip())


def _words(text: str) -> Iterator[str]:
    """Words, commas and the spaces between, outside braces; a group belongs to its word."""
    word: list[str] = []
    depth = 0
    for mark in _MARKS.findall(text):
        depth = max(0, depth + {"{": 1, "}": -1}.get(mark, 0))
        if depth == 0 and (mark == "," or mark[0].isspace() or mark[0] == "~"):
            if word:
                yield "".join(word)
            yield mark
            word = []
        else:
            word.append(mark)
    if word:
        yield "".join(word)


def _name(written: str, useprefix: bool) -> CslName | None:
    if written.lower() == "others":
        return {"literal": "others"}
    if _EXTENDED.match(written):
        return _extended(written, useprefix)
    if _is_literal(written):
        return {"literal": _text(written)}
    sections = _sections(written)
    match len(sections):
        case 1:
            given, prefix, family = _split_natural(sections[0])
            return _csl(given, prefix, family, [], useprefix)
        case 2:
            prefix, family = _split_prefix(sections[0])
            return _csl(sections[1], prefix, family, [], useprefix)
        case 3:
            prefix, family = _split_prefix(sections[0])
            return _csl(sections[2], prefix, family, sections[1], useprefix)
        case _:
            return None


def _is_literal(written: str) -> bool:
    """Whether braces hold all of the name, or begin it with what can only be a body's: `{Barnes and Noble} Inc.`"""
    if not written.startswith("{") or written.startswith("{\\"):
        return False
    closing = closing_brace(written, 0)
    if closing is None:
        return False
    rest = written[closing + 1 :]
    return not rest.strip() or ("," not in rest and bool(_COMPANY.search(written[:closing])))


def _sections(written: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for word in _words(written):
        if word == ",":
            sections.append([])
        elif not word[0].isspace() and word[0] != "~":
            sections[-1].append(word)
    return sections


def _split_natural(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Given names, prefix and family name of "First von Last"."""
    lower = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    if not lower:
        return words[:-1], [], words[-1:]
    return words[: lower[0]], words[lower[0] : lower[-1] + 1], words[lower[-1] + 1 :]


def _split_prefix(words: list[str]) -> tuple[list[str], list[str]]:
    """Prefix and family name of "von Last"."""
    lower = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    end = lower[-1] + 1 if lower else 0
    return words[:end], words[end:]


def _is_lower(word: str) -> bool:
    """Whether the first letter outside braces is a small one; an accented letter counts, other braces have no case."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letters = (letter for letter in decode_plain(word) if letter.isalpha())
    return next(letters, "A").islower()


def _csl(given: list[str], prefix: list[str], family: list[str], suffix: list[str], useprefix: bool) -> CslName:
    if not family and not prefix:
        given, family = [], given
    particle = "non-dropping-particle" if useprefix else "dropping-particle"
    parts = {"family": family, "given": given, particle: prefix, "suffix": suffix}
    return {part: text for part, words in parts.items() if (text := _text(" ".join(words)))}


def _extended(written: str, useprefix: bool) -> CslName:
    parts = dict(_assignments(written))
    option = parts.get("useprefix")
    useprefix = option.lower() == "true" if option else useprefix
    particle = "non-dropping-particle" if useprefix else "dropping-particle"
    keys = {"family": "family", "given": "given", "prefix": particle, "suffix": "suffix"}
    return {csl: text for part, csl in keys.items() if (text := _text(parts.get(part, "")))}


def _assignments(written: str) -> Iterator[tuple[str, str]]:
    """The parts of an extended name; quotation marks around a part or around all of it are taken away."""
    assignment: list[str] = []
    for word in [*_words(written), ","]:
        if word != ",":
            assignment.append(word)
            continue
        name, equals, value = "".join(assignment).strip().strip('"').partition("=")
        if equals:
            yield name.strip().lower(), value.strip().strip('"')
        assignment = []


def _text(latex: str) -> str:
    return escaped(decode_plain(latex))
