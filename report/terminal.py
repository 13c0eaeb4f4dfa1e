"""What is going on, in one line on a terminal; and what it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import click

from report.watch import Watch


class Terminal(Watch):
    """A watch that shows stage, chapter and pages so far, where somebody looks; `at` is told which file it is."""

    def __init__(self, at: Callable[[str], None], *, shown: bool) -> None:
        super().__init__()
        self.tell = at
        self.shown = shown
        self.stage_name = ""
        self.pages = 0
        self.began = time.perf_counter()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.done()

    def entered(self, name: str) -> None:
        """A stage begins."""
        self.stage_name = name
        self._show(f"{name} …")

    def at(self, path: str) -> None:
        """That file is worked on now."""
        self.tell(path)

    def laid_out(self, name: str, pages: int) -> None:
        """A chapter has been laid out on that many pages."""
        self.pages += pages
        self._show(f"{self.stage_name}: {name}, {self.pages} pages so far")

    def done(self) -> None:
        """Clear the line."""
        self._show("")

    def _show(self, text: str) -> None:
        if self.shown:
            click.echo(f"\r\033[K{text}", err=True, nl=False)

    def table(self, tally: Mapping[str, list[int]]) -> str:
        """Seconds by stage, then what came from the cache."""
        rows = [f"{name:14} {seconds:7.3f} s" for name, seconds in self.seconds.items()]
        rows.append(f"{'in all':14} {time.perf_counter() - self.began:7.3f} s")
        for stage, (found, made) in tally.items():
            rows.append(f"{stage:14} {found} from the cache, {made} not")
        return "\n".join(rows)
