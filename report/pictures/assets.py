"""The registry of what goes into outputs: a picture or font of the project as it may be printed, or why it may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Struct

from report.files import Files, Unreadable
from report.pictures.limits import Broken
from report.pictures.printable import Printable, kind, printable


class Store(Protocol):
    """Where verdicts are kept between builds."""

    def get(self, stage: str, *inputs: str) -> Any:
        """A verdict, or None."""

    def put(self, stage: str, value: object, *inputs: str) -> None:
        """Keep a verdict."""


class Verdict(Struct, frozen=True):
    """What was found out about a content."""

    reason: str = ""
    """Why it cannot be printed; empty where it can."""
    drawing: bytes = b""
    """A drawing written anew, which takes long; empty for what is written anew at once."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The pictures and fonts of a project, each checked once for each content."""

    files: Files
    store: Store
    _verdicts: dict[str, Verdict] = field(default_factory=dict, repr=False, compare=False)
    _contents: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def get(self, path: str) -> bytes | Unreadable:
        """The content that may be printed, or why there is none."""
        found = self.files.content(path)
        if isinstance(found, Unreadable):
            return found
        if reason := self.fault(path):
            return Unreadable(path, reason)
        if path not in self._contents:
            self._contents[path] = self._verdicts[path].drawing or printable(found).content
        return self._contents[path]

    def fault(self, path: str) -> str:
        """Why a file that can be read cannot be printed, to go on after its name; empty where it can."""
        self.check((path,))
        return self._verdicts[path].reason if path in self._verdicts else ""

    def check(self, paths: Iterable[str]) -> None:
        """Find out about several files at once, which is faster."""
        waiting: dict[str, tuple[str, Printable]] = {}
        for path in dict.fromkeys(paths):
            content = self.files.content(path)
            if path in self._verdicts or isinstance(content, Unreadable):
                continue
            digest = self.files.digest(path)
            kept = self.store.get("picture", digest)
            if isinstance(kept, Verdict):
                self._verdicts[path] = kept
                continue
            try:
                waiting[path] = digest, printable(content)
            except Broken as problem:
                self._know(path, digest, Verdict(str(problem)))
        pixels = [content for _, one in waiting.values() for content in one.pixels]
        reasons = dict(zip(pixels, decode(pixels), strict=True))
        for path, (digest, one) in waiting.items():
            reason = next(filter(None, (reasons[content] for content in one.pixels)), "")
            is_drawing = kind(one.content) == "image/svg+xml" and not reason
            self._know(path, digest, Verdict(reason, one.content if is_drawing else b""))

    def _know(self, path: str, digest: str, verdict: Verdict) -> None:
        self._verdicts[path] = verdict
        self.store.put("picture", verdict, digest)


def decode(pictures: Sequence[bytes]) -> list[str]:
    """Why each of the pictures cannot be decoded, in processes of their own; empty where it can."""
    found = dict(_tried(pictures)) if pictures else {}
    for picture in pictures:
        if picture not in found:
            found |= dict(_tried([picture])) or {picture: "cannot be decoded: it takes too long, or too much memory"}
    return [found[picture] for picture in pictures]


def _tried(pictures: Sequence[bytes]) -> list[tuple[bytes, str]]:
    """What could be found out before a process was lost."""
    from report.workers import WorkerLost, Workers, available  # most checks have no new picture

    found: list[tuple[bytes, str]] = []
    try:
        with Workers(min(len(pictures), available())) as workers:
            found.extend(workers.do(_decoded, dict.fromkeys(pictures)))
    except WorkerLost:
        pass
    return found


def _decoded(picture: bytes) -> str:
    from report.pictures.decoding import fault  # Pillow is loaded in the process that needs it

    return fault(picture)
