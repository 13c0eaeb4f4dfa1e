"""Notes on a screen: a list behind each chapter, which the stylesheet puts beside the calls where there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import count
from math import ceil

from msgspec import Struct

from report.document import Blocks, Node, Note, NoteCall, plain_text
from report.html.writer import Written
from report.words import Words

LINE_CHARACTERS = 44
"""What a line beside the text holds, a little less than on average."""


class _Listed(Struct, frozen=True):
    """A note as it is listed."""

    html: str
    lines: int


class Notes:
    """The notes of one page in their order; each is placed below the one before it and never above its call.

    `--call`, `--note` and `--before` name what the stylesheet places by: the call, the note itself, the note before.
    """

    def __init__(self, words: Words, write: Callable[[Iterable[Node]], str]) -> None:
        self.words = words
        self.write = write
        self._order = count(1)
        self._listed: list[_Listed] = []

    def called(self, note: Note) -> Node:
        """The call of a note; the note itself is kept for the list."""
        order = next(self._order)
        self._listed.append(_Listed(self._item(note, order), sum(_lines(note.blocks))))
        return Written(_call(note.number, note.anchor, f' id="{escape(note.call_anchor)}"', order), span=note.span)

    def _item(self, note: Note, order: int) -> str:
        names = f"--call:--call-{order};--before:--note-{order - 1};--note:--note-{order}"
        back = escape(f"{note.number}. {self.words.to_call}")
        return (
            f'<li class="note" id="{escape(note.anchor)}" style="{names}">'
            f'<a class="note-number" role="doc-backlink" href="#{escape(note.call_anchor)}" aria-label="{back}">'
            f'{note.number}.</a><div class="note-text">{self.write(note.blocks)}</div></li>'
        )

    def taken(self) -> tuple[str, str]:
        """The list of the notes since the last one, and the style that leaves room for them beside the text."""
        listed, self._listed = self._listed, []
        if not listed:
            return "", ""
        label = escape(self.words.notes)
        items = "".join(one.html for one in listed)
        room = f"--notes:{len(listed)};--note-lines:{sum(one.lines for one in listed)}"
        return (
            f'<section class="notes" role="doc-endnotes" aria-label="{label}">'
            f'<p class="notes-heading" aria-hidden="true">{label}</p><ol role="list">{items}</ol></section>',
            room,
        )


def called_again(node: NoteCall) -> Node:
    """Another call of a note."""
    return Written(_call(node.number, node.anchor), span=node.span)


def _call(number: int, anchor: str, identity: str = "", order: int = 0) -> str:
    style = f' style="--call:--call-{order}"' if order else ""
    return f'<sup class="call"><a role="doc-noteref" href="#{escape(anchor)}"{identity}{style}>{number}</a></sup>'


def _lines(blocks: Blocks) -> Iterator[int]:
    """About how many lines each block of a note takes."""
    return (ceil((len(plain_text((block,))) + 1) / LINE_CHARACTERS) for block in blocks)
