"""How large a picture may be: it is measured by its headers, before anything of it is unpacked."""

from __future__ import annotations

PIXELS = 50_000_000
"""Of a picture: they take 4 bytes each, and are there a few times over while it is printed."""

FRAMES = 200
"""Of a picture that moves."""

SIDE = 30_000
"""Its width or height, in pixels."""


class Broken(Exception):
    """Why a file is no picture that can be printed, to go on after its name."""


def measure(width: int, height: int, frames: int = 1) -> None:
    """Raises Broken where a picture has no size, or too large a one."""
    if width < 1 or height < 1:
        raise Broken("has no pixels")
    if width > SIDE or height > SIDE or width * height > PIXELS:
        limit = f"{PIXELS // 1_000_000} million, and {SIDE} a side"
        raise Broken(f"has {width} × {height} pixels; {limit}, is the most")
    if frames > FRAMES or width * height * frames > 4 * PIXELS:
        raise Broken(f"has {frames} frames of {width} × {height} pixels, which is too much")
