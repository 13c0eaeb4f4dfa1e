"""What a worker keeps from one layout to the next: computed styles and measured text.

Both follow from what they are made of alone: a style from the declarations that apply and the style around it, a line
from its text, its style and the room for it. WeasyPrint 70.0 shares styles within a document; here they are shared with
the next as well, which is mostly the same chapter with a word changed. With any other WeasyPrint nothing is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import count
from typing import Any

import tinycss2
from msgspec import Struct
from weasyprint.css import StyleFor
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from report.pdf.generations import Generations
from report.pdf.glyphs import Glyphs
from report.pdf.resuming import Chapters, renew
from report.pdf.standin import KNOWN, in_place

_set_computed_styles = StyleFor.set_computed_styles
_split_first_line = line_break.split_first_line
_strut = line_break.strut


class Room(Struct, frozen=True):
    """How many styles, lines and drawn texts are kept at least; twice as many at most. And how many pages."""

    styles: int
    lines: int
    texts: int
    pages: int = 0


BRIEF = Room(300, 1000, 500)
"""For a process that lays out each chapter once: what chapters have in common, at some MB."""

LONG = Room(6000, 15_000, 8000, 40)
"""For one that lays them out again and again: some forty pages, of 1 to 2 MB each."""

LONGEST = 1500
"""The characters of a text whose first line is kept: a line comes with all that follows it in its paragraph."""

_BY_PAGE = re.compile(r"\d[sld]?v(?:w|h|i|b|min|max)\b", re.IGNORECASE)
"""Units that depend on the first page: what is computed from them is not kept."""


class Memory:
    """What is known of one stylesheet."""

    def __init__(self, css: str, room: Room = BRIEF) -> None:
        self._room = room
        self._css = css
        self._numbers = count(1)
        self._is_used = KNOWN and not _BY_PAGE.search(css)
        self.forget()

    def forget(self) -> None:
        """Begin anew: what WeasyPrint said of a style while it was computed, it shall say the next time."""
        self._styles = Generations(self._room.styles)
        self._kinds = Generations(self._room.styles)
        self._lines = Generations(self._room.lines)
        self._struts = Generations(self._room.styles)
        self.chapters = Chapters(self._room.pages if self._is_used else 0, self._css)
        self.glyphs = Glyphs(self._room.texts)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Lay out with what is known, and remember what is new."""
        if not self._is_used:
            yield
            return
        with (
            in_place(StyleFor, "set_computed_styles", lambda *given, **named: self._set_style(*given, **named)),
            in_place(inline, "split_first_line", self._split),
            in_place(preferred, "split_first_line", self._split),
            in_place(inline, "strut", self._strut),
        ):
            yield

    def _set_style(
        self,
        style_for: Any,
        element: Any,
        parent: Any,
        root: Any = None,
        pseudo_type: Any = None,
        base_url: Any = None,
        target_collector: Any = None,
    ) -> None:
        if not hasattr(element, "tag") or pseudo_type == "note-call":  # of pages, or to be given a name
            _set_computed_styles(style_for, element, parent, root, pseudo_type, base_url, target_collector)
            return
        computed = style_for.get_computed_styles()
        around = None if parent is None else computed[parent, None]
        declared = style_for.get_cascaded_styles().get((element, pseudo_type), {})
        try:
            key = self._key(around, pseudo_type, base_url, declared)
            kept = self._styles.get(key)
        except TypeError:  # a value of a kind that is not known
            key, kept = None, None
        if kept is None:
            _set_computed_styles(style_for, element, parent, root, pseudo_type, base_url, target_collector)
            if key is not None:
                computed[element, pseudo_type].kind = key[0]
                self._styles.put(key, computed[element, pseudo_type])
            return
        renew(kept)
        computed[element, pseudo_type] = kept
        if target_collector and kept["anchor"]:
            target_collector.collect_anchor(kept["anchor"])

    def _key(self, around: Any, pseudo_type: str | None, base_url: str, declared: Any) -> tuple[int, str]:
        """What says that two styles are the same: their kind, and the name by which links find the element.

        Styles of a kind are the same but for that name, which no style takes over from the one around it.
        """
        name, _ = declared.get("anchor", ("", None))
        if name and isinstance(name, str):
            declared = {key: value for key, value in declared.items() if key != "anchor"}
        else:
            name = ""
        around = around and around.__dict__.get("kind", around)
        key = (around, pseudo_type, base_url, *map(_declaration, declared.items()))
        kind = self._kinds.get(key)
        if kind is None:
            kind = next(self._numbers)
            self._kinds.put(key, kind)
        return kind, name

    def _split(
        self,
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        if len(text) > LONGEST:
            return _split_first_line(text, style, context, max_width, spacing, is_line_start, minimum)
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()  # a tenth of the text
        key = digest, id(style), style["white_space"], max_width, spacing, is_line_start, minimum
        kept = self._lines.get(key)
        if kept is None:
            layout, *size = _split_first_line(text, style, context, max_width, spacing, is_line_start, minimum)
            self._lines.put(key, (style, _copy(layout), size))  # with the style, whose identity is the key's
            return layout, *size
        _, layout, size = kept
        return _copy(layout), *size

    def _strut(self, style: Any) -> Any:
        kept = self._struts.get(id(style))
        if kept is None:
            kept = style, _strut(style)
            self._struts.put(id(style), kept)
        return kept[1]


def _declaration(declared: tuple[str, tuple[Any, Any]]) -> tuple[str, Any, Any]:
    """What says that two declarations are the same; those of a stylesheet are the same objects each time."""
    name, (value, weight) = declared
    if name.startswith("__") and isinstance(value, list | tuple):
        value = tinycss2.serialize(value)
    elif isinstance(value, list):
        value = id(value)
    return name, value, weight


def _copy(layout: Any) -> Any:
    """A line of its own: what draws it changes it."""
    made = object.__new__(type(layout))
    made.__dict__.update(layout.__dict__)
    return made
