"""Every case in the text files beside this module: what the author writes, and what the author sees."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from cases import CHAPTER, Case, accept, cases, found

from report import mathematics

HERE = Path(__file__).parent
FOLDERS = ("metadata", "templating", "markdown", "directives", "linking", "input", "lint")
FILES = sorted(file for folder in FOLDERS for file in (HERE / folder).glob("*.txt"))
CASES = [case for file in FILES for case in cases(file)]


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.file.parent.name}/{case.file.stem}: {case.title}" for case in CASES]
)
def test_case(case: Case, tmp_path: Path) -> None:
    seen = found(case, tmp_path)
    if os.environ.get("ACCEPT"):
        accept(case, seen)
        return
    assert seen == case.expected


def test_without_its_package_mathematics_is_printed_as_tex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mathematics._library.cache_clear()
    monkeypatch.setitem(sys.modules, "ziamath.zmath", None)
    sections = ((CHAPTER, "# T\n\nOf $x_1$ and $y$.\n"), ("chapters/b.md", "# U\n\nOf $z$.\n"), ("html", ""))
    seen = found(Case(HERE, "", sections), tmp_path)
    mathematics._library.cache_clear()
    assert '<span class="math"><code>x_1</code></span>' in seen["html"]
    assert seen["diagnostics"].count("math-missing") == 1
    assert "report-brief[math]" in seen["diagnostics"]


def test_titles_are_unique() -> None:
    for file in FILES:
        titles = [case.title for case in cases(file)]
        assert len(titles) == len(set(titles)), file
