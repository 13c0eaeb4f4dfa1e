"""The names that a chapter defines and uses."""

from __future__ import annotations

from collections.abc import Iterator

from report.document import (
    Blocks,
    Citation,
    Figure,
    Heading,
    Inlines,
    Label,
    Link,
    Math,
    Node,
    Note,
    Reference,
    Symbols,
    Table,
    Use,
    note_label,
    walk,
)
from report.source import Span


def symbols(label: str, title: Inlines, blocks: Blocks, hidden: Blocks, start: Span) -> Symbols:
    """The symbols of a chapter, in reading order."""
    labels: list[Label] = [Label(label, "section", title[0].span if title else start)] if label else []
    references: list[Use] = []
    keys: list[Use] = []
    for node in (*walk(title), *walk(blocks)):
        labels.extend(_labels(node))
        match node:
            case Reference(label=name):
                references.append(Use(name, node.span))
            case Link(target=target) if target.startswith("#"):
                references.append(Use(target[1:], node.span))
            case Citation(cites=cites):
                keys.extend(Use(cite.key, cite.span) for cite in cites)
    left_out = tuple(label for node in walk(hidden) for label in _labels(node))
    return Symbols(tuple(labels), tuple(references), tuple(keys), left_out)


def _labels(node: Node) -> Iterator[Label]:
    match node:
        case Note(label=label) if label:
            yield Label(note_label(label), "note", node.span)
        case _ if node.attributes.id:
            kinds = {Heading: "section", Figure: "figure", Table: "table", Math: "equation"}
            yield Label(node.attributes.id, kinds.get(type(node), "other"), node.span)
