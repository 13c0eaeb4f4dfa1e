"""Values kept between runs under the digest of all that went into them; one with which anything is wrong is made anew.

The folder is the user's own (`XDG_CACHE_HOME`), never the project's: what is in it is trusted as the program is.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from report.machine import digest as machine_digest

Value = TypeVar("Value")

LIMIT_BYTES = 512 * 1024 * 1024
"""What the folder holds at most; the entries that were used least lately go first."""

LIMIT_SECONDS = 90 * 24 * 3600
"""How long an entry stays that is not used."""

_SUM_BYTES = 32
"""Each entry begins with the SHA-256 of the rest."""

_FRESH_SECONDS = 3600
"""An entry that was used within that time is not marked as used again."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of values, and what this process has had in hand; without a folder, that alone."""

    folder: Path | None = None
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    used: set[str] = field(default_factory=set, compare=False, repr=False)
    """The names that were asked for since the last `trim`."""
    tally: dict[str, list[int]] = field(default_factory=dict, compare=False)
    """For each stage, how many values were found and how many were not."""

    def get_or_make(self, stage: str, make: Callable[[], Value], *inputs: str) -> Value:
        """The value that `make` gives for these inputs, from an earlier run where there was one."""
        found = self.get(stage, *inputs)
        if found is not None:
            return cast(Value, found)
        value = make()
        self.put(stage, value, *inputs)
        return value

    def get(self, stage: str, *inputs: str) -> Any:
        """A value, which is not None; None where there is none, or not a whole one."""
        name = f"{stage}-{_digest(stage, *inputs)}"
        self.used.add(name)
        found = self.memory.get(name)
        if found is None:
            found = self._stored(name)
            if found is not None:
                self.memory[name] = found
        self.tally.setdefault(stage, [0, 0])[found is None] += 1
        return found

    def put(self, stage: str, value: object, *inputs: str) -> None:
        """Keep a value for the next run; where that cannot be, nothing happens."""
        name = f"{stage}-{_digest(stage, *inputs)}"
        self.used.add(name)
        self.memory[name] = value
        if self.folder is not None:
            with suppress(OSError, pickle.PicklingError):
                _write(self.folder / name, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def has(self, stage: str, *inputs: str) -> bool:
        """Whether there is a value, whole or not."""
        name = f"{stage}-{_digest(stage, *inputs)}"
        return name in self.memory or self._is_stored(name)

    def _stored(self, name: str) -> object:
        return None if self.folder is None else _read(self.folder / name)

    def _is_stored(self, name: str) -> bool:
        return self.folder is not None and (self.folder / name).exists()

    def clear(self) -> None:
        """Remove every value."""
        self.memory.clear()
        for path in self._entries():
            with suppress(OSError):
                path.unlink()

    def trim(self) -> None:
        """Remove what is too old and what is too much, and from memory what was not used; for the end of a build."""
        self.forget()
        if self.folder is not None:
            with suppress(OSError):
                _trim(self.folder)

    def forget(self) -> None:
        """Remove from memory what was not used since the last time."""
        for name in self.memory.keys() - self.used:
            del self.memory[name]
        self.used.clear()

    def _entries(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if path.is_file()]


class Renewed(Cache):
    """A cache whose folder is not believed: each value is made anew, and takes the place of what is there."""

    __slots__ = ()

    def _stored(self, name: str) -> object:
        return None

    def _is_stored(self, name: str) -> bool:
        return False


def of_user() -> Cache:
    """The cache of the user who runs the program; none where there is no home, or others can write in it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(base) / "report"
    return Cache(folder) if os.path.isabs(base) and _is_own(folder) else Cache()


def _is_own(folder: Path) -> bool:
    """Whether what is in a folder can be only the user's own."""
    try:
        status = folder.lstat()
    except OSError:
        return True
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & _OTHERS_WRITE)


_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def digest_of(*parts: str | bytes) -> str:
    """One digest of several texts or contents in order."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        content = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(content))
        found.update(content)
    return found.hexdigest()


def _read(path: Path) -> object:
    """The value in a file; None where there is none, or not a whole one."""
    try:
        content = path.read_bytes()
        if hashlib.sha256(memoryview(content)[_SUM_BYTES:]).digest() != content[:_SUM_BYTES]:
            return None
        found: object = pickle.loads(memoryview(content)[_SUM_BYTES:])
    except Exception:
        return None
    with suppress(OSError):
        if abs(path.stat().st_mtime - time.time()) > _FRESH_SECONDS:
            os.utime(path)
    return found


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(content).digest())
            stream.write(content)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


_UNFINISHED = "unfinished-"
"""Begins the names of files that are being written; a killed process leaves one behind."""


def _trim(folder: Path) -> None:
    now = time.time()
    entries = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(folder)]
    total = sum(size for _, size, _ in entries)
    for used, size, path in sorted(entries):
        is_left_over = os.path.basename(path).startswith(_UNFINISHED) and now - used > _FRESH_SECONDS
        if total <= LIMIT_BYTES and now - used <= LIMIT_SECONDS and not is_left_over:
            continue
        with suppress(OSError):
            os.unlink(path)
        total -= size


def _digest(*inputs: str) -> str:
    return digest_of(machine_digest(), *inputs)
