"""The stylesheets of the theme for paper that is read from right to left: everything changes its side."""

from __future__ import annotations

import re

_SIDE = re.compile(r"(?<![\w.:#-])(@top-|@bottom-|margin-|padding-|border-)?(left|right)(-corner)?(?=\s*[:;{}!])")
_FOUR = re.compile(r"\b((?:margin|padding)\s*:\s*)([^\s;{}]+) ([^\s;{}]+) ([^\s;{}]+) ([^\s;{}]+)(?=\s*[;}])")
_OTHER = {"left": "right", "right": "left"}


def mirrored(css: str) -> str:
    """The stylesheet with left for right; `:left` and `:right` pages, and classes of that name, stay what they are."""
    css = _FOUR.sub(r"\1\2 \5 \4 \3", css)
    return _SIDE.sub(lambda found: f"{found[1] or ''}{_OTHER[found[2]]}{found[3] or ''}", css)
