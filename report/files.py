"""The only reader of disk: files of one project folder, and nothing outside it."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from report.source import Source

LIMIT_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file of the project cannot be had: `reason` goes on after the file's name."""

    path: str
    reason: str
    offset: int | None = None
    """The character at which its text stops being UTF-8; None where that is not the reason."""


@dataclass(frozen=True, slots=True)
class Files:
    """The folder of a project; keeps what was read, so that a build sees one state of every file."""

    root: Path
    _read: dict[str, bytes | Unreadable] = field(default_factory=dict, repr=False, compare=False)
    _texts: dict[str, Source | Unreadable] = field(default_factory=dict, repr=False, compare=False)
    _quotable: dict[str, Source] = field(default_factory=dict, repr=False, compare=False)
    _listings: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _asked: set[str] = field(default_factory=set, repr=False, compare=False)

    def content(self, path: str) -> bytes | Unreadable:
        """The content of a file by its path from the project folder, with `/` between its parts."""
        self._asked.add(path)
        if path not in self._read:
            self._read[path] = _read(self.root, path)
        return self._read[path]

    def watched(self) -> Files:
        """The same files, to find out by `digests` which of them somebody reads."""
        return replace(self, _asked=set())

    @property
    def digests(self) -> dict[str, str]:
        """The files that were asked for here, with digests of what was found."""
        return {path: self.digest(path) for path in sorted(self._asked)}

    @property
    def all_digests(self) -> dict[str, str]:
        """The files that anybody asked for, with digests of what was found."""
        return {path: self.digest(path) for path in sorted(self._read)}

    @property
    def found(self) -> tuple[str, ...]:
        """The files that anybody asked for, and that are there."""
        return tuple(path for path, content in sorted(self._read.items()) if isinstance(content, bytes))

    def digest(self, path: str) -> str:
        """A digest of a file, or the reason why it cannot be had."""
        found = self.content(path)
        return found.reason if isinstance(found, Unreadable) else hashlib.blake2b(found, digest_size=20).hexdigest()

    @property
    def listings(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The folders that were listed, with what was found."""
        return dict(self._listings)

    def exists(self, path: str) -> bool:
        """Whether there is something of that name, readable or not."""
        found = self.content(path)
        return not isinstance(found, Unreadable) or found.reason != _MISSING

    def text(self, path: str) -> Source | Unreadable:
        """The text of a file: UTF-8 with or without byte order mark, line ends made `\\n`."""
        self._asked.add(path)
        if path not in self._texts:
            content = self.content(path)
            self._texts[path] = content if isinstance(content, Unreadable) else self._decoded(path, content)
        return self._texts[path]

    def _decoded(self, path: str, content: bytes) -> Source | Unreadable:
        try:
            source = Source(path, _with_plain_line_ends(content.decode("utf-8-sig")))
        except UnicodeDecodeError as fault:
            before = _with_plain_line_ends(content[: fault.start].decode("utf-8-sig", "replace"))
            self._quotable[path] = Source(path, before)
            reason = f"is not UTF-8: byte 0x{content[fault.start]:02x} at {fault.start}"
            return Unreadable(path, reason, len(before))
        self._quotable[path] = source
        return source

    @property
    def texts(self) -> dict[str, Source]:
        """The texts read so far, as far as they are text, by path: what diagnostics quote."""
        return dict(self._quotable)

    def listing(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Paths of the files of a folder whose names end with `suffix`, in the order of their names."""
        found = self._listings[folder, suffix] = self._listed(folder, suffix)
        return found

    def _listed(self, folder: str, suffix: str) -> tuple[str, ...]:
        base = self.root / folder
        try:
            if (folder and _refused(self.root, folder)) or not base.is_dir():
                return ()
        except OSError:
            return ()
        names = sorted(entry.name for entry in base.iterdir() if entry.name.endswith(suffix) and entry.is_file())
        return tuple(f"{folder}/{name}".lstrip("/") for name in names if not name.startswith("."))


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def beside(path: str, target: str) -> str:
    """The path from the project folder of `target` as written in the file `path`; a leading `/` is the project folder.

    Parts `..` are resolved as text; one too many stays, and is refused when read.
    """
    start = PurePosixPath() if target.startswith("/") else PurePosixPath(path).parent
    parts: list[str] = []
    for part in (*start.parts, *PurePosixPath(target.lstrip("/")).parts):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


_MISSING = "does not exist"


def _read(root: Path, path: str) -> bytes | Unreadable:
    try:
        refused = _refused(root, path)
        return Unreadable(path, refused) if refused else _content(root / path, path)
    except FileNotFoundError:
        return Unreadable(path, _MISSING)
    except OSError as fault:
        return Unreadable(path, f"cannot be read: {fault.strerror or fault}".lower())


def _refused(root: Path, path: str) -> str:
    """Why a path may not be looked at; empty where it may. Raises OSError for a name that no system takes."""
    parts = PurePosixPath(path).parts
    if set("\\:\0") & set(path):
        return "is no portable name: it holds `:` or a backslash"
    if not parts or path.startswith("/") or ".." in parts:
        return "is outside the project folder"
    if any(root.joinpath(*parts[:count]).is_symlink() for count in range(1, len(parts) + 1)):
        return "is a symbolic link or lies behind one"
    return ""


def _content(file: Path, path: str) -> bytes | Unreadable:
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LIMIT_BYTES:
        os.close(descriptor)
        if stat.S_ISDIR(status.st_mode):
            return Unreadable(path, "is a folder")
        if not stat.S_ISREG(status.st_mode):
            return Unreadable(path, "is not a regular file")
        return Unreadable(path, f"is larger than {LIMIT_BYTES // 1024 // 1024} MiB")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
