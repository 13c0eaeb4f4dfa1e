"""A folder of the project, reached without following a link, and what is done with the names in it."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path, PurePosixPath

from msgspec import Struct

_HAS_HANDS = hasattr(os, "O_DIRECTORY") and {os.open, os.rename, os.unlink, os.stat, os.mkdir} <= os.supports_dir_fd
"""Whether a folder can be held open, so that nobody exchanges it for another on the way to a name in it."""

_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL}
"""What systems say where a file cannot have a second name."""

_PIECE_BYTES = 1024 * 1024


class Folder(Struct, frozen=True):
    """A folder that is held open, where the system can do that; every name is one of its own, without `/`."""

    path: Path
    descriptor: int | None

    def close(self) -> None:
        """Let go of the folder."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.close(self.descriptor)

    def inner(self, name: str) -> Folder:
        """A folder in this one; FileNotFoundError where there is none, OSError where something else has its name."""
        status = self.status(name)
        if status is None:
            raise FileNotFoundError(errno.ENOENT, f"there is no folder {name}")
        if stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, f"{name} is a symbolic link")
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, f"{name} is a file, not a folder")
        flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
        return Folder(self.path / name, self.open(name, flags) if self.descriptor is not None else None)

    def made(self, name: str) -> Folder:
        """A folder in this one, which is made where there is none."""
        if self.status(name) is None:
            with suppress(FileExistsError):
                os.mkdir(self._at(name), dir_fd=self.descriptor)
            self.sync()
        return self.inner(name)

    def names(self) -> list[str]:
        """Everything in the folder."""
        return sorted(os.listdir(self.path if self.descriptor is None else self.descriptor))

    def status(self, name: str) -> os.stat_result | None:
        """What is known of a name, of a link itself; None where there is nothing."""
        try:
            return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def open(self, name: str, flags: int) -> int:
        """A descriptor for what has the name; OSError for a link."""
        return os.open(self._at(name), flags | _CAREFUL, 0o666, dir_fd=self.descriptor)

    def read(self, name: str, size: int) -> bytes:
        """The first bytes of a file; none where no file has the name."""
        status = self.status(name)
        if status is None or not stat.S_ISREG(status.st_mode):
            return b""
        descriptor = self.open(name, os.O_RDONLY)
        try:
            return os.read(descriptor, size)
        finally:
            os.close(descriptor)

    def digest(self, name: str) -> str:
        """The SHA-256 of a file; empty where no file has the name."""
        status = self.status(name)
        if status is None or not stat.S_ISREG(status.st_mode):
            return ""
        found = hashlib.sha256()
        descriptor = self.open(name, os.O_RDONLY)
        try:
            while piece := os.read(descriptor, _PIECE_BYTES):
                found.update(piece)
        finally:
            os.close(descriptor)
        return found.hexdigest()

    def create(self, name: str, content: bytes, mode: int | None = None) -> None:
        """A new file, on the disk when this is done; with `mode`, or with what the user gives new files."""
        descriptor = self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, stat.S_IMODE(mode) & 0o777)
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            _sync(descriptor)
        finally:
            os.close(descriptor)

    def keep(self, name: str, second: str) -> None:
        """Give a file a second name, or a copy where it can have one name alone."""
        exact = {"follow_symlinks": False} if os.link in os.supports_follow_symlinks else {}
        places = {"src_dir_fd": self.descriptor, "dst_dir_fd": self.descriptor} if _HAS_HANDS else {}
        try:
            os.link(self._at(name), self._at(second), **places, **exact)  # type: ignore[arg-type]
        except OSError as fault:
            if fault.errno not in _NO_LINKS:
                raise
            status = self.status(name)
            if status is not None:
                self.create(second, self.read(name, status.st_size), status.st_mode)

    def replace(self, name: str, place: str) -> None:
        """Put a file in the place of another in one step."""
        os.replace(self._at(name), self._at(place), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Take a name away."""
        os.unlink(self._at(name), dir_fd=self.descriptor)

    def sync(self) -> None:
        """Have the names on the disk."""
        if self.descriptor is not None:
            _sync(self.descriptor)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else str(self.path / name)


def find(root: Path, path: str) -> Folder:
    """The folder at a path from the project folder; FileNotFoundError where there is none."""
    return _walk(root, path, Folder.inner)


def make(root: Path, path: str) -> Folder:
    """The folder at a path from the project folder, made where there is none."""
    return _walk(root, path, Folder.made)


def _walk(root: Path, path: str, step: Callable[[Folder, str], Folder]) -> Folder:
    if path.startswith("/") or set("\\:\0") & set(path) or ".." in PurePosixPath(path).parts:
        raise OSError(errno.EPERM, f"{path} is outside the project folder")
    folder = Folder(root, os.open(root, os.O_RDONLY | os.O_DIRECTORY) if _HAS_HANDS else None)
    for name in PurePosixPath(path).parts:
        with closing(folder):
            folder = step(folder, name)
    return folder


def _sync(descriptor: int) -> None:
    """Have it on the disk; macOS hands it to the drive, which keeps it in its own memory for a while."""
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)
