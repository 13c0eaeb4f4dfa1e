"""The only reader of the project's disk: regular files of one folder, and nothing outside it, behind no link.

A path is opened part by part, each from the folder before it and none through a link: what is swapped meanwhile cannot
lead out. Where the system cannot do that, the way is looked at before and after.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from msgspec import Struct

from report.source import Source

LIMIT_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""

TOTAL_BYTES = 1024 * 1024 * 1024
"""What all files that are read have together at most."""

LIMIT_ENTRIES = 10_000
"""The most entries of a folder that is listed."""


class Unreadable(Struct, frozen=True):
    """Why a file of the project cannot be had: `reason` goes on after the file's name."""

    path: str
    reason: str
    offset: int | None = None
    """The character at which its text stops being UTF-8; None where that is not the reason."""

    @property
    def is_missing(self) -> bool:
        """Whether there is no such file; false where one is there, or may not be looked for."""
        return self.reason == _MISSING


@dataclass(frozen=True, slots=True)
class Files:
    """The folder of a project; keeps what was read, so that a build sees one state of every file."""

    root: Path
    unsaved: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Texts by path, from an editor, that count for what is on the disk; a file that is refused is refused still."""
    _read: dict[str, bytes | Unreadable] = field(default_factory=dict, repr=False, compare=False)
    _texts: dict[str, Source | Unreadable] = field(default_factory=dict, repr=False, compare=False)
    _quotable: dict[str, Source] = field(default_factory=dict, repr=False, compare=False)
    _listings: dict[tuple[str, str], Listing] = field(default_factory=dict, repr=False, compare=False)
    _asked: set[str] = field(default_factory=set, repr=False, compare=False)
    _total: list[int] = field(default_factory=lambda: [0], repr=False, compare=False)

    def content(self, path: str) -> bytes | Unreadable:
        """The content of a file by its path from the project folder, with `/` between its parts."""
        self._asked.add(path)
        if path not in self._read:
            self._read[path] = self._within_total(self._newest(path), path)
        return self._read[path]

    def _newest(self, path: str) -> bytes | Unreadable:
        found = _read(self.root, path)
        may_be_read = not isinstance(found, Unreadable) or found.is_missing
        return self.unsaved[path].encode("utf-8", "replace") if path in self.unsaved and may_be_read else found

    def _within_total(self, found: bytes | Unreadable, path: str) -> bytes | Unreadable:
        if isinstance(found, Unreadable):
            return found
        if self._total[0] + len(found) > TOTAL_BYTES:
            return Unreadable(path, f"is too much: the files that are read pass {TOTAL_BYTES >> 20} MiB together")
        self._total[0] += len(found)
        return found

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
        return {asked: found.paths for asked, found in self._listings.items()}

    def are_as(self, digests: Mapping[str, str], listings: Mapping[tuple[str, str], tuple[str, ...]]) -> bool:
        """Whether files and folders are as they were found before."""
        return all(self.digest(path) == digest for path, digest in digests.items()) and all(
            self.listing(*asked) == found for asked, found in listings.items()
        )

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
        other = _wide_encoding(content[:4096])
        if other:
            return self._not_text(
                path, content, max(0, content.find(0)) if content[0] < 0xFE else 0, f"is {other}, not"
            )
        try:
            source = Source(path, with_plain_line_ends(content.decode("utf-8-sig")))
        except UnicodeDecodeError as fault:
            return self._not_text(path, content, fault.start, "is not")
        self._quotable[path] = source
        return source

    def _not_text(self, path: str, content: bytes, start: int, what: str) -> Unreadable:
        before = with_plain_line_ends(content[:start].decode("utf-8-sig", "replace"))
        self._quotable[path] = Source(path, before)
        odd = _odd_sequence(content[start : start + 2])
        return Unreadable(path, f"{what} UTF-8: byte 0x{content[start]:02x} at {start}{odd}", len(before))

    @property
    def texts(self) -> dict[str, Source]:
        """The texts read so far, as far as they are text, by path: what diagnostics quote."""
        return dict(self._quotable)

    def listing(self, folder: str, suffix: str) -> tuple[str, ...]:
        """Paths of what is in a folder, where its name ends with `suffix`, in the order of names.

        Links, devices and the like are among them, and are refused when read; so are folders, where they have a suffix.
        """
        return self._listed(folder, suffix).paths

    def unlisted(self, folder: str, suffix: str) -> str:
        """What a listing leaves out and why, to go on after the folder's name; empty where it is whole."""
        return self._listed(folder, suffix).problem

    def _listed(self, folder: str, suffix: str) -> Listing:
        if (folder, suffix) not in self._listings:
            self._listings[folder, suffix] = _listed(self.root, folder, suffix)
        return self._listings[folder, suffix]


class Listing(Struct, frozen=True):
    """What is in a folder."""

    paths: tuple[str, ...] = ()
    problem: str = ""


def _wide_encoding(content: bytes) -> str:
    """The encoding of two or four bytes a character that a text is in, by its mark or by where its zeros stand."""
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    even, odd = content[::2].count(0), content[1::2].count(0)
    if 0.65 * len(content) < even + odd < 0.8 * len(content):
        return "UTF-32"
    many, few = max(even, odd), min(even, odd)
    return "UTF-16" if many > 0.35 * len(content) and few < 0.05 * len(content) else ""


