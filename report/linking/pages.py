"""The pages of anchors: who prints them, and that they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from report.diagnostics import Diagnostic, error
from report.document import Chapter, Contents, Index, Reference, walk_chapter
from report.linking import contents, references
from report.linking.table import Page, SymbolTable
from report.source import Span


def with_pages(table: SymbolTable, pages: Mapping[str, Page]) -> SymbolTable:
    """The table with the pages on which anchors were laid out."""
    return replace(table, pages=dict(pages))


def pages_printed(chapter: Chapter, table: SymbolTable) -> Iterator[str]:
    """The anchors whose pages a chapter prints."""
    return (anchor for anchor, _, _ in _printed((chapter,), table))


def unplaced(chapters: tuple[Chapter, ...], table: SymbolTable) -> Iterator[Diagnostic]:
    """The places whose page is printed somewhere and that no layout has put on a page."""
    for anchor, name, span in dict.fromkeys(_printed(chapters, table)):
        if anchor not in table.pages:
            yield error("page-unknown", f"no page number can be printed: {name} is on no page", span)


def _printed(chapters: tuple[Chapter, ...], table: SymbolTable) -> Iterator[tuple[str, str, Span]]:
    """Each anchor whose page is printed, its name, and the place of the reference or of what a list names."""
    for chapter in (chapter for chapter in chapters if chapter.printed):
        for node in walk_chapter(chapter):
            match node:
                case Reference(page=True, label=label):
                    target = references.found(label, table, chapter.label)
                    if target is not None and target.anchor:
                        yield target.anchor, f"`{label}`", node.span
                case Contents():
                    yield from ((row.target, "this", row.span) for row in contents.rows(node, table))
                case Index():
                    yield from ((mention.anchor, "this", mention.span) for mention in table.mentions if not mention.see)
