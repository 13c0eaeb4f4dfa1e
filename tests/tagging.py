"""The structure tree of a PDF: as text, and what is wrong with it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf

CHILDREN = {
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOCI"},
    "Table": {"Caption", "THead", "TBody"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}
"""What elements of a type consist of (ISO 32000-1, 14.8.4)."""

PAINTING = set("f F f* B B* b b* S s sh Do EI Tj TJ ' \"".split())


def told(pdf: bytes) -> str:
    """The tree with its text, as a screen reader has it."""
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    return "".join(line + "\n" for line in done.stdout.decode().splitlines() if not re.match(r"\s*Object \d", line))


def faults(pdf: bytes) -> list[str]:
    """What breaks the rules of tagged PDF: content that is nobody's, elements in the wrong place, lonely links."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.StructTreeRoot
        elements = dict(_elements(root.K[0]))
        parents = pikepdf.NumberTree(root.ParentTree)
        return [
            *_of_elements(elements),
            *(
                f"page {n}: {fault}"
                for n, page in enumerate(opened.pages, 1)
                for fault in _of_page(page, parents, elements)
            ),
            *_of_identifiers(root, elements),
        ]


def _elements(element: Any) -> Iterator[tuple[Any, Any]]:
    yield element.objgen, element
    for kid in _kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.P.objgen != element.objgen:
                yield (0, 0), f"{kid.S} has another parent"
            yield from _elements(kid)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _of_elements(elements: dict[Any, Any]) -> Iterator[str]:
    level = 0
    for element in elements.values():
        if isinstance(element, str):
            yield element
            continue
        kind = str(element.S)[1:]
        below = [str(kid.S)[1:] for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        if not _kids(element) and kind not in ("TH", "TD"):
            yield f"{kind} is empty"
        if kind in CHILDREN and set(below) - CHILDREN[kind]:
            yield f"{kind} has {below}"
        if kind in ("Figure", "Formula") and not str(element.get("/Alt", "")):
            yield f"{kind} without an alternative"
        if kind == "TH" and "/Scope" not in element.A:
            yield "TH without a scope"
        if re.fullmatch(r"H[1-6]", kind):
            if int(kind[1]) > level + 1:
                yield f"{kind} after H{level}"
            level = int(kind[1])


def _of_page(page: Any, parents: Any, elements: dict[Any, Any]) -> Iterator[str]:
    owners = parents[int(page.StructParents)]
    open_marks: list[tuple[str, int | None]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            described = operands[1] if name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) else {}
            mark = described.get("/MCID")
            if mark is not None and owners[int(mark)].objgen not in elements:
                yield f"content {mark} is in no element"
            if open_marks and (mark is not None or open_marks[-1][1] is not None):
                yield f"marks within marks: {open_marks[-1]}, {operands}"
            open_marks.append((str(operands[0]), None if mark is None else int(mark)))
        elif name == "EMC":
            open_marks.pop()
        elif name in PAINTING and not open_marks:
            yield f"{name} is neither tagged nor an artifact"
    for annotation in page.get("/Annots", []):
        owner = parents[int(annotation.StructParent)]
        if owner.objgen not in elements or owner.S != "/Link":
            yield f"a link is in {owner.S}"
        if not str(annotation.get("/Contents", "")).strip() or not int(annotation.F) & 4:
            yield "a link has no name, or is not printed"


def _of_identifiers(root: Any, elements: dict[Any, Any]) -> Iterator[str]:
    named = {str(element.ID): element.objgen for element in elements.values() if "/ID" in element}
    known = {str(name): element.objgen for name, element in pikepdf.NameTree(root.IDTree).items()}
    if named != known:
        yield f"identifiers: {sorted(named.items() ^ known.items())[:4]}"
    for element in elements.values():
        if element.S in ("/Note", "/FENote") and element.Ref[0].Ref[0].objgen != element.objgen:
            yield f"note {element.ID} and its call do not refer to each other"
