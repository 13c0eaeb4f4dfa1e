"""Spots: what stands where on laid-out pages, by the marks of the HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from report.pdf.fragment import Spot, Spots
from report.pdf.lines import Area, sheets
from report.pdf.standin import KNOWN

MARK = "data-place"
"""The attribute of elements that come from the author's files."""


def spots(document: Any, root: Any) -> Spots:
    """The lines and the boxes of every page; with a WeasyPrint that is not known, none."""
    if not KNOWN:
        return ()
    parents = {child: parent for parent in root.iter() for child in parent}
    laid_out = sheets(document, {})
    return tuple(
        (*_lines(sheet.lines, parents), *_boxes(page._page_box))
        for page, sheet in zip(document.pages, laid_out, strict=True)
    )


def _lines(lines: Any, parents: Mapping[Any, Any]) -> Iterator[Spot]:
    for line in lines:
        yield _spot(line.area, _marked(line.element, parents), line.note, line.text.strip())


def _marked(element: Any, parents: Mapping[Any, Any]) -> int:
    """The mark of an element, or of the nearest around it; -1 where there is none."""
    while element is not None:
        mark = element.get(MARK)
        if mark is not None:
            return int(mark) if mark.isdecimal() else -1
        element = parents.get(element)
    return -1


def _boxes(page: Any) -> Iterator[Spot]:
    """The boxes of marked elements, without what is inline."""
    for box in page.descendants(placeholders=True):
        box = getattr(box, "_box", box)
        mark = box.element.get(MARK) if box.element is not None and "::" not in (box.element_tag or "") else None
        if mark and mark.isdecimal() and hasattr(box, "border_box_x"):
            left, top = box.border_box_x(), box.border_box_y()
            yield _spot(Area(left, top, left + box.border_width(), top + box.border_height()), int(mark), "", "")


def _spot(area: Area, block: int, note: str, text: str) -> Spot:
    left, top, right, bottom = (round(edge, 1) for edge in area)
    return Spot(left, top, right, bottom, block, note, text)
