"""The only writer of results: a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Put the content in place of the file in one step; a fault at any moment leaves the file as it was.

    Raises OSError: what stands at the path is a folder or a link, the disk is full, the folder cannot be written.
    """
    if path.is_symlink() or path.parent.is_symlink():
        raise OSError(errno.ELOOP, "it is, or lies behind, a symbolic link")
    if path.parent.exists() and not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent.name} is a file, not a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove(folder: Path, name: str) -> tuple[Path, ...]:
    """Delete the results of that name, with what a killed build may have left beside them; the paths that are gone."""
    left = re.compile(rf"\.{re.escape(name)}\.pdf\.[a-z0-9_]{{8}}")
    entries = folder.iterdir() if folder.is_dir() and not folder.is_symlink() else ()
    wanted = [path for path in sorted(entries) if path.name == f"{name}.pdf" or left.fullmatch(path.name)]
    gone = tuple(path for path in wanted if path.is_file() and not path.is_symlink())
    for path in gone:
        path.unlink()
    return gone


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
