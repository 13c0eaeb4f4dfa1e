"""The door of pypdfium2, which is imported only where a PDF is read or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def library() -> Any:
    """The library; it takes as long as 20 pages to load."""
    global _loaded
    import pypdfium2_raw

    if not _loaded:
        pypdfium2_raw.FPDF_InitLibrary()
        _loaded = True
    return pypdfium2_raw


_loaded = False


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """The document while it is read; None where it is none."""
    pdfium = library()
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    try:
        yield document or None
    finally:
        if document:
            pdfium.FPDF_CloseDocument(document)
