"""The page in one piece: chapters in the frame of `page.html`, with style, fonts and pictures inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from report.diagnostics import Diagnostic
from report.document import Chapter
from report.html import marking
from report.html.frame import render_page
from report.html.inventory import Inventory, shown
from report.html.passive import filled, stand_in
from report.html.screen.chapters import ChapterWriter
from report.html.screen.embedding import with_files, with_pictures
from report.html.screen.fonts import Cut, used_faces, with_fonts
from report.html.screen.style import hiding, stylesheet
from report.metadata import Metadata
from report.pictures import Assets
from report.source import Source
from report.typesetting import direction
from report.words import words

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
"""The page runs nothing and asks for nothing."""


class Page(Struct, frozen=True):
    """The HTML edition."""

    html: str
    inventory: Inventory
    diagnostics: tuple[Diagnostic, ...] = ()


def page(chapters: Iterable[Chapter], metadata: Metadata, sheets: Sequence[Source], assets: Assets, cut: Cut) -> Page:
    """The resolved chapters as one page that needs nothing else."""
    chapters = tuple(chapters)
    terms = words(metadata.lang)
    writer = ChapterWriter(terms)
    body = with_pictures("".join(writer.write(chapter) for chapter in chapters), assets)
    marks = tuple(mark for mark in (marking.name(metadata.handling), terms.draft if metadata.draft else "") if mark)
    values = {
        "dir": direction(metadata.lang) or "ltr",
        "marks": marks,
        "policy": POLICY,
        "words": terms,
    }
    # fonts are cut to what the whole page prints: the style is put in last
    parts = {"body": body, "contents": writer.contents if metadata.toc else "", "style": stand_in("style")}
    html, problems = render_page(metadata, assets.files, values, parts)
    css = with_fonts(used_faces(stylesheet(metadata, sheets), html), html, assets, cut)
    hidden = (problem for sheet in sheets for problem in hiding(sheet))
    return Page(filled(html, {"style": with_files(css, assets)}), shown(chapters, html), (*problems, *hidden))
