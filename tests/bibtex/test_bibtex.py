"""Runs the pairs of .bib and .json files and the cases of diagnostics beside this file.

With REPORT_ACCEPT=1 in the environment the expectations are written instead of compared.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from report import bibtex
from report.diagnostics import as_text
from report.source import Source

HERE = Path(__file__).parent
ACCEPT = bool(os.environ.get("REPORT_ACCEPT"))


def _case_files() -> list[Path]:
    return sorted(HERE.glob("*.txt"))


def _cases(path: Path) -> list[tuple[str, str, str]]:
    """Title, input and expectation of each case: `=== title`, the file, `--- diagnostics`, the output."""
    cases = []
    for block in ("\n" + path.read_text(encoding="utf-8")).split("\n=== ")[1:]:
        title, _, rest = block.partition("\n")
        given, _, expected = rest.partition("--- diagnostics\n")
        cases.append((title, given, expected.strip("\n")))
    return cases


def _diagnostics(text: str) -> str:
    source = Source("refs.bib", text)
    library = bibtex.parse([source])
    items = bibtex.items(library, library.entries)
    return as_text([*library.diagnostics, *items.diagnostics], {"refs.bib": source}).strip("\n")


@pytest.mark.parametrize("path", sorted(HERE.glob("*.bib")), ids=lambda path: path.stem)
def test_entries_become_items(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    library = bibtex.parse([source])
    items = bibtex.items(library, library.keys())
    assert as_text([*library.diagnostics, *items.diagnostics], {path.name: source}) == ""
    found = json.dumps(items.items, ensure_ascii=False, indent=1) + "\n"
    expected = path.with_suffix(".json")
    if ACCEPT:
        expected.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "title"),
    [(path, title) for path in _case_files() for title, _, _ in _cases(path)],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_diagnostics(path: Path, title: str) -> None:
    given, expected = next((given, expected) for name, given, expected in _cases(path) if name == title)
    found = _diagnostics(given)
    if ACCEPT:
        _accept(path, title, found)
    else:
        assert found == expected


def _accept(path: Path, title: str, found: str) -> None:
    blocks = [
        f"=== {name}\n{given}--- diagnostics\n{found if name == title else expected}\n"
        for name, given, expected in _cases(path)
    ]
    path.write_text("\n".join(blocks), encoding="utf-8")
