"""The drawer: a companion that shows the pages of the last PDF, and finds words and places on them."""

from __future__ import annotations

import json
from typing import NoReturn

from report.companion import Send, attend
from report.confinement import confine
from report.limits import Limits
from report.pdf.raster import Document
from report.preview.places import Places, unpacked

OPEN, SPOTS, DRAW, FIND, PLACE = b"o", b"s", b"d", b"f", b"p"
"""Questions: a PDF to take in hand; what stands where on it; a picture of a page, by number and width; words; what
stands at a point.
"""

FOUND = b"f"
"""The kind of every answer."""

MOST_FOUND = 500
"""The places that are shown of words."""


def main() -> NoReturn:
    """Answer what the preview asks."""
    attend(_begin)


def _begin(text: str) -> Drawer:
    given = json.loads(text)
    limits = Limits(**given) if given else None
    if limits is not None:
        confine(limits)
    return Drawer(limits)


class Drawer:
    """Has one PDF open."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self.document: Document | None = None
        self.spots = b""
        self.places: Places | None = None

    def answer(self, kind: bytes, content: bytes, send: Send) -> None:
        """Draw, or find."""
        if kind == OPEN:
            if self.document is not None:
                self.document.close()
            self.document = Document(content)
        elif kind == SPOTS:
            self.spots, self.places = content, None
        elif kind == PLACE:
            if self.places is None and self.spots:
                self.places = unpacked(self.spots)
            send(FOUND, json.dumps(self.places and _placed(self.places, *json.loads(content))).encode())
        elif self.document is not None and kind == DRAW:
            number, width = json.loads(content)
            send(FOUND, self.document.picture(number, width))
        elif self.document is not None and kind == FIND:
            send(FOUND, json.dumps(_found(self.document, content.decode()), ensure_ascii=False).encode())

    def rest(self) -> None:
        """Nothing is left to do."""


def _placed(places: Places, number: int, x: float, y: float) -> object:
    """The path, the line, the column, and the area on the page; null where there is nothing."""
    found = places.at(number, x, y)
    return found and [found.path, found.position.line, found.position.column, list(found.area)]


def _found(document: Document, words: str) -> list[object]:
    """Each place as sheet, areas, and the text around."""
    found: list[object] = []
    for number in range(document.count if words.strip() else 0):
        found += ([number, [*map(list, one.areas)], one.around] for one in document.find(number, words))
        if len(found) >= MOST_FOUND:
            break
    return found[:MOST_FOUND]
