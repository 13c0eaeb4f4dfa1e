"""The words of a block in a row, with the place of each character: what the rules about language read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from report.document import (
    Abbreviation,
    BulletList,
    Callout,
    Cell,
    Chapter,
    Citation,
    Definition,
    DefinitionList,
    Division,
    Emphasis,
    Figure,
    Heading,
    Inlines,
    LineBreak,
    Node,
    Note,
    NoteReference,
    OrderedList,
    Paragraph,
    Plain,
    Quote,
    Reference,
    SoftBreak,
    Table,
    Text,
    children,
)
from report.source import Source, Span

CALL, OBJECT, REFERENCE = "\x01", "\x02", "\x03"
"""A note or citation; a picture, formula, piece of code or foreign phrase; a reference: one character each."""

Place: TypeAlias = Literal["text", "heading", "quote", "item", "box", "cell", "caption", "note"]
"""What a block is part of; `text` is the argument itself."""


Places: TypeAlias = Sequence[tuple[int, int] | None]
"""For each character of a text, the characters of the source that made it; None where that is not certain."""


class Piece(Struct, frozen=True):
    """A node where its characters begin."""

    start: int
    node: Node
    emphasized: bool


class Prose(Struct, frozen=True, eq=False):
    """One paragraph, heading, cell or caption."""

    text: str
    """With plain spaces, and the signs above for what is no text."""
    pieces: tuple[Piece, ...]
    place: Place
    language: str
    block: Node
    _known: dict[int, Places] = field(default_factory=dict)
    """For pieces that were asked for, by where they begin, the places of their characters."""

    def piece(self, offset: int) -> Piece:
        """What the character belongs to."""
        return self.pieces[max(0, bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1)]

    def span(self, start: int, end: int, sources: Mapping[str, Source]) -> Span:
        """The place of some characters, as exactly as it is known."""
        first, last = self._place(start, sources), self._place(max(start, end - 1), sources)
        return replace(first, end=max(first.end, last.end)) if first.path == last.path else first

    def exactly(self, start: int, end: int, sources: Mapping[str, Source]) -> tuple[Span, str]:
        """The place of some characters with what the file has there; empty where it does not have the same words."""
        span = self.span(start, end, sources)
        source = sources.get(span.path)
        written = source.text[span.start : span.end] if source else ""
        return span, written if plain_marks(written) == plain_marks(self.text[start:end]) else ""

    def _place(self, offset: int, sources: Mapping[str, Source]) -> Span:
        piece = self.piece(offset)
        node, source = piece.node, sources.get(piece.node.span.path)
        if source is None or not isinstance(node, Text | Abbreviation):
            return node.span
        if piece.start not in self._known:
            written = source.text[node.span.start : node.span.end]
            self._known[piece.start] = _places(node.text, written)
        found = self._known[piece.start][offset - piece.start]
        if found is None:
            return node.span
        return Span(node.span.path, node.span.start + found[0], node.span.start + found[1])


_MARKS = str.maketrans(
    {"\n": " ", "\u00a0": " ", "\u202f": " ", "’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"'}
)


def plain_marks(text: str) -> str:
    """The text with quotation marks and spaces as one types them."""
    return text.translate(_MARKS)


def _places(text: str, written: str) -> Places:
    """For each character of a text, the characters of the source that made it; None where that is not certain."""
    text, written = plain_marks(text), plain_marks(written)
    if text == written:
        return [(at, at + 1) for at in range(len(text))]
    found: list[tuple[int, int] | None] = [None] * len(text)
    at = 0
    for index, char in enumerate(text):
        at = _past_unprinted(written, at)
        length = _length(char, written, at)
        if not length:
            break
        found[index] = (at, at + length)
        at += length
    index, at = len(text) - 1, len(written) - 1
    while index >= 0 and at >= 0 and found[index] is None and text[index] == written[at]:
        found[index] = (at, at + 1)
        index, at = index - 1, at - 1
    return found


_UNPRINTED = re.compile(r"(?:<!--.*?-->|\\(?=[!-/:-@\[-`{-~]))*", re.DOTALL)
_ENTITY = re.compile(r"&#?\w{1,32};")
_LONG = {"…": "...", "—": "---", "–": "--"}


def _past_unprinted(written: str, at: int) -> int:
    found = _UNPRINTED.match(written, at)
    return found.end() if found else at


def _length(char: str, written: str, at: int) -> int:
    """How many characters from there on make one of the text; 0 where none do."""
    if written[at : at + 1] == char != "&":
        return 1
    if char in _LONG and written.startswith(_LONG[char], at):
        return len(_LONG[char])
    entity = _ENTITY.match(written, at)
    if entity and plain_marks(unescape(entity[0])) == char:
        return len(entity[0])
    return int(written[at : at + 1] == char)


def of_chapter(chapter: Chapter, language: str) -> Iterator[Prose]:
    """Everything in a chapter that is read, in the order of the file; the text of a note follows its paragraph."""
    yield from _row(chapter.title, Plain(chapter.title, span=Span(chapter.path)), "heading", language)
    for block in chapter.blocks:
        yield from _of_block(block, "text", language)


def _of_block(node: Node, place: Place, language: str) -> Iterator[Prose]:
    language = node.attributes.get("lang") or language
    match node:
        case Paragraph(children=inlines) | Plain(children=inlines):
            yield from _row(inlines, node, place, language)
        case Heading(children=inlines):
            yield from _row(inlines, node, "heading", language)
        case Cell(children=(first, *_)) if isinstance(first, _OF_CELLS):
            yield from (prose for block in children(node) for prose in _of_block(block, "cell", language))
        case Cell(children=inlines):
            yield from _row(inlines, node, "cell", language)
        case Table(caption=caption, head=head, rows=rows):
            yield from _row(caption, node, "caption", language)
            for row in (*head, *rows):
                yield from (prose for cell in row.cells for prose in _of_block(cell, "cell", language))
        case Figure(caption=caption, blocks=blocks):
            yield from _row(caption, node, "caption", language)
            yield from (prose for block in blocks for prose in _of_block(block, "caption", language))
        case Callout(title=title):
            yield from _row(title, node, "heading", language)
            yield from (prose for block in node.blocks for prose in _of_block(block, "box", language))
        case Definition(term=term):
            yield from _row(term, node, "item", language)
            yield from (prose for block in node.blocks for prose in _of_block(block, _within(place, "item"), language))
        case Quote() | Division() | BulletList() | OrderedList() | DefinitionList():
            inner = _within(place, _KINDS.get(type(node), "box"))
            yield from (prose for block in children(node) for prose in _of_block(block, inner, language))
        case _:
            yield from (prose for block in children(node) for prose in _of_block(block, place, language))


_OF_CELLS = (
    *(Paragraph, Plain, Heading, Quote, BulletList, OrderedList, DefinitionList),
    *(Division, Callout, Figure, Table),
)
"""Blocks with which a cell begins that is one of blocks."""

_KINDS: dict[type[Node], Place] = {Quote: "quote", BulletList: "item", OrderedList: "item", DefinitionList: "item"}


def _within(outer: Place, inner: Place) -> Place:
    """A part of a note, a box or a quotation stays one."""
    return inner if outer == "text" or inner == "quote" else outer


def _row(inlines: Inlines, block: Node, place: Place, language: str) -> Iterator[Prose]:
    if not inlines:
        return
    builder = _Builder(language)
    builder.add(inlines, emphasized=False)
    yield Prose("".join(builder.parts), tuple(builder.pieces), place, language, block)
    for note in builder.notes:
        yield from (prose for below in note.blocks for prose in _of_block(below, "note", language))


class _Builder:
    """Puts the words of inlines in a row; one use."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.notes: list[Note] = []
        self.length = 0

    def add(self, inlines: Sequence[Node], *, emphasized: bool) -> None:
        for node in inlines:
            match node:
                case Text(text=text) | Abbreviation(text=text):
                    self._put(text.replace("\u00a0", " ").replace("\u202f", " "), node, emphasized)
                case SoftBreak() | LineBreak():
                    self._put(" ", node, emphasized)
                case Note() | NoteReference() | Citation():
                    self._put(CALL, node, emphasized)
                    self.notes.extend((node,) if isinstance(node, Note) else ())
                case Reference():
                    self._put(REFERENCE, node, emphasized)
                case _ if node.attributes.get("lang", self.language) != self.language or not any(children(node)):
                    self._put(OBJECT, node, emphasized)
                case _:
                    self.add(tuple(children(node)), emphasized=emphasized or isinstance(node, Emphasis))

    def _put(self, text: str, node: Node, emphasized: bool) -> None:
        self.pieces.append(Piece(self.length, node, emphasized))
        self.parts.append(text)
        self.length += len(text)
