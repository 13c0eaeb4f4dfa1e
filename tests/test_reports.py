"""Tiny whole reports: what is in the PDF that comes out, compared with `expected.txt` beside each report.

`ACCEPT=1 pytest` writes what was found, to be read before it is committed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from facts import Facts, clean_by_qpdf, facts, needs_poppler, needs_qpdf, squeezed

from report.build import Report, build
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import as_text
from report.document import Note, plain_text, walk
from report.front import link
from report.linking import resolve
from report.press import Press
from report.project import read
from report.workers import Workers

REPORTS = Path(__file__).parent / "reports"
NAMES = sorted(folder.name for folder in REPORTS.iterdir())


def built(folder: Path) -> tuple[Report, str]:
    project, cache = read(folder, Choices()), Cache()
    with Workers(1) as workers:
        report = build(project, link(project, cache), Press(cache, workers))
    return report, as_text(report.diagnostics, project.files.texts)


def described(seen: Facts, said: str) -> str:
    lines = [
        f"title: {seen.title}",
        f"pages: {' '.join(seen.labels)}",
        f"sizes: {' '.join(f'{width}x{height}' for width, height in dict.fromkeys(seen.sizes))}",
        f"fonts: {', '.join(seen.fonts)}",
        "outline:",
        *(f"  {line}" for line in seen.outline),
        f"web links: {' '.join(sorted({target for _, target in seen.links if ':' in target}))}".rstrip(),
    ]
    for label, text in zip(seen.labels, seen.pages, strict=True):
        words = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
        lines += [f"page {label}:", *(f"  {line}" for line in words)]
    return "\n".join(lines) + "\n" + (f"diagnostics:\n{said}" if said else "")


@needs_poppler
@pytest.mark.parametrize("name", NAMES)
def test_report(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(REPORTS / name, folder)
    report, said = built(folder)
    seen = facts(report.pdf)
    expected = REPORTS / name / "expected.txt"
    found = described(seen, said)
    if os.environ.get("ACCEPT"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")
    assert {target for _, target in seen.links if ":" not in target} <= set(seen.destinations)
    assert built(folder)[0].pdf == report.pdf, "the same report gives the same bytes"


@needs_poppler
@needs_qpdf
def test_the_briefing_prints_every_note_where_it_is_called() -> None:
    project, cache = read(Path(__file__).parent.parent, Choices()), Cache()
    linked = link(project, cache)
    with Workers(2) as workers:
        report = build(project, linked, Press(cache, workers))
    assert report.diagnostics == ()
    seen = facts(report.pdf)
    pages = [squeezed(page) for page in seen.pages]
    chapters = [resolve(chapter, place, linked.table) for place, chapter in enumerate(linked.chapters)]
    notes = [node for chapter in chapters for node in walk((*chapter.title, *chapter.blocks)) if isinstance(node, Note)]
    assert len(notes) >= 90
    for note in notes:
        call = seen.destinations[note.anchor.replace("fn-", "ref-", 1)]
        place = seen.destinations[note.anchor]
        assert call <= place <= call + 1, f"note {note.number}"
        text = squeezed(f"{note.number}{plain_text(note.blocks)}")
        assert text in "".join(pages[place : place + 2]), f"note {note.number}"
        assert (place, note.anchor.replace("fn-", "ref-", 1)) in seen.links, f"note {note.number} leads to its call"
        assert (call, note.anchor) in seen.links, f"the call of note {note.number} leads to it"
    assert clean_by_qpdf(report.pdf) == ""
