"""The verdict on a build: what was printed, and what was not, in one line."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from report.diagnostics import Diagnostic, Severity

LOSSES = ("note-lost", "text-lost", "pdf-broken")
"""The codes of errors that say what is lost."""


class Verdict(Struct, frozen=True):
    """What was printed."""

    paragraphs: int
    notes: int
    boxes: int = 0
    """The characters for which boxes are printed, each counted once."""
    outside: int = 0
    """The places where something stands over the edge of a page."""


def sentence(verdict: Verdict, said: Iterable[Diagnostic]) -> str:
    """`printed 812 paragraphs, 143 notes, nothing lost`, or what else is true in spite of which it was printed."""
    errors = [diagnostic.code for diagnostic in said if diagnostic.severity is Severity.ERROR]
    lost = sum(code in LOSSES for code in errors)
    parts = [
        f"printed {_counted(verdict.paragraphs, 'paragraph')}, {_counted(verdict.notes, 'note')}",
        f"not all: {_counted(lost, 'error')} above {'says' if lost == 1 else 'say'} what is lost" * (lost > 0),
        f"{_counted(verdict.boxes, 'character')} as {'a box' if verdict.boxes == 1 else 'boxes'}" * (verdict.boxes > 0),
        f"{_counted(verdict.outside, 'place')} over the edge" * (verdict.outside > 0),
        "nothing lost" * (not lost),
        f"in spite of {_counted(len(errors) - lost, 'error')}" * (len(errors) > lost),
    ]
    return ", ".join(filter(None, parts))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
