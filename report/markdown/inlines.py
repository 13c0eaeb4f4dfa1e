"""Inline tokens → inline nodes, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache, partial
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode
from msgspec import Struct, field
from msgspec.structs import replace

from report.diagnostics import Diagnostic, error, warning
from report.document import (
    NO_ATTRIBUTES,
    Abbreviation,
    Attributes,
    Citation,
    Cite,
    Code,
    Emphasis,
    Image,
    IndexMark,
    Inlines,
    LineBreak,
    Link,
    Math,
    Node,
    Note,
    NoteReference,
    Paragraph,
    Reference,
    SoftBreak,
    Strikeout,
    Strong,
    Styled,
    Subscript,
    Superscript,
    Text,
    is_reference,
    normal,
    plain_text,
    rewrite,
)
from report.files import beside
from report.markdown import elements
from report.markdown.attributes import allowed
from report.markdown.citations import CiteText
from report.markdown.directions import closed
from report.markdown.foreign import raw_html
from report.markdown.marks import CAPTION_MARK
from report.markdown.positions import Places
from report.mathematics import EXTRA, Mistake, NotInstalled, draw
from report.source import Span

_WRAPPERS = {"em": Emphasis, "strong": Strong, "s": Strikeout, "sup": Superscript, "sub": Subscript}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ALLOWED = re.compile(r"https?://[^\s/]|mailto:.", re.IGNORECASE)


class InlineBuilder(Struct):
    """Makes nodes of the inline tokens of one block; diagnostics collect in the list it is given."""

    places: Places
    diagnostics: list[Diagnostic]
    abbreviations: dict[str, str] = field(default_factory=dict)
    html: elements.Html | None = None
    """None where elements of HTML are not read."""

    def build(self, nodes: list[SyntaxTreeNode], end: int) -> Inlines:
        """The nodes of tokens that reach up to `end` in the content."""
        pairs = elements.pairs(nodes) if self.html else {}
        return closed(_joined(self._in_order(nodes, pairs, end)))

    def _in_order(self, nodes: list[SyntaxTreeNode], pairs: dict[int, int], end: int) -> Iterator[Node]:
        index = 0
        while index < len(nodes):
            last = pairs.get(index)
            made = None if last is None or self.html is None else self._element(nodes, index, last, self.html)
            if made is None:
                yield from self.node(nodes[index], _next(nodes, index, end))
                index += 1
            else:
                yield made
                index = (last or index) + 1

    def _element(self, nodes: list[SyntaxTreeNode], first: int, last: int, html: elements.Html) -> Node | None:
        """The node for an element of HTML; None where it is not among those that are read."""
        opening, closing = nodes[first], nodes[last]
        if html.depth >= elements.MAX_ELEMENTS or not elements.reads(opening.content, nodes[first + 1 : last]):
            return None
        at = int(opening.meta.get("at", 0))
        end = int(closing.meta.get("at", at)) + (len(closing.content) if last > first else len(opening.content))
        quotes, others = html.quotes[:2], html.quotes[2:]
        inside = replace(html, depth=html.depth + 1)
        if elements.is_quotation(opening.content):
            inside = replace(inside, quotes=(*others, *quotes))
        builder = replace(self, html=inside)
        content = () if first == last else builder.build(nodes[first + 1 : last], int(closing.meta.get("at", end)))
        return elements.node(opening.content, content, quotes, self.places.span(at, end))

    def node(self, token: SyntaxTreeNode, end: int) -> Iterator[Node]:
        """What one token becomes; it reaches up to `end`."""
        at = int(token.meta.get("at", 0))
        span = self.places.span(at, end)
        match token.type:
            case "text" | "text_special":
                yield from self._text(token, at)
            case "em" | "strong" | "s" | "sup" | "sub":
                wrapper = _WRAPPERS[token.type]
                yield wrapper(self.build(token.children, end) or (Text(token.content, span=span),), span=span)
            case "softbreak":
                yield SoftBreak(span=span)
            case "hardbreak":
                yield LineBreak(span=span)
            case "formula":
                yield self._formula(token, at)
            case "code_inline":
                yield Code(token.content, span=span, attributes=self._attributes(token, span))
            case "link":
                yield from self._link(token, at, end)
            case "image":
                yield self._image(token, at, end)
            case "html_inline":
                yield from self._html(token, at)
            case "styled":
                yield self._styled(token, at)
            case "note_reference":
                yield NoteReference(token.meta["label"], span=self.places.span(at, token.meta["end"]))
            case "inline_note":
                content = self.build(token.children, end)
                yield Note((Paragraph(content, span=span),), span=span)
            case "citation":
                yield from self._citation(token, at)
            case _:
                yield Text(token.content, span=span)

    def _text(self, token: SyntaxTreeNode, at: int) -> Iterator[Node]:
        text = token.content.replace(CAPTION_MARK, ":")
        if token.type == "text":
            text = re.sub(r"(?<!\w)'(?=\d\ds?\b)", "’", _dashes(text))
        if not text:
            return
        yield from self._abbreviated(text, at, at + len(token.content))

    def _abbreviated(self, text: str, at: int, end: int) -> Iterator[Node]:
        if not self.abbreviations:
            yield Text(text, span=self.places.span(at, end))
            return
        position = 0
        for found in _any_of(tuple(self.abbreviations)).finditer(text):
            if found.start() > position:
                yield Text(text[position : found.start()], span=self.places.span(at + position, at + found.start()))
            span = self.places.span(at + found.start(), at + found.end())
            yield Abbreviation(found[0], self.abbreviations[normal(found[0])], span=span)
            position = found.end()
        if position < len(text):
            yield Text(text[position:], span=self.places.span(at + position, end))

    def _formula(self, token: SyntaxTreeNode, at: int) -> Node:
        tex = token.meta["tex"].replace(CAPTION_MARK, ":")
        span = self.places.span(at, token.meta["end"])
        node = Math(tex, token.meta["display"], span=span, attributes=self._attributes(token, span))
        try:
            drawn = draw(tex, node.display)
        except NotInstalled:
            if all(problem.code != "math-missing" for problem in self.diagnostics):
                hint = f"pip install '{EXTRA}'"
                self.diagnostics.append(warning("math-missing", "mathematics is printed as TeX", span, hint))
            return node
        if isinstance(drawn, Mistake):
            start: int = token.meta["start"]
            place = self.places.span(start + drawn.start, start + drawn.end)
            hint = r"mathematics is TeX; a literal dollar sign is `\$`"
            self.diagnostics.append(error("math-tex", drawn.message, place, hint))
            return node
        return replace(node, svg=drawn.svg, depth_em=drawn.depth_em, words=drawn.words)

    def _link(self, token: SyntaxTreeNode, at: int, end: int) -> Iterator[Node]:
        """The link; notes and citations in it come after it, for a link cannot hold another."""
        target = str(token.attrs.get("href", ""))
        if target.startswith("#"):
            target = f"#{normal(unquote(target[1:]))}"
        span = self.places.span(max(0, at - 1), end)
        attributes = self._attributes(token, span)
        if token.info == "auto":  # an address in pointed brackets is printed to the letter
            whole: Inlines = (Text(token.meta["address"].removeprefix("mailto:"), span=span),)
        else:
            whole = self.build(token.children, end)
        content = tuple(node for node in whole if not isinstance(node, Citation | Note | NoteReference))
        behind = tuple(node for node in whole if isinstance(node, Citation | Note | NoteReference))
        if target.startswith("#") or _ALLOWED.match(target):
            yield Link(content, target, span=span, attributes=attributes)
            yield from behind
            return
        if plain_text(whole).startswith("^"):
            pass  # a note whose label is no word: that has been said
        elif _SCHEME.match(target) or target.startswith("//"):
            scheme = target.partition(":")[0].lower()
            is_cut = scheme in ("http", "https", "mailto") or target.startswith("//")
            problem = f"`{target}` is no whole address" if is_cut else f"links to `{scheme}:` addresses are not printed"
            hint = "write https://…" if is_cut else "http, https and mailto are"
            self.diagnostics.append(error("link-scheme", problem, span, hint))
        else:
            hint = "link to a label of the report: [text](#sec-x); or to a full address: https://…"
            self.diagnostics.append(error("link-relative", f"`{target}` leads nowhere in a PDF", span, hint))
        yield Styled(whole, span=span)

    def _image(self, token: SyntaxTreeNode, at: int, end: int) -> Node:
        span = self.places.span(at, end)
        html = replace(self.html, said={}) if self.html else None
        inner = replace(self, places=self.places.moved(at + 2), html=html)
        content = inner.build(token.children, len(token.content))
        source = unquote(str(token.attrs.get("src", "")))
        if _SCHEME.match(source):
            hint = "save the file beside the chapter: nothing is fetched from the network"
            self.diagnostics.append(error("image-address", f"`{source}` is not a file of the project", span, hint))
            source = ""
        elif not source:
            self.diagnostics.append(
                error("image-address", "this image names no file", span, "write ![Caption](file.svg)")
            )
        title = str(token.attrs.get("title", ""))
        attributes = self._attributes(token, span)
        if title and not attributes.get("title"):
            attributes = replace(attributes, pairs=(*attributes.pairs, ("title", title)))
        path = beside(span.path, source) if source else ""
        return Image(content, path, span=span, attributes=attributes)

    def _html(self, token: SyntaxTreeNode, at: int) -> Iterator[Node]:
        if token.content.startswith("<!--"):
            return
        span = self.places.span(at, at + len(token.content))
        problem = raw_html(token.content, span) if self.html is None else self._refused(token, at, span, self.html)
        self.diagnostics.extend((problem,) if problem else ())
        yield Text(token.content, span=span)

    def _refused(self, token: SyntaxTreeNode, at: int, span: Span, html: elements.Html) -> Diagnostic | None:
        """What is said of a tag that is printed as it stands."""
        usual = "deep" if html.depth >= elements.MAX_ELEMENTS else "unknown"
        reason = html.said.get(at, "stray" if id(token) in html.strays else usual)
        is_said = reason == "deep" and any(problem.code == "nesting-depth" for problem in self.diagnostics)
        return elements.refused(token.content, reason, span) if reason and not is_said else None

    def _styled(self, token: SyntaxTreeNode, at: int) -> Node:
        span = self.places.span(at, token.meta["end"])
        attributes = self._attributes(token, span)
        content = self.build(token.children, token.meta["end"])
        if "index" not in attributes.classes:
            return Styled(content, span=span, attributes=attributes)
        term = attributes.get("term") or plain_text(content)
        term, see = (normal(" ".join(name.split())) for name in (term, attributes.get("see")))
        return IndexMark(content, term, see=see, span=span, attributes=attributes)

    def _attributes(self, token: SyntaxTreeNode, span: Span) -> Attributes:
        """What the author may set of the attributes in braces behind a token."""
        attributes, problems = allowed(_attributes(token), token.type, span)
        self.diagnostics.extend(problems)
        return attributes

    def _citation(self, token: SyntaxTreeNode, at: int) -> Iterator[Node]:
        end: int = token.meta["end"]
        cites = [self._cite(cite) for cite in token.children]
        labels = [cite for cite in cites if is_reference(cite.key)]
        if labels and len(labels) == len(cites):
            page = re.search(r"\[page\]$", token.meta["text"]) is not None
            for index, cite in enumerate(cites):
                if index:
                    yield Text(", ", span=cite.span)
                yield Reference(cite.key, page, span=cite.span)
            return
        yield Citation(tuple(cites), token.meta["narrative"], span=self.places.span(at, end))

    def _cite(self, token: SyntaxTreeNode) -> Cite:
        cite: CiteText = token.meta["cite"]
        before, behind = token.children
        prefix = self.build(before.children, cite.prefix[1])
        suffix = self.build(behind.children, cite.suffix[1])
        return Cite(
            key=cite.key,
            span=self.places.span(cite.start, cite.end),
            prefix=self._without_citations(prefix),
            suffix=self._without_citations(suffix),
            label=cite.label,
            locator=_dashes(cite.locator),
            suppress_author=cite.suppress_author,
            cited_in=cite.cited_in,
        )

    def _without_citations(self, nodes: Inlines) -> Inlines:
        """A prefix or suffix; citations and notes cannot stand in one and are printed as they are written."""
        return rewrite(nodes, self._as_written)

    def _as_written(self, node: Node) -> Node:
        match node:
            case Citation(cites=cites):
                text = "; ".join(f"@{cite.key}" for cite in cites)
            case Note() | NoteReference():
                text = plain_text(node.blocks) if isinstance(node, Note) else f"^{node.label}"
            case _:
                return node
        hint = "part citations with `;`, and call a note outside the brackets"
        self.diagnostics.append(error("cite-nested", "a citation or note within a citation", node.span, hint))
        return Text(f"[{text}]", span=node.span)


@lru_cache(maxsize=16)
def _any_of(abbreviations: tuple[str, ...]) -> re.Pattern[str]:
    """What finds abbreviations, the longest first, in both of Unicode's forms."""
    forms = {form(word) for word in abbreviations for form in (normal, partial(unicodedata.normalize, "NFD"))}
    words = "|".join(re.escape(word) for word in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def _next(nodes: list[SyntaxTreeNode], index: int, end: int) -> int:
    """Where the token after this one begins, or the end of all."""
    if index + 1 < len(nodes):
        following = nodes[index + 1]
        start = int(following.meta.get("at", end))
        return start - 1 if following.type == "link" else start
    return end


def _attributes(token: SyntaxTreeNode) -> Attributes:
    if token.type == "link" and token.nester_tokens:
        return token.nester_tokens.closing.meta.get("attributes") or NO_ATTRIBUTES
    return token.meta.get("attributes") or NO_ATTRIBUTES


def _dashes(text: str) -> str:
    """`---`, `--` and `...` as dashes and an ellipsis, as pandoc's smart typography does."""
    if "--" not in text and "..." not in text:
        return text
    return text.replace("---", "—").replace("--", "–").replace("...", "…")


def _joined(nodes: Iterator[Node]) -> Inlines:
    """The nodes with neighbouring texts made one."""
    result: list[Node] = []
    for node in nodes:
        last = result[-1] if result else None
        if isinstance(node, Text) and isinstance(last, Text) and last.span.path == node.span.path:
            span = replace(last.span, end=max(last.span.end, node.span.end))
            result[-1] = Text(last.text + node.text, span=span)
        else:
            result.append(node)
    return tuple(result)
