"""Citation styles: elements of CSL 1.0.2 in one another, with attributes of every value and of wrong ones."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from draw import Draw
from msgspec import Struct

VARIABLES = (
    "title",
    "container-title",
    "publisher",
    "publisher-place",
    "locator",
    "page",
    "volume",
    "issue",
    "DOI",
    "URL",
    "note",
    "citation-number",
    "first-reference-note-number",
    "year-suffix",
    "citation-label",
    "edition",
    "number",
    "genre",
    "odd",
)
NAMES = ("author", "editor", "translator", "author editor", "editor translator", "odd", "")
DATES = ("issued", "accessed", "original-date", "odd")
TERMS = (
    "and",
    "et-al",
    "page",
    "ibid",
    "editor",
    "in",
    "edition",
    "no date",
    "ordinal-01",
    "odd",
    "accessed",
    "month-01",
)
ATTRIBUTES = (
    ("font-style", ("italic", "normal", "oblique", "x")),
    ("font-weight", ("bold", "light", "normal")),
    ("font-variant", ("small-caps", "normal")),
    ("text-decoration", ("underline", "none")),
    ("vertical-align", ("sup", "sub", "baseline")),
    ("text-case", ("lowercase", "uppercase", "title", "sentence", "capitalize-first", "capitalize-all", "x")),
    ("quotes", ("true", "false", "x")),
    ("strip-periods", ("true", "false")),
    ("display", ("block", "left-margin", "right-inline", "indent", "x")),
    ("form", ("short", "long", "symbol", "verb", "verb-short", "numeric", "ordinal", "roman", "text", "count", "x")),
    ("plural", ("always", "never", "contextual", "true")),
    ("delimiter", (", ", "; ", " ", "", "&")),
    ("and", ("text", "symbol", "x")),
    ("et-al-min", ("1", "2", "0", "-1", "x", "9" * 30)),
    ("et-al-use-first", ("1", "0", "7", "x", "-3")),
    ("et-al-use-last", ("true", "x")),
    ("et-al-subsequent-min", ("1", "x")),
    ("et-al-subsequent-use-first", ("1", "9")),
    ("initialize-with", (". ", "", "x")),
    ("initialize", ("false", "true")),
    ("name-as-sort-order", ("all", "first", "x")),
    ("sort-separator", (", ", "")),
    ("delimiter-precedes-last", ("always", "never", "contextual", "after-inverted-name")),
    ("delimiter-precedes-et-al", ("always", "never", "x")),
    ("page-range-format", ("expanded", "minimal", "chicago", "chicago-16", "minimal-two", "x")),
    ("date-parts", ("year", "year-month", "year-month-day", "x")),
    ("variable", VARIABLES),
)  # fmt: skip
OPTIONS = (
    ("disambiguate-add-year-suffix", ("true",)), ("disambiguate-add-names", ("true",)),
    ("disambiguate-add-givenname", ("true",)),
    ("givenname-disambiguation-rule", ("all-names", "primary-name", "by-cite", "x")),
    ("collapse", ("citation-number", "year", "year-suffix", "year-suffix-ranged", "x")),
    ("near-note-distance", ("5", "x", "²", "-1", "9" * 50)), ("cite-group-delimiter", (", ",)),
    ("after-collapse-delimiter", ("; ",)), ("year-suffix-delimiter", (",",)),
)  # fmt: skip
LISTED = (
    ("subsequent-author-substitute", ("———", "")),
    ("subsequent-author-substitute-rule", ("complete-all", "complete-each", "partial-each", "partial-first", "x")),
    ("hanging-indent", ("true",)),
    ("second-field-align", ("flush", "margin")),
    ("entry-spacing", ("0", "²", "x")),
    ("line-spacing", ("9", "-1")),
)

WORDS = ("x", "", "<single>a</single><multiple>b</multiple>")
PARTS = ("year", "month", "day", "x")
EMPTY = (
    "<odd/>", "<text/>", "<names/>", "<date/>", "<number/>", "<label/>", "<choose/>", "<group/>", "<layout/>", "x",
    "<!-- c -->", "<name/>", "<if/>",
)  # fmt: skip


class Style(Struct):
    """Writes one style."""

    draw: Draw
    macros: int = 0

    def text(self) -> str:
        draw = self.draw
        self.macros = draw.number(0, 3)
        macros = "".join(f'<macro name="m{number}">{self.elements(0)}</macro>' for number in range(self.macros))
        kind = draw.one(("note", "in-text", "x"))
        locale = draw.one(("", "", ' default-locale="de-DE"', ' default-locale="xx"'))
        page = self.attributes(("page-range-format", "initialize-with", "and", "name-as-sort-order", "delimiter"), 20)
        return (
            f'<style xmlns="http://purl.org/net/xbiblio/csl" class="{kind}" version="1.0"{locale}{page}>\n'
            f"<info><title>Fuzz</title><id>fuzz</id></info>\n{self.locale()}{macros}\n{self.area('citation')}\n"
            f"{self.area('bibliography') if draw.chance(70) else ''}</style>\n"
        )

    def locale(self) -> str:
        if not self.draw.chance(30):
            return ""
        terms = self.draw.several(
            lambda: f'<term name="{self.draw.one(TERMS)}">{self.draw.one(WORDS)}</term>',
            0,
            3,
        )
        options = self.draw.one(("", '<style-options punctuation-in-quote="true" limit-day-ordinals-to-day-1="true"/>'))
        dates = self.draw.one(
            ("", '<date form="text"><date-part name="year"/></date>', '<date form="text"/>', "<date/>")
        )
        language = self.draw.one(("", ' xml:lang="en"', ' xml:lang="x"'))
        return f"<locale{language}>{options}{dates}<terms>{terms}</terms></locale>"

    def area(self, name: str) -> str:
        draw = self.draw
        options = "".join(
            f" {key}={quoteattr(draw.one(values))}"
            for key, values in (OPTIONS if name == "citation" else LISTED)
            if draw.chance(25)
        )
        options += self.attributes(
            ("et-al-min", "et-al-use-first", "et-al-subsequent-min", "and", "initialize-with"), 15
        )
        sort = f"<sort>{draw.several(self.key, 0, 3)}</sort>" if draw.chance(40) else ""
        edges = "".join(
            f" {key}={quoteattr(draw.one((', ', '.', '(', '', ' ')))}"
            for key in ("prefix", "suffix", "delimiter")
            if draw.chance(40)
        )
        look = self.attributes(("font-style", "vertical-align", "text-case"), 10)
        fixed = f'<text value="{draw.word()}"/>' if name == "citation" and draw.chance(50) else ""
        return f"<{name}{options}>{sort}<layout{edges}{look}>{fixed}{self.elements(0)}</layout></{name}>"

    def key(self) -> str:
        what = self.draw.one(
            (
                *(f'variable="{name}"' for name in ("title", "author", "issued", "citation-number", "odd")),
                *(f'macro="m{number}"' for number in range(self.macros)),
            )
        )
        more = self.draw.one(("", ' sort="descending"', ' names-min="1" names-use-first="1"', ' names-min="x"'))
        return f"<key {what}{more}/>"

    def attributes(self, names: tuple[str, ...], percent: int) -> str:
        found = (
            f" {name}={quoteattr(self.draw.one(values))}"
            for name, values in ATTRIBUTES
            if name in names and self.draw.chance(percent)
        )
        return "".join(found)

    def any_attributes(self) -> str:
        names = self.draw.random.sample([name for name, _ in ATTRIBUTES if name != "variable"], self.draw.number(0, 3))
        edges = self.draw.one(
            ("", "", ' prefix="("', ' suffix=")"', ' prefix="&lt;i>"', ' suffix="."', ' prefix=" " suffix=" "')
        )
        return self.attributes(tuple(names), 100) + edges

    def elements(self, depth: int) -> str:
        return self.draw.several(lambda: self.element(depth), 1, 3)

    def element(self, depth: int) -> str:
        draw, deep, looks = self.draw, 1 if depth < 4 else 0, self.any_attributes()
        called = draw.number(0, max(0, self.macros - 1)) if self.macros and draw.chance(90) else 9
        return draw.call(
            (
                (6, lambda: f'<text variable="{draw.one(VARIABLES)}"{looks}/>'),
                (2, lambda: f'<text term="{draw.one(TERMS)}"{looks}/>'),
                (1, lambda: f'<text value="{draw.one(("x", "", " ", "日"))}"{looks}/>'),
                (1 if self.macros and not depth else 0, lambda: f'<text macro="m{called}"{looks}/>'),
                (4, lambda: self.names(looks, depth)),
                (2, lambda: self.date(looks)),
                (1, lambda: f'<number variable="{draw.one(VARIABLES)}"{looks}/>'),
                (1, lambda: f'<label variable="{draw.one(("locator", "page", "editor", "odd"))}"{looks}/>'),
                (3 * deep, lambda: f"<group{looks}>{self.elements(depth + 1)}</group>"),
                (2 * deep, lambda: self.choose(depth)),
                (1, lambda: draw.one(EMPTY)),
            )
        )  # fmt: skip

    def names(self, looks: str, depth: int) -> str:
        parts = {
            "form",
            "and",
            "et-al-min",
            "et-al-use-first",
            "et-al-use-last",
            "initialize-with",
            "initialize",
            "name-as-sort-order",
            "sort-separator",
            "delimiter-precedes-last",
            "delimiter-precedes-et-al",
            "delimiter",
        }
        part = self.draw.one(
            ("", "", '<name-part name="family" text-case="uppercase"/>', '<name-part name="given" prefix="("/>')
        )
        name = f"<name{self.attributes(tuple(parts), 25)}>{part}</name>"
        inner = self.draw.one(
            (
                "",
                name,
                name,
                name + "<et-al/>",
                name + "<label/>",
                f"<label{looks}/>{name}",
                '<et-al term="and others"/>',
            )
        )
        substitute = f"<substitute>{self.element(depth + 2)}</substitute>" if depth < 3 and self.draw.chance(30) else ""
        return f'<names variable="{self.draw.one(NAMES)}"{looks}>{inner}{substitute}</names>'

    def date(self, looks: str) -> str:
        parts = self.draw.several(
            lambda: f'<date-part name="{self.draw.one(PARTS)}"{self.any_attributes()} range-delimiter="–"/>',
            0,
            3,
        )
        return f'<date variable="{self.draw.one(DATES)}"{looks}>{parts}</date>'

    def choose(self, depth: int) -> str:
        tests = (
            'type="book"',
            'variable="title"',
            'is-numeric="volume"',
            'position="ibid"',
            'position="first near-note"',
            'locator="page"',
            'is-uncertain-date="issued"',
            'disambiguate="true"',
            'match="none" type="book article"',
            "",
            'odd="x"',
            'match="x" type=""',
        )
        other = f"<else>{self.elements(depth + 1)}</else>" if self.draw.chance(50) else ""
        middle = f"<else-if {self.draw.one(tests)}>{self.elements(depth + 1)}</else-if>" if self.draw.chance(30) else ""
        return f"<choose><if {self.draw.one(tests)}>{self.elements(depth + 1)}</if>{middle}{other}</choose>"


def style(draw: Draw) -> str:
    return Style(draw).text()
