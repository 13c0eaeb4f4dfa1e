"""What there is to know of a PDF, as text: page labels, outline, notes, links, fonts, text of pages."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

import pikepdf
import pytest
from msgspec import Struct

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler-utils is missing")
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is missing")


class Facts(Struct, frozen=True):
    labels: tuple[str, ...]
    outline: tuple[str, ...]
    pages: tuple[str, ...]
    """The text of each page."""
    fonts: tuple[str, ...]
    destinations: dict[str, int]
    """The sheet of each named destination, from 0."""
    links: tuple[tuple[int, str], ...]
    """Sheet and target of each link."""
    title: str
    sizes: tuple[tuple[int, int], ...]


def facts(pdf: bytes) -> Facts:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        index = {page.objgen: number for number, page in enumerate(opened.pages)}
        destinations = {name: index[place[0].objgen] for name, place in _destinations(opened)}
        return Facts(
            tuple(page.label for page in opened.pages),
            tuple(_outline(opened)),
            _texts(pdf),
            tuple(sorted({_face(font) for page in opened.pages for font in _fonts(page)})),
            destinations,
            tuple((number, target) for number, page in enumerate(opened.pages) for target in _targets(page)),
            str(opened.docinfo.get("/Title", "")),
            tuple((round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in opened.pages),
        )


def squeezed(text: str) -> str:
    """Letters and digits alone, so that line ends, hyphens and the order of spaces do not matter."""
    return "".join(char for char in text if char.isalnum())


def clean_by_qpdf(pdf: bytes) -> str:
    """What `qpdf --check` complains of."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(["qpdf", "--check", file.name], capture_output=True, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


def _texts(pdf: bytes) -> tuple[str, ...]:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return tuple(done.stdout.decode().split("\f")[:-1])


def _destinations(opened: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Array]]:
    names = opened.Root.get("/Names")
    if names is not None and "/Dests" in names:
        for name, place in pikepdf.NameTree(names.Dests).items():
            yield name, place if isinstance(place, pikepdf.Array) else place.D


def _outline(opened: pikepdf.Pdf) -> Iterator[str]:
    def walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[str]:
        for item in items:
            yield "  " * depth + item.title
            yield from walk(item.children, depth + 1)

    with opened.open_outline() as outline:
        yield from walk(outline.root, 0)


def _fonts(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    yield from page.get("/Resources", {}).get("/Font", {}).values()


def _face(font: pikepdf.Object) -> str:
    return re.sub(r"^/(?:[A-Z]{6}\+)?", "", str(font.get("/BaseFont", ""))).partition("-Italic")[0]


def _targets(page: pikepdf.Page) -> Iterator[str]:
    for annotation in page.get("/Annots", []):
        if annotation.get("/Subtype") == "/Link":
            action = annotation.get("/A")
            yield str(annotation.Dest) if action is None else str(action.get("/URI", action.get("/D")))
