"""A heading that skips a level.

A `####` right below a `##` leaves a hole in the contents, in the outline of the PDF and for those who read with a
screen reader. Headings in boxes and other divisions are not looked at: they stand outside the order of the text.

Fires:

    ## The road

    #### In spring

Does not:

    ## The road

    ### In spring

    ## The harbour
"""

from __future__ import annotations

from collections.abc import Iterator

from report.document import Chapter, Heading
from report.lint.manuscript import Finding, Manuscript

CODE = "heading-skip"
SEVERITY = "warning"


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every heading that is more than one level below the one before it."""
    for chapter in manuscript.printed:
        yield from _in(chapter)


def _in(chapter: Chapter) -> Iterator[Finding]:
    above = 1
    for block in chapter.blocks:
        if isinstance(block, Heading):
            if block.level > above + 1:
                message = f"a heading of level {block.level} below one of level {above}"
                yield Finding(message, block.span, (f"begin it with `{'#' * (above + 1)}`",))
            above = block.level
