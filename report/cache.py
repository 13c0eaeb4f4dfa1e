"""Values kept between runs under the digest of all that went into them; one with which anything is wrong is made anew.

The folder is the user's own (`XDG_CACHE_HOME`), never the project's: what is in it is trusted as the program is.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

Value = TypeVar("Value")

LIMIT_BYTES = 256 * 1024 * 1024
"""What the folder holds at most; the entries that were written first go first."""

_SUM_BYTES = 32
"""Each entry begins with the SHA-256 of the rest."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of values; None keeps nothing."""

    folder: Path | None = None

    def get_or_make(self, stage: str, make: Callable[[], Value], *inputs: str) -> Value:
        """The value that `make` gives for these inputs, from an earlier run where there was one."""
        if self.folder is None:
            return make()
        path = self.folder / f"{stage}-{_digest(stage, *inputs)}"
        found = _read(path)
        if found is not None:
            return cast(Value, found[0])
        value = make()
        with suppress(OSError, pickle.PicklingError):
            _write(path, pickle.dumps((value,), pickle.HIGHEST_PROTOCOL))
        return value

    def clear(self) -> None:
        """Remove every value."""
        for path in self._entries():
            with suppress(OSError):
                path.unlink()

    def _entries(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if path.is_file()]


NO_CACHE = Cache()


def of_user() -> Cache:
    """The cache of the user who runs the program; none where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Cache(Path(base) / "report") if os.path.isabs(base) else Cache()


def _read(path: Path) -> tuple[object] | None:
    """The value in a file; None where there is none, or not a whole one."""
    try:
        content = path.read_bytes()
        if hashlib.sha256(content[_SUM_BYTES:]).digest() != content[:_SUM_BYTES]:
            return None
        found: tuple[object] = pickle.loads(content[_SUM_BYTES:])
        return found
    except Exception:
        return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_room(path.parent, len(content))
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(hashlib.sha256(content).digest() + content)
    os.replace(name, path)


def _make_room(folder: Path, size: int) -> None:
    entries = sorted((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(folder))
    total = sum(entry[1] for entry in entries) + size
    for _, length, path in entries:
        if total <= LIMIT_BYTES:
            return
        with suppress(OSError):
            os.unlink(path)
        total -= length


def _digest(*inputs: str) -> str:
    text = "\0".join((_program(), *inputs))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """The digest of the program itself: a value of another version is another value."""
    found = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
