"""What is written in a field is text wherever it is printed, and what is said of it is one line that steers nothing."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pytest
import yaml
from harmless import in_pdf
from hypothesis import given, settings
from hypothesis import strategies as st

from report import build, csl, front
from report.bibtex import fields as bib_fields
from report.bibtex import items, parse
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import FORMATS, Hint, as_text, error
from report.metadata import Author, Fonts, Margins, Metadata
from report.metadata.decode import key_of
from report.metadata.fields import Print
from report.project import read
from report.source import Source, Span

HOSTILE = """</title><script>alert(1)</script><img src=x onerror=1>{{ 7*7 }}*a*[x](javascript:1)&amp;" '"""
HARMLESS = re.sub(r"[^\w\s]", "7", HOSTILE)
"""As long, so that lines break alike."""


class Outline(HTMLParser):
    """The elements of a page in their order, each with the names of its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.values: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(folder: Path, report: dict[str, object], **files: str) -> tuple[Outline, str]:
    """The page of a small project, and what is said of it."""
    folder.mkdir()
    (folder / "chapters").mkdir()
    written = {"report.yml": yaml.safe_dump({"title": "T", **report}, allow_unicode=True), **files}
    for name, text in {"chapters/a.md": "# A\n\nText.\n", **written}.items():
        (folder / name).write_text(text, "utf-8")
    project = read(folder, Choices(outputs=("html",)))
    made = build.page(project, front.link_each(project, Cache(), ("html",))["html"], Cache())
    return Outline(made.html.decode()), as_text(made.diagnostics, project.files.texts)


LITERAL = HOSTILE.removesuffix("\" '")
"""Quotation marks become those of the language."""

NAMING = {
    "chapters",
    "appendices",
    "bibliography",
    "csl",
    "nocite",
    "css",
    "template",
    "attachments",
    "profiles",
    "profile",
}
"""Fields that name files and keys."""

PRIVATE = ("file", "annote", "annotation", "timestamp", "owner", "bdsk-url-1", "abstract", "local-url", "unheard-of")


def filled(kind: type, value: str, *, naming: bool = False) -> dict[str, object]:
    """Every field of text in a record of metadata with a value, those that name files and keys or all others."""
    made: dict[str, object] = {}
    for entry in fields(kind):
        shape = str(entry.type)
        if "pattern" in entry.metadata or "Literal" in shape or "PdfStandard" in shape:
            continue
        name, is_naming = key_of(entry.name), entry.name in NAMING
        if shape in ("str", "tuple[str, ...]") and is_naming == naming:
            made[name] = value if shape == "str" else [value]
        elif shape in RECORDS and (inner := filled(RECORDS[shape], value, naming=naming)):
            made[name] = [inner] if shape.startswith("tuple") else inner
    return made


RECORDS = {"tuple[Author, ...]": Author, "Margins": Margins, "Fonts": Fonts, "Print": Print}

BIB_FIELDS = sorted(
    {*bib_fields._PLAIN, *bib_fields._LISTS}
    | set(re.findall(r'(?:text|list|keyed|raw|verbatim)\("([a-z]+)"\)', Path(bib_fields.__file__).read_text("utf-8")))
    | {"title", "subtitle", "author", "editor", "translator", "journaltitle", "booktitle", "doi", "url", "titleaddon"}
)


def escaped(value: str) -> str:
    """The value as Markdown that prints it."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", value)


def entry(value: str, kind: str = "book") -> str:
    """An entry with the value in every field, as TeX that prints it."""
    tex = re.sub(r"([{}&])", r"\\\1", value)
    dated = {"year", "date", "month", "day", "urldate", "eventdate", "origdate", "origyear", "related", "relatedtype"}
    given = "".join(f"  {name} = {{{{{tex}}}}},\n" for name in BIB_FIELDS if name not in dated)
    return f"@{kind}{{k,\n{given}  year = {{2020}}\n}}\n"


def chapter(value: str) -> str:
    text = escaped(value)
    return f"""# {text}

Text [{text} @k, p. 3 {text}; @k, {{p. {text}}}].^[{text}]

::: {{.table src=data.csv #tbl-x}}
{text}
:::

::: {{.chart src=data.csv type=bar x=place y=people #fig-x source="s"}}
{text}
:::

[{text}]{{.index}} and UN.

*[UN]: {text}
"""


def table(value: str) -> str:
    cell = '"' + value.replace('"', '""') + '"'
    return f"place,people,{cell}\n{cell},3,{cell}\n"


