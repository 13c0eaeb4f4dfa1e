"""Pages as pictures, the words on them, and where these stand: a finished PDF as PDFium shows it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from ctypes import c_double, c_ushort, string_at
from typing import Any

from msgspec import Struct

from report.pdf.pdfium import library

WIDEST_PX = 6000
"""Pages are drawn no wider, and no higher than twice that."""


class Document:
    """A PDF that is open until another one is."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._document = library().FPDF_LoadMemDocument64(content, len(content), None)

    def close(self) -> None:
        """Let go of it."""
        if self._document:
            library().FPDF_CloseDocument(self._document)
        self._document = None

    @property
    def count(self) -> int:
        """The number of pages; 0 where it cannot be read."""
        return int(library().FPDF_GetPageCount(self._document)) if self._document else 0

    def picture(self, number: int, width: int) -> bytes:
        """A page, from 0, as PNG of a width in pixels; empty where there is none."""
        pdfium = library()
        page = pdfium.FPDF_LoadPage(self._document, number) if self._document else None
        if not page:
            return b""
        try:
            width = max(1, min(width, WIDEST_PX))
            ratio = pdfium.FPDF_GetPageHeightF(page) / max(1.0, pdfium.FPDF_GetPageWidthF(page))
            height = max(1, min(round(width * ratio), 2 * WIDEST_PX))
            return _drawn(page, width, height)
        finally:
            pdfium.FPDF_ClosePage(page)

    def find(self, number: int, words: str) -> tuple[Found, ...]:
        """Where words stand on a page, whatever their capitals."""
        pdfium = library()
        page = pdfium.FPDF_LoadPage(self._document, number) if self._document else None
        if not page:
            return ()
        text = pdfium.FPDFText_LoadPage(page)
        try:
            height = pdfium.FPDF_GetPageHeightF(page)
            return tuple(_found(text, words, height)) if text else ()
        finally:
            pdfium.FPDFText_ClosePage(text)
            pdfium.FPDF_ClosePage(page)


class Found(Struct, frozen=True):
    """A place where words stand."""

    areas: tuple[tuple[float, float, float, float], ...]
    """Left, top, right and bottom of what they cover, in points from the top left corner of the sheet."""
    around: str
    """The text that they stand in."""


def _drawn(page: Any, width: int, height: int) -> bytes:
    pdfium = library()
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_REVERSE_BYTE_ORDER | pdfium.FPDF_ANNOT
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return _png(pixels, stride, width, height)


def _png(pixels: bytes, stride: int, width: int, height: int) -> bytes:
    """Pixels of three bytes as PNG, packed for speed: it goes no further than this machine."""
    rows = b"".join(b"\0" + pixels[start : start + 3 * width] for start in range(0, stride * height, stride))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _found(text: Any, words: str, height: float) -> Iterator[Found]:
    pdfium = library()
    wanted = (words + "\0").encode("utf-16-le", "replace")
    buffer = (c_ushort * (len(wanted) // 2)).from_buffer_copy(wanted)
    search = pdfium.FPDFText_FindStart(text, buffer, 0, 0)
    try:
        while pdfium.FPDFText_FindNext(search):
            start, count = pdfium.FPDFText_GetSchResultIndex(search), pdfium.FPDFText_GetSchCount(search)
            yield Found(tuple(_areas(text, start, count, height)), _around(text, start, count))
    finally:
        pdfium.FPDFText_FindClose(search)


def _areas(text: Any, start: int, count: int, height: float) -> Iterator[tuple[float, float, float, float]]:
    pdfium = library()
    for index in range(pdfium.FPDFText_CountRects(text, start, count)):
        left, top, right, bottom = (c_double() for _ in range(4))
        if pdfium.FPDFText_GetRect(text, index, left, top, right, bottom):
            yield left.value, height - top.value, right.value, height - bottom.value


AROUND = 40
"""How many characters before and after are shown of what was found."""


def _around(text: Any, start: int, count: int) -> str:
    begin = max(0, start - AROUND)
    length = count + start - begin + AROUND
    buffer = (c_ushort * (length + 1))()
    library().FPDFText_GetText(text, begin, length, buffer)
    found = bytes(buffer).decode("utf-16-le", "replace").split("\0")[0]
    before, words, after = (
        found[: start - begin],
        found[start - begin : start - begin + count],
        found[start - begin + count :],
    )
    whole = (before.partition(" ")[2] if begin else before, words, after.rpartition(" ")[0])
    return " ".join("".join(whole).split())
