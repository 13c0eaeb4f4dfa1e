"""The files that addresses of an editor name, and the projects that they are in."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from pygls.uris import to_fs_path

from report.files import Files
from report.project import FILE


def path_of(address: str) -> Path | None:
    """The path that an address names; None where it names no file."""
    try:
        found = to_fs_path(address)
        path = Path(found) if found else None
    except ValueError:
        return None
    return path if path and path.is_absolute() and "\0" not in str(path) else None


def within(root: Path, path: Path) -> str | None:
    """The path from a folder, with `/` between its parts; None where it leads out."""
    for base, inner in ((root, path), (root.resolve(), path.resolve())):
        if inner.is_relative_to(base) and ".." not in inner.relative_to(base).parts:
            return inner.relative_to(base).as_posix()
    return None


def project_of(folder: Path, path: str) -> Path | None:
    """The folder nearest to a file that is a project: in the folder that an editor has open, or above that one."""
    files = Files(folder)
    parts = path.split("/")[:-1]
    ways = ("/".join(parts[:count]) for count in range(len(parts), -1, -1))
    inside = (folder / way for way in ways if files.exists(f"{way}/{FILE}" if way else FILE))
    above = (one for one in folder.parents if Files(one).exists(FILE))
    return next(chain(inside, above), None)
