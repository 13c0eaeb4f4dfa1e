"""The contents and the lists of figures and tables: every heading, figure and table, with its page once it has one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from report.document import (
    Attributes,
    Blocks,
    Chapter,
    Citation,
    CitationText,
    Contents,
    ContentsEntry,
    Figure,
    Heading,
    IndexMark,
    Inlines,
    Link,
    Node,
    Note,
    NoteCall,
    Reference,
    Styled,
    Table,
    Text,
    plain_text,
    rewrite,
    walk_chapter,
)
from report.linking.references import printed
from report.linking.table import SymbolTable
from report.source import Span
from report.words import Words, numbered

CONTENTS_PATH = "(contents)"
"""The path of the chapter that Report makes for the contents."""


def entries(chapters: tuple[Chapter, ...]) -> Iterator[ContentsEntry]:
    """Chapters and their headings, of numbered chapters."""
    for chapter in chapters:
        if chapter.path == CONTENTS_PATH:
            continue
        span = Span(chapter.path)
        yield ContentsEntry(bare(chapter.title), chapter.number, 1, chapter.label, "", span=span)
        for node in walk_chapter(chapter):
            if isinstance(node, Heading) and "unlisted" not in node.attributes.classes:
                yield ContentsEntry(
                    bare(node.children), node.number, node.level, node.attributes.id, "", span=node.span
                )


def counted(chapters: tuple[Chapter, ...], kind: type[Figure] | type[Table]) -> Iterator[ContentsEntry]:
    """Figures, or tables, that have a caption."""
    for chapter in chapters:
        for node in walk_chapter(chapter):
            if isinstance(node, kind) and node.number and node.caption:
                yield ContentsEntry(
                    bare(first_sentence(node.caption)), node.number, 1, node.attributes.id, "", span=node.span
                )


def bare(nodes: Inlines) -> Inlines:
    """Inlines as they are listed: without notes, citations, marks and links."""

    def strip(node: Node) -> Node | tuple[Node, ...]:
        match node:
            case Note() | NoteCall() | Citation() | CitationText():
                return ()
            case IndexMark(children=below) | Link(children=below):
                return below
            case Styled(attributes=attributes) if attributes.id:
                return node.children
            case _:
                return node

    return rewrite(nodes, strip)


LONG_CAPTION = 90
"""Characters from which a caption is listed by its first sentence alone."""


def first_sentence(caption: Inlines) -> Inlines:
    """A caption; a long one up to the end of its first sentence, where that is in plain text."""
    if len(plain_text(caption)) <= LONG_CAPTION:
        return caption
    for index, node in enumerate(caption):
        end = re.search(r"(?<=\w{4})\.(?=\s+[\"“‘«(]?[A-ZÀ-Ý])", node.text) if isinstance(node, Text) else None
        if isinstance(node, Text) and end:
            return (*caption[:index], Text(node.text[: end.start()], span=node.span))
    return caption


def listed(node: Contents, table: SymbolTable) -> Blocks:
    """The entries of a list, each with its page."""
    return tuple(
        replace(row, children=_with_references(row.children, table), page=table.page(row.target), span=node.span)
        for row in rows(node, table)
    )


def rows(node: Contents, table: SymbolTable) -> tuple[ContentsEntry, ...]:
    """The entries of a list, where they stand in the report."""
    match node.kind:
        case "lof":
            return tuple(replace(row, number=numbered(table.words.figure, row.number)) for row in table.figures)
        case "lot":
            return tuple(replace(row, number=numbered(table.words.table, row.number)) for row in table.tables)
        case _:
            depth = node.depth or table.toc_depth
            return tuple(row for row in table.contents if row.level <= depth)


def filled(nodes: Iterable[Node]) -> frozenset[str]:
    """The kinds of list that have entries, by all nodes of the report."""
    captioned = {type(node) for node in nodes if isinstance(node, Figure | Table) and node.caption}
    return frozenset(("toc", *(kind for kind, of in (("lof", Figure), ("lot", Table)) if of in captioned)))


def headed(nodes: Blocks, filled: Collection[str], terms: Words) -> Blocks:
    """The blocks with a heading before each list with entries that follows another."""
    result: list[Node] = []
    for node in nodes:
        if isinstance(node, Contents) and node.kind in filled and result and isinstance(result[-1], Contents):
            title = Text(list_title(node, terms), span=node.span)
            attributes = Attributes(classes=("contents-heading", "unnumbered", "unlisted"))
            result.append(Heading(2, (title,), span=node.span, attributes=attributes))
        result.append(node)
    return tuple(result)


def list_title(node: Contents, terms: Words) -> str:
    """What a list is called."""
    return {"toc": terms.contents, "lof": terms.figures, "lot": terms.tables}[node.kind]


def _with_references(nodes: Inlines, table: SymbolTable) -> Inlines:
    """Inlines with the words of references in them, not as links: the whole entry is one."""

    def word(node: Node) -> Node | tuple[Node, ...]:
        return bare((printed(node, table),)) if isinstance(node, Reference) else node

    return rewrite(nodes, word)
