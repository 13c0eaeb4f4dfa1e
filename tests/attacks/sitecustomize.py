"""Writes down what each Python process of a build asks of the system; `attacking.py` puts it on PYTHONPATH."""

from __future__ import annotations

import os
import sys

LOG = os.environ.get("TRIPWIRE_LOG", "")

OURS = tuple(
    f"{os.path.realpath(folder)}/"
    for folder in (os.path.dirname(os.__file__), os.environ.get("TRIPWIRE_PROGRAM", ""), sys.prefix)
    if folder and folder != sys.base_prefix
)
"""The standard library, the program and its packages: what is read there is no news."""

STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")
UNIX = 1


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("open", "os.listdir", "os.scandir"):
        look(event, arguments)
    elif event.startswith("socket."):
        family = arguments[1] if event == "socket.__new__" else getattr(arguments[0], "family", None)
        if family != UNIX:
            note(event, arguments[1:] if event != "socket.getaddrinfo" else arguments)
    elif event in STARTS:
        note(event, arguments[:2])
    elif event == "ctypes.dlopen" and arguments[0]:
        note(event, arguments[0])


def look(event: str, arguments: tuple[object, ...]) -> None:
    """A file or folder that is opened, by its true path; a link that the system was told not to follow, by its own."""
    path = arguments[0]
    if not isinstance(path, str | bytes | os.PathLike):
        return
    path = os.fsdecode(path)
    flags = arguments[2] if event == "open" and isinstance(arguments[2], int) else 0
    if path == LOG or "\0" in path:
        return
    if flags & os.O_NOFOLLOW:
        true = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    else:
        true = os.path.realpath(path)
    if not true.startswith(OURS):
        note("write" if flags & (os.O_WRONLY | os.O_RDWR) else "read", true)


def note(event: str, detail: object) -> None:
    line = f"{os.getpid()}\t{event}\t{detail!r}\n".encode("utf-8", "backslashreplace")
    stream = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(stream, line)
    finally:
        os.close(stream)


if LOG:
    note("start", sys.argv)
    sys.addaudithook(watch)
