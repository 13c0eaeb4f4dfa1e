"""Pictures of pages, and what is found on them: drawn by a companion, and kept while they are likely to be wanted."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock, Thread
from typing import Any

from msgspec.structs import asdict

from report.companion import Companion, Lost
from report.limits import Limits
from report.preview.drawer import DRAW, FIND, OPEN, PLACE, SPOTS

AHEAD = 2
"""How many pages are drawn at once that stand where the ones stood that were looked at last."""

KEPT_BYTES = 64 * 1024 * 1024
"""What the pictures have together that are kept at most."""


class Pages:
    """The pages of the last PDF."""

    def __init__(self, limits: Limits | None) -> None:
        setting = json.dumps(asdict(limits) if limits else None)
        self._drawer = Companion("report.preview.drawer", setting, limits)
        self._lock = Lock()
        self._pdf = self._spots = b""
        self._is_open = self._knows_spots = False
        self._sheets: dict[str, int] = {}
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()

    def take(self, pdf: bytes, sheets: dict[str, int], changed: int) -> None:
        """Show another PDF; `sheets` has its pages by digest, `changed` is the one that is looked at, or -1."""
        with self._lock:
            self._spots = b""
            gone = [key for key in self._kept if key[0] not in sheets]
            instead = {place: digest for digest, place in sheets.items()}
            likely = [(place, width) for digest, width in gone if (place := self._sheets.get(digest, -1)) in instead]
            likely.sort(key=lambda one: one[0] != changed)
            ahead = [(instead[place], width) for place, width in likely[:AHEAD]]
            self._pdf, self._sheets, self._is_open = pdf, sheets, False
            for key in gone:
                del self._kept[key]
        Thread(target=self._draw_ahead, args=(ahead,), daemon=True).start()

    def _draw_ahead(self, pictures: Sequence[tuple[str, int]]) -> None:
        """Draw pages before the browser asks for them."""
        for digest, width in pictures:
            self.picture(digest, width)

    def take_spots(self, spots: bytes) -> None:
        """Know what stands where on the pages."""
        with self._lock:
            self._spots, self._knows_spots = spots, False

    def picture(self, digest: str, width: int) -> bytes:
        """A page as PNG of a width in pixels; empty where it is not to be had."""
        with self._lock:
            if (digest, width) not in self._kept:
                number = self._sheets.get(digest)
                found = self._asked(DRAW, json.dumps([number, width]).encode()) if number is not None else b""
                if not found:
                    return b""
                self._keep((digest, width), found)
            self._kept.move_to_end((digest, width))
            return self._kept[digest, width]

    def find(self, words: str) -> bytes:
        """Where words stand, as JSON."""
        with self._lock:
            return self._asked(FIND, words.encode("utf-8", "replace")) or b"[]"

    def place(self, digest: str, x: float, y: float) -> list[Any] | None:
        """The path, line and column of what stands at a point, in points, and its area; None where nothing does."""
        with self._lock:
            number = self._sheets.get(digest)
            answer = self._asked(PLACE, json.dumps([number, x, y]).encode()) if number is not None else b""
        found = json.loads(answer or b"null")
        return found if isinstance(found, list) else None

    def close(self) -> None:
        """End the companion."""
        self._drawer.close()

    def _asked(self, kind: bytes, question: bytes) -> bytes:
        answers: list[bytes] = []
        try:
            if not self._is_open:
                self._drawer.ask(OPEN, self._pdf, lambda *_: None)
                self._is_open, self._knows_spots = True, False
            if kind == PLACE and not self._knows_spots:
                self._drawer.ask(SPOTS, self._spots, lambda *_: None)
                self._knows_spots = True
            self._drawer.ask(kind, question, lambda _, content: answers.append(content))
        except Lost:
            self._is_open = False
        return b"".join(answers)

    def _keep(self, key: tuple[str, int], content: bytes) -> None:
        self._kept[key] = content
        total = sum(map(len, self._kept.values()))
        while total > KEPT_BYTES and len(self._kept) > 1:
            total -= len(self._kept.popitem(last=False)[1])
