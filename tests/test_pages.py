"""Linked fragments look like one pass over the whole report: text, rasters, outline, destinations, links, tags."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from facts import clean_by_qpdf, facts, needs_poppler, needs_qpdf
from sameness import differences
from single import layout_of, printed, single

from report.build import build, link
from report.cache import Cache
from report.choices import Choices
from report.press import Press
from report.project import read
from report.workers import Workers

ROOT = Path(__file__).parent.parent
REPORTS = sorted((ROOT / "tests" / "reports").iterdir())


@needs_poppler
@pytest.mark.parametrize("folder", [*REPORTS, ROOT], ids=lambda folder: folder.name)
def test_fragments_are_the_single_pass(folder: Path, tmp_path: Path) -> None:
    if folder != ROOT:
        folder = Path(shutil.copytree(folder, tmp_path / folder.name))
    project, cache = read(folder, Choices()), Cache()
    linked = link(project, cache)
    with Workers(1) as workers:
        press = Press(cache, workers)
        linked_pages = build(project, linked, press).pdf
        layout = layout_of(project, linked, press)
    assert differences(linked_pages, printed(single(project, linked, layout))) == []


class Here:
    """Workers that are this process, so that a test can change what they do."""

    def do(self, task: Any, arguments: Any) -> Any:
        return ((argument, task(argument)) for argument in arguments)


def built_here(folder: Path) -> bytes:
    from report.pdf import worker

    worker._handed_out.clear()
    project, cache = read(folder, Choices()), Cache()
    return build(project, link(project, cache), Press(cache, cast(Workers, Here()))).pdf


@needs_poppler
@needs_qpdf
def test_a_weasyprint_that_is_not_known_prints_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from report.pdf import drawing

    folder = ROOT / "tests" / "reports" / "front-matter"
    known = built_here(folder)
    monkeypatch.setattr(drawing, "KNOWN", False)
    unknown = built_here(folder)
    assert differences(known, unknown) == []
    assert clean_by_qpdf(unknown) == ""


def test_page_counters_in_the_flow_are_right(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "reports" / "two-sided", tmp_path / "report"))
    with (folder / "styles" / "sides.css").open("a") as sheet:
        sheet.write('h2::after { content: " (on " counter(page) ")" }\n')
    seen = facts(built_here(folder))
    for label, text in zip(seen.labels, seen.pages, strict=True):
        found = re.findall(r"\(on (\d+)\)", text)
        assert set(found) <= {label}
        assert label not in "3 8 13".split() or found
