"""The fonts of a report: all glyphs that its fragments use, in one subset a face."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import pydyf
from weasyprint import DEFAULT_OPTIONS
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, harfbuzz

from report.pdf.fragment import Face, Fonts
from report.pdf.objects import Collector, plain_stream


def embed(faces: tuple[Face, ...], files: Mapping[str, bytes]) -> Fonts:
    """The faces, each once; `files` are the fonts by digest.

    WeasyPrint makes the subsets, so that they are those of a report laid out in one piece.
    """
    pdf = pydyf.PDF()
    fonts = {face.name: _font(face, files[face.digest]) for face in faces}
    options = {**DEFAULT_OPTIONS, "pdf_version": "1.7"}
    with _dated():
        dictionary = build_fonts_dictionary(pdf, fonts, False, True, options)
    pdf.add_object(dictionary)
    collector = Collector(pdf.objects, {}, plain_stream, {})
    number = collector.number(dictionary.number)
    return Fonts(collector.collected(), number)


@contextmanager
def _dated() -> Iterator[None]:
    """fontTools, which subsets fonts where HarfBuzz cannot, writes the time of day into them unless told another."""
    name = "SOURCE_DATE_EPOCH"
    given = os.environ.get(name)
    os.environ[name] = given or "0"
    try:
        yield
    finally:
        if given is None:
            del os.environ[name]


def _font(face: Face, content: bytes) -> Any:
    """WeasyPrint's font, as it was in the process that laid out."""
    font = Font.__new__(Font)
    vars(font).update(face.state, widths=dict(face.widths), to_unicode=dict(face.to_unicode))
    font.hash, font.file_content, font.hb_face = face.name, content, _hb_face(content, font.index)
    return font


def _hb_face(content: bytes, index: int) -> Any:
    _declare()
    blob = harfbuzz.hb_blob_create(content, len(content), _DUPLICATE, ffi.NULL, ffi.NULL)
    face = ffi.gc(harfbuzz.hb_face_create(blob, index), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    return face


_DUPLICATE = 0
"""HarfBuzz copies the data."""


@cache
def _declare() -> None:
    """The two functions of HarfBuzz that WeasyPrint itself has no use for."""
    ffi.cdef("""
        hb_blob_t *hb_blob_create(const char *data, unsigned int length, int mode, void *user_data, void *destroy);
        hb_face_t *hb_face_create(hb_blob_t *blob, unsigned int index);
    """)
