"""What holds for any text: nothing raises, places are right, nothing that was written is lost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from report import html, linking, markdown
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import FORMATS, Diagnostic
from report.directives import Setting
from report.document import Citation, Cite, Image, NoteReference, Reference, normal, walk
from report.files import Files
from report.front import Linked, link
from report.project import read
from report.source import Source

LIBRARY = """@book{a, author={Haddad, Mariam}, title={Harbours}, date={2019}, publisher={Press}, keywords={sea}}
@article{b, author={Weil, Jean}, title={Roads}, journaltitle={Annals}, date={2004}, relatedtype={citedin}, related={a}}
"""

SETTINGS = """toc: false
csl: small.csl
chapters: [chapters/a.md]
params: {x: '[@none] *y*'}
"""

STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
  <info><title>Small</title><id>small</id><updated>2020-01-01T00:00:00+00:00</updated></info>
  <citation><layout suffix="." delimiter="; "><group delimiter=", ">
    <names variable="author"/><text variable="title" font-style="italic"/><text variable="locator"/>
  </group></layout></citation>
  <bibliography><layout suffix="."><text variable="title"/></layout></bibliography>
</style>
"""
"""A style that is read in no time."""

PIECES = (
    "[@a, p. 3]", "@b [pp. 4–5]", "[see @a; -@b, {ii}]", "[@a, as cited in @b]", "[@none]", "@none", "@",
    "[see [@a] @b]", "[@a and @b]", "^[", "[^1]", "[^2]", "\n\n[^1]: ", "\n\n[^2]: ", "]", "[", "(", ")", "{", "}",
    "{.x}", "{#sec-x}", "{#fig-y .z a=b}", "@sec-x", "@fig-y [page]", "@note-1", "\n# ", "\n## ", "\n\n", "\n",
    "\n    ", "\n> ", "\n> [!NOTE]\n> ", "\n- ", "\n1. ", "\n: ", "\n:   ", "\n::: ", "\n:::\n",
    "\n::: {.callout-note}\n", "\n::: {.timeline}\n2003\n\n: x\n", "\n::: {#refs}\n:::\n", "\n::: {.toc}\n:::\n",
    "\n::: {.index}\n:::\n", "\n::: {.content-hidden when-format=pdf}\n", "\n::: {.table src=d.csv}\n",
    "\n::: {.chart src=d.csv x=a y=b}\n", "\n::: {#fig-z}\n", "\n| a | b |\n|---|--:|\n| 1 | 2 |\n", "|",
    "\n|---|\n", "\n\n: Caption {#tbl-x}\n\n", "![c](f.svg)", "![", "](", "<b>", "<!--", "-->", "`", "```\n",
    "\n```\n", "*", "**", "_", "~", "~~", "^", '"', "'", "--", "...", "\\", "\\cite{a}", "$x$", "{{< pagebreak >}}",
    "{{< x >}}", "[[w]]", "\n*[UN]: United Nations\n", "UN", "[t]{.index}", "[t]{.index see=u}", "&amp;",
    "https://x.org/@a", "a@b.org", "\t", "\r\n", "\u00a0", "\u202e", "\u2028", "\ufeff", "\x00", "é", "日本", "🚢",
    "\U000f0000", "word", "$", "$$", "\n$$\n", "{#eq-x}", "@eq-x",
)  # fmt: skip
"""What the rules look for: thrown together, they reach every corner of the parser."""

chapters = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=25).map("".join)
templates = st.lists(
    st.one_of(
        st.sampled_from(PIECES),
        st.sampled_from(
            (
                "{{ params.x }}", "{{ nothing }}", "{{ ", " }}", "{% for n in range(2) %}", "{% endfor %}",
                "{%- if 1 -%}", "{% endif %}", "{% set a %}", "{% endset %}", "{% raw %}", "{% endraw %}", "{## ",
                " ##}", "{% include 'p.md' %}", "{%", "%}", "{{ 1/0 }}",
            )
        ),
    ),
    max_size=15,
).map("".join)  # fmt: skip

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
"""How many texts are tried; without it, some that are the same every time."""

