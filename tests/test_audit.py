"""The audit notices whatever is lost, doubled, cut or laid over text; and is silent where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report import html, linking
from report.build import build
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import as_text
from report.front import link
from report.pdf import worker
from report.pdf.fragment import Fault, Unit
from report.pictures import Assets
from report.press import Press, assets
from report.project import read
from report.workers import Workers

TEXT = "The harbour kept a register of loads and of carriers in the eastern province. "

CHAPTER = f"""# Harbours

{TEXT * 6}^[The first note.] {TEXT * 4}^[The second note goes on for a while. {TEXT * 3}]

::: {{.box}}
A boxed passage with a dozen ordinary words.^[The third note.] {TEXT * 5}
:::

{(TEXT * 7 + chr(10) * 2) * 9}

[A moved word]{{.moved}} and [an **ordinary** one]{{.plain}}.

| Place | Loads^[The fourth note, of a table’s head.] |
|---|---|
{chr(10).join(f"| Place {number} | {number} loads |" for number in range(60))}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "styles").mkdir()
    (tmp_path / "chapters" / "a.md").write_text(CHAPTER, "utf-8")
    (tmp_path / "report.yml").write_text("title: T\nlang: en-GB\ntoc: false\ncss: styles/a.css\n")
    return tmp_path


def unit(project: Path, css: str) -> Unit:
    (project / "styles" / "a.css").write_text(css)
    opened = read(project, Choices())
    linked = link(opened, Cache())
    theme = html.load(opened.metadata, opened.stylesheets, opened.files)
    text = html.bind(html.write(linking.resolve(linked.chapters[0], 0, linked.table)), "body", theme)
    named = assets(text + theme.css, Assets(opened.files, Cache()))
    return Unit("a", text, theme.css, 1, False, 0, named, is_xml=theme.is_xml)


def faults(project: Path, css: str) -> tuple[Fault, ...]:
    from report.pdf import layout

    assert worker
    one = unit(project, css)
    return layout.settle(one, one.html, 1).faults


@pytest.mark.parametrize(
    "css",
    [
        "",
        ".plain { text-transform: uppercase }",
        ".box { background: #111; color: #fff }",
        "@page { background: #111 } p { color: #fff }",
        ".moved { transform: rotate(2deg) }",
        ".moved { opacity: .5 } .plain { color: #ccc }",
        ".box::before { content: 'made' } p::first-letter { font-size: 2em }",
        ".moved { position: running(head) } @page { @top-right { content: element(head) } }",
        ".box { columns: 2 } p { text-align: justify }",
        ".box { float: right; width: 40% }",
    ],
)
def test_silent_where_all_is_printed(css: str, project: Path) -> None:
    assert faults(project, css) == ()


@pytest.mark.parametrize(
    ("css", "anchor", "words"),
    [
        ('[id="fn-a-2"] { display: none }', "fn-a-2", "is hidden by a stylesheet"),
        ('[id="fn-a-2"] { visibility: hidden }', "fn-a-2", "is hidden by a stylesheet"),
        ('[id="fn-a-2"] { color: transparent }', "fn-a-2", "is hidden by a stylesheet"),
        ('[id="fn-a-2"] { height: 10pt; overflow: hidden }', "fn-a-2", "is cut off"),
        ('[id="fn-a-2"] { height: 10pt }', "fn-a-3", "is laid over another note"),
        ('[id="fn-a-1"] { margin-top: -60pt }', "fn-a-1", "is laid over the text"),
        ('[id="fn-a-3"] { height: 800pt }', "fn-a-3", "reaches outside the text block"),
        ('[id="fn-a-3"] { margin-left: -99pt }', "fn-a-3", "reaches outside the text block"),
        (".box { height: 30pt; overflow: hidden }", "", "is cut off"),
        (".moved { position: absolute; top: 4000pt }", "", "is off the page"),
        (".moved { position: relative; left: 4000pt }", "", "is off the page"),
        (".moved { position: fixed; top: 650pt; left: 0; width: 300pt }", "", "is laid over a note"),
        (".box { margin-bottom: -2000pt }", "", "stands over the edge"),
        (".moved { white-space: nowrap; padding-left: 330pt; font-size: 40pt }", "", "stands over the edge"),
    ],
)
def test_notices_what_a_stylesheet_breaks(css: str, anchor: str, words: str, project: Path) -> None:
    found = faults(project, css)
    assert (anchor, words) in {(fault.anchor, fault.words) for fault in found}


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ("display: none", "is hidden by a stylesheet"),
        ("visibility: hidden", "is hidden by a stylesheet"),
        ("visibility: collapse", "is hidden by a stylesheet"),
        ("font-size: 0", "is hidden by a stylesheet"),
        ("font-size: .1px", "is hidden by a stylesheet"),
        ("opacity: 0", "is hidden by a stylesheet"),
        ("color: transparent", "is hidden by a stylesheet"),
        ("color: rgba(0, 0, 0, .01)", "is hidden by a stylesheet"),
        ("color: #fff", "has the colour of what it stands on"),
        ("color: #111; background: #121212", "has the colour of what it stands on"),
        ("position: running(nowhere)", "is not printed"),
        ("text-indent: -9999px", "is off the page"),
        ("position: absolute; left: -9999px", "is off the page"),
        ("position: absolute; clip: rect(0, 0, 0, 0)", "is cut off"),
        ("height: 0; overflow: hidden", "is cut off"),
        ("max-height: 1px; overflow: hidden", "is cut off"),
        ("transform: translateX(-9999px)", "is off the page"),
        ("transform: scale(0)", "is not printed"),
        ("transform: scale(.01)", "is not printed"),
    ],
)
def test_no_stylesheet_hides_a_box(css: str, words: str, project: Path) -> None:
    hidden = CHAPTER.replace("^[The third note.]", "")
    (project / "chapters" / "a.md").write_text(hidden, "utf-8")
    found = faults(project, f".box, .box p {{ {css} }}")
    assert {fault.words for fault in found} == {words}
    assert any("A boxed passage" in fault.text for fault in found)


