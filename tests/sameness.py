"""Two PDFs side by side: text, rasters, outline, destinations and links of every page."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from facts import _outline, _texts

DPI = 80


def differences(one: bytes, other: bytes) -> list[str]:
    """What differs, in words; pages count from 1."""
    found = [f"text of page {page}" for page in _unequal(_words(one), _words(other))]
    found += [f"raster of page {page}" for page in _unequal(rasters(one), rasters(other))]
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(other)) as second:
        for name, view in VIEWS.items():
            mine, yours = list(view(first)), list(view(second))
            if mine != yours:
                unequal = (place for place, (a, b) in enumerate(zip(mine, yours, strict=False)) if a != b)
                at = next(unequal, min(len(mine), len(yours)))
                found.append(f"{name} {at} of {len(mine)} and {len(yours)}: {mine[at : at + 1]}, {yours[at : at + 1]}")
    return found


def _words(pdf: bytes) -> list[list[list[str]]]:
    """The words of each line; how far apart they stand is to be seen in the raster."""
    return [[line.split() for line in page.split("\n")] for page in _texts(pdf)]


def rasters(pdf: bytes) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-", f"{folder}/page"], input=pdf, check=True, capture_output=True)
        return [path.read_bytes() for path in sorted(Path(folder).iterdir())]


def _unequal(one: Any, other: Any) -> list[int]:
    pairs = enumerate(zip(one, other, strict=False), 1)
    return [place for place, (mine, yours) in pairs if mine != yours] + [0] * (len(one) != len(other))


def _destinations(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int, int, int]]:
    pages = _pages(pdf)
    for name, place in sorted((str(name), place) for name, place in pikepdf.NameTree(pdf.Root.Names.Dests).items()):
        yield name, pages[place[0].objgen], round(float(place[2])), round(float(place[3]))


def _links(pdf: pikepdf.Pdf) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """Links, each once: WeasyPrint links an `a` and each box in it."""
    seen = set()
    for number, page in enumerate(pdf.pages):
        found = []
        for annotation in page.get("/Annots", []):
            action = annotation.get("/A")
            target = str(annotation.get("/Dest")) if action is None else str(action.get("/URI"))
            left, bottom, right, top = (float(value) for value in annotation.Rect)
            found.append((target, (min(left, right), min(bottom, top), max(left, right), max(bottom, top))))
        for target, area in found:
            if not any(target == name and area != box and _inside(area, box) for name, box in found):
                link = number, target, tuple(round(side) for side in area)
                if link not in seen:
                    seen.add(link)
                    yield link


def _inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    low = all(a >= b - 0.5 for a, b in zip(inner[:2], outer[:2], strict=True))
    return low and all(a <= b + 0.5 for a, b in zip(inner[2:], outer[2:], strict=True))


def _bookmarks(pdf: pikepdf.Pdf) -> Iterator[str]:
    return _outline(pdf)


def _pages(pdf: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    return {page.objgen: number for number, page in enumerate(pdf.pages)}


VIEWS = {"bookmark": _bookmarks, "destination": _destinations, "link": _links}
