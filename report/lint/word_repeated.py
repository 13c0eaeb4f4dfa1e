"""A word that is written twice in a row.

It happens most at the end of a line, where nobody sees it. Words that may rightly follow themselves (`had had`,
`that that`, in German `die die`) and names (`Duran Duran`) are left alone, and so is what is quoted. In English,
German and French; nothing is said of other languages.

Fires:

    The office of the
    the harbour was closed.

Does not:

    She had had the key, and he knew that that was so.

`report check --fix` takes the second word out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Edit
from report.lint.manuscript import Finding, Manuscript
from report.lint.prose import Prose
from report.lint.sentences import is_quoted
from report.lint.wordlists import RIGHTLY_REPEATED, WRONGLY_REPEATED

CODE = "word-repeated"
SEVERITY = "warning"

_TWICE = re.compile(r"(?<![\w’'\-–/.])([^\W\d_]{2,})((?:\s+\1)+)(?![\w’'\-–/])", re.IGNORECASE)


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every such word, with those behind it."""
    for prose in manuscript.prose:
        if prose.place != "quote":
            yield from _in(prose, manuscript)


def _in(prose: Prose, manuscript: Manuscript) -> Iterator[Finding]:
    for found in _TWICE.finditer(prose.text):
        word, again = found[1], found[2]
        if not _is_wrong(word, again, prose) or is_quoted(prose, *found.span()):
            continue
        if _is_marked_up(prose, *found.span()):
            continue
        place, written = prose.exactly(*found.span(2), manuscript.sources)
        edits = (Edit(place, written, ""),) if written else ()
        span = prose.span(found.start(2) + len(again) - len(word), found.end(2), manuscript.sources)
        yield Finding(f"`{word}` is repeated", span, ("take it out once",), edits)


def _is_wrong(word: str, again: str, prose: Prose) -> bool:
    language = prose.language.partition("-")[0].lower()
    if all(part[0].isupper() for part in (word, *again.split())):
        return False  # a name
    return (
        word.lower() not in RIGHTLY_REPEATED if language == "en" else word.lower() in WRONGLY_REPEATED.get(language, ())
    )


def _is_marked_up(prose: Prose, start: int, end: int) -> bool:
    """Whether the words stand in different marking, such as a word and the same word as a word."""
    return len({prose.piece(at).emphasized for at in range(start, end)}) > 1
