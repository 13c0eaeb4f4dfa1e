"""Formulas on paper: on the baseline of their text, in its size and colour, described in words."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from facts import needs_poppler
from PIL import Image
from test_pages import built_here

DPI = 288


def printed(text: str, folder: Path) -> bytes:
    (folder / "chapters").mkdir()
    (folder / "chapters" / "a.md").write_text(text)
    (folder / "report.yml").write_text("title: T\ntoc: false\nnumber-sections: false\ncss: s.css\n")
    (folder / "s.css").write_text("@page { margin: 20mm; @bottom-left { content: none } } header { display: none }\n")
    return built_here(folder)


def raster(pdf: bytes) -> Image.Image:
    command = ["pdftoppm", "-r", str(DPI), "-f", "2", "-l", "2", "-png", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


def boxes(image: Image.Image, top: int, bottom: int) -> list[tuple[int, int, int]]:
    """Left, right and lowest row of each run of inked columns between two rows."""
    ink = image.convert("L").point(lambda value: 255 if value < 128 else 0).crop((0, top, image.width, bottom))
    columns = [ink.crop((x, 0, x + 1, ink.height)).getbbox() for x in range(ink.width)]
    runs: list[list[int]] = []
    for x, box in enumerate(columns):
        if box is None:
            continue
        if runs and runs[-1][1] == x - 1:
            runs[-1][1:] = [x, max(runs[-1][2], box[3])]
        else:
            runs.append([x, x, box[3]])
    return [(left, right, low) for left, right, low in runs]


def lines(image: Image.Image) -> list[tuple[int, int]]:
    """The first and last row of each line of text."""
    ink = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(ink.height)]
    edges = [y for y in range(1, len(rows)) if rows[y] != rows[y - 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


@needs_poppler
@pytest.mark.parametrize(("text", "line"), [("E $E$ E", 0), ("X.^[E $E$ E]", 2)], ids=["text", "note"])
def test_letters_stand_on_the_baseline_of_their_text_in_its_size(text: str, line: int, tmp_path: Path) -> None:
    page = raster(printed(f"# T\n\n{text}\n", tmp_path))
    top, bottom = lines(page)[line]
    *_, before, formula, after = boxes(page, top - 2, bottom + 2)
    assert abs(formula[2] - before[2]) <= 1
    assert abs(formula[2] - after[2]) <= 1
    assert 0.8 < (formula[1] - formula[0]) / (before[1] - before[0]) < 1.4


@needs_poppler
def test_a_formula_has_the_colour_of_its_text(tmp_path: Path) -> None:
    page = raster(printed("# T\n\n## E $E$\n", tmp_path))
    top, bottom = lines(page)[0]
    left, right, _ = boxes(page, top, bottom)[-1]
    colours = page.crop((left, top, right, bottom)).getcolors(1 << 16) or []
    darkest = min(sum(colour) for _, colour in colours if isinstance(colour, tuple))
    assert darkest == 0x14 + 0x30 + 0x4A


@needs_poppler
def test_a_number_stands_at_the_right_of_its_formula(tmp_path: Path) -> None:
    page = raster(printed("# T\n\n$$E$$ {#eq-e}\n\n" + "word " * 40 + "\n", tmp_path))
    top, bottom = lines(page)[0]
    (formula, *_, number) = boxes(page, top - 2, bottom + 2)
    block = page.width - 20 / 25.4 * DPI
    assert formula[0] < 0.3 * page.width
    assert abs(number[1] - block) < 8


def test_a_formula_is_described_and_its_page_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    text = "# T\n\nOf $x_i^2 \\le \\frac{a+1}{b}$ and\n\n$$\\sum_{i=1}^n \\sqrt{x}$$ {#eq-x}\n\n@eq-x.\n"
    made = printed(text, tmp_path / "one")
    assert made == printed(text, tmp_path / "two")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        found = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert "x_i^2 ≤ (a + 1)/b" in found
    assert "∑_(i = 1)^n √x" in found
