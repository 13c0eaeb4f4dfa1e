"""An acronym that is used three times or more and never explained.

Write the words once, with the acronym in brackets: `Harbour Registry Commission (HRC)`; or let the chapter explain it
to those who point at it or cannot see: `*[HRC]: Harbour Registry Commission`. What everybody knows (EU, NATO) is left
alone, and so is what is a name in the bibliography or stands in quotation marks.

Fires:

    The HRC met in May. Nobody came. The HRC met again, and the HRC was dissolved.

Does not:

    The HRC met in May. Nobody came. The HRC met again and was dissolved.

    Of the EU, the EU and the EU nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from report.lint.manuscript import Finding, Manuscript

CODE = "acronym-unexplained"
SEVERITY = "info"

USES = 3
"""What is used less often may be a name."""


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """The first use of each."""
    for acronym in manuscript.acronyms:
        if not acronym.is_explained and len(acronym.uses) >= USES:
            message = f"`{acronym.text}` is used {len(acronym.uses)} times and never explained"
            yield Finding(message, acronym.uses[0], (f"write out what it stands for: … ({acronym.text})",))
