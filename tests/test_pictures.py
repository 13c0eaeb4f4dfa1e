"""Pictures: what may be printed, what of them gets into outputs, and what a broken one does to its page."""

from __future__ import annotations

import io
import re
import struct
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
from PIL import Image
from watching import Here

from report.build import build, page
from report.cache import Cache
from report.choices import Choices
from report.environment import FONTS
from report.front import link
from report.pdf.reading import texts
from report.pictures import profiles
from report.pictures.assets import Verdict, decode
from report.pictures.limits import Broken
from report.pictures.printable import printable
from report.press import Press
from report.project import read
from report.workers import Workers

SECRET = b"Jane Source"


def noise(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 50).convert("RGB").convert(mode)


def exif(turned: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x013B] = SECRET.decode()
    found[0x0112] = turned
    return found


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *more: bytes, interlaced: int = 0) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced))
    data = chunk(b"IDAT", zlib.compress(pixels, 9))
    return b"".join((b"\x89PNG\r\n\x1a\n", header, *more, data, chunk(b"IEND", b"")))


FORMS = {
    "png": saved(noise(), "PNG", exif=exif(), pnginfo=None),
    "jpeg": saved(noise(), "JPEG", exif=exif(), comment=SECRET, xmp=SECRET),
    "progressive": saved(noise(), "JPEG", exif=exif(), comment=SECRET, progressive=True),
    "cmyk": saved(noise(mode="CMYK"), "JPEG", comment=SECRET),
    "gif": saved(noise(mode="P"), "GIF", comment=SECRET),
    "moving gif": saved(noise(), "GIF", save_all=True, append_images=[noise(), noise()], comment=SECRET, loop=0),
    "webp": saved(noise(), "WEBP", exif=exif(), xmp=SECRET),
    "lossless webp": saved(noise(mode="RGBA"), "WEBP", lossless=True, exif=exif()),
    "moving webp": saved(noise(), "WEBP", save_all=True, append_images=[noise(), noise()], xmp=SECRET),
    "palette": saved(noise(mode="P"), "PNG", transparency=0),
    "grey": saved(noise(mode="LA"), "PNG"),
}


def pixels(content: bytes) -> list[bytes]:
    with Image.open(io.BytesIO(content)) as picture:
        frames = []
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            frames.append(picture.convert("RGBA").tobytes())
        return frames


def reason(content: bytes) -> str:
    """Why it cannot be printed, by its structure or by its pixels."""
    try:
        found = printable(content)
    except Broken as problem:
        return str(problem)
    return next(filter(None, decode(found.pixels)), "")


@pytest.mark.parametrize("form", FORMS)
def test_pixels_stay_and_all_else_goes(form: str) -> None:
    clean = printable(FORMS[form] + SECRET).content
    assert pixels(clean) == pixels(FORMS[form])
    assert SECRET not in clean
    assert not any(name in clean for name in (b"Exif\0", b"eXIf", b"EXIF", b"XMP ", b"tEXt"))
    assert printable(clean).content == clean


def test_texts_of_png_go_without_being_unpacked() -> None:
    bomb = zlib.compress(b"\0" * 10_000_000, 9)
    more = (chunk(b"tEXt", b"Author\0" + SECRET), chunk(b"zTXt", b"a\0\0" + bomb), chunk(b"iCCP", b"a\0\0" + bomb))
    assert printable(png(2, 2, b"\0" * 6, *more)).content == png(2, 2, b"\0" * 6)


