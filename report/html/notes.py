"""Long notes in parts: WeasyPrint never breaks a note over pages, and would cut one taller than the note area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from report.document import Blocks, Inlines, Node, Note, Paragraph, Text, plain_text

PART_CHARACTERS = 700
"""The length from which a note is parted, at the ends of sentences."""


def parts(blocks: Blocks) -> tuple[Blocks, ...]:
    """The blocks of a note in parts of about `PART_CHARACTERS`, each to be laid out as a note of its own.

    A paragraph is parted at the end of a sentence; its pieces in one part are one paragraph again.
    """
    result: list[list[Node]] = []
    length = 0
    for block in blocks:
        for first, piece in enumerate(_pieces(block)):
            size = len(plain_text((piece,)))
            if not result or length + size > PART_CHARACTERS:
                result.append([piece])
                length = 0
            elif first and isinstance(piece, Paragraph) and isinstance(last := result[-1][-1], Paragraph):
                result[-1][-1] = replace(last, children=(*last.children, *piece.children))
            else:
                result[-1].append(piece)
            length += size
    return tuple(map(tuple, result)) or ((),)


def note_anchors(note: Note) -> tuple[str, ...]:
    """The anchor of each part of a note; the first is the note's own."""
    more = range(2, len(parts(note.blocks)) + 1)
    return (note.anchor, *(f"{note.anchor}-{number}" for number in more))


def _pieces(block: Node) -> Iterator[Node]:
    """A long paragraph in groups of sentences, anything else whole."""
    if not isinstance(block, Paragraph) or len(plain_text(block.children)) <= PART_CHARACTERS:
        yield block
        return
    run: list[Node] = []
    length = 0
    for node in _sentences(block.children):
        run.append(node)
        length += len(plain_text((node,)))
        if length > PART_CHARACTERS * 0.8 and isinstance(node, Text) and node.text.rstrip().endswith((".", "?", "!")):
            yield replace(block, children=tuple(run))
            run, length = [], 0
    if run:
        yield replace(block, children=tuple(run))


def _sentences(nodes: Inlines) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Text):
            for sentence in re.split(r"(?<=[.?!])(?=\s)", node.text):
                yield replace(node, text=sentence)
        else:
            yield node
