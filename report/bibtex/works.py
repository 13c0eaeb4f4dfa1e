"""Entries as works: their type and their fields under biblatex's names, with what they inherit, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from report.bibtex.inheritance import Resolved, resolve
from report.bibtex.latex import decode_plain
from report.bibtex.model import Entry, Field, Library
from report.bibtex.types import DATA_ONLY
from report.source import Span


class Work(Struct, frozen=True):
    """One work; aliases of types and fields are resolved."""

    entry: Entry
    type: str
    fields: Mapping[str, Field]

    @property
    def is_part(self) -> bool:
        """Whether it stands in a book, beside others."""
        return self.type.startswith(("in", "supp", "bookin"))

    def text(self, name: str) -> str:
        """What a field says; nothing where there is none."""
        value = self.raw(name)
        return decode_plain(value) if "\\" in value or "{" in value else value

    def raw(self, name: str) -> str:
        """What a field holds as it is written: for addresses and numbers."""
        return self.fields[name].value.strip() if name in self.fields else ""

    def place(self, name: str) -> Span:
        """Where the value of a field stands, which may be in the entry that it is inherited from."""
        return self.fields[name].span


def works(library: Library, keys: Iterable[str]) -> Iterator[Work]:
    """The works with these keys, each once; what is no work is passed over."""
    known: dict[str, Resolved] = {}
    for key in dict.fromkeys(entry.key for key in keys if (entry := library.get(key))):
        found = resolve(library, library.entries[key], known)
        if found.type not in DATA_ONLY:
            yield Work(found.entry, found.type, found.fields)
