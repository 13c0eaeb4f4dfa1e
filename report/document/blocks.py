"""Nodes that stand on lines of their own."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from report.document.nodes import Blocks, Inlines, Node


class Paragraph(Node, frozen=True):
    """A paragraph."""

    children: Inlines


class Plain(Node, frozen=True):
    """Text that is a block without being a paragraph: in a tight list, a cell, a caption."""

    children: Inlines


class Heading(Node, frozen=True):
    """A heading; level 1 opens a chapter. `number` is as printed, empty where there is none."""

    level: int
    children: Inlines
    number: str = ""


class Quote(Node, frozen=True):
    """A block quotation."""

    blocks: Blocks


class Item(Node, frozen=True):
    """One item of a list."""

    blocks: Blocks


class BulletList(Node, frozen=True):
    """A list with marks."""

    items: tuple[Item, ...]


Numerals: TypeAlias = Literal["1", "a", "A", "i", "I"]


class OrderedList(Node, frozen=True):
    """A list with numbers, from `start` on."""

    items: tuple[Item, ...]
    start: int = 1
    numerals: Numerals = "1"
    step: int = 1
    """1, or -1 where it counts down."""


class Definition(Node, frozen=True):
    """A term and what is said of it."""

    term: Inlines
    blocks: Blocks


class DefinitionList(Node, frozen=True):
    """Terms with their definitions."""

    items: tuple[Definition, ...]


class CodeBlock(Node, frozen=True):
    """Lines of code."""

    text: str
    language: str = ""


class Rule(Node, frozen=True):
    """A break in the text, drawn as a rule."""


Alignment: TypeAlias = Literal["", "left", "center", "right"]


Scope: TypeAlias = Literal["", "row", "col", "rowgroup", "colgroup"]


class Cell(Node, frozen=True):
    """A cell of a table, of inlines or of blocks."""

    children: Inlines | Blocks
    alignment: Alignment = ""
    columns: int = 1
    rows: int = 1
    """How many it reaches over."""
    scope: Scope = ""
    """What it is the heading of; those of a table's head are of their columns without it."""


class Row(Node, frozen=True):
    """A row of a table."""

    cells: tuple[Cell, ...]


class Table(Node, frozen=True):
    """A table with its caption above it."""

    counter: ClassVar[str] = "table"

    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    caption: Inlines = ()
    number: str = ""


class Graphic(Node, frozen=True):
    """A drawing made by a directive, as SVG text."""

    svg: str
    alternative: str


class Figure(Node, frozen=True):
    """A figure: an image, a drawing or other blocks, with its caption."""

    counter: ClassVar[str] = "figure"

    blocks: Blocks
    caption: Inlines = ()
    number: str = ""


class Division(Node, frozen=True):
    """`::: {.class}` … `:::`: printed as a box of that class, unless a directive takes it."""

    blocks: Blocks


class Callout(Node, frozen=True):
    """A box beside the argument: `kind` is note, tip, important, warning or caution."""

    kind: str
    blocks: Blocks
    title: Inlines = ()


class PageBreak(Node, frozen=True):
    """What follows starts a new page."""


class Contents(Node, frozen=True):
    """A list made from the report: `kind` is toc, lof or lot; `depth` counts heading levels, 0 as `report.yml` says."""

    kind: str
    depth: int = 0


class ContentsEntry(Node, frozen=True):
    """One line of a list of contents, with the page as printed."""

    children: Inlines
    number: str
    level: int
    target: str
    page: str


class Bibliography(Node, frozen=True):
    """The place of the bibliography, or of a part of it: by type, keyword, or this chapter's alone."""

    type: str = ""
    keyword: str = ""
    chapter_only: bool = False


class BibliographyEntry(Node, frozen=True):
    """One entry of the bibliography, as the style prints it."""

    children: Inlines
    key: str


class Index(Node, frozen=True):
    """The place of the index."""


class IndexEntry(Node, frozen=True):
    """One term of the index with its pages, or the term to see instead."""

    entry: str
    pages: Inlines = ()
    see: str = ""
    word: str = ""
    """The word for "see", or for "see also" behind pages."""
    initial: str = ""
    """The letter it opens, empty within a letter."""
