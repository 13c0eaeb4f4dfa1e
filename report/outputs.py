"""The only writer of results: a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path


def write(root: Path, name: str, content: bytes) -> Path:
    """Put the content in place of a file of the project in one step; a fault at any moment leaves it as it was.

    Raises OSError: what stands at the path is a folder or a link, the disk is full, the folder cannot be written.
    """
    path = root / name
    _refuse_links(root, path)
    if path.parent.exists() and not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent.name} is a file, not a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


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
