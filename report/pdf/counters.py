"""WeasyPrint's private parts: the numbers that laid-out pages print, found while they are drawn, so that the linker can
replace them.

Written for one version of WeasyPrint; with any other, numbers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from msgspec import Struct, field
from weasyprint.draw.text import draw_first_line, draw_text
from weasyprint.formatting_structure import boxes
from weasyprint.matrix import Matrix
from weasyprint.text.line_break import create_layout

from report.pdf.fragment import PAGE, TOTAL, Site
from report.pdf.objects import written
from report.pdf.standin import KNOWN

_DIGITS = "0123456789"


class Run(Struct, frozen=True):
    """A text that was drawn, with a number in it."""

    stream: Any
    item: bytes
    """The operator that shows it; told from an equal one by its identity."""
    sites: tuple[Site, ...]
    """Offsets count in the item."""


class Finder(Struct):
    """Finds numbers while pages are drawn; one use."""

    furniture: dict[int, tuple[tuple[str, str], ...]]
    """For text boxes in margin boxes, by identity: the names of numbers in them, with the numbers."""
    free: set[int]
    """The text boxes that hold a number alone, in a box whose place and size do not depend on it."""
    draw_text: Callable[..., None] = draw_text
    runs: list[Run] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)
    codes: dict[Any, tuple[bytes, ...]] = field(default_factory=dict)

    def draw(self, stream: Any, box: Any, *arguments: Any) -> None:
        """Draw a text as WeasyPrint does, and note the numbers in it."""
        named = self.furniture.get(id(box)) or number_in(box)
        if not named:
            self.draw_text(stream, box, *arguments)
            return
        before = len(stream.stream)
        style = box.style
        self.draw_text(stream, box, *arguments)
        items = stream.stream
        shown = [place for place in range(max(0, before - 1), len(items)) if written(items[place]).endswith(b"] TJ")]
        for place in shown:
            items[place] = kerned(items[place])
        sites = self._sites(box, style, items[shown[0]], named, stream) if len(shown) == 1 else None
        if sites is None:
            self.fixed.update(named)
        else:
            self.runs.append(Run(stream, items[shown[0]], sites))

    def found(self, stream: Any, runs: Iterable[tuple[bytes, tuple[Site, ...]]], fixed: Mapping[str, str]) -> None:
        """Note the numbers of a page that was drawn before."""
        self.runs += (Run(stream, item, sites) for item, sites in runs)
        self.fixed |= fixed

    @contextmanager
    def of_one_page(self) -> Iterator[tuple[list[Run], dict[str, str]]]:
        """Keep apart what is found on a page: the texts, and the numbers that cannot be replaced."""
        runs, fixed = self.runs, self.fixed
        self.runs, self.fixed, self.codes = [], {}, {}
        try:
            yield self.runs, self.fixed
        finally:
            self.runs, self.fixed = runs + self.runs, fixed | self.fixed

    def _sites(
        self, box: Any, style: Any, shown: bytes, named: tuple[tuple[str, str], ...], stream: Any
    ) -> tuple[Site, ...] | None:
        """Where the numbers are in the operator that shows the text; None where they cannot be replaced."""
        glyphs = list(re.finditer(rb"[0-9a-f]{4}(?=[0-9a-f]*>)", shown))
        moves = id(box) in self.furniture or id(box) in self.free
        if len(glyphs) != len(box.text) or style["direction"] == "rtl":
            return None
        codes = self._codes(style, box, stream)
        starts = places(box.text, [number for _, number in named])
        if codes is None or starts is None:
            return None
        sites = []
        for (name, number), place in zip(named, starts, strict=True):
            run = glyphs[place : place + len(number)]
            if tuple(found[0] for found in run) != tuple(codes[int(digit)] for digit in number):
                return None
            joints = {shown[one.end() : next_.start()] for one, next_ in pairwise(run)}
            if len(joints) > 1 or (moves and joints - {b""}):
                return None
            shift = _alignment(style) * self._advance(stream, codes) if moves else 0
            joint = joints.pop() if joints else b""
            sites.append(Site(name, number, run[0].start(), run[-1].end(), codes, joint, int(moves), shift))
        return tuple(sites)

    def _codes(self, style: Any, box: Any, stream: Any) -> tuple[bytes, ...] | None:
        """The glyphs of the ten digits in a style; None where they are not of one width."""
        key = tuple(str(style[name]) for name in _SHAPING)
        if key not in self.codes:
            probe = box.copy_with_text(_DIGITS)
            probe.pango_layout = create_layout(_DIGITS, style, None, None, 0)
            scratch = stream.clone(tags=None)
            draw_first_line(scratch, probe, "clip", "none", Matrix())
            probe.pango_layout.deactivate()
            shown = [item for item in scratch.stream if isinstance(item, bytes) and item.endswith(b"] TJ")]
            found = re.findall(rb"[0-9a-f]{4}(?=[0-9a-f]*>)", shown[0]) if len(shown) == 1 else []
            font = next((item[1:].split()[0].decode() for item in scratch.stream if item.endswith(b" Tf")), "")
            widths = {_width(stream, font, code) for code in found}
            self.codes[key] = tuple(found) if len(found) == 10 and len(widths) == 1 else ()
        return self.codes[key] or None

    def _advance(self, stream: Any, codes: tuple[bytes, ...]) -> float:
        font = stream._old_font[0] if stream._old_font else ""
        return float(_width(stream, font, codes[0]))


def places(text: str, numbers: list[str]) -> list[int] | None:
    """Where the numbers stand in a text, which has them in this order; None where this cannot be told."""
    if not all(number.isdecimal() for number in numbers):
        return None
    found = [(match.start(), match[0]) for match in re.finditer(r"\d+", text) if match[0] in numbers]
    return [place for place, _ in found] if [number for _, number in found] == numbers else None


_SHAPING = (
    "font_family", "font_size", "font_style", "font_weight", "font_stretch", "font_variant_caps",
    "font_variant_numeric", "font_variant_position", "font_feature_settings", "font_kerning", "lang",
    "letter_spacing",
)  # fmt: skip


def _width(stream: Any, font: str, code: bytes) -> float:
    """The advance of a glyph in thousandths of the font size."""
    for known in stream._fonts.values():
        if known.hash == font and int(code, 16) in known.widths:
            return float(known.widths[int(code, 16)])
    return 0.0


def _alignment(style: Any) -> float:
    """Which part of what a line in a margin box grows by goes to its left."""
    return {"center": 0.5, "right": 1.0, "end": 1.0}.get(style["text_align_all"], 0.0)


def kerned(item: bytes) -> bytes:
    """A text operator without kerning by nothing, which stands between most glyphs and is a fifth of all bytes."""
    return item.replace(b">0<", b"")


def number_in(box: Any) -> tuple[tuple[str, str], ...]:
    """The number that a text box of the flow is, by the `data-number` of its element."""
    element = box.element
    if element is None or "::" in (box.element_tag or ""):
        return ()
    name = element.get("data-number")
    return ((name, box.text),) if name else ()


def furniture(document: Any, start: int, total: str) -> tuple[dict[int, tuple[tuple[str, str], ...]], dict[str, str]]:
    """The text boxes of margin boxes that print page numbers, and the numbers that no text box alone prints."""
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    fixed: dict[str, str] = {}
    for index, page in enumerate(document.pages):
        for margin in page._page_box.children:
            if not isinstance(margin, boxes.MarginBox):
                continue
            printed = tuple(_printed(margin.style["content"], str(start + index), total))
            texts = [box for box in margin.descendants() if isinstance(box, boxes.TextBox)] if printed else []
            if KNOWN and len(texts) == 1 and all(number.isdecimal() for _, number in printed):
                found[id(texts[0])] = printed
            elif printed:
                fixed |= {name: {PAGE: str(start), TOTAL: total}[name] for name, _ in printed}
    return found, fixed


def standing_free(page: Any) -> Iterator[Any]:
    """The text boxes of numbers that are positioned absolutely, with a width of their own."""
    for box in page._page_box.descendants(placeholders=True):
        box = getattr(box, "_box", box)
        numbered = box.element is not None and box.element.get("data-free") and "::" not in box.element_tag
        if numbered and box.is_absolutely_positioned() and box.style["width"] != "auto":
            yield from (text for text in box.descendants() if isinstance(text, boxes.TextBox))


def _printed(content: Any, page: str, total: str) -> Iterator[tuple[str, str]]:
    """The numbers that the content of a margin box has; not in digits where they cannot be replaced."""
    for kind, value in content if isinstance(content, tuple | list) else ():
        if kind in ("counter()", "counters()") and value[0] in ("page", "pages"):
            name, number = (PAGE, page) if value[0] == "page" else (TOTAL, total)
            yield name, number if kind == "counter()" and value[-1] == "decimal" else "?"
        elif kind == "element()":
            yield PAGE, "?"
