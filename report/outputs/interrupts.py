"""Interrupts that wait until what is being done is whole."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


@contextmanager
def held_off() -> Iterator[list[int]]:
    """The signals that arrive meanwhile, which come afterwards; in a thread other than the first none is held off.

    A mask of the thread would not do: another thread would be given the signal, and Python carries it out in the first.
    """
    arrived: list[int] = []
    before = {number: signal.getsignal(number) for number in _SIGNALS} if current_thread() is main_thread() else {}
    before = {number: handler for number, handler in before.items() if handler not in (None, signal.SIG_IGN)}

    def note(number: int, _: FrameType | None) -> None:
        arrived.append(number)

    try:
        for number in before:
            signal.signal(number, note)
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(arrived):
            signal.raise_signal(number)
