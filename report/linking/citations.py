"""The one bridge between the tree and CSL: citations as the processor wants them, its renderings as inlines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from report import bibtex, csl
from report.diagnostics import Diagnostic, Hint, did_you_mean, error, warning
from report.document import Attributes as NodeAttributes
from report.document import (
    Bibliography,
    BibliographyEntry,
    Chapter,
    Citation,
    Cite,
    Emphasis,
    Inlines,
    LineBreak,
    Link,
    Node,
    Note,
    Paragraph,
    SoftBreak,
    Strong,
    Styled,
    Subscript,
    Superscript,
    Text,
    children,
    walk,
    walk_chapter,
)
from report.linking.table import Listed, RenderedCitation
from report.linking.words import words
from report.metadata import Metadata
from report.source import Span

OPAQUE = 0xF0000
"""Nodes in prefixes and suffixes that CSL has no words for pass through it as private-use characters from here on."""


@dataclass(frozen=True, slots=True)
class Site:
    """A citation where it stands; `note` is the number of the note it is in, 0 in the text."""

    citation: Citation
    chapter: int
    note: int
    fills_note: bool
    """Whether the note holds nothing else."""
    goes_on: bool
    """Whether it stands in the middle of a sentence of the note."""
    ends: bool
    """Whether nothing follows it in its paragraph."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What the style made of all citations."""

    citations: tuple[tuple[RenderedCitation, ...], ...]
    bibliography: tuple[Listed, ...]
    hanging: bool
    diagnostics: tuple[Diagnostic, ...]


def sites(chapters: tuple[Chapter, ...]) -> Iterator[Site]:
    """Every citation of the numbered chapters in reading order; a narrative one, in a note style, where its note is."""
    for index, chapter in enumerate(chapters):
        yield from _sites((*chapter.title, *chapter.blocks), index, None)


def _sites(nodes: Iterable[Node], chapter: int, note: Note | None) -> Iterator[Site]:
    row: tuple[Node | None, ...] = (None, *nodes, None)
    for before, node, after in zip(row, row[1:], row[2:], strict=False):
        match node:
            case Citation():
                if note is not None:
                    yield Site(node, chapter, note.number, _fills(note, node), _goes_on(before), after is None)
                else:
                    yield Site(node, chapter, 0, fills_note=False, goes_on=False, ends=False)
            case Note():
                yield from _sites(children(node), chapter, node)
            case Node():
                yield from _sites(children(node), chapter, note)


_LEADS_TO = re.compile(
    r"(?:[.?!:;,(–—]|\b(?:see|also|compare|and|or|but|in|by|from|with|against|of|after|per|cites?|quotes?"
    r"|siehe|auch|und|oder|bei|nach|aus|gegen|voir|aussi|et|ou|dans|chez|selon|contre))$",
    re.IGNORECASE,
)
"""What a citation in a note may follow without brackets: punctuation, or a word that leads to it."""


def _goes_on(before: Node | None) -> bool:
    """Whether a sentence is going on before a citation in a note: it then stands in brackets."""
    match before:
        case Text(text=text):
            return not re.search(_LEADS_TO, text.rstrip().rstrip("”’»\"'"))
        case None | LineBreak():
            return False
        case _:
            return True


def _fills(note: Note, citation: Citation) -> bool:
    return all(isinstance(block, Paragraph) and block.children == (citation,) for block in note.blocks)


def cite(chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata) -> Cited:
    """Every citation and the bibliography in the style; unknown keys are diagnosed and printed as `@key?`."""
    cited_in = words(metadata.lang).cited_in
    found = [_with_related(site, library, cited_in) for site in sites(chapters)]
    labels = frozenset(label.id for chapter in chapters for label in chapter.symbols.labels)
    problems = [problem for site in found for problem in _unknown(site.citation.cites, library, labels)]
    uncited = _nocite(metadata, library)
    keys = tuple(dict.fromkeys((*(cite.key for site in found for cite in site.citation.cites), *uncited)))
    items = bibtex.items(library, [key for key in keys if library.get(key)], metadata.titles, metadata.lang)
    opaque: list[Node] = []
    citations = [_citation(site, library, opaque) for site in found]
    options = csl.Options(restart_positions=metadata.note_numbering == "chapter", link_citations=True, nocite=uncited)
    rendered = csl.process(style, metadata.lang, items.items, citations, options)
    problems += [warning("csl-locale", text, None) for text in rendered.warnings]
    entries = _entries(rendered, library, items.items, found, style)
    listed = _printed(entries, chapters) if metadata.link_citations else set()
    bridge = _Bridge(style, listed, opaque)
    texts: list[list[RenderedCitation]] = [[] for _ in chapters]
    for site, rendering in zip(found, rendered.citations, strict=True):
        texts[site.chapter].append(bridge.rendered(site, rendering))
    return Cited(tuple(map(tuple, texts)), entries, rendered.hanging_indent, (*items.diagnostics, *problems))


