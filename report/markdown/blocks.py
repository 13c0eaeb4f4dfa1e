"""Block tokens → block nodes, each with its place; divisions go to their directives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode
from msgspec import Struct, field
from msgspec.structs import replace

from report.diagnostics import Diagnostic, error, warning
from report.directives import Setting, expand, is_directive
from report.document import (
    Alignment,
    Attributes,
    Blocks,
    BulletList,
    Callout,
    Cell,
    CodeBlock,
    Definition,
    DefinitionList,
    Division,
    Figure,
    Heading,
    Image,
    Inlines,
    Item,
    Math,
    Node,
    OrderedList,
    PageBreak,
    Paragraph,
    Plain,
    Quote,
    Row,
    Rule,
    SoftBreak,
    Table,
    Text,
)
from report.markdown import elements
from report.markdown.attributes import allowed
from report.markdown.boxes import box, preformatted
from report.markdown.foreign import broken_attributes, foreign_fence, foreign_text, raw_html
from report.markdown.inlines import InlineBuilder
from report.markdown.marks import CAPTION_MARK
from report.markdown.positions import Lines, Places
from report.source import Span
from report.words import words


class NoteText(Struct, frozen=True):
    """What `[^label]: …` defines."""

    label: str
    blocks: Blocks
    span: Span


class BlockBuilder(Struct):
    """Makes nodes of a chapter's tokens; collects what stands apart from the text."""

    lines: Lines
    setting: Setting
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notes: list[NoteText] = field(default_factory=list)
    abbreviations: dict[str, str] = field(default_factory=dict)
    hidden: list[Node] = field(default_factory=list)
    """Blocks that this output or profile leaves out."""
    by_output: bool = False
    """Whether another output has other blocks."""

    def build(self, nodes: list[SyntaxTreeNode]) -> Blocks:
        """The nodes of sibling tokens; captions go to the table beside them."""
        result: list[Node] = []
        caption: SyntaxTreeNode | None = None
        for index, token in enumerate(nodes):
            if token.type == "caption":
                if result and isinstance(result[-1], Table) and not result[-1].caption:
                    result[-1] = self._captioned(result[-1], token)
                elif index + 1 < len(nodes) and _is_table(nodes[index + 1]):
                    caption = token
                else:
                    result.extend(self._stray_caption(token))
                continue
            made = tuple(self.node(token))
            if caption and made and isinstance(made[0], Table):
                made = (self._captioned(made[0], caption), *made[1:])
                caption = None
            result.extend(made)
        return tuple(result)

    def node(self, token: SyntaxTreeNode) -> Iterator[Node]:
        """What one token becomes."""
        span = self._span(token)
        match token.type:
            case "paragraph":
                yield from self._paragraph(token, span)
            case "heading":
                yield self._heading(token, span)
            case "bullet_list":
                yield BulletList(self._items(token), span=span)
            case "ordered_list":
                yield OrderedList(self._items(token), int(token.attrs.get("start", 1)), span=span)
            case "blockquote":
                blocks = self.build(token.children)
                yield from (_quote(blocks, span),) if blocks else ()
            case "fence" | "code_block":
                yield from self._code(token, span)
            case "hr":
                yield Rule(span=span)
            case "table":
                yield self._table(token, span)
            case "dl":
                yield DefinitionList(tuple(self._definitions(token)), span=span)
            case "division":
                yield from self._division(token)
            case "division_stray":
                self.diagnostics.append(error("division-stray", "`:::` closes nothing", span, "remove it"))
            case "note":
                self.notes.append(NoteText(token.meta["label"], self.build(token.children), span))
            case "abbreviation":
                self._check_abbreviation(token.meta["word"], token.meta["title"], span)
            case "comment_unclosed":
                place = replace(span, end=span.start + 4)
                self.diagnostics.append(
                    error("comment-unclosed", "this comment is not closed", place, "end it with -->")
                )
            case "too_deep":
                place = self.lines.span(token.map[0], token.map[0] + 1) if token.map else span
                message = "what is nested deeper than this is printed as it stands"
                self.diagnostics.append(error("nesting-depth", message, place, "nest less deeply"))
                yield Paragraph((Text(token.content.strip(), span=span),), span=span)
            case "html_block":
                yield from self._html(token, span)
            case "element":
                yield self._element(token, span)
            case _:
                yield Paragraph(self._inlines(token), span=span)

    def _check_abbreviation(self, word: str, expansion: str, span: Span) -> None:
        if self.abbreviations.setdefault(word, expansion) != expansion:
            message = f"`{word}` was explained as `{self.abbreviations[word]}` before"
            self.diagnostics.append(warning("acronym-duplicate", message, span, "keep one"))

    def _span(self, token: SyntaxTreeNode) -> Span:
        if token.type == "element":
            return self.lines.places_on(token.meta["lines"], token.meta["at"]).span(0, len(token.meta["written"]))
        if token.type == "paragraph" and token.children and "lines" in token.children[0].meta:
            inline = token.children[0]
            return self.lines.places_on(inline.meta["lines"], inline.meta["at"]).span(0, len(inline.content))
        first, last = token.map or (0, 1)
        return self.lines.span(first, last)

    def _inlines(self, token: SyntaxTreeNode, column: int = 0) -> Inlines:
        """The inline content of a block token."""
        inline = next((child for child in token.children if child.type == "inline"), None)
        if inline is None or not inline.content:
            return ()
        first = (inline.map or token.map or (0, 1))[0]
        if "lines" in inline.meta:
            places = self.lines.places_on(inline.meta["lines"], inline.meta["at"])
            return self._read(inline, places)
        if token.type == "heading" and not column:
            marks = re.match(r"[ >\t]*(?:[-*+]|\d+[.)])?[ \t]*#{0,6}[ \t]*", self.lines.texts[first])
            column = marks.end() if marks else 0
        return self._read(inline, self.lines.places(inline.content, first, column))

    def _read(self, inline: SyntaxTreeNode, places: Places) -> Inlines:
        self.diagnostics.extend(foreign_text(inline.content, places))
        html = elements.Html(
            elements.strays(inline.walk()), inline.meta.get("said", {}), words(self.setting.language).quotes
        )
        builder = InlineBuilder(places, self.diagnostics, self.abbreviations, html if self.setting.html else None)
        return builder.build(inline.children, len(inline.content))

    def _paragraph(self, token: SyntaxTreeNode, span: Span) -> Iterator[Node]:
        inline = token.children[0].content.strip() if token.children else ""
        if re.fullmatch(r"\{\{<\s*pagebreak\s*>\}\}", inline):
            yield PageBreak(span=span)
            return
        content = self._inlines(token)
        if token.hidden:
            yield Plain(content, span=span)
            return
        match content:
            case (Image(children=(_, *_)) as image,):
                yield _figure(image, span)
            case (Math(display=True),):
                yield Paragraph(content, span=span, attributes=Attributes(classes=("display",)))
            case _:
                yield Paragraph(content, span=span)

    def _heading(self, token: SyntaxTreeNode, span: Span) -> Heading:
        content = self._inlines(token)
        match content:
            case ():
                self.diagnostics.append(warning("heading-empty", "this heading is empty", span))
            case (*_, Text(text=text) as last) if found := re.search(r"(?<=\s)\{[#.]?[A-Za-z][^{}]*\}$", text):
                place = replace(last.span, start=last.span.end - len(found[0]))
                if self._written(place) == found[0]:
                    self.diagnostics.append(broken_attributes(place))
        attributes = self._allowed(token.meta.get("attributes"), "heading", span)
        return Heading(int(token.tag[1]), content, span=span, attributes=attributes)

    def _written(self, span: Span) -> str:
        """What the author wrote at a place, with the character before it where that is a backslash."""
        source = self.lines.source
        if span.path != source.path or source.origins:
            return ""
        escaped = source.text[span.start - 1 : span.start] == "\\"
        return source.text[span.start - escaped : span.end]

    def _items(self, token: SyntaxTreeNode) -> tuple[Item, ...]:
        return tuple(Item(self.build(item.children), span=self._span(item)) for item in token.children)

    def _code(self, token: SyntaxTreeNode, span: Span) -> Iterator[Node]:
        text = token.content.replace(CAPTION_MARK, ":")
        info = token.info.strip()
        problem = foreign_fence(info, span)
        self.diagnostics.extend((problem,) if problem else ())
        yield CodeBlock(text, info.partition(" ")[0], span=span)

    def _html(self, token: SyntaxTreeNode, span: Span) -> Iterator[Node]:
        text = token.content.strip()
        problem = raw_html(text, span)
        self.diagnostics.extend((problem,) if problem else ())
        yield Paragraph((Text(text, span=span),), span=span)

    def _element(self, token: SyntaxTreeNode, span: Span) -> Node:
        """The node for an element of HTML."""
        tag: elements.Tag = token.meta["tag"]
        if not token.meta["closed"]:
            self.diagnostics.append(elements.unclosed(tag.name, "", span))
        if tag.name == "pre":
            return preformatted(tag, token.meta["text"], span, self.diagnostics)
        return box(tag, self.build(token.children), span, self.diagnostics)

    def _table(self, token: SyntaxTreeNode, span: Span) -> Table:
        head: list[Row] = []
        rows: list[Row] = []
        lines: list[int] = []
        for part in token.children:
            for row in part.children:
                (head if part.type == "thead" else rows).append(self._row(row))
                lines.append((row.map or (0, 1))[0])
        width = max((len(row.cells) for row in head), default=0)
        rows = [self._whole(row, line, width) for row, line in zip(rows, lines[len(head) :], strict=True)]
        return Table(tuple(head), tuple(rows), span=span)

    def _row(self, token: SyntaxTreeNode) -> Row:
        line = (token.map or (0, 1))[0]
        text = self.lines.texts[line] if line < len(self.lines.texts) else ""
        column = len(text) - len(text.lstrip(" >|"))
        cells: list[Cell] = []
        for cell in token.children:
            inline = cell.children[0].content if cell.children else ""
            alignment = str(cell.attrs.get("style", "")).removeprefix("text-align:")
            found = text.find(inline, column) if inline else -1
            column = found if found >= 0 else column
            content = self._inlines(cell, max(1, column))
            cells.append(Cell(content, _alignment(alignment), span=self._span(token)))
            column += len(inline)
        return Row(tuple(cells), span=self._span(token))

    def _whole(self, row: Row, line: int, width: int) -> Row:
        """The row with the cells that markdown-it cuts off because the head has fewer."""
        text = self.lines.texts[line].lstrip("> \t")
        cells = re.split(r"(?<!\\)\|", text.strip().removeprefix("|").removesuffix("|"))
        if len(cells) == width:
            return row
        count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        hint = r"write a literal bar as `\|`" if len(cells) > width else "add the missing cells, empty ones as well"
        self.diagnostics.append(error("table-ragged-row", f"this row has {count}, the head {width}", row.span, hint))
        more = (Cell((Text(cell.strip(), span=row.span),), span=row.span) for cell in cells[width:])
        return replace(row, cells=(*row.cells, *more))

    def _captioned(self, table: Table, token: SyntaxTreeNode) -> Table:
        given = self._allowed(token.meta["attributes"], "table", self._span(token))
        own = table.attributes
        attributes = Attributes(given.id or own.id, (*own.classes, *given.classes), (*own.pairs, *given.pairs))
        return replace(table, caption=self._inlines(token, 1), attributes=attributes)

    def _allowed(self, attributes: Attributes | None, of: str, span: Span) -> Attributes:
        kept, problems = allowed(attributes, of, span)
        self.diagnostics.extend(problems)
        return kept

    def _stray_caption(self, token: SyntaxTreeNode) -> Iterator[Node]:
        span = self._span(token)
        self.diagnostics.append(warning("caption-stray", "this caption stands beside no table", span))
        yield Paragraph(self._inlines(token, 1), span=span)

    def _definitions(self, token: SyntaxTreeNode) -> Iterator[Definition]:
        term: Inlines = ()
        term_token: SyntaxTreeNode | None = None
        for child in token.children:
            if child.type == "dt":
                term, term_token = self._inlines(child), child
            else:
                span = self._span(term_token) if term_token else self._span(child)
                yield Definition(term, self.build(child.children), span=span)

    def _division(self, token: SyntaxTreeNode) -> Iterator[Node]:
        first = (token.map or (0, 1))[0]
        opening = self.lines.span(first, first + 1)
        attributes: Attributes | None = token.meta["attributes"]
        if attributes is None:
            hint = "write ::: {.class} or ::: {.class #id key=value}"
            message = f"`{token.meta['text']}` is not a class or attributes"
            self.diagnostics.append(error("division-attributes", message, opening, hint))
        if not token.meta["closed"]:
            self.diagnostics.append(
                error("division-unclosed", "this division is not closed", opening, "end it with a line `:::`")
            )
        named = self._allowed(attributes, "directive", opening)
        division = Division(self.build(token.children), span=opening, attributes=named)
        expansion = expand(division, self.setting)
        if not is_directive(division):
            plain = replace(division, attributes=self._allowed(named, "division", opening))
            expansion = replace(expansion, blocks=(plain,))
        self.diagnostics.extend(expansion.diagnostics)
        self.hidden.extend(expansion.hidden)
        self.by_output |= expansion.by_output
        yield from expansion.blocks


