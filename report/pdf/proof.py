"""The proof: what must be read on each page of the finished file, from the boxes of its layout.

Numbers that are known only when the file is put together stand in it by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from report.pdf.drawing import KNOWN, furniture, number_in, places
from report.pdf.fragment import Proof
from report.pdf.numbers import named


def proof(document: Any, start: int, total: int) -> Proof:
    """What must be read on the pages of a document; with a WeasyPrint that is not known, nothing."""
    if not KNOWN:
        return ()
    numbered, _ = furniture(document, start, str(total))
    return tuple(tuple(_of_page(page._page_box, numbered)) for page in document.pages)


def _of_page(page: Any, numbered: Mapping[int, tuple[tuple[str, str], ...]]) -> Iterator[tuple[str, str]]:
    for child in page.children:
        notes = child.children if isinstance(child, boxes.FootnoteAreaBox) else ()
        for note in notes:
            yield from ((note.style["anchor"] or "", text) for text in _runs(note, numbered))
        if not notes:
            yield from (("", text) for text in _runs(child, numbered))


def _runs(box: Any, numbered: Mapping[int, tuple[tuple[str, str], ...]]) -> Iterator[str]:
    """The runs of text below a box."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    matrix = box.transformation_matrix
    if matrix and not matrix.determinant:
        return  # it is not drawn
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        yield from _of_line(box, numbered)
    elif isinstance(box, boxes.TextBox):
        yield from filter(None, [_text(box, numbered)])
    else:
        for child in getattr(box, "children", ()):
            yield from _runs(child, numbered)


def _of_line(line: Any, numbered: Mapping[int, tuple[tuple[str, str], ...]]) -> Iterator[str]:
    """The runs of a line: what is drawn elsewhere, or as a box in it, has its own."""
    run: list[str] = []
    apart: list[Any] = []
    waiting = list(reversed(line.children))
    while waiting:
        box = waiting.pop()
        if isinstance(box, boxes.TextBox):
            run.append(_text(box, numbered))
        elif _is_apart(box):
            apart.append(box)
        elif isinstance(box, boxes.InlineBox):
            waiting.extend(reversed(box.children))
        else:
            yield from filter(str.strip, ["".join(run)])
            run = []
            apart.append(box)
    yield from filter(str.strip, ["".join(run)])
    for box in apart:
        yield from _runs(box, numbered)


def _is_apart(box: Any) -> bool:
    """Whether a box is drawn before or after the line that it stands in."""
    if isinstance(box, AbsolutePlaceholder) or not box.is_in_normal_flow():
        return True
    return bool(box.style["position"] != "static" or box.style["opacity"] < 1)


def _text(box: Any, numbered: Mapping[int, tuple[tuple[str, str], ...]]) -> str:
    """The text of a box as it is drawn, its numbers by name."""
    if box.style["visibility"] != "visible" or box.style["font_size"] < TINY_PX:
        return ""
    text: str = box.text
    printed = numbered.get(id(box)) or number_in(box)
    found = places(text, [number for _, number in printed]) if printed else None
    for (name, number), place in reversed([*zip(printed, found or (), strict=False)]):
        text = f"{text[:place]}{named(name, number)}{text[place + len(number) :]}"
    return text


TINY_PX = 1e-6
"""Smaller text WeasyPrint does not draw."""
