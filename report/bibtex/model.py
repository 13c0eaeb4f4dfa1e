"""The entries of a bibliography as they are written: keys, types and field values, each with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from report.bibtex.strings import Written, regular_fields
from report.bibtex.types import DATA_ONLY
from report.diagnostics import Diagnostic
from report.source import Source, Span


class Field(Struct, frozen=True):
    """What a field holds, LaTeX and all, without its outer braces or quotes and with string macros put in."""

    value: str
    span: Span
    """Of the value in the file, inside its braces or quotes."""

    def part(self, text: str) -> Span:
        """Of the first place where the value has a text; of all of it where it does not stand so in the file."""
        start = self.value.find(text)
        if start < 0 or len(self.value) != self.span.end - self.span.start:
            return self.span
        return replace(self.span, start=self.span.start + start, end=self.span.start + start + len(text))


class Entry(Struct, frozen=True):
    """One entry; `type` is in lower case, as written."""

    key: str
    """In Unicode's form NFC."""
    type: str
    source: Source
    start: int
    """Of the key in the source."""
    end: int
    stop: int
    """Of the whole entry."""
    worked_out: tuple[Written, ...] = ()
    """The fields where string macros, quotes or mistakes had to be worked out; empty: as the source has them."""

    @property
    def span(self) -> Span:
        """Of the key in the file."""
        return self.source.span(self.start, self.end)

    @property
    def written(self) -> tuple[Written, ...]:
        """The fields in the order of the file; of two of one name the first counts."""
        return self.worked_out or regular_fields(self.source.text, self.end, self.stop)

    @property
    def fields(self) -> Mapping[str, Field]:
        """By name; worked out at each call, since most entries of a large file are never cited."""
        found: dict[str, Field] = {}
        for (name, expression, value), (start, end) in zip(self.written, self._places(), strict=True):
            if name and name not in found:
                inner = int(expression[1:-1] == value and expression[:1] in ("{", '"'))
                found[name] = Field(value, self.source.span(start + inner, end - inner))
        return found

    def place(self, name: str) -> tuple[int, int]:
        """Where the expression of a field stands in the source."""
        named = zip(self.written, self._places(), strict=True)
        return next((place for (written, _, _), place in named if written == name), (self.start, self.end))

    def _places(self) -> Iterator[tuple[int, int]]:
        end = self.end
        for _, expression, _ in self.written:
            start, end = _value_place(self.source.text, expression, end)
            yield start, end

    def value(self, name: str) -> str:
        """What the field of that name holds, or nothing."""
        return next((value for written, _, value in self.written if written == name), "")


LOST = "bib-broken-entry"
"""The code of diagnostics about entries that could not be read."""


class Library(Struct, frozen=True):
    """All entries that could be read, by key, and what was wrong with the files."""

    entries: Mapping[str, Entry]
    diagnostics: tuple[Diagnostic, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """From the keys in `ids` fields to those of their entries."""

    def get(self, key: str) -> Entry | None:
        """The entry of that key or alias; keys are compared in NFC."""
        key = normal_key(key)
        return self.entries.get(key) or self.entries.get(self.aliases.get(key, ""))

    def is_lost(self, key: str) -> bool:
        """Whether an entry of that key stands in a file and could not be read: a diagnostic names it then."""
        return any(f"`{normal_key(key)}`" in problem.message for problem in self.diagnostics if problem.code == LOST)

    def keys(self) -> tuple[str, ...]:
        """The keys of all works in the order of the files, without aliases and without entries that only hold data."""
        return tuple(key for key, entry in self.entries.items() if entry.type not in DATA_ONLY)


def normal_key(key: str) -> str:
    """The form in which keys are compared."""
    return unicodedata.normalize("NFC", key.strip())


def key_list(text: str) -> tuple[str, ...]:
    """The keys in a field such as `crossref`, `xdata`, `ids` or `related`."""
    return tuple(key for part in text.split(",") if (key := normal_key(part)))


def _value_place(text: str, expression: str, place: int) -> tuple[int, int]:
    start = text.find(expression, text.find("=", place) + 1)
    return (start, start + len(expression)) if start >= 0 else (place, place)
