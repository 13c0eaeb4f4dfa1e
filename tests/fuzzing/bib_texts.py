"""BibTeX files: entries of every type with names, dates, LaTeX, macros, and the mistakes that people make."""

from __future__ import annotations

from draw import Draw
from msgspec import Struct

TYPES = (
    "book",
    "article",
    "incollection",
    "inbook",
    "thesis",
    "online",
    "misc",
    "report",
    "patent",
    "BOOK",
    "odd",
    "legal",
    "unpublished",
    "inproceedings",
    "periodical",
)
TEXTS = (
    "title",
    "subtitle",
    "booktitle",
    "journaltitle",
    "journal",
    "publisher",
    "location",
    "address",
    "note",
    "series",
    "institution",
    "howpublished",
    "maintitle",
    "titleaddon",
    "abstract",
    "file",
    "annote",
    "odd-field",
    "school",
    "eventtitle",
    "shorttitle",
    "addendum",
)
NAMES = ("author", "editor", "translator", "bookauthor", "editora", "holder")
SHORT = (
    "year",
    "date",
    "origdate",
    "urldate",
    "month",
    "volume",
    "number",
    "pages",
    "edition",
    "isbn",
    "doi",
    "url",
    "langid",
    "keywords",
    "crossref",
    "xref",
    "related",
    "relatedtype",
    "ids",
    "pubstate",
    "options",
    "type",
    "pagetotal",
    "eprint",
    "editortype",
    "gender",
)
VALUES = (
    "1999", "1999-05", "1999/2001", "199X", "-0044", "May 1999", "forthcoming", "3", "3--5", "xi–xiv", "2nd", "a",
    "b", "k1", "k2",
    "citedin", "k1, k2", "https://x.org/a_b%20c", "10.1000/182", "978-3-16-148410-0", "german", "english", "xx",
    "javascript:x", "1999-13-45",
    "2004-21", "/1999", "..", "99999", "1" * 99, "skipbib=true", "editor", "inpress", "arXiv:1234",
)  # fmt: skip
LATEX = (
    r"\emph{%s}", r"\textbf{%s}", r"{\it %s}", r"{%s}", r"\'{e}%s", r"{\"o}%s", r"\unknown{%s}", r"\href{https://x.org}{%s}",
    r"$x^2$ %s",
    r"\textsc{%s}", r"%s\&", r"%s~--~", r"\url{%s}", r"\footnote{%s}", r"\textcolor{red}{%s}", r"\%% %s", r"``%s''",
    r"\mkbibquote{%s}",
    r"\enquote{%s}", r"\cite{a} %s", r"\verb|%s|", r"{\small %s}", r"\ss %s", r"<b>%s</b>",
    r"<script>%s</script>", r"\LaTeX{} %s", r"\char`\%s",
    r"\textsuperscript{%s}", r"\noopsort{x}%s", r"\begin{x}%s\end{x}", r"\ %s", r"\\%s", r"$%s$", r"\o%s",
    r"\textgreek{%s}", r"\textit{\textbf{%s}}",
)  # fmt: skip

EXPRESSIONS = ("m", "m # n", "1999", "jan", 'jan # " 5"', "undefined", "m #", "# m")


class Entries(Struct):
    """Writes one file."""

    draw: Draw
    count: int = 0

    def text(self) -> str:
        return self.draw.several(self.block, 1, 6, self.draw.one(("\n\n", "\n", " "))) + "\n"

    def block(self) -> str:
        draw = self.draw
        return draw.call(
            (
                (20, self.entry),
                (2, lambda: f'@string{{{draw.one("mnop")} = "{draw.hidden()}"}}'),
                (1, lambda: f"@comment{{{draw.hidden()}}}"),
                (1, lambda: f"@preamble{{{draw.hidden()}}}"),
                (1, lambda: f"% {draw.hidden()}\n"),
                (1, draw.hidden),
                (
                    1,
                    lambda: draw.one(
                        ("@", "@book", "@book{", "}", "{", '"', "@string{", "@book{,}", "@book(a, title=x)", "@{a}")
                    ),
                ),
            )
        )

    def entry(self) -> str:
        self.count += 1
        key = self.draw.one(
            (f"k{self.count}", f"k{self.count}", f"k{self.count}", "a", "K1", "é", "a b", "", "a:b/c", "a{b")
        )
        fields = [self.field() for _ in range(self.draw.number(1, 6))]
        comma = self.draw.one((",\n  ",) * 12 + ("\n  ", ",,", ", "))
        end = self.draw.one(("\n}",) * 14 + (",\n}", "", "}}"))
        return f"@{self.draw.one(TYPES)}{{{key},\n  {comma.join(fields)}{end}"

    def field(self) -> str:
        draw = self.draw
        return draw.call(
            (
                (8, lambda: f"{draw.one(TEXTS)} = {self.quoted(self.words())}"),
                (4, lambda: f"{draw.one(NAMES)} = {self.quoted(self.names())}"),
                (6, lambda: f"{draw.one(SHORT)} = {self.quoted(draw.one(VALUES))}"),
                (1, lambda: f"{draw.one(SHORT)} = {self.quoted(draw.word())}"),
                (1, lambda: f"{draw.one(TEXTS)} = {draw.one(EXPRESSIONS)}"),
                (1, lambda: draw.one(("title", "= x", "title = ", "title {x}", "a b = {c}", "title = {x} {y}"))),
            )
        )

    def quoted(self, text: str) -> str:
        return self.draw.one(("{%s}", "{%s}", "{%s}", '"%s"', "{{%s}}")) % text

    def words(self) -> str:
        return self.draw.several(self.word, 1, 3, " ")

    def word(self) -> str:
        draw = self.draw
        return draw.call(
            (
                (8, draw.word),
                (4, lambda: draw.one(LATEX) % draw.word()),
                (
                    1,
                    lambda: draw.one(
                        (
                            "&",
                            "#",
                            "%",
                            "_",
                            "$",
                            "~",
                            "^",
                            "\\",
                            "--",
                            "é",
                            "日本",
                            "<",
                            ">",
                            "e\u0301",
                            "\u202e",
                            "@",
                            "{}",
                            "\\{",
                        )
                    ),
                ),
            )
        )

    def names(self) -> str:
        return self.draw.several(
            self.name, 1, 3, self.draw.one((" and ", " and ", "\n and ", ", ", "; ", " and and ", " AND "))
        )

    def name(self) -> str:
        draw, word = self.draw, self.draw.word
        return draw.call(
            (
                (4, lambda: f"{word()}, {word()}"),
                (3, lambda: f"{word().capitalize()} {word().capitalize()}"),
                (2, lambda: f"{word().capitalize()} von {word().capitalize()}"),
                (1, lambda: f"{word()}, {word()}, {word()}"),
                (1, lambda: f"{word()}, {word()}, {word()}, {word()}"),
                (1, lambda: f"{{{word()} and {word()}}}"),
                (1, lambda: f"family={word()}, given={word()}, prefix={word()}"),
                (
                    1,
                    lambda: draw.one(
                        ("others", "and", ",", "{}", "", ", x", "von", "{\\'E}mile Zola", "family=x", "x,")
                    ),
                ),
            )
        )


def entries(draw: Draw) -> str:
    return Entries(draw).text()