def test_a_string_in_every_field_of_metadata_is_text(tmp_path: Path) -> None:
    wild, said = page(tmp_path / "wild", filled(Metadata, HOSTILE))
    tame, _ = page(tmp_path / "tame", filled(Metadata, HARMLESS))
    assert "error" not in said
    assert wild.elements == tame.elements
    for count, name in ((2, "title"), (1, "subtitle")):
        assert wild.text.count(LITERAL) >= count, name


def test_a_string_in_every_field_that_names_something_is_said(tmp_path: Path) -> None:
    for name, value in filled(Metadata, HOSTILE, naming=True).items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "chapters").mkdir()
        (folder / "chapters/a.md").write_text("# A\n\nText.\n", "utf-8")
        (folder / "report.yml").write_text(yaml.safe_dump({"toc": False, name: value}), "utf-8")
        project = read(folder, Choices())
        linked = front.link(project, Cache())
        said = as_text(linked.diagnostics, project.files.texts)
        assert name == "print" or "error[" in said, name
        assert str(tmp_path) not in said


def test_a_string_in_every_field_of_chapters_and_bibliography_is_text(tmp_path: Path) -> None:
    def made(name: str, value: str) -> tuple[Outline, str]:
        files = {"chapters/a.md": chapter(value), "refs.bib": entry(value), "chapters/data.csv": table(value)}
        return page(tmp_path / name, {"toc": True, "lof": True, "lot": True}, **files)

    wild, said = made("wild", HOSTILE)
    tame, _ = made("tame", HARMLESS)
    assert "error[" not in said
    assert set(wild.elements) == set(tame.elements)  # their number is the style's: it compares words
    assert {value.partition(":")[0] for value in wild.values if re.match("[a-z]+:", value)} <= {"http", "https", "data"}
    assert wild.text.count(LITERAL) >= 10


def test_private_fields_of_entries_are_in_no_item() -> None:
    given = "".join(f"  {name} = {{SECRET-{name}}},\n" for name in PRIVATE)
    library = parse((Source("refs.bib", f"@book{{k,\n{given}  title = {{Open}}\n}}\n"),))
    assert "SECRET" not in repr(items(library, ("k",)).items)


STEERING = "a\x1b[31mb\r\nc\x9bd\u2028e\u202ef::error::g%0Ah\x00i\U000e0101j\ud800k\x07"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_diagnostic_steers_nothing(form: str) -> None:
    source = Source("x\x1b.md", f"{STEERING}\n")
    hints = (STEERING, Hint(STEERING, Span("y\x9b.md")))
    found = error("layout", STEERING, Span(source.path, 0, 1), *hints)
    text = FORMATS[form]((found,), {source.path: source})
    text.encode()
    assert all(char.isprintable() or char == "\n" for char in text)
    if form == "github":
        assert text.count("\n") == 1
        assert text.startswith("::error file=xU+001B.md,")
    if form == "text":
        assert "\U000e0101" not in text
        assert [line[:6] for line in text.splitlines() if not line.startswith(" ")] == ["xU+001"]
    if form in ("json", "sarif"):
        json.loads(text)


ODD_ENCODINGS = {
    "is UTF-16, not UTF-8: byte 0xff at 0": "# Über\n\nText.\n".encode("utf-16"),
    "is UTF-16, not UTF-8: byte 0x00 at 1": "# Title\n\nText.\n".encode("utf-16-le"),
    "is UTF-16, not UTF-8: byte 0x00 at 0": "# Title\n\nText.\n".encode("utf-16-be"),
    "is UTF-32, not UTF-8: byte 0xff at 0": "# Title\n\nText.\n".encode("utf-32"),
    "is UTF-32, not UTF-8: byte 0x00 at 1": "# Title\n\nText.\n".encode("utf-32-le"),
    "is not UTF-8: byte 0xed at 2, half of a surrogate pair": b"# \xed\xa0\x80",
    "is not UTF-8: byte 0xc0 at 2, a character in an overlong form": b"# \xc0\xaf",
    "is not UTF-8: byte 0xe0 at 2, a character in an overlong form": b"# \xe0\x80\xaf",
}


