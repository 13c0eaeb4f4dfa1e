"""The pipeline: project → chapters → symbol table → HTML → pages → PDF; the only module that knows every room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from report import bibtex, csl, html, linking, markdown, pictures
from report.cache import NO_CACHE, Cache
from report.diagnostics import Diagnostic, in_reading_order, judged, warning
from report.directives import Setting
from report.document import Chapter, Note, walk_chapter
from report.linking import Page, SymbolTable
from report.metadata import Metadata
from report.project import ChapterFile, Project
from report.styles import citation_style
from report.templating import expand, needs_templates

if TYPE_CHECKING:
    from report.pdf import Fragment, PrintedNote

MAX_ROUNDS = 5
"""Layouts after which page numbers that still move are let go, with a warning."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A report before layout: its chapters, numbered, with those that Report makes; and what their names stand for."""

    chapters: tuple[Chapter, ...]
    table: SymbolTable
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report."""

    pdf: bytes
    diagnostics: tuple[Diagnostic, ...]


def link(project: Project, cache: Cache = NO_CACHE) -> Linked:
    """The front half, without layout: what `report check` runs."""
    compiled = tuple(_compiled(chapter, project) for chapter in project.chapters)
    printed = tuple(chapter for chapter in compiled if chapter.printed)
    library = _library(project, cache)
    style, wrong = _style(project)
    completed = linking.complete(
        compiled, project.metadata, has_bibliography=_lists_anything(printed, library, style, project.metadata)
    )
    chapters = linking.number(completed, project.metadata, style)
    table = linking.link(chapters, library, style, project.metadata)
    found = (
        *project.diagnostics,
        *(problem for chapter in printed for problem in chapter.diagnostics),
        *library.diagnostics,
        *wrong,
        *_told_once(table.diagnostics, project),
        *_unknown_nocite(project, library),
        *pictures.problems(printed, project.files),
    )
    return Linked(chapters, table, in_reading_order(judged(found, project.metadata.lint), project.paths))


def _library(project: Project, cache: Cache) -> bibtex.Library:
    """The entries of all bibliographies; reading many is costly, and few change."""
    digests = (source.digest for source in project.bibliographies)
    return cache.get_or_make("bibtex", partial(bibtex.parse, project.bibliographies), *digests)


def _lists_anything(
    chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata
) -> bool:
    """Whether there is a bibliography to print."""
    cited = (library.get(use.name) for chapter in chapters for use in chapter.symbols.keys)
    return style.has_bibliography and (any(cited) or bool(metadata.nocite))


def build(project: Project, linked: Linked) -> Report:
    """The back half: layout until the printed page numbers rest, then the PDF."""
    from report import pdf

    theme = html.load(project.metadata, project.stylesheets, project.files)
    table = linked.table
    for _ in range(MAX_ROUNDS):
        pages = _laid_out(linked.chapters, table, theme)
        table, before = linking.with_pages(table, pages.places), table
        moved = linking.moved(before, table, linked.chapters)
        if not moved:
            break
    unplaced = linking.unplaced(linked.chapters, table)
    styled = pdf.check_stylesheets(project.stylesheets, project.files)
    found = (
        *linked.diagnostics,
        *theme.diagnostics,
        *styled,
        *pages.fragment.diagnostics,
        *unplaced,
        *_restless(moved),
    )
    document = pdf.assemble(pages.fragment, pages.body, project.metadata.pdf_standard)
    diagnostics = in_reading_order(judged(found, project.metadata.lint), project.paths)
    return Report(document, diagnostics)


@dataclass(frozen=True, slots=True)
class _Pages:
    """One layout of the whole report."""

    fragment: Fragment
    body: int
    """The sheet, from 0, on which the body begins."""
    places: dict[str, Page]


def _laid_out(chapters: tuple[Chapter, ...], table: SymbolTable, theme: html.Theme) -> _Pages:
    """The chapters resolved, written and laid out with the page numbers that the table has."""
    from report import pdf

    resolved = [linking.resolve(chapter, place, table) for place, chapter in enumerate(chapters) if chapter.printed]
    text = html.bind([(_zone(chapter), html.write(chapter)) for chapter in resolved], theme)
    notes = tuple(_printed_notes(resolved))
    fragment = pdf.lay_out(text, theme.files, notes)
    opening = next((chapter.label for chapter in resolved if chapter.kind != "front"), "")
    body = fragment.anchors[opening].page if opening in fragment.anchors else 0
    labels = pdf.labels(fragment.page_count, body)
    places = {name: Page(found.page, labels[found.page], found.in_notes) for name, found in fragment.anchors.items()}
    return _Pages(fragment, body, places)


def find(project: Project, query: str, cache: Cache = NO_CACHE) -> tuple[linking.Found, ...]:
    """The entries of the bibliography with all words of a query: what `report cite` shows."""
    return linking.find(_library(project, cache), _style(project)[0], project.metadata, query)


def _compiled(file: ChapterFile, project: Project) -> Chapter:
    """A chapter with its templates carried out; where they fail, with the names it defines and no other complaint."""
    setting = Setting(project.files, project.metadata.lang, profiles=project.profiles)
    if not needs_templates(file.source.text):
        return replace(markdown.parse(file.source, setting), kind=file.kind, printed=file.printed)
    expanded = expand(file.source, _values(project), project.files)
    chapter = markdown.parse(expanded.source or file.source, setting)
    problems = chapter.diagnostics if expanded.source else ()
    diagnostics = (*expanded.diagnostics, *problems)
    return replace(chapter, kind=file.kind, printed=file.printed, diagnostics=diagnostics)


def _values(project: Project) -> dict[str, object]:
    """What templates in chapters may use."""
    metadata = project.metadata
    return {
        "params": metadata.params,
        "title": metadata.title,
        "subtitle": metadata.subtitle,
        "date": metadata.date,
        "edition": metadata.edition,
        "lang": metadata.lang,
        "profiles": project.profiles,
    }


def _style(project: Project) -> tuple[csl.Style, tuple[Diagnostic, ...]]:
    return citation_style(project.metadata, project.files, project.place("csl"))


def _told_once(found: tuple[Diagnostic, ...], project: Project) -> Iterator[Diagnostic]:
    """The diagnostics of linking; where a bibliography could not be read, without those about unknown keys."""
    return (problem for problem in found if not (project.lacks_bibliography and problem.code == "cite-unknown"))


def _unknown_nocite(project: Project, library: bibtex.Library) -> Iterator[Diagnostic]:
    for index, key in enumerate(project.metadata.nocite):
        wanted = key.removeprefix("@")
        if wanted != "*" and library.get(wanted) is None:
            yield linking.unknown_key(wanted, project.place("nocite", index), library)


def _zone(chapter: Chapter) -> str:
    return "front" if chapter.kind == "front" else "body"


def _printed_notes(chapters: list[Chapter]) -> Iterator[PrintedNote]:
    from report.pdf import PrintedNote

    for chapter in chapters:
        for node in walk_chapter(chapter):
            if isinstance(node, Note):
                for anchor in html.note_anchors(node):
                    yield PrintedNote(anchor, node.call_anchor, node.number, node.span)


def _restless(moved: frozenset[str]) -> Iterator[Diagnostic]:
    if moved:
        names = ", ".join(sorted(moved)[:8])
        yield warning("pages-restless", f"page numbers did not settle after {MAX_ROUNDS} layouts: {names}", None)
