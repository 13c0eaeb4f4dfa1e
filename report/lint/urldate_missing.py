"""A source on the web without the day on which it was read.

Pages on the web change and vanish; with `urldate` a reader knows which of them is meant, and can ask an archive for
it. What has pages or a DOI is a publication that merely stands on the web too, and so are books, reports and theses.

Fires:

    @online{tolls2021,
      title = {Tolls on the Coast Road},
      date = {2021-03-04},
      url = {https://example.org/tolls},
    }

    The tolls were raised.[@tolls2021]

Does not:

    @online{tolls2021,
      title = {Tolls on the Coast Road},
      date = {2021-03-04},
      url = {https://example.org/tolls},
      urldate = {2026-01-15},
    }

    The tolls were raised.[@tolls2021]
"""

from __future__ import annotations

from collections.abc import Iterator

from report.lint.manuscript import Finding, Manuscript

CODE = "urldate-missing"
SEVERITY = "warning"

_ON_THE_WEB = ("online", "misc", "webpage", "post", "article")
_ELSEWHERE = ("urldate", "doi", "pages", "eprint", "volume", "isbn", "issn")


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every cited source of the kind."""
    for key, work in manuscript.works.items():
        if work.type in _ON_THE_WEB and work.raw("url") and not any(map(work.raw, _ELSEWHERE)):
            hint = "add the day on which you read it: urldate = {2026-01-15}"
            yield Finding(f"`{key}` has an address and no date of access", work.entry.span, (hint,))
