"""Text as it is compared: without what lines, fonts and readers of a PDF change in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def letters(texts: str | Iterable[str]) -> str:
    """A text without white space and hyphens: those at the ends of lines cannot be told from others."""
    return "".join(texts).translate(_IGNORED)


def shapes(text: str) -> str:
    """The letters of a text in one form: a ligature as its letters, a small capital as the letter it stands for.

    Pictures of characters, which are drawn, and marks that show nothing are left out.
    """
    kept = letters(text)
    if not kept.isascii():
        kept = letters(unicodedata.normalize("NFKC", kept)).translate(_UNSEEN)
    return kept.casefold()


_IGNORED = dict.fromkeys(map(ord, " \t\n\r\f\v-\u00a0\u00ad\u2002\u2003\u2009\u200b\u2010\u2028\u2029\u202f\u2060"))

_UNSEEN = dict.fromkeys(
    (
        *range(0x20),
        *range(0x200C, 0x2010),  # joiners and marks of direction
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x2011,
        *range(0xFDD0, 0xFDF0),
        *range(0xFE00, 0xFE10),  # which form a character has
        0xFEFF,
        0xFFFE,  # pdfium's, for a hyphen at the end of a line
        *range(0x1F000, 0x1FB00),
    )
)


def runs_right_to_left(text: str) -> bool:
    """Whether any of it does: the order in which it is drawn is then not that of reading."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)


_RIGHT_TO_LEFT = ("R", "AL", "AN", "RLE", "RLO", "RLI")
