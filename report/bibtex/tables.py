"""Tables written as text: words with spaces between, or each second word the value of the one before."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def pairs(text: str) -> dict[str, str]:
    """A mapping from each odd word to the even one after it."""
    parts = text.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))
