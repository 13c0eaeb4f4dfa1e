"""Citation processor for CSL 1.0.2: style, locale, items and citations in; rendered citations and bibliography out."""

from __future__ import annotations

from collections.abc import Sequence

from report.csl.item import Item
from report.csl.model import Citation, Cite, Entry, Options, Rendered, Rendering
from report.csl.packaged import style_names, style_text, with_ibid
from report.csl.style import Style, StyleError, parse_style
from report.csl.tree import Cited, Display, Format, Inline, Link, Text, Tree, to_html, to_text

DEFAULT_OPTIONS = Options()


def process(
    style: Style,
    language: str,
    items: Sequence[Item],
    citations: Sequence[Citation],
    options: Options = DEFAULT_OPTIONS,
) -> Rendered:
    """See `processor.process`, which is loaded where something is to be rendered: it takes as long as a chapter."""
    from report.csl.processor import process as rendered

    return rendered(style, language, items, citations, options)


__all__ = [
    "Citation",
    "Cite",
    "Cited",
    "Display",
    "Entry",
    "Format",
    "Inline",
    "Item",
    "Link",
    "Options",
    "Rendered",
    "Rendering",
    "Style",
    "StyleError",
    "Text",
    "Tree",
    "parse_style",
    "process",
    "style_names",
    "style_text",
    "to_html",
    "to_text",
    "with_ibid",
]
