"""Reads BibTeX and BibLaTeX files and makes CSL items of the entries that are cited."""

from report.bibtex.entries import parse
from report.bibtex.fields import Items, items, keywords, related
from report.bibtex.model import Entry, Field, Library
from report.bibtex.search import search

__all__ = ["Entry", "Field", "Items", "Library", "items", "keywords", "parse", "related", "search"]
