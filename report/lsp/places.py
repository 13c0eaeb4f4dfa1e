"""Characters ↔ positions as an editor counts them, and paths of a project → addresses, as the protocol writes both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from report.source import Source, Span

Json: TypeAlias = dict[str, Any]
"""A structure of the protocol (LSP 3.17), by its names."""

NOWHERE: Json = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}


class Counting(Struct, frozen=True):
    """How an editor counts the characters of a line: `utf-16` where it asked for nothing else."""

    encoding: str = "utf-16"

    def position(self, source: Source, offset: int) -> Json:
        """The place of a character."""
        place = source.position(offset)
        return {"line": place.line - 1, "character": self._units(source.line(place.line)[: place.column - 1])}

    def range(self, source: Source, start: int, end: int) -> Json:
        """The place of some characters."""
        return {"start": self.position(source, start), "end": self.position(source, max(start, end))}

    def offset(self, source: Source, line: int, character: int) -> int:
        """The character at a place; the end of the line for what is past it."""
        return source.offset(line + 1) + self._characters(source.line(line + 1), character)

    def _units(self, text: str) -> int:
        if text.isascii() or self.encoding == "utf-32":
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "replace"))
        return len(text) + sum(char > "\uffff" for char in text)

    def _characters(self, line: str, units: int) -> int:
        if line.isascii() or self.encoding == "utf-32":
            return min(units, len(line))
        count = 0
        for index, char in enumerate(line):
            if count >= units:
                return index
            count += self._units(char)
        return len(line)


class Places(Struct, frozen=True):
    """Where spans are for an editor."""

    root: Path
    texts: Mapping[str, Source]
    counting: Counting
    addresses: Mapping[str, str]
    """Of the files that are open, as the editor writes them."""

    def address(self, path: str) -> str:
        """The address of a file of the project."""
        return self.addresses.get(path) or (self.root / path).as_uri()

    def range(self, span: Span) -> Json:
        """The place of a span in its file; the beginning of a file that is no text."""
        source = self.texts.get(span.path)
        return self.counting.range(source, span.start, span.end) if source else NOWHERE

    def location(self, span: Span) -> Json:
        """The file and place of a span."""
        return {"uri": self.address(span.path), "range": self.range(span)}
