"""A straight quotation mark that has no partner.

Marks are typed straight, and the typesetter turns each pair into those of the language. One without a partner stays
straight in print, and most often says that the other was forgotten, or stands in another paragraph. Behind a number it
is an inch; with a backslash before it, it is meant.

Fires:

    The sign says "closed, and nobody has read it.

Does not:

    The sign says "closed," and nobody has read it. It is 5" high, with a \\" on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.lint.manuscript import Finding, Manuscript

CODE = "quote-unpaired"
SEVERITY = "warning"

_STRAIGHT = re.compile(r'(?<!\d)"')


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every mark that is printed as it is typed."""
    for prose in manuscript.prose:
        for found in _STRAIGHT.finditer(prose.text):
            span = prose.span(*found.span(), manuscript.sources)
            source = manuscript.sources.get(span.path)
            if (
                source
                and source.text[span.start : span.end] == '"'
                and source.text[span.start - 1 : span.start] != "\\"
            ):
                hint = "close the quotation; a mark that is meant alone is written with a backslash"
                yield Finding("this quotation mark has no partner, and is printed straight", span, (hint,))
