"""Builds a project as its reader would, with a watch in every process: what it said, took, and asked of the system."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attacking import ATTACKS, ROOT, Ground
from msgspec import Struct
from recipes import CANARY

WALL_SECONDS = 90
"""No build may last longer, whatever its limits."""


class Event(Struct, frozen=True):
    process: int
    name: str
    detail: object


@dataclass(frozen=True)
class Outcome:
    status: int | None
    """None where it had to be killed."""
    out: str
    err: str
    seconds: float
    memory_mb: int
    """The largest process of the build, at its largest."""
    processes_left: int
    events: tuple[Event, ...] = field(repr=False)

    @property
    def said(self) -> tuple[str, ...]:
        """Place, severity and code of each diagnostic, or a whole line of another kind; many of a kind are one."""
        lines = (line for line in self.err.split("\n") if line and not line.startswith(" "))
        return tuple(_shortened([_DIAGNOSTIC.sub(r"\1\2", line) for line in lines]))


_DIAGNOSTIC = re.compile(r"^(|.*?:(?:\d+:)?)(?:\d+:)?( ?(?:error|warning|info)\[[\w-]+\]): .*")
"""Columns are left out: where canaries stand, paths have other lengths on other machines."""

SHOWN = 6


def _shortened(lines: list[str]) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more"


def run(ground: Ground, options: tuple[str, ...], cache: Path, prefix: tuple[str, ...] = ()) -> Outcome:
    """Build the project as its reader would, with a watch in every process."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(ground.home),
        "TMPDIR": str(ground.temporary),
        "XDG_CACHE_HOME": str(cache),
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join((str(ATTACKS), str(ROOT))),
        "TRIPWIRE_LOG": str(ground.log),
        "TRIPWIRE_PROGRAM": str(ROOT / "report"),
        "SECRET": f"{CANARY}-environment",
        "USER": f"{CANARY}-user",
        "LOGNAME": f"{CANARY}-user",
    }
    command = (*prefix, sys.executable, "-P", "-m", "report", "build", "--to", "pdf,html", *options)
    began = time.monotonic()
    with (ground.base / "out").open("wb+") as out, (ground.base / "err").open("wb+") as err:
        process = subprocess.Popen(
            command,
            cwd=ground.project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        status, memory = _awaited(process, began)
        seconds = time.monotonic() - began
        left = _after(process.pid)
        out.seek(0)
        err.seek(0)
        texts = [stream.read().decode("utf-8", "backslashreplace") for stream in (out, err)]
    return Outcome(status, *texts, seconds, memory // 1024, left, tuple(events_in(ground.log)))


def _awaited(process: subprocess.Popen[bytes], began: float) -> tuple[int | None, int]:
    """The exit status, None where it took too long; the most memory that one process of the session had, in kB."""
    most = 0
    while True:
        most = max(most, *(_peak(member) for member in _session(process.pid)), 0)
        try:
            return process.wait(0.05), most
        except subprocess.TimeoutExpired:
            if time.monotonic() - began > WALL_SECONDS:
                _end(process.pid)
                process.wait()
                return None, most


def _after(session: int) -> int:
    """How many processes outlive the build; they are ended."""
    deadline = time.monotonic() + 5
    while (members := _session(session)) and time.monotonic() < deadline:
        time.sleep(0.05)
    _end(session)
    return len(members)


def _session(leader: int) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append(int(name))
    return found


def _peak(process: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _end(session: int) -> None:
    for member in _session(session):
        try:
            os.kill(member, signal.SIGKILL)
        except OSError:
            continue


def events_in(log: Path) -> Iterator[Event]:
    for line in dict.fromkeys(log.read_text("utf-8").splitlines() if log.exists() else ()):
        process, name, detail = line.split("\t", 2)
        try:
            yield Event(int(process), name, ast.literal_eval(detail))
        except (ValueError, SyntaxError):
            yield Event(int(process), name, detail)


class Server:
    """Counts who comes, and tells each the canary."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._socket.accept()
            self.visits += 1
            with visitor:
                body = f"{CANARY}-network".encode()
                visitor.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
