"""The theme: stylesheets, fonts and templates of the package, with what a project puts in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files as package_files
from urllib.parse import quote

from msgspec import Struct

from report.diagnostics import Diagnostic
from report.files import Files, beside
from report.html import marking
from report.html.mirror import mirrored
from report.html.variables import picture, variables, written_out
from report.html.writer import DRAWING_STYLE
from report.metadata import Metadata
from report.prepress import PLAIN, Prepress, points, prepress
from report.source import Source
from report.typesetting import direction, shortened
from report.words import words

STYLES = ("fonts", "pages", "text", "notes", "parts", "cover", "tables", "contents")
"""The stylesheets of the theme, in their order."""


class Theme(Struct, frozen=True):
    """All that decides how pages look."""

    css: str
    drawings: str
    """The stylesheet that goes into every drawing: WeasyPrint gives SVG none of the document's."""
    frame: tuple[str, str]
    """What stands before and behind the body in each HTML."""
    cover: str
    """The HTML of the cover; empty where the project's template leaves it out."""
    opening: str
    """The HTML above the first chapter of a report without a cover."""
    flows: bool
    """Whether chapters follow each other on the same page."""
    opens_right: bool
    """Whether chapters begin on right pages."""
    diagnostics: tuple[Diagnostic, ...] = ()
    prepress: Prepress = PLAIN
    is_xml: bool = False
    """Whether all of its HTML is XML as well; what a project's templates make need not be."""


def load(metadata: Metadata, stylesheets: Sequence[Source], files: Files) -> Theme:
    """The theme with the project's variables, stylesheets and templates."""
    from report.html import frame  # Jinja2 takes its time, and a theme is kept

    right_to_left = bool(direction(metadata.lang))
    own = [*map(style, STYLES), *_chosen(metadata)]
    given = [_declarations(metadata), *map(with_addresses, stylesheets)]
    values = variables("\n".join((*own, *given)))
    sheets = [*own, *_drawn(metadata, values)]
    css = "\n".join((*(map(mirrored, sheets) if right_to_left else sheets), _page(metadata), *given))
    made = frame.render(metadata, files, values)
    return Theme(
        css,
        written_out(style("graphics"), values),
        made.around,
        made.cover,
        made.opening,
        metadata.chapter_break == "flow",
        metadata.chapter_break == "right",
        made.diagnostics,
        prepress(metadata, files),
        is_xml=not metadata.template,
    )


def bind(section: str, zone: str, theme: Theme) -> str:
    """The HTML of a chapter, or of the cover, as a document of its own; the stylesheet is not in it."""
    before, behind = theme.frame
    return f"{before}{zoned(section, zone, theme)}{behind}"


def zoned(section: str, zone: str, theme: Theme) -> str:
    """Chapters in their zone of the report, drawings in the colours of the theme."""
    section = section.replace(DRAWING_STYLE, f"<style>{theme.drawings}</style>")
    return f'<div class="{zone}">{section}</div>'


_ADDRESS = re.compile(r"""url\(\s*(["']?)(?![A-Za-z][A-Za-z0-9+.-]*:|\#)([^"')]+)\1\s*\)""")


def with_addresses(sheet: Source) -> str:
    """A stylesheet with the files that it names beside itself as files of the project; it cannot close its element."""
    text = _ADDRESS.sub(lambda found: f'url("asset:/{quote(beside(sheet.path, found[2].strip()))}")', sheet.text)
    return text.replace("</", "<\\/")


@cache
def style(name: str) -> str:
    """A stylesheet of the package."""
    return (package_files("report.html") / "styles" / f"{name}.css").read_text("utf-8")


def _chosen(metadata: Metadata) -> Iterator[str]:
    """The stylesheets that options of `report.yml` add."""
    options = {
        "justify": metadata.justify,
        "paragraphs": metadata.paragraph_numbers,
        "flow": metadata.chapter_break == "flow",
        "right": metadata.chapter_break == "right",
        "sides": metadata.two_sided,
        "light": metadata.cover == "light",
        "arabic": direction(metadata.lang) and not metadata.lang.startswith("he"),
    }
    yield from (style(name) for name, is_wanted in options.items() if is_wanted)
    yield marking.furniture(metadata.handling)


_SIZES = {"a4": ("210mm", "297mm"), "letter": ("8.5in", "11in")}

