"""The frame of every HTML, and the cover: templates of the package, or those that a project puts in their place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files as package_files
from typing import TypeVar

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from report import edtf
from report.diagnostics import Diagnostic, error
from report.files import Files, Unreadable
from report.metadata import Metadata
from report.source import Span


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
class Frame:
    """What the templates make."""

    around: tuple[str, str]
    """What stands before and behind the body of each HTML."""
    cover: str
    """The HTML of the cover; empty where there is none."""
    diagnostics: tuple[Diagnostic, ...] = ()


def render(metadata: Metadata, files: Files) -> Frame:
    """The frame and the cover by the project's templates, where these can be used, else by the theme's."""
    (around, cover), problems = _with_own(partial(_rendered, metadata, files), metadata.template, files)
    return Frame(around, cover, problems)


def render_page(metadata: Metadata, files: Files, values: Mapping[str, object]) -> tuple[str, tuple[Diagnostic, ...]]:
    """The HTML edition by the project's `page.html`, where it has one that can be used, else by the theme's."""

    def made(folder: str) -> str:
        template = _environment(folder, files).get_template("page.html")
        return template.render(cover=_cover(metadata), lang=metadata.lang, **values)

    return _with_own(made, metadata.template, files)


Made = TypeVar("Made")


def _with_own(made: Callable[[str], Made], folder: str, files: Files) -> tuple[Made, tuple[Diagnostic, ...]]:
    """What the templates make; the theme's alone where something is wrong in the project's own."""
    problem = _problem(made, folder, files) if folder else None
    return made("" if problem else folder), () if problem is None else (problem,)


def _problem(made: Callable[[str], object], folder: str, files: Files) -> Diagnostic | None:
    """What is wrong in the project's own templates."""
    try:
        made(folder)
    except jinja2.TemplateSyntaxError as fault:
        place = _line(files, fault.filename or folder, fault.lineno)
        return error("template-syntax", fault.message or "no template", place)
    except Exception as fault:
        frames = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(fault.__traceback__)]
        own = [frame for frame in frames if frame[0] in files.texts]
        span = _line(files, *own[-1]) if own else Span(folder)
        hint = "templates may use `cover`, `body` and `lang`; README.md says what `page.html` may use besides"
        return error("template-error", str(fault).replace("'", "`"), span, hint)
    return None


def _line(files: Files, path: str, number: int) -> Span:
    source = files.texts.get(path)
    return source.line_span(number) if source else Span(path)


def _rendered(metadata: Metadata, files: Files, folder: str) -> tuple[tuple[str, str], str]:
    """What is around a body, and the cover."""
    environment = _environment(folder, files)
    values = {"cover": _cover(metadata), "lang": metadata.lang}
    page = environment.get_template("document.html").render(**values, body=_BODY)
    before, found, behind = page.partition(_BODY)
    if not found:
        raise ValueError("the template prints no {{ body }}")
    return (before, behind), environment.get_template("cover.html").render(**values).strip()


_BODY = "\ue000body\ue000"
"""Stands for the body while the template is rendered."""


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
