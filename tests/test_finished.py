"""The finished PDF is read again: whatever is taken out of it, or put wrong, is named; a damaged cache is mended."""

from __future__ import annotations

import io
import pickle
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pikepdf
import pytest
from msgspec.structs import replace

from report import html
from report.build import Report, build
from report.cache import Cache, _read, _write
from report.choices import Choices
from report.diagnostics import as_text
from report.document import Chapter, Paragraph, Text
from report.front import link
from report.pdf.assemble import Assembled, Placed
from report.pdf.file import Block
from report.pdf.fragment import Fragment, Objects, Stream
from report.pdf.misprints import Misprint
from report.pdf.pdfium import library, opened
from report.pdf.reading import texts, unlike
from report.pdf.relocate import Destination, Known
from report.pdf.scanning import unbalanced
from report.pdf.values import name_tree
from report.press import Press, read_by
from report.project import read
from report.source import Span
from report.verdict import sentence
from report.workers import Workers

CHAPTERS = {
    "1.md": "# Springs {#sec-springs}\n\nWater rises in the hills.^[The first note of all.] See @sec-falls [page].\n",
    "2.md": "# Falls {#sec-falls}\n\nIt falls into the valley.^[Another note stands here.] See [it](https://x.org/).\n",
}


@pytest.fixture(scope="module")
def workers(root: Path) -> Iterator[Workers]:
    with Workers(1) as found:
        printed(root, Press(Cache(root.parent / "cache"), found))  # a process hands out each font once
        yield found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, which is laid out once for all tests."""
    root: Path = tmp_path_factory.mktemp("reading") / "project"
    (root / "chapters").mkdir(parents=True)
    (root / "report.yml").write_text("title: Rivers\nlang: en-GB\ndate: 2026-11-20\ncover: none\ntoc: false\n")
    for name, text in CHAPTERS.items():
        (root / "chapters" / name).write_text(text)
    return root


Tamper = Callable[[Objects], Objects]


class Tampering(Press):
    """A press in which objects are spoilt on their way into the file."""

    tamper = staticmethod(lambda objects: objects)
    lie = staticmethod(lambda known: known)

    def start_over(self) -> None:
        """Lay nothing out again: it would be spoilt as well."""

    def relocated(self, fragment: Fragment, destination: Destination, known: Known) -> tuple[Block, Block]:
        from report.pdf.relocate import bind, relocate

        objects = self.tamper(self._objects(fragment))
        return relocate(objects, destination), bind(objects, destination, self.lie(known))


def printed(root: Path, press: Press) -> tuple[Report, str]:
    project = read(root, Choices())
    report = build(project, link(project, press.cache), press)
    return report, as_text(report.diagnostics, project.files.texts)


@pytest.fixture
def press(root: Path, workers: Workers) -> Tampering:
    return Tampering(Cache(root.parent / "cache"), workers)


def said(root: Path, press: Tampering, tamper: Tamper) -> list[str]:
    press.tamper = tamper  # type: ignore[assignment]
    report, text = printed(root, press)
    assert not report.is_sound
    return [line for line in text.split("\n") if "error[" in line]


def in_streams(change: Callable[[bytes], bytes]) -> Tamper:
    """A change of what pages draw."""

    def tamper(objects: Objects) -> Objects:
        return replace(objects, streams=tuple(changed(stream) for stream in objects.streams))

    def changed(stream: Stream) -> Stream:
        if b"FlateDecode" not in stream.chunks[0] or b"/Image" in stream.chunks[0]:
            return stream
        body = change(zlib.decompress(stream.body))
        return replace(stream, body=zlib.compress(body))

    return tamper


def in_objects(before: bytes, after: bytes) -> Tamper:
    def tamper(objects: Objects) -> Objects:
        chunks = tuple(chunk.replace(before, after) for chunk in objects.chunks)
        return replace(objects, chunks=chunks)

    return tamper


SHOWN = re.compile(rb"\[<[^\]]{24,}\] TJ\n")
"""What shows about six glyphs or more."""


def blank(found: re.Match[bytes]) -> bytes:
    """Nothing, as long as what was there: numbers in the stream keep their places."""
    return b" " * len(found[0])


def test_is_silent_where_all_is_printed(root: Path, press: Tampering) -> None:
    report, text = printed(root, press)
    assert (report.is_sound, text) == (True, "")
    assert (report.verdict.paragraphs, report.verdict.notes) == (2, 2)


def remove(found: re.Match[str]) -> str:
    return ""


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("<p[^>]*>It f.*?</p>", "chapters/2.md:3:1: error[text-lost]: `It falls into the valley.` is not in the HTML"),
        ("<p[^>]*>It f.*?</p>", "chapters/2.md:3:26: error[note-lost]: note 2 is not in the HTML"),
        ("Another note stands here.", "error[text-lost]: `Another note stands here.` is not in the HTML"),
        (' id="fn-[^"]+"', "chapters/2.md:3:26: error[note-lost]: note 2 is not in the HTML"),
        ("valley", "chapters/2.md:3:1: error[text-lost]: `It falls into the valley.` is not in the HTML"),
        ("<h1.*?</h1>", "chapters/2.md:1:3: error[text-lost]: `Falls` is not in the HTML"),
    ],
)
def test_misses_what_the_writer_leaves_out(
    gone: str, message: str, root: Path, press: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = html.write

    def written(chapter: Chapter) -> str:
        return re.sub(gone, remove, write(chapter), flags=re.DOTALL)

    monkeypatch.setattr(html, "write", written)
    report, text = printed(root, press)
    assert message in text
    assert sentence(report.verdict, report.diagnostics).endswith("what is lost")


def test_the_words_for_a_picture_in_a_line_are_not_missed(tmp_path: Path, workers: Workers) -> None:
    """They stand beside it in the file, and on no page."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Rivers\nlang: en-GB\ntoc: false\n")
    (tmp_path / "chapters" / "1.md").write_text("# Springs\n\nThe mark ![A drop](drop.svg) is blue.\n")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    (tmp_path / "chapters" / "drop.svg").write_text(drawing)
    report, text = printed(tmp_path, Press(Cache(), workers))
    assert (text, sentence(report.verdict, ())) == ("", "printed 1 paragraph, 0 notes, nothing lost")
    assert b"A drop" in b"".join(map(zlib.decompress, packed(report.pdf)))


