"""Conditional content: what is printed in one output or profile alone.

    ::: {.content-visible when-format="pdf"}
    Only on paper.
    :::

`.content-hidden` is the opposite; `unless-format`, `when-profile` and `unless-profile` work alike, all that are given
must hold.
"""

from __future__ import annotations

from report.choices import OUTPUTS
from report.diagnostics import Diagnostic, error
from report.directives.expansion import Expansion, Setting
from report.document import Division

NAMES = ("content-visible", "content-hidden")
ATTRIBUTES = ("when-format", "unless-format", "when-profile", "unless-profile")


def expand(division: Division, setting: Setting) -> Expansion:
    """The blocks, or nothing."""
    problems: list[Diagnostic] = []
    holds = True
    by_output = False
    for key, value in division.attributes.pairs:
        condition, _, subject = key.partition("-")
        if key not in ATTRIBUTES:
            continue
        if subject == "format" and value not in OUTPUTS:
            problems.append(
                error("directive-value", f"`{key}` must be {' or '.join(OUTPUTS)}, not `{value}`", division.span)
            )
        by_output |= subject == "format"
        actual = (setting.output,) if subject == "format" else setting.profiles
        holds &= (value in actual) is (condition == "when")
    shown = holds is ("content-visible" in division.attributes.classes)
    if shown:
        return Expansion(division.blocks, tuple(problems), by_output=by_output)
    return Expansion((), tuple(problems), hidden=division.blocks, by_output=by_output)