quick = settings(
    max_examples=EXAMPLES or 150,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "chapters").mkdir()
    (root / "refs.bib").write_text(LIBRARY, "utf-8")
    (root / "small.csl").write_text(STYLE, "utf-8")
    (root / "report.yml").write_text(SETTINGS, "utf-8")
    (root / "chapters/d.csv").write_text("a,b\nx,1\n", "utf-8")
    (root / "chapters/p.md").write_text("part [@none]\n\n[^1]: of it\n", "utf-8")
    return root


def linked(folder: Path, text: str) -> Linked:
    (folder / "chapters/a.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    return link(read(folder, Choices()), Cache())


def written(result: Linked) -> str:
    resolved = (linking.resolve(chapter, place, result.table) for place, chapter in enumerate(result.chapters))
    return "".join(html.write(chapter) for chapter in resolved)


def sources(folder: Path) -> dict[str, Source]:
    found = read(folder, Choices()).files
    names = ("report.yml", "refs.bib", "chapters/a.md", "chapters/p.md", "chapters/d.csv")
    return {name: text for name in names if isinstance(text := found.text(name), Source)}


@quick
@given(text=chapters)
@example(text="# T\n\n[see [@a] @b]")
@example(text="x[^1]\n\n[^1]: y[^2]\n\n[^2]: z[^1]")
def test_any_chapter_is_linked_and_written(folder: Path, text: str) -> None:
    result = linked(folder, text)
    assert written(result).startswith("<section") or "\x00" in text
    texts = sources(folder)
    check_places(result.diagnostics, texts)
    for form in FORMATS.values():
        form(result.diagnostics, texts)


@quick
@given(text=templates)
@example(text="{% include 'a.md' %}")
def test_any_template_is_linked_and_written(folder: Path, text: str) -> None:
    result = linked(folder, text)
    written(result)
    check_places(result.diagnostics, sources(folder))


def check_places(diagnostics: tuple[Diagnostic, ...], texts: dict[str, Source]) -> None:
    for found in diagnostics:
        if found.span is not None and found.span.path in texts:
            assert 0 <= found.span.start <= found.span.end <= len(texts[found.span.path].text) + 1, found


@quick
@given(text=chapters)
def test_places_quote_what_they_claim(folder: Path, text: str) -> None:
    source = Source("chapters/a.md", text.replace("\r\n", "\n").replace("\r", "\n"))
    chapter = markdown.parse(source, Setting(Files(folder)))
    for node in (*walk(chapter.title), *walk(chapter.blocks)):
        assert 0 <= node.span.start <= node.span.end <= len(source.text), node
        quoted = source.text[node.span.start : node.span.end]
        match node:
            case Citation(cites=cites):
                for cite in cites:
                    check_key(cite.key, cite, source)
            case Reference(label=label):
                assert label in normal(quoted)
            case NoteReference(label=label):
                assert normal(quoted) == f"[^{label}]"
            case Image():
                assert quoted.startswith("!["), quoted


TAGS = tuple(
    f"<{name}>"
    for name in (
        *("table", "caption", "thead", "tr", "th scope=row", "td colspan=2", "td rowspan=9", "/td", "/tr", "/table"),
        *("ul", "ol start=3", "li", "/li", "/ul", "dl", "dt", "dd", "/dl", "details open", "summary", "/summary"),
        *("/details", "figure", "figcaption", "/figure", "p align=left", "/p", "pre", "/pre", "div class=x", "/div"),
        *("b", "/b", "q", "/q", "code", "/code", "a href=x", "/a", "td onclick=x", "script", "/script", "hr", "br"),
    )
)
AROUND = ("\n", "\n\n", " ", "\n\n> ", "\n- ", "*", "`", "|", "^[", "]", "\\", "\n\n    ", "\n\n# ", "\n: c {#tbl-x}\n")


@quick
@given(pieces=st.lists(st.sampled_from((*TAGS, *TAGS, *AROUND, *["word"] * 20)), max_size=40))
@example(pieces=["<a href=x>", "word"] * 20 + ["</a>"] * 20)
@example(pieces=["<table>", "<tr>", "<td rowspan=9>", "word", "</table>", "\n\n", "word"])
def test_any_elements_keep_every_word(folder: Path, pieces: list[str]) -> None:
    text = "# T\n\n" + "".join(f"w{place}x" if piece == "word" else piece for place, piece in enumerate(pieces))
    source = Source("chapters/a.md", text)
    chapter = markdown.parse(source, Setting(Files(folder), html=True))
    printed = html.write(chapter)
    assert [word for word in re.findall(r"w\d+x", text) if word not in printed] == []
    check_places(chapter.diagnostics, {source.path: source})


def check_key(key: str, cite: Cite, source: Source) -> None:
    quoted = source.text[cite.span.start : cite.span.end]
    assert normal(quoted.removeprefix("-").removeprefix("@").strip("{}")) == key.strip("{}"), quoted


WORDS = 6
SHAPES = (
    "{0} *{1}* **{2}** `{3}` ~~{4}~~ [{5}]{{.x}}.",
    "## {0} {1}\n\n{2} {3}\n{4} {5}",
    "- {0}\n- {1}\n\n  {2}\n  - {3} {4}\n\n> {5}",
    "> [!NOTE]\n> {0} {1}\n>\n> {2}\n\n::: {{.callout-tip title=\"{3}\"}}\n{4} {5}\n:::",
    "| {0} | {1} |\n|---|---|\n| {2} | {3} |\n\n: {4} {5}",
    ": {0} {1}\n\n| {2} | {3} |\n|---|---|\n| {4} | {5} |",
    "{0}^[{1} *{2}*] {3} [see {4} @a, p. 3, with {5}].",
    "{0}[^{1}] {2}\n\n[^{1}]: {3} {4}\n\n    {5}",
    "{0}\n: {1} {2}\n\n    {3}\n\n![{4} {5}](f.svg){{#fig-{0}}}",
    "::: {{.box #{0}-x}}\n{0}\n:::: inner\n{1}\n::::\n{2}\n:::\n\n```\n{3}\n```\n\n    {4} {5}",
    "<!-- no --> {0} [{1}](https://x.org) {2}--{3} \"{4}\" {5}\\\n",
    "*[{0}]: {1}\n\n{0} {2} [{3}]{{.index}} {4} <b>{5}</b>",
    "::: {{.timeline}}\n2003\n\n: {0} {1}\n\n2004\n: {2}\n\n{3} {4} {5}\n:::",
    "::: {{.chart src=d.csv x=a y=b}}\n{0} {1}\n\n{2} {3}\n:::\n\n1. {4}\n2. {5}",
    "::: {{.box}}\n{0} {1}\n\n{2} [^never] {3} ^[{4} {5}",
)  # fmt: skip


@quick
@given(shapes=st.lists(st.sampled_from(SHAPES), min_size=1, max_size=5), gap=st.sampled_from(("\n\n", "\n\n\n")))
def test_no_word_is_lost(folder: Path, shapes: list[str], gap: str) -> None:
    blocks = [shape.format(*words(number)) for number, shape in enumerate(shapes)]
    text = written(linked(folder, gap.join(("# Title", *blocks))))
    plain = unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<abbr title=\"([^\"]*)\">", r" \1 ", text)))
    kept = set(re.findall(r"\w+", plain))
    expected = {word for number in range(len(shapes)) for word in words(number)}
    labels = {words(number)[1] for number, shape in enumerate(shapes) if shape.startswith("{0}[^{1}]")}
    assert expected - labels <= {word.lower() for word in kept}, text


