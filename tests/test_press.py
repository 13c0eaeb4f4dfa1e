"""What a printer gets: bleed and marks, inks in place of colours, pictures of the right size, pages two by two."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from facts import clean_by_qpdf, needs_poppler, needs_qpdf
from inks import profile
from PIL import Image
from test_pages import built_here, report_here

from report.choices import Choices
from report.diagnostics import as_text
from report.pdf.impose import impose, sides
from report.project import read

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60"><defs>
<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="100" y2="0">
<stop offset="0" stop-color="#c00"/><stop offset="1" stop-color="#00c" stop-opacity=".2"/></linearGradient>
<mask id="m"><rect width="50" height="60" fill="#fff"/></mask></defs>
<rect width="100" height="30" fill="url(#g)"/><rect y="30" width="100" height="30" fill="#0a0" mask="url(#m)"/></svg>
"""

TEXT = """# Title

Text with a [link](https://example.org), code `x`, $x^2$ and @fig-a.^[A note.]

![Drawing](drawing.svg){#fig-a}

![Photo](photo.png){width=30mm}

![Lights](lights.png){width=30mm}
"""

SETTINGS = """title: Inks
author: Weil
date: 2026-11-20
toc: false
pdf-standard: x-4
print: {profile: press.icc, bleed: 3mm, marks: [crop, cross]}
"""


def project(folder: Path, text: str, settings: str) -> Path:
    (folder / "chapters").mkdir(parents=True)
    (folder / "chapters" / "a.md").write_text(text)
    (folder / "report.yml").write_text(settings)
    (folder / "press.icc").write_bytes(profile())
    (folder / "half.icc").write_bytes(profile()[:5000])
    (folder / "refs.bib").write_text("@book{a, title={T}}\n")
    return folder