@pytest.mark.parametrize(("form", "wanted"), [("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})])
def test_of_exif_the_orientation_stays(form: str, wanted: dict[str, Any]) -> None:
    clean = printable(saved(noise(), form, exif=exif(6), **wanted)).content
    with Image.open(io.BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {0x0112: 6}


@pytest.mark.parametrize("given", [b"", b"II*\0", b"MM\0*\0\0\0\x08\xff\xff", b"II*\0\xff\xff\xff\xff", b"x" * 40])
def test_nonsense_in_exif_is_no_orientation(given: bytes) -> None:
    assert profiles.orientation(given) == 1


@pytest.mark.parametrize("turned", range(1, 9))
def test_orientations_are_read_as_they_are_written(turned: int) -> None:
    assert profiles.orientation(profiles.exif(turned)) == turned


def test_profiles_stay_where_they_are_sane() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("PNG", "JPEG", "WEBP"):
        for given, stays in ((profile, True), (profile[:-9], False), (profile.replace(b"RGB ", b"CMYK"), False)):
            clean = printable(saved(noise(), form, icc_profile=given)).content
            with Image.open(io.BytesIO(clean)) as picture:
                assert picture.info.get("icc_profile") == (given if stays else None)


def jpeg_of_size(width: int, height: int) -> bytes:
    content = FORMS["jpeg"]
    place = content.index(b"\xff\xc0") + 5
    return content[:place] + struct.pack(">HH", height, width) + content[place + 4 :]


@pytest.mark.parametrize(
    "content",
    [
        png(12_000, 12_000, b""),
        png(40_000, 1, b""),
        png(0, 1, b""),
        jpeg_of_size(12_000, 12_000),
        FORMS["gif"][:6] + struct.pack("<HH", 60_000, 60_000) + FORMS["gif"][10:],
        b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0\0",
        saved(noise(1, 1), "GIF", save_all=True, append_images=[noise(1, 1) for _ in range(250)]),
    ],
    ids=["png", "long", "nothing", "jpeg", "gif", "webp", "frames"],
)
def test_size_is_known_before_anything_is_unpacked(content: bytes) -> None:
    with pytest.raises(Broken, match=r"pixels|frames"):
        printable(content)


def test_pixels_are_as_many_as_promised() -> None:
    assert reason(png(8, 8, b"\0" * 72)) == ""
    assert reason(png(8, 8, b"\0" * 79, interlaced=1)) == ""
    assert reason(png(8, 8, b"\0" * 36)) == "is cut off: pixels are missing"
    assert reason(png(8, 8, b"\0" * 10_000_000)) == "is damaged: it holds more than its pixels"


@pytest.mark.parametrize("form", FORMS)
def test_what_is_cut_off_is_refused(form: str) -> None:
    content = FORMS[form]
    for length in (4, 12, 30, len(content) // 3, len(content) // 2, len(content) - 20, len(content) - 1):
        assert reason(content[:length]), length


@pytest.mark.parametrize(
    "content",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run",
        b"%PDF-1.7",
        b"BM" + b"\0" * 60,
        b"II*\0" + b"\0" * 60,
        b"\0\0\1\0" + b"\0" * 60,
        b"\xff\xd8\xff\xd9",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"RIFF\x04\0\0\0WAVE",
        b"",
    ],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    assert reason(content)


def project(folder: Path, chapter: str, files: dict[str, bytes | str], settings: str = "") -> Path:
    files = {"chapters/a.md": chapter, "report.yml": f"toc: false\ntitle: T\n{settings}", **files}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def printed(folder: Path, choices: Choices | None = None) -> tuple[bytes, list[str]]:
    """The PDF, and what is said."""
    from report.pdf import worker

    worker._handed_out.clear()
    opened, cache = read(folder, choices or Choices()), Cache()
    made = build(opened, link(opened, cache), Press(cache, cast(Workers, Here())))
    return made.pdf, [f"{problem.code}: {problem.message}" for problem in made.diagnostics]


NOTE = "A call[^1].\n\n[^1]: What the note says.\n"


def test_outputs_tell_nothing_of_where_a_picture_is_from(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two/three"):
        files = {f"{name}/map.jpg": FORMS["jpeg"], f"{name}/plan.png": FORMS["png"]}
        images = f"![](/{name}/map.jpg){{alt='Map'}}\n\n![](/{name}/plan.png){{alt='Plan'}}"
        chapter = f"# T\n\nA path: asset:/a/map.jpg.\n\n{images}\n\n{NOTE}"
        folder = project(tmp_path / name, chapter, cast(dict[str, bytes | str], files))
        made.append(printed(folder)[0])
        with pikepdf.open(io.BytesIO(made[-1])) as pdf:
            streams = [one.read_raw_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert not any(SECRET in stream for stream in (*streams, made[-1]))
    assert made[0] == made[1]


def test_a_picture_that_is_damaged_is_an_error_and_is_never_half_printed(tmp_path: Path) -> None:
    chapter = f"# T\n\n![](map.png){{alt='The map'}}\n\n{NOTE}"
    folder = project(tmp_path, chapter, {"chapters/map.png": png(90, 90, b"\0" * 91 * 40)}, "draft: true\n")
    pdf, said = printed(folder)
    assert [one for one in said if "map.png" in one] == [
        "image-broken: `chapters/map.png` is cut off: pixels are missing"
    ]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not [
            one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
    cache = Cache()
    found = read(folder, Choices())
    html = page(found, link(found, cache, output="html"), cache).html
    assert b'<img src="data:,"' in html


def test_a_drawing_that_was_wrongly_found_good_takes_nothing_with_it(tmp_path: Path) -> None:
    """The gate for pictures knows it already, and is wrong."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50">{CIRCLE}</svg>'.encode()
    text = f"# T\n\n![D](a.svg)\n\n{NOTE}"
    folder = project(tmp_path, text, {"chapters/a.svg": drawing}, "cover: none\n")
    found, cache = read(folder, Choices()), Cache()
    cache.put("picture", Verdict("", drawing), found.files.digest("chapters/a.svg"))
    with Workers(1) as workers:
        report = build(found, link(found, cache), Press(cache, workers))
    assert [one.message for one in report.diagnostics] == ["`chapters/a.svg` cannot be drawn, and is not printed"]
    assert report.is_sound
    assert "What the note says." in "".join(texts(report.pdf))


CIRCLE = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'


@pytest.mark.parametrize("inside", ['<g id="a"><use href="#a"/></g>', CIRCLE, '<rect x="1e999" width="5" height="5"/>'])
def test_a_drawing_that_fails_takes_nothing_with_it(tmp_path: Path, inside: str) -> None:
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><rect width="9" height="9"/>{inside}</svg>'
    )
    cover = "{% extends 'theme/cover.html' %}"
    files: dict[str, bytes | str] = {
        "styles/t/opening.html": f"<p>Before {drawing} behind.</p>",
        "styles/t/cover.html": cover,
    }
    folder = project(tmp_path, f"# T\n\n{NOTE}", files, "template: styles/t\ncover: none\n")
    pdf, said = printed(folder)
    assert "image-broken: a drawing cannot be drawn, and is not printed" in said
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for sheet in opened.pages:
            operators = [str(one.operator) for one in pikepdf.parse_content_stream(sheet)]
            assert operators.count("q") == operators.count("Q")


@pytest.mark.parametrize(
    "rule",
    [
        "@color-profile --a { src: url(https://example.org/a.icc) }",
        "@color-pro\\66ile --a { src: u\\72l(file:///etc/passwd) }",
        "@import url(https://example.org/a.css);",
        "@import 'file:///etc/passwd';",
        "h1 { background: url(file:///etc/passwd) }",
        "h1 { content: url(https://example.org/a.png) }",
        "h1 { background: url('data:image/svg+xml,<!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>') }",
        "@font-face { font-family: A; src: url(https://example.org/a.woff2) }",
    ],
)
def test_stylesheets_fetch_nothing_and_stop_nothing(tmp_path: Path, rule: str) -> None:
    folder = project(tmp_path, f"# T\n\n{NOTE}", {"styles/own.css": rule}, "css: styles/own.css\ndraft: true\n")
    pdf, said = printed(folder)
    assert pdf.startswith(b"%PDF")
    assert said


@pytest.mark.parametrize(
    "rule",
    [
        "@media screen { h1 { background: url(https://example.org/a.png) } }",
        "@media screen { h1 { background: URL( 'https://example.org/a.png' ) } }",
        "@media screen { h1 { background: u\\72l(//example.org/a.png) } }",
        "@media screen { h1 { background: url(\\68ttps://example.org/a.png) } }",
        "@media screen { h1 { background: image-set('https://example.org/a.png' 1x) } }",
        ":root { --a: url(https://example.org/a.png) }",
        "@font-face { font-family: A; src: url(https://example.org/a.woff2) }",
    ],
)
def test_a_page_asks_for_nothing(tmp_path: Path, rule: str) -> None:
    folder = project(tmp_path, f"# T\n\n{NOTE}", {"styles/own.css": rule}, "css: styles/own.css\n")
    found, cache = read(folder, Choices()), Cache()
    html = page(found, link(found, cache, output="html"), cache).html.decode()
    named = html.replace("\\", "")
    assert "example.org/a" not in re.sub(r"(?:none|--a: none)\([^)]*\)", "", named)


def test_a_drawing_goes_into_the_page_as_it_was_checked(tmp_path: Path) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {SECRET.decode()} --><rect width="5" height="5"/></svg>'
    folder = project(tmp_path, f"# T\n\n![](d.svg){{alt='D'}}\n\n{NOTE}", {"chapters/d.svg": drawing})
    found, cache = read(folder, Choices()), Cache()
    html = page(found, link(found, cache, output="html"), cache).html.decode()
    embedded = re.search(r'<img src="data:image/svg\+xml;base64,([^"]*)"', html)
    assert embedded
    assert b64decode(embedded[1]) == b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="5" height="5" /></svg>'


def test_a_font_must_be_one(tmp_path: Path) -> None:
    sheet = "@font-face { font-family: A; src: url(a.ttf) } @font-face { font-family: B; src: url(b.ttf) }"
    font = (FONTS / "SourceSans3-Regular.ttf").read_bytes()
    files: dict[str, bytes | str] = {"styles/own.css": sheet, "styles/a.ttf": font, "styles/b.ttf": b"%!PS-AdobeFont"}
    folder = project(tmp_path, f"# T\n\n{NOTE}", files, "css: styles/own.css\n")
    said = [problem.message for problem in link(read(folder, Choices()), Cache()).diagnostics]
    assert said == ["`styles/b.ttf` is no picture"]
