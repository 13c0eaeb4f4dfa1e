"""The linter: what is most likely not meant in a report that compiles; one file for each rule, with its manual page."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from types import ModuleType

from report.diagnostics import Diagnostic, Severity
from report.lint import (
    acronym_late,
    acronym_unexplained,
    claim_unsourced,
    entry_duplicate,
    entry_uncited,
    figure_unmentioned,
    heading_skip,
    locator_range,
    name_variant,
    note_position,
    note_space,
    quotation_locator,
    quote_unpaired,
    urldate_missing,
    word_repeated,
)
from report.lint.glossary import read as read_glossary
from report.lint.manuscript import Manuscript
from report.lint.suppression import Suppressions, silenced, suppressions, unused

__all__ = [
    "RULES",
    "Manuscript",
    "Suppressions",
    "check",
    "manual",
    "read_glossary",
    "silenced",
    "suppressions",
    "unused",
]

RULES: tuple[ModuleType, ...] = (
    acronym_late,
    acronym_unexplained,
    claim_unsourced,
    entry_duplicate,
    entry_uncited,
    figure_unmentioned,
    heading_skip,
    locator_range,
    name_variant,
    note_position,
    note_space,
    quotation_locator,
    quote_unpaired,
    urldate_missing,
    word_repeated,
)


def check(manuscript: Manuscript) -> Iterator[Diagnostic]:
    """What the rules say; one that is off by itself says nothing unless `lint` wants it."""
    for rule in RULES:
        wanted = manuscript.metadata.lint.get(rule.CODE, rule.SEVERITY)
        if wanted == "off":
            continue
        severity = Severity.INFO if rule.SEVERITY == "off" else Severity(rule.SEVERITY)
        for found in rule.check(manuscript):
            yield Diagnostic(rule.CODE, severity, found.message, found.span, found.hints, found.edits)


def manual(code: str) -> str:
    """The manual page of a rule; empty where no rule has the code."""
    return next((cleandoc(rule.__doc__ or "") for rule in RULES if code == rule.CODE), "")
