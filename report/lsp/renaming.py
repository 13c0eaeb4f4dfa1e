"""Another name for a key, a label or a note, wherever it is written."""

from __future__ import annotations

import re

from report.document import LABEL_PREFIXES, is_reference, normal
from report.lsp.analysis import Analysis
from report.lsp.definition import same
from report.lsp.names import Name
from report.source import Span

_KEY = re.compile(r"\w(?:\w|[:.+/-](?=\w))*")
"""What BibTeX takes for a key and `@` for its end."""

_LABEL = re.compile(r"(?!(?:fn|ref|bib)-)\w(?:\w|[:-](?=\w))*")


class Refused(Exception):
    """A name cannot have the form that is wanted; the message says why."""


def renamable(path: str, offset: int, analysis: Analysis) -> Name | None:
    """The name at a place, where it can have another."""
    name = analysis.at(path, offset)
    return name if name and any(other.defines for other in same(name, analysis)) else None


def renamed(name: Name, new: str, analysis: Analysis) -> tuple[Span, ...]:
    """The places where another name is to be written. Raises Refused, with the reason, where it cannot be."""
    if reason := _refused(name, normal(new), analysis):
        raise Refused(reason)
    return tuple(other.span for other in same(name, analysis))


def _refused(name: Name, new: str, analysis: Analysis) -> str:
    pattern = _KEY if name.kind == "key" else _LABEL
    if not pattern.fullmatch(new):
        return f"`{new}` cannot be written as a {name.kind}: use letters, digits and hyphens"
    if name.kind == "key" and is_reference(new):
        return f"`@{new}` would refer to a label: a key does not begin with {', '.join(LABEL_PREFIXES)} and a hyphen"
    if name.kind == "label" and _prefix(new) != _prefix(name.name):
        return f"`{new}` does not begin as `{name.name}` does, by which references know what it is"
    if new != name.name and any((other.kind, other.name) == (name.kind, new) for other in analysis.names):
        return f"there is a {name.kind} `{new}` already"
    return ""


def _prefix(label: str) -> str:
    return label.partition("-")[0] if is_reference(label) else ""
