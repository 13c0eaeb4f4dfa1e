"""Random documents: no note is lost, doubled, over other text or out of order, and every word is printed."""

from __future__ import annotations

import pytest
from random_documents import COLUMNS, Setting, survey

SETTINGS = (
    ("a4", Setting(), ("0", "4", "11")),
    ("letter, two-sided", Setting(letter=True, two_sided=True), ("8",)),
    ("without the guard", Setting(guarded=False), ("35",)),
)


@pytest.mark.parametrize(("setting", "seeds"), [case[1:] for case in SETTINGS], ids=[case[0] for case in SETTINGS])
def test_random_documents_print_every_note_and_every_word(setting: Setting, seeds: tuple[str, ...]) -> None:
    sums = survey(seeds, setting, jobs=1)
    assert sums["notes"] >= 30
    wrong = {name: sums[name] for name in (*COLUMNS.values(), "words missing", "failed", "crashed") if sums[name]}
    wrong.pop("over the edge", None)
    assert not wrong
