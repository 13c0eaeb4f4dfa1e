"""The outline: bookmarks of all fragments as one tree."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field


class Entry(Struct):
    """An entry with those below it."""

    label: str
    destination: bytes
    is_open: bool
    below: list[Entry] = field(default_factory=list)

    @property
    def visible(self) -> int:
        """How many entries below are seen, when this one is open."""
        return sum(1 + (entry.visible if entry.is_open else 0) for entry in self.below)


def tree(bookmarks: Iterable[tuple[int, Entry]]) -> Entry:
    """The root over all entries, each given with its level; a level that is left out takes no depth."""
    root = Entry("", b"", is_open=True)
    way = [(0, root)]
    for level, entry in bookmarks:
        while way[-1][0] >= level:
            way.pop()
        way[-1][1].below.append(entry)
        way.append((level, entry))
    return root
