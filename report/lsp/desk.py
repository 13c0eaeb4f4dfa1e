"""A report that is being written: its unsaved texts, and what is known of it, found out anew when writing rests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec.structs import replace

from report.bibtex import Card
from report.choices import Request
from report.companion import AT, Companion, Lost
from report.endings import broken
from report.files import Files
from report.lsp import questions
from report.lsp.places import NOWHERE, Counting, Json, Places
from report.lsp.stock import Label, Stock
from report.lsp.telling import described
from report.project import FILE
from report.source import Span

PAUSE_SECONDS = 0.15
"""How long nobody has typed when an analysis begins."""

PATIENCE_SECONDS = 20.0
"""How long an analysis may go on after what it is about has changed."""


News: TypeAlias = dict[bytes, bytes]
"""What the companion said last of each kind."""


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


class Desk:
    """The state of one project; what is known of it is found out by a companion, one thing at a time."""

    def __init__(
        self, request: Request, encoding: str, told: Callable[[Desk], None], failed: Callable[[str], None]
    ) -> None:
        self.request = request
        self.encoding = encoding
        self.unsaved: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.stock = Stock()
        """Of the last analysis that came to its end."""
        self.said: dict[str, list[Json]] = {}
        """What is wrong, by address."""
        self.shown: set[str] = set()
        """The addresses for which diagnostics were sent."""
        self._told = told
        self._failed = failed
        self._companion = Companion("report.lsp.analyst", request.as_json(), request.limits)
        self._is_known = False
        """Whether the companion knows the texts as they were when it was asked last."""
        self._asked, self._done = 0, 0
        self._work: asyncio.Task[None] | None = None

    def open(self, path: str, address: str, text: str) -> None:
        """Take the text of an editor for that of the file."""
        self.addresses[path] = address
        self.unsaved[path] = text
        self.refresh()

    def close(self, path: str) -> None:
        """Take the file on the disk again."""
        self.addresses.pop(path, None)
        self.unsaved.pop(path, None)
        self.refresh()

    def leave(self) -> None:
        """End the companion, for good."""
        self._companion.close()

    def refresh(self) -> None:
        """Make an analysis of what is there now, soon."""
        self._asked += 1
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._analyse())

    async def begun(self) -> None:
        """Wait for the first analysis."""
        if not self._done:
            await self._settled()

    async def ask(self, method: str, path: str, params: Json) -> Any:
        """What is known of the texts as they are now; None where nothing is. Raises Refused."""
        await self._settled()
        news: News = {}
        try:
            if self._is_known:
                await self._say(questions.ASK, {"method": method, "path": path, "params": params}, news)
        except Lost:
            self.refresh()
        if questions.REFUSED in news:
            raise Refused(news[questions.REFUSED].decode())
        if questions.FAULT in news:
            self._failed(news[questions.FAULT].decode())
        return json.loads(news.get(questions.ANSWER, b"null"))

    async def _settled(self) -> None:
        while self._work is not None and not self._work.done():
            await asyncio.wait([self._work])

    async def _analyse(self) -> None:
        while self._done < self._asked:
            asked = await self._rest()
            self._is_known = False
            news: News = {}
            try:
                await self._patiently(asked, news)
                self._take(news)
            except Lost as lost:
                if asked == self._asked:
                    self._lose(lost, news.get(AT, b"").decode())
            self._done = asked
            self._told(self)

    async def _rest(self) -> int:
        """Wait until nobody types; the first analysis need not."""
        asked = 0
        while asked < self._asked:
            asked = self._asked
            if self._done:
                await asyncio.sleep(PAUSE_SECONDS)
        return asked

    async def _patiently(self, asked: int, news: News) -> None:
        """Wait for an analysis, and end it where it takes long and nobody wants it any more."""
        question = {"unsaved": self.unsaved, "addresses": self.addresses, "encoding": self.encoding}
        work = asyncio.ensure_future(self._say(questions.ANALYSE, question, news))
        try:
            while not (await asyncio.wait([work], timeout=PATIENCE_SECONDS))[0]:
                if asked < self._asked:
                    self._companion.stop()
        except asyncio.CancelledError:  # the editor leaves
            self.leave()
            raise
        work.result()

    async def _say(self, kind: bytes, question: Json, news: News) -> None:
        """Ask the companion. Raises Lost."""
        content, is_first = json.dumps(question).encode(), kind == questions.ANALYSE
        await asyncio.to_thread(self._companion.ask, kind, content, news.__setitem__, is_first=is_first)

    def _take(self, news: News) -> None:
        """Know what an analysis found out."""
        if questions.FAULT in news:
            self._failed(news[questions.FAULT].decode())
            return
        self._is_known = questions.SAID in news
        self.said = json.loads(news.get(questions.SAID, b"{}"))
        if questions.REFUSED in news:
            place = {"range": NOWHERE, "severity": 1, "source": "report"}
            self.said = {self._places.address(FILE): [{**place, "message": news[questions.REFUSED].decode()}]}
        if questions.LABELS in news:
            self.stock = replace(self.stock, labels=_labels(news[questions.LABELS]))
        if questions.CARDS in news:
            self.stock = replace(self.stock, cards=_cards(news[questions.CARDS]))

    def _lose(self, lost: Lost, path: str) -> None:
        """Say what ended an analysis, where it was at work; of other files what was said last is true still."""
        if not lost.passed and lost.signal <= 0:
            self._failed("the process that looks at it ended")
            return
        span = Span(path if Files(self.request.folder).exists(path) else FILE)
        problem = broken(lost.passed, span.path, lost.signal, self.request.limits)
        self.said |= {self._places.address(span.path): [described(problem, span, self._places)]}

    @property
    def _places(self) -> Places:
        """Those of whole files."""
        return Places(self.request.folder, {}, Counting(), self.addresses)


def _labels(content: bytes) -> tuple[Label, ...]:
    return tuple(Label(*values) for values in json.loads(content))


def _cards(content: bytes) -> tuple[Card, ...]:
    read = json.loads(content)
    return tuple(
        Card(key, author, title, year, tuple(places), words) for key, author, title, year, places, words in read
    )
