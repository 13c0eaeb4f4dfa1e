"""The gate: nothing outside the folder is read, whatever is put in the way, and whatever is swapped meanwhile."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from report import files as gate
from report.choices import Choices
from report.files import Files, Unreadable
from report.project import read

SECRET = b"what nobody may see"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.md").write_bytes(SECRET)
    project = tmp_path / "project"
    (project / "chapters" / "deep").mkdir(parents=True)
    (project / "chapters" / "a.md").write_text("# A\n")
    (project / "chapters" / "deep" / "a.md").write_text("# Deep\n")
    return project


def reason(folder: Path, path: str) -> str:
    found = Files(folder).content(path)
    assert isinstance(found, Unreadable), path
    return found.reason


@pytest.mark.parametrize(
    "path",
    [
        "../outside/a.md",
        "chapters/../../outside/a.md",
        "chapters/../chapters/a.md",
        "/etc/hostname",
        "//etc/hostname",
        "/proc/self/environ",
        "",
        ".",
        "..",
    ],
)
def test_paths_that_lead_out_are_refused(folder: Path, path: str) -> None:
    assert reason(folder, path) == "is outside the project folder"


@pytest.mark.parametrize(
    "path", ["chapters\\a.md", "C:/a.md", "a.md:stream", "a\0.md", "a.md.", "a.md ", "chapters /a.md"]
)
def test_names_that_are_other_names_elsewhere_are_refused(folder: Path, path: str) -> None:
    assert reason(folder, path).startswith("is no portable name")


@pytest.mark.parametrize(
    "path", ["%2e%2e/outside/a.md", "..%2foutside/a.md", "chapters/%61.md", "chapters/a%2emd", "file:///etc/hostname"]
)
def test_nothing_is_decoded(folder: Path, path: str) -> None:
    assert isinstance(Files(folder).content(path), Unreadable)


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 5000 + "a", "a" * 100_000, "\ud800.md"])
def test_names_that_no_system_takes_are_refused(folder: Path, path: str) -> None:
    assert isinstance(Files(folder).content(path), Unreadable)
    assert Files(folder).listing(path, "") == ()


def test_links_of_files_and_folders_are_refused(folder: Path) -> None:
    outside = folder.parent / "outside"
    (folder / "file.md").symlink_to(outside / "a.md")
    (folder / "folder").symlink_to(outside)
    (folder / "inside.md").symlink_to(folder / "chapters" / "a.md")
    (folder / "round").symlink_to("round")
    (folder / "nowhere").symlink_to("nothing")
    (folder / "chapters" / "up").symlink_to("..")
    for path in ("file.md", "folder/a.md", "inside.md", "round", "nowhere", "round/a.md", "chapters/up/chapters/a.md"):
        assert reason(folder, path) == "is a symbolic link or lies behind one"
    assert Files(folder).listing("folder", "") == ()
    assert Files(folder).unlisted("folder", "") == "is a symbolic link or lies behind one"


def test_what_is_no_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
        assert reason(folder, "fifo") == "is not a regular file"
        assert isinstance(Files(folder).content("socket"), Unreadable)
    assert reason(folder, "chapters") == "is a folder"
    assert reason(folder, "chapters/a.md/b").startswith("cannot be read")


@pytest.mark.parametrize("device", ["null", "zero", "tty"])
def test_devices_are_refused(device: str) -> None:
    assert isinstance(Files(Path("/dev")).content(device), Unreadable)


def test_files_without_a_length_are_read_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("the system has no /proc")
    found = Files(Path("/proc/self")).content("environ")
    assert found == Path("/proc/self/environ").read_bytes()
    monkeypatch.setattr(gate, "LIMIT_BYTES", 3)
    assert reason(Path("/proc/self"), "environ").startswith("is larger than")


def test_what_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "large").open("wb") as stream:
        stream.truncate(gate.LIMIT_BYTES + 1)
    assert reason(folder, "large") == "is larger than 64 MiB"
    monkeypatch.setattr(gate, "TOTAL_BYTES", 6)
    files = Files(folder)
    assert isinstance(files.content("chapters/a.md"), bytes)
    assert isinstance(found := files.content("chapters/deep/a.md"), Unreadable)
    assert found.reason.startswith("is too much")


def test_a_file_that_grows_is_read_to_the_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "LIMIT_BYTES", 1000)
    growing, stop = folder / "growing", Event()
    growing.write_bytes(b"x" * 100)

    def grow() -> None:
        with growing.open("ab", buffering=0) as stream:
            while not stop.is_set():
                stream.write(b"x" * 10)
                if stream.tell() > 5000:
                    stream.truncate(100)

    with running(grow, stop):
        for _ in range(2000):
            found = Files(folder).content("growing")
            assert isinstance(found, Unreadable) or len(found) <= 1000


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(folder: Path) -> None:
    (folder / "chapters" / "a.md").chmod(0)
    (folder / "chapters" / "deep").chmod(0)
    try:
        assert reason(folder, "chapters/a.md") == "cannot be read: permission denied"
        assert reason(folder, "chapters/deep/a.md") == "cannot be read: permission denied"
        assert Files(folder).unlisted("chapters/deep", "") == "cannot be read: permission denied"
    finally:
        (folder / "chapters" / "deep").chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="elsewhere a folder on the way must be readable")
def test_a_folder_on_the_way_need_not_be_readable(folder: Path) -> None:
    (folder / "chapters").chmod(0o100)
    try:
        assert Files(folder).content("chapters/a.md") == b"# A\n"
    finally:
        (folder / "chapters").chmod(0o700)


@contextmanager
def running(work: object, stop: Event) -> Iterator[None]:
    thread = Thread(target=work, daemon=True)  # type: ignore[arg-type]
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("is_safe", [True, False], ids=["by folder", "by path"])
@pytest.mark.parametrize("swapped", ["chapters", "chapters/deep", "chapters/deep/a.md"])
def test_what_is_swapped_meanwhile_does_not_lead_out(
    folder: Path, swapped: str, is_safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "IS_SAFE", is_safe and gate.IS_SAFE)
    outside = folder.parent / "outside"
    (outside / "deep").mkdir()
    (outside / "deep" / "a.md").write_bytes(SECRET)
    target = {"chapters": outside, "chapters/deep": outside, "chapters/deep/a.md": outside / "a.md"}[swapped]
    place, aside, stop = folder / swapped, folder / "aside", Event()

    def swap() -> None:
        while not stop.is_set():
            place.rename(aside)
            place.symlink_to(target)
            place.unlink()
            aside.rename(place)
            stop.wait(0.001)

    seen = set()
    with running(swap, stop):
        for _ in range(3000):
            found = Files(folder).content("chapters/deep/a.md")
            seen.add(found if isinstance(found, bytes) else found.reason)
            assert "chapters/deep/secret" not in Files(folder).listing("chapters/deep", "")
    assert SECRET not in seen
    assert b"# Deep\n" in seen


def test_listings_are_limited_and_name_what_they_leave_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "chapters" / ".hidden.md").touch()
    (folder / "chapters" / "b.md").symlink_to("/etc/hostname")
    assert Files(folder).listing("chapters", ".md") == ("chapters/a.md", "chapters/b.md")
    os.mkfifo(folder / "chapters" / "c.md")
    (folder / "chapters" / "d.md").mkdir()
    assert Files(folder).listing("chapters", ".md")[2:] == ("chapters/c.md", "chapters/d.md")
    assert "chapters/deep" not in Files(folder).listing("chapters", "")
    monkeypatch.setattr(gate, "LIMIT_ENTRIES", 2)
    assert Files(folder).listing("chapters", ".md") == ()
    assert Files(folder).unlisted("chapters", ".md") == "has more than 2 files"


def test_a_chapter_that_cannot_be_named_is_said(folder: Path) -> None:
    (folder / "report.yml").write_text("title: T\n")
    try:
        (folder / "chapters" / os.fsdecode(b"b\xff.md")).touch()
    except OSError:
        pytest.skip("the system has no such names")
    said = [problem.message for problem in read(folder, Choices()).diagnostics]
    assert said == [r"`chapters` has a file whose name is not UTF-8: b'b\xff.md'"]


def test_a_folder_of_chapters_that_is_a_link_is_said(folder: Path) -> None:
    (folder / "report.yml").write_text("title: T\n")
    (folder / "chapters").rename(folder / "elsewhere")
    (folder / "chapters").symlink_to("elsewhere")
    said = [problem.message for problem in read(folder, Choices()).diagnostics]
    assert said == ["`chapters` is a symbolic link or lies behind one"]
