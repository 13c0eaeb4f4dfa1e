"""What a build came to, in words for the page that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from report.build import Report
from report.diagnostics import Diagnostic, Severity, as_json, as_text
from report.pdf.appearance import Appearance
from report.pdf.labels import labels
from report.preview.places import Places
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


def stated(
    project: Project, before: Project | None, report: Report, sheets: Sequence[Appearance], places: Places
) -> dict[str, object]:
    """What a build came to."""
    names = labels(len(sheets), report.layout.body)
    return {
        **said(project, report.diagnostics),
        "verdict": sentence(report.verdict, report.diagnostics),
        "pages": [
            [sheet.digest, round(sheet.width_pt, 2), round(sheet.height_pt, 2), name, *kin]
            for sheet, name, kin in zip(sheets, names, _kin(report), strict=True)
        ],
        "changed": _changed(project, before, places),
        "outline": [list(entry) for entry in _outline(report, sheets)],
    }


def _kin(report: Report) -> Iterator[tuple[str, str]]:
    """By what each sheet is known again: where its number alone has changed, and where its chapter has."""
    for one, chapters in zip(report.layout.placed, report.layout.chapters, strict=True):
        label = chapters[0].label if chapters else ""
        for number in range(one.fragment.page_count):
            yield f"{one.fragment.digest[:16]}.{number}", f"{label}.{number}"


def _changed(project: Project, before: Project | None, places: Places) -> tuple[int, float, float] | None:
    """Where the first file that was changed is printed otherwise: the sheet, and how far down it begins and ends."""
    old = before.files.texts if before else {}
    changed = ((path, one.text) for path, one in project.files.texts.items() if path in old and old[path] != one)
    found = (places.of(path, *_otherwise(old[path].text, text)) for path, text in changed)
    return next(filter(None, found), None)


def _otherwise(old: str, new: str) -> tuple[int, int]:
    """The part of a text that is not as it was, from the first character to the last."""
    start = _same(old, new)
    return start, len(new) - _same(old[start:][::-1], new[start:][::-1])


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _outline(report: Report, sheets: Sequence[Appearance]) -> Iterator[tuple[int, str, int, float]]:
    """Each entry with its level, its words, its sheet from 0, and how far down it stands there, in points."""
    first = 0
    for one in report.layout.placed:
        for mark in one.fragment.bookmarks:
            sheet = first + mark.page
            yield mark.level, mark.label, sheet, round(mark.top_px * 0.75 + sheets[sheet].top_pt, 1)
        first += one.fragment.page_count
