"""Commands end within their limits and say at which file they were; nothing is left behind, nothing goes out."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from report import confinement
from report.limits import USUAL, Limits, raised
from report.supervisor import Channel, run
from report.workers import WorkerLost, Workers

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
needs_linux = pytest.mark.skipif(not confinement._CALLS.get(os.uname().machine), reason="no filter for this machine")

pytestmark = needs_fork

LOW = Limits(memory=2048, cpu=1, wall=600, output=1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Roads\ntoc: false\n")
    (tmp_path / "chapters" / "a.md").write_text("# One\n\nText.\n")
    (tmp_path / "chapters" / "b.md").write_text("# Two\n\nText.\n")
    return tmp_path


def command(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-P", "-m", "report", "build", str(project), *options]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120)


def spin() -> None:
    while True:
        pass


def test_a_task_hands_over_what_it_makes() -> None:
    def task(channel: Channel) -> int:
        channel.at("chapters/a.md")
        channel.hand_over("out/a.pdf", b"x" * 300_000)
        channel.hand_over("out/a.html", b"")
        channel.judge("printed 2 notes")
        return 7

    ended = run(task, LOW)
    made = {"out/a.pdf": b"x" * 300_000, "out/a.html": b""}
    assert (ended.status, ended.passed, ended.at, ended.contents) == (7, "", "chapters/a.md", made)
    assert ended.verdict == "printed 2 notes"
    assert run(task, None) == ended


@pytest.mark.parametrize(
    ("work", "limits", "passed"),
    [
        (spin, LOW, "cpu"),
        (lambda: time.sleep(60), Limits(wall=1), "wall"),
        (lambda: b"x" * (4 * 1024**3), LOW, "memory"),
    ],
)
def test_a_limit_ends_a_task(work: Callable[[], object], limits: Limits, passed: str) -> None:
    def task(channel: Channel) -> int:
        channel.at("chapters/a.md")
        work()
        return 0

    ended = run(task, limits)
    assert (ended.passed, ended.at) == (passed, "chapters/a.md")


def test_results_that_are_too_large_end_a_task() -> None:
    def task(channel: Channel) -> int:
        channel.hand_over("out/a.pdf", b"x" * 2 * 1024**2)
        return 0

    assert run(task, LOW).passed == "output"


def test_a_task_that_closes_its_way_back_is_ended_all_the_same() -> None:
    def task(channel: Channel) -> int:
        os.closerange(3, 100)
        time.sleep(60)
        return 0

    assert run(task, Limits(wall=1)).passed == "wall"


@needs_linux
def test_a_task_can_open_no_socket_and_start_no_program() -> None:
    def task(channel: Channel) -> int:
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
            with pytest.raises(PermissionError):
                socket.socket(family)
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("example.org", 80)
        with pytest.raises(PermissionError):
            subprocess.run(["/bin/true"])
        return 3

    assert run(task, LOW).status == 3


@needs_linux
def test_workers_can_open_no_socket() -> None:
    with Workers(1) as workers, pytest.raises(PermissionError):
        list(workers.do(_socket, ["x"]))
    with Workers(1, None) as workers:
        assert list(workers.do(_socket, ["x"])) == [("x", "opened")]


def _socket(_: str) -> str:
    socket.socket(socket.AF_INET).close()
    return "opened"


def _spin(_: object) -> None:
    spin()


def _fill(_: object) -> int:
    return len(b"x" * (4 * 1024**3))


@pytest.mark.parametrize(("task", "passed"), [(_spin, "cpu"), (_fill, "memory")])
def test_a_worker_ends_within_its_limits(task: Callable[[object], object], passed: str) -> None:
    with Workers(2, LOW) as workers:
        with pytest.raises(WorkerLost) as lost:
            list(workers.do(task, ["x"]))
        assert lost.value.passed == passed
        assert list(workers.do(abs, [-3])) == [(-3, 3)]


def test_each_task_of_a_worker_has_its_own_time() -> None:
    with Workers(1, Limits(cpu=2)) as workers:
        assert len(list(workers.do(_busy, [1.2] * 4))) == 4


def _busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_the_message_names_the_chapter_and_the_option(project: Path) -> None:
    (project / "out").mkdir()
    (project / "out" / "roads.pdf").write_bytes(b"the last one")
    (project / "chapters" / "b.md").write_text(f"# Two\n\n{'Many words of text. ' * 300_000}\n")
    done = command(project, "--limit", "cpu=2")
    assert done.returncode == 1
    first, hint = done.stderr.splitlines()
    assert first == "chapters/b.md: error[limit-cpu]: the work on this takes more than 2 s of processor time"
    assert "`--limit cpu=4`" in hint
    assert (project / "out" / "roads.pdf").read_bytes() == b"the last one"


def test_a_project_cannot_raise_its_limits(project: Path) -> None:
    (project / "report.yml").write_text("title: Roads\nlimits: {cpu: 1000}\n")
    done = command(project)
    assert done.returncode == 2
    assert "unknown key `limits`" in done.stderr


@pytest.mark.parametrize("given", ["cpu", "cpu=", "cpu=-1", "cpu=0", "cpu=1.5", "time=3", f"cpu={'9' * 40}", "cpu=²"])
def test_what_is_no_limit_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        raised([given])
    assert raised(["cpu=7", "memory=9"]) == Limits(memory=9, cpu=7)
    assert raised([]) == USUAL


@pytest.mark.parametrize("name", ["short", "a-long-name-of-a-folder" * 8])
def test_no_temporary_file_is_left(project: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    arguments = [sys.executable, "-P", "-m", "report", "build", str(project)]
    done = subprocess.run(arguments, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(folder)})
    assert (done.returncode, done.stderr) == (0, "printed 2 paragraphs, 0 notes, nothing lost\n")
    assert not list(folder.iterdir())


@pytest.fixture
def building(project: Path) -> Iterator[subprocess.Popen[str]]:
    """A build that takes a while."""
    (project / "chapters" / "b.md").write_text(f"# Two\n\n{'Many words of text. ' * 300_000}\n")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "report", "build", str(project), "--limit", "cpu=60"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_command(building: subprocess.Popen[str], number: signal.Signals) -> None:
    session = building.pid
    assert _until(lambda: len(_members(session)) >= 4)
    building.send_signal(number)
    building.wait(20)
    assert _until(lambda: not _members(session)), _members(session)


def _until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def _members(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            _, _, rest = (entry / "stat").read_text().rpartition(")") if entry.name.isdigit() else ("", "", "")
        except OSError:
            continue
        fields = rest.split()
        if fields and fields[0] != "Z" and int(fields[3]) == session:
            found.append(int(entry.name))
    return found
