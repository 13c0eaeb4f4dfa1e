"""What a stylesheet hides: text of the HTML that has no box, or one in which nobody can see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes

from report.pdf.ink import channels
from report.pdf.letters import letters

TINY_PX = 4 / 3
"""The size, 1 pt, below which text is none."""

FAINT = 0.1
"""The part of its colour below which text is none."""

ALIKE = 0.06
"""By how much of full strength a colour differs at most from one that it cannot be told from."""

HIDDEN, LIKE_GROUND = "is hidden by a stylesheet", "has the colour of what it stands on"


class Passage(NamedTuple):
    """The text that stands directly in one element, as it was to be laid out."""

    element: Any
    text: str
    note: str
    """The anchor of the note that it belongs to; empty in the body."""
    fault: str = ""
    """Why nobody can see it."""
    notes: frozenset[str] = frozenset()
    """Those that are hidden with it."""


class _Ground(NamedTuple):
    """What is around a box."""

    opacity: float
    colour: Any
    """None where nobody knows: there is a picture, or something may lie over it."""


def passages(box: Any, note: str) -> Iterator[Passage]:
    """The text below a box, without what a stylesheet makes."""
    page = None if _has_layers(box) else _WHITE
    waiting = [(box, _Ground(1, page))]
    while waiting:
        box, ground = waiting.pop()
        if isinstance(box, boxes.TextBox):
            if "::" not in (box.element_tag or "") or box.element_tag.endswith("::first-letter"):
                yield Passage(box.element, box.text, note, _fault(box.style, ground))
        else:
            around = _around(box.style, ground)
            waiting.extend((child, around) for child in reversed(box.children))


_WHITE = (1.0, 1.0, 1.0)


def _has_layers(root: Any) -> bool:
    """Whether something coloured is taken out of the flow, so that it may lie behind any text."""
    return any(
        box.style["position"] in ("absolute", "fixed") and not _is_clear(box.style) for box in root.descendants()
    )


def _is_clear(style: Any) -> bool:
    return _strength(style["background_color"]) == 0 and all(kind == "none" for kind, _ in style["background_image"])


def _strength(colour: Any) -> float:
    return 1.0 if colour == "currentcolor" else float(colour.alpha)


def _around(style: Any, ground: _Ground) -> _Ground:
    opacity = ground.opacity * style["opacity"]
    if _is_clear(style):
        return ground if opacity == ground.opacity else ground._replace(opacity=opacity)
    colour = style["background_color"]
    has_picture = any(kind != "none" for kind, _ in style["background_image"])
    is_flat = not has_picture and colour != "currentcolor" and colour.alpha > 1 - FAINT
    return _Ground(opacity, channels(colour) if is_flat else None)


def _fault(style: Any, ground: _Ground) -> str:
    """Why nobody can see a text; empty where it can be seen."""
    colour = style["color"]
    if style["visibility"] != "visible" or style["font_size"] < TINY_PX or colour.alpha * ground.opacity < FAINT:
        return HIDDEN
    if ground.colour is None:
        return ""
    differences = (abs(one - other) for one, other in zip(channels(colour), ground.colour, strict=True))
    return LIKE_GROUND if max(differences) < ALIKE else ""


def hidden(root: Any, found: Iterable[Passage]) -> Iterator[Passage]:
    """The text of the body that cannot be seen, what stands in a row as one, at its first element."""
    seen: dict[Any, int] = {}
    faults: dict[Any, str] = {}
    for passage in found:
        if passage.fault:
            faults.setdefault(passage.element, passage.fault)
        else:
            seen[passage.element] = seen.get(passage.element, 0) + len(letters(passage.text))
    judged = (
        (element, note, text, len(letters(text)) > seen.get(element, 0) and faults.get(element, HIDDEN))
        for element, note, text in _texts(root)
    )
    for fault, group in groupby(judged, key=lambda one: one[3]):
        if fault:
            rows = tuple(group)
            words = " ".join(text for _, _, text, _ in rows)
            yield Passage(rows[0][0], words, rows[0][1], str(fault), frozenset(note for _, note, _, _ in rows))


def _texts(root: Any) -> Iterator[tuple[Any, str, str]]:
    """Each element with the note it is in, and the text that stands directly in it."""
    waiting = [(root, "")]
    while waiting:
        element, note = waiting.pop()
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in _NO_TEXT:
            continue
        if element.get("class") == "fn":
            note = element.get("id", "")
        text = "".join((element.text or "", *(child.tail or "" for child in element)))
        if letters(text):
            yield element, note, text
        waiting.extend((child, note) for child in reversed(element))


_NO_TEXT = ("head", "script", "style", "template", "title", "noscript", "svg", "object", "iframe", "textarea")
