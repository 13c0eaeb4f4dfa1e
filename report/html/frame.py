"""The frame of every HTML, and the cover: templates of the package, or those that a project puts in their place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files as package_files
from typing import TypeVar

import jinja2
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from report import edtf
from report.diagnostics import Diagnostic, error
from report.files import Files, Unreadable
from report.html import marking
from report.html.inventory import shows
from report.html.passive import Active, filled, passive, stand_in
from report.html.writer import marked
from report.metadata import Metadata
from report.sandbox import Refused, Sandbox
from report.source import Source, Span
from report.typesetting import direction
from report.words import words


class Cover(Struct, frozen=True):
    """What the cover and the document's information say."""

    title: str
    subtitle: str
    authors: tuple[tuple[str, str], ...]
    """Name and affiliation."""
    date: str
    """In words."""
    date_iso: str
    edition: str
    draft: str
    """The word for it, where it is one."""
    handling: str
    is_label: bool
    """Whether that is a label of the Traffic Light Protocol."""
    abstract: str
    keywords: tuple[str, ...]


class Frame(Struct, frozen=True):
    """What the templates make."""

    around: tuple[str, str]
    """What stands before and behind the body of each HTML."""
    cover: str
    """The HTML of the cover; empty where there is none."""
    opening: str
    """The HTML of the title above the first chapter; empty where there is a cover."""
    diagnostics: tuple[Diagnostic, ...] = ()


def render(metadata: Metadata, files: Files, variables: Mapping[str, str]) -> Frame:
    """The frame and the cover by the project's templates, where these can be used, else by the theme's.

    Templates are given the variables of the stylesheets, for colours in drawings.
    """
    frame, problems = _with_own(partial(_rendered, metadata, files, variables), metadata.template, files)
    return replace(frame, diagnostics=problems)


def render_page(
    metadata: Metadata, files: Files, values: Mapping[str, object], parts: Mapping[str, str]
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The HTML edition by the project's `page.html`, where it has one that can be used, else by the theme's.

    `parts` are HTML of ours, by the names of their variables; in what a project's template makes nothing is active.
    """

    def made(folder: str) -> str:
        standing = {name: stand_in(name) if part else "" for name, part in parts.items()}
        given = {"cover": _cover(metadata), "lang": metadata.lang, **values, **standing}
        shell = _rendering(_environment(folder, files), "page.html", given)
        shell = _checked(shell, "page.html", folder, files, str(values["policy"]))
        if standing["body"] not in shell:
            raise ValueError("the template prints no {{ body }}")
        return filled(shell, parts)

    return _with_own(made, metadata.template, files)


def _rendering(environment: Sandbox, name: str, values: Mapping[str, object]) -> str:
    return "".join(environment.pieces(name, values))


def _checked(html: str, name: str, folder: str, files: Files, policy: str = "") -> str:
    """What a template made, where it is the project's own without anything active."""
    own = f"{folder}/{name}"
    if not folder or isinstance(files.text(own), Unreadable):
        return html
    try:
        return passive(html, policy)
    except Active as fault:
        raise Refused("template-active", f"the template prints {fault}", "", own) from fault


Made = TypeVar("Made")


def _with_own(made: Callable[[str], Made], folder: str, files: Files) -> tuple[Made, tuple[Diagnostic, ...]]:
    """What the templates in a folder make; the theme's alone where something is wrong in the project's own."""
    try:
        return made(folder), ()
    except Exception as fault:
        if not folder:
            raise
        return made(""), (_problem(fault, folder, files),)


def _problem(fault: Exception, folder: str, files: Files) -> Diagnostic:
    """What is wrong in the project's own templates."""
    if isinstance(fault, jinja2.TemplateSyntaxError):
        place = _line(files, fault.filename or folder, fault.lineno)
        return error("template-syntax", fault.message or "no template", place)
    if isinstance(fault, Refused) and fault.path:
        hints = (fault.hint,) if fault.hint else ()
        return error(fault.code, str(fault), _line(files, fault.path, 1), *hints)
    frames = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(fault.__traceback__)]
    own = [frame for frame in frames if frame[0] in files.texts]
    span = _line(files, *own[-1]) if own else Span(folder)
    hint = "README.md says what each template may use: `cover`, `body`, `lang`, `direction`, `variables` …"
    code = fault.code if isinstance(fault, Refused) else "template-error"
    return error(code, str(fault).replace("'", "`"), span, hint)


def _line(files: Files, path: str, number: int) -> Span:
    source = files.texts.get(path)
    return source.line_span(number) if source else Span(path)


def _rendered(metadata: Metadata, files: Files, variables: Mapping[str, str], folder: str) -> Frame:
    """What is around a body, and the cover or what stands in its place."""
    environment = _environment(folder, files)
    environment.filters["marked"] = lambda text: Markup(marked(text, metadata.lang))
    values = {
        "cover": _cover(metadata),
        "lang": metadata.lang,
        "direction": direction(metadata.lang) or "ltr",
        "variables": variables,
    }
    body = stand_in("body")
    page = _checked(_rendering(environment, "document.html", {**values, "body": body}), "document.html", folder, files)
    before, found, behind = page.partition(body)
    if not found:
        raise ValueError("the template prints no {{ body }}")
    if body in behind or not shows(page, body):
        raise ValueError("the template does not print {{ body }} once where it can be seen")
    name = "opening.html" if metadata.cover == "none" else "cover.html"
    title = _checked(_rendering(environment, name, values), name, folder, files).strip()
    has_cover = metadata.cover != "none"
    return Frame((before, behind), title if has_cover else "", "" if has_cover else title)


def _cover(metadata: Metadata) -> Cover:
    date = edtf.parse(metadata.date)
    return Cover(
        title=metadata.title,
        subtitle=metadata.subtitle,
        authors=tuple((author.name, author.affiliation) for author in metadata.author),
        date=edtf.written(date, metadata.lang) if date else metadata.date,
        date_iso=metadata.date if date else "",
        edition=metadata.edition,
        draft=words(metadata.lang).draft if metadata.draft else "",
        handling=marking.name(metadata.handling),
        is_label=marking.label(metadata.handling) is not None,
        abstract=metadata.abstract,
        keywords=metadata.keywords,
    )


def _environment(folder: str, files: Files) -> Sandbox:
    """Templates of the project first, then the theme's; these go by `theme/…` as well, for templates to extend."""

    has_own = bool(folder and files.listing(folder, ""))

    def from_project(name: str) -> tuple[str, str, None] | None:
        found = files.text(f"{folder}/{name}") if has_own else None
        if isinstance(found, Unreadable) and not found.is_missing:
            raise Refused("template-missing", f"`{name}` {found.reason}")  # `ignore missing` does not hide it
        return (found.text, found.path, None) if isinstance(found, Source) else None

    def from_theme(name: str) -> str | None:
        return _theme_templates().get(name.removeprefix("theme/"))

    loader = jinja2.ChoiceLoader([jinja2.FunctionLoader(from_project), jinja2.FunctionLoader(from_theme)])
    environment = Sandbox(loader, autoescape=True)
    environment.filters["safe"] = Markup
    return environment


@cache
def _theme_templates() -> dict[str, str]:
    """The templates of the package by their names: no name leads to any other file."""
    folder = package_files("report.html") / "templates"
    return {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.is_file()}
