"""A page break: what follows starts a new page.

    ::: {.pagebreak}
    :::

`{{< pagebreak >}}` alone in a paragraph does the same.
"""

from __future__ import annotations

from report.directives.expansion import Expansion, Setting
from report.document import Division, PageBreak

NAMES = ("pagebreak",)
ATTRIBUTES: tuple[str, ...] = ()


def expand(division: Division, setting: Setting) -> Expansion:
    """The break, then what the division holds."""
    return Expansion((PageBreak(span=division.span), *division.blocks))
