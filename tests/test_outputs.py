"""Results on the disk: all of a build or none, whatever comes in between, and nothing else is touched."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from report import outputs
from report.outputs import journal, lock
from report.outputs.journal import Step

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="faults are put in by a preloaded library of Linux")

ROOT = Path(__file__).parent.parent
FAULTS = Path(__file__).parent / "faults"

OLD = {"out/a.pdf": b"%PDF old", "out/a.html": b"<p>old", "out/a.manifest.json": b'{"old": 1}'}
NEW = {"out/a.pdf": b"%PDF new", "out/a.html": b"<p>new", "out/a.manifest.json": b'{"new": 1}'}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faults, compiled."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("faults are compiled by `cc`, and there is none")
    made = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, FAULTS / "faults.c", "-ldl"], check=True)
    return made


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory, where there is one: what is tried a thousand times need not wait for a disk."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        yield Path(folder).resolve()


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "out").iterdir())}


def put(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def test_every_fault_at_every_call_leaves_all_old_or_all_new(library: Path, quick: Path) -> None:
    world = os.environ | {"LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(FAULTS / "every_point.py"), str(quick)]
    done = subprocess.run(command, env=world, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    print(found["tally"])
    assert found["problems"] == []
    assert found["tally"]["old"] + found["tally"]["new"] == found["tally"]["tries"] >= 900
    assert found["tally"]["decided, not yet done"] > 0, "some were killed between two results"


@pytest.fixture
def project(quick: Path) -> Path:
    (quick / "chapters").mkdir()
    (quick / "report.yml").write_text("title: A\nsubtitle: Old\ntoc: false\n")
    (quick / "chapters" / "a.md").write_text("# One\n\nText.^[A note.]\n")
    return quick


def build(project: Path, **world: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "report", "build", str(project), "--to", "html", "--manifest"]
    changed = os.environ | {"PYTHONPATH": str(ROOT)} | world
    return subprocess.run(command, env=changed, capture_output=True, text=True)


def test_faults_in_the_whole_command(library: Path, project: Path, tmp_path: Path) -> None:
    assert build(project).returncode == 0
    old = contents(project)
    (project / "report.yml").write_text("title: A\nsubtitle: New\ntoc: false\n")
    world = {"LD_PRELOAD": str(library), "FAULT_FOLDER": str(project / "out"), "XDG_CACHE_HOME": str(tmp_path / "c")}
    counting = {"FAULT_AT": "0", "FAULT_KIND": "EIO", "FAULT_COUNT": str(tmp_path / "count")}
    assert build(project, **world, **counting).returncode == 0
    new, calls = contents(project), int((tmp_path / "count").read_text())
    assert set(new) == set(old)
    assert new != old
    tally = {"old": 0, "new": 0}
    for kind in ("KILL", "EIO", "INT"):
        for point in range(calls // 5, calls + 1, calls // 4):
            shutil.rmtree(project / "out")
            put(project, old)
            build(project, **world, FAULT_AT=str(point), FAULT_KIND=kind)
            outputs.remove(project, ("out/another.pdf",))
            found = contents(project)
            assert found in (old, new), f"{kind} at call {point}"
            tally["old" if found == old else "new"] += 1
    print(tally)
    assert all(tally.values())
    assert build(project, XDG_CACHE_HOME=world["XDG_CACHE_HOME"]).returncode == 0
    assert contents(project) == new


WRITER = """
import sys
from pathlib import Path
from report.outputs import write
for version in range(60):
    text = f"{sys.argv[2]} {version} ".encode()
    write(Path(sys.argv[1]), {"out/a.pdf": b"%PDF " + text * 9000, "out/a.html": b"<p>  " + text * 9000})
