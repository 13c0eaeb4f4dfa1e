"""Long notes in parts: WeasyPrint never breaks a note over pages, and would cut one taller than the note area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from msgspec.structs import replace

from report.document import (
    Blocks,
    BulletList,
    CodeBlock,
    Emphasis,
    Inlines,
    Item,
    Node,
    Note,
    OrderedList,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Styled,
    Text,
    children,
    plain_text,
    with_children,
)

PART_CHARACTERS = 700
"""The length from which a note is parted, at the ends of sentences where it has any."""

LINE_CHARACTERS = 90
"""What a line of a note holds; a line of code or an item takes one, however short it is."""

LONG_CHARACTERS = PART_CHARACTERS // 3
"""The length from which a sentence is parted between words, and what is emphasised in one go between sentences."""


def parts(blocks: Blocks) -> tuple[Blocks, ...]:
    """The blocks of a note in parts of about `PART_CHARACTERS`, each to be laid out as a note of its own.

    A paragraph is parted at the end of a sentence, a list between items, code between lines; pieces that come into one
    part are one block again.
    """
    if len(blocks) == 1 and _size(blocks[0]) <= PART_CHARACTERS:
        return (blocks,)
    result: list[list[Node]] = []
    length = 0
    for block in blocks:
        for place, piece in enumerate(_pieces(block)):
            size = _size(piece)
            if not result or length + size > PART_CHARACTERS:
                result.append([piece])
                length = 0
            elif place and (joined := _joined(result[-1][-1], piece)):
                result[-1][-1] = joined
            else:
                result[-1].append(piece)
            length += size
    return tuple(map(tuple, result)) or ((),)


def note_anchors(note: Note) -> tuple[str, ...]:
    """The anchor of each part of a note; the first is the note's own."""
    more = range(2, len(parts(note.blocks)) + 1)
    return (note.anchor, *(f"{note.anchor}-{number}" for number in more))


def _size(node: Node) -> int:
    """About how many characters of full lines a block takes."""
    match node:
        case CodeBlock(text=text):
            return sum(max(len(line), LINE_CHARACTERS) for line in text.split("\n"))
        case BulletList(items=items) | OrderedList(items=items):
            return sum(_size(item) for item in items)
        case Quote(blocks=below) | Item(blocks=below):
            return sum(max(_size(block), LINE_CHARACTERS) for block in below)
        case _:
            return len(plain_text((node,)))


def _pieces(block: Node) -> Iterator[Node]:
    """A long block in pieces that are not, as far as it can be parted."""
    if _size(block) <= PART_CHARACTERS:
        yield block
        return
    match block:
        case Paragraph(children=inlines) | Plain(children=inlines):
            yield from (replace(block, children=run) for run in _runs(inlines))
        case BulletList(items=items):
            for item in items:
                yield from _of_item(replace(block, items=(item,)), item)
        case OrderedList(items=items, start=start, step=step):
            for number, item in zip(count(start, step), items, strict=False):
                yield from _of_item(replace(block, items=(item,), start=number), item)
        case Quote(blocks=below):
            yield from (replace(block, blocks=(piece,)) for inner in below for piece in _pieces(inner))
        case CodeBlock(text=text):
            for line in text.split("\n"):
                lengths = range(0, len(line) or 1, PART_CHARACTERS)
                yield from (replace(block, text=line[start : start + PART_CHARACTERS]) for start in lengths)
        case _:
            yield block


def _of_item(alone: BulletList | OrderedList, item: Item) -> Iterator[Node]:
    """A list of one item; where that is long, its beginning, and the rest set in as far, without a mark."""
    if _size(item) <= PART_CHARACTERS:
        yield alone
        return
    first, *rest = (piece for block in item.blocks for piece in _pieces(block))
    yield replace(alone, items=(replace(item, blocks=(first,)),))
    yield from (Quote((piece,), span=item.span) for piece in rest)


def _joined(before: Node, piece: Node) -> Node | None:
    """Two pieces of one block as one; None where they are of different kinds."""
    if type(before) is not type(piece):
        return None
    if isinstance(before, CodeBlock) and isinstance(piece, CodeBlock):
        return replace(before, text=f"{before.text}\n{piece.text}")
    return with_children(before, lambda below: (*below, *children(piece)))


def _runs(inlines: Inlines) -> Iterator[Inlines]:
    """The inlines of a paragraph in groups of sentences."""
    run: list[Node] = []
    length = 0
    for node in _sentences(inlines):
        size = len(plain_text((node,)))
        if run and length + size > PART_CHARACTERS:
            yield tuple(run)
            run, length = [], 0
        run.append(node)
        length += size
        if length > PART_CHARACTERS * 0.8 and plain_text((node,)).rstrip().endswith((".", "?", "!")):
            yield tuple(run)
            run, length = [], 0
    if run:
        yield tuple(run)


def _sentences(nodes: Inlines) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Text):
            for sentence in re.split(r"(?<=[.?!])(?=\s)", node.text):
                yield from (replace(node, text=piece) for piece in _words(sentence))
        elif len(plain_text((node,))) > LONG_CHARACTERS and isinstance(node, Emphasis | Strong | Styled):
            for place, below in enumerate(_sentences(node.children)):
                attributes = replace(node.attributes, id="") if place else node.attributes
                yield replace(node, children=(below,), attributes=attributes)
        else:
            yield node


def _words(sentence: str) -> Iterator[str]:
    """A long sentence in pieces that end between words."""
    while len(sentence) > LONG_CHARACTERS and (end := sentence.rfind(" ", 1, LONG_CHARACTERS)) > 0:
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence
