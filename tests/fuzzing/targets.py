"""What is tried: six kinds of text, each in a small project of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from bib_texts import entries
from chapter_texts import citations, markdown, templates
from draw import MARKER, Draw, Sample
from msgspec import Struct
from mutation import mutated
from style_texts import style
from yaml_texts import settings

TESTS = Path(__file__).parent.parent

LIBRARY = """@book{a, author={Haddad, Mariam}, title={Harbours}, date={2019}, publisher={Press}, keywords={sea}}
@article{b, author={Weil, Jean and Roy, Anne}, title={Roads}, journaltitle={Annals}, date={2004-05},
  relatedtype={citedin}, related={a}}
@online{c, author={Haddad, Mariam}, title={Ports}, date={2019}, url={https://x.org/a}}
@misc{a:b, title={Untitled}}
@book{Ünï, editor={Weil, Jean and others}, title={Ünter}, date={2001/2003}}
"""

NOTES = """<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
  <info><title>Small</title><id>small</id><updated>2020-01-01T00:00:00+00:00</updated></info>
  <citation><layout suffix="." delimiter="; "><group delimiter=", ">
    <names variable="author"/><text variable="title" font-style="italic"/><text variable="locator"/>
  </group></layout></citation>
  <bibliography><layout suffix="."><names variable="author"/><text variable="title"/></layout></bibliography>
</style>
"""

SETTINGS = (
    "toc: false\ncsl: small.csl\nchapters: [chapters/a.md]\nparams: {x: '[@none] *y*', list: [one, two], none: null}\n"
)

CITING = """# T

Of [@a, p. 3] and ^[see @b; @c] @a [p. 4] on.[@a] {{ params.x }}

[see @k1, p. 3; -@b, pp. 3–5; @Ünï]
"""

PROJECT = {
    "report.yml": SETTINGS,
    "small.csl": NOTES,
    "refs.bib": LIBRARY,
    "chapters/a.md": CITING,
    "chapters/p.md": "part [@none]\n\n[^1]: of it\n\nEnd.\n",
    "chapters/d.csv": "a,b\nx,1\ny,2\n",
    "chapters/f.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
}


class Target(Struct, frozen=True):
    """A kind of text: the file it stands in, who writes it, what means something in it, texts from the cases."""

    main: str
    write: Callable[[Draw], str]
    tokens: tuple[str, ...]
    cases: str = ""
    """Files with cases beside these tests, as a pattern."""
    project: tuple[tuple[str, str], ...] = ()
    """Other files than `PROJECT` has."""

    def sample(self, random: Random) -> Sample:
        """A written text, or one changed at random, in its project."""
        draw = Draw(random)
        written = self.write(draw)
        files = {**PROJECT, **dict(self.project)}
        if random.randrange(10) < 5:
            files[self.main] = written
            return Sample(encoded(files), self.main, frozenset(draw.printed & set(re.findall(MARKER, written))))
        seeds = _seeds(self.cases, self.main)
        chosen = random.choice(seeds) if seeds and random.randrange(3) == 0 else {self.main: written}
        files |= chosen
        text = mutated(random, files[self.main], self.write(Draw(random, count=4000)), self.tokens)
        return Sample(encoded(files) | {self.main: text}, self.main)


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode("utf-8", "surrogatepass") for path, text in files.items()}


_KNOWN: dict[tuple[str, str], list[dict[str, str]]] = {}


def _seeds(pattern: str, main: str) -> list[dict[str, str]]:
    """The projects in files of cases, with every third long word a marker."""
    if (pattern, main) not in _KNOWN:
        files = sorted(TESTS.glob(pattern)) if pattern else []
        found = (_projects(file, main) for file in files)
        _KNOWN[pattern, main] = [project for projects in found for project in projects if main in project]
    return _KNOWN[pattern, main]


def _projects(file: Path, main: str) -> list[dict[str, str]]:
    if file.suffix != ".txt":
        return [{main: _marked(file.read_text("utf-8"))}]
    from cases import cases  # beside this folder

    projects = (case.files for case in cases(file))
    return [{**files, main: _marked(files[main])} for files in projects if main in files]


def _marked(text: str) -> str:
    draw = Draw(Random(0), count=8000)
    places = iter(range(10**9))
    return re.sub(
        r"(?<![\w.#@/-])[a-z]{6,}\b(?!\s*[=:{(/.-])",
        lambda found: draw.hidden() if next(places) % 3 == 0 else found[0],
        text,
    )


CHAPTER = "chapters/a.md"

MARKDOWN = (
    "# ", "\n\n", "\n", "    ", "> ", "- ", "1. ", ":", ": ", "::: ", ":::\n", "::: {.callout-note}\n",
    "\n::: {.timeline}\n", "{.x}", "{#sec-x}",
    "{#fig-y .z a=b}", "{lang=", "@", "@a", "@none", "@sec-x", "@fig-y [page]", "[@a, p. 3]", "[", "]", "](", "^[",
    "[^1]", "\n\n[^1]: ", "![", "*",
    "**", "_", "~", "~~", "^", "`", "```\n", "|", "| a | b |\n|---|---|\n", "\n|---|\n", "<!--", "-->", "<b>",
    "<div>\n", "</", "<?", "<![CDATA[",
    "$", "$$", "$$\n", "{", "}", "{{<", ">}}", "\\", "\n---\n", "---\n", "\n===\n", "*[UN]: x\n", "[x]: ",
    "[x]: y 'z'\n", "https://x.org/", "a@b.org", "--",
    "...", '"', "'", "\n\n: ", "{.index}", "\n    [^1]: ", ">\n> ", "[!NOTE]", "[[", "]]", "&", "when-format=html",
    ";", "-@", "[-@", "as cited in @b",
)  # fmt: skip

CITATION = (
    "@", "@a", "@none", "@sec-x", "@fig-y [page]", "[@a, p. 3]", "[", "]", "](", "^[", "[^1]", "\n\n[^1]: ", "![", "*",
    ";", "-@", "@{", "}", "{", ", ", " [", "as cited in ", "**", "{.x}", "p. ", "\n", '"', "`",
)  # fmt: skip

TARGETS = {
    "markdown": Target(CHAPTER, markdown, MARKDOWN, "[mdli]*/*.txt"),
    "citation": Target(CHAPTER, citations, CITATION, "markdown/citations.txt"),
    "template": Target(
        CHAPTER,
        templates,
        ("{{", "}}", "{%", "%}", "{##", "##}", "{%-", "-%}", "{{ params.x }}", "{% if", "{% endif %}",
        "{% for n in params.list %}", "{% endfor %}",
         "{% set x %}", "{% endset %}", "{% raw %}", "{% endraw %}", "{% include 'p.md' %}", "|", "~", "**", "(", ")",
         "[", "]", "'", '"', "#}", "{#",
         "{% macro m() %}", "{% endmacro %}", "{% call m() %}", "{% filter upper %}", "{{<", "loop", "params", ".",
         "9", "%", "{% block b %}"),
        "templating/*.txt",
    ),
    "yaml": Target(
        "report.yml",
        settings,
        (": ", "- ", "\n- ", "\n  ", "\n", "#", " #", "|", ">", "|-\n", "&a ", "*a", "!!", "!x ", "'", '"', "[", "]",
        "{", "}", ",", "?", "? ", "---\n",
         "...\n", "%YAML 1.2\n", "<<: ", "title: ", "params:\n  ", "null", "true", "\\u", "\\", "@", "`", "csl: ",
         "chapters: ", "lint: ", "css: "),
        "[mi]*/*.txt",
    ),
    "bib": Target(
        "refs.bib",
        entries,
        ("@", "@book{", "@article{x,", "{", "}", "(", ")", '"', "=", " = ", ",", "#", "%", "\\", "\\'", "\\'{", "{\\",
        "$", " and ", "and others", ", ", "--",
         "@string{", "@comment{", "@preamble{", "author = {", "title = {", "date = {", "\n", "~", "\\emph{",
         "crossref = {k1}", "xref", "ids = {", "/", "{{", "}}"),
        "bibtex/*.bib",
        (("report.yml", SETTINGS + "nocite: '*'\n"),),
    ),
    "csl": Target(
        "small.csl",
        style,
        ("<", ">", "/>", "</", "&", "&amp;", "&#0;", "<text ", "<group>", "</group>", "<names ", "<choose>", "<if ",
        'variable="', '"', "macro=", "<macro ", "<!--", "-->",
         "<![CDATA[", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<?x?>", " ", "=", "xmlns", "title", "issued", "true", "1",
         "9999999999", "-1", "citation-number", "year-suffix"),
    ),
}  # fmt: skip
