"""A page that its source does not have.

The entry says `pages = {12--34}` and the note names page 40: one of the two is wrong. Only plain numbers are compared,
and only where the entry of a part (an article, a chapter) says on which pages it stands.

Fires:

    @article{tanter2009,
      author = {Tanter, Ruth},
      title = {The Coast Road},
      journaltitle = {Roads},
      pages = {12--34},
      date = {2009},
    }

    The road was closed.[@tanter2009, p. 40]

Does not:

    @article{tanter2009,
      author = {Tanter, Ruth},
      title = {The Coast Road},
      journaltitle = {Roads},
      pages = {112--34},
      date = {2009},
    }

    The road was closed.[@tanter2009, pp. 113, 120–25]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.bibtex import Work
from report.diagnostics import Hint
from report.document import Cite
from report.lint.manuscript import Finding, Manuscript

CODE = "locator-range"
SEVERITY = "warning"

_RANGE = re.compile(r"(\d{1,6})(?:\s*[-‐‑‒–—]+\s*(\d{1,6}))?")
_LONGEST = 100
_PLAIN = re.compile(r"[\d\s,;&–—‒-]+")


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every cite with a page outside those of its entry."""
    for node in manuscript.nodes():
        if isinstance(node, Cite) and node.label == "page" and (work := manuscript.work(node.key)):
            yield from _in(node, work)


def _in(cite: Cite, work: Work) -> Iterator[Finding]:
    is_part = work.is_part or work.type in ("article", "review")
    ranges = _ranges(work.text("pages")) if is_part else []
    outside = [
        page for page in _ranges(cite.locator) if not any(low <= page[0] and page[1] <= high for low, high in ranges)
    ]
    if ranges and outside:
        low, high = outside[0]
        named = f"page {low}" if low == high else f"pages {low}–{high}"
        message = f"{named} of `{cite.key}`, which stands on pages {work.text('pages').replace('--', '–')}"
        yield Finding(message, cite.span, (Hint("one of the two is wrong; the pages are here", work.place("pages")),))


def _ranges(text: str) -> list[tuple[int, int]]:
    """The first and last page of each range; none where there is anything but plain numbers."""
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return []
    return [(int(first), _last(first, last)) for first, last in _RANGE.findall(text)]


def _last(first: str, last: str) -> int:
    """The last page, of which the digits that do not change may be left out: 112–34."""
    whole = first[: len(first) - len(last)] + last if len(last) < len(first) else last
    return int(whole or first)
