"""The digest of what makes pages besides the project: this program, its packages, the machine's libraries and fonts.

By names, sizes and times alone: it is asked for at every start.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

_PROGRAM = Path(__file__).parent


@cache
def digest() -> str:
    """Another value after any change that could change a page."""
    found = hashlib.blake2b(f"{sys.version}\0{sys.prefix}".encode(), digest_size=20)
    for line in (
        *_files(_PROGRAM),
        *_packages(),
        *_libraries(),
        *(line for folder in _font_folders() for line in _files(folder)),
    ):
        found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """Each file below a folder, in a line."""
    waiting = [str(folder)]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            try:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    yield _line(entry.path, entry.stat())
            except OSError:
                continue


def _line(path: str, status: os.stat_result) -> str:
    return f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n"


def _packages() -> Iterator[str]:
    """The packages that are installed, with their versions, by the names of their folders."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                yield from sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
            except OSError:
                continue


def _libraries() -> Iterator[str]:
    """The list of shared libraries, which the system writes anew when one changes."""
    path = "/etc/ld.so.cache"
    with suppress(OSError):
        yield _line(path, os.stat(path))


def _font_folders() -> Iterator[Path]:
    """Where Fontconfig looks for fonts on most systems, and its configuration."""
    home = Path(os.path.expanduser("~"))
    yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/etc/fonts"), Path("/Library/Fonts"))
    yield from (home / ".fonts", home / ".local/share/fonts", home / ".config/fontconfig", home / "Library/Fonts")