def picture(size: tuple[int, int]) -> Image.Image:
    """Red in the upper left quarter, blue elsewhere."""
    image = Image.new("RGB", size, (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image


def with_pictures(folder: Path, settings: str) -> bytes:
    project(folder, TEXT, settings)
    (folder / "chapters" / "drawing.svg").write_text(DRAWING)
    picture((400, 300)).save(folder / "chapters" / "photo.png")
    lights = picture((400, 300)).convert("RGBA")
    lights.putalpha(Image.linear_gradient("L").resize((400, 300)))
    lights.save(folder / "chapters" / "lights.png")
    return built_here(folder)


def streams(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """What draws: pages, forms, patterns; without what soft masks are made of."""
    masks = {
        item.SMask.G.objgen
        for item in every_dictionary(pdf)
        if isinstance(item.get("/SMask"), pikepdf.Dictionary) and "/G" in item.SMask
    }
    yield from (page.obj for page in pdf.pages)
    for item in pdf.objects:
        draws = isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1)
        if draws and item.objgen not in masks:
            yield item


def every_dictionary(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            for states in (item.get("/ExtGState"), item.get("/Resources", {}).get("/ExtGState")):
                yield from states.values() if isinstance(states, pikepdf.Dictionary) else ()


def operators(pdf: pikepdf.Pdf) -> set[str]:
    return {str(operator) for stream in streams(pdf) for _, operator in pikepdf.parse_content_stream(stream)}


def black_texts(pdf: pikepdf.Pdf) -> list[tuple[float, ...]]:
    """The inks of each text that has black in it and little of anything else before conversion."""
    inks: list[tuple[float, ...]] = []
    now: tuple[float, ...] = ()
    for page in pdf.pages:
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "k":
                now = tuple(float(value) for value in operands)
            elif str(operator) == "TJ":
                inks.append(now)
    return inks


@needs_qpdf
def test_every_colour_of_a_file_for_the_press_is_inks(tmp_path: Path) -> None:
    made = with_pictures(tmp_path, SETTINGS)
    assert clean_by_qpdf(made) == ""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert operators(pdf) & {"rg", "RG", "g", "G"} == set()
        assert {"k", "K", "sh"} <= operators(pdf)
        spaces = [item.ColorSpace for item in every_dictionary(pdf) if "/ShadingType" in item]
        assert {str(space) for space in spaces} == {"/DeviceCMYK", "/DeviceGray"}
        groups = [item.Group.CS for item in every_dictionary(pdf) if "/Group" in item and "/CS" in item.Group]
        assert {str(space) for space in groups} == {"/DeviceCMYK", "/DeviceGray"}
        assert sorted(str(image.ColorSpace) for image in pictures(pdf)) == ["/DeviceCMYK", "/DeviceCMYK", "/DeviceGray"]
        assert b"/DeviceRGB" not in b"".join(item.unparse() for item in every_dictionary(pdf))


def test_text_is_black_ink_alone_and_brick_is_mixed(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(with_pictures(tmp_path, SETTINGS))) as pdf:
        inks = black_texts(pdf)
    assert (0, 0, 0, 1) in inks
    mixed = [ink[:3] for ink in inks if any(ink[:3])]
    assert mixed
    assert all(max(ink) - min(ink) > 0.02 for ink in mixed)


def test_a_file_for_the_press_says_so_and_has_what_the_standard_asks_for(tmp_path: Path) -> None:
    made = with_pictures(tmp_path, SETTINGS)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.pdf_version == "1.6"
        (intent,) = pdf.Root.OutputIntents
        assert (intent.S, intent.OutputConditionIdentifier, intent.Info) == (
            "/GTS_PDFX",
            "Custom",
            "Press of the tests",
        )
        assert intent.DestOutputProfile.read_bytes() == profile()
        assert intent.DestOutputProfile.N == 4
        assert pdf.docinfo.Trapped == "/False"
        assert "/ID" in pdf.trailer
        with pdf.open_metadata() as metadata:
            assert metadata["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
            assert metadata["pdf:Trapped"] == "False"
            assert metadata["xmp:ModifyDate"] == metadata["xmp:CreateDate"] == "2026-11-20"
            assert metadata["dc:title"] == "Inks"
            assert metadata["xmpMM:DocumentID"].startswith("uuid:")
        assert not any("/Annots" in page for page in pdf.pages)
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert made == built_here(tmp_path)


def test_a_file_for_the_press_has_a_date_in_any_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763596800")
    made = built_here(project(tmp_path, "# One\n", SETTINGS.replace("2026-11-20", "Autumn")))
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["xmp:ModifyDate"] == "2025-11-20"
        assert pdf.docinfo.CreationDate == pdf.docinfo.ModDate == "D:20251120"


def test_boxes_lie_one_in_another(tmp_path: Path) -> None:
    settings = "title: T\ntoc: false\npapersize: letter\nprint: {bleed: 5mm, marks: crop}\n"
    made = built_here(project(tmp_path, "# One\n\nText.\n\n::: {.landscape}\nWide.\n:::\n", settings))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        seen = {tuple(round(float(edge)) for edge in page.trimbox) for page in pdf.pages}
        assert seen == {(0, 0, 612, 792), (0, 0, 792, 612)}
        for page in pdf.pages:
            trim, bleed, media = (
                [float(edge) for edge in page.obj[key]] for key in ("/TrimBox", "/BleedBox", "/MediaBox")
            )
            assert [round(abs(inner - outer), 2) for inner, outer in zip(trim, bleed, strict=True)] == [14.17] * 4
            assert media[0] < bleed[0]
            assert media[3] > bleed[3]


def rendered(pdf: bytes, page: int = 1) -> Image.Image:
    command = ["pdftoppm", "-r", "72", "-f", str(page), "-l", str(page), "-png", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


@needs_poppler
def test_the_cover_reaches_into_the_bleed_and_no_further(tmp_path: Path) -> None:
    settings = "title: T\ntoc: false\nprint: {bleed: 3mm, marks: [crop]}\n"
    made = built_here(project(tmp_path, "# One\n\nText.\n", settings))
    cover = rendered(made)
    slug = 22
    inside = ((slug + 1, 540), (cover.width - slug - 2, 540), (300, slug + 1))
    assert all(max(cover.getpixel(place)) < 120 for place in inside)
    outside = ((slug - 2, 540), (cover.width - slug + 1, 540), (300, slug - 2))
    assert all(cover.getpixel(place) == (255, 255, 255) for place in outside)
    trim = slug + 8.5
    marks = [x for x in range(slug) if sum(cover.getpixel((x, round(trim)))) < 500]
    assert len(marks) >= 10


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "report.yml:1:15: error[metadata-profile]: a PDF by `x-4` needs the profile of the press"),
        ("print: {profile: a.icc}", "report.yml:2:18: error[file-missing]: `a.icc` does not exist"),
        (
            "print: {profile: refs.bib}",
            "report.yml:2:18: error[metadata-profile]: `refs.bib` is no ICC profile",
        ),
        ("print: {profile: half.icc}", "report.yml:2:18: error[metadata-profile]: `half.icc` is a broken ICC profile"),
        ("print: {profile: press.icc}\nattachments: press.icc", "report.yml:3:14: error[metadata-attachments]"),
    ],
)
def test_a_profile_that_is_none_is_an_error(key: str, message: str, tmp_path: Path) -> None:
    folder = project(tmp_path, "# T\n", f"pdf-standard: x-4\n{key}\n")
    found = read(folder, Choices())
    assert len(found.diagnostics) == 1
    assert as_text(found.diagnostics, found.files.texts).startswith(message)


def pictures(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [item for item in every_dictionary(pdf) if item.get("/Subtype") == "/Image"]


def images(pdf: bytes) -> list[tuple[int, int, str, str]]:
    """Width, height, colours and coding of each."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = pictures(opened)
        return [(int(item.Width), int(item.Height), str(item.ColorSpace)[7:], str(item.Filter)[1:]) for item in found]


def with_picture(folder: Path, name: str, attributes: str, settings: str = "") -> bytes:
    text = f"# One\n\n![P]({name}){{{attributes}}}\n"
    (folder / "chapters").mkdir(exist_ok=True)
    (folder / "chapters" / "a.md").write_text(text)
    (folder / "chapters" / "b.md").write_text(text)
    (folder / "report.yml").write_text(f"title: T\ntoc: false\n{settings}")
    (folder / "press.icc").write_bytes(profile())
    return built_here(folder)


INCH = "width=1in"


@pytest.mark.parametrize(
    ("name", "mode", "settings", "expected"),
    [
        ("p.png", "RGB", "", (300, 200, "RGB", "FlateDecode")),
        ("p.png", "P", "", (300, 200, "RGB", "FlateDecode")),
        ("p.png", "L", "", (300, 200, "Gray", "FlateDecode")),
        ("p.jpg", "RGB", "", (300, 200, "RGB", "DCTDecode")),
        ("p.jpg", "CMYK", "", (300, 200, "CMYK", "DCTDecode")),
        ("p.jpg", "RGB", "print: {image-dpi: 150}\n", (150, 100, "RGB", "DCTDecode")),
        ("p.jpg", "RGB", "print: {image-dpi: 1200}\n", (600, 400, "RGB", "DCTDecode")),
        ("p.jpg", "RGB", "pdf-standard: x-4\nprint: {profile: press.icc}\n", (300, 200, "CMYK", "DCTDecode")),
        ("p.jpg", "CMYK", "pdf-standard: x-4\nprint: {profile: press.icc}\n", (300, 200, "CMYK", "DCTDecode")),
    ],
)
def test_pictures_have_no_more_pixels_than_can_be_printed(
    name: str, mode: str, settings: str, expected: tuple[int, int, str, str], tmp_path: Path
) -> None:
    (tmp_path / "chapters").mkdir()
    picture((600, 400)).convert(mode).save(tmp_path / "chapters" / name)
    assert images(with_picture(tmp_path, name, INCH, settings)) == [expected]


@needs_poppler
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
@pytest.mark.parametrize("dpi", [72, 1200])
@pytest.mark.parametrize("settings", ["", "pdf-standard: x-4\n"])
def test_a_picture_looks_the_same_in_fewer_pixels(mode: str, dpi: int, settings: str, tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    picture((600, 400)).convert(mode).save(tmp_path / "chapters" / "p.jpg")
    made = with_picture(tmp_path, "p.jpg", "width=3in", f"{settings}print: {{image-dpi: {dpi}, profile: press.icc}}\n")
    page = rendered(made, 2)
    column = [page.getpixel((161 + 30, y)) for y in range(160, 500)]
    reds = [place for place, (red, _, blue) in enumerate(column) if red > blue + 60]
    blues = [place for place, (red, _, blue) in enumerate(column) if blue > red + 25]
    assert 60 <= len(reds) <= 75
    assert 60 <= len(blues) <= 75
    assert max(reds) < min(blues)


@needs_poppler
@pytest.mark.parametrize("dpi", [72, 1200])
def test_a_picture_of_two_bytes_a_pixel_is_grey_and_not_white(dpi: int, tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    Image.new("I;16", (600, 400), 32768).save(tmp_path / "chapters" / "p.png")
    page = rendered(with_picture(tmp_path, "p.png", "width=3in", f"print: {{image-dpi: {dpi}}}\n"), 2)
    assert page.getpixel((200, 250)) in ((127, 127, 127), (128, 128, 128))


def test_a_photograph_is_set_upright(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture((600, 400)).save(tmp_path / "chapters" / "p.jpg", exif=exif)
    assert images(with_picture(tmp_path, "p.jpg", INCH)) == [(300, 450, "RGB", "DCTDecode")]


def test_a_coarse_picture_is_named_with_the_size_it_should_have(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    picture((300, 200)).save(tmp_path / "chapters" / "p.png")
    with_picture(tmp_path, "p.png", "width=3in")
    (tmp_path / "chapters" / "b.md").unlink()
    said = as_text(report_here(tmp_path).diagnostics, read(tmp_path, Choices()).files.texts)
    assert said.startswith("chapters/a.md:3:1: warning[image-resolution]: `chapters/p.png` is printed at 100 dpi")
    assert "give it 450 × 300 pixels or more, or print it no wider than 51mm" in said


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (8, [(7, 0), (1, 6), (5, 2), (3, 4)]),
        (6, [(None, 0), (1, None), (5, 2), (3, 4)]),
        (1, [(None, 0), (None, None)]),
        (0, []),
    ],
)
def test_the_sheets_of_a_booklet(count: int, expected: list[tuple[int | None, int | None]]) -> None:
    assert list(sides(count, "booklet")) == expected


def halves(pdf: bytes, size: tuple[int, int]) -> Iterator[str]:
    """The text of the left and of the right half of each page."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        count = len(opened.pages)
    for page in range(1, count + 1):
        for left in (0, size[0] // 2):
            window = map(str, ("-x", left, "-y", 0, "-W", size[0] // 2, "-H", size[1], "-f", page, "-l", page))
            done = subprocess.run(["pdftotext", *window, "-", "-"], input=pdf, capture_output=True, check=True)
            yield done.stdout.decode()


@needs_poppler
@needs_qpdf
@pytest.mark.parametrize(("papersize", "size"), [("a4", (842, 595)), ("letter", (792, 612))])
def test_a_booklet_is_printed_in_the_order_in_which_it_is_folded(
    papersize: str, size: tuple[int, int], tmp_path: Path
) -> None:
    pages = "\n\n::: {.pagebreak}\n:::\n\n".join(f"Leaf {name}." for name in "abcdef")
    settings = f"title: Cover\ntoc: false\npapersize: {papersize}\nprint: {{bleed: 3mm, marks: crop}}\n"
    pdf = built_here(project(tmp_path, f"# One\n\n{pages}\n", settings))
    made = impose(pdf, "booklet", papersize)
    assert made == impose(pdf, "booklet", papersize)
    assert clean_by_qpdf(made) == ""
    found = ["".join(re.findall(r"Leaf (\w)", text)) for text in halves(made, size)]
    assert found == ["", "", "a", "f", "e", "b", "c", "d"]
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert {(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in opened.pages} == {size}
