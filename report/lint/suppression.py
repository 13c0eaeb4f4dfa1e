"""Comments that silence diagnostics: `<!-- report: ignore CODE -->` on the line or above it; `ignore-file`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from report.codes import MEANINGS
from report.diagnostics import Diagnostic, Severity, did_you_mean, warning
from report.document import Chapter, Code, CodeBlock
from report.source import Source, Span

_MARK = re.compile(r"<!--\s*report:\s*(?P<kind>ignore(?:-file)?)\b(?P<codes>[^<>]*?)-->")
_CODE = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One code in such a comment, for lines of a file."""

    code: str
    span: Span
    first: int
    last: int


Suppressions = tuple[Suppression, ...]


def suppressions(chapters: Iterable[Chapter], sources: Mapping[str, Source]) -> Suppressions:
    """Those in the files that were read; what stands in code is an example."""
    nodes = [node for chapter in chapters for node in chapter.nodes if isinstance(node, Code | CodeBlock)]
    code = {(node.span.path, node.span.start, node.span.end) for node in nodes}
    return tuple(one for source in sources.values() for one in _in(source) if not _is_among(one.span, code))


def _is_among(span: Span, places: Iterable[tuple[str, int, int]]) -> bool:
    return any(path == span.path and start <= span.start and span.end <= end for path, start, end in places)


def _in(source: Source) -> Iterator[Suppression]:
    for mark in _MARK.finditer(source.text) if "report:" in source.text else ():
        first, last = _lines(source, mark)
        codes = tuple(_CODE.finditer(source.text, *mark.span("codes")))
        for code in codes:
            yield Suppression(code[0], source.span(*code.span()), first, last)
        if not codes:
            yield Suppression("", source.span(*mark.span()), first, last)


def _lines(source: Source, mark: re.Match[str]) -> tuple[int, int]:
    """The first and last line that a comment speaks of: all, its own, or those of the block below."""
    number = source.position(mark.start()).line
    if mark["kind"] == "ignore-file":
        return 1, source.text.count("\n") + 1
    if _MARK.sub("", source.line(number)).strip(" \t>#%"):
        return number, number
    most, last = source.text.count("\n") + 1, number + 1
    while last < most and not source.line(last).strip():
        last += 1
    while last < most and source.line(last + 1).strip():
        last += 1
    return number, last


def silenced(
    found: Iterable[Diagnostic], marks: Suppressions, sources: Mapping[str, Source], severities: Iterable[Severity]
) -> Iterator[tuple[Diagnostic, Suppression | None]]:
    """Each diagnostic with what silences it; an error of the text nothing does."""
    may_be = frozenset(severities)
    for problem in found:
        yield problem, _silencing(problem, marks, sources) if problem.severity in may_be else None


def _silencing(problem: Diagnostic, marks: Suppressions, sources: Mapping[str, Source]) -> Suppression | None:
    span = problem.span
    if not marks or span is None or span.path not in sources:
        return None
    line = sources[span.path].position(span.start).line
    return next((mark for mark in marks if _is_for(mark, problem.code, span.path, line)), None)


def _is_for(mark: Suppression, code: str, path: str, line: int) -> bool:
    return mark.code == code and mark.span.path == path and mark.first <= line <= mark.last


def unused(marks: Suppressions, used: Iterable[Suppression], found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What is wrong with comments that silence nothing."""
    done = set(used)
    errors = {problem.code for problem in found if problem.severity is Severity.ERROR}
    for mark in marks:
        if not mark.code:
            hint = "write <!-- report: ignore CODE -->"
            yield warning("ignore-unknown", "this comment names no code", mark.span, hint)
        elif mark.code not in MEANINGS:
            hints = did_you_mean(mark.code, MEANINGS)
            yield warning("ignore-unknown", f"no diagnostic has the code `{mark.code}`", mark.span, *hints)
        elif mark not in done and mark.code in errors:
            yield warning("ignore-unused", f"`{mark.code}` is an error, which no comment silences", mark.span)
        elif mark not in done:
            message = f"there is no `{mark.code}` here to be silenced"
            yield warning("ignore-unused", message, mark.span, "take the comment out")
