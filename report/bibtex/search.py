"""Finds entries by words of their authors, title, year and key, whatever the accents and capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from report.bibtex.latex import decode_plain
from report.bibtex.model import Entry, Library
from report.bibtex.names import split

_AUTHORS = ("author", "editor", "shortauthor", "translator")
_TITLES = ("title", "subtitle", "shorttitle", "booktitle", "maintitle", "journaltitle", "journal")
_DATES = ("date", "year")
_SEARCHED = frozenset((*_AUTHORS, *_TITLES, *_DATES))
_FOLDED_APART = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})


class Card(Struct, frozen=True):
    """What an entry is found by."""

    key: str
    author: str
    title: str
    year: str
    places: tuple[str, ...]
    """Authors, key, dates and titles, as they are compared."""
    together: str
    """The same in one, to be looked through first."""

    @property
    def summary(self) -> str:
        """Who wrote what, and when, in a line."""
        authors = [_family(name) for name in split(self.author)] if self.author else []
        names = ", ".join(authors[:2]) + (" et al." if len(authors) > 2 else "")
        year = f" ({self.year})" if self.year else ""
        return f"{', '.join(filter(None, (names, self.title)))}{year}"


def _family(name: str) -> str:
    """The name by which a person goes."""
    family, comma, _ = name.partition(",")
    return family.strip() if comma else name.strip().rpartition(" ")[2]


def cards(library: Library) -> tuple[Card, ...]:
    """A card for each entry, in the order of the files; worth keeping where there is more than one query."""
    return tuple(_card(entry) for entry in library.entries.values())


def search(library: Library, query: str) -> tuple[Entry, ...]:
    """Entries that have all words of the query, the best first: key, then author, then title, then the rest."""
    return tuple(library.entries[card.key] for card in best(cards(library), query))


def best(cards: Iterable[Card], query: str) -> tuple[Card, ...]:
    """The cards that have all words of the query, the best first."""
    words = folded(query).split()
    whole = [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in words]
    having = [card for card in cards if words and all(word in card.together for word in words)]
    ranked = [(_rank(card.places, words, whole), card) for card in having]
    return tuple(card for _, card in sorted(ranked, key=lambda pair: pair[0]))


def compared(text: str) -> str:
    """The words of a text as they are compared, with one space between them."""
    return " ".join(re.findall(r"\w+", folded(text)))


def folded(text: str) -> str:
    """Text without accents and capitals, as it is compared."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_FOLDED_APART)


def _card(entry: Entry) -> Card:
    values = {name: _readable(value) for name, _, value in reversed(entry.written) if name in _SEARCHED}
    key = folded(entry.key)
    author, date, title = (_joined(values, names) for names in (_AUTHORS, _DATES, _TITLES))
    places = (author, key, date, title)
    shown = (_first(values, _AUTHORS), _first(values, _TITLES), _first(values, _DATES))
    return Card(entry.key, *shown, places, "\n".join(places))


def _first(values: Mapping[str, str], names: Iterable[str]) -> str:
    return next((values[name] for name in names if name in values), "")


def _rank(places: Sequence[str], words: Sequence[str], whole: Sequence[re.Pattern[str]]) -> int:
    """The sum of how well each word is found, 0 the best."""
    if len(words) == 1 and places[1] == words[0]:
        return 0
    return sum(_word_rank(word, pattern, places) for word, pattern in zip(words, whole, strict=True))


def _word_rank(word: str, whole: re.Pattern[str], places: Sequence[str]) -> int:
    """Whole words in the order of the places before parts of words."""
    ranks = [rank if whole.search(place) else rank + len(places) for rank, place in enumerate(places) if word in place]
    return 1 + min(ranks)


def _joined(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return " ".join(folded(values[name]) for name in names if name in values)


def _readable(value: str) -> str:
    return decode_plain(value) if "\\" in value else value.replace("{", "").replace("}", "").replace("~", " ")
