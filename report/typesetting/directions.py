"""Scripts that run from right to left, found in text without any markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_BETWEEN = "\\s\u200c-\u200f'’״׳\\-\u0640"
_RUN = re.compile(f"[{_LETTER}](?:[{_BETWEEN}]*(?:\\d+[{_BETWEEN}]+)*[{_LETTER}])*")
"""Words of such a script with what stands between them; numbers behind them belong to the text around."""

_LANGUAGES = (
    ("he", re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]")),
    ("syr", re.compile("[\u0700-\u074f]")),
    ("ur", re.compile("[ٹڈڑںےھہ]")),
    ("fa", re.compile("[پچژگکی]")),
)
"""By letters that the others do not have; else it is Arabic."""

_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))


def direction(language: str) -> str:
    """`rtl` for languages that run from right to left, else empty."""
    return "rtl" if language.partition("-")[0].lower() in _RIGHT_TO_LEFT else ""


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with its language where it runs from right to left, else with nothing."""
    end = 0
    for found in _RUN.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], ""
        yield found[0], _language(found[0])
        end = found.end()
    if end < len(text):
        yield text[end:], ""


def is_in(text: str) -> str:
    """The language that a whole text from right to left is in: it begins so, and most of its letters are so."""
    first = next((char for char in text if char.isalpha()), "")
    if not first or not _RUN.match(first):
        return ""
    letters = [bool(_RUN.match(char)) for char in text if char.isalpha()]
    return _language(text) if sum(letters) * 2 > len(letters) else ""


def _language(text: str) -> str:
    return next((name for name, letters in _LANGUAGES if letters.search(text)), "ar")
