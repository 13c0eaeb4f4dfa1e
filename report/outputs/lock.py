"""One writer at a time: the lock of a folder of results, which ends with the process that holds it."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from report.outputs.folder import Folder

NAME = ".report-lock"

WAIT_SECONDS = 10.0
"""How long a writer waits for another; one that is not halted is done in less."""

_POLL_SECONDS = 0.05

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
"""What file systems say that have none."""

_FAR = 1 << 30
"""On Windows a locked byte cannot be read: one far behind the text is locked."""


@contextmanager
def held(folder: Folder) -> Iterator[None]:
    """The lock of a folder, while it lasts; BlockingIOError that names the holder where it cannot be had."""
    descriptor = _wait(folder)
    try:
        yield
    finally:
        _release(folder, descriptor)


def _wait(folder: Folder) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while (descriptor := _attempt(folder)) is None:
        if time.monotonic() > deadline:
            raise BlockingIOError(errno.EAGAIN, _holder(folder))
        time.sleep(_POLL_SECONDS)
    return descriptor


def _attempt(folder: Folder) -> int | None:
    """A descriptor with the lock; None where another process has it, or has just taken its file away."""
    descriptor = _opened(folder)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EEXIST, f"{NAME} is no regular file: take it away")
        if _take(descriptor):
            current = folder.status(NAME)
            if current is not None and os.path.samestat(current, status):
                _sign(descriptor)
                return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _opened(folder: Folder) -> int:
    try:
        return folder.open(NAME, os.O_RDWR | os.O_CREAT)
    except PermissionError:  # another user's, left by a process that was killed
        return folder.open(NAME, os.O_RDONLY)


def _take(descriptor: int) -> bool:
    """Whether the lock could be had; where the file system knows no locks, it could."""
    try:
        _lock(descriptor)
    except OSError as fault:
        return fault.errno in _NO_LOCKS
    return True


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sign(descriptor: int) -> None:
    """Say who holds the lock; where that cannot be written, it is held all the same."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} {datetime.now():%H:%M:%S}\n".encode())


def _holder(folder: Folder) -> str:
    found = None
    with suppress(OSError):
        found = re.fullmatch(rb"([0-9]{1,10}) ([0-9:]{8})\n", folder.read(NAME, 64))
    who = f": process {found[1].decode()}, since {found[2].decode()}" if found else ""
    return f"another build is writing there{who}; wait for it, or end it, and build again"


def _release(folder: Folder, descriptor: int) -> None:
    """Take the file away, then let go; Windows takes away no file that is open."""
    if sys.platform == "win32":
        os.close(descriptor)
    with suppress(OSError):
        folder.remove(NAME)
    if sys.platform != "win32":
        with suppress(OSError):
            os.close(descriptor)
