"""Two outputs of one report: what each holds, what both share, and that they are written together."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from report import build, front
from report.cache import Cache
from report.choices import Choices
from report.cli import main
from report.diagnostics import as_text
from report.document import Chapter, Paragraph, Text, plain_text
from report.html.inventory import shown
from report.linking import resolve
from report.project import read
from report.source import Span

CHAPTERS = {
    "1.md": "# Rivers {#sec-rivers}\n\nWater [@haddad, p. 1].\n",
    "2.md": """# Outputs {#sec-outputs}

::: {.content-visible when-format="html"}
On screens.^[For screens.] See @sec-rivers [page].
:::

::: {.content-visible unless-format="html"}
On paper. See @sec-rivers [page].
:::

The last [river]{.index}.[^last]

[^last]: The end.
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "chapters").mkdir(parents=True)
    (root / "report.yml").write_text("title: Rivers\nlang: en-GB\ndate: 2026-11-20\n")
    (root / "refs.bib").write_text("@book{haddad, author={Haddad, Amal}, title={Harbours}, year={2019}}\n")
    for name, text in CHAPTERS.items():
        (root / "chapters" / name).write_text(text)
    return root


def html_of(root: Path, cache: Cache | None = None) -> tuple[str, str]:
    """The page, and what is said of it."""
    project, kept = read(root, Choices(outputs=("html",))), cache or Cache()
    made = build.page(project, front.link_each(project, kept, ("html",))["html"], kept)
    return made.html.decode(), as_text(made.diagnostics, project.files.texts)


