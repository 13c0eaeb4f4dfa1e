"""Tags: what a screen reader reads, in its order, and that nothing is printed without a tag or as an artifact."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest
from facts import needs_poppler
from tagging import faults, told
from test_pages import REPORTS, ROOT, built_here

EVERYTHING = ROOT / "tests" / "reports" / "everything"


@functools.cache
def told_of_everything() -> str:
    return told(built_here(EVERYTHING))


@pytest.mark.parametrize("folder", [*REPORTS, ROOT], ids=lambda folder: folder.name)
def test_the_tags_obey_the_rules(folder: Path) -> None:
    assert faults(built_here(folder)) == []


@needs_poppler
def test_the_tags_tell_the_text_in_its_order() -> None:
    expected = EVERYTHING / "tags.txt"
    found = told_of_everything()
    if os.environ.get("ACCEPT"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@needs_poppler
def test_a_head_that_is_printed_again_is_told_once() -> None:
    assert told_of_everything().count('"Remark"') == 1


@needs_poppler
def test_a_note_over_three_pages_is_one() -> None:
    assert told_of_everything().count("<fn-sec-blocks-3> (inline)") == 1
