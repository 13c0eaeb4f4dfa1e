"""Contents and lists: the place of the table of contents, of the list of figures or of tables.

    ::: {.toc depth=2}
    :::

Without `depth`, `toc-depth` of `report.yml` counts. `.lof` lists figures, `.lot` tables. Without these, `toc`, `lof`
and `lot` in `report.yml` print them before the first chapter.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from report.diagnostics import error
from report.directives.expansion import Expansion, Setting
from report.document import Contents, Division

NAMES = ("toc", "lof", "lot")
ATTRIBUTES = ("depth",)


def expand(division: Division, setting: Setting) -> Expansion:
    """The list's place, filled when the report is linked."""
    kind = next(name for name in division.attributes.classes if name in NAMES)
    depth = division.attributes.get("depth", "0")
    place = Contents(kind, span=division.span, attributes=division.attributes)
    if "depth" in dict(division.attributes.pairs) and not re.fullmatch("[1-6]", depth):
        problem = error("directive-value", f"`depth` must be from 1 to 6, not `{depth}`", division.span)
        return Expansion((*division.blocks, place), (problem,))
    return Expansion((*division.blocks, replace(place, depth=int(depth))))