def words_of(html: str) -> str:
    """What the page says, without its style."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"(?s)<style>.*?</style>", "", html)))


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "report", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)


def test_both_outputs_are_built_with_one_command_and_not_again(project: Path) -> None:
    first = run("build", project, "--to", "html, pdf")
    paths = [project / "out" / f"rivers.{output}" for output in ("pdf", "html")]
    verdict = "printed 4 paragraphs, 2 notes, nothing lost\n"
    assert (first.returncode, first.stdout, first.stderr) == (0, "".join(f"{path}\n" for path in paths), verdict)
    assert paths[0].read_bytes().startswith(b"%PDF-")
    assert paths[1].read_text("utf-8").startswith("<!DOCTYPE html>")
    again = run("build", project, "--to", "pdf,html", "--timings")
    assert (again.stdout, again.stderr) == (first.stdout, f"{verdict}nothing changed\n")
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        mended = run("build", project, "--to", "pdf,html", "--timings")
        assert "nothing changed" not in mended.stderr
        assert path.read_bytes() == content
    assert run("clean", project).stdout == first.stdout
    assert not list((project / "out").iterdir())


def test_neither_output_is_replaced_where_one_cannot_be_written(project: Path) -> None:
    (pdf,) = run("build", project).stdout.split()
    good = Path(pdf).read_bytes()
    (project / "out" / "rivers.html").mkdir()
    failed = run("build", project, "--to", "pdf,html", "--set", "subtitle=Another")
    assert failed.returncode == 3
    assert "out/rivers.html" in failed.stderr
    assert Path(pdf).read_bytes() == good
    assert sorted(entry.name for entry in (project / "out").iterdir()) == ["rivers.html", "rivers.pdf"]


@pytest.mark.parametrize("given", ["docx", "pdf,docx", "", "pdf,"])
def test_an_unknown_output_is_wrong_usage(
    given: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["report", "build", str(project), "--to", given])
    with pytest.raises(SystemExit) as ending:
        main()
    assert ending.value.code == 2
    assert "is not one of pdf, html" in capsys.readouterr().err
    assert not (project / "out").exists()


@pytest.mark.parametrize(
    ("output", "unwanted"),
    [("html", {"weasyprint", "pydyf", "report.pdf.layout"}), ("pdf", {"fontTools", "tinycss2", "report.edition"})],
)
def test_an_output_loads_nothing_of_the_other(output: str, unwanted: set[str], project: Path) -> None:
    code = f"import sys; sys.argv = ['report', 'build', '--trust', {str(project)!r}, '--to', '{output}']\n"
    code += "try:\n    import report.cli; report.cli.main()\nfinally:\n    print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "report.linking" in loaded
    assert not loaded & unwanted


def test_each_output_has_its_own_text_numbers_and_diagnostics(project: Path) -> None:
    both = read(project, Choices(outputs=("pdf", "html")))
    linked = front.link_each(both, Cache(), both_outputs := ("pdf", "html"))
    seen = {}
    for output in both_outputs:
        one = linked[output]
        chapters = [resolve(chapter, place, one.table) for place, chapter in enumerate(one.chapters)]
        seen[output] = plain_text(node for chapter in chapters for node in chapter.blocks)
        assert one.diagnostics == ()
    assert "On paper." in seen["pdf"]
    assert "On screens." not in seen["pdf"]
    words = words_of(html_of(project)[0])
    assert "On screens.2 See Chapter 1." in words, "no page, for there are none"
    assert "On paper." not in words
    assert "3.The end." in words


def test_what_is_wrong_in_one_output_is_said_once(project: Path) -> None:
    edited = project / "chapters" / "2.md"
    edited.write_text(edited.read_text().replace("On screens.", "On screens [@nobody].").replace("river]", "[x]("))
    done = run("check", project, "--to", "pdf,html")
    assert done.stderr.count("error[cite-unknown]") == 1
    assert run("check", project).stderr.count("error[cite-unknown]") == 0


def test_outputs_share_what_is_the_same_in_both(project: Path) -> None:
    cache = Cache()
    together = read(project, Choices())
    front.link_each(together, cache, ("pdf", "html"))
    parsed = [name for name in cache.memory if name.startswith("chapter-")]
    assert len(parsed) == len(CHAPTERS) + 1, "the chapter that tells them apart is parsed twice"
    (project / "chapters" / "2.md").write_text("# Outputs\n\nThe same.\n")
    linked = front.link_each(read(project, Choices()), cache, ("pdf", "html"))
    assert linked["pdf"] is linked["html"]


def test_a_part_that_begins_to_tell_outputs_apart_is_noticed(project: Path, tmp_path: Path) -> None:
    (project / "chapters" / "2.md").write_text('# Outputs\n\n{% include "part.txt" %}\n')
    part, cache = project / "chapters" / "part.txt", tmp_path / "cache"
    part.write_text("The same.\n")
    assert "The same." in words_of(html_of(project, Cache(cache))[0])
    part.write_text('::: {.content-visible when-format="pdf"}\nPaper.\n:::\n\nOther.\n')
    for _ in range(2):
        words = words_of(html_of(project, Cache(cache))[0])
        assert "Other." in words
        assert "Paper." not in words
    part.write_text("The same.\n")
    assert "The same." in words_of(html_of(project, Cache(cache))[0])


def test_the_same_report_gives_the_same_page(project: Path, tmp_path: Path) -> None:
    cold = html_of(project, Cache(tmp_path / "cache"))
    assert html_of(project, Cache(tmp_path / "cache")) == html_of(project) == cold


def test_fonts_hold_the_characters_of_the_page_alone(project: Path) -> None:
    html, _ = html_of(project)
    faces = re.findall(r"url\(\"data:font/woff2;base64,([^\"]+)", html)
    assert 5 < len(faces) < 14
    printed = {*html, *map(chr, range(32, 127))}
    for face in faces:
        font = TTFont(io.BytesIO(b64decode(face)))
        assert {chr(code) for code in font.getBestCmap()} <= printed
        assert len(b64decode(face)) < 25_000


def test_a_project_may_have_a_page_template_of_its_own(project: Path) -> None:
    (project / "styles").mkdir()
    (project / "report.yml").write_text("title: Rivers\ntemplate: styles\n")
    own = project / "styles" / "page.html"
    own.write_text(
        '{% extends "theme/page.html" %}{% block colophon %}<footer>Ours: {{ cover.title }}</footer>{% endblock %}'
    )
    html, said = html_of(project)
    assert said == ""
    assert "<footer>Ours: Rivers</footer>" in html
    assert "The last river." in words_of(html)
    own.write_text("{{ nothing }}")
    html, said = html_of(project)
    assert "styles/page.html:1:1: error[template-error]: `nothing` is undefined" in said
    assert "The last river." in words_of(html), "by the theme's template"


def test_text_cannot_leave_its_place_in_the_page(project: Path) -> None:
    (project / "report.yml").write_text('title: "</title><b>"\nhandling: "</style>\\"; x"\ndraft: true\ncss: own.css\n')
    (project / "own.css").write_text(
        '@media screen { p::after { content: "</style><script>" } }\n:root { --x: "</style>" }'
    )
    (project / "chapters" / "1.md").write_text('# <script>\n\n`<img src="asset:/report.yml">` and src="asset:/x".\n')
    html, _ = html_of(project)
    assert html.count("</style>") == 1
    assert "<script" not in html.partition("</style>")[2]
    assert "<title>&lt;/title&gt;&lt;b&gt;</title>" in html
    assert '&lt;img src="asset:/report.yml"&gt;' in html


def test_a_language_from_right_to_left_turns_the_page(project: Path) -> None:
    (project / "report.yml").write_text("title: Rivers\nlang: ar\n")
    assert '<html lang="ar" dir="rtl">' in html_of(project)[0]


@pytest.mark.parametrize(
    ("css", "hiding"),
    [
        ("@media screen { p { display: none } }", "display: none"),
        ("@media screen { p { DISPLAY: NONE !important } }", "DISPLAY: none"),
        ("@media screen { @supports (color: red) { p { visibility: hidden } } }", "visibility: hidden"),
        ("@media only screen and (min-width: 1px) { aside.fn { opacity: 0.0 } }", "opacity: 0.0"),
        ("@media screen { p { font-size: 0px } }", "font-size: 0px"),
        ("@media screen { p { color: transparent } }", "color: transparent"),
        ("@media screen { p { transform: scale(0) } }", "transform: scale(0)"),
        ("@media screen { p { position: absolute; left: -9999px } }", "left: -9999px"),
        ("@media screen { p, nav { display: none } }", "display: none"),
        ("@media screen { main { p { display: none } } }", "display: none"),
        ("@media screen { nav { display: none } p::before { opacity: 0 } }", ""),
        ("@media screen { p { opacity: .8; font-size: 0.9em; display: block } }", ""),
        ("@media print { p { display: none } }", ""),
        ("p { display: none }", ""),
    ],
)
def test_no_stylesheet_hides_text_on_the_page(css: str, hiding: str, project: Path) -> None:
    (project / "report.yml").write_text("title: Rivers\nlang: en-GB\ncss: own.css\n")
    (project / "own.css").write_text(f"/* ours */\n{css}\n")
    said = [line for line in html_of(project)[1].split("\n") if "css-hiding" in line]
    assert said == [f"own.css:2:1: error[css-hiding]: `{hiding}` hides text on the page"] * bool(hiding)


@pytest.mark.parametrize("page", ["<body>", "<body><!-- Water -->", "<body><div hidden><p>Water</p></div>"])
def test_a_word_that_is_not_on_the_page_is_missed(page: str) -> None:
    paragraph = Paragraph((Text("Water", span=Span("a.md")),), span=Span("a.md"))
    chapter = Chapter("a.md", (), (paragraph,))
    assert shown([chapter], "<body><p>Water</p>").missing == ()
    assert shown([chapter], page).missing == paragraph.children


def test_a_draft_whose_chapters_cannot_be_read_has_an_empty_page(project: Path) -> None:
    for chapter in CHAPTERS:
        (project / "chapters" / chapter).write_text("# T\n\n{% if %}\n")
    (project / "report.yml").write_text("title: Rivers\ndraft: true\n")
    html, said = html_of(project)
    assert said.count("error[template-syntax]") == len(CHAPTERS)
    assert "Rivers" in words_of(html)