def test_the_words_in_place_of_a_picture_in_a_line_are_not_missed(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Rivers\nlang: en-GB\ntoc: false\n")
    (tmp_path / "chapters" / "1.md").write_text("# Springs\n\nThe mark ![A drop](none.svg) is blue, and wet.\n")
    project = read(tmp_path, Choices(draft=True))
    report = build(project, link(project, Cache()), Press(Cache(), workers))
    assert [one.code for one in report.diagnostics] == ["image-missing"]
    assert "A drop" in " ".join(texts(report.pdf))


def packed(pdf: bytes) -> list[bytes]:
    return [found[1] for found in re.finditer(rb"/ObjStm.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)]


def test_misses_one_of_two_paragraphs_that_are_alike() -> None:
    spans = [Span("a.md", at, at + 12) for at in (0, 14, 28)]
    alike = tuple(Paragraph((Text("Water rises.", span=span),), span=span) for span in spans)
    chapter = Chapter("a.md", (), alike)
    text = html.write(chapter)
    assert html.inventory([chapter], text).missing == ()
    fewer = text.replace("<p>Water rises.</p>", "", 1)
    assert html.inventory([chapter], fewer).missing == alike[-1].children


def test_misses_a_run_of_glyphs(root: Path, press: Tampering) -> None:
    found = said(root, press, in_streams(lambda body: SHOWN.sub(blank, body, count=1)))
    assert any(line.startswith("chapters/2.md:3:1: error[text-lost]: `It falls into the valley.") for line in found)
    assert not any("pdf-broken" in line for line in found)


def test_misses_a_note(root: Path, press: Tampering) -> None:
    def without_last(body: bytes) -> bytes:
        shown = [*SHOWN.finditer(body)]
        if b"/Pagination" in body:
            return body
        start, end = shown[-1].span()
        return body[:start] + b" " * (end - start) + body[end:]

    found = said(root, press, in_streams(without_last))
    assert found == [
        "chapters/1.md:3:26: error[note-lost]: note 1 is not in the finished file",
        "chapters/2.md:3:26: error[note-lost]: note 2 is not in the finished file",
    ]


def test_misses_one_glyph(root: Path, press: Tampering) -> None:
    def shorter(body: bytes) -> bytes:
        return re.sub(rb"[0-9a-f]{4}(>-?[\d.]*\] TJ)", rb"    \1", body, count=1)

    assert said(root, press, in_streams(shorter))


def test_notices_a_wrong_number(root: Path, press: Tampering) -> None:
    press.lie = staticmethod(  # type: ignore[assignment]
        lambda known: Known(known.shift, tuple((name, "7") for name, _ in known.numbers))
    )
    found = said(root, press, lambda objects: objects)
    assert any("chapters/1.md:3" in line and "is not in the finished file" in line for line in found)


def test_notices_a_wrong_folio(root: Path, press: Tampering) -> None:
    press.lie = staticmethod(lambda known: Known(known.shift + 3, known.numbers))  # type: ignore[assignment]
    assert any("lacks `" in line or "is not in" in line for line in said(root, press, lambda objects: objects))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"/MediaBox", b"/Mediabox", "page 1 of the file cannot be read"),
        (b"/Type /Page/", b"/Type /Pag/", "page 1 of the file"),
        (b"/Dest (sec-falls)", b"/Dest (sec-fells)", "a link leads to `sec-fells`, which is on no page"),
        (b"https://x.org", b"file:////x.or", "a link leads to `file:////x.or/`"),
        (b"/S /URI", b"/S /JavaScript", "there is `/S /JavaScript`"),
        (b"/S /URI", b"/S /Launch", "there is `/S /Launch`"),
        (b"/Subtype /Link", b"/Subtype /Link/AA <<>>", "there is `/AA`"),
    ],
)
def test_notices_broken_objects(before: bytes, after: bytes, message: str, root: Path, press: Tampering) -> None:
    found = said(root, press, in_objects(before, after))
    assert any("error[pdf-broken]" in line and message in line for line in found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda body: body + b"\nq", "`q` in a content stream is not closed"),
        (lambda body: body + b"\nQ", "`Q` in a content stream closes what is not open"),
        (lambda body: body.replace(b"EMC", b"   ", 1), "in a content stream"),
        (lambda body: body.replace(b"ET", b"  ", 1), "closes what is not open"),
    ],
)
def test_notices_what_is_not_balanced(
    change: Callable[[bytes], bytes], message: str, root: Path, press: Tampering
) -> None:
    found = said(root, press, in_streams(change))
    assert any("error[pdf-broken]" in line and message in line for line in found)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"q BT (Q \\) q) Tj ET Q", ""),
        (b"/q Do /Q gs q <51> Tj Q", ""),
        (b"/Span <</MCID 0>> BDC q Q EMC", ""),
        (b"BI /W 1 ID \x00 q Q Q EI q Q", ""),
        (b"q q Q", "`q` in a content stream is not closed"),
        (b"q BT Q ET", "`Q` in a content stream closes what is not open"),
    ],
)
def test_balance_of_a_content_stream(content: bytes, fault: str) -> None:
    assert unbalanced(content) == fault


