"""The variables of stylesheets, for what WeasyPrint gives none of them: drawings and backgrounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_ROOT = re.compile(rf"(?:^|[{{}};\s]):root\s*\{{((?:{_STRING}|[^{{}}\"'])*)\}}")
_DECLARATION = re.compile(rf"--([\w-]+)\s*:((?:{_STRING}|[^;\"'])*)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_USE = re.compile(r"var\(\s*--([\w-]+)\s*\)")

DEEPEST = 8
"""Variables that stand for others are followed so far."""


def variables(css: str) -> dict[str, str]:
    """What `:root` declares, the last of each name, with the variables in it written out."""
    roots = _ROOT.findall(_COMMENT.sub(" ", css))
    declared = {name: value.strip() for root in roots for name, value in _DECLARATION.findall(root)}
    return {name: written_out(value, declared) for name, value in declared.items()}


def written_out(text: str, values: Mapping[str, str]) -> str:
    """The text with their values in place of variables; one that is not declared stays."""
    for _ in range(DEEPEST):
        before, text = text, _USE.sub(lambda found: values.get(found[1], found[0]), text)
        if text == before:
            break
    return text


def picture(svg: str) -> str:
    """A drawing as a CSS url."""
    return f'url("data:image/svg+xml;utf8,{quote(svg, safe=" =:/,;.()")}")'
