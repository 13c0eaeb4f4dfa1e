"""Pictures by their content: what can be printed, and why anything else cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from report.diagnostics import Diagnostic, error, unreadable, warning
from report.document import (
    Chapter,
    Citation,
    Figure,
    Image,
    Note,
    NoteReference,
    plain_text,
    walk,
    walk_chapter,
)
from report.files import Unreadable, beside
from report.pictures.assets import Assets
from report.pictures.printable import kind
from report.source import Source, Span

__all__ = ["Assets", "kind", "problems", "stylesheet_problems"]

HINT = 'say what it shows: {alt="…"}, or {alt=""} where it is decoration'

KINDS = "SVG, PNG, JPEG, GIF and WebP can be printed"

CAPTION_HINT = "a caption is printed where the image stands alone in its paragraph; a note stands behind the image"


def problems(chapters: Sequence[Chapter], assets: Assets) -> Iterator[Diagnostic]:
    """Pictures that are missing, are none, or are described by nothing, each where it is named."""
    files = assets.files
    nodes = (node for chapter in chapters for node in walk_chapter(chapter))
    assets.check(node.source for node in nodes if isinstance(node, Image) and node.source)
    for chapter in chapters:
        described: set[Span] = set()
        for node in walk_chapter(chapter):
            if isinstance(node, Figure) and node.caption:
                described |= {block.span for block in node.blocks if isinstance(block, Image)}
            if not isinstance(node, Image) or not node.source:
                continue
            found = files.content(node.source)
            if isinstance(found, Unreadable):
                yield unreadable(found, "image-missing", node.span, files)
            elif reason := assets.fault(node.source) or ("is a font" if kind(found).startswith("font/") else ""):
                yield error("image-broken", f"`{node.source}` {reason}", node.span, KINDS)
            elif not (node.children or node.attributes.has("alt") or node.span in described):
                message = f"`{node.source}` has no words for those who cannot see it"
                yield warning("image-alt", message, node.span, HINT)
            if any(isinstance(below, Note | NoteReference | Citation) for below in walk(node.children)):
                yield error("image-caption", "an image in a line can have no note or citation", node.span, CAPTION_HINT)
            elif node.children and node.attributes.get("alt", said := plain_text(node.children)) != said:
                yield warning("image-caption", f"`{said}` is not printed: `alt` is", node.span, CAPTION_HINT)


ADDRESS = re.compile(r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^"')]*))\s*\)""", re.IGNORECASE)
"""What a stylesheet names."""

_OTHERS = re.compile(r"(?<![\w-])(?:-webkit-)?(?:image-set|cross-fade|image|src)\(", re.IGNORECASE)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def stylesheet_problems(sheet: Source, assets: Assets) -> Iterator[Diagnostic]:
    """Pictures and fonts that a stylesheet names and that cannot be had, each where it is named."""
    text = _COMMENT.sub(lambda found: " " * len(found[0]), sheet.text)
    for other in _OTHERS.finditer(text):
        hint = 'write url("…") with a file of the project'
        yield error("css-address", f"`{other[0]}…)` is not supported", sheet.span(*other.span()), hint)
    for found in ADDRESS.finditer(text):
        name = next(filter(None, found.groups()), "").strip()
        span = sheet.span(*found.span())
        if re.match("[A-Za-z][A-Za-z0-9+.-]*:|//", name):
            if not name.lower().startswith("data:"):
                yield error(
                    "css-address", f"`{name}` is no file of the project", span, "a stylesheet can name no other"
                )
            continue
        path = beside(sheet.path, name)
        if not name or name.startswith("#"):
            continue
        if isinstance(content := assets.files.content(path), Unreadable):
            yield unreadable(content, "image-missing", span, assets.files)
        elif reason := assets.fault(path):
            yield error("image-broken", f"`{path}` {reason}", span, f"{KINDS}; fonts are WOFF, WOFF2, TTF and OTF")
