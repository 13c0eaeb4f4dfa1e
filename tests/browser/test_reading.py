"""The HTML edition in a real browser: what its readers see, at every width, by day and by night."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from facts import facts, needs_poppler, squeezed

from report.build import build
from report.cache import Cache
from report.choices import Choices
from report.document import BibliographyEntry, Figure, Note, Table, plain_text, walk
from report.front import link
from report.linking import resolve
from report.press import Press
from report.project import read
from report.workers import Workers

ROOT = Path(__file__).parent.parent.parent

Open = Callable[..., Any]
"""Opens one of the pages, by name, at a width."""

NAMES = ("briefing", "stress")

NOTES = """() => [...document.querySelectorAll('.note')].map(note => {
    const call = document.querySelector(note.querySelector('.note-number').getAttribute('href').replace(/^#(.*)$/,
        (_, id) => '#' + CSS.escape(id)))
    const box = one => { const found = one.getBoundingClientRect(); return {
        top: found.top + scrollY, bottom: found.bottom + scrollY, left: found.left, right: found.right } }
    return { id: note.id, text: note.querySelector('.note-text').textContent, number: parseInt(note.textContent),
        box: box(note), call: box(call), called: call.textContent }
})"""

OUTSIDE = """() => [...document.querySelectorAll('article *')].filter(one => !one.closest('.notes'))
    .flatMap(one => [...one.childNodes].filter(child => child.nodeType === 3 && child.data.trim()))
    .flatMap(text => { const range = document.createRange(); range.selectNodeContents(text)
        const frame = (text.parentElement.closest('.tbl, .scroller, pre') || document.body).getBoundingClientRect()
        return [...range.getClientRects()].filter(box => box.width > 1 && box.left < frame.right)
            .map(({ top, bottom, left, right }) =>
                ({ top: top + scrollY, bottom: bottom + scrollY, left, right: Math.min(right, frame.right) })) })
