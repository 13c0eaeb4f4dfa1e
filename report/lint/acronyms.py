"""Acronyms in a manuscript: where each is used and where it is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from report.document import Abbreviation
from report.lint.manuscript import Manuscript
from report.lint.prose import Prose
from report.lint.sentences import is_quoted, quotations
from report.lint.wordlists import WELL_KNOWN
from report.source import Span

_ACRONYM = re.compile(r"(?<![\w.’'&/-])([A-Z]{2,6})(?=s?(?![\w&/-]))")
_BEHIND = re.compile(r"([^().;:\x01-\x03]{4,120}?)[\s,]+(?:\(|or |known as |called )[“\"]?([A-Z]{2,6})s?[”\"]?(?!\w)")
_BEFORE = re.compile(r"(?<!\w)([A-Z]{2,6})\s+\(([^()\x01-\x03]{4,120})\)")
_ROMAN = re.compile(r"M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})")
_READ = ("text", "item", "note")


@dataclass(frozen=True, slots=True)
class Acronym:
    """One acronym with the places where it is used, in order."""

    text: str
    uses: tuple[Span, ...]
    is_explained: bool
    early: int
    """How many of the uses stand before it is explained."""


def acronyms(manuscript: Manuscript) -> Iterator[Acronym]:
    """Those of the running text, the lists and the notes, without what everybody knows and what is a name."""
    uses: dict[str, list[Span]] = {}
    early: dict[str, int] = {}
    known = _names(manuscript)
    for prose in manuscript.prose:
        explained = dict(_explained(prose))
        for word, at in _used(prose) if prose.place in _READ else ():
            if word in explained and explained[word] <= at:
                early.setdefault(word, len(uses.get(word, ())))
            if word not in known and explained.get(word) != at:
                uses.setdefault(word, []).append(prose.span(at, at + len(word), manuscript.sources))
        for word in explained:
            early.setdefault(word, len(uses.get(word, ())))
    for word, spans in uses.items():
        yield Acronym(word, tuple(spans), word in early, early.get(word, 0))


def _explained(prose: Prose) -> Iterator[tuple[str, int]]:
    """The acronyms that a paragraph explains, and from where on: in the text, or by `*[UN]: United Nations`."""
    for pattern, acronym, words in ((_BEHIND, 2, 1), (_BEFORE, 1, 2)):
        for found in pattern.finditer(prose.text):
            if _stands_for(found[acronym], found[words]):
                yield found[acronym], found.start(acronym)
    yield from ((piece.node.text, -1) for piece in prose.pieces if isinstance(piece.node, Abbreviation))


def _stands_for(acronym: str, words: str) -> bool:
    """Whether letters of the last words, in their order, make the acronym, the first of them a first letter."""
    near = re.findall(r"[^\W\d_]+", words)[-2 * len(acronym) - 2 :]
    return any(_is_made(acronym.lower(), near[start:]) for start in range(len(near)))


def _is_made(letters: str, words: list[str]) -> bool:
    initials = "".join(word[0].lower() for word in words)
    if not initials.startswith(letters[0]):
        return False
    at = 0
    for initial in initials:
        at += at < len(letters) and initial == letters[at]
    return at >= len(letters) - (len(letters) > 3)


def _used(prose: Prose) -> Iterator[tuple[str, int]]:
    quoted = tuple(quotations(prose))
    for found in _ACRONYM.finditer(prose.text):
        if found[1] in WELL_KNOWN or _ROMAN.fullmatch(found[1]) or is_quoted(prose, *found.span(1), quoted):
            continue
        if not _is_shouted(prose.text, *found.span(1)):
            yield found[1], found.start(1)


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether the word beside it is in capitals too."""
    before = re.search(r"([A-Z]{2,}) $", text[:start])
    return bool(before or re.match(r" [A-Z]{2,}(?!\w)", text[end:]))


def _names(manuscript: Manuscript) -> frozenset[str]:
    """Words in capitals in the names and titles of the bibliography: those are called so."""
    fields = ("author", "editor", "institution", "organization", "publisher", "journaltitle", "title", "shorttitle")
    texts = (work.text(name) for work in manuscript.works.values() for name in fields)
    return frozenset(word for text in texts for word in re.findall(r"[A-Z]{2,6}", text))
