"""Notes are laid out once: WeasyPrint 70.0 lays out all notes of a page again for each that is called on it.

What it lays out there is thrown away but for its height, and then all of it is laid out for the page; so it makes no
difference to lay out a note once, and to take what came of it as often as its surroundings are the same. With any other
WeasyPrint nothing is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from weasyprint import layout
from weasyprint.formatting_structure import boxes, build
from weasyprint.layout import block, page

from report.pdf.standin import KNOWN, in_place

_update = layout.LayoutContext._update_footnote_area
_block_level_layout = block.block_level_layout


@contextmanager
def measured() -> Iterator[None]:
    """Lay out with notes laid out once."""
    if not KNOWN:
        yield
        return
    measure = _Measure()
    with (
        in_place(layout.LayoutContext, "_update_footnote_area", measure.update),
        in_place(page, "block_level_layout", measure.printed),
    ):
        yield


class _Measure:
    """Knows the notes of one layout."""

    def __init__(self) -> None:
        self.notes: dict[int, tuple[Any, Any]] = {}
        """By identity, each note and its boxes, ready to be laid out."""
        self.laid_out: dict[tuple[object, ...], tuple[Any, ...]] = {}
        self.area: Any = None
        self.is_printed = False

    @property
    def update(self) -> Any:
        """What takes the place of the method that measures the note area of a page."""
        return lambda context: self._updated(context)

    def _updated(self, context: Any) -> Any:
        area, notes = context.current_footnote_area, context.current_page_footnotes
        if context.in_column or not notes or not all(isinstance(note, boxes.BlockBox) for note in notes):
            return _update(context)
        if area.height != "auto":
            context.page_bottom += area.margin_height()
        area.children = notes
        self.area = area.copy()
        self.area.children = [self._ready(note) for note in notes]
        with in_place(block, "block_level_layout", self._lay_out):
            found = _block_level_layout(context, self.area, -inf, None, area.page)[0]
        area.height = found.height
        context.page_bottom -= found.margin_height()
        last = found.children[-1]
        return _bottom(last) > _bottom(found)

    def printed(self, context: Any, box: Any, *given: Any, **named: Any) -> Any:
        """What takes the place of `block_level_layout` for a page: its notes stand as they were measured.

        Numbers of pages may change in them until all is laid out; where there are any, nothing is done.
        """
        notes = context.current_page_footnotes
        is_ours = isinstance(box, boxes.FootnoteAreaBox) and len(box.children) == len(notes)
        if not is_ours or not notes or context.target_collector.counter_lookup_items:
            return _block_level_layout(context, box, *given, **named)
        for child, note in zip(box.children, notes, strict=True):
            child.measured = id(note)
        self.area, self.is_printed = box, True
        try:
            with in_place(block, "block_level_layout", self._lay_out):
                return _block_level_layout(context, box, *given, **named)
        finally:
            self.is_printed = False

    def _ready(self, note: Any) -> Any:
        """A note's boxes; what is laid out of them is a copy."""
        if id(note) not in self.notes:
            self.notes[id(note)] = note, build.create_anonymous_boxes(note.deepcopy())
        ready = self.notes[id(note)][1].copy()
        ready.measured = id(note)
        return ready

    def _lay_out(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        around: Any,
        page_is_empty: bool = True,
        absolute: Any = None,
        fixed: Any = None,
        margins: Any = None,
        *rest: Any,
    ) -> Any:
        given = (context, box, bottom_space, skip_stack, around, page_is_empty, absolute, fixed, margins, *rest)
        if around is not self.area or skip_stack is not None or any(rest):
            return _block_level_layout(*given)
        surroundings = (around.width, around.position_x, page_is_empty, context.current_page > 1, context.forced_break)
        key = (box.measured, *surroundings, *(margins or ()))
        start = box.position_y
        if key not in self.laid_out:
            box.children = [child.deepcopy() for child in box.children]
            before = len(absolute or ()), len(fixed or ()), len(context.excluded_shapes or ())
            result = _block_level_layout(*given)
            after = len(absolute or ()), len(fixed or ()), len(context.excluded_shapes or ())
            if before != after or result[0] is None or result[1] is not None:
                return result
            self.laid_out[key] = (start, *result)
        known, made, resume, following, adjoining, *more = self.laid_out[key]
        if self.is_printed and any(isinstance(below, boxes.TableBox) for below in made.descendants()):
            return _block_level_layout(*given)  # copies of a table share what stands behind its columns
        return self._moved(made, start - known), resume, dict(following), list(adjoining), *more

    def _moved(self, made: Any, distance: float) -> Any:
        """A copy further down; of what is only measured, what is below it stays where it is."""
        if self.is_printed:
            copy = made.deepcopy()
            copy.translate(dy=distance)
        else:
            copy = made.copy()
            copy.position_y += distance
        return copy


def _bottom(box: Any) -> float:
    """The lower edge of a box's border."""
    return float(box.position_y + box.margin_height() - box.margin_bottom)
