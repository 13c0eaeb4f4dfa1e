"""What a worker keeps from one layout to the next makes no difference to any page."""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from random_documents import Setting, unit
from weasyprint.draw.text import draw_text

from report.pdf import layout
from report.pdf.fragment import LaidOut, Unit
from report.pdf.glyphs import Glyphs
from report.pdf.measuring import measured
from report.pdf.memory import BRIEF, LONG, Memory, Room
from report.pdf.resuming import Chapters, page
from report.prepress import Prepress

EDITS = 2

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text x="1" y="12">Tonnage </text></svg>"""


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


@pytest.mark.parametrize("seed", ["31", "101"])
def test_words_changed_and_changed_back_are_as_if_they_were_laid_out_for_the_first_time(
    seed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "_room", LONG)
    one = unit(seed, Setting(letter=True, two_sided=True), tmp_path / "project")
    one = replace(one, css=f"{one.css}/* words of {seed} */")
    chance, text = random.Random(seed), one.html
    texts = [text]
    for _ in range(2):
        at = chance.choice([found.start() for found in re.finditer(r" (?:the|of|and|to) ", text)])
        text = f"{text[:at]} archive{' of the harbour registers' * chance.choice([0, 9])}{text[at:]}"
        texts.append(text)
    for number, html in enumerate((*texts, texts[0])):
        edited = replace(one, html=html)
        assert content(layout.lay_out(edited)) == content(anew(edited)), f"edit {number}"


def test_a_changed_word_makes_its_own_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_room", LONG)
    made = []
    make = page.remake_page
    monkeypatch.setattr(page, "remake_page", lambda place, *given: made.append(place) or make(place, *given))
    one = drawn()
    pages = layout.lay_out(one).fragment.page_count
    assert pages > 5
    made.clear()
    edited = replace(one, html=one.html.replace("word 12 ", "work 12 "))
    laid = layout.lay_out(edited)
    assert 0 < len(made) <= 2
    assert content(laid) == content(anew(edited))


def test_what_else_has_changed_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_room", LONG)
    one = drawn()
    pressed = replace(one, prepress=Prepress(profile=b"", bleed_pt=9, marks=("crop",)))
    drawing = replace(one, html=one.html.replace("Tonnage", "Tolls", 1))
    linked = replace(one, html=one.html.replace("#p4", "#p5"))
    shown = replace(one, html=one.html.replace("word 12 ", ""))
    named = replace(one, css=f"{one.css} a::after {{ content: target-text(attr(href)) }}")
    told = replace(named, html=named.html.replace("word 12 ", "work 12 "))
    for number, edited in enumerate((one, pressed, one, drawing, linked, shown, one, named, told)):
        assert content(layout.lay_out(edited)) == content(anew(edited)), f"edit {number}"


def drawn() -> Unit:
    """A chapter of links, notes and drawings."""
    note = (
        '<span class="fn" id="fn-{0}"><span class="note-number"><a href="#ref-{0}">{0}</a>.</span>A note.</span>'
        '<span class="call"><a id="ref-{0}" href="#fn-{0}">{0}</a></span>'
    )
    paragraphs = (
        f'<p id="p{number}">{DRAWING if number % 7 == 0 else ""}The word {number} {"of harbour registers " * 40}'
        f'<a href="#p4">there</a>{note.format(number)} it is.</p>'
        for number in range(24)
    )
    css = """@page { size: 400pt 500pt; @top-left { content: string(title) } @bottom-left { content: counter(page) } }
    @page { @footnote { background: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='54' \
height='1'%3E%3Crect width='54' height='1'/%3E%3C/svg%3E") no-repeat } }
    h1 { string-set: title content() } .fn { float: footnote } .fn::footnote-marker { content: none }"""
    html = f"<!DOCTYPE html><html><head></head><body><h1>Tolls</h1>{''.join(paragraphs)}</body></html>"
    return Unit("drawn", html, css, 1, False, 0, {})


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
        patch.setattr(Chapters, "render", plainly)
        patch.setattr(Glyphs, "in_use", lambda _: nullcontext())
        patch.setattr(Glyphs, "draw_text", staticmethod(draw_text))
        return layout.lay_out(one)


def plainly(_: Chapters, name: str, source: Any, **given: Any) -> tuple[Any, Any]:
    with measured():
        return source.render(**given), source.etree_element


def content(laid: LaidOut) -> tuple[object, ...]:
    """All but the digest, which is one of objects and not of what they are worth."""
    return replace(laid.fragment, digest=""), laid.objects, laid.spots
