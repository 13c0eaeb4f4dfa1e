"""The reader: the finished PDF is read again with other eyes than WeasyPrint's, and held against its proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from ctypes import c_float, c_ushort
from itertools import groupby
from typing import Any

from report.pdf.letters import runs_right_to_left, shapes
from report.pdf.misprints import Frame, Misprint, Piece, Reading, Sheet
from report.pdf.pdfium import library as _pdfium
from report.pdf.pdfium import opened as _opened
from report.pdf.scanning import broken
from report.pdf.values import identified


def read(reading: Reading) -> tuple[tuple[Misprint, ...], ...]:
    """What is wrong with each piece, and last with what is around them."""
    with _opened(reading.content) as document:
        if document is None:
            unreadable = (Misprint("the file cannot be opened"),)
            return (*(() for _ in reading.pieces), unreadable)
        pieces = (_of_piece(piece, reading, document) for piece in reading.pieces)
        around = (*_of_frame(reading.frame, document), *_of_names(reading.names, document)) if reading.frame else ()
        return (*map(tuple, pieces), tuple(around))


def texts(content: bytes) -> tuple[str, ...]:
    """The text of each page of a file; of none where it cannot be opened."""
    with _opened(content) as document:
        if document is None:
            return ()
        count = _pdfium().FPDF_GetPageCount(document)
        return tuple(_text(document, number, _drawn) or "" for number in range(count))


def _of_piece(piece: Piece, reading: Reading, document: Any) -> Iterator[Misprint]:
    for sheet in piece.sheets:
        text = _text(document, sheet.number, _on_paper if sheet.is_within else _drawn)
        if text is None:
            yield Misprint("cannot be read", sheet.number)
        else:
            yield from compared(sheet, text)
    yield from map(Misprint, broken(reading.content[piece.begin : piece.end], reading.names))


def _text(document: Any, number: int, read: Callable[[Any, Any], str]) -> str | None:
    """The text of a page; None where there is no such page, or none with a size of its own."""
    pdfium = _pdfium()
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return None
    text = pdfium.FPDFText_LoadPage(page)
    try:
        edges = [c_float() for _ in range(4)]
        return read(page, text) if text and pdfium.FPDFPage_GetMediaBox(page, *edges) else None
    finally:
        pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)


def _drawn(page: Any, text: Any) -> str:
    """All text of a page, wherever it is drawn."""
    pdfium = _pdfium()
    count = pdfium.FPDFText_CountChars(text)
    buffer = (c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text, 0, count, buffer)
    return _decoded(buffer)


def _on_paper(page: Any, text: Any) -> str:
    """The text of a page without letters that are wholly off the paper."""
    pdfium = _pdfium()
    paper = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, paper)
    edges = paper.left, paper.top, paper.right, paper.bottom
    count = pdfium.FPDFText_GetBoundedText(text, *edges, None, 0)
    buffer = (c_ushort * (count + 1))()
    pdfium.FPDFText_GetBoundedText(text, *edges, buffer, count)
    return _decoded(buffer)


def _decoded(buffer: Any) -> str:
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def compared(sheet: Sheet, text: str) -> Iterator[Misprint]:
    """The runs that do not stand in a text in one piece; then letters that are missing elsewhere."""
    found = shapes(text)
    wanted = [(note, run, shapes(run)) for note, run in sheet.runs]
    missing = [(note, run) for note, run, kept in wanted if kept not in found and not runs_right_to_left(run)]
    for note, group in groupby(missing, key=lambda one: one[0]):
        yield Misprint(NOT_READ, sheet.number, note, " ".join(run.strip() for _, run in group))
    expected = "".join(letters for _, _, letters in wanted)
    if runs_right_to_left(expected):
        expected, found = expected.translate(_TURNED), found.translate(_TURNED)
    lost = Counter(expected) - Counter(found)
    if lost and not missing:
        yield from _lacking(sheet, lost)


_TURNED = str.maketrans(")]}»>›", "([{«<‹")
"""Brackets, which are turned around where text runs from right to left."""

NOT_READ = "is not in the finished file"


def _lacking(sheet: Sheet, lost: Counter[str]) -> Iterator[Misprint]:
    """A run with letters that are missing, the first that has most of them."""
    note, run = max(sheet.runs, key=lambda one: (Counter(shapes(one[1])) & lost).total())
    yield Misprint(f"lacks `{''.join(sorted(lost.elements()))}` in the finished file", sheet.number, note, run)


def _of_frame(frame: Frame, document: Any) -> Iterator[Misprint]:
    """What is wrong with the page tree, the outline, attachments; and scripts, which no file of ours has."""
    pdfium = _pdfium()
    count = pdfium.FPDF_GetPageCount(document)
    if count != frame.sheets:
        yield Misprint(f"the file has {count} pages and not {frame.sheets}")
    size = pdfium.FS_SIZEF()
    for number in range(count):
        if not pdfium.FPDF_GetPageSizeByIndexF(document, number, size) or min(size.width, size.height) <= 0:
            yield Misprint("cannot be reached", number)
    entries = [*_entries(document, None)]
    if len(entries) != frame.entries:
        yield Misprint(f"the outline has {len(entries)} entries and not {frame.entries}")
    if not all(entries):
        yield Misprint("an entry of the outline leads nowhere")
    if pdfium.FPDFDoc_GetAttachmentCount(document) != frame.attachments:
        yield Misprint("the file has attachments that nobody named, or lacks some")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document):
        yield Misprint("the file has a script")


def _of_names(names: Set[str], document: Any) -> Iterator[Misprint]:
    """The destinations that a reader does not find in the file, or on none of its pages."""
    pdfium = _pdfium()
    for name in sorted(names):
        target = pdfium.FPDF_GetNamedDestByName(document, name.encode())
        if not target or pdfium.FPDFDest_GetDestPageIndex(document, target) < 0:
            yield Misprint(f"the destination `{identified(name)}` is on no page")


def _entries(document: Any, above: Any) -> Iterator[bool]:
    """Whether each entry of the outline leads to a page."""
    pdfium = _pdfium()
    entry = pdfium.FPDFBookmark_GetFirstChild(document, above)
    while entry:
        target = pdfium.FPDFBookmark_GetDest(document, entry)
        yield bool(target) and pdfium.FPDFDest_GetDestPageIndex(document, target) >= 0
        yield from _entries(document, entry)
        entry = pdfium.FPDFBookmark_GetNextSibling(document, entry)


def unlike(sheets: Sequence[Sequence[str]], content: bytes) -> Iterator[Misprint]:
    """The pages of a file that do not have the letters of all the texts that belong on them."""
    found = texts(content)
    if len(found) != len(sheets):
        yield Misprint(f"the file has {len(found)} pages and not {len(sheets)}")
        return
    for number, (wanted, text) in enumerate(zip(sheets, found, strict=True)):
        if Counter(shapes("".join(wanted))) - Counter(shapes(text)):
            yield Misprint("lacks text", number)
