"""The sheets of a report, as the browser tells them apart: the same where nothing on them has changed."""

from __future__ import annotations

from itertools import accumulate

from report.build import Report
from report.pdf.appearance import Appearance, appearances


class Sheets:
    """Looks at the pages of one report after another, but at none again that are known."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Appearance, ...]] = {}
        """The pages of each fragment, by the digest of all that they are made of."""

    def of(self, report: Report) -> tuple[Appearance, ...]:
        """All sheets of a report in order."""
        counts = [one.fragment.page_count for one in report.layout.placed]
        firsts = [0, *accumulate(counts)]
        fresh = [place for place, key in enumerate(report.keys) if key not in self._known]
        numbers = [firsts[place] + sheet for place in fresh for sheet in range(counts[place])]
        found = iter(appearances(report.pdf, numbers) if numbers else ())
        made = {report.keys[place]: tuple(next(found) for _ in range(counts[place])) for place in fresh}
        self._known = {key: made.get(key) or self._known[key] for key in report.keys}
        return tuple(sheet for key in report.keys for sheet in self._known[key])
