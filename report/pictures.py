"""Pictures by their content: what can be printed, and why anything else cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from report.diagnostics import Diagnostic, error, unreadable, warning
from report.document import Chapter, Figure, Image, walk_chapter
from report.files import Files, Unreadable
from report.source import Span

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")

HINT = 'say what it shows: {alt="…"}, or {alt=""} where it is decoration'

KINDS = "SVG, PNG, JPEG, GIF and WebP can be printed"


def problems(chapters: Iterable[Chapter], files: Files) -> Iterator[Diagnostic]:
    """Pictures that are missing, are none, or are described by nothing, each where it is named."""
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
            elif reason := fault(found):
                yield error("image-broken", f"`{node.source}` {reason}", node.span, KINDS)
            elif not (node.children or node.attributes.has("alt") or node.span in described):
                message = f"`{node.source}` has no words for those who cannot see it"
                yield warning("image-alt", message, node.span, HINT)


def fault(content: bytes) -> str:
    """Why a file is no picture that can be printed, to go on after its name; empty where it is one."""
    if content.startswith(_SIGNATURES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return ""
    if not content:
        return "is empty"
    if not re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<", content):
        return "is a PDF, not a picture" if content.startswith(b"%PDF") else "is no picture"
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        return "has a DOCTYPE, which is refused in SVG"
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as problem:
        return f"is broken SVG: {problem}"
    return "" if root.tag.rpartition("}")[2] == "svg" else "is no SVG"
