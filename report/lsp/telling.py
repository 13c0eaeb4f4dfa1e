"""What is wrong in a report, as editors are told it."""

from __future__ import annotations

from collections.abc import Iterable

from report.diagnostics import Diagnostic, Severity
from report.lsp.places import Json, Places
from report.project import FILE
from report.source import Span

_SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3}


def told(problems: Iterable[Diagnostic], places: Places) -> dict[str, list[Json]]:
    """What is wrong, by the address of the file."""
    found: dict[str, list[Json]] = {}
    for problem in problems:
        span = place(problem, places)
        found.setdefault(places.address(span.path), []).append(described(problem, span, places))
    return found


def place(problem: Diagnostic, places: Places) -> Span:
    """Where a diagnostic is shown: what belongs to no file of the author's, at the head of `report.yml`."""
    span = problem.span
    return span if span and span.path in places.texts else Span(FILE)


def described(problem: Diagnostic, span: Span, places: Places) -> Json:
    """A diagnostic with its hints, at a place."""
    hints = [hint for hint in problem.hints if isinstance(hint, str)]
    related = [
        {"location": places.location(hint.span), "message": hint.text}
        for hint in problem.hints
        if not isinstance(hint, str)
    ]
    message = "\n".join((problem.message, *(f"help: {hint}" for hint in hints)))
    found = {"range": places.range(span), "message": message, "severity": _SEVERITIES[problem.severity]}
    return {**found, "code": problem.code, "source": "report", **({"relatedInformation": related} if related else {})}
