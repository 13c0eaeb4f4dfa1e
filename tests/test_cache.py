"""The cache: a warm run says what a cold one says, and nothing that is wrong with the folder matters."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report.bibtex import parse
from report.cache import Cache, of_user
from report.source import Source

BIB = "@book{a, title={One}, date={2001}}\n@book{b, title={Broken\n@book{c, title={Three}, date={2003}}\n"


def libraries(folder: Path, text: str = BIB) -> object:
    source = Source("refs.bib", text)
    return Cache(folder).get_or_make("bibtex", lambda: parse([source]), source.digest)


def never() -> object:
    raise AssertionError("made again")


def test_warm_equals_cold(tmp_path: Path) -> None:
    cold = libraries(tmp_path)
    source = Source("refs.bib", BIB)
    assert Cache(tmp_path).get_or_make("bibtex", never, source.digest) == cold == parse([source])


def test_other_inputs_are_other_values(tmp_path: Path) -> None:
    assert libraries(tmp_path) != libraries(tmp_path, BIB + "@book{d, title={Four}}\n")


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 4000])
def test_a_damaged_value_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    cold = libraries(tmp_path)
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage)
    assert libraries(tmp_path) == cold
    assert entry.read_bytes() != damage


def test_a_folder_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert libraries(blocked) == parse([Source("refs.bib", BIB)])


def test_the_oldest_go_when_the_folder_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report.cache.LIMIT_BYTES", 3000)
    cache = Cache(tmp_path)
    for number in range(8):
        cache.get_or_make("stage", lambda: "x" * 1000, str(number))
    cache.trim()
    assert sum(entry.stat().st_size for entry in tmp_path.iterdir()) <= 3000


def test_the_folder_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert of_user().folder == tmp_path / "report"
    libraries(tmp_path / "report")
    of_user().clear()
    assert list((tmp_path / "report").iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owner here")
def test_a_folder_that_others_can_write_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert of_user().folder == tmp_path / "report"
    (tmp_path / "report").mkdir(mode=0o700)
    assert of_user().folder == tmp_path / "report"
    (tmp_path / "report").chmod(0o777)
    assert of_user().folder is None
    (tmp_path / "report").rmdir()
    (tmp_path / "report").symlink_to(tmp_path)
    assert of_user().folder is None
