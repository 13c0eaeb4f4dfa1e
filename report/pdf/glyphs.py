"""Drawn text that a worker keeps: a text of the same style and spacing is drawn by the same operators.

Where it stands, and what its fonts know of glyphs already, may differ: operators are kept only where they do not depend
on the latter, and used only where what they would learn from a font is what they learned before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from weasyprint.draw import text as weasyprint_text
from weasyprint.text.fonts import get_pango_font_key

from report.pdf.generations import Generations
from report.pdf.standin import in_place

_draw_first_line = weasyprint_text.draw_first_line
_draw_text = weasyprint_text.draw_text


class Glyphs:
    """What is known of texts."""

    def __init__(self, limit: int) -> None:
        self._texts = Generations(limit)
        self._fonts: dict[tuple[int, float], Any] = {}
        """A font for each key and size, with the line that holds it."""
        self._glyphs: dict[_Glyph, _Glyph] = {}

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Draw with what is known, and remember what is new."""
        with in_place(weasyprint_text, "draw_first_line", self._draw_first_line):
            yield

    def draw_text(self, stream: Any, box: Any, *given: Any) -> None:
        """What takes the place of WeasyPrint's function: a text that is known is not shaped again."""
        layout = box.pango_layout
        _, overflow, ellipsis = given
        known = self._texts.get(_key(box)) if overflow == "clip" and ellipsis == "none" else None
        if known is None or not all(run.fits(stream) for run in known[1]):
            _draw_text(stream, box, *given)
            return
        box.pango_layout = _Shaped(layout, known[1])
        _draw_text(stream, box, *given)
        box.pango_layout = layout

    def _draw_first_line(self, stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        layout = box.pango_layout
        if isinstance(layout, _Shaped):
            self._draw(stream, layout.runs, matrix)
            return []
        if overflow == "clip" and ellipsis == "none":
            recorder = _Recorder(stream)
            emojis = _draw_first_line(recorder, box, overflow, ellipsis, matrix)
            if not emojis and recorder.is_plain:
                runs = tuple(self._run(font) for font in recorder.fonts)
                for run, font in zip(runs, recorder.fonts, strict=True):
                    self._fonts.setdefault((run.key, run.size), (font.pango_font, layout.layout))
                self._texts.put(_key(box), (box.style, runs))
                if all(run.fits(stream) for run in runs):
                    self._draw(stream, runs, matrix)
                    return []
        return _draw_first_line(stream, box, overflow, ellipsis, matrix)

    def _draw(self, stream: Any, runs: tuple[_Run, ...], matrix: Any) -> None:
        if runs:
            stream.set_text_matrix(*matrix.values)
        for run in runs:
            run.draw(stream, self._fonts[run.key, run.size])

    def _run(self, font: _Font) -> _Run:
        """What was drawn in a font; what all of them say of a glyph is kept once."""
        found = (_Glyph(glyph, font.to_unicode.get(glyph), width) for glyph, width in font.widths.items())
        glyphs = tuple(self._glyphs.setdefault(one, one) for one in found)
        return _Run(font.key, font.size, tuple(font.calls), glyphs)


def _key(box: Any) -> tuple[str, int, float]:
    return box.pango_layout.text, id(box.style), box.pango_layout.justification_spacing


class _Shaped:
    """Stands in for the layout of a text that is known."""

    def __init__(self, layout: Any, runs: tuple[_Run, ...]) -> None:
        self._layout = layout
        self.runs = runs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layout, name)

    def reactivate(self, style: Any) -> None:
        """There is nothing to be shaped."""

    def deactivate(self) -> None:
        """Nothing was shaped."""


class _Glyph(NamedTuple):
    """What a font is to know of a glyph."""

    number: int
    character: str | None
    """What it stands for."""
    width: int
    """In thousandths of the size."""


class _Run(NamedTuple):
    """What is drawn in one font."""

    key: int
    size: float
    calls: tuple[tuple[str, tuple[Any, ...]], ...]
    """Methods of the stream, with what they are given."""
    glyphs: tuple[_Glyph, ...]

    def fits(self, stream: Any) -> bool:
        """Whether the font, where it is known there, has these glyphs as wide as they were."""
        font = stream._fonts.get(self.key)
        return font is None or all(font.widths.get(one.number, one.width) == one.width for one in self.glyphs)

    def draw(self, stream: Any, known: tuple[Any, Any]) -> None:
        """Do what was done."""
        font = stream._fonts.get(self.key) or stream.add_font(known[0])[0]
        for number, character, width in self.glyphs:
            if character is not None:
                font.to_unicode.setdefault(number, character)
            font.widths.setdefault(number, width)
        for name, given in self.calls:
            getattr(stream, name)(*given)


class _Recorder:
    """Stands in for a stream, and notes what is drawn."""

    def __init__(self, stream: Any) -> None:
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.is_plain = True
        self.fonts: list[_Font] = []
        self._stream = stream

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """A font that knows no glyphs yet."""
        key, _, size = get_pango_font_key(pango_font)
        known = self._stream._fonts.get(key) or self._stream.add_font(pango_font)[0]
        self.is_plain = self.is_plain and not (known.bitmap or known.png or known.svg or known.colr)
        self.fonts.append(_Font(known, pango_font, key, size, self))
        return self.fonts[-1], size

    def set_text_matrix(self, *_: float) -> None:
        """Where it is drawn makes no difference."""

    def __getattr__(self, name: str) -> Any:
        if name not in ("set_font_size", "show_text", "set_text_rise"):
            raise AttributeError(name)
        if not self.fonts:
            self.is_plain = False
            return lambda *_: None
        return lambda *given: self.fonts[-1].calls.append((name, given))


class _Font:
    """Stands in for a font, and learns of glyphs as if it knew none."""

    def __init__(self, font: Any, pango_font: Any, key: int, size: float, recorder: _Recorder) -> None:
        self.pango_font, self.key, self.size = pango_font, key, size
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.to_unicode: dict[int, str] = {}
        self.widths: dict[int, int] = {}
        self._font, self._recorder = font, recorder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._font, name)

    def get_unused_glyph_id(self, codepoint: int) -> Any:
        """For a character that no font has: what is drawn depends on which others there are."""
        self._recorder.is_plain = False
        return self._font.get_unused_glyph_id(codepoint)
