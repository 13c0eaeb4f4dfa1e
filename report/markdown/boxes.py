"""Elements of HTML that are blocks, as nodes of the tree: what each makes of what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import cast

from msgspec.structs import replace

from report.diagnostics import Diagnostic, warning
from report.document import (
    NO_ATTRIBUTES,
    Attributes,
    Blocks,
    BulletList,
    CodeBlock,
    Definition,
    DefinitionList,
    Division,
    Figure,
    Image,
    Inlines,
    Item,
    LineBreak,
    Node,
    Numerals,
    OrderedList,
    Paragraph,
    Plain,
    Quote,
    Rule,
    children,
)
from report.markdown.elements import LOOKS, PARENTS, Tag, with_direction
from report.markdown.parts import Part, line, taken, with_strays
from report.markdown.tables import row, table
from report.source import Span


def box(tag: Tag, content: Blocks, span: Span, problems: list[Diagnostic]) -> Node:
    """The node of an element that is a block, or of a part of one; what is wrong with it is added to the problems."""
    problems.extend(_left_out(tag, span))
    attributes = with_direction(tag.attributes, content)
    part = Part(tag.name, content, tuple(tag.own.items()), span=span, attributes=attributes)
    make = _BOXES.get(tag.name)
    return make(part, problems) if make else part


def _left_out(tag: Tag, span: Span) -> Iterator[Diagnostic]:
    for name in tag.left_out:
        message = f"`{name}` of `<{tag.name}>` means nothing here, and is left out"
        hints = ("give it a class, and say in a stylesheet how that looks",) if name in LOOKS else ()
        yield warning("attributes-unknown", message, span, *hints)


def preformatted(tag: Tag, text: str, span: Span, problems: list[Diagnostic]) -> Node:
    """The block of code for `pre`, with or without `code` in it."""
    problems.extend(_left_out(tag, span))
    found = _CODE.fullmatch(text)
    language, code = (found[1] or "", found[2]) if found else ("", text)
    if re.search(r"</?[A-Za-z]", code):
        hint = "within `<pre>`, write `&lt;` for a literal `<`"
        problems.append(warning("foreign-html", "tags in this block of code are printed as they stand", span, hint))
    return CodeBlock(unescape(code).removeprefix("\n"), language, span=span, attributes=tag.attributes)


_CODE = re.compile(r"<code(?:\s+class=\"language-([\w+-]{1,40})\")?>(.*)</code>\s*", re.DOTALL | re.IGNORECASE)


def _division(part: Part, _: list[Diagnostic]) -> Node:
    return Division(part.blocks, span=part.span, attributes=part.attributes)


def _quote(part: Part, _: list[Diagnostic]) -> Node:
    return Quote(part.blocks, span=part.span, attributes=part.attributes)


def _rule(part: Part, _: list[Diagnostic]) -> Node:
    return Rule(span=part.span, attributes=part.attributes)


def _paragraph(part: Part, _: list[Diagnostic]) -> Node:
    match part.blocks:
        case () | (Plain(),):
            inlines = tuple(below for block in part.blocks for below in children(block))
            return Paragraph(inlines, span=part.span, attributes=part.attributes)
        case (Paragraph(attributes=attributes) as only,) if attributes == NO_ATTRIBUTES:
            return replace(only, attributes=part.attributes)
        case _:
            return Division(part.blocks, span=part.span, attributes=part.attributes)


def _details(part: Part, problems: list[Diagnostic]) -> Node:
    """A box that is open, in print as on a screen, with its summary as the first paragraph."""
    title, rest = _parted("summary", part.blocks, problems)
    lead = Paragraph(title, span=part.span, attributes=Attributes(classes=("details-title",)))
    attributes = replace(part.attributes, classes=("details", *part.attributes.classes))
    return Division((lead, *rest) if title else rest, span=part.span, attributes=attributes)


def _figure(part: Part, problems: list[Diagnostic]) -> Node:
    """The figure; one that Markdown made of an image with a caption gives both to it."""
    caption, rest = _parted("figcaption", part.blocks, problems)
    match rest:
        case (Figure(blocks=blocks, caption=inner, attributes=attributes),) if not (caption and inner):
            identity = part.attributes.id or attributes.id
            kept = replace(part.attributes, id=identity, pairs=(*attributes.pairs, *part.attributes.pairs))
            return Figure(blocks, caption or inner, span=part.span, attributes=kept)
        case (Paragraph(children=(Image() as image,)),):
            return Figure((image,), caption, span=part.span, attributes=part.attributes)
        case _:
            return Figure(rest, caption, span=part.span, attributes=part.attributes)


def _parted(name: str, blocks: Blocks, problems: list[Diagnostic]) -> tuple[Inlines, Blocks]:
    """The text of the first part with that name, and the other blocks; further such parts are paragraphs of these."""
    title, others = taken(name, blocks)
    rest: list[Node] = []
    for block in others:
        if isinstance(block, Part) and block.name == name:
            message = f"a second `<{name}>` is printed as a paragraph"
            problems.append(warning("foreign-html", message, block.span, "make them one"))
        rest.append(Paragraph(line(block, problems), span=block.span) if isinstance(block, Part) else block)
    return line(title, problems) if title else (), tuple(rest)


def _items(part: Part, problems: list[Diagnostic]) -> tuple[Item, ...]:
    return tuple(
        block if isinstance(block, Item) else Item(strays, span=block.span)
        for block, strays in with_strays(part, (Item,), "an item", problems)
    )


def _item(part: Part, _: list[Diagnostic]) -> Node:
    return Item(part.blocks, span=part.span, attributes=part.attributes)


def _bullets(part: Part, problems: list[Diagnostic]) -> Node:
    return BulletList(_items(part, problems), span=part.span, attributes=part.attributes)


def _numbered(part: Part, problems: list[Diagnostic]) -> Node:
    """The list; one that counts down ends with 1 unless it says where it begins."""
    items = _items(part, problems)
    step = -1 if "reversed" in dict(part.own) else 1
    start = int(part.get("start") or (1 if step > 0 else len(items)))
    numerals = cast("Numerals", part.get("type", "1"))
    return OrderedList(items, start, numerals, step, span=part.span, attributes=part.attributes)


def _definitions(part: Part, problems: list[Diagnostic]) -> Node:
    """The list; several terms with one definition are a term of several lines."""
    items: list[Definition] = []
    term: Inlines = ()
    span = part.span
    is_waiting = False
    for block, strays in with_strays(part, (), "a definition", problems, ("dt", "dd")):
        if isinstance(block, Part) and block.name == "dt":
            words = line(block, problems)
            term = (*term, LineBreak(span=block.span), *words) if is_waiting else words
            span = span if is_waiting else block.span
            is_waiting = True
            continue
        items.append(Definition(term, strays or _boxed(block), span=span if term else block.span))
        is_waiting = False
    if is_waiting:
        items.append(Definition(term, (), span=span))
    return DefinitionList(tuple(items), span=part.span, attributes=part.attributes)


def _boxed(node: Node) -> Blocks:
    """The blocks of a part, in a box where it has attributes."""
    part = cast("Part", node)
    if part.attributes == NO_ATTRIBUTES:
        return part.blocks
    return (Division(part.blocks, span=part.span, attributes=part.attributes),)


_BOXES = {
    **dict.fromkeys(("div", "section"), _division),
    "blockquote": _quote,
    "hr": _rule,
    "p": _paragraph,
    "details": _details,
    "figure": _figure,
    "ul": _bullets,
    "ol": _numbered,
    "li": _item,
    "dl": _definitions,
    "table": table,
    "tr": row,
}

BOXES = frozenset((*_BOXES, "pre", *PARENTS))
"""The names of elements that are read as blocks, or as parts of such."""
