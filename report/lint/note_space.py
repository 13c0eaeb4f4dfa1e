"""A space before a note.

A note stands close to the word or the punctuation that it belongs to. Report prints it so in any case; other programs
that read the chapter do not. A space before a citation in brackets is usual, and nothing is said of it.

Fires:

    The road was closed. [^1]

    [^1]: By order of the harbour.

Does not:

    The road was closed.[^1]

    [^1]: By order of the harbour.

`report check --fix` takes the space out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.diagnostics import Edit
from report.document import Note, NoteReference
from report.lint.manuscript import Finding, Manuscript
from report.lint.prose import CALL

CODE = "note-space"
SEVERITY = "info"

_SPACED = re.compile(rf"(?<=[^\s{CALL}])\s+({CALL})")


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every note of the author's with white space before it."""
    for prose in manuscript.prose:
        for found in _SPACED.finditer(prose.text) if CALL in prose.text else ():
            call = prose.piece(found.start(1)).node
            if not isinstance(call, Note | NoteReference):
                continue
            place, written = prose.exactly(found.start(), found.start(1), manuscript.sources)
            edits = (Edit(place, written, ""),) if written else ()
            yield Finding("a space before a note", call.span, ("take it out",), edits)
