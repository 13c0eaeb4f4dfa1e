"""Texts made as short as they can be while something still holds of them."""

from __future__ import annotations

import time
from collections.abc import Callable


def minimised(content: bytes, holds: Callable[[bytes], bool], seconds: float) -> bytes:
    """Delta debugging by lines, then by characters: the shortest found in that time of which `holds` is true."""
    end = time.monotonic() + seconds
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pieces = [content[place : place + 1] for place in range(len(content))]
        return b"".join(_without(pieces, lambda kept: holds(b"".join(kept)), end))

    def said(kept: list[str]) -> bool:
        return holds("".join(kept).encode("utf-8", "surrogatepass"))

    lines = _without(text.splitlines(keepends=True), said, end)
    return "".join(_without(list("".join(lines)), said, end)).encode("utf-8", "surrogatepass")


def _without(pieces: list, holds: Callable[[list], bool], end: float) -> list:
    size = max(1, len(pieces) // 2)
    while size and time.monotonic() < end:
        place, found = 0, False
        while place < len(pieces) and time.monotonic() < end:
            shorter = pieces[:place] + pieces[place + size :]
            if holds(shorter):
                pieces, found = shorter, True
            else:
                place += size
        if size == 1 and not found:
            break
        size = size if found and size == 1 else size // 2
    return pieces
