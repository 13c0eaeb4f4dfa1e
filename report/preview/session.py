"""A run of the preview: what is saved is built, what is built is shown, until it is interrupted."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from msgspec import Struct, field

from report import companion
from report.choices import Request
from report.companion import Companion, Lost
from report.diagnostics import as_json
from report.endings import broken
from report.files import Files, Unreadable
from report.preview import builder as questions
from report.preview.editors import Editor
from report.preview.gate import Gate
from report.preview.pages import Pages
from report.preview.serving import Server, likely_port
from report.preview.shown import Shown
from report.preview.site import Site
from report.preview.watching import Stamp, stamps
from report.project import FILE

POLL_SECONDS = 0.03
"""How often it is looked whether a file has changed."""

SETTLE_SECONDS = 0.015
"""How long a file that has changed must stay as it is."""

TELL_SECONDS = 0.25
"""How often it is shown what a build works on."""

PATIENCE_SECONDS = 20.0
"""How long a build may go on after what it builds has changed."""


class Session:
    """The preview of one report; to be used in a `with` statement."""

    def __init__(self, request: Request, editor: Editor, port: int) -> None:
        """Raises OSError where the port is not to be had."""
        self.request = request
        self.root = request.folder.resolve()
        self.editor = editor
        self.shown = Shown()
        self.pages = Pages(request.limits)
        self.builder = Companion("report.preview.builder", request.as_json(), request.limits)
        self.server = Server(port, likely_port(str(self.root)))
        self.gate = Gate(self.server.port)
        self.site = Site(self.gate, self.shown, self.pages, self._edition, self._open)
        self.watched: tuple[str, ...] = ()
        """Files and folders."""
        self._editions: dict[int, bytes] = {}
        self._editing = Lock()
        self._builds = 0
        self._phase = "broken"

    def __enter__(self) -> Session:
        self.server.begin(self.site.answer)
        return self

    def __exit__(self, *_: object) -> None:
        self.shown.close()
        self.server.close()
        self.builder.close()
        self.pages.close()

    @property
    def address(self) -> str:
        """Where the preview is to be opened."""
        return f"http://127.0.0.1:{self.server.port}{self.gate.entrance}"

    def run(self) -> None:
        """Build, and build again after every change, for ever."""
        while True:
            before = self._stamps()
            self._build(before)
            while self._stamps() == before:
                time.sleep(POLL_SECONDS)
            self._settle()

    def _stamps(self) -> Mapping[str, Stamp]:
        return stamps(self.root, self.watched or _guessed(self.root))

    def _settle(self) -> None:
        """Wait while files are being written."""
        before = self._stamps()
        while True:
            time.sleep(SETTLE_SECONDS)
            now = self._stamps()
            if now == before:
                return
            before = now

    def _build(self, before: Mapping[str, Stamp]) -> None:
        found = _Found(time.monotonic())
        done = Event()
        Thread(target=self._watch_out, args=(before, done), daemon=True).start()
        try:
            self.builder.ask(questions.BUILD, b"", partial(self._take, found), is_first=True)
        except Lost as lost:
            problem = broken(lost.passed, found.at, lost.signal, self.request.limits)
            records = json.loads(as_json((problem,), {}))
            found.news = {"diagnostics": [{**record, "snippet": ""} for record in records], "errors": 1, "warnings": 0}
            self._show(found)
        finally:
            done.set()

    def _watch_out(self, before: Mapping[str, Stamp], done: Event) -> None:
        """End a build that takes long, and is of use to nobody any more."""
        while not done.wait(PATIENCE_SECONDS):
            if self._stamps() != before:
                self.builder.stop()
                return

    def _take(self, found: _Found, kind: bytes, content: bytes) -> None:
        match kind:
            case companion.AT:
                found.at = content.decode("utf-8", "replace")
                if not found.news and time.monotonic() > found.told + TELL_SECONDS:
                    found.told = time.monotonic()
                    self.shown.change({"phase": "building", "at": found.at})
            case questions.PDF:
                found.pdf = content
            case questions.SPOTS:
                self.pages.take_spots(content)
            case questions.CHECKED:
                found.news = json.loads(content)
                self._watch(found.news)
                self.shown.change(found.news)
            case questions.STATE:
                found.news = json.loads(content)
                self._show(found)

    def _watch(self, news: dict[str, Any]) -> None:
        """Watch what a build has read; the browser is told of the files alone."""
        self.watched = (*news["files"], *news.pop("folders"))

    def _show(self, found: _Found) -> None:
        news = found.news
        if "files" in news:
            self._watch(news)
        if "fault" in news:
            news |= {"diagnostics": [_record(news.pop("fault"))], "errors": 1, "warnings": 0}
        pdf, found.pdf = found.pdf, b""
        if pdf:
            changed, *_ = news["changed"] or (-1,)
            self.pages.take(pdf, {page[0]: place for place, page in enumerate(news["pages"])}, changed)
        self._builds += 1
        self._phase = "built" if pdf else "broken"
        seconds = round(time.monotonic() - found.began, 2)
        self.shown.change({**news, "phase": self._phase, "seconds": seconds, "build": self._builds, "at": ""})

    def _edition(self) -> bytes:
        """The page for screens, made where somebody wants to see it."""
        with self._editing:
            build = self._builds
            if build not in self._editions:
                found: dict[bytes, bytes] = {}
                try:
                    self.builder.ask(questions.EDITION, b"", found.__setitem__)
                except Lost:
                    return b""
                self._editions = {build: found.get(questions.PAGE, b"")}
            return self._editions[build]

    def _open(self, place: object) -> Mapping[str, object] | None:
        """Open the editor where somebody has clicked; None where there is nothing of the report."""
        match place:
            case {"path": str(path), "line": int(line), "column": int(column)}:
                return self._opened(path, line, column)
            case {"sheet": str(sheet), "x": int() | float() as x, "y": int() | float() as y}:
                return self._opened_at(sheet, float(x), float(y))
            case {"block": int(block), "note": str(note), "words": str(words), "part": int() | float() as part}:
                return self._opened_in_edition([block, note, words, float(part)])
            case _:
                return None

    def _opened_at(self, sheet: str, x: float, y: float) -> Mapping[str, object] | None:
        found = self.pages.place(sheet, x, y)
        if found is None:
            return {"said": "nothing that stands here is in a file of the report"}
        path, line, column, area = found
        opened = self._opened(path, line, column)
        return opened and {**opened, "area": area}

    def _opened_in_edition(self, place: list[object]) -> Mapping[str, object] | None:
        """The same on the page for screens."""
        found: dict[bytes, bytes] = {}
        with suppress(Lost):
            self.builder.ask(questions.PLACE, json.dumps(place).encode(), found.__setitem__)
        known = json.loads(found.get(questions.PLACED, b"null"))
        return self._opened(*known) if known else None

    def _opened(self, path: str, line: int, column: int) -> Mapping[str, object] | None:
        if path not in self.shown.files or isinstance(Files(self.root).content(path), Unreadable):
            return None
        problem = self.editor.open(self.root / path, max(1, line), max(1, column))
        return {"said": f"{path}:{line}" + (f" — {problem}" if problem else "")}


class _Found(Struct):
    """What has come of a build so far."""

    began: float
    at: str = ""
    """What it works on."""
    told: float = 0.0
    """When that was shown last."""
    pdf: bytes = b""
    news: dict[str, Any] = field(default_factory=dict)


def _record(message: str) -> dict[str, object]:
    none = dict.fromkeys(("path", "line", "column", "end_line", "end_column"))
    return {"code": "", "severity": "error", "message": message, "snippet": "", "hints": [], **none}


def _guessed(root: Path) -> tuple[str, ...]:
    """What is watched where no build has said yet what it reads."""
    return (FILE, "chapters", *Files(root).listing("chapters", ".md"))
