"""Finds entries by words of their authors, title, year and key, whatever the accents and capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from report.bibtex.latex import decode_plain
from report.bibtex.model import Entry, Library

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
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_FOLDED_APART)


def _rank(entry: Entry, words: list[str]) -> int | None:
    """The sum of how well each word is found, 0 the best; nothing where one is missing."""
    values = {name: value for name, _, value in reversed(entry.written)}
    key = folded(entry.key)
    places = (_joined(values, _AUTHORS), key, _joined(values, _DATES), _joined(values, _TITLES))
    if not words or not all(any(word in place for place in places) for word in words):
        return None
    return 0 if [key] == words else sum(_word_rank(word, places) for word in words)


def _word_rank(word: str, places: tuple[str, ...]) -> int:
    """Whole words in the order of the places before parts of words."""
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    ranks = [rank if whole.search(place) else rank + len(places) for rank, place in enumerate(places) if word in place]
    return 1 + min(ranks)


def _joined(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return " ".join(folded(_readable(values[name])) for name in names if name in values)


def _readable(value: str) -> str:
    return decode_plain(value) if "\\" in value else value.replace("{", "").replace("}", "").replace("~", " ")
