"""The theme: its faces, its colours, its variables, and what options make of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from single import layout_of, single
from watching import Told

from report import html
from report.build import build
from report.cache import Cache
from report.choices import Choices
from report.environment import FONTS
from report.front import link
from report.html.mirror import mirrored
from report.html.variables import variables
from report.press import Press
from report.project import read
from report.workers import Workers

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "tests" / "reports"

LATIN = sorted(path.name for path in FONTS.glob("Source*.ttf"))


@pytest.mark.parametrize("name", LATIN)
def test_every_latin_face_has_the_letters_of_transliteration(name: str) -> None:
    letters = "ʿʾ’āīūĀĪŪḥḍṣṭẓġḫḏṯḤḌṢṬẒĠḪḎṮšžčṛ–—…§\u00a0\u202f"
    glyphs = TTFont(FONTS / name).getBestCmap()
    assert [letter for letter in letters if ord(letter) not in glyphs] == []


@pytest.mark.parametrize("name", sorted(path.name for path in FONTS.glob("*.ttf")))
def test_every_face_is_declared_and_has_its_licence(name: str) -> None:
    assert f"theme:fonts/{name}" in (ROOT / "report" / "html" / "styles" / "fonts.css").read_text("utf-8")
    family = name.partition("-")[0].removesuffix("Display").removesuffix("SmText").rstrip("34")
    assert "SIL OPEN FONT LICENSE" in (FONTS / f"OFL-{family}.txt").read_text("utf-8")


def test_hebrew_and_arabic_faces_have_their_letters() -> None:
    for name, letters in (
        ("FrankRuhlLibre", "אבגדהוזחטיכלמנסעפצקרשתםןץףך"),
        ("Amiri", "ابتثجحخدذرزسشصضطظعغفقكلمنهويءةپچژگکی"),
    ):
        for path in FONTS.glob(f"{name}*.ttf"):
            glyphs = TTFont(path).getBestCmap()
            assert [letter for letter in letters if ord(letter) not in glyphs] == [], path.name


@pytest.mark.parametrize("folder", [ROOT, *(REPORTS / name for name in ("plain", "bound", "tongues", "memorandum"))])
def test_all_text_stands_out(folder: Path, tmp_path: Path) -> None:
    """Every text has a contrast of 4.5 (WCAG 2.2, 1.4.3) to what is painted behind it."""
    if folder != ROOT:
        folder = Path(shutil.copytree(folder, tmp_path / folder.name))
    weak = {
        (round(ratio, 1), text)
        for page in _pages(folder)
        for text, ratio in _contrasts(page)
        if ratio < 4.5 and text.strip()
    }
    assert weak == set()


def _pages(folder: Path) -> list[Any]:
    from report.pdf import worker  # loads WeasyPrint
    from report.pdf.layout import HTML, _Fetcher, stylesheet

    assert worker
    project = read(folder, Choices())
    linked = link(project, Cache())
    with Workers(1) as workers:
        one = single(project, linked, layout_of(project, linked, Press(Cache(), workers)))
    sheet = stylesheet(one.css, one.assets)
    source = HTML(string=one.html, base_url="asset:/", url_fetcher=_Fetcher(one.assets))
    return [page._page_box for page in source.render(font_config=sheet.fonts, stylesheets=[sheet.css]).pages]


def _contrasts(page: Any) -> Iterator[tuple[str, float]]:
    """Each text of a page with its contrast to the last box painted behind its middle."""
    grounds: list[tuple[Any, Any]] = []
    for box in page.descendants():
        ground = box.style["background_color"]
        if hasattr(box, "text"):
            x, y = box.position_x + box.width / 2, box.position_y + box.height / 2
            behind = [colour for colour, other in grounds if _holds(other, x, y)]
            yield box.text, _contrast(_rgb(box.style["color"]), behind[-1] if behind else (1.0, 1.0, 1.0))
        elif ground != "currentcolor" and ground.alpha == 1:
            grounds.append((_rgb(ground), box))


def _holds(box: Any, x: float, y: float) -> bool:
    left, top = box.border_box_x(), box.border_box_y()
    return bool(left <= x <= left + box.border_width() and top <= y <= top + box.border_height())


def _rgb(colour: Any) -> tuple[float, ...]:
    return tuple(colour.to("srgb").coordinates)


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted(map(_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_drawings_follow_the_variables_of_a_project() -> None:
    project = read(REPORTS / "bound", Choices())
    theme = html.load(project.metadata, project.stylesheets, project.files)
    assert "svg .series-0 { fill: #004d2c }" in theme.drawings
    assert "svg .series-3 { fill: #5b2a86 }" in theme.drawings
    assert '"Source Code Pro"' in theme.drawings
    assert 'fill="#eef3ee"' in theme.cover, "the ground of the cover"
    assert 'stroke="#5b2a86"' in theme.cover, "a variable that stands for another"
    assert "fill%3D" not in theme.css
    assert "fill=%27%23444444%27/" in theme.css, "the rule above notes"
    assert "Printed in #004d2c" in theme.cover, "a block of the cover's template"
    assert "#14304a" not in theme.cover + theme.drawings


def test_variables_are_read_as_css_has_them() -> None:
    css = """
    /* :root { --a: comment } */
    :root { --a: 1; --b: "x; } y"; --c: var(--a) }
    .other { --a: not of the root }
    @media print { :root{--d:var( --c )} }
    :root { --a: 2 }
    """
    assert variables(css) == {"a": "2", "b": '"x; } y"', "c": "2", "d": "2"}
    assert variables(":root { --a: var(--b); --b: var(--a) }").keys() == {"a", "b"}, "a circle ends"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("p { margin: 1pt 2pt 3pt 4pt }", "p { margin: 1pt 4pt 3pt 2pt }"),
        ("p { padding: 1pt 2pt }", "p { padding: 1pt 2pt }"),
        ("p { margin-left: -1pt; left: 0; text-align: right }", "p { margin-right: -1pt; right: 0; text-align: left }"),
        ("@page { @top-left-corner { } @bottom-right { } }", "@page { @top-right-corner { } @bottom-left { } }"),
        ("@page :left { }", "@page :left { }"),
        ("td.left { text-align: left } .csl-left-margin { }", "td.left { text-align: right } .csl-left-margin { }"),
    ],
)
def test_a_report_from_right_to_left_is_mirrored(given: str, wanted: str) -> None:
    assert mirrored(given) == wanted
    assert mirrored(wanted) == given


def test_chapters_that_flow_are_laid_out_as_one(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(REPORTS / "memorandum", tmp_path / "report"))
    told: list[str] = []

    def laid_out() -> list[str]:
        told.clear()
        project, cache = read(folder, Choices()), Cache(tmp_path / "cache")
        with Workers(1) as workers:
            build(project, link(project, cache), Press(cache, workers, Told(lambda name, _: told.append(name))))
        return list(told)

    assert set(laid_out()) == {"sec-north"}
    assert laid_out() == []
    chapter = folder / "chapters" / "02.md"
    chapter.write_text(chapter.read_text("utf-8").replace("began later", "began earlier"), "utf-8")
    assert laid_out() == ["sec-north"]


@pytest.mark.parametrize("mark", ["TLP:RED", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN", "TLP:CLEAR"])
def test_labels_of_the_traffic_light_protocol(mark: str, tmp_path: Path) -> None:
    colours = {"RED": "#ff2b2b", "AMBER": "#ffc000", "GREEN": "#33ff00", "CLEAR": "#ffffff"}
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "a.md").write_text("# T\n\nText.\n")
    (tmp_path / "report.yml").write_text(f"title: T\nhandling: {mark.lower().replace(':', ': ')!r}\n")
    project = read(tmp_path, Choices())
    theme = html.load(project.metadata, project.stylesheets, project.files)
    assert theme.cover.count(f">{mark}</p>") == 2
    assert theme.css.count(f"background: #000; color: {colours[mark[4:].partition('+')[0]]};") == 3
    assert "font: 600 12pt/17pt" in theme.css
