"""Chapters: blocks in blocks, inlines in inlines, citations of every form, templates around them."""

from __future__ import annotations

from draw import Draw
from msgspec import Struct, field

KEYS = ("a", "b", "c", "a", "none", "Ünï", "a:b", "x/y", "doe99")
LOCATORS = (
    "p. 3",
    "pp. 4–5",
    "para. 8",
    "§ 4",
    "ch. 2",
    "vol. 1, p. 3",
    "{ii, A}",
    "12",
    "fol. 3v",
    "p.",
    "pp. xi-xiv",
)
SPACES = (" ", " ", " ", "  ", "\n", "\u00a0", "\t")
ODD = (
    "&amp;", "&#x202e;", "\\*", "\\", "*", "_", "`", "[", "]", "(", ")", "{", "}", "<", ">", "|", "~", "^", "$", "@",
    "!", "#", ":", "--", "---", "...", '"', "'", "\u202e", "\u200f", "\ufeff", "\u00ad", "é", "日本", "🚢",
    "وزارة", "$5",
    "{{<", ">}}", "[^", "[@", "https://x.org/a_b", "a@b.org", "UN",
)  # fmt: skip


class Chapter(Struct):
    """Writes one chapter; `odd` is how often, in a hundred, a sign stands where it means nothing."""

    draw: Draw
    odd: int = 3
    deepest: int = 3
    definitions: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    notes: int = 0

    def text(self, blocks: int) -> str:
        draw = self.draw
        parts = [self._opening()]
        for _ in range(draw.number(1, blocks)):
            parts.append(self.block(0))
            if self.definitions and draw.chance(60):
                parts += self.definitions
                self.definitions.clear()
        parts += self.definitions
        return draw.one(("\n\n", "\n\n", "\n\n\n")).join(parts) + draw.one(("\n", "", "\n\n"))

    def _opening(self) -> str:
        draw = self.draw
        if draw.chance(10):
            return f"---\ntitle: {draw.word()}\nauthor: {draw.word()}\n---\n\n{self.line()}"
        return f"# {self.line()}{self.attributes(20, 'sec')}"

    # blocks

    def block(self, depth: int) -> str:
        deep = 1 if depth < self.deepest else 0
        return self.draw.call(
            (
                (12, lambda: self.paragraph()),
                (3, self.heading),
                (3 * deep, lambda: self.bullets(depth)),
                (2 * deep, lambda: self.ordered(depth)),
                (2 * deep, lambda: self.quote(depth)),
                (3 * deep, lambda: self.division(depth)),
                (1 * deep, lambda: self.definition_list(depth)),
                (3, self.table),
                (1, self.code),
                (1, self.indented),
                (1, self.figure),
                (1, self.timeline),
                (1, self.chart),
                (1, self.comment),
                (1, self.formula),
                (1, self.hidden),
                (1, self.acronym),
                (1, self.html),
                (1, lambda: self.draw.one(("***", "---", "{{< pagebreak >}}", "::: {.pagebreak}\n:::"))),
                (1, lambda: self.draw.one(("::: {.toc}\n:::", "::: {#refs}\n:::", "::: {.index}\n:::"))),
            )
        )

    def paragraph(self) -> str:
        text = self.draw.several(self.inline, 1, 6, " ")
        return text if self.draw.chance(80) else text.replace(" ", self.draw.one(SPACES))

    def line(self) -> str:
        return self.draw.several(self.inline, 1, 3, " ").replace("\n", " ")

    def heading(self) -> str:
        if self.draw.chance(15):
            return f"{self.draw.word()} {self.draw.word()}\n{self.draw.one(('---', '==='))}"
        marks = "#" * self.draw.number(1, 6)
        return f"{marks} {self.line()}{self.attributes(30, 'sec')}"

    def bullets(self, depth: int) -> str:
        return self._items(depth, lambda number: self.draw.one(("- ", "- ", "* ", "+ ", "-   ")))

    def ordered(self, depth: int) -> str:
        start = self.draw.one((1, 1, 1, 0, 7, 999999999))
        return self._items(depth, lambda number: f"{start + number}{self.draw.one('..)')} ")

    def _items(self, depth: int, mark: object) -> str:
        assert callable(mark)
        items = []
        for number in range(self.draw.number(1, 3)):
            bullet = mark(number)
            items.append(bullet + indented(self.blocks(depth), " " * len(bullet)).lstrip(" "))
        return self.draw.one(("\n", "\n", "\n\n")).join(items)

    def blocks(self, depth: int) -> str:
        return self.draw.several(lambda: self.block(depth + 1), 1, 2, "\n\n")

    def quote(self, depth: int) -> str:
        mark = self.draw.one(("", "", f"[!{self.draw.one(('NOTE', 'TIP', 'ODD'))}]\n"))
        return indented(mark + self.blocks(depth), "> ", blank=">")

    def division(self, depth: int) -> str:
        draw = self.draw
        fence = ":" * (8 - depth)
        opening = draw.one(
            (
                "{.box}", "{.panel}", "{.callout-note}", f'{{.callout-tip title="{draw.word()}"}}', "{.standfirst}",
                "{.pull}", "{.judgements}", "{.landscape}", "{.content-visible when-format=\"pdf\"}", "box", "{#fig-d}",
                "{.figure}", "{.odd key=value}", "{lang=ar}",
            )
        )  # fmt: skip
        return f"{fence} {opening}\n{self.blocks(depth)}\n{fence}"

    def definition_list(self, depth: int) -> str:
        gap = self.draw.one(("\n", "\n\n"))
        return f"{self.line()}{gap}: " + indented(self.blocks(depth), "    ").lstrip(" ")

    def table(self) -> str:
        draw = self.draw
        columns = draw.one((1, 2, 2, 3, 12))
        rows = [self._row(columns), "|" + draw.one(("---|", ":-:|", "--:|")) * columns]
        rows += [
            self._row(draw.one((columns, columns, columns, columns + 1, columns - 1))) for _ in range(draw.number(0, 3))
        ]
        caption = f": {self.line()}{self.attributes(50, 'tbl')}"
        place = draw.number(0, 2)
        table = "\n".join(rows)
        return (table, f"{table}\n\n{caption}", f"{caption}\n\n{table}")[place]

    def _row(self, columns: int) -> str:
        return "| " + " | ".join(self.cell() for _ in range(columns)) + " |"

    def cell(self) -> str:
        return self.draw.several(self.inline, 1, 2, " ").replace("\n", " ").replace("|", "\\|")

    def code(self) -> str:
        fence = self.draw.one(("```", "~~~", "`````"))
        return f"{fence}{self.draw.one(('', 'python', ' {.python}'))}\n{self.draw.word()} {self.draw.word()}\n{fence}"

    def indented(self) -> str:
        return f"    {self.draw.word()}\n\n      {self.draw.word()}"

    def figure(self) -> str:
        alternative = f'alt="{self.draw.word()}"' if self.draw.chance(50) else ""
        return (
            f"![{self.line()}]({self.draw.one(('f.svg', 'none.png', '../x.svg'))}){{#fig-{self.label()} {alternative}}}"
        )

    def timeline(self) -> str:
        dates = ("2003", "2003-05-01", "2004/2006", "199X", "2001~", "-0044", "May 2003", "2003-13", "..", "2004-21")
        rows = (f"{self.draw.one(dates)}\n\n: {self.line()}" for _ in range(self.draw.number(1, 4)))
        return "::: {.timeline" + self.draw.one(("", " band=true")) + "}\n" + "\n\n".join(rows) + "\n:::"

    def chart(self) -> str:
        kind = self.draw.one(("", "type=bar", "type=line", "type=dot", "type=pie"))
        return f'::: {{.chart src=d.csv x=a y=b {kind} source="{self.draw.word()}"}}\n{self.line()}\n:::'

    def comment(self) -> str:
        behind = f" {self.draw.word()}" if self.draw.chance(50) else ""
        return f"<!-- {self.draw.hidden()}{self.draw.one(('', ' - ', ' -- ', chr(10)))} -->{behind}"

    def formula(self) -> str:
        tex = self.draw.one(
            ("x^2", r"\frac{a}{b}", r"\sum_{i=1}^n x_i", r"\unknown", "{", r"\begin{aligned} a &= b \end{aligned}")
        )
        return f"$$\n{tex}\n$$" + self.attributes(40, "eq")

    def hidden(self) -> str:
        return f'::: {{.content-visible when-format="html"}}\n{self.draw.hidden()}\n:::'

    def acronym(self) -> str:
        return f"*[UN]: {self.draw.hidden()}\n\n{self.draw.word()} UN"

    def html(self) -> str:
        word, other = self.draw.word(), self.draw.word()
        forms = (
            "<div>\n{0} {1}\n</div>",
            "<b>{0}</b> {1}",
            "<script>{0}</script> {1}",
            '<p onclick="x">{0}\n{1}',
            "<!DOCTYPE {0}> {1}",
            "<?php {0} ?> {1}",
            "<![CDATA[{0}]]> {1}",
            "<img src=x alt='{0}'> {1}",
        )
        return self.draw.one(forms).format(word, other)

    # inlines

    def inline(self, depth: int = 0) -> str:
        deep = 1 if depth < 2 else 0
        if self.draw.chance(self.odd):
            return self.draw.one(ODD)
        return self.draw.call(
            (
                (14, self.draw.word),
                (2 * deep, lambda: self.around("*", depth)),
                (2 * deep, lambda: self.around("**", depth)),
                (1 * deep, lambda: self.around("~~", depth)),
                (1, lambda: f"`{self.draw.word()}`"),
                (1, lambda: f"{self.draw.word()}^{self.draw.word()}^"),
                (1, lambda: f"{self.draw.word()}~{self.draw.word()}~"),
                (2 * deep, lambda: f"[{self.inline(depth + 1)}]({self.target()})"),
                (1 * deep, lambda: f"[{self.inline(depth + 1)}]{{.{self.draw.one(('x', 'smallcaps', 'confidence'))}}}"),
                (1 * deep, lambda: f"[{self.inline(depth + 1)}]{{lang={self.draw.one(('fr', 'ar', 'xx'))}}}"),
                (1, lambda: f"![{self.draw.word()}](f.svg)"),
                (2 * deep, self.note),
                (2 * deep, lambda: f"^[{self.inline(depth + 1)} {self.inline(depth + 1)}]"),
                (3, self.citation),
                (1, self.reference),
                (1, lambda: f"[{self.draw.word()}]{{.index}}"),
                (1, lambda: f'[{self.draw.word()}]{{.index term="x, y" see=z}}'),
                (1 * deep, lambda: f'"{self.inline(depth + 1)}"'),
                (1, lambda: self.draw.one(("$x^2$", "$\\frac{1}{2}$", "$5", "US$5"))),
                (1, lambda: f"{self.draw.word()}\\\n{self.draw.word()}"),
                (1, lambda: f"<!-- {self.draw.hidden()} --> {self.draw.word()}"),
                (1, lambda: f"<https://x.org/{self.draw.word()}>"),
                (1, lambda: self.draw.one(("UN", "p. 7", "5 km", "14 May", "J. R. R.", "12:30"))),
            )
        )

    def around(self, mark: str, depth: int) -> str:
        return f"{mark}{self.inline(depth + 1)}{mark}"

    def note(self) -> str:
        self.notes += 1
        label = self.draw.one((str(self.notes), f"n{self.notes}", f"note-{self.notes}"))
        text = indented(self.draw.several(lambda: self.inline(1), 1, 3, " ").replace("\n", " "), "    ").lstrip(" ")
        more = f"\n\n    {self.draw.word()}" if self.draw.chance(25) else ""
        self.definitions.append(f"[^{label}]: {text}{more}")
        return f"{self.draw.word()}[^{label}]"

    def citation(self) -> str:
        cites = self.draw.several(self.cite, 1, 3, "; ")
        forms = (
            f"[{cites}]",
            f"[{cites}]",
            f"@{self.key()}",
            f"@{self.key()} [{self.draw.one(LOCATORS)}, {self.draw.word()}]",
        )
        return self.draw.one(forms)

    def cite(self) -> str:
        draw = self.draw
        prefix = draw.one(("", "", f"{draw.word()} ", f"see *{draw.word()}* "))
        suffix = draw.one(
            (
                "",
                f", {draw.one(LOCATORS)}",
                f", {draw.word()}",
                f", {draw.one(LOCATORS)}, {draw.word()} **{draw.word()}**",
            )
        )
        seen = f", as cited in @{self.key()}" if draw.chance(8) else ""
        return f"{prefix}{draw.one(('', '', '-'))}@{self.key()}{suffix}{seen}"

    def key(self) -> str:
        key = self.draw.one(KEYS)
        return key if self.draw.chance(85) else f"{{{key}}}"

    def reference(self) -> str:
        label = self.draw.one(self.labels) if self.labels and self.draw.chance(70) else "sec-none"
        return f"@{label}{self.draw.one(('', '', ' [page]'))}"

    def target(self) -> str:
        return self.draw.one(
            (
                "https://x.org",
                "mailto:a@b.org",
                "#sec-none",
                "file.md",
                "javascript:alert(1)",
                "<a b>",
                "//x",
                "data:x",
                "",
            )
        )

    def label(self) -> str:
        return f"l{self.draw.number(1, 99)}"

    def attributes(self, percent: int, prefix: str) -> str:
        if not self.draw.chance(percent):
            return ""
        name = f"{prefix}-{self.label()}"
        self.labels.append(name)
        return f" {{#{name}{self.draw.one(('', ' .unnumbered', ' .x a=b'))}}}"


