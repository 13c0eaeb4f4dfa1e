"""A report that is being written: its unsaved texts, and the analysis of what they say, made anew when one rests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from report import cache
from report.cache import Cache
from report.lsp.analysis import Analysis, analyse

PAUSE_SECONDS = 0.15
"""How long nobody has typed when an analysis begins."""


class Desk:
    """The state of one project; analyses are made in a thread, one at a time."""

    def __init__(self, root: Path, told: Callable[[Desk], None], failed: Callable[[Exception], None]) -> None:
        self.root = root
        self.unsaved: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.analysis: Analysis | None = None
        self.shown: set[str] = set()
        """The addresses for which diagnostics were sent."""
        self._told = told
        self._failed = failed
        self._cache = cache.of_user()
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

    def refresh(self) -> None:
        """Make an analysis of what is there now, soon."""
        self._asked += 1
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._analyse())

    async def settled(self) -> Analysis | None:
        """The analysis of what the texts say now."""
        while self._work is not None and not self._work.done():
            await asyncio.wait([self._work])
        return self.analysis

    async def _analyse(self) -> None:
        while self._done < self._asked:
            asked = await self._rest()
            try:
                self.analysis = await asyncio.to_thread(analyse, self.root, dict(self.unsaved), self._cache)
            except Exception as fault:
                self._failed(fault)
            self._done = asked
            self._forget()
            self._told(self)

    async def _rest(self) -> int:
        """Wait until nobody types; the first analysis need not."""
        asked = 0
        while asked < self._asked:
            asked = self._asked
            if self._done:
                await asyncio.sleep(PAUSE_SECONDS)
        return asked

    def _forget(self) -> None:
        """Keep in memory what the last analysis used; nothing that is half written goes to the disk."""
        self._cache.forget()
        self._cache = Cache(memory=self._cache.memory)
