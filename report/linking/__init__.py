"""Linking: chapters → the symbol table of the report; a chapter with the table → the chapter with all in place."""

from __future__ import annotations

from dataclasses import replace

from report import bibtex, csl
from report.document import (
    Attributes,
    Bibliography,
    Callout,
    Chapter,
    ChapterKind,
    Citation,
    CitationText,
    Contents,
    Division,
    Figure,
    Index,
    IndexMark,
    Link,
    Node,
    Paragraph,
    Plain,
    Reference,
    Styled,
    Table,
    Text,
    rewrite,
    walk_chapter,
)
from report.linking import bibliographies, citations, contents, index, references
from report.linking.citations import unknown_key
from report.linking.contents import CONTENTS_PATH
from report.linking.numbering import number
from report.linking.pages import moved, unplaced, with_pages
from report.linking.rendering import settled
from report.linking.table import Page, SymbolTable
from report.metadata import Metadata
from report.source import Span
from report.words import numbered as numbered_phrase
from report.words import words

__all__ = [
    "Page",
    "SymbolTable",
    "complete",
    "link",
    "moved",
    "number",
    "resolve",
    "unknown_key",
    "unplaced",
    "with_pages",
]


def complete(chapters: tuple[Chapter, ...], metadata: Metadata, *, has_bibliography: bool) -> tuple[Chapter, ...]:
    """The chapters with those that Report makes where none is placed by hand: contents, bibliography, index.

    Chapters without a number before the first numbered one are front matter.
    """
    terms = words(metadata.lang)
    everything = [node for chapter in chapters for node in walk_chapter(chapter)]
    printed = [node for chapter in chapters if chapter.printed for node in walk_chapter(chapter)]
    placed = {node.kind for node in everything if isinstance(node, Contents)}
    wanted = {"toc": metadata.toc, "lof": metadata.lof, "lot": metadata.lot}
    filled = contents.filled(printed)
    kinds = [kind for kind, on in wanted.items() if on and kind in filled and kind not in placed]
    lists = [Contents(kind, span=Span(CONTENTS_PATH)) for kind in kinds]
    result = list(_with_front(chapters))
    if lists:
        result.insert(0, _made("front", contents.list_title(lists[0], terms), tuple(lists)))
    if has_bibliography and not any(isinstance(node, Bibliography) for node in everything):
        result.append(_made("chapter", terms.bibliography, (Bibliography(span=Span("(bibliography)")),)))
    marks = any(isinstance(node, IndexMark) for node in printed)
    if metadata.index and marks and not any(isinstance(node, Index) for node in everything):
        result.append(_made("chapter", terms.index, (Index(span=Span("(index)")),)))
    return tuple(replace(chapter, blocks=contents.headed(chapter.blocks, filled, terms)) for chapter in result)


def _with_front(chapters: tuple[Chapter, ...]) -> list[Chapter]:
    first = next((place for place, chapter in enumerate(chapters) if chapter.numbered), 0)
    return [replace(chapter, kind="front") if place < first else chapter for place, chapter in enumerate(chapters)]


def _made(kind: ChapterKind, title: str, blocks: tuple[Node, ...]) -> Chapter:
    span = blocks[0].span
    return Chapter(span.path, (Text(title, span=span),), blocks, numbered=False, kind=kind)


def link(chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata) -> SymbolTable:
    """The symbol table of the numbered chapters, without pages."""
    printed = tuple(chapter for chapter in chapters if chapter.printed)
    targets = references.targets(chapters)
    cited = citations.cite(chapters, library, style, metadata)
    return SymbolTable(
        words=words(metadata.lang),
        targets=targets,
        citations=cited.citations,
        bibliography=cited.bibliography,
        contents=tuple(contents.entries(printed)),
        figures=tuple(contents.counted(printed, Figure)),
        tables=tuple(contents.counted(printed, Table)),
        mentions=tuple(index.mentions(printed)),
        toc_depth=metadata.toc_depth,
        hanging=cited.hanging,
        diagnostics=(
            *cited.diagnostics,
            *references.problems(chapters, targets),
            *index.problems(printed),
            *bibliographies.problems(chapters, cited.bibliography),
        ),
    )


def resolve(chapter: Chapter, place: int, table: SymbolTable) -> Chapter:
    """The numbered chapter at that place of the report with citations, references and lists written out."""
    resolver = _Resolver(chapter, place, table)
    return replace(chapter, title=resolver.resolved(chapter.title), blocks=resolver.resolved(chapter.blocks))


class _Resolver:
    """Writes out what the table knows, on the way through a chapter; one use."""

    def __init__(self, chapter: Chapter, place: int, table: SymbolTable) -> None:
        self.chapter = chapter
        self.place = place
        self.table = table
        self.citations = list(reversed(table.citations[place]))
        self.entries: set[str] = set()

    def resolved(self, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """The nodes with everything written out."""
        return rewrite(nodes, self._resolve)

    def _resolve(self, node: Node) -> Node | tuple[Node, ...]:
        match node:
            case CitationText():
                return self.citations[-1].lead
            case Citation():
                return self.citations.pop().content
            case Reference():
                return references.printed(node, self.table, self.chapter.label)
            case Link(target=target) if target.startswith("#") and not target.startswith("#bib-"):
                found = self.table.targets.get(target[1:])
                return (
                    replace(node, target=f"#{found.anchor}")
                    if found and found.anchor
                    else Styled(node.children, span=node.span)
                )
            case Contents():
                return _box(node, node.kind, contents.listed(node, self.table))
            case Bibliography():
                return self._bibliography(node)
            case Index():
                return _box(node, "index", index.entries(self.table, node.span))
            case Callout(title=()):
                return replace(node, title=(Text(self.table.words.callouts[node.kind], span=node.span),))
            case Figure() | Table():
                return self._captioned(node)
            case Paragraph() | Plain() if self.table.words.marks_in_quotes:
                return replace(node, children=settled(node.children))
            case _:
                return node

    def _bibliography(self, node: Bibliography) -> Node:
        chosen = [listed.entry for listed in self.table.bibliography if bibliographies.chosen(listed, node, self.place)]
        entries = []
        for entry in chosen:
            anchor = "" if entry.key in self.entries else f"bib-{entry.key}"
            self.entries.add(entry.key)
            entries.append(replace(entry, attributes=Attributes(id=anchor)))
        return _box(node, "refs hanging" if self.table.hanging else "refs", tuple(entries))

    def _captioned(self, node: Figure | Table) -> Node:
        source = node.attributes.get("source")
        words = self.table.words
        pairs = tuple(pair for pair in node.attributes.pairs if pair[0] != "source")
        if source:
            pairs = (*pairs, ("source", f"{words.source} {source}"))
        attributes = replace(node.attributes, pairs=pairs)
        if not node.number:
            return replace(node, attributes=attributes)
        phrase = numbered_phrase(words.figure if isinstance(node, Figure) else words.table, node.number)
        label = Styled(
            (Text(phrase, span=node.span),), span=node.span, attributes=Attributes(classes=("caption-label",))
        )
        return replace(node, attributes=attributes, caption=(label, Text(" ", span=node.span), *node.caption))


def _box(node: Node, classes: str, blocks: tuple[Node, ...]) -> Division:
    attributes = Attributes(id=node.attributes.id, classes=tuple(classes.split()))
    return Division(blocks, span=node.span, attributes=attributes)