_MARGINS: Mapping[str, Mapping[str, str]] = {
    "a4": {"top": "84pt", "right": "85pt", "bottom": "85.89pt", "left": "161pt"},
    "letter": {"top": "79pt", "right": "97pt", "bottom": "83pt", "left": "166pt"},
}
"""Margins that leave the text block 349 pt wide and a whole number of lines of 14 pt high: 48 on A4, 45 on Letter."""

BINDING_PT = 12
"""By how much the text moves away from the spine where both sides of the paper are printed."""

_FONTS = {
    "text": "Report Serif",
    "display": "Report Display",
    "small": "Report Small",
    "sans": "Report Sans",
    "mono": "Report Mono",
}


def families(metadata: Metadata) -> dict[str, str]:
    """The font families by their variables: those of `report.yml` before the theme's."""
    given = {name: getattr(metadata.fonts, name) for name in _FONTS}
    others = ("Report Arabic", "Report Hebrew")
    return {
        f"font-{name}": ", ".join(string(one) for one in (given[name], family, *others) if one)
        for name, family in _FONTS.items()
    }


def _declarations(metadata: Metadata) -> str:
    """The variables that `report.yml` decides."""
    declared = {
        **families(metadata),
        "handling": string(marking.name(metadata.handling)),
        "report-title": string(shortened(metadata.title)),
    }
    return f":root {{ {''.join(f'--{name}: {value}; ' for name, value in declared.items())}}}"


def _page(metadata: Metadata) -> str:
    """The paper, and the margins on it."""
    width, height = _SIZES[metadata.papersize]
    first, last = ("right", "left") if direction(metadata.lang) else ("left", "right")
    theirs = _MARGINS[metadata.papersize]
    margins = {"top": theirs["top"], first: theirs["left"], "bottom": theirs["bottom"], last: theirs["right"]}
    margins |= {side: given for side in margins if (given := getattr(metadata.margins, side))}
    sides = " ".join(margins[side] for side in ("top", "right", "bottom", "left"))
    rules = [
        f"@page {{ size: {width} {height}; margin: {sides} }}",
        f"@page landscape {{ size: {height} {width} }}",
        *(_bound(margins) if metadata.two_sided else ()),
        "@page cover { margin: 0 }",
        f".cover {{ width: {width}; height: {height} }}",
        *(_bleed(metadata.print.bleed) if points(metadata.print.bleed) else ()),
    ]
    return "\n".join(rules)


def _bleed(length: str) -> Iterator[str]:
    """The rules by which what reaches the edge of the page is printed beyond it."""
    yield f"@page {{ bleed: {length} }}"
    yield ".cover { overflow: visible }"
    field = f"top: -{length}; left: -{length}; right: -{length}; width: auto; height: calc(66% + {length})"
    yield f".cover-field {{ {field} }}"


def _bound(margins: Mapping[str, str]) -> Iterator[str]:
    """The margins of left and right pages: further from the spine, which is where a right page begins."""
    for page, inner, outer in (("right", "left", "right"), ("left", "right", "left")):
        more, less = points(margins[inner]) + BINDING_PT, points(margins[outer]) - BINDING_PT
        yield f"@page :{page} {{ margin-{inner}: {more:.2f}pt; margin-{outer}: {less:.2f}pt }}"


def _drawn(metadata: Metadata, values: Mapping[str, str]) -> Iterator[str]:
    """The backgrounds that are drawings: the rule above notes, and the mark of a draft behind every page."""
    grey = escape(values.get("grey", ""))
    svg = "<svg xmlns='http://www.w3.org/2000/svg'"
    rule = f"{svg} width='54' height='1'><rect width='54' height='.7' fill='{grey}'/></svg>"
    place = "100% 0" if direction(metadata.lang) else "0 0"
    yield f"@page {{ @footnote {{ background: {picture(rule)} no-repeat {place} }} }}"
    if metadata.draft:
        word = escape(words(metadata.lang).draft.upper())
        family = escape(values.get("font-sans", "").replace('"', "'"), quote=False)
        mark = (
            f"{svg} viewBox='0 0 600 840'><text x='300' y='420' font-size='150' "
            f"style=\"font-family: {family}\" font-weight='600' fill='{grey}' fill-opacity='.10' text-anchor='middle' "
            f"transform='rotate(-55 300 420)'>{word}</text></svg>"
        )
        yield f"@page {{ background: {picture(mark)} center/100% no-repeat }} @page cover {{ background: none }}"


def string(text: str) -> str:
    """A CSS string."""
    escaped = "".join(f"\\{ord(char):x} " if char in "\"\\'<>\n\r\f" or ord(char) < 32 else char for char in text)
    return f'"{escaped}"'
