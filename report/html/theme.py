"""The theme: stylesheets, fonts and templates of the package, with what a project puts in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files as package_files
from urllib.parse import quote

from report.diagnostics import Diagnostic
from report.files import Files, beside
from report.metadata import Metadata
from report.prepress import PLAIN, Prepress, points, prepress
from report.source import Source
from report.words import words

STYLES = ("fonts", "pages", "text", "notes", "parts", "tables", "contents")
"""The stylesheets of the theme, in their order."""


@dataclass(frozen=True, slots=True)
class Theme:
    """All that decides how pages look."""

    css: str
    frame: tuple[str, str]
    """What stands before and behind the body in each HTML."""
    cover: str
    """The HTML of the cover; empty where the project's template leaves it out."""
    diagnostics: tuple[Diagnostic, ...] = ()
    prepress: Prepress = PLAIN


def load(metadata: Metadata, stylesheets: Sequence[Source], files: Files) -> Theme:
    """The theme with the project's variables, stylesheets and templates."""
    from report.html import frame  # Jinja2 takes its time, and a theme is kept

    css = "\n".join((*map(style, STYLES), _variables(metadata), *map(with_addresses, stylesheets)))
    made = frame.render(metadata, files)
    return Theme(css, made.around, made.cover, made.diagnostics, prepress(metadata, files))


def bind(section: str, zone: str, theme: Theme) -> str:
    """The HTML of a chapter, or of the cover, as a document of its own; the stylesheet is not in it."""
    before, behind = theme.frame
    return f'{before}<div class="{zone}">{section}</div>{behind}'


_ADDRESS = re.compile(r"""url\(\s*(["']?)(?![A-Za-z][A-Za-z0-9+.-]*:|\#)([^"')]+)\1\s*\)""")


def with_addresses(sheet: Source) -> str:
    """A stylesheet with the files that it names beside itself as files of the project; it cannot close its element."""
    text = _ADDRESS.sub(lambda found: f'url("asset:/{quote(beside(sheet.path, found[2].strip()))}")', sheet.text)
    return text.replace("</", "<\\/")


def graphic_style() -> str:
    """The stylesheet that goes into every drawing: WeasyPrint gives SVG none of the document's."""
    return style("graphics")


@cache
def style(name: str) -> str:
    """A stylesheet of the package."""
    return (package_files("report.html") / "styles" / f"{name}.css").read_text("utf-8")


_MARGINS: Mapping[str, Mapping[str, str]] = {
    "a4": {"top": "84pt", "right": "85pt", "bottom": "85.89pt", "left": "161pt"},
    "letter": {"top": "79pt", "right": "97pt", "bottom": "83pt", "left": "166pt"},
}
"""Margins that leave the text block 349 pt wide and a whole number of lines of 14 pt high."""

_FONTS = {
    "text": "Report Serif",
    "display": "Report Display",
    "small": "Report Small",
    "sans": "Report Sans",
    "mono": "Report Mono",
}


def _variables(metadata: Metadata) -> str:
    """The rules that `report.yml` decides."""
    margins = {side: getattr(metadata.margins, side) or value for side, value in _MARGINS[metadata.papersize].items()}
    variables = {
        **families(metadata),
        "handling": string(metadata.handling),
        "report-title": string(metadata.title),
    }
    declared = "".join(f"--{name}: {value}; " for name, value in variables.items())
    sides = " ".join(margins[side] for side in ("top", "right", "bottom", "left"))
    size = {"a4": "210mm 297mm", "letter": "8.5in 11in"}[metadata.papersize]
    page = f"@page {{ size: {size}; margin: {sides} }}\n@page cover {{ margin: 0 }}"
    landscape = f"@page landscape {{ size: {' '.join(reversed(size.split()))} }}"
    cover = f".cover {{ width: {size.split()[0]}; height: {size.split()[1]} }}"
    bleed = _bleed(metadata.print.bleed) if points(metadata.print.bleed) else ""
    draft = _draft(words(metadata.lang).draft) if metadata.draft else ""
    return f":root {{ {declared}}}\n{page}\n{landscape}\n{cover}\n{bleed}{draft}"


def _bleed(length: str) -> str:
    """The rules by which what reaches the edge of the page is printed beyond it."""
    field = f"top: -{length}; left: -{length}; right: -{length}; width: auto; height: calc(556pt + {length})"
    return (
        f"@page {{ bleed: {length} }}\n.cover {{ overflow: visible }}\n.cover-field {{ {field} }}\n"
        f".cover-field svg {{ height: calc(556pt + {length}) }}\n"
    )


def families(metadata: Metadata) -> dict[str, str]:
    """The font families by their variables: those of `report.yml` before the theme's."""
    given = {name: getattr(metadata.fonts, name) for name in _FONTS}
    return {
        f"font-{name}": ", ".join(string(one) for one in (given[name], family, "Report Arabic") if one)
        for name, family in _FONTS.items()
    }


def _draft(word: str) -> str:
    """The mark of a draft behind the text of every page."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 840'><text x='300' y='420' font-size='150' "
        "font-family='Report Sans' font-weight='600' fill='%235d5a55' fill-opacity='.10' text-anchor='middle' "
        f"transform='rotate(-55 300 420)'>{escape(word.upper())}</text></svg>"
    )
    return f'@page {{ background: url("data:image/svg+xml;utf8,{svg}") center/100% no-repeat }}'


def string(text: str) -> str:
    """A CSS string."""
    escaped = "".join(f"\\{ord(char):x} " if char in '"\\<>\n\r\f' or ord(char) < 32 else char for char in text)
    return f'"{escaped}"'
