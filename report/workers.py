"""Worker processes: what WeasyPrint does is done in them, so that it uses every core, and can be stopped.

A process is started from one that has WeasyPrint in hand already (`forkserver`), where the system can do that.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from msgspec import Struct, field

from report.confinement import allow_cpu, confine, is_cpu_passed
from report.limits import USUAL, Limits

Argument = TypeVar("Argument")
Result = TypeVar("Result")

POLL_SECONDS = 0.5
"""How often it is looked whether the processes live, while they are silent."""


class WorkerLost(Exception):
    """A worker died at its task, or passed the limit `passed`; `path` is that of what it was given."""

    def __init__(self, argument: object, passed: str = "") -> None:
        self.path: str = getattr(argument, "path", "")
        self.passed = passed
        super().__init__(f"the worker process for {self.path} was lost")


class Workers:
    """Processes that take tasks, as many at a time as there are jobs; they start with the first task.

    Each is held to limits, a task of its own to their processor time; None is for what is trusted.
    """

    def __init__(self, jobs: int, limits: Limits | None = USUAL) -> None:
        self.jobs = jobs
        self.limits = limits
        self._context = _context()
        self._desks: list[_Desk] = []
        self._homes: dict[str, _Desk] = {}
        """Where what has a name was done last: there, much of it is in memory."""
        self._first: tuple[Callable[[Any], object], object] = (id, None)
        self._beginning: Thread | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def warm_up(self) -> None:
        """Begin to load WeasyPrint, while this process does other things."""
        if isinstance(self._context, multiprocessing.context.ForkServerContext):
            from multiprocessing.forkserver import ensure_running

            with _environment(), _silent():
                ensure_running()

    def begin_with(self, task: Callable[[Argument], object], argument: Argument) -> None:
        """What every process does first, to be faster at its tasks; one process begins now."""
        self._first = (task, argument)
        if not self._desks:
            self._beginning = Thread(target=self._begin_one, daemon=True)
            self._beginning.start()  # it waits for the server of processes, which this process has no time for

    def _begin_one(self) -> None:
        with suppress(Exception):  # what is wrong comes up in the first task that somebody waits for
            self._submit(self._begun(), id, None)

    def do(
        self,
        task: Callable[[Argument], Result],
        arguments: Iterable[Argument],
        home: Callable[[Argument], str] = lambda _: "",
    ) -> Iterator[tuple[Argument, Result]]:
        """What the task makes of each argument, in the order in which it is done; where `home` has a name for one, in
        the process that has done what went by that name before.

        A task whose process dies is tried once more, alone, but for one that is known to have passed its limit. Raises
        WorkerLost where it dies again.
        """
        waiting: deque[Argument] = deque()
        running: dict[Future[Result], tuple[Argument, _Desk]] = {}
        lost: list[Argument] = []
        for argument in arguments:
            self._wait_for_beginning()
            waiting.append(argument)
            yield from self._done(running, lost, 0)
            self._hand_out(task, waiting, running, home)
        while running:
            before = len(running)
            yield from self._done(running, lost, POLL_SECONDS)
            if len(running) == before and self._has_dead():
                lost += (argument for argument, _ in running.values())
                break
            self._hand_out(task, waiting, running, home)
        lost += waiting
        for argument in lost:
            passed = self._passed()
            if passed and len(lost) == 1:
                raise WorkerLost(argument, passed)
            yield argument, self._alone(task, argument)

    def all_do(self, task: Callable[[None], object]) -> None:
        """Have every process do something that nobody waits for."""
        for desk in self._desks:
            if not desk.is_broken:
                self._submit(desk, task, None)

    def _done(
        self, running: dict[Future[Result], tuple[Argument, _Desk]], lost: list[Argument], seconds: float
    ) -> Iterator[tuple[Argument, Result]]:
        """What is done after so many seconds, at the latest; what went down with a process is lost."""
        done, _ = wait(running, seconds, FIRST_COMPLETED)
        for future in done:
            argument, desk = running.pop(future)
            try:
                result = future.result()
            except BrokenProcessPool:
                desk.is_broken = True
                lost.append(argument)
            except MemoryError:
                lost.append(argument)
            else:
                yield argument, result

    def _hand_out(
        self,
        task: Callable[[Argument], Result],
        waiting: deque[Argument],
        running: dict[Future[Result], tuple[Argument, _Desk]],
        home: Callable[[Argument], str],
    ) -> None:
        """Give each process two things to do, so that it goes on with the one when it is done with the other."""
        while waiting:
            name = home(waiting[0])
            desk = self._desk(name)
            if desk is None:
                return
            argument = waiting.popleft()
            if name:
                self._homes[name] = desk
            running[self._submit(desk, task, argument)] = argument, desk

    def _desk(self, name: str) -> _Desk | None:
        """Where a thing of that name is done: where it was, or at an idle process, a new one, one that is busy."""
        home = self._homes.get(name)
        if home is not None and not home.is_broken and home.busy < AHEAD:
            return home
        desks = sorted((desk for desk in self._desks if not desk.is_broken), key=lambda desk: desk.busy)
        if len(self._desks) < self.jobs and (not desks or desks[0].busy):
            return self._begun()
        return desks[0] if desks and desks[0].busy < AHEAD else None

    def _begun(self) -> _Desk:
        executor = ProcessPoolExecutor(1, self._context, _begin, (self.limits, *self._first))
        self._desks.append(_Desk(executor))
        return self._desks[-1]

    def _alone(self, task: Callable[[Argument], Result], argument: Argument) -> Result:
        """What the task makes of an argument that went down with a process before."""
        future = self._submit(self._begun(), task, argument)
        while not wait((future,), POLL_SECONDS).done and not self._has_dead():
            pass
        try:
            return future.result(0)
        except MemoryError:
            passed = "memory"
        except (BrokenProcessPool, TimeoutError):
            passed = ""
        raise WorkerLost(argument, self._passed() or passed)

    def _passed(self) -> str:
        """The limit for which a process was ended, empty for none; all processes are ended."""
        processes = self._processes()
        self.stop()  # two that ask at once how a process ended do not both learn it: the executor's thread is done now
        return "cpu" if any(is_cpu_passed(process.exitcode) for process in processes) else ""

    def _processes(self) -> list[Any]:
        return [process for desk in self._desks for process in (desk.executor._processes or {}).values()]

    def _has_dead(self) -> bool:
        """Whether a process has ended, which its executor does not see where it was killed while it sent a result."""
        return bool(connection.wait([process.sentinel for process in self._processes()], 0))

    def _wait_for_beginning(self) -> None:
        if self._beginning is not None:
            self._beginning.join()
            self._beginning = None

    def stop(self) -> None:
        """End all processes, whatever they are at."""
        self._wait_for_beginning()
        processes = self._processes()
        desks, self._desks = self._desks, []
        self._homes.clear()
        for process in processes:
            with suppress(ProcessLookupError, OSError):
                process.kill()
        for desk in desks:
            # Else half a result would be waited for, for ever.
            desk.executor._result_queue._writer.close()  # type: ignore[attr-defined]
            desk.executor.shutdown(wait=True, cancel_futures=True)

    def _submit(self, desk: _Desk, task: Callable[[Argument], Result], argument: Argument) -> Future[Result]:
        try:
            future = desk.executor.submit(_within, self.limits, task, argument)
        except BrokenProcessPool:
            future = Future()
            future.set_exception(BrokenProcessPool())
        desk.tasks.append(future)
        return future


class _Desk(Struct, eq=False):
    """A process, and what it has to do."""

    executor: ProcessPoolExecutor
    tasks: list[Future[Any]] = field(default_factory=list)
    is_broken: bool = False

    @property
    def busy(self) -> int:
        """How many of its tasks are not done."""
        self.tasks = [task for task in self.tasks if not task.done()]
        return len(self.tasks)


AHEAD = 2
"""The tasks that a process is given at a time."""


def available() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _context() -> Any:
    if "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["report.pdf.worker"])
        return context
    return multiprocessing.get_context("spawn")


def _forget_server() -> None:
    """In a process that was forked from one that has a server: that server is not this one's."""
    from multiprocessing import forkserver

    forkserver._forkserver.__init__()  # type: ignore[misc]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_server)


@contextmanager
def _environment() -> Iterator[None]:
    """The server of new processes finds this package as this process does, and programs nowhere but in the system."""
    given = dict(os.environ)
    root = str(Path(__file__).parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, given.get("PYTHONPATH"))))
    os.environ["PATH"] = os.defpath
    try:
        yield
    finally:
        for name in ("PYTHONPATH", "PATH"):
            os.environ.pop(name)
            if name in given:
                os.environ[name] = given[name]


@contextmanager
def _silent() -> Iterator[None]:
    """What is started meanwhile has no voice: what it has to say comes back with its tasks."""
    kept = [os.dup(stream) for stream in _STREAMS]
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        for stream in _STREAMS:
            os.dup2(nothing, stream)
        yield
    finally:
        for stream, copy in zip(_STREAMS, kept, strict=True):
            os.dup2(copy, stream)
            os.close(copy)
        os.close(nothing)


_STREAMS = (1, 2)
"""Standard output and standard error."""


def _begin(limits: Limits | None, task: Callable[[Any], object], argument: object) -> None:
    """In a new worker: leave interrupts to the parent, end with it, keep within limits; then its first task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if limits is not None:
        confine(limits)
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):  # it is no task that anybody waits for: what is wrong will come up in those
        task(argument)


def _within(limits: Limits | None, task: Callable[[Argument], Result], argument: Argument) -> Result:
    """A task within the processor time of one."""
    allow_cpu(limits)
    return task(argument)


def _end_with_parent() -> None:
    """A worker waits for tasks for ever, even when nobody is left to give one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