def _with_related(site: Site, library: bibtex.Library, words: str) -> Site:
    """The citation with the sources in which its items were seen, where BibTeX says `relatedtype = {citedin}`."""
    cites: list[Cite] = []
    given = site.citation.cites
    for index, one in enumerate(given):
        cites.append(one)
        if one.cited_in or (index + 1 < len(given) and given[index + 1].cited_in) or library.get(one.key) is None:
            continue
        for kind, key in bibtex.related(library, one.key):
            if kind == "citedin" and library.get(key):
                prefix = (Text(f"{words} ", span=one.span),)
                cites.append(Cite(key, one.span, prefix=prefix, cited_in=True))
    return replace(site, citation=replace(site.citation, cites=tuple(cites)))


def _unknown(cites: Sequence[Cite], library: bibtex.Library, labels: Collection[str]) -> Iterator[Diagnostic]:
    for one in cites:
        if library.get(one.key) is None and not library.is_lost(one.key):
            yield unknown_key(one.key, one.span, library, labels)


def _nocite(metadata: Metadata, library: bibtex.Library) -> tuple[str, ...]:
    if {"*", "@*"} & set(metadata.nocite):
        return library.keys()
    keys = (key.removeprefix("@") for key in metadata.nocite)
    return tuple(key for key in keys if library.get(key))


def unknown_key(key: str, span: Span, library: bibtex.Library, labels: Collection[str] = ()) -> Diagnostic:
    """A key that is in no bibliography, with the one that may be meant and its place."""
    near = tuple(_with_place(hint, library) for hint in did_you_mean(key, library.keys()))
    if re.match(r"(?:fig|tbl|sec|note)-", key):
        near = ("this is a label: write the reference outside the citation",)
    elif re.match(r"(?:tab|eq|lst|ch|chap)-", key):
        near = (*near, "labels that can be referred to begin with sec-, fig-, tbl- or note-")
    elif key in labels:
        near = (f"it is a label: write [text](#{key}), or give it a name that begins with sec-, fig- or tbl-",)
    where = "the bibliography" if library.keys() else "the bibliography: there is no entry at all"
    return error("cite-unknown", f"no entry `{key}` in {where}", span, *near)


def _with_place(hint: str, library: bibtex.Library) -> str | Hint:
    keys = re.findall(r"`([^`]+)`", hint)
    entry = library.get(keys[0]) if len(keys) == 1 else None
    return Hint(hint, entry.span) if entry else hint


def _citation(site: Site, library: bibtex.Library, opaque: list[Node]) -> csl.Citation:
    """The citation for the processor; one that opens a note opens it with a capital.

    Items that are in no bibliography are printed as `@key?` behind, or before, those that are.
    """
    cites: list[csl.Cite] = []
    unknown = ""
    for place, one in enumerate(site.citation.cites):
        prefix = _capitalized(one.prefix) if site.fills_note and place == 0 else one.prefix
        before = (", " if one.cited_in else "") + _mini_html(prefix, opaque)
        behind = _mini_html(one.suffix, opaque)
        locator = _escaped(one.locator)
        if library.get(one.key):
            mode: Literal["suppress-author", "normal"] = "suppress-author" if one.suppress_author else "normal"
            cites.append(csl.Cite(one.key, locator, one.label or "page", unknown + before, behind, mode))
            unknown = ""
            continue
        marked = f"{before}<b>@{_escaped(one.key)}?</b>{f', {locator}' if locator else ''}{behind}"
        if cites:
            cites[-1] = replace(cites[-1], suffix=f"{cites[-1].suffix}; {marked}")
        else:
            unknown += f"{marked}; "
    mode_of_all: Literal["author-in-text", "normal"] = "author-in-text" if site.citation.narrative else "normal"
    return csl.Citation(tuple(cites), site.note, mode_of_all, site.chapter)


def _capitalized(nodes: Inlines) -> Inlines:
    match nodes:
        case (Text(text=text) as opening, *rest):
            return (replace(opening, text=text[:1].upper() + text[1:]), *rest)
        case (Emphasis(children=below) as opening, *rest):
            return (replace(opening, children=_capitalized(below)), *rest)
        case _:
            return nodes


