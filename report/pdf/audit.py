"""The audit of laid-out pages: every note once, whole and in its place, every word printed, no line off the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from itertools import groupby, pairwise
from typing import Any

from msgspec import Struct

from report.pdf.fragment import OUT_OF_ORDER, OVER_EDGE, Anchor, Fault
from report.pdf.hiding import LIKE_GROUND, Passage
from report.pdf.letters import letters
from report.pdf.lines import Area, Line, Recording, Sheet, sheets
from report.pdf.standin import KNOWN

SLACK_PX = 1.5
"""How far a line may stand out: rounding, and what a stylesheet moves by a hair."""

QUOTED_CHARACTERS = 60
"""How much of a text a fault quotes."""


class NotePart(Struct, frozen=True):
    """A note in HTML, or a part of a long one."""

    anchor: str
    call: str
    """The anchor of its call."""


def note_parts(html: str) -> tuple[NotePart, ...]:
    """The parts of notes in the order of their calls; the first of a note leads back to its call."""
    found: list[NotePart] = []
    for anchor, call in _PARTS.findall(html):
        found.append(NotePart(unescape(anchor), unescape(call) or found[-1].call))
    return tuple(found)


_PARTS = re.compile(r'<span class="fn" id="([^"]+)">(?:<span class="note-number"><a href="#([^"]+)")?')


class Finding(Struct, frozen=True):
    """A fault where it was found."""

    fault: Fault
    element: Any = None
    """The one that holds the text; None where the fault is a note's."""


def audit(
    parts: Sequence[NotePart], anchors: Mapping[str, Anchor], document: Any, recording: Recording
) -> tuple[Finding, ...]:
    """What is wrong on the pages; one fault for each note."""
    printed: dict[Any, list[str]] = {}
    laid_out = tuple(sheets(document, printed))
    found = (
        *_of_hidden(recording.hidden, _has_ground(document)),
        *_of_anchors(parts, anchors, document, laid_out),
        *(fault for sheet in laid_out for fault in _of_lines(sheet)),
        *_over_edge(laid_out),
        *_of_words(recording.passages, printed),
    )
    hidden = frozenset[str]().union(*(passage.notes for passage in recording.hidden if not passage.note))
    notes: dict[str, Finding] = {}
    for finding in found:
        if finding.fault.anchor and finding.fault.anchor not in hidden:
            notes.setdefault(finding.fault.anchor, Finding(finding.fault))
    return (*notes.values(), *(finding for finding in found if not finding.fault.anchor))


def _of_hidden(passages: Iterable[Passage], has_ground: bool) -> Iterator[Finding]:
    for passage in passages:
        if passage.fault != LIKE_GROUND or not has_ground:
            count = len(passage.text.split())
            yield Finding(Fault(passage.note, passage.fault, _quoted([passage.text]), count), passage.element)


def _has_ground(document: Any) -> bool:
    """Whether pages have a colour, so that nobody knows what stands on white."""
    return KNOWN and any(page._page_box.style["background_color"].alpha > 0 for page in document.pages)


def _of_anchors(
    parts: Sequence[NotePart], anchors: Mapping[str, Anchor], document: Any, laid_out: Sequence[Sheet]
) -> Iterator[Finding]:
    """The notes that are on no page, on two, before their call or an earlier note, outside the text block.

    Where a page ends within a row of a table, the notes of its last cell may come before those of its first.
    """
    counts: dict[str, int] = {}
    for page in document.pages:
        for name in page.anchors:
            counts[name] = counts.get(name, 0) + 1
    latest: dict[int, tuple[int, float]] = {}
    for part in parts:
        place, call = anchors.get(part.anchor), anchors.get(part.call)
        if place is None:
            yield Finding(Fault(part.anchor, "is on no page"))
            continue
        at = (place.page, place.top_px)
        called = call.page if call else 0
        if counts[part.anchor] > 1:
            yield Finding(Fault(part.anchor, "is printed more than once"))
        elif call is not None and place.page < call.page:
            yield Finding(Fault(part.anchor, "stands before its call"))
        elif any(at < other for page, other in latest.items() if page <= called):
            yield Finding(Fault(part.anchor, OUT_OF_ORDER))
        elif not _is_inside(document.pages[place.page].anchors[part.anchor], _block(place.page, document, laid_out)):
            yield Finding(Fault(part.anchor, "reaches outside the text block"))
        latest[called] = max(latest.get(called, at), at)


def _block(page: int, document: Any, laid_out: Sequence[Sheet]) -> Area:
    """The text block of a page; the page where nobody knows."""
    if laid_out:
        return laid_out[page].block
    return Area(0, 0, document.pages[page].width, document.pages[page].height)


def _is_inside(inner: Sequence[float], outer: Area) -> bool:
    left, top, right, bottom = inner
    is_wide = left < outer.left - SLACK_PX or right > outer.right + SLACK_PX
    return not is_wide and top >= outer.top - SLACK_PX and bottom <= outer.bottom + SLACK_PX


def _of_lines(sheet: Sheet) -> Iterator[Finding]:
    """The lines of a page that are cut, off the page or over others; one fault for all of a kind."""
    notes = [line for line in sheet.lines if line.note]
    judged: dict[tuple[str, str], list[Line]] = {}
    for line in sheet.lines:
        words = _judged(line, sheet, notes)
        if words and words != OVER_EDGE:
            judged.setdefault((line.note, words), []).append(line)
    for (note, words), lines in judged.items():
        yield Finding(Fault(note, words, _quoted(line.text for line in lines)), lines[0].element)
    areas = [(note, [line.area for line in group]) for note, group in groupby(notes, key=lambda line: line.note)]
    for (_, above), (note, below) in pairwise(areas):
        if min(area.top for area in below) < max(area.bottom for area in above) - SLACK_PX:
            yield Finding(Fault(note, "is laid over another note"))


