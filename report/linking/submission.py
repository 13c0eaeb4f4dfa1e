"""Citations as CSL's processor takes them, the author's words in its mini-HTML."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from report import bibtex, csl
from report.document import Emphasis, Inlines, Node, SoftBreak, Strong, Subscript, Superscript, Text
from report.linking.rendering import stand_in
from report.linking.sites import Site


def citation(site: Site, library: bibtex.Library, opaque: list[Node]) -> csl.Citation:
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
        if entry := library.get(one.key):
            mode: Literal["suppress-author", "normal"] = "suppress-author" if one.suppress_author else "normal"
            cites.append(csl.Cite(entry.key, locator, one.label or "page", unknown + before, behind, mode))
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
            return stand_in(len(opaque) - 1)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
