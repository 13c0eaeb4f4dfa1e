"""The builder: a companion that builds the report again and again, and keeps in hand what the next build needs."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NoReturn

from report import build as pipeline
from report import cache, front
from report.choices import Request
from report.companion import Send, Telling, attend
from report.confinement import confine
from report.diagnostics import Diagnostic
from report.endings import broken, unprintable
from report.files import Files
from report.front import Linked
from report.pdf.appearance import Appearance
from report.pdf.fragment import Spot
from report.press import Press, Unprintable
from report.preview.places import Piece, Places, shifted
from report.preview.sheets import Sheets
from report.preview.stating import said, stated
from report.project import FILE, NoProject, Project, read
from report.telling import fails
from report.watch import Watch
from report.workers import WorkerLost, Workers, available

BUILD, EDITION, PLACE = b"b", b"h", b"l"
"""Questions: the report as it is now; its page for screens; the place of words in that page, by their block, note, text
and how far in it they stand.
"""

STATE, PDF, SPOTS, CHECKED, PAGE, PLACED = b"d", b"p", b"w", b"c", b"h", b"l"
"""Kinds of answers: what was built, as JSON; the PDF; what stands where on its pages, as JSON; what the linter adds to
what was said, as JSON; the page for screens; path, line and column, as JSON.
"""


BEHIND = 4
"""How far what builds stands back behind what shows the pages, where both want the processor."""


def main() -> NoReturn:
    """Answer what the preview asks."""
    attend(_begin)


def _begin(text: str) -> Builder:
    request = Request.of_json(text)
    if sys.platform != "win32":
        os.nice(BEHIND)
    workers = Workers(available(), request.limits)
    workers.warm_up()
    if request.limits is not None:
        confine(request.limits)
    gc.disable()
    return Builder(request, workers)


class Builder:
    """Builds one report."""

    def __init__(self, request: Request, workers: Workers) -> None:
        self.request = request
        self.limits = request.limits
        self.workers = workers
        self.press = Press(cache.of_user(), workers)
        self.sheets = Sheets()
        self.is_prepared = False
        self.is_sound = False
        """Whether the last build came to an end."""
        self.project: Project | None = None
        self.linked: Linked | None = None
        self.edition: Places | None = None
        """Where what is on the page for screens comes from."""

    def answer(self, kind: bytes, content: bytes, send: Send) -> None:
        """Build, and say what came of it."""
        watch = Telling(send)
        self.press.watch = watch
        if kind == EDITION:
            self._edition(send, watch)
        elif kind == PLACE:
            self._place(content, send)
        else:
            self._build(send, watch)

    def rest(self) -> None:
        """Keep the cache small, and the memory."""
        if isinstance(self.press.cache, cache.Renewed):  # what was damaged is made anew
            self.press.cache = cache.of_user()
        self.press.rest()
        self.press.cache.trim()
        gc.collect()

    def _build(self, send: Send, watch: Watch) -> None:
        if self._is_done():
            return
        watch.at(FILE)
        try:
            project = read(self.request.folder, self.request.choices())
        except (NoProject, ValueError) as fault:
            self.is_sound = False
            send(STATE, _json({"fault": str(fault)}))
            return
        try:
            self._built(project, send, watch)
        except WorkerLost as fault:
            self._failed(project, broken(fault.passed, fault.path, 9, self.request.limits), send)
        except Unprintable as fault:
            self._failed(project, unprintable(fault.path, fault.kind), send)

    def _is_done(self) -> bool:
        """Whether all that the last build read is as it was."""
        known = self.project.files if self.project and self.is_sound else None
        return known is not None and Files(self.request.folder).are_as(known.all_digests, known.listings)

    def _built(self, project: Project, send: Send, watch: Watch) -> None:
        if not self.is_prepared:
            pipeline.prepare(project, self.press, stays=True)
            self.is_prepared = True
        linked = front.link(project, self.press.cache, watch)
        before, self.project, self.linked = self.project, project, linked
        self.is_sound = False
        if fails(linked.diagnostics, self.request) and not project.metadata.draft:
            send(STATE, _json(said(project, linked.diagnostics)))
            self._check(project, linked, linked.diagnostics, send, watch)
            self.is_sound = True
            return
        report = pipeline.build(project, linked, self.press, watch, partial(self._show, project, before, send))
        self._check(project, linked, report.diagnostics, send, watch)
        self.is_sound = True

    def _show(self, project: Project, before: Project | None, send: Send, report: pipeline.Report) -> None:
        """Show the pages, before they are read again."""
        sheets = self.sheets.of(report)
        places = _places(project, report, sheets, self.press)
        send(PDF, report.pdf)
        send(STATE, _json(stated(project, before, report, sheets, places)))
        send(SPOTS, places.packed())

    def _check(self, project: Project, linked: Linked, told: tuple[Diagnostic, ...], send: Send, watch: Watch) -> None:
        """Add what the linter finds, once the pages are seen."""
        found = front.check_linked(project, (linked,), watch)
        send(CHECKED, _json(said(project, front.together(project, (told, found)))))

    def _failed(self, project: Project, problem: Diagnostic, send: Send) -> None:
        diagnostics = (*(self.linked.diagnostics if self.linked else ()), problem)
        send(STATE, _json(said(project, diagnostics)))

    def _edition(self, send: Send, watch: Watch) -> None:
        if self.project is None:
            return
        linked = front.link(self.project, self.press.cache, watch, "html")
        page, origins = pipeline.traced(self.project, linked, self.press.cache, watch)
        self.edition = Places((Piece((), origins.blocks, origins.notes),), _texts(self.project))
        send(PAGE, page.html)

    def _place(self, content: bytes, send: Send) -> None:
        block, note, words, part = json.loads(content)
        line = Spot(0.0, 0.0, 1.0, 0.0, block, note, words)
        found = self.edition and self.edition.place(self.edition.pieces[0], line, part)
        send(PLACED, json.dumps(found and [found.path, found.position.line, found.position.column]).encode())


def _places(project: Project, report: pipeline.Report, sheets: Sequence[Appearance], press: Press) -> Places:
    """What stands where, and in which files."""
    known, pieces = iter(sheets), []
    for one, origins in zip(report.layout.placed, report.layout.origins, strict=True):
        spots = tuple(shifted(page, next(known)) for page in press.spots(one.fragment))
        pieces.append(Piece(spots, origins.blocks, origins.notes))
    return Places(tuple(pieces), _texts(project))


def _texts(project: Project) -> dict[str, str]:
    """The author's files, chapters first."""
    texts = project.files.texts
    ordered = dict.fromkeys((*project.paths[1:], *texts))
    return {path: texts[path].text for path in ordered if path in texts}


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