def _over_edge(laid_out: Sequence[Sheet]) -> Iterator[Finding]:
    """What stands over an edge; one fault for all that a table, a paragraph or a piece of code has of it."""
    first: dict[tuple[str, Any], Line] = {}
    for sheet in laid_out:
        notes = [line for line in sheet.lines if line.note]
        for line in sheet.lines:
            if _judged(line, sheet, notes) == OVER_EDGE:
                first.setdefault((line.note, line.cause), line)
    for line in first.values():
        yield Finding(Fault(line.note, OVER_EDGE, _quoted([line.text])), line.element)


def _judged(line: Line, sheet: Sheet, notes: Sequence[Line]) -> str:
    """What is wrong with a line; empty if nothing is."""
    area = line.area
    if line.is_picture:
        return OVER_EDGE if _stands_out(area, sheet.paper) else ""
    if line.window and _is_cut(area, line.window):
        return "is cut off"
    if not _overlap(area, sheet.paper) or _runs_out(area, sheet.paper) or _is_drawn_out(line, sheet.paper):
        return "is off the page"
    if line.note:
        fault = _of_note_line(area, sheet)
    elif line.is_placed:
        fault = "is laid over a note" if any(_overlap(area, note.area) for note in notes) else ""
    else:
        fault = _of_body_line(area, sheet)
    return fault or (OVER_EDGE if _stands_out(area, sheet.paper) else "")


def _stands_out(area: Area, paper: Area) -> bool:
    return area.left < -SLACK_PX or area.right > paper.right + SLACK_PX or area.bottom > paper.bottom + SLACK_PX


def _is_drawn_out(line: Line, paper: Area) -> bool:
    """Whether most of a line is before the page, where nothing is but what a stylesheet puts there."""
    before = line.area.right - paper.right if line.runs_left else -line.area.left
    return before > (line.area.right - line.area.left) / 2 or before > paper.right


def _of_note_line(area: Area, sheet: Sheet) -> str:
    if _runs_out(area, sheet.block):
        return "reaches outside the text block"
    return "is laid over the text" if area.top < sheet.notes_top - SLACK_PX else ""


def _of_body_line(area: Area, sheet: Sheet) -> str:
    if area.bottom > sheet.block.bottom + SLACK_PX:
        return "runs off the page"
    if area.bottom > sheet.notes_top + SLACK_PX:
        return "runs into the notes"
    return OVER_EDGE if area.top < sheet.block.top - SLACK_PX else ""


def _runs_out(area: Area, outer: Area) -> bool:
    return area.top < outer.top - SLACK_PX or area.bottom > outer.bottom + SLACK_PX


def _is_cut(area: Area, window: Area) -> bool:
    """Whether part of the text is hidden; half the leading may be."""
    hidden = (area.bottom - area.top) / 4 + SLACK_PX
    return (
        area.top < window.top - hidden
        or area.bottom > window.bottom + hidden
        or area.left < window.left - SLACK_PX
        or area.right > window.right + SLACK_PX
    )


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.left < other.right - SLACK_PX
        and other.left < one.right - SLACK_PX
        and one.top < other.bottom - SLACK_PX
        and other.top < one.bottom - SLACK_PX
    )


def _of_words(passages: Iterable[Passage], printed: Mapping[Any, Sequence[str]]) -> Iterator[Finding]:
    """The words that are in no line; one fault for elements in a row that miss some."""
    wanted: dict[Any, tuple[str, list[str]]] = {}
    for passage in passages:
        wanted.setdefault(passage.element, (passage.note, []))[1].append(passage.text)
    missing = (
        (note, element, _missing("".join(texts), "".join(printed.get(element, ()))))
        for element, (note, texts) in wanted.items()
        if letters(texts)
    )
    for (note, is_missing), group in groupby(missing, key=lambda found: (found[0], bool(found[2]))):
        if is_missing:
            elements = tuple(group)
            words = [word for _, _, words in elements for word in words]
            yield Finding(Fault(note, "is not printed", _quoted(words), len(words)), elements[0][1])


def _missing(wanted: str, printed: str) -> list[str]:
    """The words of a text that are not printed; what is printed several times, as a table's head, is no fault."""
    wanted_letters, found = letters(wanted), letters(printed)
    if wanted_letters == found or _are_among(wanted_letters, found):
        return []
    missing = []
    place = 0
    for word in wanted.split():
        kept = letters(word)
        at = found.find(kept, place, place + len(kept) + (REACH_CHARACTERS if len(kept) > 3 else 0))
        if at < 0:
            missing.append(word)
        else:
            place = at + len(kept)
    return missing or [_quoted([wanted])]


REACH_CHARACTERS = 40
"""How far behind the last word that was found the next long one is looked for."""


def _are_among(wanted: str, found: str) -> bool:
    """Whether all letters are among those found, in their order."""
    waiting = iter(found)
    return all(letter in waiting for letter in wanted)


def _quoted(texts: Iterable[str]) -> str:
    """The beginning of a text."""
    text = " ".join(" ".join(texts).split())
    if len(text) <= QUOTED_CHARACTERS:
        return text
    begun = text[:QUOTED_CHARACTERS]
    return f"{begun.rpartition(' ')[0] or begun} …"
