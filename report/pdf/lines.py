"""WeasyPrint's private parts: the text that was to be laid out, and the lines that came of it.

Written for one version of WeasyPrint; with any other, there are none of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from msgspec import Struct, field
from weasyprint import document as weasyprint_document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from report.pdf.hiding import Passage, hidden, passages
from report.pdf.standin import KNOWN, in_place


class Recording(Struct):
    """What was to be laid out, in reading order; empty with a WeasyPrint that is not known."""

    passages: list[Passage] = field(default_factory=list)
    hidden: list[Passage] = field(default_factory=list)
    """What nobody would see, and why."""


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
    cause: Any
    """The element that is as wide as it is: a table, or else the innermost one."""
    runs_left: bool = False
    """Whether it runs from right to left."""
    is_picture: bool = False


class Sheet(Struct, frozen=True):
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

    def building(element: Any, *arguments: Any) -> Any:
        root = build(element, *arguments)
        *_, notes = arguments
        found = [*passages(root, ""), *(one for note in notes for one in passages(note, _anchor(note)))]
        recording.hidden = [*hidden(element, found)]
        recording.passages = [passage for passage in found if not passage.fault]
        return root

    with in_place(weasyprint_document, "build_formatting_structure", building):
        yield recording


def _anchor(note: Any) -> str:
    return note.style["anchor"] or ""


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
            _collect(child, _Around(), [], printed)  # with what is moved there
        else:
            _collect(child, _Around(), lines, printed)
    return Sheet(Area(0, 0, page.margin_width(), page.margin_height()), block, notes_top, tuple(lines))


class _Around(NamedTuple):
    """What is around a box."""

    note: str = ""
    is_placed: bool = False
    window: Area | None = None
    cause: Any = None
    """The table around it."""


def _collect(box: Any, around: _Around, lines: list[Line], printed: dict[Any, list[str]]) -> None:
    """Add the lines below a box, and their text."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.LineBox):
        _add(box, around, lines, printed)
        return
    if isinstance(box, boxes.ReplacedBox):
        _add_picture(box, around, lines)
        return
    style = box.style
    if style["transform"] and box.transformation_matrix:
        _collect_moved(box, around, lines, printed)
        return
    _collect_below(box, around, lines, printed)


def _collect_moved(box: Any, around: _Around, lines: list[Line], printed: dict[Any, list[str]]) -> None:
    """Add the lines below a box where it is drawn; what is drawn so small that nobody sees it is not printed."""
    matrix = box.transformation_matrix
    is_seen = abs(matrix.determinant) > TINY**2
    inner: list[Line] = []
    _collect_below(box, _Around(around.note, is_placed=True, cause=around.cause), inner, printed if is_seen else {})
    for line in inner if is_seen else ():
        window = around.window or (line.window and _moved(line.window, matrix))
        lines.append(line._replace(area=_moved(line.area, matrix), window=window))


TINY = 0.15
"""The part of its size below which text is none."""


def _moved(area: Area, matrix: Any) -> Area:
    corners = [matrix.transform_point(x, y) for x in (area.left, area.right) for y in (area.top, area.bottom)]
    across, down = zip(*corners, strict=True)
    return Area(min(across), min(down), max(across), max(down))


def _collect_below(box: Any, around: _Around, lines: list[Line], printed: dict[Any, list[str]]) -> None:
    style = box.style
    if style["position"] in ("absolute", "fixed"):
        around = around._replace(is_placed=True)
        if style["clip"]:
            around = around._replace(window=_common(around.window, _clip(box, style["clip"])))
    if isinstance(box, boxes.TableBox) and around.cause is None:
        around = around._replace(cause=box.element)
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
        elif isinstance(box, boxes.ReplacedBox):
            _add_picture(box, around, lines)
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
        lines.append(
            Line(
                area,
                text,
                line.element,
                around.note,
                around.is_placed,
                around.window,
                around.cause if around.cause is not None else line.element,
                line.style["direction"] == "rtl",
            )
        )


def _add_picture(box: Any, around: _Around, lines: list[Line]) -> None:
    """Add what is drawn in the flow, a picture or a formula, by its words."""
    words = _words(box.element)
    if words and not around.is_placed and box.style["position"] == "static":
        left, top = box.border_box_x(), box.border_box_y()
        area = Area(left, top, left + box.border_width(), top + box.border_height())
        cause = around.cause if around.cause is not None else box.element
        lines.append(Line(area, words, box.element, around.note, around.is_placed, None, cause, is_picture=True))


def _words(element: Any) -> str:
    """What a picture says in words, or its name."""
    if element is None:
        return ""
    title = next((child.text for child in element if str(child.tag).endswith("title")), "")
    return element.get("alt") or title or element.get("src", "").removeprefix("asset:/")


def _is_written(text: Any) -> bool:
    """Whether a text box holds text of an element, and none that a stylesheet makes."""
    return "::" not in (text.element_tag or "")


def _clip(box: Any, edges: Any) -> Area:
    """What is seen of a box (CSS 2.1, 11.1.2), its edges counted from its top left corner."""
    left, top = box.border_box_x(), box.border_box_y()
    ends = (0, box.border_width(), box.border_height(), 0)
    above, right, below, before = (
        end if edge == "auto" else edge for edge, end in zip(edges, ends, strict=True)
    )  # fmt: skip
    return Area(left + before, top + above, left + right, top + below)


def _padding(box: Any) -> Area:
    left, top = box.padding_box_x(), box.padding_box_y()
    return Area(left, top, left + box.padding_width(), top + box.padding_height())


def _common(one: Area | None, other: Area) -> Area:
    if one is None:
        return other
    return Area(
        max(one.left, other.left), max(one.top, other.top), min(one.right, other.right), min(one.bottom, other.bottom)
    )