def indented(text: str, prefix: str, blank: str = "") -> str:
    return "\n".join(prefix + line if line else blank for line in text.split("\n"))


def markdown(draw: Draw) -> str:
    return Chapter(draw, odd=draw.one((0, 0, 3, 15))).text(6)


BROKEN = (
    "[@", "@", "[-@", "[@a", "; @b]", "@{", "@{a", "[@{}]", "@a [", "[@a, {", "[;]", "[@a;]", "[@a;;@b]",
)  # fmt: skip


def citations(draw: Draw) -> str:
    """Citations alone, nested in one another and broken off."""
    chapter = Chapter(draw, odd=0)
    pieces = (
        (8, chapter.citation),
        (4, draw.word),
        (2, lambda: f"^[{draw.word()} {chapter.citation()} {draw.word()}{draw.one(('', '.', '!'))}]"),
        (1, lambda: f"[see {chapter.citation()} @a]"),
        (1, lambda: f"[{chapter.cite()}^[{draw.word()}]]"),
        (1, lambda: f"*{chapter.citation()}*"),
        (1, lambda: f"[*{chapter.cite()}*]"),
        (1, lambda: f"[{chapter.citation()}](https://x.org)"),
        (1, lambda: f'"{draw.word()}"{chapter.citation()}.'),
        (1, lambda: draw.one(BROKEN)),
    )

    def paragraph() -> str:
        return draw.several(lambda: draw.call(pieces), 1, 7, draw.one((" ", " ", "")))

    paragraphs = draw.several(paragraph, 1, 4, "\n\n")
    return "\n\n".join(("# T", paragraphs, *chapter.definitions)) + "\n"


