"""Corrections of the author's own files: the parts that a diagnostic names, in a file that is otherwise the same bytes.

A file that says something else by now is left alone; so is one that may not be written. The new one takes the place of
the old in one step.
"""

from __future__ import annotations

import json
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from itertools import groupby
from pathlib import Path, PurePosixPath

from msgspec import Struct

from report.diagnostics import Diagnostic
from report.files import Files, Unreadable
from report.outputs import Unwritable
from report.outputs import folder as folders
from report.outputs.folder import Folder
from report.source import Source


class Change(Struct, frozen=True):
    """Other words for the characters `start` to `end` of a file, counted with plain line ends and without its mark."""

    start: int
    end: int
    old: str
    new: str


class Correction(Struct, frozen=True):
    """What mends one diagnostic: all its changes, or none."""

    code: str
    message: str
    changes: tuple[Change, ...]


def encode(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[str, bytes]]:
    """The corrections that diagnostics hold, by file, to be sent."""
    found = sorted(_of_diagnostics(diagnostics), key=lambda pair: pair[0])
    for path, group in groupby(found, key=lambda pair: pair[0]):
        yield path, json.dumps([record for _, record in group]).encode()


def _of_diagnostics(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[str, object]]:
    for problem in diagnostics:
        paths = {edit.span.path for edit in problem.edits}
        if len(paths) == 1:
            changes = [(edit.span.start, edit.span.end, edit.old, edit.new) for edit in problem.edits]
            yield paths.pop(), (problem.code, problem.message, changes)


def decode(content: bytes) -> tuple[Correction, ...]:
    """The corrections of one file."""
    return tuple(
        Correction(code, message, tuple(sorted((Change(*change) for change in changes), key=_place)))
        for code, message, changes in json.loads(content)
    )


def _place(change: Change) -> tuple[int, int]:
    return change.start, change.end


def correct(root: Path, path: str, wanted: Sequence[Correction]) -> tuple[str, ...]:
    """Carry out the corrections of a file as far as it still says what they mend; a line for each that was.

    Raises Unwritable where the file cannot be replaced.
    """
    content = Files(root).content(path)
    if isinstance(content, Unreadable):
        raise Unwritable(0, content.reason, path)
    try:
        written = _Written(content)
    except UnicodeDecodeError:  # it was text when it was read
        return ()
    done = tuple(written.possible(wanted))
    if done:
        changes = sorted((change for correction in done for change in correction.changes), key=_place)
        _replace(root, path, content, written.changed(changes))
    source = Source(path, written.text)
    return tuple(_line(source, correction) for correction in done)


def _line(source: Source, correction: Correction) -> str:
    place = source.position(correction.changes[0].start)
    return f"{source.path}:{place.line}:{place.column}: fixed[{correction.code}]: {correction.message}"


_LINE_END = re.compile("\r\n?")


class _Written:
    """The text of a file as it is read, with the way back to the file as it is written; one use."""

    def __init__(self, content: bytes) -> None:
        self.raw = content.decode("utf-8")
        self.offset = 1 if self.raw.startswith("\ufeff") else 0
        self.text = _LINE_END.sub("\n", self.raw[self.offset :])
        self.shortened = [found.start() for found in _LINE_END.finditer(self.raw) if len(found[0]) == 2]

    def possible(self, wanted: Sequence[Correction]) -> Iterator[Correction]:
        """The corrections whose words are there, the first of those that meet."""
        taken: list[Change] = []
        for correction in sorted(wanted, key=lambda one: _place(one.changes[0])):
            changes = correction.changes
            if all(
                self._is_possible(change) and not any(_meet(change, other) for other in taken) for change in changes
            ):
                taken += changes
                yield correction

    def _is_possible(self, change: Change) -> bool:
        return self.text[change.start : change.end] == change.old and change.new.isprintable()

    def changed(self, changes: Sequence[Change]) -> bytes:
        """The file with the changes, which are in order."""
        raw = self.raw
        for change in reversed(changes):
            raw = raw[: self._raw(change.start)] + change.new + raw[self._raw(change.end) :]
        return raw.encode("utf-8")

    def _raw(self, offset: int) -> int:
        """The place of a character in the file as it is written."""
        place = offset + self.offset
        for start in self.shortened:
            if start >= place:
                break
            place += 1
        return place


def _meet(one: Change, other: Change) -> bool:
    """Whether two changes are about the same characters, or put something in at the same place."""
    if _place(one) == _place(other):
        return True
    return one.start < other.end and other.start < one.end


def _replace(root: Path, path: str, before: bytes, after: bytes) -> None:
    place = PurePosixPath(path)
    try:
        with closing(folders.find(root, str(place.parent))) as folder:
            _put(folder, place.name, before, after)
    except OSError as fault:
        raise Unwritable(fault.errno, f"cannot be corrected: {fault.strerror or fault}", path) from fault


def _put(folder: Folder, name: str, before: bytes, after: bytes) -> None:
    status = folder.status(name)
    if status is None or not stat.S_ISREG(status.st_mode):
        raise OSError(0, "it is no file any more")
    if not status.st_mode & 0o222:
        raise OSError(0, "it may not be written")
    new = f".report-{secrets.token_hex(8)}.new"
    try:
        folder.create(new, after, status.st_mode)
        if folder.digest(name) != sha256(before).hexdigest():
            raise OSError(0, "it has changed meanwhile")
        folder.replace(new, name)
        folder.sync()
    except BaseException:
        with suppress(OSError):
            folder.remove(new)
        raise
