"""Elements of HTML that are blocks, as nodes of the tree: what each makes of what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import groupby, takewhile
from typing import cast

from report.diagnostics import Diagnostic, warning
from report.document import (
    NO_ATTRIBUTES,
    Alignment,
    Attributes,
    Blocks,
    BulletList,
    Cell,
    Code,
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
    Row,
    Rule,
    Scope,
    Styled,
    Table,
    children,
    plain_text,
)
from report.markdown.elements import LOOKS, PARENTS, Tag, with_direction
from report.markdown.grids import grid
from report.source import Span


@dataclass(frozen=True, slots=True)
class Part(Node):
    """An element that is a part of the one around it."""

    name: str
    blocks: Blocks
    own: tuple[tuple[str, str], ...] = ()
    """The attributes that only such elements have."""

    def get(self, key: str, default: str = "") -> str:
        """The value of such an attribute."""
        return dict(self.own).get(key, default)


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


# Boxes of any blocks


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
    titles = [block for block in blocks if isinstance(block, Part) and block.name == name]
    for second in titles[1:]:
        message = f"a second `<{name}>` is printed as a paragraph"
        problems.append(warning("foreign-html", message, second.span, "make them one"))
    rest = tuple(
        Paragraph(_line(block, problems), span=block.span) if isinstance(block, Part) else block
        for block in blocks
        if not titles or block is not titles[0]
    )
    return _line(titles[0], problems) if titles else (), rest


def _line(part: Part, problems: list[Diagnostic]) -> Inlines:
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
            case CodeBlock(text=text):
                yield Code(text, span=block.span)
            case _:
                yield from _as_inlines(children(block))


# Lists


def _items(part: Part, problems: list[Diagnostic]) -> tuple[Item, ...]:
    return tuple(
        block if isinstance(block, Item) else Item(strays, span=block.span)
        for block, strays in _with_strays(part, (Item,), "an item", problems)
    )


def _with_strays(
    part: Part, kinds: tuple[type[Node], ...], outcome: str, problems: list[Diagnostic], names: Sequence[str] = ()
) -> Iterator[tuple[Node, Blocks]]:
    """The parts of an element in order; what else stands in it in groups, each with its first block."""
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
    for block, strays in _with_strays(part, (), "a definition", problems, ("dt", "dd")):
        if isinstance(block, Part) and block.name == "dt":
            words = _line(block, problems)
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


# Tables


def _table(part: Part, problems: list[Diagnostic]) -> Node:
    caption, rest = _parted_caption(part, problems)
    head: list[Row] = []
    rows: list[Row] = []
    foot: list[Row] = []
    names = ("thead", "tbody", "tfoot")
    for block, strays in _with_strays(replace(part, blocks=rest), (Row,), "a row", problems, names):
        if isinstance(block, Part) and not strays:
            target = {"thead": head, "tfoot": foot}.get(block.name, rows)
            target.extend(_rows(block, problems))
        else:
            rows.append(block if isinstance(block, Row) else _stray_row(strays))
    rows += foot
    if not head:
        head, rows = _headed(rows)
    above, below = grid(tuple(head), tuple(rows), problems)
    return Table(above, below, caption, span=part.span, attributes=part.attributes)


def _parted_caption(part: Part, problems: list[Diagnostic]) -> tuple[Inlines, Blocks]:
    """The caption, and what else stands in a table, where further captions are no parts."""
    captions = [block for block in part.blocks if isinstance(block, Part) and block.name == "caption"]
    rest = tuple(block for block in part.blocks if not captions or block is not captions[0])
    return _line(captions[0], problems) if captions else (), rest


def _rows(part: Part, problems: list[Diagnostic]) -> Iterator[Row]:
    """The rows of a part of a table, with the attributes of the part."""
    own = part.attributes
    for block, strays in _with_strays(part, (Row,), "a row", problems):
        row = block if isinstance(block, Row) else _stray_row(strays)
        given = row.attributes
        pairs = (*own.pairs, *given.pairs)
        yield replace(row, attributes=Attributes(given.id or own.id, (*own.classes, *given.classes), pairs))
        own = replace(own, id="")


def _stray_row(blocks: Blocks) -> Row:
    return Row((Cell(_in_cell(blocks), span=blocks[0].span),), span=blocks[0].span)


def _headed(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows at the beginning that are a head without being called so: those of headings alone, if others follow."""
    head = list(takewhile(lambda row: row.cells and all(cell.scope in ("col", "colgroup") for cell in row.cells), rows))
    reach = max((place + cell.rows for place, row in enumerate(head) for cell in row.cells), default=0)
    if len(head) == len(rows) or reach > len(head) or any(not cell.rows for row in head for cell in row.cells):
        return [], rows
    return head, rows[len(head) :]


def _row(part: Part, problems: list[Diagnostic]) -> Node:
    """The row; a heading without `scope` is of its row where it opens one that has other cells as well."""
    found = tuple(_with_strays(part, (), "a cell", problems, ("td", "th")))
    is_mixed = any(not isinstance(block, Part) or block.name == "td" for block, _ in found)
    cells = tuple(
        Cell(_in_cell(strays), span=block.span) if strays else _cell(cast("Part", block), part, is_mixed and not place)
        for place, (block, strays) in enumerate(found)
    )
    return Row(cells, span=part.span, attributes=part.attributes)


def _cell(part: Part, row: Part, opens: bool) -> Cell:
    usual = "" if part.name == "td" else "row" if opens else "col"
    return Cell(
        _in_cell(part.blocks),
        cast("Alignment", part.get("align") or row.get("align")),
        max(1, int(part.get("colspan", "1"))),
        int(part.get("rowspan", "1")),
        cast("Scope", part.get("scope") or usual),
        span=part.span,
        attributes=part.attributes,
    )


def _in_cell(blocks: Blocks) -> Blocks:
    """A single paragraph as inlines, as a cell of Markdown has them; else the blocks."""
    match blocks:
        case (Paragraph(children=inlines, attributes=attributes) | Plain(children=inlines, attributes=attributes),) if (
            attributes == NO_ATTRIBUTES
        ):
            return inlines
        case _:
            return blocks


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
    "table": _table,
    "tr": _row,
}

BOXES = frozenset((*_BOXES, "pre", *PARENTS))
"""The names of elements that are read as blocks, or as parts of such."""