Spoil = Callable[[pikepdf.Pdf], None]


class Spoiling(Press):
    """A press whose file is spoilt before it is read."""

    def __init__(self, cache: Cache, workers: Workers, spoil: Spoil) -> None:
        super().__init__(cache, workers)
        self.spoil = spoil

    def start_over(self) -> None:
        """Lay nothing out again: it would be spoilt as well."""

    def read(
        self, assembled: Assembled, placed: Sequence[Placed], keys: Sequence[str]
    ) -> tuple[tuple[Misprint, ...], ...]:
        with pikepdf.open(io.BytesIO(assembled.content)) as pdf:
            self.spoil(pdf)
            saved = io.BytesIO()
            pdf.save(saved)
        spoilt = replace(assembled, content=saved.getvalue())
        return super().read(spoilt, placed, read_by(spoilt, placed))


def leave(pdf: pikepdf.Pdf) -> None:
    """As it is."""


def drop_a_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1]


def drop_a_page_that_is_counted(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Pages.Kids[1]


def kill_an_entry(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Dest[0] = pdf.make_indirect(pikepdf.Dictionary())


def drop_an_entry(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.Last = pdf.Root.Outlines.First
    del pdf.Root.Outlines.First["/Next"]


def destinations(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.Root.Names.Dests.Names


def place_of(pdf: pikepdf.Pdf, name: str) -> int:
    return [str(one) for one in destinations(pdf)[::2]].index(name) * 2 + 1


def kill_a_destination(pdf: pikepdf.Pdf) -> None:
    destinations(pdf)[place_of(pdf, "sec-falls")][0] = pdf.make_indirect(pikepdf.Dictionary())


def lead_a_destination_to_a_page_that_is_not_there(pdf: pikepdf.Pdf) -> None:
    page = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Page))
    destinations(pdf)[place_of(pdf, "sec-falls")][0] = page


def drop_a_destination(pdf: pikepdf.Pdf) -> None:
    place = place_of(pdf, "sec-falls")
    names = destinations(pdf)
    pdf.Root.Names.Dests.Names = pikepdf.Array([*names[: place - 1], *names[place + 1 :]])


def hide_in_a_form(pdf: pikepdf.Pdf) -> None:
    """All that the second page draws stands in a form that nothing draws."""
    page = pdf.pages[1]
    page.contents_coalesce()
    form = pdf.make_stream(page.Contents.read_bytes())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, page.MediaBox
    form.Resources = page.Resources
    page.Resources.XObject = pikepdf.Dictionary(Form=form)
    page.Contents = pdf.make_stream(b"q Q")


def move_off_the_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(b"1 0 0 1 3000 0 cm", prepend=True)


def cut_the_foot_off(pdf: pikepdf.Pdf) -> None:
    left, bottom, right, top = pdf.pages[1].MediaBox
    pdf.pages[1].MediaBox = pikepdf.Array([left, (bottom + top) / 2, right, top])


def crop_the_head(pdf: pikepdf.Pdf) -> None:
    left, bottom, right, top = pdf.pages[1].MediaBox
    pdf.pages[1].CropBox = pikepdf.Array([left, bottom, right, (bottom + top) / 2])


FALLS = "chapters/2.md:3:1: error[text-lost]: `2 Falls It falls into the valley."


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (drop_a_page, "error[pdf-broken]: the file has 1 pages and not 2"),
        (drop_a_page, "error[pdf-broken]: page 2 of the file cannot be read"),
        (drop_a_page_that_is_counted, "error[pdf-broken]: page 2 of the file cannot be read"),
        (kill_an_entry, "error[pdf-broken]: an entry of the outline leads nowhere"),
        (drop_an_entry, "error[pdf-broken]: the outline has 1 entries and not 2"),
        (kill_a_destination, "error[pdf-broken]: the destination `sec-falls` is on no page"),
        (
            lead_a_destination_to_a_page_that_is_not_there,
            "error[pdf-broken]: the destination `sec-falls` is on no page",
        ),
        (drop_a_destination, "error[pdf-broken]: the destination `sec-falls` is on no page"),
        (hide_in_a_form, FALLS),
        (hide_in_a_form, "chapters/2.md:3:26: error[note-lost]: note 2 is not in the finished file"),
        (move_off_the_page, FALLS),
        (move_off_the_page, "chapters/2.md:3:26: error[note-lost]: note 2 is not in the finished file"),
        (cut_the_foot_off, "chapters/2.md:3:26: error[note-lost]: note 2 is not in the finished file"),
        (crop_the_head, "chapters/2.md:3:1: error[text-lost]: `Falls It falls into the valley."),
    ],
)
def test_notices_a_file_that_is_spoilt(spoil: Spoil, message: str, root: Path, workers: Workers) -> None:
    _, text = printed(root, Spoiling(Cache(root.parent / "cache"), workers, spoil))
    assert message in text


