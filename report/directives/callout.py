"""Callouts: boxes beside the argument.

    ::: {.callout-note title="On spelling"}
    Names are written as in the sources.
    :::

The kinds are note, tip, important, warning and caution. A heading at its start is the title as well; without one the
kind's name is printed. `> [!NOTE]` as the first line of a quotation does the same.
"""

from __future__ import annotations

from msgspec.structs import replace

from report.directives.expansion import Expansion, Setting
from report.document import Callout, Division, Heading, Inlines, Text

KINDS = ("note", "tip", "important", "warning", "caution")
NAMES = tuple(f"callout-{kind}" for kind in KINDS)
ATTRIBUTES = ("title", "icon", "appearance", "collapse")


def expand(division: Division, setting: Setting) -> Expansion:
    """The callout."""
    name = next(name for name in division.attributes.classes if name in NAMES)
    title = division.attributes.get("title")
    content: Inlines = (Text(title, span=division.span),) if title else ()
    blocks = division.blocks
    if not content and blocks and isinstance(blocks[0], Heading):
        content, blocks = blocks[0].children, blocks[1:]
    kept = tuple(other for other in division.attributes.classes if other != name)
    attributes = replace(division.attributes, classes=kept, pairs=())
    callout = Callout(name.removeprefix("callout-"), blocks, content, span=division.span, attributes=attributes)
    return Expansion((callout,))
