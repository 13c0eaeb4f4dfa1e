"""A linked chapter → HTML; every number and page is already a literal, so that the HTML looks nothing up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby
from urllib.parse import quote

from report.document import (
    Abbreviation,
    Attributes,
    BibliographyEntry,
    BulletList,
    Callout,
    Cell,
    Chapter,
    Code,
    CodeBlock,
    ContentsEntry,
    Definition,
    DefinitionList,
    Division,
    Emphasis,
    Figure,
    Graphic,
    Heading,
    Image,
    IndexEntry,
    IndexMark,
    LineBreak,
    Link,
    Node,
    Note,
    NoteCall,
    NoteReference,
    OrderedList,
    PageBreak,
    Paragraph,
    Plain,
    Quote,
    Row,
    Rule,
    SoftBreak,
    Strikeout,
    Strong,
    Styled,
    Subscript,
    Superscript,
    Table,
    Text,
    children,
    plain_text,
)
from report.html.notes import parts
from report.html.theme import graphic_style

WIDE_COLUMNS = 4
"""Tables with that many columns reach into the margin column."""


SHORT_ROWS = 10
"""Tables with no more rows are kept on one page."""


SIZE = re.compile(r"\d+(\.\d+)?(%|mm|cm|in|pt|px|em)?")
"""Widths and heights that images may have; pixels where there is no unit."""


def write(chapter: Chapter) -> str:
    """The chapter as a `section`."""
    classes = "chapter" if chapter.number else "chapter unnumbered"
    number = f'<p class="chapter-number">{escape(chapter.number)}</p>' if chapter.number else ""
    running = escape(chapter.short_title or plain_text(chapter.title))
    label = escape(f"{chapter.number} {plain_text(chapter.title)}".strip())
    authors = f'<p class="byline">{escape(", ".join(chapter.authors))}</p>' if chapter.authors else ""
    return (
        f'<section class="{classes}" id="{escape(chapter.label)}"><header>{number}'
        f'<h1 data-running="{running}" data-bookmark="{label}">{inlines(chapter.title)}</h1>{authors}</header>'
        f"{blocks(chapter.blocks)}</section>\n"
    )


def blocks(nodes: Iterable[Node]) -> str:
    """Blocks one after another."""
    return "".join(_block(node) for node in nodes)


def inlines(nodes: Iterable[Node]) -> str:
    """Inlines one after another, on one line."""
    return "".join(_inline(node) for node in nodes)


def _block(node: Node) -> str:
    match node:
        case Paragraph():
            return _element("p", node.attributes, inlines(node.children))
        case Plain():
            return inlines(node.children)
        case Heading():
            return _heading(node)
        case BulletList(items=items):
            return _element("ul", node.attributes, "".join(f"<li>{blocks(item.blocks)}</li>" for item in items))
        case OrderedList(items=items, start=start):
            opening = f'<ol start="{start}">' if start != 1 else "<ol>"
            return opening + "".join(f"<li>{blocks(item.blocks)}</li>" for item in items) + "</ol>"
        case Quote():
            return _element("blockquote", node.attributes, blocks(node.blocks))
        case DefinitionList(items=items):
            return _definitions(items)
        case CodeBlock(text=text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Rule():
            return "<hr>"
        case Table():
            return _table(node)
        case Figure():
            return _figure(node)
        case Graphic():
            return _graphic(node)
        case Division():
            return _division(node)
        case Callout():
            title = f'<p class="callout-title">{inlines(node.title)}</p>'
            return f'<aside class="callout callout-{escape(node.kind)}"{_id(node)}>{title}{blocks(node.blocks)}</aside>'
        case PageBreak():
            return '<div class="pagebreak"></div>'
        case BibliographyEntry():
            return f"<p{_id(node)}>{inlines(node.children)}</p>"
        case _:
            return _inline(node)


def _inline(node: Node) -> str:
    match node:
        case Text(text=text):
            return escape(text, quote=False)
        case SoftBreak():
            return " "
        case LineBreak():
            return "<br>"
        case Emphasis():
            return _element("em", node.attributes, inlines(node.children))
        case Strong():
            return _element("strong", node.attributes, inlines(node.children))
        case Strikeout():
            return _element("del", node.attributes, inlines(node.children))
        case Superscript():
            return _element("sup", node.attributes, inlines(node.children))
        case Subscript():
            return _element("sub", node.attributes, inlines(node.children))
        case Code(text=text):
            return _element("code", node.attributes, escape(text, quote=False))
        case Link(target=target):
            names = f' class="{escape(" ".join(node.attributes.classes))}"' if node.attributes.classes else ""
            return f'<a href="{escape(target)}"{names}>{inlines(node.children)}</a>'
        case Image():
            return _image(node)
        case Styled():
            return _element("span", node.attributes, inlines(node.children))
        case IndexMark(anchor=anchor):
            return f'<span id="{escape(anchor)}">{inlines(node.children)}</span>'
        case Abbreviation(text=text, expansion=expansion):
            return f'<abbr title="{escape(expansion)}">{escape(text, quote=False)}</abbr>'
        case Note():
            return _note(node)
        case NoteCall(number=number, anchor=anchor):
            return f'<span class="call"><a href="#{escape(anchor)}">{number}</a></span>'
        case NoteReference(label=label):
            return f"[^{escape(label, quote=False)}]"
        case _:
            return blocks(children(node))


def _heading(node: Heading) -> str:
    number = f'<span class="section-number">{escape(node.number)}</span>' if node.number else ""
    level = min(node.level, 6)
    label = escape(f"{node.number} {plain_text(node.children)}".strip())
    classes = "".join(f" {name}" for name in node.attributes.classes).strip()
    named = f' class="{escape(classes)}"' if classes else ""
    return f'<h{level}{_id(node)}{named} data-bookmark="{label}">{number}{inlines(node.children)}</h{level}>'


def _definitions(items: Iterable[Definition]) -> str:
    """Each term with its definitions in one box, so that no page parts them."""
    groups = groupby(items, key=lambda item: (item.term, item.span))
    entries = (
        f"<div><dt>{inlines(term)}</dt>{''.join(f'<dd>{blocks(item.blocks)}</dd>' for item in group)}</div>"
        for (term, _), group in groups
    )
    return f"<dl>{''.join(entries)}</dl>"


def _table(node: Table) -> str:
    width = max((len(row.cells) for row in (*node.head, *node.rows)), default=0)
    classes = ["tbl", *node.attributes.classes]
    if width >= WIDE_COLUMNS and "narrow" not in classes:
        classes.append("wide")
    if len(node.rows) <= SHORT_ROWS:
        classes.append("short")
    caption = f"<caption>{inlines(node.caption)}</caption>" if node.caption else ""
    head = "".join(_row(row, "th") for row in node.head)
    rows = "".join(_row(row, "td") for row in node.rows)
    return (
        f'<div class="{escape(" ".join(classes))}"{_id(node)}><table>{caption}<thead>{head}</thead>'
        f"<tbody>{rows}</tbody></table>{_source(node)}</div>"
    )


def _row(row: Row, tag: str) -> str:
    return f"<tr>{''.join(_cell(cell, tag) for cell in row.cells)}</tr>"


def _cell(cell: Cell, tag: str) -> str:
    alignment = f' class="{cell.alignment}"' if cell.alignment else ""
    return f"<{tag}{alignment}>{inlines(cell.children)}</{tag}>"


def _figure(node: Figure) -> str:
    caption = f"<figcaption>{inlines(node.caption)}</figcaption>" if node.caption else ""
    classes = "".join(f" {name}" for name in node.attributes.classes).strip()
    named = f' class="{escape(classes)}"' if classes else ""
    return f"<figure{_id(node)}{named}>{caption}{blocks(node.blocks)}{_source(node)}</figure>"


def _source(node: Node) -> str:
    source = node.attributes.get("source")
    return f'<p class="source">{escape(source, quote=False)}</p>' if source else ""


def _graphic(node: Graphic) -> str:
    head, _, rest = node.svg.partition(">")
    title = escape(node.alternative, quote=False)
    return f'{head} role="img"><title>{title}</title><style>{graphic_style()}</style>{rest}'


def _image(node: Image) -> str:
    if not node.source:
        return f"[{inlines(node.children) or escape(node.attributes.get('alt'), quote=False)}]"
    alternative = node.attributes.get("alt") or plain_text(node.children)
    sizes = ((side, node.attributes.get(side)) for side in ("width", "height"))
    declared = ";".join(f"{side}:{size}{'px' * size.isdecimal()}" for side, size in sizes if SIZE.fullmatch(size))
    style = f' style="{declared}"' if declared else ""
    return f'<img src="asset:/{escape(quote(node.source))}" alt="{escape(alternative)}"{style}>'


def _division(node: Division) -> str:
    names = node.attributes.classes
    if node.blocks and all(isinstance(block, ContentsEntry) for block in node.blocks):
        entries = "".join(_contents_entry(entry) for entry in node.blocks if isinstance(entry, ContentsEntry))
        return f'<ol class="contents {escape(" ".join(names))}">{entries}</ol>'
    if "index" in names and all(isinstance(block, IndexEntry) for block in node.blocks):
        return f'<div class="index">{_index(block for block in node.blocks if isinstance(block, IndexEntry))}</div>'
    return _element("div", node.attributes, blocks(node.blocks))


def _contents_entry(entry: ContentsEntry) -> str:
    number = f'<span class="contents-number">{escape(entry.number)}</span>' if entry.number else ""
    return (
        f'<li class="level-{entry.level}"><a href="#{escape(entry.target)}">{number}'
        f'<span class="contents-title">{inlines(entry.children)}</span>'
        f'<span class="contents-page">{escape(entry.page)}</span></a></li>'
    )


def _index(entries: Iterable[IndexEntry]) -> str:
    groups: list[str] = []
    for entry in entries:
        if entry.initial:
            groups.append(f'<p class="index-letter">{escape(entry.initial)}</p>')
        pages = [f'<a href="#{escape(anchor)}">{escape(text)}</a>' for text, anchor in entry.pages]
        see = [f"<em>{escape(entry.word)}</em> {escape(entry.see)}"] if entry.see else []
        groups.append(f"<p>{', '.join((escape(entry.entry), *pages, *see))}</p>")
    return "".join(groups)


def _note(node: Note) -> str:
    """A note and its call, with links both ways; a long note is parted so that it can flow over pages."""
    anchor = escape(node.anchor)
    call = anchor.replace("fn-", "ref-", 1)
    first, *more = parts(node.blocks) or ((),)
    number = f'<span class="note-number"><a href="#{call}">{node.number}.</a></span>'
    texts = [f'<span class="fn" id="{anchor}">{number}{_note_text(first)}</span>']
    texts += [f'<span class="fn" id="{anchor}-{index}">{_note_text(part)}</span>' for index, part in enumerate(more, 2)]
    return f'{"".join(texts)}<span class="call"><a href="#{anchor}" id="{call}">{node.number}</a></span>'


def _note_text(nodes: Iterable[Node]) -> str:
    """Blocks of a note as spans: a real paragraph would end the paragraph that the note is called from."""
    pieces = []
    for index, node in enumerate(nodes):
        match node:
            case Paragraph() | Plain():
                text = inlines(node.children)
                pieces.append(text if index == 0 else f'<span class="note-paragraph">{text}</span>')
            case BulletList(items=items) | OrderedList(items=items):
                pieces.extend(f'<span class="note-item">{_note_text(item.blocks)}</span>' for item in items)
            case Quote(blocks=below) | Division(blocks=below) | Callout(blocks=below):
                pieces.append(f'<span class="note-quote">{_note_text(below)}</span>')
            case CodeBlock(text=text):
                pieces.append(f'<span class="note-paragraph"><code>{escape(text, quote=False)}</code></span>')
            case Table(head=head, rows=rows):
                for row in (*head, *rows):
                    cells = " · ".join(inlines(cell.children) for cell in row.cells)
                    pieces.append(f'<span class="note-item">{cells}</span>')
            case _:
                pieces.append(f'<span class="note-paragraph">{inlines((node,))}</span>')
    return "".join(pieces)


def _element(tag: str, attributes: Attributes, content: str) -> str:
    names = f' class="{escape(" ".join(attributes.classes))}"' if attributes.classes else ""
    identity = f' id="{escape(attributes.id)}"' if attributes.id else ""
    language = attributes.get("lang")
    spoken = ""
    if language:
        direction = ' dir="rtl"' if language.partition("-")[0] in ("ar", "fa", "he", "ur", "ckb", "syr") else ""
        spoken = f' lang="{escape(language)}"{direction}'
    return f"<{tag}{identity}{names}{spoken}>{content}</{tag}>"


def _id(node: Node) -> str:
    return f' id="{escape(node.attributes.id)}"' if node.attributes.id else ""
