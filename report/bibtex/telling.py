"""What an author is told of a large bibliography: all about works that are cited, the rest by example and number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from report.bibtex.model import Entry, Library, key_list
from report.diagnostics import Diagnostic, Severity

MOST = 10
"""Warnings of one code about entries that nobody cites."""

_FOLDED = frozenset(("bib-duplicate-field", "bib-duplicate-key", "bib-missing-comma", "bib-similar-key", "bib-value"))
"""Codes that speak of one entry alone."""


def told(library: Library, keys: Iterable[str]) -> Iterator[Diagnostic]:
    """The diagnostics of the library where the entries of these keys are cited.

    Errors are all told, and so is everything about an entry that is cited or that a cited one inherits from."""
    found = [problem for problem in library.diagnostics if problem.span]
    foldable = {id(problem) for problem in found if _is_foldable(problem)}
    if len(foldable) > MOST:
        foldable -= set(_about(found, used(library, keys)))
    counts = Counter(problem.code for problem in found if id(problem) in foldable)
    seen: Counter[str] = Counter()
    for problem in library.diagnostics:
        seen[problem.code] += id(problem) in foldable
        if id(problem) not in foldable or seen[problem.code] < MOST:
            yield problem
        elif seen[problem.code] == MOST:
            yield _with_number(problem, counts[problem.code] - MOST)


def _is_foldable(problem: Diagnostic) -> bool:
    return problem.severity is not Severity.ERROR and problem.code in _FOLDED


def _with_number(problem: Diagnostic, more: int) -> Diagnostic:
    hint = f"{more} more of this kind, in entries that are not cited, are not listed"
    return replace(problem, hints=(*problem.hints, hint)) if more else problem


def used(library: Library, keys: Iterable[str]) -> dict[str, Entry]:
    """The entries of the keys and those that they inherit from or are related to, by key."""
    found: dict[str, Entry] = {}
    waiting = list(keys)
    while waiting:
        entry = library.get(waiting.pop())
        if entry is not None and entry.key not in found:
            found[entry.key] = entry
            waiting += [key for name in _LEADING for key in key_list(entry.value(name))]
    return found


_LEADING = ("crossref", "xdata", "xref", "related", "entryset")
"""The fields that lead to other entries."""


def _about(found: Iterable[Diagnostic], entries: dict[str, Entry]) -> Iterator[int]:
    """The identities of those that stand in one of the entries."""
    places = sorted((entry.source.path, entry.start, entry.stop) for entry in entries.values())
    waiting = iter(places)
    place = next(waiting, None)
    ordered = sorted((problem.span.path, problem.span.start, id(problem)) for problem in found if problem.span)
    for path, start, identity in ordered:
        while place is not None and (place[0], place[2]) <= (path, start):
            place = next(waiting, None)
        if place is not None and place[:2] <= (path, start):
            yield identity
