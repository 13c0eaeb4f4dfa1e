"""Landscape: pages turned, for wide tables and figures.

    ::: {.landscape}
    | a wide | table |
    |--------|-------|
    | 1      | 2     |
    :::

What stands in it has pages of its own.
"""

from __future__ import annotations

from report.directives.expansion import Expansion, Setting
from report.document import Division

NAMES = ("landscape",)
ATTRIBUTES: tuple[str, ...] = ()


def expand(division: Division, setting: Setting) -> Expansion:
    """The division, printed on pages of its own by the theme."""
    return Expansion((division,))
