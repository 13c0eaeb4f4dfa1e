"""Where a bracket closes, looked for once for each: several rules ask, and every open one asks for those behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from markdown_it import helpers
from markdown_it.rules_inline import StateInline

if TYPE_CHECKING:
    from report.markdown.positions import PositionedState


def link_label_end(state: StateInline, start: int, disableNested: bool = False) -> int:
    """The place of the `]` that closes the bracket at `start`, or -1, as markdown-it's `parseLinkLabel` finds it."""
    labels = cast("PositionedState", state).labels
    asked = (start, state.posMax, disableNested)
    if asked not in labels:
        labels[asked] = _looked_for(state, start, disableNested, labels)
    return labels[asked]


def _looked_for(state: StateInline, start: int, disable_nested: bool, labels: dict[tuple[int, int, bool], int]) -> int:
    position, state.pos = state.pos, start + 1
    level = 1
    end = -1
    while state.pos < state.posMax:
        before, mark = state.pos, state.src[state.pos]
        if mark == "]":
            level -= 1
            if level == 0:
                end = before
                break
        state.md.inline.skipToken(state)
        if mark == "[" and state.pos == before + 1:
            if labels.get((before, state.posMax, False)) == -1:
                break  # what stays open in a bracket keeps it open
            level += 1
        elif mark == "[" and disable_nested:
            break
    state.pos = position
    return end


class Helpers:
    """What markdown-it's rules call by these names."""

    parseLinkLabel = staticmethod(link_label_end)
    parseLinkDestination = staticmethod(helpers.parseLinkDestination)
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)
