"""The fonts that come with the package."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "html" / "fonts"


def font(name: str) -> bytes:
    """A font by its file name; raises ValueError for a name that it does not know."""
    if name not in {entry.name for entry in _FOLDER.iterdir()}:
        raise ValueError(f"the theme has no font {name}")
    return (_FOLDER / name).read_bytes()
