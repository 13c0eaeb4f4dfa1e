"""Imposition: the pages of a PDF, two on each side of a sheet, for an office printer and a stapler.

Links, bookmarks and tags stay behind: such a file is for paper.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from report.choices import Scheme
from report.pdf.values import coordinate

if TYPE_CHECKING:
    from pikepdf import Object, Page

SHEETS = {"a4": (841.89, 595.276), "letter": (792.0, 612.0)}
"""Width and height, in points, of the sheets lying down on which two pages stand."""


def impose(pdf: bytes, scheme: Scheme, papersize: str) -> bytes:
    """The PDF with two pages on each side of a sheet; the same bytes for the same PDF."""
    import pikepdf  # takes its time, and few builds need it

    width, height = SHEETS[papersize]
    with pikepdf.open(io.BytesIO(pdf)) as given, pikepdf.new() as made:
        pages = list(given.pages)
        for left, right in sides(len(pages), scheme):
            made.add_blank_page(page_size=(width, height))
            sheet = made.pages[-1]
            for half, place in enumerate((left, right)):
                if place is not None:
                    form = made.copy_foreign(_form(pages[place]))
                    sheet.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/Half{half}"))
                    matrix = _matrix(form.BBox, half * width / 2, width / 2, height)
                    sheet.contents_add(b"q %s cm /Half%d Do Q\n" % (matrix, half))
        title = given.docinfo.get("/Title")
        if title is not None:
            made.docinfo["/Title"] = str(title)
        result = io.BytesIO()
        options = pikepdf.ObjectStreamMode.generate
        made.save(result, deterministic_id=True, object_stream_mode=options, compress_streams=True)
    return result.getvalue()


def sides(count: int, scheme: Scheme) -> Sequence[tuple[int | None, int | None]]:
    """The pages, counted from 0, on the left and right of each side of each sheet; None where nothing stands.

    In a booklet the outermost sheet has the last and the first page on its front; blank pages come at the end.
    """
    if scheme == "2up":
        order = [(left, left + 1) for left in range(0, count, 2)]
    else:
        whole = -(-count // 4) * 4
        fronts = [((whole - 1 - place, place), (place + 1, whole - 2 - place)) for place in range(0, whole // 2, 2)]
        order = [side for sheet in fronts for side in sheet]
    pages: Sequence[int | None] = [*range(count), *[None] * 4]
    return [(pages[left], pages[right]) for left, right in order]


def _form(page: Page) -> Object:
    """A page, as it is cut, as something that can be drawn; without its place in the structure."""
    form = page.as_form_xobject()
    for key in ("/StructParents", "/StructParent"):
        if key in form:
            del form[key]
    return form


def _matrix(box: Object, left: float, width: float, height: float) -> bytes:
    """What puts a page in the middle of one half of a side, as large as fits; one that lies down is turned."""
    x, y, right, top = (float(edge) for edge in box.as_list())
    across, up = right - x, top - y
    turned = across > up
    scale = min(width / up, height / across) if turned else min(width / across, height / up)
    if turned:
        x_shift = left + (width + up * scale) / 2 + y * scale
        y_shift = (height - across * scale) / 2 - x * scale
        entries = (0.0, scale, -scale, 0.0, x_shift, y_shift)
    else:
        x_shift = left + (width - across * scale) / 2 - x * scale
        y_shift = (height - up * scale) / 2 - y * scale
        entries = (scale, 0.0, 0.0, scale, x_shift, y_shift)
    return b" ".join(map(coordinate, entries))
