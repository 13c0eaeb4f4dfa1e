"""Attributes in pandoc's form: `{#id .class key=value key="value"}`."""

from __future__ import annotations

import re

from report.document import Attributes

_PART = re.compile(
    r"""\s+|(?P<minus>-)(?=\s|$)|\#(?P<id>[^\s{}#.=]+(?:\.[^\s{}#.=]+)*)|\.(?P<class>[^\s{}#.=]+)
    |(?P<key>[A-Za-z_][\w:.-]*)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s{}"']+))""",
    re.VERBOSE,
)

BRACED = re.compile(r"""\{(?:[^{}"']|"[^"\n]*"|'[^'\n]*')*\}""")
"""Where attributes may stand: braces that close, quoted values may hold braces."""


def parse_attributes(text: str) -> Attributes | None:
    """The attributes in `{…}` including the braces; None where the text is something else."""
    if not text.startswith("{") or not text.endswith("}"):
        return None
    inside = text[1:-1].strip()
    identity = ""
    classes: list[str] = []
    pairs: list[tuple[str, str]] = []
    position = 0
    while position < len(inside):
        part = _PART.match(inside, position)
        if part is None:
            return None
        position = part.end()
        if part["minus"]:
            classes.append("unnumbered")
        elif part["id"]:
            identity = part["id"]
        elif part["class"]:
            classes.append(part["class"])
        elif part["key"]:
            value = part["double"] or part["single"] or part["bare"] or ""
            pairs.append((part["key"], value))
    if not (identity or classes or pairs):
        return None
    return Attributes(identity, tuple(classes), tuple(pairs))


def division_attributes(text: str) -> Attributes | None:
    """The attributes after `:::`: in braces, or one bare class name."""
    text = text.strip().rstrip(":").strip()
    if re.fullmatch(r"[A-Za-z][\w-]*", text):
        return Attributes(classes=(text,))
    return parse_attributes(text)


def trailing_attributes(text: str) -> tuple[str, Attributes] | None:
    """A line that ends in attributes, parted from them."""
    found = re.search(rf"(?:^|(?<=\s))({BRACED.pattern})\s*$", text)
    attributes = parse_attributes(found[1]) if found else None
    return (text[: found.start()].rstrip(), attributes) if found and attributes else None
