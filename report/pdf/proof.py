"""The proof: what must be read on each page of the finished file, from the boxes of its layout.

Numbers that are known only when the file is put together stand in it by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from report.pdf.counters import furniture, number_in, places
from report.pdf.fragment import PageProof, Proof
from report.pdf.numbers import named
from report.pdf.standin import KNOWN


def proof(document: Any, start: int, total: int) -> Proof:
    """What must be read on the pages of a document; with a WeasyPrint that is not known, nothing."""
    if not KNOWN:
        return ()
    numbered, _ = furniture(document, start, str(total))
    return tuple(_Proving(page._page_box, numbered).proof() for page in document.pages)


class _Proving:
    """A page whose boxes are walked through once."""

    def __init__(self, page: Any, numbered: Mapping[int, tuple[tuple[str, str], ...]]) -> None:
        self.page = page
        self.numbered = numbered
        self.is_within = True

    def proof(self) -> PageProof:
        runs = tuple(self._of_page())
        return PageProof(runs, self.is_within)

    def _of_page(self) -> Iterator[tuple[str, str]]:
        for child in self.page.children:
            notes = child.children if isinstance(child, boxes.FootnoteAreaBox) else ()
            for note in notes:
                yield from ((note.style["anchor"] or "", text) for text in self._runs(note))
            if not notes:
                yield from (("", text) for text in self._runs(child))

    def _runs(self, box: Any) -> Iterator[str]:
        """The runs of text below a box."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if matrix := box.transformation_matrix:
            self.is_within = False  # for all that is known here
            if not matrix.determinant:
                return  # it is not drawn
        if isinstance(box, boxes.LineBox | boxes.InlineBox):
            yield from self._of_line(box)
        elif isinstance(box, boxes.TextBox):
            yield from filter(None, [self._text(box)])
        else:
            for child in getattr(box, "children", ()):
                yield from self._runs(child)

    def _of_line(self, line: Any) -> Iterator[str]:
        """The runs of a line: what is drawn elsewhere, or as a box in it, has its own."""
        run: list[str] = []
        apart: list[Any] = []
        waiting = list(reversed(line.children))
        while waiting:
            box = waiting.pop()
            if isinstance(box, boxes.TextBox):
                run.append(self._text(box))
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
            yield from self._runs(box)

    def _text(self, box: Any) -> str:
        """The text of a box as it is drawn, its numbers by name."""
        if box.style["visibility"] != "visible" or box.style["font_size"] < TINY_PX:
            return ""
        self.is_within = self.is_within and _is_on(self.page, box)
        text: str = box.text
        printed = self.numbered.get(id(box)) or number_in(box)
        found = places(text, [number for _, number in printed]) if printed else None
        for (name, number), place in reversed([*zip(printed, found or (), strict=False)]):
            text = f"{text[:place]}{named(name, number)}{text[place + len(number) :]}"
        return text


def _is_on(page: Any, box: Any) -> bool:
    """Whether a box is on the paper with all its edges."""
    right, bottom = box.position_x + box.width, box.position_y + box.height
    is_before = box.position_x < 0 or box.position_y < 0
    return not (is_before or right > page.margin_width() or bottom > page.margin_height())


def _is_apart(box: Any) -> bool:
    """Whether a box is drawn, or read, before or after the line that it stands in."""
    if isinstance(box, AbsolutePlaceholder) or not box.is_in_normal_flow():
        return True
    if box.element_tag == "img":
        return True  # words in place of a picture that is not there
    return bool(box.style["position"] != "static" or box.style["opacity"] < 1)


TINY_PX = 1e-6
"""Smaller text WeasyPrint does not draw."""
