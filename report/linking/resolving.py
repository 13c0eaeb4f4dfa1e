"""A numbered chapter with the table → the chapter with citations, references and lists written out."""

from __future__ import annotations

from msgspec.structs import replace

from report.document import (
    Attributes,
    Bibliography,
    Callout,
    Chapter,
    Citation,
    CitationText,
    Contents,
    Division,
    Figure,
    Index,
    Link,
    Node,
    Paragraph,
    Plain,
    Reference,
    Styled,
    Table,
    Text,
    rewrite,
)
from report.linking import bibliographies, contents, index, references
from report.linking.calls import raised
from report.linking.rendering import settled
from report.linking.table import SymbolTable
from report.words import numbered


def resolve(chapter: Chapter, place: int, table: SymbolTable) -> Chapter:
    """The numbered chapter at that place of the report with citations, references and lists written out."""
    resolver = _Resolver(chapter, place, table)
    title, blocks = resolver.resolved(chapter.title), resolver.resolved(chapter.blocks)
    return replace(chapter, title=raised(title), blocks=raised(blocks))


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
                found = references.found(target[1:], self.table, self.chapter.label)
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
        phrase = numbered(words.figure if isinstance(node, Figure) else words.table, node.number)
        label = Styled(
            (Text(phrase, span=node.span),), span=node.span, attributes=Attributes(classes=("caption-label",))
        )
        return replace(node, attributes=attributes, caption=(label, Text(" ", span=node.span), *node.caption))


def _box(node: Node, classes: str, blocks: tuple[Node, ...]) -> Division:
    attributes = Attributes(id=node.attributes.id, classes=tuple(classes.split()))
    return Division(blocks, span=node.span, attributes=attributes)