"""


def writer(root: Path, name: str) -> subprocess.Popen[bytes]:
    world = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", WRITER, str(root), name], env=world)


def test_two_writers_never_mix_and_a_reader_never_sees_half_a_file(quick: Path) -> None:
    writers = [writer(quick, "one"), writer(quick, "other")]
    seen = set()
    while any(process.poll() is None for process in writers):
        for name in ("a.pdf", "a.html"):
            path = quick / "out" / name
            if path.exists():
                text = path.read_bytes()[5:]
                words = text.split(b" ")
                version = b" ".join(words[:2]) + b" "
                assert text == version * 9000
                seen.add(version)
    assert [process.returncode for process in writers] == [0, 0]
    assert len(seen) > 2
    final = contents(quick)
    assert final["out/a.pdf"][5:] == final["out/a.html"][5:]
    assert set(final) == {"out/a.pdf", "out/a.html"}


def test_who_holds_the_lock_is_named(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    put(quick, OLD)
    with (quick / "out" / lock.NAME).open("w") as stream:
        stream.write("4711 09:30:00\n")
        stream.flush()
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(outputs.Unwritable) as fault:
            outputs.write(quick, NEW)
    assert "another build is writing there: process 4711, since 09:30:00; wait for it, or end it" in str(fault.value)
    assert {name: content for name, content in contents(quick).items() if name in OLD} == OLD
    outputs.write(quick, NEW)
    assert contents(quick) == NEW, "the lock of a process that has ended is no lock"


def link(path: Path) -> None:
    path.symlink_to(path.parent.parent / "elsewhere")


REFUSED = {
    "a link": (link, "it is a symbolic link"),
    "a folder": (Path.mkdir, "is a folder"),
    "a pipe": (os.mkfifo, "no result"),
    "a file of another kind": (lambda path: path.write_bytes(b"PK\3\4"), "no result"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_result_stays(kind: str, quick: Path) -> None:
    make, message = REFUSED[kind]
    put(quick, {"elsewhere": b"precious", "out/a.html": OLD["out/a.html"]})
    make(quick / "out" / "a.pdf")
    before = os.lstat(quick / "out" / "a.pdf")
    with pytest.raises(outputs.Unwritable, match=message) as fault:
        outputs.write(quick, {"out/a.html": NEW["out/a.html"], "out/a.pdf": NEW["out/a.pdf"]})
    assert fault.value.filename == "out/a.pdf"
    assert outputs.remove(quick, ("out/a.pdf",)) == ()
    assert os.path.samestat(os.lstat(quick / "out" / "a.pdf"), before)
    assert (quick / "elsewhere").read_bytes() == b"precious"
    assert (quick / "out" / "a.html").read_bytes() == OLD["out/a.html"]
    assert sorted(os.listdir(quick / "out")) == ["a.html", "a.pdf"]


@pytest.mark.parametrize("place", ["out", "out/deep"])
def test_a_folder_on_the_way_that_is_a_link_is_refused(place: str, quick: Path) -> None:
    (quick / "elsewhere").mkdir()
    (quick / place).parent.mkdir(exist_ok=True)
    (quick / place).symlink_to(quick / "elsewhere")
    with pytest.raises(outputs.Unwritable, match="is a symbolic link"):
        outputs.write(quick, {f"{place}/more/a.pdf": b"%PDF"})
    assert list((quick / "elsewhere").iterdir()) == []


JOURNAL = "report results 1\n{digest} .report-0000000000000000.new {old} {name}\n"


@pytest.mark.parametrize(
    "text",
    [
        JOURNAL.format(digest=sha256(b"%PDF evil").hexdigest(), old="-", name="../secret.pdf"),
        JOURNAL.format(digest=sha256(b"%PDF evil").hexdigest(), old="-", name=".secret.pdf"),
        JOURNAL.format(digest=sha256(b"%PDF evil").hexdigest(), old="-", name="notes.md"),
        JOURNAL.format(digest=sha256(b"%PDF evil").hexdigest(), old="../secret.pdf", name="a.pdf"),
        JOURNAL.format(digest="0" * 64, old="-", name="a.pdf"),
        "report results 1\n" + "x" * 100_000,
        "[" * 60_000,
        "",
        "\udcff",
    ],
)
def test_a_journal_that_came_with_a_project_moves_nothing(text: str, quick: Path) -> None:
    put(quick, {**OLD, "secret.pdf": b"%PDF secret", "out/notes.md": b"mine", "out/.secret.pdf": b"%PDF mine"})
    put(quick, {"out/.report-0000000000000000.new": b"%PDF evil"})
    (quick / "out" / ".report-journal").write_bytes(text.encode("utf-8", "surrogateescape"))
    outputs.write(quick, {"out/b.pdf": b"%PDF other"})
    assert contents(quick) == OLD | {
        "out/b.pdf": b"%PDF other",
        "out/notes.md": b"mine",
        "out/.secret.pdf": b"%PDF mine",
    }
    assert (quick / "secret.pdf").read_bytes() == b"%PDF secret"


@pytest.mark.parametrize("name", [".report-journal", ".report-lock", ".report-0000000000000000.new"])
@pytest.mark.parametrize("kind", ["a link", "a folder", "a pipe"])
def test_what_stands_where_the_writer_works_is_neither_followed_nor_waited_for(
    kind: str, name: str, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    put(quick, {"elsewhere": b"precious", **OLD})
    REFUSED[kind][0](quick / "out" / name)
    try:
        outputs.write(quick, NEW)
    except outputs.Unwritable:
        found = OLD
    else:
        found = NEW
    assert {entry: (quick / entry).read_bytes() for entry in NEW} == found
    assert (quick / "elsewhere").read_bytes() == b"precious"


def test_a_result_keeps_who_may_read_it(quick: Path) -> None:
    put(quick, OLD)
    (quick / "out" / "a.pdf").chmod(0o600)
    outputs.write(quick, NEW)
    assert (quick / "out" / "a.pdf").stat().st_mode & 0o777 == 0o600


def test_an_interrupt_during_a_write_says_what_results_are(library: Path, project: Path, tmp_path: Path) -> None:
    world = {"LD_PRELOAD": str(library), "FAULT_FOLDER": str(project / "out"), "FAULT_KIND": "INT"}
    settings = "title: A\nsubtitle: {}\ntoc: false\n"
    assert build(project).returncode == 0
    (project / "report.yml").write_text(settings.format("Middle"))
    assert build(project, **world, FAULT_AT="0", FAULT_COUNT=str(tmp_path / "count")).returncode == 0
    calls, old = int((tmp_path / "count").read_text()), contents(project)
    (project / "report.yml").write_text(settings.format("New"))
    late = build(project, **world, FAULT_AT=str(calls - 8))
    assert (late.returncode, late.stderr.strip()) == (130, "interrupted: all results are new")
    new = contents(project)
    assert new != old
    (project / "report.yml").write_text(settings.format("Newest"))
    early = build(project, **world, FAULT_AT=str(calls // 2))
    assert (early.returncode, early.stderr.strip()) == (130, "interrupted: results are as they were")
    assert contents(project) == new


def test_nothing_is_called_unchanged_while_a_killed_write_waits(project: Path) -> None:
    assert build(project).returncode == 0
    old = contents(project)
    new = {name: content.replace(b"Old", b"New") for name, content in old.items()}
    steps = []
    for number, (name, content) in enumerate(new.items()):
        put(project, {f"out/.report-{number:016}.new": content})
        steps.append(Step(name.removeprefix("out/"), f".report-{number:016}.new", sha256(content).hexdigest(), ""))
    put(project, {"out/.report-journal": journal.encode(steps)})
    assert build(project).returncode == 0
    assert contents(project) == old


def test_a_record_waits_for_no_pipe(project: Path) -> None:
    assert build(project).returncode == 0
    (project / "out" / "a.html").unlink()
    os.mkfifo(project / "out" / "a.html")
    refused = build(project)
    assert refused.returncode == 3
    assert "no result" in refused.stderr
