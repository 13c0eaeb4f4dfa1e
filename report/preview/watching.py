"""Watches the files that a build read: by their sizes and times, many times a second."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int] | None
"""Time of change, size and identity of a file; None where there is none."""


def stamps(root: Path, paths: Iterable[str]) -> Mapping[str, Stamp]:
    """The stamps of files and folders, by their paths from a folder."""
    return {path: _stamp(root / path) for path in paths}


def _stamp(path: Path) -> Stamp:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
