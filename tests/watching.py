"""A watch that passes on what is laid out, and workers that can be watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from report.watch import Watch


class Told(Watch):
    def __init__(self, tell: Callable[[str, int], object]) -> None:
        super().__init__()
        self.tell = tell

    def laid_out(self, name: str, pages: int) -> None:
        self.tell(name, pages)


class Here:
    """Workers that are this process, so that a test can change what they do."""

    jobs = 1

    def do(self, task: Any, arguments: Any, home: Any = None) -> Any:
        return ((argument, task(argument)) for argument in arguments)