@pytest.mark.parametrize("reason", ODD_ENCODINGS)
@pytest.mark.parametrize("name", ["report.yml", "chapters/a.md", "refs.bib", "styles.css"])
def test_an_encoding_that_is_not_ours_is_named_once(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("toc: false\ncss: styles.css\nbibliography: refs.bib\n")
    (tmp_path / "chapters/a.md").write_text("# A\n\nText.\n")
    (tmp_path / "refs.bib").write_text("@book{k, title = {T}}\n")
    (tmp_path / "styles.css").write_text("p { color: red }\n")
    (tmp_path / name).write_bytes(ODD_ENCODINGS[reason])
    project = read(tmp_path, Choices())
    said = front.link(project, Cache()).diagnostics
    (one,) = (found for found in said if found.code not in ("chapters-none",))
    assert (one.code, one.message) == ("file-encoding", f"`{name}` {reason}")


def test_half_a_surrogate_pair_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/a.md").write_text("# A\n\n{{ title }}\n")
    (tmp_path / "report.yml").write_text('toc: false\ntitle: "a\\ud800b"\n')
    project = read(tmp_path, Choices(draft=True))
    assert [found.code for found in project.diagnostics] == ["yaml-character"]
    assert project.metadata.title == "a\ufffdb"
    with pytest.raises(ValueError, match="is not UTF-8"):
        read(tmp_path, Choices(settings=("title=a\udcffb",)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda content: content.decode("latin-1")))
def test_a_citation_style_of_any_text_ends_in_a_style_or_a_reason(text: str) -> None:
    for given_text in (text, f'<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0">{text}</style>'):
        with suppress(csl.StyleError):
            assert csl.parse_style(given_text, "own").name == "own"


def inflated(pdf: Path) -> bytes:
    """All that a PDF says, with its streams unpacked, text in names and strings included."""
    with pikepdf.open(pdf) as opened:
        streams = (one for one in opened.objects if isinstance(one, pikepdf.Stream))
        parts = [one.read_bytes() if "/Subtype" not in one or one.Subtype != "/Image" else b"" for one in streams]
        return b"\n".join((*parts, *(repr(one).encode() for one in opened.objects), repr(opened.docinfo).encode()))


def test_a_string_is_text_in_all_that_a_pdf_says_of_itself(tmp_path: Path) -> None:
    """Information, XMP, outline, alternatives of the structure tree: as it was written, and nothing acts."""
    (tmp_path / "chapters").mkdir()
    described = f"# {escaped(HOSTILE)}\n\n![{escaped(HOSTILE)}](a.svg)\n"
    (tmp_path / "chapters/a.md").write_text(described, "utf-8")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    (tmp_path / "chapters/a.svg").write_text(drawing)
    settings = {"title": HOSTILE, "abstract": HOSTILE, "keywords": [HOSTILE], "author": [HOSTILE], "toc": False}
    (tmp_path / "report.yml").write_text(yaml.safe_dump(settings), "utf-8")
    command = [sys.executable, "-P", "-m", "report", "build", str(tmp_path), "--to", "pdf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "out").glob("*.pdf")
    assert in_pdf(made.read_bytes()) == []
    with pikepdf.open(made) as pdf:
        values = {name: str(value) for name, value in pdf.docinfo.items()}
        assert all(LITERAL in values[name] for name in ("/Title", "/Author", "/Subject", "/Keywords")), values
        with pdf.open_metadata() as xmp:
            assert LITERAL in str(xmp["dc:title"])
            assert LITERAL in str(xmp["dc:creator"])
        assert LITERAL in str(pdf.Root.Outlines.First.Title)
        structure = (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one)
        assert any(LITERAL in str(one.Alt) for one in structure)


def test_what_is_private_is_in_no_result(tmp_path: Path) -> None:
    private = "".join(f"  {name} = {{SECRET-{name}}},\n" for name in PRIVATE)
    text = "# A\n\n<!-- SECRET -->\n{## SECRET ##}\nText [@k, p. 3].\n"
    files = {
        "chapters/a.md": text,
        "refs.bib": f"@book{{k,\n{private}  title = {{Open}},\n  year = {{2020}}\n}}\n",
        "report.yml": "title: T\n# SECRET\nparams: {unused: SECRET}\ndate: 2026-11-20\n",
    }
    (tmp_path / "chapters").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    command = [sys.executable, "-P", "-m", "report", "build", str(tmp_path), "--to", "pdf,html", "--manifest"]
    cache = tmp_path / "kept"
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "USER": "jdoe-of-tests", "LOGNAME": "jdoe-of-tests"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    names = "\n".join(str(path.relative_to(tmp_path)) for path in cache.rglob("*"))
    assert names
    assert not any(word in names for word in ("SECRET", "jdoe", tmp_path.name, "chapters", "refs", "a.md"))
    results = list((tmp_path / "out").iterdir())
    assert len(results) == 3
    host = socket.gethostname()
    for path in results:
        content = inflated(path) if path.suffix == ".pdf" else path.read_bytes()
        assert b"SECRET" not in content, path.name
        assert str(tmp_path).encode() not in content, path.name
        assert b"jdoe-of-tests" not in content, path.name
        assert len(host) < 6 or host.encode() not in content, path.name
