"""Finds entries by words of their authors, title, year and key, whatever the accents and capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from report.bibtex.latex import decode_plain
from report.bibtex.library import Entry, Library

_AUTHORS = ("author", "editor", "shortauthor", "translator")
_TITLES = ("title", "subtitle", "shorttitle", "booktitle", "maintitle", "journaltitle", "journal")
_DATES = ("date", "year")
_FOLDED_APART = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})


def search(library: Library, query: str) -> tuple[Entry, ...]:
    """Entries that have all words of the query, the best first: key, then author, then title, then the rest."""
    words = folded(query).split()
    ranked = [(rank, entry) for entry in library.entries.values() if (rank := _rank(entry, words)) is not None]
    return tuple(entry for _, entry in sorted(ranked, key=lambda pair: pair[0]))


def folded(text: str) -> str:
    """Text without accents and capitals, as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_FOLDED_APART)


def _rank(entry: Entry, words: list[str]) -> int | None:
    """The sum of how well each word is found, 0 the best; nothing where one is missing."""
    values = {name: value for name, _, value in reversed(entry.written)}
    key = folded(entry.key)
    places = (key, _joined(values, _AUTHORS), _joined(values, _TITLES), _joined(values, _DATES))
    ranks = [_word_rank(word, places) for word in words]
    if not words or None in ranks:
        return None
    return 0 if key == " ".join(words) else 1 + sum(rank for rank in ranks if rank is not None)


def _word_rank(word: str, places: tuple[str, str, str, str]) -> int | None:
    key, authors, titles, years = places
    if word == key:
        return 0
    for rank, text in enumerate((authors, key, years, titles)):
        if re.search(rf"\b{re.escape(word)}\b", text):
            return 1 + rank
    return next((5 + rank for rank, text in enumerate((authors, key, titles, years)) if word in text), None)


def _joined(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return " ".join(folded(_readable(values[name])) for name in names if name in values)


def _readable(value: str) -> str:
    return decode_plain(value) if "\\" in value else value.replace("{", "").replace("}", "").replace("~", " ")
