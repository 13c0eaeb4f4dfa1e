"""Commands that work on a project run in a child process, held within limits; results come back as bytes, no more."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NoReturn

from msgspec import Struct, field

from report.confinement import MIB, confine, is_cpu_passed
from report.limits import Limits
from report.messages import messages, send

_AT, _PATH, _CONTENT, _VERDICT, _PASSED = b"@", b"p", b"c", b"v", b"!"
"""Kinds of messages: what is being worked on, the path of a result, its content, the verdict on all results, the limit
that was found passed.
"""


class Channel(Struct, frozen=True):
    """The way back from a task."""

    _send: Callable[[bytes, bytes], None]

    def at(self, place: str) -> None:
        """Say what is being worked on, for the case that it never ends."""
        self._send(_AT, place.encode("utf-8", "replace"))

    def hand_over(self, path: str, content: bytes) -> None:
        """Give a result, which is written once the task has ended."""
        self._send(_PATH, path.encode())
        self._send(_CONTENT, content)

    def judge(self, verdict: str) -> None:
        """Say what is in the results."""
        self._send(_VERDICT, verdict.encode())

    def passed(self, limit: str) -> None:
        """Say that a limit was passed."""
        self._send(_PASSED, limit.encode())


class Ended(Struct):
    """How a task ended."""

    status: int = 0
    """What it returned; negative: the signal that ended its process."""
    passed: str = ""
    """The limit that it passed; empty where it passed none."""
    at: str = ""
    """What it was working on last."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """Its results by path."""
    verdict: str = ""
    """What is in them."""
    _path: str = ""

    def take(self, kind: bytes, content: bytes) -> None:
        """Take a message in."""
        if kind == _AT:
            self.at = content.decode()
        elif kind == _PASSED:
            self.passed = content.decode()
        elif kind == _VERDICT:
            self.verdict = content.decode()
        elif kind == _PATH:
            self._path = content.decode()
        else:
            self.contents[self._path] = content


Task = Callable[[Channel], int]


def run(task: Task, limits: Limits | None, prepare: Callable[[], object] = lambda: None) -> Ended:
    """Do a task in a child process, where `prepare` is called before it is confined.

    Without limits, or where processes cannot be forked, both are done here.
    """
    if limits is None or not hasattr(os, "fork"):
        ended = Ended()
        prepare()
        ended.status = task(Channel(ended.take))
        return ended
    sys.stdout.flush()
    sys.stderr.flush()
    with temporary_folder() as folder:
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            os.environ["TMPDIR"] = tempfile.tempdir = folder
            _work(task, limits, prepare, Channel(partial(send, writing)))
        os.close(writing)
        return _supervised(process, reading, limits)


SOCKET_CHARACTERS = 60
"""How long the name of a folder may be for that of a socket in it to be no longer than systems allow."""


@contextmanager
def temporary_folder() -> Iterator[str]:
    """A folder for the temporary files of a child and of those it starts, which have no time to remove them."""
    usual = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="report-", dir=usual if len(usual) <= SOCKET_CHARACTERS else "/tmp")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


UNKNOWN = 70
"""The status of a task that raised what it should not."""

# In the child


def _work(task: Task, limits: Limits, prepare: Callable[[], object], channel: Channel) -> NoReturn:
    """Interrupts are the parent's, which ends this process with whatever it has started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = UNKNOWN
    try:
        prepare()
        confine(limits)
        status = task(channel)
    except MemoryError:
        channel.passed("memory")
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


# In the parent


class _Passed(Exception):
    """A limit is passed that is watched from outside."""


def _supervised(process: int, reading: int, limits: Limits) -> Ended:
    """Listen to a child until it ends, or has to be ended."""
    ended = Ended()
    deadline = time.monotonic() + limits.wall
    waits = None
    try:
        for kind, content in messages(_received(reading, limits.output * MIB, deadline)):
            ended.take(kind, content)
        waits = _waited(process, deadline)
    except _Passed as fault:
        ended.passed = str(fault)
    finally:
        os.close(reading)
        if waits is None:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            waits = os.waitpid(process, 0)[1]
    ended.status = os.waitstatus_to_exitcode(waits)
    if is_cpu_passed(ended.status):
        ended.passed = "cpu"
    return ended


def _received(reading: int, most: int, deadline: float) -> Iterator[bytes]:
    """What a child sends, in pieces, until it closes its end."""
    count = 0
    while True:
        if not select.select([reading], [], [], max(0, deadline - time.monotonic()))[0]:
            raise _Passed("wall")
        piece = os.read(reading, MIB)
        if not piece:
            return
        count += len(piece)
        if count > most:
            raise _Passed("output")
        yield piece


def _waited(process: int, deadline: float) -> int:
    """The wait status of a child that has nothing more to say, and ends presently."""
    while time.monotonic() < deadline:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return status
        time.sleep(0.001)
    raise _Passed("wall")
