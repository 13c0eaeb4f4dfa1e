"""Characters of a text ↔ positions as an editor counts them, and paths of a project ↔ addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from report.source import Source, Span

NOWHERE = types.Range(types.Position(0, 0), types.Position(0, 0))


@dataclass(frozen=True, slots=True)
class Counting:
    """How an editor counts the characters of a line: `utf-16` where it asked for nothing else."""

    encoding: str = "utf-16"

    def position(self, source: Source, offset: int) -> types.Position:
        """The place of a character."""
        place = source.position(offset)
        return types.Position(place.line - 1, self._units(source.line(place.line)[: place.column - 1]))

    def range(self, source: Source, start: int, end: int) -> types.Range:
        """The place of some characters."""
        return types.Range(self.position(source, start), self.position(source, max(start, end)))

    def offset(self, source: Source, position: types.Position) -> int:
        """The character at a place; the end of the line for what is past it."""
        line = source.line(position.line + 1)
        return source.offset(position.line + 1) + self._characters(line, position.character)

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


@dataclass(frozen=True, slots=True)
class Places:
    """Where spans are for an editor."""

    root: Path
    texts: Mapping[str, Source]
    counting: Counting
    addresses: Mapping[str, str]
    """Of the files that are open, as the editor writes them."""

    def address(self, path: str) -> str:
        """The address of a file of the project."""
        return self.addresses.get(path) or (self.root / path).as_uri()

    def range(self, span: Span) -> types.Range:
        """The place of a span in its file; the beginning of a file that is no text."""
        source = self.texts.get(span.path)
        return self.counting.range(source, span.start, span.end) if source else NOWHERE

    def location(self, span: Span) -> types.Location:
        """The file and place of a span."""
        return types.Location(self.address(span.path), self.range(span))


def path_of(address: str) -> Path | None:
    """The path that an address names; None where it names no file."""
    try:
        found = to_fs_path(address)
        path = Path(found) if found else None
    except ValueError:
        return None
    return path if path and path.is_absolute() and "\0" not in str(path) else None


def within(root: Path, path: Path) -> str | None:
    """The path from a folder, with `/` between its parts; None where it leads out."""
    for base, inner in ((root, path), (root.resolve(), path.resolve())):
        if inner.is_relative_to(base) and ".." not in inner.relative_to(base).parts:
            return inner.relative_to(base).as_posix()
    return None
