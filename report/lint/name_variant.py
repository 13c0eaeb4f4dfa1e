"""A name that is not spelled as the glossary of the report has it.

Names from other scripts are spelled in many ways, and a report that uses two of them seems to speak of two places. A
file `glossary.yml` beside `report.yml` says which form is wanted, with the variants that are not. What is quoted or in
italics keeps its spelling, and so do the titles of the bibliography.

Fires:

    Deir ez-Zour: [Dayr al-Zawr, Deir Ezzor]

    The road to Deir Ezzor was open.

Does not:

    Deir ez-Zour: [Dayr al-Zawr, Deir Ezzor]

    The road to Deir ez-Zour was open; one author calls it “Deir Ezzor.”

`report check --fix` writes the form that is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Edit
from report.lint.manuscript import Finding, Manuscript
from report.lint.prose import Prose, plain_marks
from report.lint.sentences import is_quoted

CODE = "name-variant"
SEVERITY = "warning"


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every variant in the author's own words."""
    wanted = {plain_marks(variant): name for name, variants in manuscript.glossary.names for variant in variants}
    if not wanted:
        return
    kept = {plain_marks(name) for name, _ in manuscript.glossary.names}
    names = "|".join(re.escape(name) for name in sorted({*wanted, *kept}, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{names})(?!\w)")
    for prose in manuscript.prose:
        for found in pattern.finditer(plain_marks(prose.text)):
            if found[0] not in kept and not _is_anothers(prose, *found.span()):
                yield _finding(prose, found, wanted[found[0]], manuscript)


def _is_anothers(prose: Prose, start: int, end: int) -> bool:
    return prose.piece(start).emphasized or is_quoted(prose, start, end)


def _finding(prose: Prose, found: re.Match[str], name: str, manuscript: Manuscript) -> Finding:
    place, written = prose.exactly(*found.span(), manuscript.sources)
    edits = (Edit(place, written, name),) if written else ()
    return Finding(f"`{found[0]}` is spelled `{name}` in this report", place, (f"write `{name}`",), edits)
