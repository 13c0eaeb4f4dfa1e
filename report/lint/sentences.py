"""Where sentences and quotations begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from report.lint.prose import CALL, Prose
from report.words import words

_END = re.compile(rf"[.!?…]+[”’»“\"')\]]*{CALL}*(?=\s+[“‘„«\"'(\[¿¡]*[^\W_a-zß-ÿ]|\s+[{CALL}\x02\x03]|\s*$)")
"""Marks that end a sentence, with the notes behind them, where the next one begins with a capital or a number."""

_ABBREVIATED = re.compile(
    r"(?:(?<!\w)(?:[A-ZÀ-Þ]|[Nn]os?|[Pp]p?|vols?|chaps?|paras?|secs?|figs?|arts?|eds?|vs|cf|ca|c|al|etc|e\.g|i\.e|"
    r"Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Lt|Maj|Capt|Sgt|Rev|Hon|Sen|Rep|Gov|Amb|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|"
    r"Dec|Inc|Ltd|Co|Corp|Jr|Sr|Nr|Bd|Abs|Art|S|z\.\s?B|d\.\s?h|u\.\s?a)|(?<!\w)(?:\w\.)+\w|(?<!\S)\d{1,2})\.$"
)
"""A point behind these ends no sentence: initials, abbreviations, ordinals of German."""

_LONGEST = 24
"""Characters before a point that may make an abbreviation of it."""


def sentences(prose: Prose) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, the notes at its end among it."""
    start, last = 0, len(prose.text.rstrip())
    quoted = quotations(prose)
    for found in _END.finditer(prose.text):
        if _around(quoted, found.end() - 1, found.end() + 1):
            continue  # the sentence is that around the quotation
        before = prose.text[max(start, found.start() - _LONGEST) : found.start() + 1]
        if found.end() < last and found[0].startswith(".") and _ABBREVIATED.search(before):
            continue
        yield start, found.end()
        start = found.end()
    if start < last:
        yield start, len(prose.text)


def quotations(prose: Prose) -> tuple[tuple[int, int], ...]:
    """Where each quotation in double marks begins and ends, its marks among it."""
    return _quotations(prose.text, prose.language)


@lru_cache(maxsize=4096)
def _quotations(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """One that is not closed is none, and hides none of those behind it."""
    pairs = _pairs(language)
    waiting: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for mark in re.finditer(f"[{''.join({*pairs, *pairs.values()})}]", text):
        if any(mark[0] == closing for closing, _ in waiting[-_NESTED:]):
            while waiting[-1][0] != mark[0]:
                waiting.pop()
            start = waiting.pop()[1]
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, mark.end()))
        elif mark[0] in pairs:
            waiting.append((pairs[mark[0]], mark.start()))
    return tuple(found)


_NESTED = 4
"""Quotations within each other that are known from each other."""


@lru_cache(maxsize=64)
def _pairs(language: str) -> dict[str, str]:
    """The opening marks of a language, with those that close; English ones are read in every language."""
    opening, closing = (mark.strip() for mark in words(language).quotes[:2])
    pairs = {"“": "”", "«": "»", "„": "“"} | {opening: closing}
    return {mark: end for mark, end in pairs.items() if mark != closing or mark == opening}


def is_quoted(prose: Prose, start: int, end: int) -> bool:
    """Whether some characters are another's words: in a quotation, or in a block that is one."""
    return prose.place == "quote" or _around(quotations(prose), start, end)


def _around(found: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of some ranges, which are in order, holds some characters."""
    place = bisect_right(found, start, key=lambda one: one[0]) - 1
    return place >= 0 and end <= found[place][1]
