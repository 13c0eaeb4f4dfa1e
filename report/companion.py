"""Processes that a server keeps at hand: confined, with all loaded that they need, ended and begun anew at any time.

They start as programs of their own, so that they know nothing of the server: no socket of it, and no token.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import NoReturn, Protocol

from report.confinement import MIB, allow_cpu, is_cpu_passed
from report.exits import guarded
from report.limits import Limits
from report.messages import messages, send
from report.supervisor import temporary_folder
from report.watch import Watch

SETTING, AT, PASSED, END = b"s", b"@", b"!", b"."
"""Kinds of messages: what a process must know to begin, what is being worked on, a limit that was passed, the end of an
answer.
"""

Take = Callable[[bytes, bytes], None]
"""Is given an answer, message by message."""


class Lost(Exception):
    """A companion ended, or was ended, before its answer did; `passed` is the limit that it passed, or empty.

    `signal` is what ended it; where it left by itself, its exit status below 0.
    """

    def __init__(self, passed: str, signal: int) -> None:
        super().__init__(passed, signal)
        self.passed = passed
        self.signal = signal


class Companion:
    """A process that runs `main` of a module, and answers one question at a time; begun with the first."""

    def __init__(self, module: str, setting: str, limits: Limits | None) -> None:
        self.module = module
        self.setting = setting
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self._kept = ExitStack()
        self._asked = Lock()
        self._is_closed = False

    def ask(self, kind: bytes, question: bytes, take: Take, *, is_first: bool = False) -> None:
        """Hand over the answer to a question. Raises Lost.

        One that needs nothing of those before it is a first one: a process that has ended by now is begun anew for it.
        """
        with self._asked:
            if self._is_closed:
                raise Lost("", 0)
            if is_first and self._process is not None and self._process.poll() is not None:
                self._forget()
            try:
                process = self._process or self._begun()
                send(_writing(process), kind, question)
            except OSError:
                raise self._lost("") from None
            self._listen(take)

    def stop(self) -> None:
        """End the process with all that it has started; whoever waits for an answer has lost it."""
        process = self._process
        if process is not None and process.poll() is None:
            with suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()

    def close(self) -> None:
        """End the process, and leave nothing behind."""
        self._is_closed = True
        self.stop()
        with self._asked:
            self.stop()  # where one was just begun
            self._forget()

    def _listen(self, take: Take) -> None:
        left = float(self.limits.wall) if self.limits else float("inf")
        passed, size = "", 0
        while True:
            began = time.monotonic()
            try:
                message = self._answers.get(timeout=STEP_SECONDS)
            except queue.Empty:
                left -= min(time.monotonic() - began, 2 * STEP_SECONDS)  # a machine that slept has not worked
                if left > 0:
                    continue
                raise self._lost("wall") from None
            if message is None:
                raise self._lost(passed)
            kind, content = message
            size += len(content)
            if self.limits and size > self.limits.output * MIB:
                raise self._lost("output")
            if kind == END:
                return
            if kind == PASSED:
                passed = content.decode()
            take(kind, content)

    def _begun(self) -> subprocess.Popen[bytes]:
        folder = self._kept.enter_context(temporary_folder())
        self._answers = queue.SimpleQueue()
        begun: queue.SimpleQueue[subprocess.Popen[bytes] | OSError] = queue.SimpleQueue()
        Thread(target=_attended, args=(self.module, folder, begun, self._answers), daemon=True).start()
        process = begun.get()
        if isinstance(process, OSError):
            raise process
        self._process = process
        send(_writing(process), SETTING, self.setting.encode())
        return process

    def _lost(self, passed: str) -> Lost:
        """How the process ended, which is ended now."""
        self.stop()
        status = self._forget()
        return Lost("cpu" if is_cpu_passed(status) else passed, -status)

    def _forget(self) -> int:
        """The exit code of the process that was."""
        process, self._process = self._process, None
        status = process.wait() if process else 0
        for stream in (process.stdin, process.stdout) if process else ():
            with suppress(OSError):
                stream and stream.close()
        self._kept.close()
        return status


STEP_SECONDS = 0.5
"""How long is waited at a time."""


def _writing(process: subprocess.Popen[bytes]) -> int:
    assert process.stdin is not None
    return process.stdin.fileno()


def _attended(
    module: str,
    folder: str,
    begun: queue.SimpleQueue[subprocess.Popen[bytes] | OSError],
    answers: queue.SimpleQueue[tuple[bytes, bytes] | None],
) -> None:
    """Begin a process, and take in what it says until it says nothing more.

    On Linux a confined process ends with the thread that began it, which therefore is one that lives as long.
    """
    try:
        process = _started(module, folder)
    except OSError as fault:
        begun.put(fault)
        return
    begun.put(process)
    assert process.stdout is not None
    with suppress(OSError, ValueError):
        for message in messages(_pieces(process.stdout.fileno())):
            answers.put(message)
    answers.put(None)
    process.wait()


def _started(module: str, folder: str) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).parent.parent)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        (sys.executable, "-P", "-c", f"from {module} import main; main()"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "PATH": os.defpath, "TMPDIR": folder},
        start_new_session=True,
    )


def _pieces(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, MIB):
        yield piece


# In the companion

Send = Callable[[bytes, bytes], None]


class Telling(Watch):
    """Says what is being worked on."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self.send = send

    def at(self, path: str) -> None:
        """That file is worked on now."""
        self.send(AT, path.encode("utf-8", "replace"))


class Attendant(Protocol):
    """What a companion does."""

    limits: Limits | None
    """Each answer, and each rest, has processor time of its own: none is charged with what was before it."""

    def answer(self, kind: bytes, content: bytes, send: Send) -> None:
        """Answer a question, given its kind, its content, and the way back."""

    def rest(self) -> None:
        """Do what nobody waits for."""


def attend(begin: Callable[[str], Attendant]) -> NoReturn:
    """Answer questions until there are no more; `begin` is given the setting, and confines this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, output = messages(_pieces(0)), os.dup(1)
    os.dup2(2, 1)  # what anybody prints is no answer
    _, setting = next(asked)
    attendant = begin(setting.decode())
    for kind, content in asked:
        try:
            allow_cpu(attendant.limits)
            status = guarded(partial(attendant.answer, kind, content, partial(send, output)))
            if not status:
                send(output, END, b"")
                allow_cpu(attendant.limits)
                status = guarded(attendant.rest)
        except MemoryError:
            send(output, PASSED, b"memory")
            break
        if status:
            os._exit(status)
    os._exit(0)