def words(number: int) -> list[str]:
    return [f"w{number}{letter}" for letter in "abcdef"[:WORDS]]


@quick
@given(text=chapters.filter(lambda text: not re.search(r"\{\{|\{%|\{##|##\}|[\x00-\x08]", text)))
def test_templates_do_not_move_places(folder: Path, text: str) -> None:
    bare = tuple(lines(linked(folder, f"# T\n\n{text}").diagnostics, folder))
    expanded = tuple(lines(linked(folder, f"# T{{## a\ncomment ##}}\n\n{text}").diagnostics, folder))
    assert [(line + 1, *rest) for line, *rest in bare] == list(expanded)


def lines(diagnostics: tuple[Diagnostic, ...], folder: Path) -> Iterator[tuple[int, int, str, str]]:
    texts = sources(folder)
    for found in diagnostics:
        if found.span is not None and found.span.path == "chapters/a.md":
            place = texts["chapters/a.md"].position(found.span.start)
            yield place.line, place.column, found.code, re.sub(r"\S+\.md:\d+", "", found.message)


# letters

LEADS = (
    "", " ", "\n", "\n\n", "\n# ", "\n## ", "\n> ", "\n> > ", "\n- ", "\n  - ", "\n    ", "\n1. ", "\n7) ", "\n: ",
    "\n:   ", "\n| ", " | ", "|\n|---|---|\n", "\n\n: ", "\n> [!NOTE]\n> ", "\n> [!TIP] ", "\n::: {.box}\n",
    "\n::: box\n", "\n:::\n", "\n::: {.timeline}\n", "\n::: {.callout-tip title=\"", "\"}\n",
    "\n::: {.chart src=d.csv x=a y=b}\n", "\n::: {#fig-z}\n", "\n::: {#refs}\n", "\n::: {.toc}\n", "\n::: {.index}\n",
    "\n::: {.pagebreak}\n", "\n::: {.landscape}\n", "\n::: ", "\n```\n", "\n~~~\n", "\n$$\n", "*", "**", "***", "_",
    "__", "~", "~~", "^", "`", "``", "$", "^[", "[^1]", "[^1]: ", "\n\n[^1]: ", "\n\n[^2]: ", "[^2]", "[", "]", "![",
    "](f.svg)", "](https://x.org)", "](", ")", "(", "[see @a, p. ", "@a [", "; @b, ", "[@none, ", "-@a", "{.x}",
    "]{.index}", "]{.x}", "]{", "}", "{", "<b>", "</b>", "<", ">", "<div>\n", "</div>\n", "<!--", "-->",
    "<https://x.org/", "\\", "\\\n", "  \n", "\"", "'", "&", "&amp;", "&#", ";", "\n---\n", "\n===\n", "\n[", "]: ",
    "\n*[", "\n[w]: ", "[[", "]]", "\t", "https://x.org/", "@sec-x ", "{#sec-x}", "|", "!", ":", "\\cite{", "\u202e",
)  # fmt: skip
"""What stands before and after the letters of a random chapter, whole or broken."""

