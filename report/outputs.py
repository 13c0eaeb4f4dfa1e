"""The only writer of results: a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write(root: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put contents in place of files of the project, once all are on the disk; a fault before leaves them as they were.

    Raises OSError with the name: what stands at the path is a folder or a link, the disk is full, the folder cannot be
    written.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for name, content in contents.items():
            with _naming(name):
                ready.append((_unfinished(root, root / name, content), root / name))
        for temporary, path in ready:
            with _naming(str(path.relative_to(root))):
                os.replace(temporary, path)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
    return tuple(path for _, path in ready)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Faults say which result could not be written."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, f"cannot be written: {fault.strerror or fault}", name) from fault


def _unfinished(root: Path, path: Path, content: bytes) -> Path:
    """The content in a file beside its place."""
    _refuse_links(root, path)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"{path.name} is a folder")
    if path.parent.exists() and not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent.name} is a file, not a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _refuse_links(root: Path, path: Path) -> None:
    """Raises OSError where the path, or a folder on the way to it, is a link."""
    way = [path, *(folder for folder in path.parents if folder != root and root in folder.parents)]
    if any(part.is_symlink() for part in way):
        raise OSError(errno.ELOOP, "it is, or lies behind, a symbolic link")


def remove(root: Path, name: str) -> tuple[Path, ...]:
    """Delete a result, with what a killed build may have left beside it; the paths that are gone."""
    path = root / name
    _refuse_links(root, path)
    left = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}")
    entries = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    wanted = (entry for entry in entries if entry.name == path.name or left.fullmatch(entry.name))
    gone = tuple(entry for entry in wanted if entry.is_file() and not entry.is_symlink())
    for entry in gone:
        entry.unlink()
    return gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
