"""Every case in the text files beside this module: what the author writes, and what the author sees."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from cases import CHAPTER, Case, accept, cases, found
from weasyprint import HTML

from report import mathematics
from report.pdf import tree
from report.pdf.standin import in_place
from report.pdf.tree import read_as_xml

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


WITH_HTML = [case for case in CASES if "html" in case.expected]


@pytest.mark.parametrize("case", WITH_HTML, ids=[f"{case.file.stem}: {case.title}" for case in WITH_HTML])
def test_html_is_the_same_tree_as_xml(case: Case) -> None:
    text = f"<!DOCTYPE html>\n<html>\n<head>\n</head>\n<body>\n{case.expected['html']}</body></html>"
    html = HTML(string=text).etree_element
    with read_as_xml(True), in_place(tree, "_parse", None):
        assert shape(HTML(string=text).etree_element) == shape(html)


def shape(root: Any) -> list[tuple[object, ...]]:
    """The elements of a tree; what names a namespace is an attribute in HTML alone."""
    return [
        (
            element.tag,
            {name: value for name, value in element.attrib.items() if "xmlns" not in name},
            element.text or "",
            element.tail or "",
        )
        for element in root.iter()
    ]


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