def test_what_is_saved_again_is_not_spoilt(root: Path, workers: Workers) -> None:
    report, text = printed(root, Spoiling(Cache(root.parent / "cache"), workers, leave))
    assert (report.is_sound, text) == (True, "")


def test_a_damaged_cache_is_mended(root: Path, workers: Workers) -> None:
    class Once(Tampering):
        def start_over(self) -> None:
            self.tamper = staticmethod(lambda objects: objects)
            Press.start_over(self)

    press = Once(Cache(root.parent / "cache"), workers)
    press.tamper = staticmethod(in_streams(lambda body: SHOWN.sub(blank, body, count=1)))
    report, text = printed(root, press)
    assert (report.is_sound, text) == (True, "")


def test_a_damaged_cache_is_mended_once(root: Path, workers: Workers, tmp_path: Path) -> None:
    """What is damaged is damaged on the disk, under a right sum."""
    folder = tmp_path / "cache"
    first = Press(Cache(folder), workers)
    sound, _ = printed(root, first)
    for path in folder.glob("objects-*"):
        objects = in_streams(lambda body: SHOWN.sub(blank, body, count=1))(_read(path))  # type: ignore[arg-type]
        _write(path, pickle.dumps(objects))
    for path in (*folder.glob("block-*"), *folder.glob("numbers-*"), *folder.glob("reading-*")):
        path.unlink()

    class Counting(Press):
        repairs = 0

        def start_over(self) -> None:
            Counting.repairs += 1
            super().start_over()

    for _ in range(2):
        report, text = printed(root, Counting(Cache(folder), workers))
        assert (report.pdf, text) == (sound.pdf, "")
    assert Counting.repairs == 1


