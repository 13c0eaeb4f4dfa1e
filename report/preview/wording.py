"""Finds the words of a printed line in the text that they come from, whatever marks stand between them there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from report.source import Span

MOST_WORDS, FEWEST_WORDS = 8, 2
"""How many words in a row are looked for; in a whole report, at least."""


def found_in(line: str, part: float, text: str, start: int, end: int) -> int | None:
    """Where in a part of a text the word stands that is at a part (0 to 1) of a line; None where it has none of it."""
    return next(((place for _, place in _found(line, part, _worded(text, start, end), 1))), None)


def wherever(line: str, part: float, texts: Mapping[str, str]) -> Span | None:
    """The same in any of some texts, in the one that has most of the words around."""
    found = (
        (count, path, place)
        for path, text in texts.items()
        for count, place in [next(_found(line, part, _worded(text, 0, len(text)), FEWEST_WORDS), (0, 0))]
        if count
    )
    best = max(found, key=lambda one: one[0], default=None)
    return Span(best[1], best[2]) if best else None


class _Worded(Struct, frozen=True):
    """A text as its words."""

    words: str
    """Between spaces, in small letters."""
    starts: tuple[int, ...]
    """Where each begins in there."""
    places: tuple[int, ...]
    """And in the text."""


@lru_cache(maxsize=64)
def _worded(text: str, start: int, end: int) -> _Worded:
    found = [(match[0].casefold(), match.start()) for match in _WORD.finditer(text, start, end or len(text))]
    starts, length = [], 1
    for word, _ in found:
        starts.append(length)
        length += len(word) + 1
    return _Worded(f" {' '.join(word for word, _ in found)} ", tuple(starts), tuple(place for _, place in found))


_WORD = re.compile(r"\w+")


def _found(line: str, part: float, text: _Worded, fewest: int) -> Iterator[tuple[int, int]]:
    """How many words around a place of a line were found in a row, and where the one at the place stands."""
    line = line.replace("\u00ad", "")
    words = [(match[0].casefold(), match.start()) for match in _WORD.finditer(line)]
    if not words:
        return
    wanted = max(0, bisect_right([place for _, place in words], max(0.0, part) * len(line)) - 1)
    for count in range(min(MOST_WORDS, len(words)), fewest - 1, -1):
        firsts = range(max(0, wanted - count + 1), min(wanted, len(words) - count) + 1)
        for first in sorted(firsts, key=lambda one: abs(one + count / 2 - wanted)):
            at = text.words.find(f" {' '.join(word for word, _ in words[first : first + count])} ")
            if at >= 0:
                yield count, text.places[bisect_right(text.starts, at + 1) - 1 + wanted - first]
                return
    for count, first in ((2, first) for first in sorted(range(len(words) - 1), key=lambda one: abs(one - wanted))):
        at = text.words.find(f" {words[first][0]} {words[first + 1][0]} ")
        if at >= 0:
            yield count, text.places[bisect_right(text.starts, at + 1) - 1]
            return
