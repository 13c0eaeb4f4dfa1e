"""A few random texts of every kind, the same each time; `run.py` tries others for as long as one likes."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from properties import faults, page_faults
from targets import TARGETS

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
"""How many texts are tried; without it, some that are the same every time."""

some = settings(
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    deadline=None,
    phases=(Phase.generate,),  # a smaller seed makes no smaller text
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
fewer = settings(some, max_examples=max(1, (EXAMPLES or 60) // 10))
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("target", TARGETS)
@some
@given(seed=seeds)
def test_nothing_raises_and_no_word_is_lost(target: str, tmp_path: Path, seed: int) -> None:
    sample = TARGETS[target].sample(Random(seed))
    note(sample.files[sample.main].decode("utf-8", "backslashreplace"))
    assert not faults(sample, tmp_path / "project")


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "csl"])
@fewer
@given(seed=seeds)
def test_the_page_runs_nothing(target: str, tmp_path: Path, seed: int) -> None:
    sample = TARGETS[target].sample(Random(seed))
    note(sample.files[sample.main].decode("utf-8", "backslashreplace"))
    assert not page_faults(sample, tmp_path / "project")
