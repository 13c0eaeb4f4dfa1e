"""A text with its path, and the places in it: offsets count characters from 0, lines and columns from 1."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from functools import lru_cache
from operator import attrgetter

from msgspec import Struct


class Span(Struct, frozen=True, order=True):
    """Characters `start` to `end` (half-open) of the author's file at `path`, relative to the project."""

    path: str
    start: int = 0
    end: int = 0


class Position(Struct, frozen=True):
    """A place as people and editors name it: line and column, both from 1."""

    line: int
    column: int


class Origin(Struct, frozen=True):
    """Where the characters of a generated text come from, from offset `start` on."""

    start: int
    path: str
    offset: int
    length: int = 0
    """0: the text runs along with the file; else all of it was made by that many characters of the file."""


class Source(Struct, frozen=True):
    """The text of one file, or a text generated from files, whose `origins` (in order) lead back to them."""

    path: str
    text: str
    origins: tuple[Origin, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the text and of where it comes from, in hexadecimal."""
        return hashlib.sha256(repr((self.path, self.text, self.origins)).encode("utf-8", "surrogatepass")).hexdigest()

    def span(self, start: int, end: int) -> Span:
        """The place in the author's file of the characters `start` to `end` of this text."""
        if not self.origins:
            return Span(self.path, start, end)
        first, last = self._origin(start), self._origin(max(start, end - 1))
        if first.length:
            return Span(first.path, first.offset, first.offset + first.length)
        begin = first.offset + start - first.start
        if last.path != first.path or last.length:
            following = self.origins[bisect_right(self.origins, start, key=_START) :]
            return Span(first.path, begin, first.offset + (following[0].start if following else end) - first.start)
        return Span(first.path, begin, max(begin, last.offset + end - last.start))

    def position(self, offset: int) -> Position:
        """Line and column of a character of this text."""
        offset = max(0, min(offset, len(self.text)))
        starts = _line_starts(self.text)
        line = bisect_right(starts, offset)
        return Position(line=line, column=offset - starts[line - 1] + 1)

    def offset(self, line: int, column: int = 1) -> int:
        """The character at a line and column; the last line for lines past it."""
        starts = _line_starts(self.text)
        return min(starts[max(0, min(line, len(starts)) - 1)] + column - 1, len(self.text))

    def line_span(self, number: int) -> Span:
        """The place of a line, without the white space around it."""
        start = self.offset(number)
        text = self.line(number)
        indent = len(text) - len(text.lstrip())
        return self.span(start + indent, start + max(indent + 1, len(text.rstrip())))

    def line(self, number: int) -> str:
        """The text of a line, without its end; empty past the last."""
        starts = (*_line_starts(self.text)[number - 1 : number + 1], len(self.text) + 1) if number > 0 else ()
        return self.text[starts[0] : starts[1] - 1] if len(starts) > 1 else ""

    def _origin(self, offset: int) -> Origin:
        index = bisect_right(self.origins, offset, key=_START) - 1
        return self.origins[max(0, index)]


_START = attrgetter("start")


@lru_cache(maxsize=16)
def _line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins; a text with many diagnostics is asked for many."""
    starts = [0]
    while (end := text.find("\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return tuple(starts)
