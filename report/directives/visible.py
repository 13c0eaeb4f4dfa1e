"""Conditional content: what is printed in one output or profile alone.

    ::: {.content-visible when-format="pdf"}
    Only on paper.
    :::

`.content-hidden` is the opposite; `unless-format`, `when-profile` and `unless-profile` work alike, all that are given
must hold.
"""

from __future__ import annotations

from report.diagnostics import Diagnostic, error
from report.directives.expansion import Expansion, Setting
from report.document import Division

NAMES = ("content-visible", "content-hidden")
ATTRIBUTES = ("when-format", "unless-format", "when-profile", "unless-profile")

FORMATS = ("pdf", "html")


def expand(division: Division, setting: Setting) -> Expansion:
    """The blocks, or nothing."""
    problems: list[Diagnostic] = []
    holds = True
    for key, value in division.attributes.pairs:
        condition, _, subject = key.partition("-")
        if key not in ATTRIBUTES:
            continue
        if subject == "format" and value not in FORMATS:
            problems.append(error("directive-value", f"`{key}` must be pdf or html, not `{value}`", division.span))
        actual = (setting.output,) if subject == "format" else setting.profiles
        holds &= (value in actual) is (condition == "when")
    shown = holds is ("content-visible" in division.attributes.classes)
    if shown:
        return Expansion(division.blocks, tuple(problems))
    return Expansion((), tuple(problems), hidden=division.blocks)
