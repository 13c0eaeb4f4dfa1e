"""A note before the comma.

In English a note follows the punctuation, whatever it speaks of; only a dash and a closing bracket stand behind it.
Citations in brackets may stand before the comma, where the citation style puts them right. In other languages the
place depends on what the note speaks of, and nothing is said.

Fires:

    The first road was closed[^1], the second was not.

    [^1]: By order of the harbour.

Does not:

    The first road was closed,[^1] the second was not[^2]—not yet.

    [^1]: By order of the harbour.

    [^2]: The register ends in May.

`report check --fix` moves the mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from report.diagnostics import Edit
from report.document import Note, NoteReference
from report.lint.manuscript import Finding, Manuscript
from report.lint.prose import CALL, Prose

CODE = "note-position"
SEVERITY = "warning"

_BEFORE_MARK = re.compile(rf"({CALL}+)([.,;:!?])(?![.,;:!?…])")


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every note of the author's with a mark right behind it."""
    for prose in manuscript.prose:
        if prose.language.partition("-")[0].lower() == "en" and CALL in prose.text:
            yield from _in(prose, manuscript)


def _in(prose: Prose, manuscript: Manuscript) -> Iterator[Finding]:
    for found in _BEFORE_MARK.finditer(prose.text):
        calls = [prose.piece(at).node for at in range(*found.span(1))]
        if not all(isinstance(call, Note | NoteReference) for call in calls):
            continue
        mark, at = found[2], found.start(2)
        place, written = prose.exactly(at, at + 1, manuscript.sources)
        first = calls[0].span
        edits: tuple[Edit, ...] = ()
        if written and place.path == first.path and prose.text[found.start() - 1 : found.start()] != mark:
            edits = (Edit(replace(first, end=first.start), "", mark), Edit(place, written, ""))
        message = f"a note before `{mark}`: it follows the punctuation"
        yield Finding(message, calls[-1].span, (f"write `{mark}` before the note",), edits)
