"""WeasyPrint's private parts: the text that was to be laid out, and the lines that came of it.

Written for one version of WeasyPrint; with any other, there are none of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from weasyprint import document as weasyprint_document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from report.pdf.drawing import KNOWN
from report.pdf.standin import in_place


@dataclass(frozen=True, slots=True)
class Passage:
    """The text that stands directly in one element, as it was to be laid out."""

    element: Any
    text: str
    note: str
    """The anchor of the note that it belongs to; empty in the body."""


@dataclass(slots=True)
class Recording:
    """What was to be laid out, in reading order; empty with a WeasyPrint that is not known."""

    passages: list[Passage] = field(default_factory=list)


class Area(NamedTuple):
    """A rectangle on a page, in CSS px from its top left."""

    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """A line as it was laid out."""

    area: Area
    """The height of the line, the width of its text."""
    text: str
    element: Any
    """The innermost element around all of it."""
    note: str
    """The anchor of the note that it belongs to; empty in the body."""
    is_placed: bool
    """Whether a stylesheet says where it stands: it, or something around it, is out of the flow."""
    window: Area | None
    """What is seen of the box around it; None where that hides nothing."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it was laid out."""

    paper: Area
    block: Area
    """The text block, between the margins."""
    notes_top: float
    """Where the note area begins with its rule; the bottom of the text block where there are no notes."""
    lines: tuple[Line, ...]


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record what WeasyPrint lays out in the meantime: the text of what is displayed, its letters as they are shown."""
    recording = Recording()
    if not KNOWN:
        yield recording
        return
    build = weasyprint_document.build_formatting_structure

    def building(*arguments: Any) -> Any:
        root = build(*arguments)
        *_, notes = arguments
        recording.passages = [*_passages(root, ""), *(one for note in notes for one in _passages(note, _anchor(note)))]
        return root

    with in_place(weasyprint_document, "build_formatting_structure", building):
        yield recording


def _anchor(note: Any) -> str:
    return note.style["anchor"] or ""


def _passages(box: Any, note: str) -> Iterator[Passage]:
    """The text below a box, without what a stylesheet makes and what is moved into margin boxes."""
    waiting = [box]
    while waiting:
        box = waiting.pop()
        if isinstance(box, boxes.TextBox):
            if _is_written(box) and box.style["font_size"]:
                yield Passage(box.element, box.text, note)
        elif not box.is_running():
            waiting.extend(reversed(box.children))


def sheets(document: Any, printed: dict[Any, list[str]]) -> Iterator[Sheet]:
    """The pages; what is printed of each element's text is added to `printed` on the way."""
    if KNOWN:
        for page in document.pages:
            yield _sheet(page._page_box, printed)


def _sheet(page: Any, printed: dict[Any, list[str]]) -> Sheet:
    left, top = page.content_box_x(), page.content_box_y()
    block = Area(left, top, left + page.width, top + page.height)
    notes_top = block.bottom
    lines: list[Line] = []
    for child in page.children:
        if isinstance(child, boxes.FootnoteAreaBox):
            notes_top = child.position_y + child.margin_top
            for note in child.children:
                _collect(note, _Around(_anchor(note)), lines, printed)
        elif isinstance(child, boxes.MarginBox):
            _collect(child, _Around(), [], printed)
        else:
            _collect(child, _Around(), lines, printed)
    return Sheet(Area(0, 0, page.margin_width(), page.margin_height()), block, notes_top, tuple(lines))


class _Around(NamedTuple):
    """What is around a box."""

    note: str = ""
    is_placed: bool = False
    window: Area | None = None


def _collect(box: Any, around: _Around, lines: list[Line], printed: dict[Any, list[str]]) -> None:
    """Add the lines below a box, and their text."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.LineBox):
        _add(box, around, lines, printed)
        return
    style = box.style
    if style["transform"]:
        lines = []  # nobody knows where these are seen
    if style["position"] in ("absolute", "fixed"):
        around = around._replace(is_placed=True)
    if style["overflow"] != "visible" and not box.is_for_root_element:
        around = around._replace(window=_common(around.window, _padding(box)))
    for child in box.children:
        _collect(child, around, lines, printed)


def _add(line: Any, around: _Around, lines: list[Line], printed: dict[Any, list[str]]) -> None:
    """Add a line, and the lines of boxes in it."""
    texts: list[Any] = []
    waiting = list(reversed(line.children))
    while waiting:
        box = waiting.pop()
        if isinstance(box, boxes.TextBox):
            texts.append(box)
            if _is_written(box) or box.element_tag.endswith("::first-letter"):
                printed.setdefault(box.element, []).append(box.text)
        elif not isinstance(box, boxes.InlineBox):
            _collect(box, around, lines, printed)
        elif box.style["position"] == "relative":
            _add(box, around._replace(is_placed=True), lines, printed)
        else:
            waiting.extend(reversed(box.children))
    text = "".join(box.text for box in texts)
    if text.strip():
        left = min(box.position_x for box in texts)
        right = max(box.position_x + box.width for box in texts)
        area = Area(left, line.position_y, right, line.position_y + line.height)
        lines.append(Line(area, text, line.element, around.note, around.is_placed, around.window))


def _is_written(text: Any) -> bool:
    """Whether a text box holds text of an element, and none that a stylesheet makes."""
    return "::" not in (text.element_tag or "")


def _padding(box: Any) -> Area:
    left, top = box.padding_box_x(), box.padding_box_y()
    return Area(left, top, left + box.padding_width(), top + box.padding_height())


def _common(one: Area | None, other: Area) -> Area:
    if one is None:
        return other
    return Area(
        max(one.left, other.left), max(one.top, other.top), min(one.right, other.right), min(one.bottom, other.bottom)
    )
