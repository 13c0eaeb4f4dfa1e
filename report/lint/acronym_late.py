"""An acronym that is used before it is explained.

An explanation is `*[UN]: United Nations` in the chapter, or the words with the acronym in brackets, either way round.
Headings, captions and tables are not looked at, nor is what is quoted, what everybody knows (EU, NATO) and what is a
name in the bibliography.

Fires:

    The HRC met in May. The Harbour Registry Commission (HRC) had nine members.

Does not:

    The Harbour Registry Commission (HRC) had nine members. The HRC met in May.
"""

from __future__ import annotations

from collections.abc import Iterator

from report.lint.manuscript import Finding, Manuscript

CODE = "acronym-late"
SEVERITY = "warning"


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """The first use of each."""
    for acronym in manuscript.acronyms:
        if acronym.early:
            hint = "explain it where it is used first"
            yield Finding(f"`{acronym.text}` is used before it is explained", acronym.uses[0], (hint,))
