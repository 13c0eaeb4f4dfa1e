"""CSL's output as inlines, fitted into the sentence or the note in which the citation stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from report import csl
from report.document import Attributes as NodeAttributes
from report.document import Emphasis, Inlines, Link, Node, Note, Strong, Styled, Subscript, Superscript, Text, walk
from report.linking.sites import Site
from report.linking.table import RenderedCitation
from report.source import Span
from report.typesetting import set_words


def stand_in(number: int) -> str:
    """Stands for a node in a prefix or suffix that CSL has no words for: halves of surrogate pairs the wrong way round.

    No text that was read has any.
    """
    return chr(0xDC00 + number // 1024) + chr(0xD800 + number % 1024)


_STAND_IN = re.compile("([\udc00-\udfff])([\ud800-\udbff])")


class Renderer:
    """CSL's output as inlines; citations lead to the entries that are listed."""

    def __init__(self, language: str, listed: Collection[str] = (), opaque: Sequence[Node] = ()) -> None:
        self.language = language
        self.listed = listed
        self.opaque = opaque

    def in_text(self, site: Site, rendering: csl.Rendering) -> RenderedCitation:
        """A citation of an author-date style, in its place."""
        return RenderedCitation(self._words(site, rendering))

    def in_note(self, site: Site, rendering: csl.Rendering) -> RenderedCitation:
        """A citation of a note style, in its note."""
        span = site.citation.span
        note = self._words(site, rendering)
        lead: Inlines = ()
        if site.citation.narrative:
            lead, note = note, self.inlines(rendering.note, span) or note
        if not site.fills_note:
            note = note if site.ends and not (site.goes_on or lead) else _without_final_period(note)
            if lead:
                note = (*lead, Text(" ", span=span), *_in_brackets(note, span))
            elif site.goes_on:
                note = _in_brackets(note, span)
        return RenderedCitation(note, lead)

    def _words(self, site: Site, rendering: csl.Rendering) -> Inlines:
        span = site.citation.span
        says_anything = any(shown_keys(rendering.text)) or any(map(str.isalnum, csl.to_text(rendering.text)))
        return self.inlines(rendering.text, span) if says_anything else _bare_keys(site, span)

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
        """The text, with the nodes for which characters stood in."""
        start = 0
        for found in _STAND_IN.finditer(value):
            yield from set_words(value[start : found.start()], self.language, span)
            yield self.opaque[(ord(found[1]) - 0xDC00) * 1024 + ord(found[2]) - 0xD800]
            start = found.end()
        yield from set_words(value[start:], self.language, span)

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


def _without_final_period(nodes: Inlines) -> Inlines:
    """The inlines without the period of the style at their end: the author's note goes on, or brings its own."""
    if not nodes:
        return nodes
    last = nodes[-1]
    match last:
        case Text(text=text) if found := re.search(r"\.([”’»“‘\"']*)$", text):
            kept = text[: found.start()] + found[1]
            return (*nodes[:-1], replace(last, text=kept)) if kept else nodes[:-1]
        case Emphasis() | Strong() | Styled() | Link():
            return (*nodes[:-1], replace(last, children=_without_final_period(last.children)))
        case _:
            return nodes


def _in_brackets(nodes: Inlines, span: Span) -> Inlines:
    return (Text("(", span=span), *nodes, Text(")", span=span)) if nodes else ()


def shown_keys(tree: csl.Tree) -> Iterator[str]:
    """The keys of the works of which something is printed."""
    for part in tree:
        match part:
            case csl.Text():
                pass
            case csl.Cited(id=key, children=below):
                yield from (key,) if csl.to_text(below).strip() else ()
            case _:
                yield from shown_keys(part.children)


def _bare_keys(site: Site, span: Span) -> Inlines:
    """What is printed of a citation none of whose items is in a bibliography, or has anything that the style prints."""
    texts: list[Node] = []
    for one in site.citation.cites:
        texts += [Text("; ", span=span)] if texts else []
        texts += [*one.prefix, Strong((Text(f"@{one.key}?", span=span),), span=span)]
        texts += [Text(f", {one.locator}", span=span)] if one.locator else []
        texts += one.suffix
    return tuple(texts)
