"""Nodes that stand on lines of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from report.document.nodes import Blocks, Inlines, Node


@dataclass(frozen=True, slots=True)
class Paragraph(Node):
    """A paragraph."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Plain(Node):
    """Text that is a block without being a paragraph: in a tight list, a cell, a caption."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Heading(Node):
    """A heading; level 1 opens a chapter. `number` is as printed, empty where there is none."""

    level: int
    children: Inlines
    number: str = ""


@dataclass(frozen=True, slots=True)
class Quote(Node):
    """A block quotation."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Item(Node):
    """One item of a list."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class BulletList(Node):
    """A list with marks."""

    items: tuple[Item, ...]


Numerals: TypeAlias = Literal["1", "a", "A", "i", "I"]


@dataclass(frozen=True, slots=True)
class OrderedList(Node):
    """A list with numbers, from `start` on."""

    items: tuple[Item, ...]
    start: int = 1
    numerals: Numerals = "1"
    step: int = 1
    """1, or -1 where it counts down."""


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """A term and what is said of it."""

    term: Inlines
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class DefinitionList(Node):
    """Terms with their definitions."""

    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock(Node):
    """Lines of code."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A break in the text, drawn as a rule."""


Alignment: TypeAlias = Literal["", "left", "center", "right"]


Scope: TypeAlias = Literal["", "row", "col", "rowgroup", "colgroup"]


@dataclass(frozen=True, slots=True)
class Cell(Node):
    """A cell of a table, of inlines or of blocks."""

    children: Inlines | Blocks
    alignment: Alignment = ""
    columns: int = 1
    rows: int = 1
    """How many it reaches over."""
    scope: Scope = ""
    """What it is the heading of; those of a table's head are of their columns without it."""


@dataclass(frozen=True, slots=True)
class Row(Node):
    """A row of a table."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A table with its caption above it."""

    counter: ClassVar[str] = "table"

    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    caption: Inlines = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Graphic(Node):
    """A drawing made by a directive, as SVG text."""

    svg: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Figure(Node):
    """A figure: an image, a drawing or other blocks, with its caption."""

    counter: ClassVar[str] = "figure"

    blocks: Blocks
    caption: Inlines = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Division(Node):
    """`::: {.class}` … `:::`: printed as a box of that class, unless a directive takes it."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Callout(Node):
    """A box beside the argument: `kind` is note, tip, important, warning or caution."""

    kind: str
    blocks: Blocks
    title: Inlines = ()


@dataclass(frozen=True, slots=True)
class PageBreak(Node):
    """What follows starts a new page."""


@dataclass(frozen=True, slots=True)
class Contents(Node):
    """A list made from the report: `kind` is toc, lof or lot; `depth` counts heading levels, 0 as `report.yml` says."""

    kind: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ContentsEntry(Node):
    """One line of a list of contents, with the page as printed."""

    children: Inlines
    number: str
    level: int
    target: str
    page: str


@dataclass(frozen=True, slots=True)
class Bibliography(Node):
    """The place of the bibliography, or of a part of it: by type, keyword, or this chapter's alone."""

    type: str = ""
    keyword: str = ""
    chapter_only: bool = False


@dataclass(frozen=True, slots=True)
class BibliographyEntry(Node):
    """One entry of the bibliography, as the style prints it."""

    children: Inlines
    key: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """The place of the index."""


@dataclass(frozen=True, slots=True)
class IndexEntry(Node):
    """One term of the index with its pages, or the term to see instead."""

    entry: str
    pages: Inlines = ()
    see: str = ""
    word: str = ""
    """The word for "see", or for "see also" behind pages."""
    initial: str = ""
    """The letter it opens, empty within a letter."""
