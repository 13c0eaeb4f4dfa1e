"""The journal of a write: once it is on the disk, the write can be finished by whoever finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

NAME = ".report-journal"

_HEAD = "report results 1"
_FILE = r"\.report-[0-9a-f]{16}"
_RESULT = r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*\.(?:pdf|html|json)"
_LINE = re.compile(rf"([0-9a-f]{{64}}) ({_FILE}\.new) ({_FILE}\.old|-) ({_RESULT})")

LIMIT_BYTES = 64 * 1024


class Step(Struct, frozen=True):
    """A result that is to take its place; all names are names in one folder."""

    name: str
    new: str
    """The file with its content, until it has taken its place."""
    digest: str
    """The SHA-256 of the content."""
    old: str
    """A second name of what stood there before; empty where nothing did."""


def encode(steps: Sequence[Step]) -> bytes:
    """The journal's text."""
    lines = (f"{step.digest} {step.new} {step.old or '-'} {step.name}" for step in steps)
    return "\n".join((_HEAD, *lines, "")).encode()


def decode(content: bytes) -> tuple[Step, ...]:
    """The steps; none where it is no journal of ours: a project that was received may bring anything."""
    head, *lines, end = content.decode("utf-8", "replace").split("\n") if b"\n" in content else ("", "")
    found = [_LINE.fullmatch(line) for line in lines]
    if head != _HEAD or end or not all(found):
        return ()
    return tuple(Step(one[4], one[2], one[1], one[3].removeprefix("-")) for one in found if one)
