"""Linked fragments look like one pass over the whole report: text, rasters, outline, destinations, links."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import cast, get_args

import pikepdf
import pytest
from facts import clean_by_qpdf, facts, needs_poppler, needs_qpdf
from PIL import Image
from sameness import differences
from single import layout_of, printed, single
from watching import Here

from report.build import Report, build
from report.cache import Cache
from report.choices import Choices
from report.front import link
from report.metadata.standards import PdfStandard
from report.press import Press
from report.project import read
from report.workers import Workers

ROOT = Path(__file__).parent.parent
REPORTS = sorted((ROOT / "tests" / "reports").iterdir())


@needs_poppler
@pytest.mark.parametrize("folder", [*REPORTS, ROOT], ids=lambda folder: folder.name)
def test_fragments_are_the_single_pass(folder: Path, tmp_path: Path) -> None:
    if folder != ROOT:
        folder = Path(shutil.copytree(folder, tmp_path / folder.name))
    project, cache = read(folder, Choices()), Cache()
    linked = link(project, cache)
    with Workers(1) as workers:
        press = Press(cache, workers)
        linked_pages = build(project, linked, press).pdf
        layout = layout_of(project, linked, press)
    assert differences(linked_pages, printed(single(project, linked, layout))) == []


def built_here(folder: Path) -> bytes:
    return report_here(folder).pdf


def report_here(folder: Path) -> Report:
    from report.pdf import worker

    worker._handed_out.clear()
    project, cache = read(folder, Choices()), Cache()
    return build(project, link(project, cache), Press(cache, cast(Workers, Here())))


@needs_poppler
@needs_qpdf
def test_a_weasyprint_that_is_not_known_prints_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from report.pdf import drawing, layout

    folder = ROOT / "tests" / "reports" / "front-matter"
    known = built_here(folder)
    monkeypatch.setattr(drawing, "KNOWN", False)
    monkeypatch.setattr(layout, "KNOWN", False)
    unknown = built_here(folder)
    with pikepdf.open(io.BytesIO(unknown)) as pdf, pdf.open_metadata() as metadata:
        assert "pdfaid:part" not in metadata, "what cannot be met is not claimed"
    assert differences(known, unknown) == []
    assert clean_by_qpdf(unknown) == ""


def test_page_counters_in_the_flow_are_right(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "reports" / "two-sided", tmp_path / "report"))
    with (folder / "styles" / "sides.css").open("a") as sheet:
        sheet.write('h2::after { content: " (on " counter(page) ")" }\n')
    seen = facts(built_here(folder))
    for label, text in zip(seen.labels, seen.pages, strict=True):
        found = re.findall(r"\(on (\d+)\)", text)
        assert set(found) <= {label}
        assert label not in "3 8 13".split() or found


def test_an_image_in_two_chapters_is_in_the_pdf_once_and_attachments_are_in_it(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    Image.effect_noise((64, 64), 80).save(tmp_path / "chapters" / "noise.png")
    for name in ("one", "two"):
        (tmp_path / "chapters" / f"{name}.md").write_text(f"# {name}\n\n![Noise](noise.png)\n")
    (tmp_path / "refs.bib").write_text("@book{a, title={T}, date={2001}}\n")
    settings = "pdf-standard: a-3a\nattachments: [refs.bib, chapters/one.md]\n"
    (tmp_path / "report.yml").write_text(f"title: T\nlang: en-GB\n{settings}")
    with pikepdf.open(io.BytesIO(built_here(tmp_path))) as pdf:
        images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"]
        assert len(images) == 1
        assert set(pdf.attachments) == {"refs.bib", "chapters/one.md"}
        assert pdf.attachments["refs.bib"].get_file().read_bytes() == (tmp_path / "refs.bib").read_bytes()
        assert len(pdf.Root.AF) == 2


STANDARDS = [name for name in get_args(PdfStandard) if name != "x-4"]


@needs_qpdf
@pytest.mark.parametrize("standard", STANDARDS)
def test_a_standard_says_so_in_the_metadata(standard: str, tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.md").write_text("# One\n\nText.^[Note.]\n")
    (tmp_path / "report.yml").write_text(f"title: T\nlang: en-GB\npdf-standard: {standard}\n")
    made = built_here(tmp_path)
    assert clean_by_qpdf(made) == ""
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as metadata:
        family = standard.partition("-")[0]
        claimed = f"{metadata[f'pdf{family}id:part']}{metadata.get('pdfaid:conformance', '')}"
        assert f"{family}-{claimed.lower()}" == standard
        assert pdf.pdf_version == ("2.0" if standard in ("ua-2", "a-4", "a-4e", "a-4f") else "1.7")


def test_a_character_without_a_glyph_is_named_and_no_standard_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.md").write_text("# One\n\nText \u2fe0 here.\n")
    (tmp_path / "report.yml").write_text("lang: en-GB\n")
    report = report_here(tmp_path)
    assert [problem.code for problem in report.diagnostics] == ["standards-unmet", "glyph-missing"]
    assert "U+2FE0" in report.diagnostics[1].message
    with pikepdf.open(io.BytesIO(report.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert "pdfuaid:part" not in metadata
        assert metadata["dc:title"] == "One", "a report without a title goes by its first chapter's"
