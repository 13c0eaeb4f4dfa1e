"""Which element of the HTML comes from where: blocks are marked with a number, and the numbers lead to their spans.

The spans are no part of the HTML: an edit above a block does not change what is laid out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from report.document import (
    BibliographyEntry,
    BulletList,
    Callout,
    Chapter,
    CodeBlock,
    DefinitionList,
    Division,
    Figure,
    Heading,
    Node,
    Note,
    OrderedList,
    Paragraph,
    Quote,
    Table,
    rewrite,
)
from report.html.notes import note_anchors
from report.html.writer import PLACE
from report.source import Span


class Origins(Struct, frozen=True):
    """Where the elements of a piece of HTML come from."""

    blocks: tuple[Span, ...] = ()
    """By the numbers with which they are marked."""
    notes: Mapping[str, Span] = field(default_factory=dict)
    """By the anchors of their parts."""


def marked(chapters: Iterable[Chapter]) -> tuple[tuple[Chapter, ...], Origins]:
    """Resolved chapters with marks for the writer, and where these lead."""
    blocks: list[Span] = []
    notes: dict[str, Span] = {}

    def mark(node: Node) -> Node:
        if isinstance(node, Note):
            span = node.blocks[0].span if node.blocks else node.span
            notes.update(dict.fromkeys(note_anchors(node), span))
        if not isinstance(node, _MARKED):
            return node
        blocks.append(node.span)
        pairs = (*node.attributes.pairs, (PLACE, str(len(blocks) - 1)))
        return replace(node, attributes=replace(node.attributes, pairs=pairs))

    def with_marks(chapter: Chapter) -> Chapter:
        place = str(len(blocks)) if chapter.title else ""
        blocks.extend(node.span for node in chapter.title[:1])
        return replace(chapter, blocks=rewrite(chapter.blocks, mark), place=place)

    return tuple(with_marks(chapter) for chapter in chapters), Origins(tuple(blocks), notes)


_MARKED = (
    Paragraph,
    Heading,
    BulletList,
    OrderedList,
    Quote,
    DefinitionList,
    CodeBlock,
    Table,
    Figure,
    Division,
    Callout,
    BibliographyEntry,
)