def test_what_was_read_is_not_read_again(root: Path, workers: Workers) -> None:
    cache = Cache(root.parent / "cache")
    printed(root, Press(cache, workers))
    text = root / "chapters" / "2.md"
    before = text.read_text()
    text.write_text(before.replace("valley", "valleys"))
    again = Cache(cache.folder)
    printed(root, Press(again, workers))
    text.write_text(before)
    assert again.tally["reading"] == [1, 1]


def test_misses_a_page_of_an_imposed_file(root: Path, press: Tampering) -> None:
    report, _ = printed(root, press)
    pages = [[text] for text in texts(report.pdf)]
    assert [*unlike(pages, report.pdf)] == []
    assert [one.words for one in unlike(pages[:-1], report.pdf)] == ["the file has 2 pages and not 1"]
    assert [(one.words, one.sheet) for one in unlike([pages[0], pages[0]], report.pdf)] == [("lacks text", 1)]


def test_links_lead_on_whatever_script_names_are_in(tmp_path: Path, workers: Workers) -> None:
    """Asked as a reader asks, which looks names up in the order of their letters and not of their bytes."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Names\nlang: de\n")
    heads = "".join(f"\n\n## Teil {{#sec-{name}}}\n\nText.^[Note.] " for name in ("größe", "Ωmega", "z", "50%", "юг"))
    (tmp_path / "chapters" / "1.md").write_text(f"# Häfen {{#sec-über}}\n\nSiehe @sec-größe und @sec-юг.{heads}\n")
    report, text = printed(tmp_path, Press(Cache(), workers))
    assert (report.is_sound, text) == (True, "")
    assert dead_links(report.pdf) == (0, 24)


def dead_links(pdf: bytes) -> tuple[int, int]:
    """How many links of a file lead to no page, and how many there are."""
    import ctypes

    pdfium, place, link, found = library(), ctypes.c_int(), library().FPDF_LINK(), []
    with opened(pdf) as document:
        for number in range(pdfium.FPDF_GetPageCount(document)):
            place.value = 0
            while pdfium.FPDFLink_Enumerate(pdfium.FPDF_LoadPage(document, number), place, link):
                found.append(bool(pdfium.FPDFLink_GetDest(document, link)))
    return found.count(False), len(found)


def test_a_name_tree_is_in_the_order_of_its_bytes() -> None:
    """Not of the signs around them: the end of one would stand behind the digits of the next."""
    names = ("ü10", "ü1", "b(c", "b", "a")
    found = pikepdf.Object.parse(name_tree(dict.fromkeys(names, b"0"))).Names
    assert [str(name) for name in found[::2]] == ["a", "b", "b(c", "ü1", "ü10"]
