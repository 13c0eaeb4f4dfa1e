"""What the browser is shown: the last build, and the last good pages; whoever waits for news is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Condition
from typing import Any


class Shown:
    """The state of the preview; every change has a number."""

    def __init__(self) -> None:
        self._news = Condition()
        self._number = 0
        self._state: dict[str, Any] = {"phase": "building", "pages": [], "outline": [], "diagnostics": []}
        self.files: tuple[str, ...] = ()
        """What the last build read."""
        self._is_closed = False

    def change(self, news: Mapping[str, Any]) -> None:
        """Take in what is new."""
        with self._news:
            self._state.update(news)
            if "files" in news:
                self.files = tuple(self._state.pop("files"))
            self._number += 1
            self._news.notify_all()

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()

    def after(self, number: int, seconds: float) -> tuple[int, str]:
        """The state after that one, as JSON with its number; the same number and nothing where there is no news.

        -1 where there will be none any more.
        """
        with self._news:
            self._news.wait_for(lambda: self._number > number or self._is_closed, seconds)
            if self._is_closed:
                return -1, ""
            if self._number <= number:
                return number, ""
            return self._number, json.dumps({"number": self._number, **self._state}, ensure_ascii=False)
