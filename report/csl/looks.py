"""The attributes that most elements share: formatting, affixes, delimiter, quotes, display, text case.

CSL 1.0.2, sections "Formatting" to "Text-case".
"""

from __future__ import annotations

from report.csl.context import Context
from report.csl.richtext import PLAIN, Box, Look, Node, Nodes, map_text
from report.csl.style import Element
from report.csl.textcase import apply_case

FACES = ("font-style", "font-variant", "font-weight", "text-decoration", "vertical-align")


def look_of(element: Element) -> Look:
    """The look an element gives to its content; `layout` formats its affixes too."""
    attributes = element.attributes
    look = Look(
        prefix=attributes.get("prefix", ""),
        suffix=attributes.get("suffix", ""),
        delimiter=attributes.get("delimiter", ""),
        face=tuple((name, attributes[name]) for name in FACES if name in attributes),
        quotes=attributes.get("quotes") == "true",
        display=attributes.get("display", ""),
        outer=element.name == "layout",
    )
    return PLAIN if look == PLAIN else look


def decorate(context: Context, children: Nodes, look: Look, case: str = "", tag: str = "", key: str = "") -> Node:
    """The children in a box with that look, in another case if asked for."""
    if case:
        children = apply_case(children, case, context.language)
    return Box(children, look, tag, key)


def strip_periods(children: Nodes) -> Nodes:
    """The children without any periods; affixes keep theirs."""
    return tuple(map_text(child, lambda text: text.replace(".", "")) for child in children)