def _odd_sequence(found: bytes) -> str:
    """What bytes are that look like UTF-8 and are none, to go on after their place."""
    if found[:1] in (b"\xc0", b"\xc1") or found in (b"\xe0" + bytes([last]) for last in range(0x80, 0xA0)):
        return ", a character in an overlong form"
    return ", half of a surrogate pair" if found[:1] == b"\xed" and found[1:] >= b"\xa0" else ""


def with_plain_line_ends(text: str) -> str:
    """The text with line ends that are all alike, as files are read."""
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

_LINK = "is a symbolic link or lies behind one"


def _read(root: Path, path: str) -> bytes | Unreadable:
    try:
        refused = _refused(path)
        if refused:
            return Unreadable(path, refused)
        with _opened(root, PurePosixPath(path).parts, _FILE) as descriptor:
            return _content(descriptor, path)
    except (OSError, ValueError) as fault:
        return Unreadable(path, _reason(fault))


def _reason(fault: OSError | ValueError) -> str:
    match fault:
        case FileNotFoundError():
            return _MISSING
        case OSError(errno=errno.ELOOP):
            return _LINK
        case OSError():
            return f"cannot be read: {fault.strerror or fault}".lower()
        case _:
            return "has a name that no system takes"


def _refused(path: str) -> str:
    """Why a path may not be looked at; empty where it may."""
    parts = PurePosixPath(path).parts
    if set("\\:\0") & set(path):
        return "is no portable name: it holds `:` or a backslash"
    if not parts or path.startswith("/") or ".." in parts:
        return "is outside the project folder"
    if any(part.endswith((".", " ")) for part in parts):
        return "is no portable name: a part of it ends with a dot or a space"
    return ""


_COMMON = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FILE = os.O_RDONLY | _COMMON | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_FOLDER = os.O_RDONLY | _COMMON | getattr(os, "O_DIRECTORY", 0)
_WAY = getattr(os, "O_PATH", 0) | _FOLDER
"""For a folder on the way: it need not be readable."""

IS_SAFE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW") and hasattr(os, "O_DIRECTORY")
"""Whether the system opens a name in an open folder."""


@contextmanager
def _opened(root: Path, parts: tuple[str, ...], flags: int) -> Iterator[int]:
    """What is at the end of the way, open; raises OSError, with ELOOP where a link is on it."""
    descriptor = _walked(root, parts, flags) if IS_SAFE else _looked_at(root, parts, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _walked(root: Path, parts: tuple[str, ...], flags: int) -> int:
    here = os.open(root, (_WAY if parts else flags) & ~os.O_NOFOLLOW)  # the folder itself is the user's choice
    for count, part in enumerate(parts, 1):
        try:
            inner = os.open(part, flags if count == len(parts) else _WAY, dir_fd=here)
        except NotADirectoryError as fault:
            raise _link_instead(part, here) or fault from None
        finally:
            os.close(here)
        here = inner
    return here


def _link_instead(name: str, folder: int) -> OSError | None:
    """A link that is opened as a folder counts as none on some systems; this only tells the author."""
    try:
        is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return None
    return OSError(errno.ELOOP, os.strerror(errno.ELOOP)) if is_link else None


def _looked_at(root: Path, parts: tuple[str, ...], flags: int) -> int:
    """The same by the whole path: no part is a link before it is opened, and what is open is what is there after."""
    way = [root.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]
    _refuse_links(way)
    descriptor = os.open(root.joinpath(*parts), flags)
    try:
        _refuse_links(way)
        if way and not os.path.samestat(os.fstat(descriptor), os.lstat(way[-1])):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_links(way: list[Path]) -> None:
    if any(stat.S_ISLNK(os.lstat(place).st_mode) for place in way):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _content(descriptor: int, path: str) -> bytes | Unreadable:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        return Unreadable(path, "is a folder")
    if not stat.S_ISREG(status.st_mode):
        return Unreadable(path, "is not a regular file")
    pieces: list[bytes] = []
    left = LIMIT_BYTES + 1
    while left > 0 and status.st_size <= LIMIT_BYTES:
        piece = os.read(descriptor, min(left, max(status.st_size + 1, _PIECE_BYTES)))
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        left -= len(piece)
    return Unreadable(path, f"is larger than {LIMIT_BYTES >> 20} MiB")


_PIECE_BYTES = 64 * 1024
"""What is read at a time of a file that is longer than it says."""


def _listed(root: Path, folder: str, suffix: str) -> Listing:
    try:
        if folder and (refused := _refused(folder)):
            return Listing((), refused)
        with _opened(root, PurePosixPath(folder).parts, _FOLDER) as descriptor:
            return _entries(descriptor if IS_SAFE else root / folder, folder, suffix)
    except (OSError, ValueError) as fault:
        return Listing((), _reason(fault))


def _entries(place: int | Path, folder: str, suffix: str) -> Listing:
    names = []
    with os.scandir(place) as entries:
        for count, entry in enumerate(entries):
            if count == LIMIT_ENTRIES:
                return Listing((), f"has more than {LIMIT_ENTRIES} files")
            if entry.name.endswith(suffix) and not entry.name.startswith(".") and (suffix or _is_no_folder(entry)):
                names.append(entry.name)
    odd = next((name for name in sorted(names) if not _is_text(name)), None)
    problem = f"has a file whose name is not UTF-8: {os.fsencode(odd)!r}" if odd is not None else ""
    paths = (f"{folder}/{name}" if folder else name for name in sorted(names) if _is_text(name))
    return Listing(tuple(paths), problem)


def _is_no_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.is_dir(follow_symlinks=False)
    except OSError:
        return True


def _is_text(name: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in name)
