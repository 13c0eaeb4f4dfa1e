"""What the printer is handed besides the pages: bleed, marks, the resolution of pictures, the colours of the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from report.metadata import Metadata

if TYPE_CHECKING:
    from report.files import Files

POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0}
"""In a unit of length."""

STANDARD = "x-4"
"""The standard of files for the printer, whose colours are those of the press."""


class Prepress(Struct, frozen=True):
    """How pages are made ready for the press."""

    bleed_pt: float = 0.0
    """How far they are printed beyond the edge that they are cut to."""
    marks: tuple[str, ...] = ()
    """What stands around them: `crop`, `cross`."""
    image_dpi: int = 300
    """The resolution that pictures are brought down to."""
    profile: bytes = b""
    """The ICC profile of the press; empty where colours stay those of the screen."""


PLAIN = Prepress()
"""For the screen, and for any printer in an office."""


def prepress(metadata: Metadata, files: Files) -> Prepress:
    """What `report.yml` says under `print`."""
    given = metadata.print
    content = files.content(given.profile) if given.profile and STANDARD in metadata.pdf_standard else b""
    usable = content if isinstance(content, bytes) and not fault(content) else b""
    return Prepress(points(given.bleed), given.marks, given.image_dpi, usable)


def points(length: str) -> float:
    """A length such as `3mm` in points; 0 where there is none."""
    return float(length[:-2]) * POINTS[length[-2:]] if length else 0.0


def fault(profile: bytes) -> str:
    """Why a file is no profile of a press, to go on after its name; empty where it is one."""
    if profile[36:40] != b"acsp":
        return "is no ICC profile"
    if profile[12:16] != b"prtr" or profile[16:20] != b"CMYK":
        return "is not the profile of a press that prints in CMYK"
    whole = int.from_bytes(profile[:4], "big") == len(profile)
    return "" if whole and {b"A2B0", b"B2A0"} <= _tags(profile) else "is a broken ICC profile"


def _tags(profile: bytes) -> set[bytes]:
    """The names of what a profile holds (ICC.1, 7.3)."""
    entries = [profile[place : place + 12] for place in range(132, len(profile), 12)]
    return {entry[:4] for entry in entries[: int.from_bytes(profile[128:132], "big")]}
