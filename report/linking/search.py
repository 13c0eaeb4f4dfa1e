"""Entries of the bibliography as a writer looks for them: found by any word, shown in the project's style."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from report import bibtex, csl
from report.metadata import Metadata
from report.source import Span


class Found(Struct, frozen=True):
    """An entry: how it is cited first, how it is listed, where it stands."""

    key: str
    type: str
    """In CSL."""
    citation: str
    bibliography: str
    span: Span


def find(library: bibtex.Library, style: csl.Style, metadata: Metadata, query: str) -> tuple[Found, ...]:
    """The entries in which every word of the query stands, in author, title, year or key; the best first."""
    works = set(library.keys())
    entries = [entry for entry in bibtex.search(library, query) if entry.key in works]
    return shown(library, style, metadata, entries)


def shown(
    library: bibtex.Library, style: csl.Style, metadata: Metadata, entries: Sequence[bibtex.Entry]
) -> tuple[Found, ...]:
    """The entries in the project's style."""
    items = bibtex.items(library, [entry.key for entry in entries], metadata.titles, metadata.lang).items
    citations = [csl.Citation((csl.Cite(entry.key),), number) for number, entry in enumerate(entries, 1)]
    rendered = csl.process(style, metadata.lang, items, citations)
    listed = {entry.id: csl.to_text(entry.content) for entry in rendered.bibliography}
    types = {str(item["id"]): str(item.get("type", "")) for item in items}
    return tuple(
        Found(entry.key, types[entry.key], csl.to_text(citation.text), listed.get(entry.key, ""), entry.span)
        for entry, citation in zip(entries, rendered.citations, strict=True)
    )