"""

CONTRASTS = """() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const parsed = text => {
        canvas.fillStyle = text
        canvas.fillRect(0, 0, 1, 1)
        return [...canvas.getImageData(0, 0, 1, 1).data] }
    const linear = part => part / 255 <= .04045 ? part / 255 / 12.92 : ((part / 255 + .055) / 1.055) ** 2.4
    const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b)
    const behind = one => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor
            if (colour !== 'rgba(0, 0, 0, 0)') return parsed(colour) }
        return [255, 255, 255] }
    const low = [], ratios = {}
    for (const one of document.querySelectorAll('body *')) {
        const words = [...one.childNodes].filter(child => child.nodeType === 3 && child.data.trim())
        if (!words.length || !one.checkVisibility()) continue
        const style = getComputedStyle(one), ground = behind(one)
        const colour = one.closest('svg') ? style.fill : style.color
        const [light, dark] = [luminance(parsed(colour)), luminance(ground)].sort((a, b) => b - a)
        const ratio = ratios[colour + ground] = (light + .05) / (dark + .05)
        if (ratio < 4.5) low.push([one.tagName, one.className.toString(), colour, ratio]) }
    return [low, Object.keys(ratios).length] }"""


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    apart = one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
    return not apart and one["left"] < other["right"] - 1 and other["left"] < one["right"] - 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [1000, 1400, 1700])
def test_notes_stand_beside_their_calls_and_over_nothing(opened: Open, name: str, width: int) -> None:
    page = opened(name, width)
    notes = page.evaluate(NOTES)
    text = page.evaluate(OUTSIDE)
    assert len(notes) > 40
    for before, note in pairwise(notes):
        assert note["box"]["top"] >= before["box"]["bottom"], f"note {note['number']} lies on the one before"
    for note in notes:
        assert note["box"]["left"] >= note["call"]["right"]
        assert note["box"]["right"] <= width
        assert not any(overlap(note["box"], line) for line in text), f"note {note['number']} lies on text"
    above = [note["number"] for note in notes if note["box"]["top"] < note["call"]["top"] - 12]
    assert above == [], "notes above their calls"
    after_a_gap = [
        note["box"]["top"] - note["call"]["top"]
        for before, note in pairwise(notes)
        if note["box"]["top"] - before["box"]["bottom"] > 12
    ]
    assert max(after_a_gap, default=0) < 12, "where nothing is in the way a note is beside its call"


def test_notes_of_the_briefing_are_never_far_from_their_calls(opened: Open) -> None:
    late = [note["box"]["top"] - note["call"]["top"] for note in opened("briefing").evaluate(NOTES)]
    assert sorted(late)[len(late) // 2] < 30
    assert max(late) < 400


@pytest.mark.parametrize("width", [980, 1150, 1400])
def test_a_chapter_leaves_room_for_notes_that_are_longer_than_its_text(opened: Open, width: int) -> None:
    page = opened("stress", width)
    notes = {note["id"]: note for note in page.evaluate(NOTES)}
    ends = page.evaluate(
        "() => [...document.querySelectorAll('.chapter')].map(one => one.getBoundingClientRect().bottom + scrollY)"
    )
    starts = {note["number"]: min(end for end in ends if end > note["call"]["top"]) for note in notes.values()}
    for note in notes.values():
        assert note["box"]["bottom"] < starts[note["number"]] + 300, f"note {note['number']} runs into the next chapter"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [390, 1400])
def test_every_call_leads_to_its_note_and_back(opened: Open, name: str, width: int) -> None:
    page = opened(name, width)
    notes = page.evaluate(NOTES)
    assert [note["number"] for note in notes] == list(range(1, len(notes) + 1))
    assert all(note["called"] == str(note["number"]) for note in notes)
    calls = page.eval_on_selector_all(
        "[role=doc-noteref]", "all => all.map(one => [one.getAttribute('href').slice(1), one.textContent])"
    )
    assert {target for target, _ in calls} == {note["id"] for note in notes}
    assert all(text == str(next(n["number"] for n in notes if n["id"] == target)) for target, text in calls)
    for note in (notes[0], notes[len(notes) // 2], notes[-1]):
        page.click(f"[role=doc-noteref][href='#{note['id']}']")
        place = page.locator(f"[id='{note['id']}']")
        assert in_view(place), f"note {note['number']} can be read"
        place.locator("[role=doc-backlink]").click()
        assert in_view(page.locator(f"[role=doc-noteref][href='#{note['id']}']").first)


def in_view(place: Any) -> bool:
    return 0 <= place.evaluate("one => one.getBoundingClientRect().top") < 900


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 390, 768, 1000, 1400, 1920])
def test_nothing_scrolls_sideways_but_tables_charts_and_code(opened: Open, name: str, width: int) -> None:
    page = opened(name, width)
    wide, beyond = page.evaluate(
        """() => [document.scrollingElement.scrollWidth,
            [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1
                && !one.closest('.tbl, .scroller, pre')).map(one => one.outerHTML.slice(0, 80))]"""
    )
    assert (wide, beyond) == (width, [])


@pytest.mark.parametrize("name", NAMES)
def test_on_a_narrow_screen_notes_stand_behind_their_chapter(opened: Open, name: str) -> None:
    page = opened(name, 390)
    inside = page.evaluate(
        """() => [...document.querySelectorAll('.chapter')].every(chapter =>
            [...chapter.querySelectorAll('.note')].every(note => note.getBoundingClientRect().bottom
                <= chapter.getBoundingClientRect().bottom + 1))"""
    )
    assert inside
    assert page.locator(".notes-heading").first.is_visible()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1500])
def test_all_text_can_be_read_by_day_and_by_night(opened: Open, name: str, scheme: str, width: int) -> None:
    low, pairs = opened(name, width, scheme).evaluate(CONTRASTS)
    assert low == []
    assert pairs > 6


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere_and_ids_are_there_once(opened: Open, name: str) -> None:
    page = opened(name)
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    targets = page.eval_on_selector_all("a[href^='#']", "all => all.map(one => one.getAttribute('href').slice(1))")
    assert len(targets) > 100
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_fonts_are_there(opened: Open, name: str) -> None:
    page = opened(name)
    assert page.evaluate("() => [...document.images].every(one => one.complete && one.naturalWidth > 0 && one.alt)")
    faces = page.evaluate("() => [...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)")
    assert {"Report Serif", "Report Sans", "Report Display", "Report Small"} <= {face.strip('"') for face in faces}
    assert page.evaluate("() => [...document.fonts].every(one => one.status !== 'error')")


def test_a_charts_text_is_text_and_its_colours_are_the_pages(opened: Open) -> None:
    by_day, by_night = (
        opened("stress", scheme=scheme).evaluate(
            "() => [document.querySelector('svg text').textContent, "
            "getComputedStyle(document.querySelector('svg rect')).fill]"
        )
        for scheme in ("light", "dark")
    )
    assert by_day[0] == by_night[0] == "Tyre"
    assert by_day[1] != by_night[1]


def test_a_project_has_its_variables_and_its_rules_for_screens(opened: Open) -> None:
    page = opened("stress")
    colour, spacing = page.evaluate(
        "() => [getComputedStyle(document.querySelector('.note-number')).color, "
        "getComputedStyle(document.querySelector('.own')).letterSpacing]"
    )
    assert colour == "rgb(122, 31, 107)"
    assert spacing == "3px"
    assert "lime" not in page.content()


def test_text_for_one_output_is_in_that_output(opened: Open) -> None:
    words = opened("stress").inner_text("article")
    assert "Only on screens." in words
    assert "A note on screens." in words
    assert "on paper" not in words


def test_the_mark_and_the_draft_are_always_seen(opened: Open) -> None:
    page = opened("stress", 390)
    for place in ("sec-dense", "sec-last"):
        page.evaluate("place => document.getElementById(place).scrollIntoView()", place)
        marks = page.locator(".marks")
        assert marks.evaluate("one => one.getBoundingClientRect().top") == 0
        assert marks.inner_text().split() == ["TLP:AMBER", "DRAFT"]


def test_what_assistive_technology_finds(opened: Open) -> None:
    page = opened("stress")
    assert page.title() == "Harbours & “Straits”"
    assert page.get_attribute("html", "lang") == "en-GB"
    assert page.get_attribute("meta[name=description]", "content") == "Notes close together, long notes, wide tables."
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("main article").count() == 1
    assert page.locator("[role=doc-toc] a").count() >= 5
    assert page.get_attribute("[lang=ar]", "dir") == "rtl"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.tagName") == "MAIN"


def test_the_page_asks_for_nothing_and_runs_nothing(pages: dict[str, Path]) -> None:
    html = unescape(pages["stress"].read_text("utf-8"))
    assert "default-src 'none'" in html
    assert "<script" not in html
    named = {"".join(found)[:20] for found in re.findall(r'(?:src|href)="([^"]*)"|url\("?([^")]*)', html)}
    assert {one for one in named if not one.startswith(("#", "data:"))} == {"https://example.org/"}, "the author's link"


def test_the_contents_stand_at_the_side_of_a_very_wide_screen_alone(opened: Open) -> None:
    assert not opened("briefing", 1400).locator(".sidebar").is_visible()
    wide = opened("briefing", 1600)
    assert wide.locator(".sidebar a").count() == wide.locator("[role=doc-toc] a").count()
    wide.evaluate("() => scrollTo(0, 9000)")
    assert wide.locator(".sidebar").evaluate("one => one.getBoundingClientRect().top") == 0


def test_the_index_leads_to_sections(opened: Open) -> None:
    page = opened("stress")
    entries = page.eval_on_selector_all(".index li", "all => all.map(one => one.innerText)")
    assert entries == ["a term, 3.1, 4", "another, see a term"]
    page.click(".index li >> nth=0 >> a >> nth=0")
    assert "a term" in page.evaluate("() => document.querySelector(':target').textContent")


@needs_poppler
def test_on_paper_every_note_is_printed(opened: Open) -> None:
    page = opened("briefing")
    notes = page.evaluate(NOTES)
    page.emulate_media(media="print")
    sheets = facts(page.pdf(format="A4")).pages
    printed = squeezed("".join(sheet.replace("TLP:CLEAR", "") for sheet in sheets))
    lost = [note["number"] for note in notes if f"{note['number']}{squeezed(note['text'])}" not in printed]
    assert len(lost) < len(notes) / 20, "notes that are not in one piece: at most those that two sheets share"
    assert all("TLP:CLEAR" in sheet for sheet in sheets)


@needs_poppler
def test_notes_bibliography_figures_and_tables_are_those_of_the_pdf(opened: Open) -> None:
    project, cache = read(ROOT, Choices()), Cache()
    linked = link(project, cache)
    with Workers(2) as workers:
        printed = squeezed("".join(facts(build(project, linked, Press(cache, workers)).pdf).pages))
    chapters = [resolve(chapter, place, linked.table) for place, chapter in enumerate(linked.chapters)]
    nodes = [node for chapter in chapters for node in walk((*chapter.title, *chapter.blocks))]
    page = opened("briefing")

    notes = [(node.number, squeezed(plain_text(node.blocks))) for node in nodes if isinstance(node, Note)]
    assert [(note["number"], squeezed(note["text"])) for note in page.evaluate(NOTES)] == notes
    split = [number for number, text in notes if f"{number}{text}" not in printed]
    assert len(split) < len(notes) / 20, "notes whose text is not in one piece in the PDF"

    entries = [squeezed(plain_text(node.children)) for node in nodes if isinstance(node, BibliographyEntry)]
    assert [squeezed(text) for text in page.locator(".refs p").all_text_contents()] == entries
    captions = [
        squeezed(plain_text(node.caption)) for node in nodes if isinstance(node, Figure | Table) if node.caption
    ]
    shown = page.locator("figcaption").evaluate_all(
        "all => all.map(one => { const copy = one.cloneNode(true); "
        "copy.querySelectorAll('.call').forEach(call => call.remove()); return copy.textContent })"
    )
    assert [squeezed(text) for text in shown] == captions
    chapters_shown = [squeezed(text) for text in page.locator(".chapter > header h2").all_text_contents()]
    assert chapters_shown == [squeezed(chapter.number + plain_text(chapter.title)) for chapter in chapters]
