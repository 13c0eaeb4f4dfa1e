"""Elements of HTML that are parts of others, and what stands between such parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from report.diagnostics import Diagnostic, warning
from report.document import (
    NO_ATTRIBUTES,
    Blocks,
    BulletList,
    Callout,
    Cell,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Division,
    Figure,
    Graphic,
    Heading,
    Inlines,
    Item,
    LineBreak,
    Node,
    OrderedList,
    Paragraph,
    Plain,
    Quote,
    Row,
    Styled,
    Table,
    children,
    plain_text,
)


class Part(Node, frozen=True):
    """An element that is a part of the one around it."""

    name: str
    blocks: Blocks
    own: tuple[tuple[str, str], ...] = ()
    """The attributes that only such elements have."""

    def get(self, key: str, default: str = "") -> str:
        """The value of such an attribute."""
        return dict(self.own).get(key, default)


def taken(name: str, blocks: Blocks) -> tuple[Part | None, Blocks]:
    """The first part with that name, and what else there is."""
    first = next((block for block in blocks if isinstance(block, Part) and block.name == name), None)
    return first, tuple(block for block in blocks if block is not first)


def line(part: Part, problems: list[Diagnostic]) -> Inlines:
    """The content of a part that is a line of text."""
    if any(not isinstance(block, Paragraph | Plain) for block in part.blocks):
        message = f"`<{part.name}>` holds a line of text, and what else is in it is printed as such"
        problems.append(warning("foreign-html", message, part.span, "put it behind that"))
    pieces = tuple(tuple(_as_inlines((block,))) for block in part.blocks)
    inlines = tuple(below for piece in pieces for below in (LineBreak(span=part.span), *piece))[1:]
    if part.attributes == NO_ATTRIBUTES:
        return inlines
    return (Styled(inlines, span=part.span, attributes=part.attributes),)


def _as_inlines(blocks: Iterable[Node]) -> Iterator[Node]:
    for block in blocks:
        match block:
            case Paragraph(children=inlines) | Plain(children=inlines):
                yield from inlines
            case CodeBlock(text=text) | Graphic(alternative=text):
                yield Code(text, span=block.span)
            case _ if isinstance(block, _HOLDERS):
                yield from _as_inlines(children(block))
            case _:
                yield block


_HOLDERS = (
    *(Heading, Quote, Division, Callout, Figure, BulletList, OrderedList, Item, DefinitionList, Definition),
    *(Table, Row, Cell),
)
"""Blocks that hold others, or inlines."""


def with_strays(
    part: Part, kinds: tuple[type[Node], ...], outcome: str, problems: list[Diagnostic], names: Sequence[str] = ()
) -> Iterator[tuple[Node, Blocks]]:
    """The parts of an element in order, which are nodes of these kinds or have these names.

    What else stands in it comes in groups, each with its first block.
    """
    for is_part, group in groupby(_flat(part, names), lambda block: _is_part(block, kinds, names)):
        blocks = tuple(group)
        if is_part:
            yield from ((block, ()) for block in blocks)
            continue
        if not re.match(r"\s*</?[A-Za-z]", plain_text(blocks)):  # else it has been said that a tag is not read
            message = f"this stands directly in `<{part.name}>`, and is printed as {outcome} of its own"
            problems.append(warning("foreign-html", message, blocks[0].span, f"write {_WANTED[part.name]} around it"))
        yield blocks[0], blocks


_WANTED = {
    **dict.fromkeys(("ul", "ol"), "`<li>`"),
    "dl": "`<dt>` or `<dd>`",
    **dict.fromkeys(("table", "thead", "tbody", "tfoot"), "`<tr>` and `<td>`"),
    "tr": "`<td>`",
}
"""What is to stand in elements that hold parts alone."""


def _flat(part: Part, names: Sequence[str]) -> Iterator[Node]:
    """The blocks of an element, with those of parts that mean nothing to it."""
    for block in part.blocks:
        if isinstance(block, Part) and block.name not in names:
            yield from block.blocks
        else:
            yield block


def _is_part(block: Node, kinds: tuple[type[Node], ...], names: Sequence[str]) -> bool:
    return isinstance(block, kinds) or (isinstance(block, Part) and block.name in names)
