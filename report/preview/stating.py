"""What a build came to, in words for the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from report.build import Report
from report.diagnostics import Diagnostic, Severity, as_json, as_text
from report.pdf.appearance import Appearance
from report.pdf.labels import labels
from report.project import Project
from report.verdict import sentence


def said(project: Project, diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    """What is said of a report, and what it was made of."""
    texts = project.files.texts
    records = json.loads(as_json(diagnostics, texts))
    snippets = (_snippet(as_text((one,), texts)) for one in diagnostics)
    return {
        "title": project.metadata.title,
        "diagnostics": [{**record, "snippet": snippet} for record, snippet in zip(records, snippets, strict=True)],
        "errors": sum(one.severity is Severity.ERROR for one in diagnostics),
        "warnings": sum(one.severity is Severity.WARNING for one in diagnostics),
        "files": list(project.files.all_digests),
        "folders": sorted({folder for folder, _ in project.files.listings}),
    }


def _snippet(text: str) -> str:
    """The line of the file with its caret, without what is said of it."""
    return "\n".join(line for line in text.split("\n")[1:] if not line.startswith("  help: ")).rstrip()


def stated(project: Project, before: Project | None, report: Report, sheets: Sequence[Appearance]) -> dict[str, object]:
    """What a build came to."""
    names = labels(len(sheets), report.layout.body)
    return {
        **said(project, report.diagnostics),
        "verdict": sentence(report.verdict, report.diagnostics),
        "pages": [
            [sheet.digest, round(sheet.width_pt, 2), round(sheet.height_pt, 2), name]
            for sheet, name in zip(sheets, names, strict=True)
        ],
        "outline": [list(entry) for entry in _outline(report, sheets)],
    }


def _outline(report: Report, sheets: Sequence[Appearance]) -> Iterator[tuple[int, str, int, float]]:
    """Each entry with its level, its words, its sheet from 0, and how far down it stands there, in points."""
    first = 0
    for one in report.layout.placed:
        for mark in one.fragment.bookmarks:
            sheet = first + mark.page
            yield mark.level, mark.label, sheet, round(mark.top_px * 0.75 + sheets[sheet].top_pt, 1)
        first += one.fragment.page_count
