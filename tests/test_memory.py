"""What a worker keeps from one layout to the next makes no difference to any page."""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from random_documents import Setting, unit
from weasyprint.draw.text import draw_text

from report.pdf import layout
from report.pdf.fragment import LaidOut, Unit
from report.pdf.glyphs import Glyphs
from report.pdf.memory import BRIEF, LONG, Memory, Room

EDITS = 2


@pytest.mark.parametrize(
    ("seed", "setting", "room"), [("3", Setting(), LONG), ("17", Setting(letter=True, two_sided=True), BRIEF)]
)
def test_a_chapter_edited_again_and_again_is_as_if_it_were_laid_out_for_the_first_time(
    seed: str, setting: Setting, room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "_room", room)
    one = unit(seed, setting, tmp_path / "project")
    one = replace(one, css=f"{one.css}/* {room} */")  # a stylesheet that nothing is known of
    gc.disable()
    layout.lay_out(one)
    for number, edited in enumerate(edits(one, random.Random(seed))):
        assert content(layout.lay_out(edited)) == content(anew(edited)), f"edit {number}"
    gc.enable()


def test_what_weasyprint_says_of_a_chapter_it_says_each_time(tmp_path: Path) -> None:
    one = unit("0", Setting(), tmp_path / "project")
    odd = replace(one, html=one.html.replace("<p>", '<p style="width: calc(1px * wide)">', 1))
    said = [layout.lay_out(odd).fragment.messages for _ in range(3)]
    assert any("calc" in message for message in said[0])
    assert said[0] == said[1] == said[2]


def test_units_of_the_page_follow_the_page(tmp_path: Path) -> None:
    one = unit("0", Setting(), tmp_path / "project")
    wide = replace(one, css=one.css + "p { font-size: 2vw }")
    layout.lay_out(wide)
    assert content(layout.lay_out(wide)) == content(anew(wide))


def edits(one: Unit, chance: random.Random) -> Iterator[Unit]:
    """The document with words, sentences and paragraphs changed, each edit on top of the one before."""
    text = one.html
    for _ in range(EDITS):
        words = [found.start() for found in re.finditer(r" (?:the|of|and|to) ", text)]
        paragraphs = [found.span() for found in re.finditer(r"<p>[^<]*</p>", text)]
        at = chance.choice(words)
        kind = chance.randrange(4)
        if kind == 0:
            text = f"{text[:at]} reconstruction{text[at:]}"
        elif kind == 1:
            text = f"{text[:at]}{' of the harbour registers' * 12}{text[at:]}"
        elif kind == 2 and paragraphs:
            begin, end = chance.choice(paragraphs)
            text = f"{text[:begin]}{text[end:]}"
        else:
            text = f"{text[:at]}<em> loudly</em>{text[at:]}"
        yield replace(one, html=text)


def anew(one: Unit) -> LaidOut:
    """Laid out with nothing kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Memory, "in_use", lambda _: nullcontext())
        patch.setattr(Glyphs, "in_use", lambda _: nullcontext())
        patch.setattr(Glyphs, "draw_text", staticmethod(draw_text))
        return layout.lay_out(one)


def content(laid: LaidOut) -> tuple[object, ...]:
    """All but the digest, which is one of objects and not of what they are worth."""
    return replace(laid.fragment, digest=""), laid.objects, laid.spots
