"""Who watches a build: told of its stages, it shows them, measures them, or does nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Watch:
    """Measures the stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A stage of the build, while it lasts."""
        start = time.perf_counter()
        self.entered(name)
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def entered(self, name: str) -> None:
        """A stage begins."""

    def at(self, path: str) -> None:
        """That file is worked on now."""

    def laid_out(self, name: str, pages: int) -> None:
        """A chapter has been laid out on that many pages."""


SILENT = Watch()
