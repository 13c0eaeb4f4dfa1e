"""The calls of notes and raised numbers in their line: close to the word, behind the punctuation."""

from __future__ import annotations

import re

from msgspec.structs import replace

from report import csl
from report.document import (
    Citation,
    CitationText,
    Node,
    Note,
    NoteReference,
    Paragraph,
    SoftBreak,
    Styled,
    Superscript,
    Text,
    with_children,
)

_MARKS = re.compile(r"[.,;:!?…]+[”’»“\"']*|[”’»\"']+(?!\w)[.,;:!?…]*")
"""Punctuation that stands before a call."""


def noted(nodes: tuple[Node, ...], style: csl.Style) -> tuple[Node, ...]:
    """The nodes with no white space before notes, and in a note style with a note for every citation in the text.

    Such a note follows the punctuation behind the citation, as pandoc's notes do.
    """
    result: list[Node] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        match node:
            case Citation() if style.is_note:
                if node.narrative:
                    result.append(CitationText(span=node.span))
                else:
                    _close_up(result)
                    _take_punctuation(result, waiting)
                note = Note((Paragraph((node,), span=node.span),), span=node.span)
                result.append(note)
            case Note() | NoteReference():
                _close_up(result)
                result.append(node)
            case _:
                result.append(with_children(node, lambda below: noted(below, style)))
    return tuple(result)


def raised(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes with raised numbers of citations where a note's call would stand."""
    result: list[Node] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if _is_raised(node):
            _close_up(result)
            _take_punctuation(result, waiting)
            result.append(node)
        else:
            result.append(with_children(node, raised))
    return tuple(result)


def _is_raised(node: Node) -> bool:
    return isinstance(node, Superscript) and any(
        isinstance(below, Styled) and "cite" in below.attributes.classes for below in node.children
    )


def _close_up(result: list[Node]) -> None:
    """Take white space away from before a call; between two calls a thin space keeps the numbers apart."""
    while result and isinstance(result[-1], SoftBreak):
        result.pop()
    if result and isinstance(result[-1], Text):
        kept = result[-1].text.rstrip()
        if kept:
            result[-1] = replace(result[-1], text=kept)
        else:
            result.pop()
    if result and (isinstance(result[-1], Note | NoteReference) or _is_raised(result[-1])):
        result.append(Text(THIN_SPACE, span=result[-1].span))


THIN_SPACE = "\u2009"


def _take_punctuation(result: list[Node], waiting: list[Node]) -> None:
    """Move the punctuation that follows a citation, or several in a row, before it."""
    place = next((place for place, node in enumerate(waiting) if not _between_citations(node)), len(waiting))
    node = waiting[place] if place < len(waiting) else None
    marks = _MARKS.match(node.text) if isinstance(node, Text) else None
    last = result[-1] if result else None
    if marks is None or not isinstance(node, Text) or (isinstance(last, Text) and last.text.endswith(_FINAL)):
        return
    result.append(Text(marks[0], span=node.span))
    waiting[place] = replace(node, text=node.text[marks.end() :])


_FINAL = tuple(".,;:!?")


def _between_citations(node: Node) -> bool:
    """Whether what comes next is another citation, or the space before it."""
    blank = isinstance(node, SoftBreak) or (isinstance(node, Text) and not node.text.strip())
    return blank or isinstance(node, Citation) or _is_raised(node)
