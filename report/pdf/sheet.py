"""The sheet around a page: its boxes (ISO 32000-1, 14.11.2), marks for cutting and for printing in register."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from report.pdf.values import coordinate
from report.prepress import Prepress

GAP_PT, LENGTH_PT, MARGIN_PT = 4.0, 14.0, 4.0
"""Of marks: between them and the bleed, their own, and outside."""

_CROSS_PT = 4.5
"""The radius of a cross's circle."""


def finish(pdf: Any, page: Any, prepress: Prepress) -> None:
    """Give a page of a pydyf PDF the boxes and the marks that are asked for."""
    media = [float(edge) for edge in page["MediaBox"]]
    if prepress.bleed_pt:
        page["BleedBox"] = pydyf.Array(media)
    if prepress.profile:
        page["Group"] = pydyf.Dictionary({"S": "/Transparency", "CS": "/DeviceCMYK"})
    if prepress.marks:
        trim = [float(edge) for edge in page["TrimBox"]]
        slug = GAP_PT + LENGTH_PT + MARGIN_PT
        page["MediaBox"] = pydyf.Array([media[0] - slug, media[1] - slug, media[2] + slug, media[3] + slug])
        before = b"q %s re W n" % _joined(media[0], media[1], media[2] - media[0], media[3] - media[1])
        ink = b"1 1 1 1 K" if prepress.profile else b"0 G"
        marks = b"\n".join((b"Q", b"/Artifact <</Type /Page>> BDC", b"q .25 w", ink, *_marks(trim, media, prepress)))
        contents = page["Contents"]
        drawn = contents if isinstance(contents, list) else [contents]
        ends = [pydyf.Stream([content]) for content in (before, marks + b"\nQ\nEMC")]
        for end in ends:
            pdf.add_object(end)
        page["Contents"] = pydyf.Array([ends[0].reference, *drawn, ends[1].reference])


def _marks(trim: list[float], bleed: list[float], prepress: Prepress) -> Iterator[bytes]:
    """Lines at the corners where the page is cut, a crossed circle in the middle of each side."""
    if "crop" in prepress.marks:
        for x, outwards in ((0, -1), (2, 1)):
            start = bleed[x] + outwards * GAP_PT
            for y in (1, 3):
                yield _line(start, trim[y], start + outwards * LENGTH_PT, trim[y])
        for y, outwards in ((1, -1), (3, 1)):
            start = bleed[y] + outwards * GAP_PT
            for x in (0, 2):
                yield _line(trim[x], start, trim[x], start + outwards * LENGTH_PT)
    if "cross" in prepress.marks:
        reach = GAP_PT + LENGTH_PT / 2
        middle = (trim[0] + trim[2]) / 2, (trim[1] + trim[3]) / 2
        yield from _cross(middle[0], bleed[1] - reach)
        yield from _cross(middle[0], bleed[3] + reach)
        yield from _cross(bleed[0] - reach, middle[1])
        yield from _cross(bleed[2] + reach, middle[1])


def _cross(x: float, y: float) -> Iterator[bytes]:
    arm, radius = LENGTH_PT / 2, _CROSS_PT
    yield _line(x - arm, y, x + arm, y)
    yield _line(x, y - arm, x, y + arm)
    pull = radius * 0.5523  # a quarter of a circle as a Bézier curve
    yield _joined(x + radius, y) + b" m"
    yield _joined(x + radius, y + pull, x + pull, y + radius, x, y + radius) + b" c"
    yield _joined(x - pull, y + radius, x - radius, y + pull, x - radius, y) + b" c"
    yield _joined(x - radius, y - pull, x - pull, y - radius, x, y - radius) + b" c"
    yield _joined(x + pull, y - radius, x + radius, y - pull, x + radius, y) + b" c s"


def _line(*ends: float) -> bytes:
    return b"%s m %s l S" % (_joined(*ends[:2]), _joined(*ends[2:]))


def _joined(*numbers: float) -> bytes:
    return b" ".join(map(coordinate, numbers))
