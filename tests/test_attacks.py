"""Hostile projects end as `attacks/EXPECTED.txt` says, and none reads, loads, starts, leaks or loses anything.

A summary of what was seen stands at the end of the run. `ACCEPT=1 pytest` writes what was found.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attacking import ATTACKS, FOLDER, ROOT, TESTS, Attack, Ground, accept, attacks, prepared
from harmless import all_of_html, all_of_pdf, files_in_pdf, in_html, in_pdf, squeezed, text_of_html, text_of_pdf
from recipes import CANARY, Impossible
from watched import Event, Outcome, Server, events_in, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched through /proc")

OUTPUTS = ("out/brief.pdf", "out/brief.html")
OLD = {".pdf": b"%PDF-1.7 what was printed before\n", ".html": b"<p>What was printed before\n"}

SYSTEM = (
    *(
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/Library/Fonts",
        "/etc/fonts",
        "/usr/share/fontconfig",
        "/var/cache/fontconfig",
    ),
    *(
        "/dev/null",
        "/dev/urandom",
        "/etc/mime.types",
        "/etc/ld.so.cache",
        "/usr/share/zoneinfo",
        "/proc/self",
        "/sys/devices/system/cpu",
    ),
)
"""What the libraries read on any machine."""

FONTS = tuple(
    path.resolve()
    for folder in ("/usr/share/fonts", "/usr/local/share/fonts")
    for path in Path(folder).rglob("*")
    if path.is_symlink()
)
"""Where packages of this machine keep fonts outside the folders of fonts."""


@pytest.fixture(scope="session")
def server() -> Server:
    return Server()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder with a short path, for a socket in it may have no long one."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)
def test_attack(
    attack: Attack, base: Path, server: Server, kept: Path, record_property: Callable[[str, object], None]
) -> None:
    try:
        ground = prepared(attack, base, server.address)
    except Impossible as fault:
        pytest.skip(str(fault))
    _plant_old(ground)
    before, cached, visits = _tree(ground), set(kept.rglob("*")), server.visits
    seen = run(ground, attack.options, kept)
    record_property("attack", _figures(attack.name, ground, kept, seen))
    if os.environ.get("ACCEPT") and seen.status is not None:
        accept(attack, seen.status, seen.said)
    wrong = [
        *_conduct(ground, kept, seen),
        *_results(attack, ground, seen),
        *_leaks(ground, seen, set(kept.rglob("*")) - cached),
        *(f"left over: {path}" for path in _topmost(_tree(ground) - before - set(OUTPUTS))),
        *(f"gone: {path}" for path in before - _tree(ground)),
    ]
    assert wrong == [], seen.err[-2000:]
    assert server.visits == visits
    if not os.environ.get("ACCEPT"):
        assert (seen.status, seen.said) == (attack.status, attack.of("says")), seen.err[-2000:]


def _plant_old(ground: Ground) -> None:
    folder = ground.project / "out"
    if not folder.is_symlink():
        folder.mkdir(exist_ok=True)
        for path in (ground.project / name for name in OUTPUTS):
            if not path.exists() and not path.is_symlink():
                path.write_bytes(OLD[path.suffix])


def _tree(ground: Ground) -> set[str]:
    """All paths of the project, and those beside it and among temporary files."""
    found = {str(path.relative_to(ground.project)) for path in ground.project.rglob("*")}
    return found | {str(path) for folder in (ground.outside, ground.temporary) for path in folder.rglob("*")}


def _topmost(paths: set[str]) -> list[str]:
    return sorted(path for path in paths if str(Path(path).parent) not in paths)


# What a build may ask of the system


def _foreign(ground: Ground, kept: Path, seen: Outcome) -> list[Event]:
    """What the processes of a build did besides reading the project and the machine's fonts, and keeping results."""
    python = Path(sys.base_prefix) / "lib"
    own = (
        ground.project,
        kept,
        ground.temporary,
        ground.home,
        ROOT / "report",
        ATTACKS,
        python,
        *map(Path, SYSTEM),
        *FONTS,
    )
    return [event for event in seen.events if not _allowed(event, own)]


def _allowed(event: Event, own: tuple[Path, ...]) -> bool:
    match event:
        case Event(name="start" | "ctypes.dlopen"):
            return True
        case Event(name="read" | "write", detail=str(path)):
            return path == str(ROOT) or any(Path(path).is_relative_to(folder) for folder in own)
        case Event(name="subprocess.Popen", detail=(str(program), *_)):
            return program == sys.executable
    return False


def _figures(name: str, ground: Ground, kept: Path, seen: Outcome) -> dict[str, object]:
    foreign = _foreign(ground, kept, seen)
    return {
        "name": name,
        "seconds": round(seen.seconds, 2),
        "memory": seen.memory_mb,
        "sockets": sum(event.name.startswith("socket.") and "get" not in event.name for event in foreign),
        "lookups": sum(event.name.startswith("socket.get") for event in foreign),
        "reads": sum(event.name == "read" for event in foreign),
        "programs": sum(not event.name.startswith(("socket.", "read", "write")) for event in foreign),
    }


