"""Acronyms in a manuscript: where each is used and where it is explained."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from report.bibtex import Work
from report.document import Abbreviation
from report.lint.prose import Prose
from report.lint.sentences import is_quoted
from report.lint.wordlists import WELL_KNOWN
from report.source import Source, Span

_ACRONYM = re.compile(r"(?<![\w.’'&/-])([A-Z]{2,6})(?=s?(?![\w&/-]))")
_LEADING = re.compile(r"[\s,]+(?:\(|or |known as |called )[“\"]?$")
_IN_BRACKETS = re.compile(r"s?\s+\(([^()\x01-\x03]{4,120})\)")
_NEAR = 120
"""Characters before an acronym among which its words are looked for."""
_ROMAN = re.compile(r"M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})")
_READ = ("text", "item", "note")


class Acronym(Struct, frozen=True):
    """One acronym with the places where it is used, in order."""

    text: str
    uses: tuple[Span, ...]
    is_explained: bool
    early: int
    """How many of the uses stand before it is explained."""


def acronyms(proses: Iterable[Prose], works: Iterable[Work], sources: Mapping[str, Source]) -> Iterator[Acronym]:
    """Those of the running text, the lists and the notes, without what everybody knows and what is a name."""
    uses: dict[str, list[Span]] = {}
    early: dict[str, int] = {}
    known = _names(works)
    for prose in proses:
        found = tuple(_ACRONYM.finditer(prose.text))
        explained = dict(_explained(prose, found))
        for word, at in _used(prose, found) if prose.place in _READ else ():
            if word in explained and explained[word] <= at:
                early.setdefault(word, len(uses.get(word, ())))
            if word not in known and explained.get(word) != at:
                uses.setdefault(word, []).append(prose.span(at, at + len(word), sources))
        for word in explained:
            early.setdefault(word, len(uses.get(word, ())))
    for word, spans in uses.items():
        yield Acronym(word, tuple(spans), word in early, early.get(word, 0))


def _explained(prose: Prose, acronyms: Iterable[re.Match[str]]) -> Iterator[tuple[str, int]]:
    """The acronyms that a paragraph explains, and from where on: in the text, or by `*[UN]: United Nations`."""
    for found in acronyms:
        before = prose.text[max(0, found.start() - _NEAR) : found.start()]
        behind = _IN_BRACKETS.match(prose.text, found.end())
        words = (_LEADING.sub("", before) if _LEADING.search(before) else "", behind[1] if behind else "")
        if any(_stands_for(found[1], one) for one in words if one):
            yield found[1], found.start()
    yield from ((piece.node.text, -1) for piece in prose.pieces if isinstance(piece.node, Abbreviation))


def _stands_for(acronym: str, words: str) -> bool:
    """Whether letters of the last words, in their order, make the acronym, the first of them a first letter."""
    near = re.findall(r"[^\W\d_]+", re.split(r"[().;:\x01-\x03]", words)[-1])[-2 * len(acronym) - 2 :]
    return any(_is_made(acronym.lower(), near[start:]) for start in range(len(near)))


def _is_made(letters: str, words: list[str]) -> bool:
    initials = "".join(word[0].lower() for word in words)
    if not initials.startswith(letters[0]):
        return False
    at = 0
    for initial in initials:
        at += at < len(letters) and initial == letters[at]
    return at >= len(letters) - (len(letters) > 3)


def _used(prose: Prose, acronyms: Sequence[re.Match[str]]) -> Iterator[tuple[str, int]]:
    for found in acronyms:
        if found[1] in WELL_KNOWN or _ROMAN.fullmatch(found[1]) or is_quoted(prose, *found.span(1)):
            continue
        if not _is_shouted(prose.text, *found.span(1)):
            yield found[1], found.start(1)


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether the word beside it is in capitals too."""
    before = re.search(r"[A-Z]{2} $", text[max(0, start - 3) : start])
    return bool(before or re.match(r" [A-Z]{2,}(?!\w)", text[end : end + 20]))


def _names(works: Iterable[Work]) -> frozenset[str]:
    """Words in capitals in the names and titles of the bibliography: those are called so."""
    fields = ("author", "editor", "institution", "organization", "publisher", "journaltitle", "title", "shorttitle")
    texts = (work.text(name) for work in works for name in fields)
    return frozenset(word for text in texts for word in re.findall(r"[A-Z]{2,6}", text))
