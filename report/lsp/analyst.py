"""The analyst: a companion that analyses a report again and again, and answers what is asked about it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from msgspec.structs import astuple

from report import cache
from report.bibtex import Card
from report.cache import Cache
from report.choices import Request
from report.companion import Send, Telling, attend
from report.confinement import confine
from report.lsp.analysis import Analysis, analyse
from report.lsp.answers import Asked, answered
from report.lsp.places import Counting, Json, Places
from report.lsp.questions import ANALYSE, ANSWER, CARDS, FAULT, LABELS, REFUSED, SAID
from report.lsp.renaming import Refused
from report.lsp.telling import told
from report.project import FILE, NoProject, read


def main() -> NoReturn:
    """Answer what the language server asks."""
    attend(_begin)


def _begin(text: str) -> Analyst:
    request = Request.of_json(text)
    if request.limits is not None:
        confine(request.limits)
    return Analyst(request)


class Analyst:
    """Has one report in hand."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.limits = request.limits
        self.cache = cache.of_user()
        self.analysis: Analysis | None = None
        self.places: Places | None = None
        self.cards: tuple[Card, ...] = ()
        """Those that the server has."""

    def answer(self, kind: bytes, content: bytes, send: Send) -> None:
        """Analyse, or say what is known."""
        question = json.loads(content)
        try:
            if kind == ANALYSE:
                self._analyse(question, send)
            else:
                self._ask(question, send)
        except MemoryError:
            raise
        except Exception as fault:
            send(FAULT, type(fault).__name__.encode())

    def rest(self) -> None:
        """Nothing is left to do."""

    def _analyse(self, given: Json, send: Send) -> None:
        self.analysis = None
        watch = Telling(send)
        watch.at(FILE)
        try:
            project = read(self.request.folder, self.request.choices(), given["unsaved"])
        except NoProject:
            return
        except ValueError as fault:
            send(REFUSED, str(fault).encode("utf-8", "replace"))
            return
        analysis = analyse(project, self.cache, watch)
        places = Places(self.request.folder, analysis.texts, Counting(given["encoding"]), given["addresses"])
        self.analysis, self.places = analysis, places
        send(LABELS, _json([astuple(one) for one in analysis.labels]))
        if analysis.cards is not self.cards:
            self.cards = analysis.cards
            send(CARDS, _json([astuple(one) for one in self.cards]))
        send(SAID, _json(told(analysis.diagnostics, places)))
        self._forget()

    def _forget(self) -> None:
        """Keep in memory what the last analysis used; nothing that is half written goes to the disk."""
        self.cache.forget()
        self.cache = Cache(memory=self.cache.memory)

    def _ask(self, given: Json, send: Send) -> None:
        if self.analysis is None or self.places is None:
            return
        asked = Asked(given["path"], given["params"], self.analysis, self.places)
        try:
            send(ANSWER, _json(answered(given["method"], asked)))
        except Refused as fault:
            send(REFUSED, str(fault).encode("utf-8", "replace"))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
