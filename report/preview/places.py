"""From a point on a page to the line of a file, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from report.pdf.fragment import Spot, Spots
from report.preview.wording import found_in, wherever
from report.source import Position, Source, Span

if TYPE_CHECKING:  # what finds places has no use for the PDF
    from report.pdf.appearance import Appearance

POINTS = 0.75
"""A CSS px, in points."""

NEAR_PX = 60.0
"""How far from a line a point may be that is meant for it."""


class Piece(Struct, frozen=True):
    """Pages that were laid out together, and where their blocks and notes come from."""

    spots: Spots
    blocks: tuple[Span, ...]
    notes: Mapping[str, Span]

    def span(self, spot: Spot) -> Span | None:
        """Where the block or the note of a spot stands."""
        known = self.blocks[spot.block] if 0 <= spot.block < len(self.blocks) else None
        return self.notes.get(spot.note) or known


class Place(Struct, frozen=True):
    """A place in a file, and the part of a page that belongs to it."""

    path: str
    position: Position
    area: tuple[float, float, float, float]
    """Left, top, right and bottom, in points from the top left corner of the sheet."""


class Places(Struct, frozen=True):
    """What stands where in a whole report."""

    pieces: tuple[Piece, ...]
    texts: Mapping[str, str]
    """The author's files by path, chapters first."""

    def packed(self) -> bytes:
        """As JSON."""
        pieces = [
            [one.spots, list(map(_listed, one.blocks)), {name: _listed(span) for name, span in one.notes.items()}]
            for one in self.pieces
        ]
        return json.dumps([pieces, self.texts], ensure_ascii=False).encode("utf-8", "replace")

    def at(self, sheet: int, x: float, y: float) -> Place | None:
        """The place of a point, in points, on a page, which is counted from 0; None where there is nothing."""
        for piece in self.pieces:
            if sheet < len(piece.spots):
                spot = _nearest(piece.spots[sheet], x / POINTS, y / POINTS)
                return self.place(piece, spot, x / POINTS) if spot else None
            sheet -= len(piece.spots)
        return None

    def place(self, piece: Piece, spot: Spot, x: float) -> Place | None:
        """The place of a point in a line, or a box, of a piece; None where it is in no file."""
        part = (x - spot.left) / max(1.0, spot.right - spot.left)
        span = piece.span(spot)
        if span is not None and span.path in self.texts:
            words = found_in(spot.text, part, self.texts[span.path], span.start, span.end)
            exact = Span(span.path, span.start if words is None else words)
        else:
            exact = wherever(spot.text, part, self.texts) or Span(next(iter(self.texts), ""))
        if exact.path not in self.texts:
            return None
        left, top, right, bottom = (edge * POINTS for edge in spot[:4])
        position = Source(exact.path, self.texts[exact.path]).position(exact.start)
        return Place(exact.path, position, (left, top, right, bottom))

    def of(self, path: str, start: int, end: int) -> tuple[int, float, float] | None:
        """The page on which a part of a file is printed, and how far down it begins and ends there, in points."""
        first, found = 0, None
        size = float("inf")
        for piece in self.pieces:
            spans = {*piece.blocks, *piece.notes.values()}
            around = [span for span in spans if span.path == path and span.start <= end and start <= span.end]
            span = min(around, key=lambda one: one.end - one.start, default=None)
            if span is not None and span.end - span.start < size:
                line = self._line(piece, span, start)
                if line is not None:
                    sheet, spot = line
                    size, found = span.end - span.start, (first + sheet, spot.top * POINTS, spot.bottom * POINTS)
            first += len(piece.spots)
        return found

    def _line(self, piece: Piece, span: Span, start: int) -> tuple[int, Spot] | None:
        """The line of a block, or of a note, that has the words at a place of its file."""
        own = [(sheet, spot) for sheet, spots in enumerate(piece.spots) for spot in spots if piece.span(spot) == span]
        before = None
        for sheet, spot in own:
            words = found_in(spot.text, 0, self.texts[span.path], span.start, span.end)
            if words is not None and words <= start:
                before = sheet, spot
        return before or next(iter(own), None)


def shifted(spots: tuple[Spot, ...], sheet: Appearance) -> tuple[Spot, ...]:
    """The spots of a page, counted from the corner of its sheet, which is larger where the page is to be trimmed."""
    right, down = sheet.left_pt / POINTS, sheet.top_pt / POINTS
    if not (right or down):
        return spots
    return tuple(
        one._replace(left=one.left + right, top=one.top + down, right=one.right + right, bottom=one.bottom + down)
        for one in spots
    )


def unpacked(content: bytes) -> Places:
    """What was packed."""
    pieces, texts = json.loads(content)
    return Places(tuple(Piece(*_piece(*piece)) for piece in pieces), texts)


def _piece(
    spots: list[list[list[object]]], blocks: list[list[object]], notes: dict[str, list[object]]
) -> tuple[Spots, tuple[Span, ...], dict[str, Span]]:
    return (
        tuple(tuple(Spot(*spot) for spot in sheet) for sheet in spots),  # type: ignore[arg-type]
        tuple(Span(*span) for span in blocks),  # type: ignore[arg-type]
        {anchor: Span(*span) for anchor, span in notes.items()},  # type: ignore[arg-type]
    )


def _listed(span: Span) -> list[object]:
    return [span.path, span.start, span.end]


def _nearest(spots: tuple[Spot, ...], x: float, y: float) -> Spot | None:
    """The line at a point; else the smallest box around it; else the line that is nearest."""
    lines = [spot for spot in spots if spot.text]
    at = next((spot for spot in lines if _distance(spot, x, y) == 0), None)
    boxes = [spot for spot in spots if not spot.text and _distance(spot, x, y) == 0]
    box = min(boxes, key=lambda one: (one.right - one.left) * (one.bottom - one.top), default=None)
    near = min(lines, key=lambda one: _distance(one, x, y), default=None)
    if at is None and box is not None:
        own = [spot for spot in lines if spot.block == box.block]
        near = min(own, key=lambda one: _distance(one, x, y), default=None)
        return near if near and _distance(near, x, y) < NEAR_PX / 3 else box
    return at or (near if near and _distance(near, x, y) < NEAR_PX else None)


def _distance(spot: Spot, x: float, y: float) -> float:
    across = max(spot.left - x, 0, x - spot.right)
    down = max(spot.top - y, 0, y - spot.bottom)
    return float(across + down)
