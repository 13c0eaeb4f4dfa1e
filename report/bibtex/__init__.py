"""Reads BibTeX and BibLaTeX files and makes CSL items of the entries that are cited."""

from __future__ import annotations

from collections.abc import Sequence

from report.bibtex.fields import Items, items, keywords, related
from report.bibtex.model import Entry, Field, Library
from report.bibtex.search import Card, best, cards, compared, folded, search
from report.bibtex.telling import told, used
from report.bibtex.works import Work, works
from report.source import Source


def parse(sources: Sequence[Source]) -> Library:
    """See `entries.parse`, which is loaded where a bibliography is to be read."""
    from report.bibtex.entries import parse as parsed

    return parsed(sources)


__all__ = [
    "Card",
    "Entry",
    "Field",
    "Items",
    "Library",
    "Work",
    "best",
    "cards",
    "compared",
    "folded",
    "items",
    "keywords",
    "parse",
    "related",
    "search",
    "told",
    "used",
    "works",
]