def _is_table(token: SyntaxTreeNode) -> bool:
    return token.type == "table" or (token.type == "element" and token.meta["tag"].name == "table")


def _alignment(text: str) -> Alignment:
    match text:
        case "left" | "center" | "right":
            return text
        case _:
            return ""


def _figure(image: Image, span: Span) -> Figure:
    """An image alone in its paragraph, with a caption, is a figure (pandoc's implicit figures)."""
    attributes = image.attributes
    picture = replace(image, children=(), attributes=replace(attributes, id="", classes=()))
    return Figure((picture,), image.children, span=span, attributes=attributes)


_CALLOUT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(.*)$", re.IGNORECASE)


def _quote(blocks: Blocks, span: Span) -> Node:
    """A block quotation, or a callout where it opens with `[!NOTE]`; what follows on that line is its title."""
    match blocks:
        case (Paragraph(children=(Text(text=text) as opening, *rest)) as first, *others) if found := _CALLOUT.match(
            text
        ):
            end = next((place for place, node in enumerate(rest) if isinstance(node, SoftBreak)), len(rest))
            named = (replace(opening, text=found[2]),) if found[2] else ()
            content = tuple(rest[end + 1 :])
            body = (replace(first, children=content),) if content else ()
            return Callout(found[1].lower(), (*body, *others), (*named, *rest[:end]), span=span)
        case _:
            return Quote(blocks, span=span)
