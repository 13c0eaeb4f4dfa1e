"""Linking: chapters → the symbol table of the report; a chapter with the table → the chapter with all in place."""

from __future__ import annotations

from report import bibtex, csl
from report.document import Chapter, Figure, Table
from report.linking import bibliographies, citations, contents, index, references
from report.linking.citations import Process, unknown_key
from report.linking.completion import complete
from report.linking.numbering import number
from report.linking.pages import pages_printed, unplaced, with_pages
from report.linking.resolving import resolve
from report.linking.search import Found, find, shown
from report.linking.sections import sections, without_pages
from report.linking.table import Page, SymbolTable
from report.metadata import Metadata
from report.words import words

__all__ = [
    "Found",
    "Page",
    "Process",
    "SymbolTable",
    "complete",
    "find",
    "link",
    "number",
    "pages_printed",
    "resolve",
    "sections",
    "shown",
    "unknown_key",
    "unplaced",
    "with_pages",
    "without_pages",
]


def link(
    chapters: tuple[Chapter, ...],
    library: bibtex.Library,
    style: csl.Style,
    metadata: Metadata,
    process: Process = csl.process,
) -> SymbolTable:
    """The symbol table of the numbered chapters, without pages."""
    printed = tuple(chapter for chapter in chapters if chapter.printed)
    targets = references.targets(chapters, metadata)
    cited = citations.cite(chapters, library, style, metadata, process)
    return SymbolTable(
        words=words(metadata.lang),
        targets=targets,
        citations=cited.citations,
        bibliography=cited.bibliography,
        contents=tuple(contents.entries(printed)),
        figures=tuple(contents.counted(printed, Figure)),
        tables=tuple(contents.counted(printed, Table)),
        mentions=tuple(index.mentions(printed)),
        toc_depth=metadata.toc_depth,
        hanging=cited.hanging,
        diagnostics=(
            *cited.diagnostics,
            *references.problems(chapters, targets),
            *index.problems(printed),
            *bibliographies.problems(chapters, cited.bibliography),
        ),
    )