EXPRESSIONS = (
    "params.x", "params.list", "params.none", "nothing", "1/0", "'a' * 3", "[1, 2]", "params", "range(3)", "1 ~ 2",
    "params.x | upper", "params.list | join(', ')", "params.x | nofilter", "params['x']", "''.join", "self",
    "loop.index",
    "params.x.__class__", "(1, 2)", "{}", "10 ** 3", "10 ** 10 ** 10", "range(10 ** 9) | list", "'a' * 10 ** 9",
    "params.x | center(10 ** 9)", "'%999999999d' % 1", "'{:>999999999}'.format(1)", "[[1] * 9] * 9",
    "params.x | indent(99)",
    "params.list | sum", "1 if", "not", "x is defined", "caller()", "super()", "-params.x",
    "params.x | replace('', 'y' * 99)",
)  # fmt: skip

INCLUDED = ("p.md", "none.md", "a.md", "../x", "/etc/passwd")
STATEMENTS = ("set x = 1", "extends", "import", "block b", "endif", "filter upper", "do x", "")
MARKS = ("{{", "}}", "{%", "%}", "##}", "{{<", "{#sec-x}", "{{}}", "{{ '", "{{< pagebreak >}}")


class Template(Struct):
    """Writes one chapter with templates in it."""

    draw: Draw

    def text(self) -> str:
        return f"# {self.draw.word()}\n\n" + self.pieces(0)

    def pieces(self, depth: int) -> str:
        return self.draw.several(lambda: self.piece(depth), 1, 4, self.draw.one(("\n\n", "\n", " ")))

    def piece(self, depth: int) -> str:
        draw, deep = self.draw, 1 if depth < 3 else 0
        expression = draw.one(EXPRESSIONS)
        open_, close = draw.one((("{%", "%}"), ("{%", "%}"), ("{%-", "-%}"), ("{%-", "%}"), ("{%+", "%}")))
        return draw.call(
            (
                (8, draw.word),
                (2, lambda: Chapter(draw, odd=0).paragraph()),
                (1, lambda: Chapter(draw, odd=0, deepest=1).block(0)),
                (3, lambda: f"{{{{ {expression} }}}}"),
                (2, lambda: f"{{{{ params.x }}}} {draw.word()}"),
                (1 * deep, lambda: f"{open_} if 1 {close}{self.pieces(depth + 1)}{open_} endif {close}"),
                (
                    1 * deep,
                    lambda: f"{open_} if {expression} {close}{draw.hidden()}{open_} else {close}{draw.hidden()}"
                    f"{open_} endif {close}",
                ),
                (
                    1 * deep,
                    lambda: f"{open_} for n in range(2) {close}\n{self.pieces(depth + 1)}\n{open_} endfor {close}",
                ),
                (1 * deep, lambda: f"{open_} for n in {expression} {close}{draw.hidden()}{open_} endfor {close}"),
                (1 * deep, lambda: f"{open_} set v {close}{self.pieces(depth + 1)}{open_} endset {close}{{{{ v }}}}"),
                (
                    1 * deep,
                    lambda: f"{open_} macro m(a) {close}{draw.hidden()}{open_} endmacro {close}"
                    f"{{{{ m({expression}) }}}}",
                ),
                (1, lambda: f"{open_} raw {close}{{{{ {draw.word()} }}}}{open_} endraw {close}"),
                (1, lambda: f"{{## {draw.hidden()} ##}}"),
                (1, lambda: f"{open_} include '{draw.one(INCLUDED)}' {close}"),
                (1, lambda: f"{open_} {draw.one(STATEMENTS)} {close}"),
                (1, lambda: draw.one(MARKS)),
            )
        )  # fmt: skip


def templates(draw: Draw) -> str:
    return Template(draw).text() + "\n"
