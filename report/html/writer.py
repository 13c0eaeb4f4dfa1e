"""A linked chapter → HTML; every number and page is already a literal, so that the HTML looks nothing up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import count, groupby
from urllib.parse import quote

from msgspec.structs import replace

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
    Inlines,
    Item,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    NoteCall,
    NoteReference,
    Number,
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
    walk,
)
from report.html.notes import note_anchors, parts
from report.html.numerals import STYLES, numeral
from report.source import Span
from report.typesetting import direction, set_words, shortened

WIDE_COLUMNS = 4
"""Tables with that many columns reach into the margin column."""


PLACE = "@place"
"""The attribute of blocks that are marked with a number; no author can write one of that name."""


SHORT_ROWS = 10
"""Tables with no more rows are kept on one page."""


DRAWING_STYLE = "<style>/* drawings */</style>"
"""Stands in every drawing for the stylesheet that the theme has for them."""


SIZE = re.compile(r"\d+(\.\d+)?(%|mm|cm|in|pt|px|em)?")
"""Widths and heights that images may have; pixels where there is no unit."""


class Written(Node, frozen=True):
    """A piece of a tree that is HTML already: what another edition writes in its own way."""

    html: str


def write(chapter: Chapter) -> str:
    """The chapter as a `section`."""
    classes = "chapter" if chapter.number else "chapter unnumbered"
    number = f'<p class="chapter-number">{escape(chapter.number)}</p>' if chapter.number else ""
    chapter_number = f""" style="--chapter: '{escape(chapter.number)}.'\"""" if chapter.number else ""
    running = escape(shortened(chapter.short_title or _words(chapter.title)))
    label = escape(f"{chapter.number} {_words(chapter.title)}".strip())
    authors = f'<p class="byline">{escape(", ".join(chapter.authors))}</p>' if chapter.authors else ""
    place = f' data-place="{chapter.place}"' if chapter.place else ""
    title = inlines(_together(chapter.title))
    return (
        f'<section class="{classes}" id="{escape(chapter.label)}"{chapter_number}><header>{number}'
        f'<h1 data-running="{running}" data-bookmark="{label}"{place}>{title}</h1>{authors}</header>'
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
            return _element("ul", node.attributes, "".join(_item(item) for item in items))
        case OrderedList(items=items):
            rows = "".join(_item(item, node.step) for item in items)
            return _element("ol", node.attributes, rows, **_counted(node))
        case Quote():
            return _element("blockquote", node.attributes, blocks(node.blocks))
        case DefinitionList(items=items):
            return _element("dl", node.attributes, _definitions(items))
        case CodeBlock(text=text):
            return _element("pre", node.attributes, f"<code>{escape(text, quote=False)}</code>")
        case Rule():
            return _empty("hr", node.attributes)
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
            return _element("aside", node.attributes, title + blocks(node.blocks), "callout", f"callout-{node.kind}")
        case PageBreak():
            return '<div class="pagebreak"></div>'
        case BibliographyEntry():
            return _element("p", node.attributes, inlines(node.children))
        case _:
            return _inline(node)


def _inline(node: Node) -> str:
    match node:
        case Text(text=text):
            return escape(text, quote=False)
        case SoftBreak():
            return " "
        case LineBreak():
            return "<br/>"
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
        case Math():
            return _math(node)
        case Link(target=target):
            return _element("a", node.attributes, inlines(node.children), href=target)
        case Image():
            return _image(node)
        case Styled():
            tag = "bdi" if node.attributes.has("dir") or direction(node.attributes.get("lang")) else "span"
            return _element(tag, node.attributes, inlines(node.children))
        case IndexMark(anchor=anchor):
            return _element("span", Attributes(anchor), inlines(node.children))
        case Abbreviation(text=text, expansion=expansion):
            return _element("abbr", node.attributes, escape(text, quote=False), title=expansion)
        case Note():
            return _note(node)
        case NoteCall(number=number, anchor=anchor):
            return f'<span class="call">{_note_number(number, anchor, anchor)}</span>'
        case Number(text=text, name=name):
            return f'<span data-number="{escape(name)}">{escape(text)}</span>'
        case NoteReference(label=label):
            return f"[^{escape(label, quote=False)}]"
        case Written(html=html):
            return html
        case _:
            return blocks(children(node))


def _counted(node: OrderedList) -> dict[str, str]:
    """The attributes of a list that does not count from 1 up; WeasyPrint knows the style alone."""
    given: dict[str, str] = {}
    styles: list[str] = []
    if node.start != 1 or node.step != 1:
        given["start"] = str(node.start)
        styles.append(f"counter-reset: list-item {node.start - node.step}")
    if node.numerals != "1":
        given["type"] = node.numerals
        styles.append(f"list-style-type: {STYLES[node.numerals]}")
    return {**given, "style": "; ".join(styles)}


def _item(item: Item, step: int = 1) -> str:
    style = "" if step == 1 else f"counter-increment: list-item {step}"
    return _element("li", item.attributes, blocks(item.blocks), style=style)


def _heading(node: Heading) -> str:
    number = f'<span class="section-number">{escape(node.number)}</span>' if node.number else ""
    label = f"{node.number} {_words(node.children)}".strip()
    content = number + inlines(_together(node.children))
    return _element(f"h{min(node.level, 6)}", node.attributes, content, data_bookmark=label)


def _words(title: Inlines) -> str:
    """A title as it is looked for: with plain spaces."""
    return plain_text(title).replace("\u00a0", " ").replace("\u202f", " ")


def _together(title: Inlines) -> Inlines:
    """A title whose last word, where it is short, takes the word before it along to the next line."""
    match title:
        case (*others, Text(text=text) as last) if len(plain_text(title)) > LONG_TITLE:
            words = _LAST_WORDS.sub("\u00a0", text)
            return (*others, replace(last, text=words))
        case _:
            return title


LONG_TITLE = 24
"""Titles with so many characters may need a second line."""

_LAST_WORDS = re.compile(r"(?<=\w) (?=\S{1,9}$)")


def _definitions(items: Iterable[Definition]) -> str:
    """Each term with its definitions in one box, so that no page parts them."""
    groups = groupby(items, key=lambda item: (item.term, item.span))
    entries = (
        f"<div>{_term(term)}{''.join(f'<dd>{blocks(item.blocks)}</dd>' for item in group)}</div>"
        for (term, _), group in groups
    )
    return "".join(entries)


def _term(term: Inlines) -> str:
    return f"<dt>{inlines(term)}</dt>" if term else ""


def _table(node: Table) -> str:
    width = max((sum(cell.columns for cell in row.cells) for row in (*node.head, *node.rows)), default=0)
    wide = width >= WIDE_COLUMNS and "narrow" not in node.attributes.classes
    classes = ("tbl", *(("wide",) if wide else ()), *(("short",) if len(node.rows) <= SHORT_ROWS else ()))
    caption = f"<caption>{inlines(node.caption)}</caption>" if node.caption else ""
    rows = ("".join(_row(row, tag) for row in part) for tag, part in (("th", node.head), ("td", node.rows)))
    head, body = _notes_moved(node, *rows)
    above = f"<thead>{head}</thead>" if head else ""
    headed = ' class="headed"' if any(cell.scope for row in node.rows for cell in row.cells) else ""
    table = f"<table{headed}>{caption}{above}<tbody>{body}</tbody></table>"
    return _element("div", node.attributes, table + _source(node), *classes)


def _notes_moved(node: Table, head: str, rows: str) -> tuple[str, str]:
    """A table's head and rows, with the notes of the head in the first cell below: WeasyPrint prints heads again."""
    first = re.match(r"<tr[^>]*><t[dh][^>]*>", rows)
    if first is None:
        return head, rows
    texts = [_note_texts(below) for below in walk(node.head) if isinstance(below, Note)]
    for text in texts:
        head = head.replace(text, "", 1)
    return head, f"{first[0]}{''.join(texts)}{rows[first.end() :]}"


def _row(row: Row, tag: str) -> str:
    return _element("tr", row.attributes, "".join(_cell(cell, tag) for cell in row.cells))


def _cell(cell: Cell, tag: str) -> str:
    tag = "th" if cell.scope else tag
    scope = "" if cell.scope == "col" else cell.scope
    columns, rows = (str(number) if number > 1 else "" for number in (cell.columns, cell.rows))
    classes = (cell.alignment,) if cell.alignment else ()
    content = blocks(cell.children)
    return _element(tag, cell.attributes, content, *classes, colspan=columns, rowspan=rows, scope=scope)


def _figure(node: Figure) -> str:
    caption = f"<figcaption>{inlines(node.caption)}</figcaption>" if node.caption else ""
    words = plain_text(part for part in node.caption if "caption-label" not in part.attributes.classes)
    pictures = tuple(_described(block, words.strip(" ,;:")) for block in node.blocks)
    return _element("figure", node.attributes, caption + blocks(pictures) + _source(node))


def _described(node: Node, words: str) -> Node:
    """A picture without words of its own is described by its figure's caption."""
    if not isinstance(node, Image) or node.attributes.get("alt"):
        return node
    return replace(node, attributes=replace(node.attributes, pairs=(*node.attributes.pairs, ("alt", words))))


def _source(node: Node) -> str:
    source = node.attributes.get("source")
    return f'<p class="source">{marked(source)}</p>' if source else ""


def marked(text: str, language: str = "") -> str:
    """A text that is no tree, set, as HTML."""
    return inlines(set_words(text, language, Span("")))


def _graphic(node: Graphic) -> str:
    head, _, rest = node.svg.partition(">")
    title = escape(node.alternative, quote=False)
    return f'{head} role="img"><title>{title}</title>{DRAWING_STYLE}{rest}'


def _math(node: Math) -> str:
    """A formula; on lines of its own its number stands before it, for both to have one baseline."""
    drawn = f"<code>{escape(node.tex.strip(), quote=False)}</code>"
    if node.svg:
        head, _, rest = node.svg.partition(">")
        style = f' style="vertical-align:{-node.depth_em:g}em"' if node.depth_em else ""
        drawn = f'{head} role="math"{style}><title>{escape(node.words, quote=False)}</title>{rest}'
    if not node.display:
        return _element("span", node.attributes, drawn, "math")
    number = f'<span class="equation-number">({escape(node.number)})</span>' if node.number else ""
    return _element("span", node.attributes, number + drawn, "equation", *(("numbered",) if number else ()))


def _image(node: Image) -> str:
    if not node.source:
        return f"[{inlines(node.children) or escape(node.attributes.get('alt'), quote=False)}]"
    alternative = node.attributes.get("alt") or plain_text(node.children)
    sizes = ((side, node.attributes.get(side)) for side in ("width", "height"))
    declared = ";".join(f"{side}:{size}{'px' * size[-1].isdecimal()}" for side, size in sizes if SIZE.fullmatch(size))
    style = f' style="{declared}"' if declared else ""
    return _empty(
        "img", node.attributes, f' src="asset:/{escape(quote(node.source))}" alt="{escape(alternative)}"{style}'
    )


def _division(node: Division) -> str:
    match node.blocks:
        case (ContentsEntry(), *_):
            entries = "".join(_contents_entry(entry) for entry in node.blocks if isinstance(entry, ContentsEntry))
            return _element("ol", node.attributes, entries, "contents")
        case (IndexEntry(), *_):
            entries = _index(entry for entry in node.blocks if isinstance(entry, IndexEntry))
            return _element("div", node.attributes, entries)
        case _:
            return _element("div", node.attributes, blocks(node.blocks))


def _contents_entry(entry: ContentsEntry) -> str:
    number = f'<span class="contents-number">{escape(entry.number)}</span>' if entry.number else ""
    return (
        f'<li class="level-{entry.level}"><a href="#{escape(entry.target)}">{number}'
        f'<span class="contents-title">{inlines(entry.children)}</span>'
        f'<span class="contents-page" data-number="page:{escape(entry.target)}" data-free="1">'
        f"{escape(entry.page)}</span></a></li>"
    )


def _index(entries: Iterable[IndexEntry]) -> str:
    groups: list[str] = []
    for entry in entries:
        if entry.initial:
            groups.append(f'<p class="index-letter">{marked(entry.initial)}</p>')
        pages = [inlines(entry.pages)] if entry.pages else []
        see = [f"<em>{escape(entry.word)}</em> {marked(entry.see)}"] if entry.see else []
        groups.append(f"<p>{', '.join((marked(entry.entry), *pages, *see))}</p>")
    return "".join(groups)


def _note(node: Note) -> str:
    """A note and its call, with links both ways; a long note is parted so that it can flow over pages."""
    call = _note_number(node.number, node.anchor, node.anchor, node.call_anchor)
    return f'{_note_texts(node)}<span class="call">{call}</span>'


def _note_texts(node: Note) -> str:
    number = f'<span class="note-number">{_note_number(node.number, node.anchor, node.call_anchor)}.</span>'
    texts = (
        f'<span class="fn" id="{escape(part)}">{number if part == node.anchor else ""}{_note_text(blocks)}</span>'
        for part, blocks in zip(note_anchors(node), parts(node.blocks), strict=True)
    )
    return "".join(texts)


def _note_number(number: int, anchor: str, target: str, identity: str = "") -> str:
    """The number of the note with that anchor, as a link to `target`."""
    attributes = {"href": f"#{target}", "id": identity, "data-number": f"note:{anchor}"}
    return _tag("a", attributes) + f"{number}</a>"


def _note_text(nodes: Iterable[Node]) -> str:
    """Blocks of a note as spans: a real paragraph would end the paragraph that the note is called from."""
    pieces = []
    for index, node in enumerate(nodes):
        match node:
            case Paragraph() | Plain() if index == 0:
                pieces.append(inlines(node.children))
            case BulletList(items=items):
                pieces.extend(f'<span class="note-item">– {_note_text(item.blocks)}</span>' for item in items)
            case OrderedList(items=items, start=start, step=step):
                names = (numeral(number, node.numerals) for number in count(start, step))
                named = zip(names, items, strict=False)
                pieces.extend(f'<span class="note-item">{n}. {_note_text(item.blocks)}</span>' for n, item in named)
            case Quote(blocks=below):
                pieces.append(f'<span class="note-quote">{_note_text(below)}</span>')
            case CodeBlock(text=text):
                pieces.append(f'<span class="note-paragraph"><code>{escape(text, quote=False)}</code></span>')
            case _:
                pieces.append(f'<span class="note-paragraph">{_words_of(node)}</span>')
    return "".join(pieces)


def _words_of(node: Node) -> str:
    """The inlines of any block, one after another: `markdown` refuses others than the above in notes."""
    below = (_words_of(child) if isinstance(child, _BLOCKS) else inlines((child,)) for child in children(node))
    return "".join(below)


_BLOCKS = (Paragraph, Plain, Heading, Table, Row, Cell, Figure, Division, Callout, DefinitionList, Definition, Item)


def _element(tag: str, attributes: Attributes, content: str, *classes: str, **more: str) -> str:
    """An element with the author's id, classes and language, classes of ours before, and more attributes."""
    language = attributes.get("lang")
    names = " ".join((*classes, *attributes.classes))
    way = attributes.get("dir") or direction(language)
    pairs = {"id": attributes.id, "class": names, "lang": language, "dir": way, **more}
    pairs["data-place"] = attributes.get(PLACE)
    return f"{_tag(tag, pairs)}{content}</{tag}>"


def _empty(tag: str, attributes: Attributes, more: str = "") -> str:
    """An element that holds nothing, with more attributes as HTML."""
    return f"{_element(tag, attributes, '').removesuffix(f'></{tag}>')}{more}/>"


def _tag(tag: str, attributes: Mapping[str, str]) -> str:
    """The opening of an element, without attributes that are empty."""
    written = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"<{tag}{written}>"
