"""Where sentences and quotations begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def sentences(prose: Prose) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, the notes at its end among it."""
    start = 0
    quoted = tuple(quotations(prose))
    for found in _END.finditer(prose.text):
        if any(first < found.end() < last for first, last in quoted):
            continue  # the sentence is that around the quotation
        before = prose.text[start : found.start() + 1]
        is_last = not prose.text[found.end() :].strip()
        if not is_last and found[0].startswith(".") and _ABBREVIATED.search(before):
            continue
        yield start, found.end()
        start = found.end()
    if prose.text[start:].strip():
        yield start, len(prose.text)


def quotations(prose: Prose) -> Iterator[tuple[int, int]]:
    """Where each quotation in double marks begins and ends, its marks among it."""
    opening, closing = words(prose.language).quotes[:2]
    pairs = {"“": "”", "«": "»", "„": "“"} | {opening: closing}
    if pairs.get("„") and opening != "“":
        pairs.pop("“" if closing == "“" else "", None)
    at = 0
    text = prose.text
    while at < len(text):
        if text[at] in pairs:
            end = _closed(text, at, pairs[text[at]])
            if end > 0:
                yield at, end
                at = end - 1
        at += 1


def _closed(text: str, start: int, mark: str) -> int:
    """The end of a quotation that begins there; 0 where it has none. A quotation in one of its kind is part of it."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == mark and (at > start or mark != text[start]):
            depth -= 1
            if depth <= 0:
                return at + 1
        elif text[at] == text[start]:
            depth += 1
    return 0


def is_quoted(prose: Prose, start: int, end: int, found: tuple[tuple[int, int], ...]) -> bool:
    """Whether some characters are another's words: in a quotation, or in a block that is one."""
    return prose.place == "quote" or any(first <= start and end <= last for first, last in found)
