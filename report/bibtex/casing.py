"""English titles in sentence case, the form in which CSL wants them; what is protected or has inner capitals stays.

As in pandoc and Better BibTeX: the first word of a title and of a subtitle keeps its capital; a word with a capital or
a digit after its first letter is left alone, and so is a single letter other than the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.bibtex.richtext import NOCASE, Rich, Run, plain

_WORD = re.compile(r"[^\W_][\w'’]*(?:\.\w+)*")
_OPENING = " \u00a0“”‘’\"'([{«»„‚¿¡"
_ABBREVIATION = re.compile(r"(?:\b[^\W\d_]{1,3}|[.&]\w+)\.$")
_LOOK_BACK = 24


def sentence_case(title: Rich) -> Rich:
    """The title with its words in lower case, except those that keep their capitals."""
    text = plain(title)
    changed = list(text)
    for word in _WORD.finditer(text):
        if _loses_capital(word.group(), text[word.end() : word.end() + 1]) and not _starts_sentence(text, word.start()):
            changed[word.start()] = text[word.start()].lower()
    return tuple(_recased(title, changed))


def _loses_capital(word: str, following: str) -> bool:
    first, rest = word[0], word[1:]
    if not first.isupper() or len(first.lower()) != 1 or any(letter.isupper() or letter.isdigit() for letter in rest):
        return False
    if rest:
        return not word.startswith(("I'", "I’"))
    return word == "A" and following != "."


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(_OPENING)
    if not before:
        return True
    if before[-1] == ".":
        return _ABBREVIATION.search(before) is None
    return before[-1] in ":?!—" or before.endswith((" –", " -"))


def _recased(title: Rich, changed: list[str]) -> Iterator[Run]:
    place = 0
    for run in title:
        end = place + len(run.text)
        yield run if NOCASE in run.tags else Run("".join(changed[place:end]), run.tags)
        place = end
