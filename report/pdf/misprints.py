"""What is to be read of a finished file, and what is wrong in it."""

from __future__ import annotations

from msgspec import Struct


class Sheet(Struct, frozen=True):
    """A page and its proof."""

    number: int
    """Among all sheets, from 0."""
    runs: tuple[tuple[str, str], ...]
    """What is drawn on it, with the anchor of the note it belongs to; numbers are as they are now."""
    is_within: bool = False
    """Whether all of it must be on the paper."""


class Piece(Struct, frozen=True):
    """The pages of a fragment in a file."""

    key: str
    """The digest of all that they are made of."""
    sheets: tuple[Sheet, ...]
    begin: int
    end: int
    """The bytes of its objects."""


class Frame(Struct, frozen=True):
    """What a file has beside its pages."""

    sheets: int
    entries: int
    """Of the outline."""
    attachments: int


class Reading(Struct, frozen=True):
    """What is to be read of a file."""

    name: str
    content: bytes
    names: frozenset[str]
    """The destinations that links may have."""
    pieces: tuple[Piece, ...]
    frame: Frame | None = None


class Misprint(Struct, frozen=True):
    """What is not in a finished file as it should be."""

    words: str
    sheet: int = -1
    """From 0; -1 where it is the file as a whole."""
    note: str = ""
    """The anchor of the note that it is in."""
    text: str = ""
    """The beginning of what is missing."""
