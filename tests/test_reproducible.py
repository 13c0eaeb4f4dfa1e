"""The same report gives the same bytes anywhere, and nothing in them says where that was."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from msgspec import Struct

ROOT = Path(__file__).parent.parent
REPORT = Path(__file__).parent / "reports" / "everything"

EXPECTATIONS = (REPORT / "expected.txt", REPORT / "tags.txt")

USER = "hypatia.theon"


class World(Struct, frozen=True):
    """Where a report is built, and by whom."""

    folder: str
    mask: int
    jobs: int
    variables: dict[str, str]


WORLDS = (
    World("qadiriya", 0o022, 1, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
    World("deep/erewhon/than ß", 0o077, 2, {"PYTHONHASHSEED": "2", "TZ": "Asia/Damascus", "LANG": "de_DE.UTF-8"}),
    World("zenobia", 0o002, 2, {"PYTHONHASHSEED": "3", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"}),
    World("x/y", 0o027, 1, {"PYTHONHASHSEED": "random", "TZ": "America/St_Johns", "LANG": "POSIX"}),
)


class Built(Struct, frozen=True):
    folder: Path
    home: Path
    cold: dict[str, bytes]
    warm: dict[str, bytes]


def build(folder: Path, home: Path, world: World) -> dict[str, bytes]:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "XDG_"))}
    given |= {"HOME": str(home), "USER": USER, "LOGNAME": USER, "PYTHONPATH": str(ROOT), **world.variables}
    options = ("--to", "pdf,html", "--booklet", "--manifest", "--jobs", str(world.jobs))
    inside = world.jobs == 1
    command = [sys.executable, "-m", "report", "build", "." if inside else str(folder), *options]
    place = folder if inside else folder.parent
    done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=place, umask=world.mask)
    assert done.stdout, done.stderr
    return {Path(line).name: Path(line).read_bytes() for line in done.stdout.splitlines()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, ...]:
    return tuple(made(tmp_path_factory.mktemp("world"), world) for world in WORLDS)


def made(place: Path, world: World) -> Built:
    folder, home = place / world.folder, place / USER
    home.mkdir()
    shutil.copytree(REPORT, folder)
    cold = build(folder, home, world)
    shutil.rmtree(folder / "out")  # else the record says that nothing changed
    return Built(folder, home, cold, build(folder, home, world))


def test_the_same_bytes_everywhere_cold_and_warm(builds: tuple[Built, ...]) -> None:
    first = builds[0].cold
    assert [name.partition(".")[2] for name in first] == ["pdf", "pdf", "html", "manifest.json"]
    for name, content in first.items():
        found = {sha256(made[name]).hexdigest() for built in builds for made in (built.cold, built.warm)}
        assert found == {sha256(content).hexdigest()}, name


def test_no_result_says_where_or_by_whom_it_was_made(builds: tuple[Built, ...]) -> None:
    for built in builds:
        cache = built.home / ".cache" / "report"
        names = "\n".join(entry.name for entry in cache.iterdir()).encode()
        assert names
        for word in secrets(built):
            for name, content in (*built.cold.items(), *built.warm.items(), ("the cache's names", names)):
                parts = inflated(content) if name.endswith(".pdf") else [content]
                assert not any(word in part for part in parts), f"{word!r} is in {name}"


def secrets(built: Built) -> Iterator[bytes]:
    """What is of this machine: in the PDF's two ways to write a text, too."""
    names = (built.folder.parts[-2], socket.gethostname())
    words = [str(built.folder), USER, str(ROOT), *filter(_is_telling, names)]
    for word in words:
        yield word.encode()
        yield word.encode("utf-16-be")


def _is_telling(name: str) -> bool:
    return len(name) > 6 and name != "localhost"


def inflated(pdf: bytes) -> list[bytes]:
    """The file as it is, and every object and stream in it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [item.read_bytes() for item in opened.objects if isinstance(item, pikepdf.Stream) and _is_text(item)]
        return [pdf, *streams, *(repr(item).encode() for item in opened.objects)]


def _is_text(stream: pikepdf.Stream) -> bool:
    return "/DCTDecode" not in str(stream.get("/Filter", ""))


def test_the_manifest_names_every_file_and_every_result(builds: tuple[Built, ...]) -> None:
    built = builds[0]
    (found,) = (json.loads(content) for name, content in built.cold.items() if name.endswith(".json"))
    outputs = {f"out/{name}": content for name, content in built.cold.items() if not name.endswith(".json")}
    assert found["outputs"] == {name: sha256(content).hexdigest() for name, content in sorted(outputs.items())}
    files = (path for path in sorted(REPORT.rglob("*")) if path.is_file() and path not in EXPECTATIONS)
    assert found["inputs"] == {
        path.relative_to(REPORT).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert found["packages"]["weasyprint"]
    assert found["libraries"]["Pango"]
    assert found["fonts"]["SourceSerif4-Regular.ttf"]
    assert found["options"]["to"] == ["pdf", "html"]
    assert found["options"]["imposed"] == ["booklet"]
