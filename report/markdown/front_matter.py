"""A chapter's front matter: YAML between two lines `---` at its start."""

from __future__ import annotations

import re

from report.data import parse_yaml
from report.diagnostics import Diagnostic, error
from report.metadata import ChapterMetadata, decode
from report.source import Source

_FENCE = re.compile(r"---[ \t]*\n(.*?)^(---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)


def front_matter(source: Source) -> tuple[ChapterMetadata, int, tuple[Diagnostic, ...]]:
    """The metadata, and the offset at which the chapter's text begins."""
    if not re.match(r"---[ \t]*\n", source.text):
        return ChapterMetadata(), 0, ()
    found = _FENCE.match(source.text)
    if found is None:
        problem = error("front-matter-unclosed", "front matter is not closed", source.span(0, 3), "end it with `---`")
        return ChapterMetadata(), 0, (problem,)
    value, diagnostics = parse_yaml(source, found.start(1), found.end(1))
    decoded = decode(value, ChapterMetadata, "a chapter's front matter")
    return decoded.record, found.end(), (*diagnostics, *decoded.diagnostics)
