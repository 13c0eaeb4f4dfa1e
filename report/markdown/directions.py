"""Marks of direction that the author leaves open: closed at the end of what holds them."""

from __future__ import annotations

import re

from report.document import Inlines, Text

_EMBEDDINGS = "\u202a\u202b\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_OPENING = re.compile(f"[{_EMBEDDINGS}{_ISOLATES}]")
_END_OF_EMBEDDING = "\u202c"
_END_OF_ISOLATE = "\u2069"


def closed(nodes: Inlines) -> Inlines:
    """The inlines with what is open in their own text closed; what is in emphasis and links has been already."""
    text = "".join(node.text for node in nodes if isinstance(node, Text))
    marks = _missing(text) if _OPENING.search(text) else ""
    return (*nodes, Text(marks, span=nodes[-1].span)) if marks else nodes


def _missing(text: str) -> str:
    """What closes the embeddings and isolates of a text, by the rules of UAX 9 for their pairs."""
    opened: list[str] = []
    for char in text:
        if char in _EMBEDDINGS:
            opened.append(_END_OF_EMBEDDING)
        elif char in _ISOLATES:
            opened.append(_END_OF_ISOLATE)
        elif char == _END_OF_EMBEDDING and opened[-1:] == [char]:
            opened.pop()
        elif char == _END_OF_ISOLATE and char in opened:
            while opened.pop() != char:
                pass
    return "".join(reversed(opened))
