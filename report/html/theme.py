"""The theme: stylesheets, fonts and templates of the package, with what a project puts in their place."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from importlib.resources import files as package_files
from urllib.parse import quote

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from report import edtf
from report.diagnostics import Diagnostic, error
from report.files import Files, Unreadable, beside
from report.metadata import Metadata
from report.source import Source, Span
from report.words import words

STYLES = ("fonts", "pages", "text", "notes", "parts", "tables", "contents")
"""The stylesheets of the theme, in their order."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover and the document's information say."""

    title: str
    subtitle: str
    authors: tuple[tuple[str, str], ...]
    """Name and affiliation."""
    date: str
    """In words."""
    date_iso: str
    edition: str
    handling: str
    abstract: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """All that decides how pages look."""

    css: str
    cover: Cover
    language: str
    files: Files
    templates: str = ""
    """The folder of the project's own templates."""
    diagnostics: tuple[Diagnostic, ...] = ()


def load(metadata: Metadata, stylesheets: Sequence[Source], files: Files) -> Theme:
    """The theme with the project's variables and stylesheets."""
    css = "\n".join((*map(_style, STYLES), _variables(metadata), *map(_with_addresses, stylesheets)))
    theme = Theme(css, _cover(metadata), metadata.lang, files, metadata.template)
    problem = _template_problem(theme) if theme.templates else None
    return theme if problem is None else replace(theme, templates="", diagnostics=(problem,))


def _cover(metadata: Metadata) -> Cover:
    date = edtf.parse(metadata.date)
    return Cover(
        title=metadata.title,
        subtitle=metadata.subtitle,
        authors=tuple((author.name, author.affiliation) for author in metadata.author),
        date=edtf.written(date, metadata.lang) if date else metadata.date,
        date_iso=metadata.date if date else "",
        edition=metadata.edition,
        handling=metadata.handling,
        abstract=metadata.abstract,
        keywords=metadata.keywords,
    )


def _template_problem(theme: Theme) -> Diagnostic | None:
    """What is wrong in the project's own templates; the theme's are used then."""
    try:
        bind((), theme)
    except jinja2.TemplateSyntaxError as fault:
        return error(
            "template-syntax", fault.message or "no template", _line(theme, fault.filename or "", fault.lineno)
        )
    except Exception as fault:
        frames = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(fault.__traceback__)]
        own = [frame for frame in frames if frame[0] in theme.files.texts]
        span = _line(theme, *own[-1]) if own else Span(theme.templates)
        hint = "templates may use `cover`, `body`, `css` and `lang`"
        return error("template-error", str(fault).replace("'", "`"), span, hint)
    return None


def _line(theme: Theme, path: str, number: int) -> Span:
    source = theme.files.texts.get(path)
    return source.line_span(number) if source else Span(path or theme.templates)


_ADDRESS = re.compile(r"""url\(\s*(["']?)(?![A-Za-z][A-Za-z0-9+.-]*:|\#)([^"')]+)\1\s*\)""")


def _with_addresses(sheet: Source) -> str:
    """A stylesheet with the files that it names beside itself as files of the project; it cannot close its element."""
    text = _ADDRESS.sub(lambda found: f'url("asset:/{quote(beside(sheet.path, found[2].strip()))}")', sheet.text)
    return text.replace("</", "<\\/")


def bind(sections: Sequence[tuple[str, str]], theme: Theme) -> str:
    """The whole HTML: cover, then the chapters as (zone, html), neighbours of one zone in one wrapper."""
    zones: list[tuple[str, list[str]]] = []
    for zone, html in sections:
        if not zones or zones[-1][0] != zone:
            zones.append((zone, []))
        zones[-1][1].append(html)
    body = "".join(f'<div class="{zone}">{"".join(parts)}</div>' for zone, parts in zones)
    environment = _environment(theme.templates, theme.files)
    return environment.get_template("document.html").render(
        cover=theme.cover, body=body, css=theme.css, lang=theme.language
    )


def graphic_style() -> str:
    """The stylesheet that goes into every drawing: WeasyPrint gives SVG none of the document's."""
    return _style("graphics")


def font(name: str) -> bytes:
    """A font of the theme by its file name; raises ValueError for any other name."""
    folder = package_files("report.html") / "fonts"
    if name not in {entry.name for entry in folder.iterdir()}:
        raise ValueError(f"the theme has no font {name}")
    return (folder / name).read_bytes()


@cache
def _style(name: str) -> str:
    return (package_files("report.html") / "styles" / f"{name}.css").read_text("utf-8")


def _environment(folder: str, files: Files) -> jinja2.Environment:
    """Templates of the project first, then the theme's; these go by `theme/…` as well, for templates to extend."""

    def from_project(name: str) -> tuple[str, str, None] | None:
        found = files.text(f"{folder}/{name}") if folder else None
        return None if found is None or isinstance(found, Unreadable) else (found.text, found.path, None)

    def from_theme(name: str) -> str | None:
        path = package_files("report.html") / "templates" / name.removeprefix("theme/")
        return path.read_text("utf-8") if path.is_file() else None

    loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(from_project), jinja2.FunctionLoader(from_theme)])
    return ImmutableSandboxedEnvironment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)


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
    fonts = {
        name: f"{_string(given)}, {_string(family)}" if (given := getattr(metadata.fonts, name)) else _string(family)
        for name, family in _FONTS.items()
    }
    variables = {
        **{f"font-{name}": f'{family}, "Report Arabic"' for name, family in fonts.items()},
        "handling": _string(metadata.handling),
        "report-title": _string(metadata.title),
    }
    declared = "".join(f"--{name}: {value}; " for name, value in variables.items())
    sides = " ".join(margins[side] for side in ("top", "right", "bottom", "left"))
    size = {"a4": "210mm 297mm", "letter": "8.5in 11in"}[metadata.papersize]
    page = f"@page {{ size: {size}; margin: {sides} }}\n@page cover {{ margin: 0 }}"
    landscape = f"@page landscape {{ size: {' '.join(reversed(size.split()))} }}"
    cover = f".cover {{ width: {size.split()[0]}; height: {size.split()[1]} }}"
    draft = _draft(words(metadata.lang).draft) if metadata.draft else ""
    return f":root {{ {declared}}}\n{page}\n{landscape}\n{cover}\n{draft}"


def _draft(word: str) -> str:
    """The mark of a draft behind the text of every page."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 840'><text x='300' y='420' font-size='150' "
        "font-family='Report Sans' font-weight='600' fill='%235d5a55' fill-opacity='.10' text-anchor='middle' "
        f"transform='rotate(-55 300 420)'>{escape(word.upper())}</text></svg>"
    )
    return f'@page {{ background: url("data:image/svg+xml;utf8,{svg}") center/100% no-repeat }}'


def _string(text: str) -> str:
    """A CSS string."""
    escaped = "".join(f"\\{ord(char):x} " if char in '"\\<>\n\r\f' or ord(char) < 32 else char for char in text)
    return f'"{escaped}"'
