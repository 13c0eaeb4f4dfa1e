"""The bibliography, or a part of it.

    ::: {#refs}
    :::

    ::: {.refs keyword=archive}
    :::

`scope=chapter` keeps what this chapter cites, `type=` an entry type, `keyword=` a keyword of the entries. Without any,
the whole bibliography follows the last chapter.
"""

from __future__ import annotations

from report.diagnostics import Diagnostic, error
from report.directives.expansion import Expansion, Setting
from report.document import Bibliography, Division

NAMES = ("refs",)
ATTRIBUTES = ("scope", "type", "keyword")


def expand(division: Division, setting: Setting) -> Expansion:
    """The bibliography's place, filled when the report is linked."""
    attributes = division.attributes
    scope = attributes.get("scope", "report")
    problems: tuple[Diagnostic, ...] = ()
    if scope not in ("report", "chapter"):
        problems = (error("directive-value", f"`scope` must be report or chapter, not `{scope}`", division.span),)
    place = Bibliography(
        attributes.get("type"), attributes.get("keyword"), scope == "chapter", span=division.span, attributes=attributes
    )
    return Expansion((*division.blocks, place), problems)
