"""Figures of several parts: everything in the division, with its last paragraph as the caption.

    ::: {#fig-routes}
    ![](north.svg){alt="The road from the north"}
    ![](south.svg){alt="The road from the south"}

    The two routes
    :::

A single picture needs no division: `![Caption](map.svg){#fig-map alt="…"}` alone in its paragraph is a figure.
"""

from __future__ import annotations

from report.diagnostics import warning
from report.directives.expansion import Expansion, Setting
from report.document import Division, Figure, Inlines, Paragraph, plain_text

NAMES = ("figure",)
ATTRIBUTES = ("source",)


def expand(division: Division, setting: Setting) -> Expansion:
    """The figure."""
    blocks = division.blocks
    caption: Inlines = ()
    if len(blocks) > 1 and isinstance(blocks[-1], Paragraph) and plain_text(blocks[-1].children).strip():
        caption, blocks = blocks[-1].children, blocks[:-1]
    problems = () if blocks else (warning("figure-empty", "there is nothing in this figure", division.span),)
    return Expansion((Figure(blocks, caption, span=division.span, attributes=division.attributes),), problems)
