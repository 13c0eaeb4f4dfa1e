"""What is found on pages and in finished files, as diagnostics at the author's places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from report import html
from report.choices import Scheme
from report.diagnostics import Diagnostic, warning
from report.document import Chapter, Image, Note, walk_chapter
from report.front import Linked
from report.pagination import MAX_ROUNDS, Layout
from report.pdf import diagnosing
from report.pdf.fragment import HARMLESS, TOTAL
from report.pdf.misprints import Misprint
from report.pdf.places import Written
from report.press import Press
from report.project import Project
from report.source import Source, Span


def of_imposed(pdf: bytes, made: Iterable[tuple[Scheme, tuple[str, bytes]]], press: Press) -> Iterator[Diagnostic]:
    """What the files for printing do not have of the PDF."""
    for scheme, (path, content) in made:
        yield from diagnosing.from_imposed(path, press.unlike(pdf, content, scheme))


def of_stylesheets(sheets: Iterable[Source], press: Press) -> Iterator[Diagnostic]:
    """What WeasyPrint does not understand in stylesheets of the project."""
    for sheet in sheets:
        yield from diagnosing.from_stylesheet(sheet, press.stylesheet_messages(sheet))


def of_reading(
    misprints: Sequence[Sequence[Misprint]], project: Project, linked: Linked, layout: Layout
) -> Iterator[Diagnostic]:
    """What is wrong in the finished file, but for what was so on the pages already."""
    if not any(misprints):
        return
    notes = _notes(linked.chapters)
    *of_fragments, around = misprints
    for found, placed, chapters in zip(of_fragments, layout.placed, layout.chapters, strict=True):
        if all(fault.words in HARMLESS for fault in placed.fragment.faults):
            yield from diagnosing.from_reading(found, _written(project, chapters), notes)
    yield from diagnosing.from_reading(around, _written(project, ()), notes)


def of_layout(project: Project, linked: Linked, layout: Layout) -> Iterator[Diagnostic]:
    """What is wrong with the pages."""
    yield from (diagnosing.left_out(node) for found in layout.inventories for node in found.missing)
    fragments = [one.fragment for one in layout.placed]
    notes = _notes(linked.chapters) if any(fragment.faults for fragment in fragments) else {}
    for fragment, chapters in zip(fragments, layout.chapters, strict=True):
        yield from diagnosing.from_audit(fragment.faults, _written(project, chapters), notes)
        if fragment.pictures:
            yield from diagnosing.coarse_pictures(fragment.pictures, _pictures(chapters))
    missing = zip(fragments, layout.chapters, strict=True)
    yield from diagnosing.missing_glyphs((one.missing, _written(project, chapters)) for one, chapters in missing)
    yield from diagnosing.from_log((message for one in fragments for message in one.messages), linked.diagnostics)
    if any(TOTAL in fragment.fixed for fragment in fragments):
        yield diagnosing.unknown_total()
    if layout.restless:
        names = ", ".join(sorted(layout.restless)[:8])
        yield warning("pages-restless", f"page numbers did not settle after {MAX_ROUNDS} layouts: {names}", None)


def _written(project: Project, chapters: tuple[Chapter, ...]) -> Written:
    """Where text on pages comes from: chapters, bibliographies, settings."""
    bibliographies = (source.path for source in project.bibliographies)
    return Written(chapters, project.files.texts, (*bibliographies, *project.configuration))


def _pictures(chapters: tuple[Chapter, ...]) -> dict[str, Span]:
    """Where each picture is named first."""
    places: dict[str, Span] = {}
    for chapter in chapters:
        for node in walk_chapter(chapter):
            if isinstance(node, Image):
                places.setdefault(node.source, node.span)
    return places


def _notes(chapters: tuple[Chapter, ...]) -> dict[str, tuple[int, Span]]:
    """Number and place of the note to which each anchor in the note area belongs."""
    return {
        anchor: (node.number, node.span)
        for chapter in chapters
        for node in walk_chapter(chapter)
        if isinstance(node, Note)
        for anchor in html.note_anchors(node)
    }
