"""The fonts that come with the package."""

from __future__ import annotations

from report.environment import FONTS


def font(name: str) -> bytes:
    """A font by its file name; raises ValueError for a name that it does not know."""
    if name not in {entry.name for entry in FONTS.iterdir()}:
        raise ValueError(f"the theme has no font {name}")
    return (FONTS / name).read_bytes()
