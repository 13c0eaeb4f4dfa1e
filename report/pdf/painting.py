"""Pages that are what they were are not drawn again: what was drawn of them is put into the new file.

That is: the operators of a page and of drawings behind its text, the pieces of content that tags are made of, the
numbers in it, and what its fonts learned of glyphs. A page with other things, such as pictures, is drawn again.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from weasyprint import document

_paint = document.Page.paint


class _Content(Struct, frozen=True):
    """What was drawn into one stream."""

    items: tuple[Any, ...]
    states: dict[str, Any]
    """The graphics states that it uses."""
    groups: dict[bytes, tuple[tuple[float, ...], _Content]]
    """By the operator, the groups that it uses, each with its box."""

    def repeat(self, stream: Any) -> None:
        """Draw it again, groups by the names that they have there."""
        stream._resources["ExtGState"].update(self.states)
        for item in self.items:
            if isinstance(item, bytes) and item in self.groups:
                (left, top, right, bottom), content = self.groups[item]
                group = stream.add_group(left, top, right - left, bottom - top)
                content.repeat(group)
                stream.draw_x_object(group.id)
            else:
                stream.stream.append(item)


class _Painted(Struct, frozen=True):
    """What was drawn of a page."""

    content: _Content
    tags: dict[Any, dict[str, Any]]
    """By box, the pieces of content."""
    runs: tuple[tuple[Any, ...], ...]
    """The texts with numbers in them: the operator, and where they stand in it."""
    fixed: dict[str, str]
    fonts: dict[Any, Any]
    """Its fonts in the order of their use, with the glyphs that it uses of them alone."""

    def fits(self, shared: dict[Any, Any]) -> bool:
        """Whether fonts have all glyphs as wide as they were here."""
        return all(
            shared[key].widths.get(glyph, width) == width
            for key, font in self.fonts.items()
            if key in shared
            for glyph, width in font.widths.items()
        )


class Painter:
    """Draws the pages of one document, and notes the numbers in them by `numbers`."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def paint(self, page: Any, stream: Any, scale: float = 1) -> None:
        """What takes the place of `Page.paint`.

        A page whose box has a place for it keeps what is drawn of it there; another is drawn, and that is all.
        """
        kept = page._page_box.__dict__.get("painted")
        if kept is None:
            _paint(page, stream, scale)
            return
        known = kept.get(scale)
        if known is not None and known.fits(stream._fonts):
            self._repeat(known, stream)
            return
        painted = self._painted(page, stream, scale)
        if painted is not None:
            kept[scale] = painted

    def _repeat(self, known: _Painted, stream: Any) -> None:
        known.content.repeat(stream)
        stream._tags.update((box, dict(mark)) for box, mark in known.tags.items())
        self.numbers.found(stream, known.runs, known.fixed)
        _learn(stream._fonts, known.fonts)

    def _painted(self, page: Any, stream: Any, scale: float) -> _Painted | None:
        """Draw a page, with fonts that know of its own glyphs alone; None where that cannot be repeated."""
        shared, place = stream._fonts, len(stream.stream)
        stream._fonts = fonts = _Fonts(shared)
        with self.numbers.of_one_page() as (runs, fixed):
            _paint(page, stream, scale)
        stream._fonts = shared
        _learn(shared, fonts)
        content = _content(tuple(stream.stream[place:]), stream._resources)
        is_alone = all(run.stream is stream for run in runs) and not any(font.missing for font in fonts.values())
        if content is None or not is_alone:
            return None
        tags = {box: dict(mark) for box, mark in stream._tags.items()}
        return _Painted(content, tags, tuple((run.item, run.sites) for run in runs), fixed, dict(fonts))


class _Fonts(dict[Any, Any]):
    """The fonts of a page, which begin to know glyphs when they are first asked for."""

    def __init__(self, shared: Mapping[Any, Any]) -> None:
        super().__init__()
        self.shared = shared

    def __contains__(self, key: object) -> bool:
        if key in self.shared and not super().__contains__(key):
            self[key] = _blank(self.shared[key])
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The font, as `in` finds it."""
        if key in self:
            return self[key]
        return default


def _blank(font: Any) -> Any:
    """The font, without what it knows of glyphs; which characters it lacks, it knows with the other."""
    made = copy.copy(font)
    made.widths, made.to_unicode = {}, {}
    return made


def _learn(shared: dict[Any, Any], fonts: Mapping[Any, Any]) -> None:
    """Add the glyphs of a page's fonts to those of the document."""
    for key, font in fonts.items():
        if key not in shared:
            shared[key] = _blank(font)
        for glyph, width in font.widths.items():
            shared[key].widths.setdefault(glyph, width)
        for glyph, character in font.to_unicode.items():
            shared[key].to_unicode.setdefault(glyph, character)


def _content(items: tuple[Any, ...], resources: Mapping[str, Any]) -> _Content | None:
    """What operators draw; None where they name what cannot be repeated."""
    states: dict[str, Any] = {}
    groups: dict[bytes, tuple[tuple[float, ...], _Content]] = {}
    for item in items:
        if not isinstance(item, bytes) or not item.endswith(_NAMING):
            continue
        name = item.removeprefix(b"/").rpartition(b" ")[0].decode("latin-1")
        if item.endswith(b" gs") and name[:1] in ("a", "A"):
            states[name] = resources["ExtGState"][name]
        elif item.endswith(b" Do"):
            group = resources["XObject"][name]
            is_plain = group is not None and not any(isinstance(one, dict) for one in group.stream)
            content = _content(tuple(group.stream), group._resources) if is_plain else None
            if content is None:
                return None
            groups[item] = tuple(group.extra["BBox"]), content
        elif b"/" in item or item == b"BI":
            return None
    return _Content(items, states, groups)


_NAMING = (b" gs", b" Do", b" sh", b" scn", b" SCN", b"BI")
"""The ends of operators that name other objects, or hold a picture."""