def test_a_note_in_a_hidden_box_is_hidden_with_it(project: Path) -> None:
    (fault,) = faults(project, ".box { display: none }")
    assert (fault.anchor, fault.words) == ("", "is hidden by a stylesheet")
    assert fault.text.startswith("A boxed passage with a dozen ordinary words.")


def tampered(
    project: Path, tamper: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> set[tuple[str, str, str, int]]:
    """What the audit says where the laid-out pages were tampered with."""
    from report.pdf import layout

    rendered = layout._rendered

    def render(*arguments: Any) -> Any:
        result = rendered(*arguments)
        tamper(result.document)
        return result

    monkeypatch.setattr(layout, "_rendered", render)
    monkeypatch.setattr(layout, "MAX_PASSES", 1)
    return {(fault.anchor, fault.words, fault.text, fault.missing) for fault in faults(project, "")}


def line(page: Any, words: str) -> tuple[Any, Any]:
    """The first line with these words, and the box that holds it."""
    return next(
        (box, child)
        for box in page._page_box.descendants()
        for child in box.children
        if type(child).__name__ == "LineBox"
        and any(words in text.text for text in child.descendants() if text_of(text))
    )


def text_of(box: Any) -> str:
    return str(getattr(box, "text", ""))


def test_notices_a_line_that_is_gone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def remove(document: Any) -> None:
        box, found = line(document.pages[0], "A boxed passage")
        box.children = [child for child in box.children if child is not found]

    ((anchor, words, text, missing),) = tampered(project, remove, monkeypatch)
    assert (anchor, words) == ("", "is not printed")
    assert text.startswith("A boxed passage with a dozen ordinary")
    assert 8 <= missing <= 20


def test_notices_a_line_of_a_note_that_is_gone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def remove(document: Any) -> None:
        box, found = line(document.pages[0], "The second note goes on")
        box.children = [child for child in box.children if child is not found]

    ((anchor, words, _, missing),) = tampered(project, remove, monkeypatch)
    assert (anchor, words) == ("fn-a-2", "is not printed")
    assert missing


@pytest.mark.parametrize(
    ("distance_px", "words"), [(5000, "is off the page"), (-100, "stands over the edge"), (0, "runs into the notes")]
)
def test_notices_a_line_out_of_place(
    distance_px: int, words: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def move(document: Any) -> None:
        _, found = line(document.pages[0], "The harbour kept")
        _, note = line(document.pages[0], "The first note")
        found.translate(dy=distance_px or note.position_y - found.position_y)

    assert {found[:2] for found in tampered(project, move, monkeypatch)} == {("", words)}


def test_notices_a_page_that_comes_twice(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = tampered(project, lambda document: document.pages.insert(1, document.pages[0]), monkeypatch)
    assert ("fn-a-1", "is printed more than once", "", 0) in found


def test_notices_notes_out_of_order(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def swap(document: Any) -> None:
        anchors = document.pages[0].anchors
        anchors["fn-a-1"], anchors["fn-a-2"] = anchors["fn-a-2"], anchors["fn-a-1"]

    assert ("fn-a-2", "stands before a note that is called earlier", "", 0) in tampered(project, swap, monkeypatch)


def test_looks_for_notes_with_a_weasyprint_that_is_not_known(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from report.pdf import lines

    monkeypatch.setattr(lines, "KNOWN", False)
    css = '[id="fn-a-2"] { display: none } .box { height: 30pt; overflow: hidden }'
    assert {(fault.anchor, fault.words) for fault in faults(project, css)} == {("fn-a-2", "is on no page")}


def test_a_note_in_a_table_head_is_printed_once_under_the_first_head(project: Path) -> None:
    from report.pdf import layout

    one = unit(project, "")
    settled = layout.settle(one, one.html, 1)
    heads = [number for number, page in enumerate(settled.document.pages) if "ref-a-4" in page.anchors]
    assert len(heads) > 1
    assert settled.anchors["fn-a-4"].page == heads[0]
    assert settled.faults == ()


def test_diagnostics_name_the_note_and_the_place(project: Path) -> None:
    hidden = '[id="fn-a-2"] { display: none }'
    (project / "styles" / "a.css").write_text(
        f"{hidden} .box {{ height: 5pt; overflow: hidden }} .moved {{ position: relative; left: -190pt }}"
    )
    opened, cache = read(project, Choices()), Cache()
    with Workers(1) as workers:
        report = build(opened, link(opened, cache), Press(cache, workers))
    said = as_text(report.diagnostics, opened.files.texts).split("\n")
    assert [line for line in said if line.startswith("chapters/")] == [
        "chapters/a.md:3:800: error[note-lost]: note 2 is hidden by a stylesheet",
        "chapters/a.md:6:1: error[text-lost]: `A boxed passage with a dozen ordinary words.3 The harbour …` is cut off",
        "chapters/a.md:29:2: warning[text-outside]: `A moved word` stands over the edge",
    ]
