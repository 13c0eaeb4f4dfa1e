"""Positions of cites over the whole document. CSL 1.0.2, sections "Choose" (`position`) and "Note Distance"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from report.csl.context import Position
from report.csl.model import Citation, Cite


class Placed(Struct, frozen=True):
    """The position of a cite and what else depends on the cites before it."""

    position: Position = Position.FIRST
    near_note: bool = False
    first_note: int = 0
    """Number of the note with the first cite of the item; 0 if that was not in a note, or this is it."""


FIRST = Placed()


def place(citations: Sequence[Citation], restart: bool, distance: int) -> list[list[Placed]]:
    """The position of every cite of every citation, all starting anew in each chapter if `restart`."""
    tracker = _Tracker(distance)
    placed: list[list[Placed]] = []
    chapter = citations[0].chapter if citations else 0
    for citation in citations:
        if restart and citation.chapter != chapter:
            tracker = _Tracker(distance)
        chapter = citation.chapter
        placed.append(tracker.place(citation))
    return placed


class _Tracker:
    """What was cited so far."""

    def __init__(self, distance: int) -> None:
        self._distance = distance
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._note: list[Citation] = []
        """The citations of the last note with any."""
        self._text: list[Citation] = []
        """The last citation outside the notes, which follow a chain of their own."""
        self._number = 0

    def place(self, citation: Citation) -> list[Placed]:
        """The positions in the next citation."""
        placed = []
        for index, cite in enumerate(citation.cites):
            before = citation.cites[index - 1] if index else self._lone_cite(citation)
            placed.append(self._place(cite, before, citation.note_number))
            self._first.setdefault(cite.id, citation.note_number)
            self._last[cite.id] = citation.note_number
        self._remember(citation)
        return placed

    def _remember(self, citation: Citation) -> None:
        if not citation.note_number:
            self._text = [citation]
            return
        if citation.note_number != self._number:
            self._note = []
        self._note.append(citation)
        self._number = citation.note_number

    def _lone_cite(self, citation: Citation) -> Cite | None:
        """The cite that "ibid." at the start of a citation points to: the last one, if nothing else stands beside it.

        From one note to the next the whole note counts, as the reader sees no citations in it.
        """
        number = citation.note_number
        same_place = not number or number == self._number
        beside = self._citations(number)[-1:] if same_place else self._note
        cites = [cite for before in beside for cite in before.cites]
        if len({cite.id for cite in cites}) != 1:
            return None
        # A note in between, even one without citations, breaks the chain.
        if number - self._number > 1 and self._number:
            return None
        return cites[-1]

    def _citations(self, number: int) -> list[Citation]:
        return self._note if number else self._text

    def _place(self, cite: Cite, before: Cite | None, note: int) -> Placed:
        if cite.id not in self._first:
            return FIRST
        first, last = self._first[cite.id], self._last[cite.id]
        near = bool(note and last) and note - last <= self._distance
        position = Position.SUBSEQUENT
        if before is not None and before.id == cite.id:
            position = _ibid(before, cite)
        return Placed(position, near, first)


def _ibid(before: Cite, cite: Cite) -> Position:
    if not cite.locator:
        return Position.SUBSEQUENT if before.locator else Position.IBID
    same = before.locator == cite.locator and before.label == cite.label
    return Position.IBID if same else Position.IBID_WITH_LOCATOR
