"""A guard against the ways in which WeasyPrint 70.0 loses, doubles or mixes up notes; with any other it does nothing.

- Where a line does not fit, and orphans and widows forbid a break before it, `_linebox_layout` sends earlier notes of
  the page to the next one and keeps the line, but forgets the notes that are called in it. The guard sends them after.
- Where the rest of a paragraph is given up, all its notes are taken back, those too that are called on pages before it.
  The guard leaves these alone.
- Where boxes are tried and given up, as in tables, their notes may stay, and notes of others may be taken back. The
  guard compares each page with its notes: those that are called later go, forgotten ones follow on the next page.
- Notes that wait for the next page are queued as they come, which is not always the order of their calls.
- Where page counters stand in the text, pages are made again one by one, and meet notes of others as these were before.
  The guard has all of them made again.

What it misses is found by the audit, and brought back by another layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import layout
from weasyprint.layout import block, page

from report.pdf.standin import KNOWN, in_place

_linebox_layout = block._linebox_layout
_make_page = page.make_page
_make_all_pages = layout.make_all_pages
_unlayout_footnote = layout.LayoutContext.unlayout_footnote


@contextmanager
def guarded() -> Iterator[None]:
    """Lay out with the guard."""
    if not KNOWN:
        yield
        return
    with (
        in_place(block, "_linebox_layout", _guarded_lines),
        in_place(page, "make_page", _guarded_page),
        in_place(layout, "make_all_pages", _guarded_pages),
        in_place(layout.LayoutContext, "unlayout_footnote", _unlayout_of_this_page),
    ):
        yield


def _guarded_lines(
    context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any, **named: Any
) -> Any:
    result = _linebox_layout(context, box, index, child, new_children, *rest, **named)
    _, stopped, *_ = result
    if stopped and new_children and context.footnotes:
        for below in new_children[-1].descendants():
            note = below.footnote
            if note is not None and note in context.footnotes:
                context.layout_footnote(note)
                context.report_footnote(note)
    _sort(context)
    return result


def _unlayout_of_this_page(context: Any, note: Any) -> None:
    if id(note) not in context.notes_called:
        _unlayout_footnote(context, note)


def _guarded_page(context: Any, *rest: Any) -> Any:
    made = _make_page(context, *rest)
    notes = (box.footnote for box in made[0].descendants(placeholders=True))
    context.notes_called.update((id(note), note) for note in notes if note is not None)
    early = [note for note in context.current_page_footnotes if id(note) not in context.notes_called]
    if early:
        _take_off(made[0].children[1], early)
        context.footnotes += [note for note in early if note not in context.footnotes]
    on_page = {id(note) for note in context.current_page_footnotes} - {id(note) for note in early}
    context.notes_done |= on_page
    known = {*context.notes_done, *map(id, context.reported_footnotes)}
    for identity, note in context.notes_called.items():
        if identity not in known:
            context.reported_footnotes.append(note)
            if note in context.footnotes:
                context.footnotes.remove(note)
    _sort(context)
    return made


def _take_off(area: Any, notes: list[Any]) -> None:
    """Take notes out of the note area of a page, where they are the last: they are called later than the others."""
    elements = {note.element for note in notes}
    height = area.margin_height()
    kept = [box for box in area.children if box.element not in elements]
    gone = [box for box in area.children if box.element in elements]
    area.children = kept
    area.height -= sum(box.margin_height() for box in gone)
    area.translate(dy=height - area.margin_height())


def begin(context: Any) -> None:
    """Begin a layout, of which the guard knows nothing yet."""
    context.notes_called, context.notes_done = {}, set()
    context.note_order = {id(note): place for place, note in enumerate(context.footnotes)}


def _guarded_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> Iterator[Any]:
    begin(context)
    if pages and context.note_order:
        for *_, state in context.page_maker[: len(pages)]:
            state["content_changed"] = True
    yield from _make_all_pages(context, root, html, pages)


def _sort(context: Any) -> None:
    context.reported_footnotes.sort(key=lambda note: context.note_order.get(id(note), 0))
