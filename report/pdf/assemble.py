"""pikepdf's door: laid-out pages → the PDF, with page labels and each link once."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from report.pdf.layout import Fragment, draw


def assemble(fragment: Fragment, body: int, standard: str) -> bytes:
    """The PDF of the pages; those from `body` on (from 0) are numbered in arabic. `standard` as in `a-3a`, or empty.

    The same pages give the same bytes.
    """
    with Pdf.open(io.BytesIO(draw(fragment, standard))) as pdf:
        pdf.Root.PageLabels = Dictionary(Nums=_label_ranges(body))
        preferences = pdf.Root.get("/ViewerPreferences", Dictionary())
        preferences.DisplayDocTitle = True
        pdf.Root.ViewerPreferences = preferences
        pdf.Root.PageMode = Name.UseOutlines
        for page in pdf.pages:
            _without_doubled_links(page)
        output = io.BytesIO()
        pdf.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _label_ranges(body: int) -> Array:
    """Page labels as in ISO 32000-1, 12.4.2: the cover and front matter in roman numerals, the body in arabic ones."""
    front = [0, Dictionary(S=Name.r)] if body else []
    return Array([*front, body, Dictionary(S=Name.D)])


def _without_doubled_links(page: pikepdf.Page) -> None:
    """WeasyPrint annotates an `a` and each box in it: keep one annotation for a target at a place, the largest."""
    annotations = page.get("/Annots")
    if annotations is None:
        return
    links = [(annotation, _target(annotation), _rectangle(annotation)) for annotation in annotations]
    kept = [
        annotation
        for index, (annotation, target, area) in enumerate(links)
        if not any(
            target == other_target and _inside(area, other_area) and (area != other_area or other < index)
            for other, (_, other_target, other_area) in enumerate(links)
            if other != index
        )
    ]
    page.Annots = Array(kept)


def _target(annotation: Any) -> str:
    action = annotation.get("/A")
    return str(annotation.get("/Dest")) if action is None else str(action.get("/URI", action.get("/D")))


def _rectangle(annotation: Any) -> tuple[float, ...]:
    left, bottom, right, top = (float(value) for value in annotation.Rect)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _inside(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    slack = 0.5
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )
