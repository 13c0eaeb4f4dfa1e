"""Building again: what an edit costs, that warm equals cold, and that nothing wrong with the cache matters."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from facts import clean_by_qpdf, facts, needs_poppler, needs_qpdf
from watching import Told

from report.build import build
from report.cache import Cache
from report.choices import Choices
from report.front import link
from report.press import Press
from report.project import read
from report.workers import WorkerLost, Workers

FONTS = Path(__file__).parent.parent / "report" / "html" / "fonts"

REPORT = "title: Rivers\nlang: en-GB\ndate: 2026-11-20\ncss: styles/own.css\n"

BIB = "@book{haddad, author={Haddad, Amal}, title={Harbours}, publisher={Press}, year={2019}}\n"

CHAPTERS = {
    "01-springs.md": "# Springs {#sec-springs}\n\nWater rises [@haddad, p. 1]. A [spring]{.index} is small.^[Own.]\n",
    "02-falls.md": "# Falls {#sec-falls}\n\nIt falls [@haddad, p. 2]. See @sec-mouth [page] and @note-last.\n",
    "03-mouth.md": "# Mouth {#sec-mouth}\n\nIt ends [@haddad, p. 3].[^last] No [spring]{.index}.\n\n[^last]: End.\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for folder in ("chapters", "styles"):
        (root / folder).mkdir(parents=True)
    (root / "report.yml").write_text(REPORT)
    (root / "refs.bib").write_text(BIB)
    (root / "styles" / "own.css").write_text("/* nothing */\n")
    for name, text in CHAPTERS.items():
        (root / "chapters" / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as found:
        yield found


def built(root: Path, cache: Cache, workers: Workers, told: Callable[[str, int], None] | None = None) -> bytes:
    """The PDF of the project, as a new process would make it."""
    project = read(root, Choices())
    fresh = Cache(cache.folder)
    return build(project, link(project, fresh), Press(fresh, workers, Told(told or (lambda *_: None)))).pdf


def laid_out(root: Path, cache: Cache, workers: Workers) -> tuple[set[str], bytes]:
    """What had to be laid out, and the PDF."""
    names: set[str] = set()
    pdf = built(root, cache, workers, lambda name, _: names.add(name))
    return names, pdf


def cold(root: Path, workers: Workers) -> bytes:
    workers.stop()  # their fonts have been handed out to another cache
    return built(root, Cache(), workers)


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


PAGE = "\n\nMore water.\n\n{{< pagebreak >}}\n\nMore.\n"

EDITS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "nothing": (lambda root: None, set()),
    "a comment": (lambda root: edit(root, "chapters/01-springs.md", "Water", "<!-- todo -->Water"), set()),
    "paragraphs wrapped anew": (lambda root: edit(root, "chapters/01-springs.md", "A [", "A\n["), set()),
    "a word": (lambda root: edit(root, "chapters/02-falls.md", "It falls", "Water falls"), {"sec-falls"}),
    "a page more": (
        lambda root: edit(root, "chapters/01-springs.md", "is small.", "is small." + PAGE),
        {"sec-springs"},
    ),
    "a note more, which renumbers the others": (
        lambda root: edit(root, "chapters/01-springs.md", "}\n\n", "}\n\nFirst.^[New.] "),
        {"sec-springs"},
    ),
    "a title": (
        lambda root: edit(root, "chapters/03-mouth.md", "# Mouth", "# Estuary"),
        {"contents", "sec-mouth"},
    ),
    "the bibliography": (
        lambda root: edit(root, "refs.bib", "Harbours", "Ports"),
        {"sec-springs", "sec-falls", "sec-mouth", "bibliography"},
    ),
    "a chapter renamed": (
        lambda root: (root / "chapters" / "03-mouth.md").rename(root / "chapters" / "03-delta.md") and None,
        set(),
    ),
    "a chapter removed": (
        lambda root: (root / "chapters" / "01-springs.md").unlink(),
        {"contents", "sec-falls", "sec-mouth", "index"},
    ),
    "chapters in another order": (
        lambda root: (root / "chapters" / "02-falls.md").rename(root / "chapters" / "04-falls.md") and None,
        {"contents", "sec-falls", "sec-mouth"},
    ),
    "a stylesheet": (
        lambda root: (root / "styles" / "own.css").write_text("p { color: #333 }\n") and None,
        {"(cover)", "contents", "sec-springs", "sec-falls", "sec-mouth", "bibliography", "index"},
    ),
    "the report's title": (
        lambda root: edit(root, "report.yml", "Rivers", "Streams"),
        {"(cover)", "contents", "sec-springs", "sec-falls", "sec-mouth", "bibliography", "index"},
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_lays_out_what_it_changes_and_warm_is_cold(
    name: str, project: Path, tmp_path: Path, workers: Workers
) -> None:
    cache = Cache(tmp_path / "cache")
    workers.stop()
    built(project, cache, workers)
    change, expected = EDITS[name]
    change(project)
    names, pdf = laid_out(project, cache, workers)
    assert names == expected
    assert pdf == cold(project, workers)


@needs_poppler
def test_renumbered_notes_are_printed_and_linked(project: Path, tmp_path: Path, workers: Workers) -> None:
    cache = Cache(tmp_path / "cache")
    workers.stop()
    built(project, cache, workers)
    edit(project, "chapters/01-springs.md", "Water rises", "It rains.^[In winter.] Water rises")
    seen = facts(built(project, cache, workers))
    text = " ".join(" ".join(page.split()) for page in seen.pages)
    assert "1. In winter." in text
    assert "5. Haddad, 3" in text.replace("Harbours, ", "")
    assert "6. End." in text
    assert "note 6" in text


def test_text_that_looks_like_our_own_marks_is_text(project: Path, tmp_path: Path, workers: Workers) -> None:
    cache = Cache(tmp_path / "cache")
    text = 'Write data-number="page:x" data-free="1"> 12 < and asset:/report.yml.\n'
    (project / "chapters" / "04-marks.md").write_text(f"# Marks\n\n{text}")
    workers.stop()
    built(project, cache, workers)
    edit(project, "chapters/04-marks.md", "12", "21")
    names, pdf = laid_out(project, cache, workers)
    assert names == {"04-marks"}
    assert pdf == cold(project, workers)


def test_any_number_of_jobs_gives_the_same_bytes(project: Path) -> None:
    found = set()
    for jobs in (1, 2, 3):
        with Workers(jobs) as workers:
            found.add(built(project, Cache(), workers))
    assert len(found) == 1


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "one byte wrong": lambda content: content[:-1] + bytes((content[-1] ^ 1,)),
    "foreign": lambda content: b"\0" * 32 + pickle.dumps("something else"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_entries_are_made_anew(name: str, project: Path, tmp_path: Path, workers: Workers) -> None:
    cache = Cache(tmp_path / "cache")
    whole = cold(project, workers)
    workers.stop()
    assert built(project, cache, workers) == whole
    assert cache.folder is not None
    for path in cache.folder.iterdir():
        path.write_bytes(DAMAGE[name](path.read_bytes()))
    assert built(project, cache, workers) == whole


@pytest.mark.parametrize("stage", ["font", "fonts", "objects", "block", "fragment", "pages"])
def test_any_kind_of_entry_may_be_gone(stage: str, project: Path, tmp_path: Path, workers: Workers) -> None:
    cache = Cache(tmp_path / "cache")
    workers.stop()
    whole = built(project, cache, workers)
    assert cache.folder is not None
    gone = [path for path in cache.folder.iterdir() if path.name.partition("-")[0] == stage]
    assert gone
    for path in gone:
        path.unlink()
    edit(project, "chapters/02-falls.md", "It falls", "Qxz falls")
    changed = built(project, cache, workers)
    assert changed == cold(project, workers) != whole


@pytest.mark.parametrize("moment", [0, 4_000_000_000])
def test_the_clock_does_not_matter(moment: int, project: Path, tmp_path: Path, workers: Workers) -> None:
    cache = Cache(tmp_path / "cache")
    workers.stop()
    whole = built(project, cache, workers)
    assert cache.folder is not None
    for path in (*cache.folder.iterdir(), *project.rglob("*")):
        os.utime(path, (moment, moment))
    assert laid_out(project, cache, workers) == (set(), whole)


def test_a_cache_that_cannot_be_written_costs_time_alone(
    project: Path, tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cold(project, workers)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("report.cache.os.replace", full)
    workers.stop()
    assert built(project, Cache(tmp_path / "full"), workers) == whole
    assert list((tmp_path / "full").iterdir()) == []
    monkeypatch.undo()
    (tmp_path / "file").write_text("not a folder")
    workers.stop()
    assert built(project, Cache(tmp_path / "file"), workers) == whole


def test_a_worker_that_is_killed_is_replaced(project: Path, workers: Workers) -> None:
    whole = cold(project, workers)
    killed: list[int] = []

    def kill(name: str, _: int) -> None:
        if not killed:
            for process in workers._processes():
                killed.append(process.pid)
                os.kill(process.pid, signal.SIGKILL)

    workers.stop()
    assert built(project, Cache(), workers, kill) == whole
    assert killed


def test_a_task_that_kills_its_worker_is_named() -> None:
    with Workers(1) as workers:
        with pytest.raises(WorkerLost):
            list(workers.do(os._exit, [3]))
        assert list(workers.do(abs, [-3])) == [(-3, 3)]


def test_a_chapter_is_laid_out_where_it_was_laid_out_before() -> None:
    with Workers(2) as workers:
        first = dict(workers.do(_process, "ab", str))
        assert len(set(first.values())) == 2
        for order in ("ba", "b", "ab", "a"):
            assert dict(workers.do(_process, order, str)) == {name: first[name] for name in order}


def _process(_: str) -> int:
    time.sleep(0.3)
    return os.getpid()


def test_a_font_file_that_changes_changes_pages(project: Path, tmp_path: Path, workers: Workers) -> None:
    rule = '@font-face { font-family: "Own"; src: url(own.ttf) } p { font-family: "Own" }\n'
    (project / "styles" / "own.css").write_text(rule)
    shutil.copy(FONTS / "SourceSans3-Regular.ttf", project / "styles" / "own.ttf")
    cache = Cache(tmp_path / "cache")
    workers.stop()
    before = built(project, cache, workers)
    shutil.copy(FONTS / "SourceSerif4-Regular.ttf", project / "styles" / "own.ttf")
    after = built(project, cache, workers)
    assert after != before
    assert after == cold(project, workers)


def command(project: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "report", "build", str(project), *options]


def test_nothing_changed_loads_nothing(project: Path) -> None:
    first = subprocess.run(command(project), capture_output=True, text=True, check=True)
    again = [sys.executable, "-X", "importtime", *command(project)[1:]]
    second = subprocess.run(again, capture_output=True, text=True, check=True)
    assert second.stdout == first.stdout
    loaded = {line.rpartition("|")[2].strip() for line in second.stderr.splitlines()}
    assert "report.records" in loaded
    assert not loaded & {"weasyprint", "jinja2", "bibtexparser", "markdown_it", "yaml", "pikepdf"}
    assert not loaded & {"report.front", "report.build"}


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "chapters" / "04-sea.md").write_text("# Sea\n\nSalt.\n"),
        lambda root: (root / "refs.bib").unlink(),
        lambda root: (root / "out" / "rivers.pdf").write_bytes(b"%PDF"),
        lambda root: (root / "out" / "rivers.pdf").unlink(),
        lambda root: edit(root, "chapters/01-springs.md", "Water", "Rain"),
    ],
    ids=["a new chapter", "no bibliography", "another PDF", "no PDF", "a word"],
)
def test_something_changed_is_noticed(change: Callable[[Path], object], project: Path) -> None:
    subprocess.run(command(project), capture_output=True, check=True)
    assert "nothing changed" in subprocess.run(command(project, "--timings"), capture_output=True, text=True).stderr
    change(project)
    assert "nothing changed" not in subprocess.run(command(project, "--timings"), capture_output=True, text=True).stderr


def test_progress_is_one_line_of_a_terminal(project: Path, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    main, side = pty.openpty()
    fresh = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "fresh")}
    process = subprocess.Popen(command(project), stdout=subprocess.PIPE, stderr=side, env=fresh)
    process.wait()
    os.close(side)
    shown = b""
    with contextlib.suppress(OSError):  # what a terminal of Linux says at its end
        while piece := os.read(main, 4096):
            shown += piece
    text, _, verdict = shown.decode().rpartition("\r\x1b[K")
    assert verdict == "printed 4 paragraphs, 5 notes, nothing lost\r\n"
    assert "\n" not in text
    assert re.search(r"\r\x1b\[Klayout: sec-falls, \d+ pages so far", text)


@needs_qpdf
def test_two_builds_at_once(project: Path) -> None:
    for _ in range(2):
        both = [subprocess.Popen(command(project), stdout=subprocess.DEVNULL) for _ in range(2)]
        assert [process.wait() for process in both] == [0, 0]
        assert clean_by_qpdf((project / "out" / "rivers.pdf").read_bytes()) == ""
        edit(project, "chapters/01-springs.md", "rises", "rises much, and rises")


def test_a_build_killed_at_any_moment_leaves_the_old_pdf_or_the_new_one(project: Path, workers: Workers) -> None:
    subprocess.run(command(project), capture_output=True, check=True)
    path = project / "out" / "rivers.pdf"
    old = path.read_bytes()
    edit(project, "chapters/01-springs.md", "Water", "Rain")
    new = cold(project, workers)
    for moment in (0.15, 0.4, 0.8, 1.2):
        process = subprocess.Popen(command(project), stdout=subprocess.DEVNULL)
        time.sleep(moment)
        process.kill()
        process.wait()
        assert path.read_bytes() in (old, new)
    subprocess.run(command(project), capture_output=True, check=True)
    assert path.read_bytes() == new


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_killed_build_leaves_no_process_behind(project: Path, tmp_path: Path) -> None:
    fresh = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "fresh")}
    process = subprocess.Popen(command(project), stdout=subprocess.DEVNULL, env=fresh, start_new_session=True)
    while len(of_session(process.pid)) < 4:  # the build, its server, what tracks resources, a worker
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while of_session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert of_session(process.pid) == []


def of_session(number: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if fields[3] == str(number) and fields[0] != "Z":
                found.append(stat.parent.name)
    return found