FIRST = 0x4E00
"""The first of the letters, each of which stands in a chapter once."""
letters = st.lists(st.sampled_from(LEADS), min_size=1, max_size=20).map(
    lambda leads: "".join(f"{lead}{chr(FIRST + place)}" for place, lead in enumerate(leads))
)

VANISHING = re.compile(
    r"<!--(?s:.*?)-->|(?<=[\]`$)])\{[^{}]*\}|^[> ]*:::.*$|\[\^[^\]\s]*\]|^[> ]*(?:```|~~~).*$", re.MULTILINE
)
"""What no reader sees besides signs of markup: comments, attributes, labels of notes, languages of code."""


@quick
@given(text=letters)
def test_no_letter_is_lost(folder: Path, text: str) -> None:
    result = linked(folder, f"# T\n\n{text}")
    kept = visible(written(result)) | named(result.diagnostics, folder)
    spared = {sign for found in re.findall(VANISHING, text) for sign in found}
    lost = {sign for sign in text if sign >= chr(FIRST)} - kept - spared
    assert not lost, (lost, [one.code for one in result.diagnostics], written(result))


def visible(text: str) -> set[str]:
    shown = re.sub(r"<[^>]*?(?:title|alt|aria-label|href|src)=\"([^\"]*)\"[^>]*>", r" \1 ", text)
    return set(unescape(unquote(re.sub(r"<[^>]*>", "", shown))))


def named(diagnostics: tuple[Diagnostic, ...], folder: Path) -> set[str]:
    """The letters on the lines where diagnostics stand, and in their messages."""
    source = sources(folder)["chapters/a.md"]
    rows = source.text.split("\n")
    found: set[str] = set()
    for one in diagnostics:
        found |= set(unquote(one.message))
        if one.span is not None and one.span.path == source.path:
            first, last = (source.position(place).line for place in (one.span.start, one.span.end))
            found |= {sign for row in rows[first - 1 : last] for sign in row}
    return found
