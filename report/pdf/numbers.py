"""Numbers in HTML that can be set right after layout: `data-number` names them, `data-free` marks what stands free.

They are looked for in tags alone: an author may write such things as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

from report.pdf.fragment import PAGE

_NUMBER = re.compile(r'(<[^<>]* data-number="([^"]+)"[^<>]*>)([^<]*)<')

_FREE = re.compile(r'(<[^<>]* data-number="([^"]+)" data-free="1">)\d+<')

_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=64)
def numbers_of(html: str) -> Mapping[str, str]:
    """The numbers that a text prints, by name."""
    return {unescape(name): number for _, name, number in _NUMBER.findall(html)}


def free(html: str) -> frozenset[str]:
    """The names of those that stand free: where no line changes with how many digits they have."""
    return frozenset(unescape(name) for _, name in _FREE.findall(html))


@lru_cache(maxsize=64)
def without_free(html: str) -> str:
    """The HTML with 0 for each number that stands free."""
    return _FREE.sub(r"\g<1>0<", html)


@lru_cache(maxsize=128)
def masked(html: str) -> str:
    """The HTML with 0 for each digit of these numbers: all of it that a layout depends on."""
    return _NUMBER.sub(lambda found: found[1] + _DIGIT.sub("0", found[3]) + "<", html)


def named(name: str, shown: str) -> str:
    """A number in a proof, by its name and as it was laid out."""
    return f"{_OPEN}{name}{_SIGN}{shown}{_SHUT}"


def bound(text: str, numbers: Mapping[str, str], shift: int) -> str:
    """A text of a proof with its numbers as they are now; `shift` is by how much its page has moved."""
    if _OPEN not in text:
        return text

    def number(found: re.Match[str]) -> str:
        name, shown = found.groups()
        return str(int(shown) + shift) if name == PAGE else numbers.get(name, shown)

    return _NAMED.sub(number, text)


_OPEN, _SIGN, _SHUT = "\ufdd0", "\ufdd1", "\ufdd2"
"""Around and within a number in a proof: these are no characters, so that no text has them."""

_NAMED = re.compile(f"{_OPEN}([^{_SIGN}]*){_SIGN}([^{_SHUT}]*){_SHUT}")
