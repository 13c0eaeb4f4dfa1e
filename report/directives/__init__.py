"""Directives: what a division of a certain class becomes; one file each, whose docstring is its manual page."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from types import ModuleType

from msgspec.structs import replace

from report.diagnostics import Diagnostic, did_you_mean, error, warning
from report.directives import (
    bibliography,
    callout,
    chart,
    contents,
    figure,
    index,
    landscape,
    pagebreak,
    table,
    timeline,
    visible,
)
from report.directives.expansion import Expansion, Setting
from report.document import Division, Table

__all__ = ["DIRECTIVES", "Expansion", "Setting", "expand", "is_directive"]

DIRECTIVES: tuple[ModuleType, ...] = (
    bibliography,
    callout,
    chart,
    contents,
    figure,
    index,
    landscape,
    pagebreak,
    table,
    timeline,
    visible,
)

_TABLE: dict[str, ModuleType] = {name: directive for directive in DIRECTIVES for name in directive.NAMES}


def expand(division: Division, setting: Setting) -> Expansion:
    """What a division becomes; itself where no directive has its class."""
    name = _name(division)
    if not name:
        return Expansion((division,), _near_misses(division))
    expansion: Expansion = _TABLE[name].expand(division, setting)
    return replace(expansion, diagnostics=(*expansion.diagnostics, *_unknown_attributes(division, _TABLE[name])))


def is_directive(division: Division) -> bool:
    """Whether a directive takes a division."""
    return bool(_name(division))


def _unknown_attributes(division: Division, directive: ModuleType) -> Iterator[Diagnostic]:
    for key, _ in division.attributes.pairs:
        if key not in directive.ATTRIBUTES and key != "lang" and not key.startswith("data-"):
            known = ", ".join(directive.ATTRIBUTES) or "none"
            hints = did_you_mean(key, directive.ATTRIBUTES) or (f"attributes here: {known}",)
            yield error("directive-attribute", f"`{key}` means nothing here", division.span, *hints)


def _name(division: Division) -> str:
    """The directive that a division names: by its first known class, else by the form of its id."""
    for name in division.attributes.classes:
        if name in _TABLE:
            return name
    identity = division.attributes.id
    if identity == "refs":
        return "refs"
    if identity.startswith("tbl-") and any(isinstance(block, Table) for block in division.blocks):
        return "table"
    return "figure" if identity.startswith("fig-") else ""


def _near_misses(division: Division) -> tuple[Diagnostic, ...]:
    near = ((name, get_close_matches(name, _TABLE, n=1, cutoff=0.8)) for name in division.attributes.classes)
    return tuple(
        warning(
            "division-class", f"no directive `{name}`: printed as a box", division.span, f"did you mean `{match[0]}`?"
        )
        for name, match in near
        if match
    )
