"""Colour profiles and orientation: what of a picture's data changes how it looks."""

from __future__ import annotations

LIMIT_BYTES = 4 * 1024 * 1024
"""The largest colour profile that is kept."""

_ORIENTATION = 0x0112


def is_sane(profile: bytes, spaces: tuple[bytes, ...]) -> bool:
    """Whether it is an ICC profile, whole, for one of these colour spaces (ICC.1, 7.2)."""
    count = int.from_bytes(profile[128:132], "big")
    return (
        132 + 12 * count <= len(profile) <= LIMIT_BYTES
        and int.from_bytes(profile[:4], "big") == len(profile)
        and profile[36:40] == b"acsp"
        and profile[16:20] in spaces
        and all(_lies_within(profile, 132 + 12 * place) for place in range(count))
    )


def _lies_within(profile: bytes, entry: int) -> bool:
    start, length = (int.from_bytes(profile[place : place + 4], "big") for place in (entry + 4, entry + 8))
    return start + length <= len(profile)


def orientation(exif: bytes) -> int:
    """How a picture is turned (EXIF 2.3, 4.6.4), by EXIF data without signature; 1 for upright, and for nonsense."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(exif[:4])
    if order is None:
        return 1

    def number(place: int, size: int) -> int:
        return int.from_bytes(exif[place : place + size], order)  # type: ignore[arg-type]

    entries = number(4, 4)
    for place in range(entries + 2, min(entries + 2 + 12 * number(entries, 2), len(exif) - 11), 12):
        if number(place, 2) == _ORIENTATION:
            found = number(place + 8, 2)
            return found if 1 <= found <= 8 else 1
    return 1


def exif(turned: int) -> bytes:
    """EXIF data that says how a picture is turned, and nothing else."""
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([turned]) + b"\0\0\0\0\0\0"
