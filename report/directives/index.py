"""The index: the place where the marked terms are printed with their pages.

    [Zabadani]{.index} · [Mamlouk]{.index term="Mamlouk, Ali"} · [the general]{.index see="Mamlouk, Ali"}

    ::: {.index}
    :::

Without it, the index follows the last chapter, where anything is marked and `index` in `report.yml` is true.
"""

from __future__ import annotations

from report.directives.expansion import Expansion, Setting
from report.document import Division, Index

NAMES = ("index",)
ATTRIBUTES: tuple[str, ...] = ()


def expand(division: Division, setting: Setting) -> Expansion:
    """The index's place, filled when the report is linked."""
    return Expansion((*division.blocks, Index(span=division.span, attributes=division.attributes)))