def _mini_html(nodes: Inlines, opaque: list[Node]) -> str:
    """Inlines in CSL's mini-HTML; what it has no words for becomes a character that stands for the node."""
    return "".join(_mini_html_of(node, opaque) for node in nodes)


def _mini_html_of(node: Node, opaque: list[Node]) -> str:
    match node:
        case Text(text=text):
            return _escaped(text)
        case SoftBreak():
            return " "
        case Emphasis(children=below):
            return f"<i>{_mini_html(below, opaque)}</i>"
        case Strong(children=below):
            return f"<b>{_mini_html(below, opaque)}</b>"
        case Superscript(children=below):
            return f"<sup>{_mini_html(below, opaque)}</sup>"
        case Subscript(children=below):
            return f"<sub>{_mini_html(below, opaque)}</sub>"
        case _:
            opaque.append(node)
            return chr(OPAQUE + len(opaque) - 1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _entries(
    rendered: csl.Rendered, library: bibtex.Library, items: Sequence[csl.Item], found: list[Site], style: csl.Style
) -> tuple[Listed, ...]:
    types = {str(item["id"]): str(item.get("type", "")) for item in items}
    bridge = _Bridge(style, set(), [])
    listed = []
    for entry in rendered.bibliography:
        known = library.get(entry.id)
        if known is None:
            continue
        span = known.span
        content = bridge.inlines(entry.content, span)
        chapters = frozenset(site.chapter for site in found if any(one.key == entry.id for one in site.citation.cites))
        keywords = bibtex.keywords(known)
        listed.append(
            Listed(
                BibliographyEntry(content, entry.id, span=span),
                (types.get(entry.id, ""), known.type),
                tuple(keywords),
                chapters,
            )
        )
    return tuple(listed)


def without_final_period(nodes: Inlines) -> Inlines:
    """The inlines without the period of the style at their end: the author's note goes on, or brings its own."""
    if not nodes:
        return nodes
    last = nodes[-1]
    match last:
        case Text(text=text) if found := re.search(r"\.([”’»“‘\"']*)$", text):
            kept = text[: found.start()] + found[1]
            return (*nodes[:-1], replace(last, text=kept)) if kept else nodes[:-1]
        case Emphasis() | Strong() | Styled() | Link():
            return (*nodes[:-1], replace(last, children=without_final_period(last.children)))
        case _:
            return nodes


def _in_brackets(nodes: Inlines, span: Span) -> Inlines:
    return (Text("(", span=span), *nodes, Text(")", span=span)) if nodes else ()


def _unknown_keys(site: Site, span: Span) -> Inlines:
    """What is printed, in a draft, of a citation none of whose items is in a bibliography."""
    texts: list[Node] = []
    for one in site.citation.cites:
        texts += [Text("; ", span=span)] if texts else []
        texts += [*one.prefix, Strong((Text(f"@{one.key}?", span=span),), span=span)]
        texts += [Text(f", {one.locator}", span=span)] if one.locator else []
        texts += one.suffix
    return tuple(texts)


def chosen(listed: Listed, wanted: Bibliography, place: int) -> bool:
    """Whether an entry stands in that bibliography of the chapter at that place."""
    return (
        (not wanted.type or wanted.type in listed.types)
        and (not wanted.keyword or wanted.keyword in listed.keywords)
        and (not wanted.chapter_only or place in listed.chapters)
    )


def bibliographies(chapters: tuple[Chapter, ...]) -> Iterator[tuple[Bibliography, int]]:
    """Each bibliography, with the place of its chapter."""
    for place, chapter in enumerate(chapters):
        for node in walk_chapter(chapter):
            if isinstance(node, Bibliography):
                yield node, place


def _printed(entries: tuple[Listed, ...], chapters: tuple[Chapter, ...]) -> set[str]:
    """The keys of the entries that some bibliography prints."""
    places = tuple(bibliographies(chapters))
    return {entry.entry.key for entry in entries if any(chosen(entry, node, place) for node, place in places)}


class _Bridge:
    """CSL's output as inlines; citations lead to the entries that are listed."""

    def __init__(self, style: csl.Style, listed: set[str], opaque: list[Node]) -> None:
        self.style = style
        self.listed = listed
        self.opaque = opaque

    def rendered(self, site: Site, rendering: csl.Rendering) -> RenderedCitation:
        """A citation in its place."""
        span = site.citation.span
        text = self.inlines(rendering.text, span) or _unknown_keys(site, span)
        if not self.style.is_note:
            return RenderedCitation(text)
        note = text
        lead: Inlines = ()
        if site.citation.narrative:
            lead, note = text, self.inlines(rendering.note, span) or text
        if not site.fills_note:
            note = note if site.ends and not (site.goes_on or lead) else without_final_period(note)
            if lead:
                note = (*lead, Text(" ", span=span), *_in_brackets(note, span))
            elif site.goes_on:
                note = _in_brackets(note, span)
        return RenderedCitation(note, lead)

    def inlines(self, tree: csl.Tree, span: Span) -> Inlines:
        """A tree of the processor as inlines that stand at one place."""
        return tuple(node for part in tree for node in self._part(part, span))

    def _part(self, part: csl.Inline, span: Span) -> Iterator[Node]:
        match part:
            case csl.Text(value=value):
                yield from self._text(value, span)
            case csl.Format():
                yield from _formatted(part, self.inlines(part.children, span), span)
            case csl.Display(kind=kind, children=below):
                yield Styled(self.inlines(below, span), span=span, attributes=NodeAttributes(classes=(f"csl-{kind}",)))
            case csl.Link(target=target, children=below):
                yield Link(self.inlines(below, span), target, span=span)
            case csl.Cited(id=key, children=below):
                content = self.inlines(below, span)
                attributes = NodeAttributes(classes=("cite",), pairs=(("key", key),))
                yield Styled(self._linked(content, key, span), span=span, attributes=attributes)

    def _text(self, value: str, span: Span) -> Iterator[Node]:
        """The text, with the nodes that passed through as characters."""
        run = ""
        for char in value:
            number = ord(char) - OPAQUE
            if 0 <= number < len(self.opaque):
                if run:
                    yield Text(run, span=span)
                run = ""
                yield self.opaque[number]
            else:
                run += char
        if run:
            yield Text(run, span=span)

    def _linked(self, content: Inlines, key: str, span: Span) -> Inlines:
        """The content as a link to its entry, but for links that are in it."""
        if key not in self.listed:
            return content
        result: list[Node] = []
        run: list[Node] = []
        for node in content:
            if any(isinstance(below, Link | Note) for below in walk((node,))):
                if run:
                    result.append(Link(tuple(run), f"#bib-{key}", span=span))
                run = []
                result.append(node)
            else:
                run.append(node)
        if run:
            result.append(Link(tuple(run), f"#bib-{key}", span=span))
        return tuple(result)


def settled(nodes: Inlines) -> Inlines:
    """The inlines with the author's mark behind a citation that ends in a quotation moved into the quotation."""
    result = list(nodes)
    for place, (left, right) in enumerate(pairwise(nodes)):
        cited = isinstance(left, Styled) and "cite" in left.attributes.classes
        if not (cited and isinstance(right, Text) and right.text[:1] in (".", ",")):
            continue
        inside = _with_mark(left, right.text[0])
        if inside is not None:
            result[place], result[place + 1] = inside, replace(right, text=right.text[1:])
    return tuple(result)


def _with_mark(node: Node, mark: str) -> Node | None:
    """The node with a mark before the closing quotation marks at its end; None where there are none."""
    match node:
        case Text(text=text) if found := re.search(r"(?<![.,?!])[”’]+$", text):
            return replace(node, text=text[: found.start()] + mark + found[0])
        case Styled(children=(*others, last)) | Link(children=(*others, last)) | Emphasis(children=(*others, last)):
            inside = _with_mark(last, mark)
            return None if inside is None else replace(node, children=(*others, inside))
        case _:
            return None


def _formatted(part: csl.Format, content: Inlines, span: Span) -> Iterator[Node]:
    nodes = content
    if part.font_style in ("italic", "oblique"):
        nodes = (Emphasis(nodes, span=span),)
    if part.font_weight == "bold":
        nodes = (Strong(nodes, span=span),)
    if part.vertical_align == "sup":
        nodes = (Superscript(nodes, span=span),)
    if part.vertical_align == "sub":
        nodes = (Subscript(nodes, span=span),)
    classes = tuple(
        name
        for name, wanted in (
            ("smallcaps", part.font_variant == "small-caps"),
            ("underline", part.text_decoration == "underline"),
            ("upright", part.font_style == "normal"),
            ("light", part.font_weight == "normal"),
        )
        if wanted
    )
    if classes:
        nodes = (Styled(nodes, span=span, attributes=NodeAttributes(classes=classes)),)
    yield from nodes
