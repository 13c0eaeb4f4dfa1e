"""The one bridge between the tree and CSL: citations as the processor wants them, its renderings as inlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from report import bibtex, csl
from report.diagnostics import Diagnostic, did_you_mean, error, warning
from report.document import Attributes as NodeAttributes
from report.document import (
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
)
from report.linking.table import Listed, RenderedCitation
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


@dataclass(frozen=True, slots=True)
class Cited:
    """What the style made of all citations."""

    citations: tuple[tuple[RenderedCitation, ...], ...]
    bibliography: tuple[Listed, ...]
    hanging: bool
    diagnostics: tuple[Diagnostic, ...]


def sites(chapters: tuple[Chapter, ...], *, note_style: bool) -> Iterator[Site]:
    """Every citation of the numbered chapters in reading order; a narrative one, in a note style, where its note is."""
    for index, chapter in enumerate(chapters):
        yield from _sites((*chapter.title, *chapter.blocks), index, None, note_style)


def _sites(nodes: Iterable[Node], chapter: int, note: Note | None, note_style: bool) -> Iterator[Site]:
    before: Node | None = None
    for node in nodes:
        match node:
            case Citation():
                if note is None and note_style:
                    continue
                number = note.number if note else 0
                fills = note is not None and _fills(note, node)
                yield Site(node, chapter, number, fills, note is not None and _goes_on(before))
            case Note():
                yield from _sites(children(node), chapter, node, note_style)
            case _:
                yield from _sites(children(node), chapter, note, note_style)
        before = node


def _goes_on(before: Node | None) -> bool:
    """Whether a sentence is going on before a citation in a note: it then stands in brackets."""
    match before:
        case Text(text=text):
            return not text.rstrip().rstrip("”’»\"'").endswith((".", "?", "!", ":", ";", ",", "("))
        case None | LineBreak():
            return False
        case _:
            return True


def _fills(note: Note, citation: Citation) -> bool:
    return all(isinstance(block, Paragraph) and block.children == (citation,) for block in note.blocks)


def cite(
    chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata, cited_in: str
) -> Cited:
    """Every citation and the bibliography in the style; unknown keys are diagnosed and printed as `@key?`."""
    found = [_with_related(site, library, cited_in) for site in sites(chapters, note_style=style.is_note)]
    problems = [problem for site in found for problem in _unknown(site.citation.cites, library)]
    uncited, wrong = _nocite(metadata, library)
    keys = tuple(dict.fromkeys((*(cite.key for site in found for cite in site.citation.cites), *uncited)))
    items = bibtex.items(library, [key for key in keys if library.get(key)], metadata.titles, metadata.lang)
    opaque: list[Node] = []
    citations = [_citation(site, opaque) for site in found]
    options = csl.Options(
        restart_positions=metadata.note_numbering == "chapter", link_citations=True, nocite=tuple(uncited)
    )
    rendered = csl.process(style, metadata.lang, items.items, citations, options)
    problems += [warning("csl-locale", text, None) for text in rendered.warnings]
    entries = _entries(rendered, library, items.items, found)
    listed = {entry.entry.key for entry in entries} if metadata.link_citations else set()
    bridge = _Bridge(listed, opaque)
    texts: list[list[RenderedCitation]] = [[] for _ in chapters]
    for site, rendering in zip(found, rendered.citations, strict=True):
        texts[site.chapter].append(bridge.rendered(site, rendering, style.is_note))
    return Cited(tuple(map(tuple, texts)), entries, rendered.hanging_indent, (*items.diagnostics, *problems, *wrong))


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


def _unknown(cites: Sequence[Cite], library: bibtex.Library) -> Iterator[Diagnostic]:
    for one in cites:
        if library.get(one.key) is None:
            near = did_you_mean(one.key, library.keys())
            where = "the bibliography" if library.keys() else "the bibliography: there is no entry at all"
            yield error("cite-unknown", f"no entry `{one.key}` in {where}", one.span, *near)


def _nocite(metadata: Metadata, library: bibtex.Library) -> tuple[list[str], list[Diagnostic]]:
    if "*" in metadata.nocite:
        return list(library.keys()), []
    known = [key for key in metadata.nocite if library.get(key)]
    return known, [
        error("cite-unknown", f"no entry `{key}` for `nocite`", Span("report.yml"), *did_you_mean(key, library.keys()))
        for key in metadata.nocite
        if key not in known
    ]


def _citation(site: Site, opaque: list[Node]) -> csl.Citation:
    """The citation for the processor; one that opens a note opens it with a capital."""
    first, *others = site.citation.cites
    if site.fills_note:
        first = replace(first, prefix=_capitalized(first.prefix))
    return csl.Citation(
        tuple(
            csl.Cite(
                id=one.key,
                locator=_escaped(one.locator),
                label=one.label or "page",
                prefix=(", " if one.cited_in else "") + _mini_html(one.prefix, opaque),
                suffix=_mini_html(one.suffix, opaque),
                mode="suppress-author" if one.suppress_author else "normal",
            )
            for one in (first, *others)
        ),
        note_number=site.note,
        mode="author-in-text" if site.citation.narrative else "normal",
        chapter=site.chapter,
    )


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
    rendered: csl.Rendered, library: bibtex.Library, items: Sequence[csl.Item], found: list[Site]
) -> tuple[Listed, ...]:
    types = {str(item["id"]): str(item.get("type", "")) for item in items}
    bridge = _Bridge(set(), [])
    listed = []
    for entry in rendered.bibliography:
        known = library.get(entry.id)
        span = known.span if known else Span("refs.bib")
        content = bridge.inlines(entry.content, span)
        chapters = frozenset(site.chapter for site in found if any(one.key == entry.id for one in site.citation.cites))
        keywords = bibtex.keywords(known) if known else ()
        listed.append(
            Listed(BibliographyEntry(content, entry.id, span=span), types.get(entry.id, ""), tuple(keywords), chapters)
        )
    return tuple(listed)


def without_final_period(nodes: Inlines) -> Inlines:
    """The inlines without the period of the style at their end: the author's note goes on, or brings its own."""
    if not nodes:
        return nodes
    last = nodes[-1]
    match last:
        case Text(text=text) if text.endswith("."):
            kept = text[:-1]
            return (*nodes[:-1], replace(last, text=kept)) if kept else nodes[:-1]
        case Emphasis() | Strong() | Styled() | Link():
            return (*nodes[:-1], replace(last, children=without_final_period(last.children)))
        case _:
            return nodes


def _in_brackets(nodes: Inlines, span: Span) -> Inlines:
    return (Text("(", span=span), *nodes, Text(")", span=span)) if nodes else ()


def _marked(site: Site, span: Span) -> Inlines:
    keys = "; ".join(f"@{one.key}?" for one in site.citation.cites)
    return (Strong((Text(keys, span=span),), span=span),)


class _Bridge:
    """CSL's output as inlines; citations lead to the entries that are listed."""

    def __init__(self, listed: set[str], opaque: list[Node]) -> None:
        self.listed = listed
        self.opaque = opaque

    def rendered(self, site: Site, rendering: csl.Rendering, note_style: bool) -> RenderedCitation:
        """A citation in its place; an item that is in no bibliography is printed as its key with a question mark."""
        span = site.citation.span
        text = self.inlines(rendering.text, span) or _marked(site, span)
        note = self.inlines(rendering.note, span)
        if not note_style:
            return RenderedCitation(text=text)
        if not site.citation.narrative:
            text, note = (), text
        if not site.fills_note:
            note = without_final_period(note)
            if text:
                note = (*text, Text(" ", span=span), *_in_brackets(note, span))
            elif site.goes_on:
                note = _in_brackets(note, span)
        return RenderedCitation(text=text, note=note)

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
