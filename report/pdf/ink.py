"""The colour of the text for drawings in it: what is `currentColor` there is black to WeasyPrint 70.0."""

from __future__ import annotations

from typing import Any

from weasyprint import html
from weasyprint.html import HTML_HANDLERS

from report.pdf.standin import KNOWN

_SVG = "{http://www.w3.org/2000/svg}svg"

_handle_svg = html.handle_svg


def install() -> None:
    """Hand the colour on."""
    if KNOWN:
        HTML_HANDLERS[_SVG] = _coloured


def _coloured(element: Any, box: Any, *rest: Any) -> Any:
    if box.style is not None and "color" not in element.attrib:
        element.set("color", _css(box.style["color"]))
    return _handle_svg(element, box, *rest)


def _css(color: Any) -> str:
    """A colour as CSS that WeasyPrint reads in drawings."""
    red, green, blue = (max(0.0, min(1.0, channel)) for channel in channels(color))
    return f"rgb({red:.4%} {green:.4%} {blue:.4%})"


def channels(color: Any) -> tuple[float, ...]:
    """A colour in sRGB; of a space that nobody knows WeasyPrint takes the numbers themselves."""
    if color.space == "device-cmyk":
        *inks, black = color.coordinates
        return tuple(1 - min(1.0, ink + black) for ink in inks)
    try:
        return tuple(color.to("srgb").coordinates)
    except NotImplementedError:
        return (*color.coordinates, 0.0, 0.0, 0.0)[:3]
