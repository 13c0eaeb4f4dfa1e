"""Comments that silence diagnostics: `<!-- report: ignore CODE -->` on the line or above it; `ignore-file`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from report.codes import MEANINGS
from report.diagnostics import Diagnostic, Severity, did_you_mean, warning
from report.document import Chapter, Code, CodeBlock
from report.source import Source, Span

_MARK = re.compile(r"<!--\s*report:\s*(?P<kind>ignore(?:-file)?)\b(?P<codes>[^<>]*?)-->")
_CODE = re.compile(r"[^\s,]+")


class Suppression(Struct, frozen=True):
    """One code in such a comment, for lines of a file."""

    code: str
    span: Span
    first: int
    """0 where it speaks of the whole file."""
    last: int


Suppressions = tuple[Suppression, ...]


def suppressions(chapters: Iterable[Chapter], sources: Mapping[str, Source]) -> Suppressions:
    """Those in the files that were read; what stands in code is an example."""
    nodes = [node for chapter in chapters for node in chapter.nodes if isinstance(node, Code | CodeBlock)]
    code: dict[str, list[Span]] = {}
    for node in sorted(nodes, key=lambda node: node.span):
        code.setdefault(node.span.path, []).append(node.span)
    return tuple(one for source in sources.values() for one in _in(source) if not _is_in(one.span, code))


def _is_in(span: Span, code: Mapping[str, list[Span]]) -> bool:
    spans = code.get(span.path, ())
    place = bisect_right(spans, span.start, key=lambda one: one.start) - 1
    return place >= 0 and span.end <= spans[place].end


def _in(source: Source) -> Iterator[Suppression]:
    """Those in a file: each speaks of its line, of the block below where it is alone on it, or of everything."""
    if "report:" not in source.text:
        return
    lines = source.text.split("\n")
    ends = _block_ends(lines)
    shared = {number for number, line in enumerate(lines, 1) if _MARK.sub("", line).strip(" \t>#%")}
    for mark in _MARK.finditer(source.text):
        number = source.position(mark.start()).line
        first, last = (number, number) if number in shared else (number, ends[min(number + 1, len(lines))])
        if mark["kind"] == "ignore-file":
            first, last = 0, len(lines)
        codes = tuple(_CODE.finditer(source.text, *mark.span("codes")))
        for code in codes:
            yield Suppression(code[0], source.span(*code.span()), first, last)
        if not codes:
            yield Suppression("", source.span(*mark.span()), first, last)


def _block_ends(lines: Sequence[str]) -> list[int]:
    """For each line the number of the last line of its block; for an empty one, of the block below."""
    ends = [len(lines)] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        is_last = lines[number - 1].strip() and not lines[number].strip()
        ends[number] = number if is_last else ends[number + 1]
    return ends


class _Marks:
    """Suppressions, to be found by code and place; one use."""

    def __init__(self, marks: Suppressions) -> None:
        self.exact = {(mark.span.path, mark.code, mark.first): mark for mark in marks if mark.first in (0, mark.last)}
        self.blocks: dict[tuple[str, str], list[Suppression]] = {}
        for mark in sorted(marks, key=lambda mark: mark.first):
            if 0 < mark.first < mark.last:
                self.blocks.setdefault((mark.span.path, mark.code), []).append(mark)

    def silencing(self, problem: Diagnostic, sources: Mapping[str, Source]) -> Suppression | None:
        """What silences a diagnostic."""
        span = problem.span
        if span is None or span.path not in sources:
            return None
        line = sources[span.path].position(span.start).line
        exact = self.exact.get((span.path, problem.code, line)) or self.exact.get((span.path, problem.code, 0))
        blocks = self.blocks.get((span.path, problem.code), [])
        place = bisect_right(blocks, line, key=lambda mark: mark.first) - 1
        return exact or (blocks[place] if place >= 0 and line <= blocks[place].last else None)


def silenced(
    found: Iterable[Diagnostic], marks: Suppressions, sources: Mapping[str, Source], severities: Iterable[Severity]
) -> Iterator[tuple[Diagnostic, Suppression | None]]:
    """Each diagnostic with what silences it; one of another severity nothing does."""
    index, may_be = _Marks(marks), frozenset(severities)
    for problem in found:
        yield problem, index.silencing(problem, sources) if marks and problem.severity in may_be else None


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