def _conduct(ground: Ground, kept: Path, seen: Outcome) -> Iterator[str]:
    """What a build may not do, whatever it is given."""
    if seen.status is None:
        yield "it had to be killed"
    if seen.processes_left:
        yield f"{seen.processes_left} processes go on"
    if "Traceback" in seen.err:
        yield "a traceback"
    if controls := set(map(chr, (*range(10), *range(11, 32), 127))) & set(seen.err):
        yield f"messages hold {controls}"
    yield from (f"{event.name} {event.detail}" for event in _foreign(ground, kept, seen))


# What may come out


def _results(attack: Attack, ground: Ground, seen: Outcome) -> Iterator[str]:
    paths = [ground.project / name for name in OUTPUTS]
    if seen.status != 0 and "--draft" not in attack.options:
        if seen.out:
            yield f"a failed build says {seen.out}"
        kept = (path for path in paths if path.is_file() and not path.is_symlink())
        yield from (f"{path.name} is not as it was" for path in kept if path.read_bytes() != OLD[path.suffix])
        return
    if "html" not in attack.options:
        yield from _results_in_pdf(attack, paths[0].read_bytes())
    if "pdf" not in attack.options:
        yield from _results_in_html(attack, paths[1].read_text("utf-8"))


def _results_in_pdf(attack: Attack, pdf: bytes) -> Iterator[str]:
    if not pdf.rstrip().endswith(b"%%EOF"):
        yield "no PDF, or half of one"
        return
    yield from in_pdf(pdf)
    yield from (f"attached: {name}" for name in {*files_in_pdf(pdf)} ^ {*attack.of("attaches")})
    yield from _texts(attack, "PDF", text_of_pdf(pdf), all_of_pdf(pdf))


def _results_in_html(attack: Attack, page: str) -> Iterator[str]:
    if not page.rstrip().endswith("</html>"):
        yield "no HTML, or half of it"
    yield from in_html(page)
    yield from _texts(attack, "HTML", text_of_html(page), all_of_html(page))


def _texts(attack: Attack, output: str, text: str, everything: str) -> Iterator[str]:
    yield from (f"{output} lost: {part}" for part in attack.of("prints") if squeezed(part) not in squeezed(text))
    hidden = (*attack.of("never"), CANARY, FOLDER, *_names())
    yield from (f"{output} tells: {part}" for part in hidden if part in everything)


def _leaks(ground: Ground, seen: Outcome, cached: set[Path]) -> Iterator[str]:
    """Canaries in messages, and they and where it was built in what is kept or left over."""
    for name, text in (("message", seen.err), ("list of results", seen.out)):
        if CANARY in text:
            yield f"a canary in a {name}"
    telling = (CANARY, FOLDER, *_names())
    for path in (*ground.temporary.rglob("*"), *cached):
        content = path.read_bytes() if path.is_file() else b""
        yield from (f"{part} in {path.name}" for part in telling if part in path.name or part.encode() in content)


def _names() -> tuple[str, ...]:
    """This machine's name, where it is not a word that a report may well hold."""
    return tuple(name for name in {platform.node(), socket.gethostname()} if len(name) > 6 and not name.isalpha())


# A benign project under the same watch


def _benign(base: Path) -> Ground:
    ground = Ground(base)
    shutil.copytree(TESTS / "reports" / "everything", ground.project)
    for folder in (ground.outside, ground.temporary, ground.home):
        folder.mkdir()
    return ground


def _printed(ground: Ground, seen: Outcome) -> dict[str, bytes]:
    assert seen.status == 0, seen.err
    return {Path(path).name: Path(path).read_bytes() for path in seen.out.split()}


def test_a_report_with_everything_asks_for_nothing_else(base: Path) -> None:
    ground = _benign(base / "a")
    seen = run(ground, (), base / "kept")
    assert len(_printed(ground, seen)) == 2
    assert _foreign(ground, base / "kept", seen) == []
    assert any("weasyprint" in str(event.detail) for event in seen.events) or len({e.process for e in seen.events}) > 1


def test_the_watch_sees_what_it_is_there_for(base: Path) -> None:
    """Without this, no event would mean nothing."""
    ground = _benign(base / "a")
    deeds = (
        "import socket as s, subprocess as p; open('/etc/passwd'); p.run(['true']); s.getaddrinfo('::1', 1); s.socket()"
    )
    environment = {"PYTHONPATH": str(ATTACKS), "TRIPWIRE_LOG": str(ground.log), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-P", "-c", deeds], env=environment, check=True)
    names = {event.name for event in events_in(ground.log)}
    assert {"start", "read", "subprocess.Popen", "socket.getaddrinfo", "socket.__new__"} <= names


def test_a_machine_without_network_prints_the_same(base: Path) -> None:
    apart = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespace can be made here")
    grounds = [_benign(base / name) for name in ("a", "b")]
    seen = [
        run(ground, (), base / ground.base.name / "kept", way) for ground, way in zip(grounds, ((), apart), strict=True)
    ]
    assert _printed(grounds[0], seen[0]) == _printed(grounds[1], seen[1])


def test_every_folder_has_its_line_and_every_line_its_folder() -> None:
    names = [attack.name for attack in attacks()]
    assert sorted(names) == sorted(
        path.name for path in ATTACKS.iterdir() if path.is_dir() and path.name != "__pycache__"
    )
    assert len(names) == len(set(names)) >= 110
