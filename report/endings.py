"""What is said where work on a file was ended before its end: by a limit, a signal, or an exception."""

from __future__ import annotations

from report.diagnostics import Diagnostic, error
from report.limits import CODES, USUAL, Limits
from report.source import Span


def broken(passed: str, path: str, number: int, limits: Limits | None) -> Diagnostic:
    """What ended the work on a file: a limit that it passed, a signal, or a fault: its exit status, below 0."""
    if passed:
        return _passed(passed, path, limits or USUAL)
    return _killed(path, number) if number >= 0 else _faulty(path)


def _passed(limit: str, path: str, limits: Limits) -> Diagnostic:
    most = getattr(limits, limit)
    code, unit = CODES[limit]
    hint = f"`--limit {limit}={2 * most}` allows more; a report that needs it is most often broken, or an attack"
    return error(code, f"the work on this takes more than {most} {unit}", _place(path), hint)


def _killed(path: str, number: int) -> Diagnostic:
    hint = "the machine may be short of memory; `--jobs 1` needs least of it"
    return error("process-lost", f"the process at work on this was ended by signal {number}", _place(path), hint)


def _faulty(path: str) -> Diagnostic:
    hint = "what it was is said in the terminal; where Report is to blame, please send that to the project"
    message = "the work on this ended with a fault of Report or of the machine, not of your text"
    return error("process-lost", message, _place(path), hint)


def unprintable(path: str, kind: str) -> Diagnostic:
    """A chapter, or a stylesheet, at which WeasyPrint ended with an exception of that kind."""
    hint = "take out what a stylesheet of the project says of it; if there is none, please send it to the project"
    return error("layout-failed", f"the layout of this ends with `{kind}`", _place(path), hint)


def _place(path: str) -> Span | None:
    return Span(path) if path else None
