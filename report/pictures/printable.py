"""Any file → a picture or a font that can be printed, by its content, written anew where that matters."""

from __future__ import annotations

import re

from msgspec import Struct

from report.pictures import gif, jpeg, png, svg, webp
from report.pictures.limits import Broken

FONT_BYTES = 32 * 1024 * 1024
"""The largest font."""

KINDS = (
    (png.SIGNATURE, "image/png"),
    (jpeg.SIGNATURE, "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"wOF2", "font/woff2"),
    (b"wOFF", "font/woff"),
    (b"OTTO", "font/otf"),
    (b"\0\1\0\0", "font/ttf"),
    (b"true", "font/ttf"),
)
"""Files by how they begin."""


def kind(content: bytes) -> str:
    """The media type of what can be printed; what is no picture of pixels and no font is taken for SVG."""
    return next((name for start, name in KINDS if content.startswith(start)), "image/svg+xml")


class Printable(Struct, frozen=True):
    """What may go into a PDF or a page."""

    content: bytes
    pixels: tuple[bytes, ...] = ()
    """The pictures that have yet to be decoded to be sure: itself, or those in a drawing."""


def printable(content: bytes) -> Printable:
    """A picture or a font, safe to be handed to what prints it. Raises Broken."""
    if kind(content).startswith("font/"):
        if len(content) > FONT_BYTES:
            raise Broken(f"is a font of more than {FONT_BYTES >> 20} MiB")
        return Printable(content)
    if is_pixels(content):
        clean = rewritten(content)
        return Printable(clean, (clean,))
    if not content:
        raise Broken("is empty")
    if not _MARKUP.match(content):
        raise Broken("is a PDF, not a picture" if content.startswith(b"%PDF") else "is no picture")
    drawing = svg.drawing(content, rewritten)
    return Printable(drawing.content, drawing.pictures)


_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<\0|\xfe\xff\0<")


def is_pixels(content: bytes) -> bool:
    """Whether it begins as a picture of pixels does."""
    return content.startswith((png.SIGNATURE, jpeg.SIGNATURE, *gif.SIGNATURES)) or webp.is_webp(content)


def rewritten(content: bytes) -> bytes:
    """A picture of pixels with nothing but what shows. Raises Broken."""
    if content.startswith(png.SIGNATURE):
        return png.rewritten(content)
    if content.startswith(jpeg.SIGNATURE):
        return jpeg.rewritten(content)
    if content.startswith(gif.SIGNATURES):
        return gif.rewritten(content)
    if webp.is_webp(content):
        return webp.rewritten(content)
    raise Broken("is no picture")
