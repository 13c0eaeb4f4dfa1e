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

    def __init__(self) -> None:
        self._texts = Generations()
        self._fonts: dict[tuple[int, float], Any] = {}
        """A font for each key and size, with the line that holds it."""

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
                runs = tuple(recorder.runs)
                for run, font in zip(runs, recorder.fonts, strict=True):
                    self._fonts.setdefault((run.key, run.size), (font, layout.layout))
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


class _Run(NamedTuple):
    """What is drawn in one font."""

    key: int
    size: float
    calls: list[tuple[str, tuple[Any, ...]]]
    """Methods of the stream, with what they are given."""
    characters: dict[int, str]
    """By glyph."""
    widths: dict[int, int]
    """By glyph, in thousandths of the size."""

    def fits(self, stream: Any) -> bool:
        """Whether the font, where it is known there, has these glyphs as wide as they were."""
        font = stream._fonts.get(self.key)
        return font is None or all(font.widths.get(glyph, width) == width for glyph, width in self.widths.items())

    def draw(self, stream: Any, known: tuple[Any, Any]) -> None:
        """Do what was done."""
        font = stream._fonts.get(self.key) or stream.add_font(known[0])[0]
        for glyph, character in self.characters.items():
            font.to_unicode.setdefault(glyph, character)
        for glyph, width in self.widths.items():
            font.widths.setdefault(glyph, width)
        for name, given in self.calls:
            getattr(stream, name)(*given)


class _Recorder:
    """Stands in for a stream, and notes what is drawn."""

    def __init__(self, stream: Any) -> None:
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.is_plain = True
        self.runs: list[_Run] = []
        self.fonts: list[Any] = []
        self._stream = stream

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """A font that knows no glyphs yet."""
        key, _, size = get_pango_font_key(pango_font)
        known = self._stream._fonts.get(key)
        if known is None or known.bitmap or known.png or known.svg or known.colr:
            known, _ = self._stream.add_font(pango_font)
            self.is_plain = self.is_plain and not (known.bitmap or known.png or known.svg or known.colr)
        run = _Run(key, size, [], {}, {})
        self.runs.append(run)
        self.fonts.append(pango_font)
        return _Font(known, run, self), size

    def set_text_matrix(self, *_: float) -> None:
        """Where it is drawn makes no difference."""

    def __getattr__(self, name: str) -> Any:
        if name not in ("set_font_size", "show_text", "set_text_rise"):
            raise AttributeError(name)
        if not self.runs:
            self.is_plain = False
            return lambda *_: None
        return lambda *given: self.runs[-1].calls.append((name, given))


class _Font:
    """Stands in for a font, and learns of glyphs as if it knew none."""

    def __init__(self, font: Any, run: _Run, recorder: _Recorder) -> None:
        self._font, self._recorder = font, recorder
        self.to_unicode, self.widths = run.characters, run.widths

    def __getattr__(self, name: str) -> Any:
        return getattr(self._font, name)

    def get_unused_glyph_id(self, codepoint: int) -> Any:
        """For a character that no font has: what is drawn depends on which others there are."""
        self._recorder.is_plain = False
        return self._font.get_unused_glyph_id(codepoint)
