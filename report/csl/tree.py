"""The inline tree that citations and entries are handed out as, and its HTML and plain-text writers."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from msgspec import Struct


class Text(Struct, frozen=True):
    """Characters to be shown as they are; not escaped."""

    value: str


class Format(Struct, frozen=True):
    """Children in another face; values are those of CSL 1.0.2, section "Formatting"; None leaves a property alone."""

    children: tuple[Inline, ...]
    font_style: str | None = None
    font_variant: str | None = None
    font_weight: str | None = None
    text_decoration: str | None = None
    vertical_align: str | None = None


class Display(Struct, frozen=True):
    """A block of a bibliographic entry: `block`, `left-margin`, `right-inline` or `indent`."""

    kind: str
    children: tuple[Inline, ...]


class Link(Struct, frozen=True):
    """Children that lead to an address outside the document."""

    target: str
    children: tuple[Inline, ...]


class Cited(Struct, frozen=True):
    """The part of a citation that belongs to one cite and leads to its entry."""

    id: str
    children: tuple[Inline, ...]


Inline: TypeAlias = "Text | Format | Display | Link | Cited"
Tree: TypeAlias = "tuple[Inline, ...]"


def to_text(tree: Tree) -> str:
    """The characters alone, blocks set apart by a space where nothing else does."""
    parts: list[str] = []
    _collect(tree, parts)
    return "".join(parts)


def to_html(tree: Tree) -> str:
    """HTML as the reference implementation writes it; links and cites become `a` elements."""
    return "".join(map(_html, tree))


def _collect(tree: Iterable[Inline], parts: list[str]) -> None:
    for node in tree:
        match node:
            case Text(value):
                parts.append(value)
            case Display():
                if parts and not parts[-1][-1:].isspace():
                    parts.append(" ")
                _collect(node.children, parts)
            case _:
                _collect(node.children, parts)


def _html(node: Inline) -> str:
    match node:
        case Text(value):
            return escape(value, quote=False)
        case Format():
            return _formatted(node)
        case Display(kind, children):
            return f'<div class="csl-{kind}">{to_html(children)}</div>'
        case Link(target, children):
            return f'<a href="{escape(target)}">{to_html(children)}</a>'
        case Cited(id, children):
            return f'<a href="#ref-{escape(id)}">{to_html(children)}</a>'


_TAGS = {
    ("font-style", "italic"): ("<i>", "</i>"),
    ("font-style", "oblique"): ("<em>", "</em>"),
    ("font-weight", "bold"): ("<b>", "</b>"),
    ("vertical-align", "sup"): ("<sup>", "</sup>"),
    ("vertical-align", "sub"): ("<sub>", "</sub>"),
}


def _formatted(node: Format) -> str:
    html = to_html(node.children)
    for name, value in (
        ("font-style", node.font_style),
        ("font-variant", node.font_variant),
        ("font-weight", node.font_weight),
        ("text-decoration", node.text_decoration),
        ("vertical-align", node.vertical_align),
    ):
        if value is None:
            continue
        before, after = _TAGS.get((name, value)) or (f'<span style="{name}:{value};">', "</span>")
        html = f"{before}{html}{after}"
    return html
