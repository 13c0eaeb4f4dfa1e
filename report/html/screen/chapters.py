"""A linked chapter as a section of the page: its notes behind it, drawings in its colours, tables that scroll."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from msgspec.structs import replace

from report.document import (
    NO_ATTRIBUTES,
    BibliographyEntry,
    Chapter,
    CodeBlock,
    ContentsEntry,
    Division,
    Graphic,
    Heading,
    IndexEntry,
    Link,
    Node,
    Note,
    NoteCall,
    Number,
    Table,
    Text,
    plain_text,
    rewrite,
)
from report.html.screen.notes import Notes, called_again
from report.html.writer import PLACE, Written, blocks, inlines
from report.words import Words

ROLES = {"chapter": "doc-chapter", "appendix": "doc-appendix", "front": ""}
"""What a chapter is to assistive technology, by its kind."""


class ChapterWriter:
    """Writes the chapters of one page, in their order."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.notes = Notes(words, blocks)
        self.contents = ""
        """The entries of the first table of contents."""

    def write(self, chapter: Chapter) -> str:
        """The chapter as a `section`, its title one level below that of the page."""
        title = inlines(rewrite(chapter.title, self._written))
        content = blocks(rewrite(chapter.blocks, self._written))
        notes, room = self.notes.taken()
        number = f'<span class="chapter-number">{escape(chapter.number)}</span> ' if chapter.number else ""
        authors = f'<p class="byline">{escape(", ".join(chapter.authors))}</p>' if chapter.authors else ""
        role = ROLES[chapter.kind] if chapter.number else ""
        opening = _with('<section class="chapter">', id=chapter.label, role=role, style=room)
        heading = _with("<h2>", data_place=chapter.place)
        return f"{opening}<header>{heading}{number}{title}</h2>{authors}</header>{content}{notes}</section>\n"

    def _written(self, node: Node) -> Node:
        """The node, or what it is on a screen."""
        match node:
            case Note():
                return self.notes.called(node)
            case NoteCall():
                return called_again(node)
            case Number(text=text):
                return Text(text, span=node.span)
            case Heading():
                return _ready(node, _heading(node))
            case Link(target=target) if target.startswith("#bib-"):
                return _ready(node, _with(inlines((node,)), role="doc-biblioref"))
            case CodeBlock():
                return _ready(node, _with(blocks((node,)), tabindex="0"))
            case Graphic():
                return _ready(node, _graphic(node))
            case Table():
                return _ready(node, _table(node, self.words))
            case Division(blocks=(ContentsEntry(), *_)):
                return _ready(node, self._contents(node))
            case Division(blocks=(BibliographyEntry(), *_)):
                return _ready(node, _with(blocks((node,)), role="doc-bibliography", aria_label=self.words.bibliography))
            case Division(blocks=(IndexEntry(), *_)):
                return _ready(node, _index(node, self.words))
            case _:
                return node

    def _contents(self, node: Division) -> str:
        """A list of contents; that of chapters is kept for the side of the page as well."""
        entries = [entry for entry in node.blocks if isinstance(entry, ContentsEntry)]
        (kind, *_) = (*node.attributes.classes, "toc")
        label = {"lof": self.words.figures, "lot": self.words.tables}.get(kind, self.words.contents)
        html = _entries(entries)
        if kind == "toc":
            self.contents = self.contents or html
        role = "doc-toc" if kind == "toc" else ""
        return _with(f'<nav class="contents {escape(kind)}">', id=node.attributes.id, role=role, aria_label=label) + (
            f"{html}</nav>"
        )


def _ready(node: Node, html: str) -> Node:
    return Written(html, span=node.span)


def _with(html: str, **attributes: str) -> str:
    """An element with more attributes, those that are not empty."""
    written = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items() if value)
    return re.sub(r"^<[a-z0-9]+", lambda found: found[0] + written, html, count=1)


def _heading(node: Heading) -> str:
    html = blocks((replace(node, level=node.level + 1),))
    return re.sub(r' data-bookmark="[^"]*"', "", html, count=1)


def _graphic(node: Graphic) -> str:
    """A drawing without a look or size of its own: both are the page's."""
    head, _, rest = node.svg.partition(">")
    plain = re.sub(r' (?:width|height)="[^"]*"', "", head)
    title = escape(node.alternative, quote=False)
    return f'<div class="scroller drawing">{plain} role="img"><title>{title}</title>{rest}</div>'


def _table(node: Table, words: Words) -> str:
    """A table in a box of its own that scrolls, its caption and source outside."""
    label = plain_text(node.caption) or words.table.replace("{}", "").strip()
    bare = replace(node, caption=(), attributes=replace(NO_ATTRIBUTES, classes=node.attributes.classes))
    box = _with(blocks((bare,)), role="region", tabindex="0", aria_label=label)
    caption = f"<figcaption>{inlines(node.caption)}</figcaption>" if node.caption else ""
    source = node.attributes.get("source")
    below = f'<p class="source">{escape(source, quote=False)}</p>' if source else ""
    language, way, place = (node.attributes.get(name) for name in ("lang", "dir", PLACE))
    opening = _with('<figure class="of-table">', id=node.attributes.id, lang=language, dir=way, data_place=place)
    return f"{opening}{caption}{box}{below}</figure>"


def _entries(entries: Sequence[ContentsEntry]) -> str:
    """Entries as a list, those of lower levels inside the entry that they belong to."""
    rows: list[str] = []
    start = 0
    while start < len(entries):
        end = start + 1
        while end < len(entries) and entries[end].level > entries[start].level:
            end += 1
        rows.append(f"<li>{_entry(entries[start])}{_entries(entries[start + 1 : end])}</li>")
        start = end
    return f'<ol role="list">{"".join(rows)}</ol>' if rows else ""


def _entry(entry: ContentsEntry) -> str:
    number = f'<span class="contents-number">{escape(entry.number)}</span> ' if entry.number else ""
    return (
        f'<a href="#{escape(entry.target)}">{number}<span class="contents-title">{inlines(entry.children)}</span></a>'
    )


def _index(node: Division, words: Words) -> str:
    """The index by letters; an entry that sends to another is a link to it."""
    entries = [entry for entry in node.blocks if isinstance(entry, IndexEntry)]
    places = {entry.entry: f"index/{number}" for number, entry in enumerate(entries, 1)}
    groups: list[tuple[str, list[str]]] = []
    for entry in entries:
        if entry.initial or not groups:
            groups.append((entry.initial, []))
        groups[-1][1].append(_index_entry(entry, places))
    lists = (
        f'<p class="index-letter">{escape(letter)}</p><ul role="list">{"".join(rows)}</ul>' for letter, rows in groups
    )
    opening = _with('<section class="index">', id=node.attributes.id, role="doc-index", aria_label=words.index)
    return f"{opening}{''.join(lists)}</section>"


def _index_entry(entry: IndexEntry, places: dict[str, str]) -> str:
    parts = [escape(entry.entry, quote=False)]
    if entry.pages:
        parts.append(inlines(entry.pages))
    if entry.see:
        name = escape(entry.see, quote=False)
        target = places.get(entry.see)
        parts.append(f"<em>{escape(entry.word)}</em> " + (f'<a href="#{target}">{name}</a>' if target else name))
    return f'<li id="{places[entry.entry]}">{", ".join(parts)}</li>'
