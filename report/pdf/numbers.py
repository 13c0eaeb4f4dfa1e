"""Numbers in HTML that can be set right after layout: `data-number` names them, `data-free` marks what stands free.

They are looked for in tags alone: an author may write such things as text.
"""

from __future__ import annotations

import re
from html import unescape

_NUMBER = re.compile(r'(<[^<>]* data-number="([^"]+)"[^<>]*>)([^<]*)<')

_FREE = re.compile(r'(<[^<>]* data-number="([^"]+)" data-free="1">)\d+<')

_DIGIT = re.compile(r"\d")


def numbers_of(html: str) -> dict[str, str]:
    """The numbers that a text prints, by name."""
    return {unescape(name): number for _, name, number in _NUMBER.findall(html)}


def free(html: str) -> frozenset[str]:
    """The names of those that stand free: where no line changes with how many digits they have."""
    return frozenset(unescape(name) for _, name in _FREE.findall(html))


def without_free(html: str) -> str:
    """The HTML with 0 for each number that stands free."""
    return _FREE.sub(r"\g<1>0<", html)


def masked(html: str) -> str:
    """The HTML with 0 for each digit of these numbers: all of it that a layout depends on."""
    return _NUMBER.sub(lambda found: found[1] + _DIGIT.sub("0", found[3]) + "<", html)
