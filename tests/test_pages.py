"""Linked fragments look like one pass over the whole report: text, rasters, outline, destinations, links, tags."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from facts import needs_poppler
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
