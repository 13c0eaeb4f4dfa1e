"""The only writer of results: all of one build appear together, or none does and the old ones stay.

New contents are written beside their places. With the journal of what takes which place the write is decided: a fault
of the system is undone, and what a killed process left is finished by the next that writes or cleans.
"""

from __future__ import annotations

import errno
import hashlib
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath

from report.outputs import folder as folders
from report.outputs import journal, lock
from report.outputs.folder import Folder
from report.outputs.interrupts import held_off
from report.outputs.journal import Step

_LEFT = re.compile(r"\.report-(journal|lock|[0-9a-f]{16}\.(new|old))")
"""The names of what is gone when a write is done."""

_BEGINNINGS = {".pdf": rb"%PDF", ".html": rb"\s*<", ".json": rb'\{\s*"'}
"""What begins otherwise is no result, whatever its name says."""


class Unwritable(OSError):
    """A result cannot be written: `filename` is its path, `strerror` says why."""


def write(root: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put contents in place of files of one folder of the project: all of them, or none.

    Raises Unwritable: something other than a result stands at a path, the disk is full, another build is writing.
    An interrupt comes before anything has changed, or after all of it has.
    """
    if not contents:
        return ()
    place = _folder_of(contents)
    named = {PurePosixPath(name).name: content for name, content in contents.items()}
    is_done = False
    try:
        with _naming(place), closing(folders.make(root, place)) as folder, lock.held(folder), held_off() as arrived:
            _settle(folder, place)
            for name in named:
                _refuse_foreign(folder, place, name)
            unfinished, steps = _all_prepared(folder, place, named, arrived)
            _carry_out(folder, place, unfinished, steps)
            is_done = True
    except KeyboardInterrupt as interrupt:
        raise KeyboardInterrupt("all results are new" if is_done else "") from interrupt
    return tuple(root / name for name in contents)


def remove(root: Path, names: Sequence[str]) -> tuple[Path, ...]:
    """Delete results, with what a killed build may have left beside them; the paths that are gone."""
    if not names:
        return ()
    place = _folder_of(names)
    try:
        folder = folders.find(root, place)
    except FileNotFoundError:
        return ()
    with _naming(place), closing(folder), lock.held(folder), held_off():
        _settle(folder, place)
        gone = [name for name in names if _is_result(folder, PurePosixPath(name).name)]
        for name in gone:
            folder.remove(PurePosixPath(name).name)
    return tuple(root / name for name in gone)


def found(root: Path, names: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each result that is there; none of any where a write was broken off."""
    names = tuple(names)
    try:
        with closing(folders.find(root, _folder_of(names))) as folder:
            if any(_is_left_over(folder, name) for name in folder.names()):
                return {}
            return {name: digest for name in names if (digest := folder.digest(PurePosixPath(name).name))}
    except OSError:
        return {}


def _folder_of(names: Iterable[str]) -> str:
    """The one folder of all results: one lock and one journal hold them together."""
    (place,) = {str(PurePosixPath(name).parent) for name in names}
    return place


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Faults say which result could not be written."""
    try:
        yield
    except Unwritable:
        raise
    except OSError as fault:
        raise Unwritable(fault.errno, f"cannot be written: {fault.strerror or fault}", name) from fault


def _refuse_foreign(folder: Folder, place: str, name: str) -> None:
    status = folder.status(name)
    if status is None:
        return
    with _naming(f"{place}/{name}"):
        if stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, "it is a symbolic link")
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
        if not _is_result(folder, name):
            raise FileExistsError(errno.EEXIST, "what stands there is no result: take it away, or set `output-file`")


def _is_result(folder: Folder, name: str) -> bool:
    """Whether a file of that name may have been written here, as far as its beginning shows."""
    status = folder.status(name)
    if status is None or not stat.S_ISREG(status.st_mode):
        return False
    head = folder.read(name, 64)
    return not head or bool(re.match(_BEGINNINGS.get(PurePosixPath(name).suffix, b""), head))


def _all_prepared(
    folder: Folder, place: str, contents: Mapping[str, bytes], arrived: Sequence[int]
) -> tuple[str, tuple[Step, ...]]:
    """Everything on the disk beside its place, and the journal under a name that counts for nothing yet."""
    try:
        steps = tuple(_prepared(folder, place, name, content) for name, content in contents.items())
        unfinished = _new_name("new")
        folder.create(unfinished, journal.encode(steps))
        folder.sync()
        if arrived:
            raise InterruptedError(errno.EINTR, "interrupted")
    except BaseException:
        _sweep(folder)
        raise
    return unfinished, steps


def _prepared(folder: Folder, place: str, name: str, content: bytes) -> Step:
    """The content in a file beside its place, and what stands there under a second name."""
    step = Step(name, _new_name("new"), hashlib.sha256(content).hexdigest(), "")
    with _naming(f"{place}/{name}"):
        status = folder.status(name)
        folder.create(step.new, content, status.st_mode if status else None)
        if status is None:
            return step
        old = _new_name("old")
        folder.keep(name, old)
        return Step(name, step.new, step.digest, old)


def _new_name(ending: str) -> str:
    return f".report-{secrets.token_hex(8)}.{ending}"


def _carry_out(folder: Folder, place: str, unfinished: str, steps: tuple[Step, ...]) -> None:
    """Decide the write by putting the journal in its place, and put every result in its own; or undo it all."""
    try:
        folder.replace(unfinished, journal.NAME)
        folder.sync()
        for step in steps:
            with _naming(f"{place}/{step.name}"):
                folder.replace(step.new, step.name)
        folder.sync()
    except BaseException:
        _undo(folder, steps)
        _sweep(folder)
        raise
    _sweep(folder)


def _undo(folder: Folder, steps: Iterable[Step]) -> None:
    """Put back what stood in the places that have new contents; where that fails as well, the journal stays."""
    for step in steps:
        if folder.digest(step.name) != step.digest:
            continue
        if step.old:
            folder.replace(step.old, step.name)
        else:
            folder.remove(step.name)
    folder.sync()


def _settle(folder: Folder, place: str) -> None:
    """Finish what a killed process had decided, where all of it is there; else put back what was before."""
    steps = journal.decode(folder.read(journal.NAME, journal.LIMIT_BYTES))
    if all(step.digest in (folder.digest(step.name), folder.digest(step.new)) for step in steps):
        for step in steps:
            if folder.digest(step.new) == step.digest:
                _refuse_foreign(folder, place, step.name)
                folder.replace(step.new, step.name)
        folder.sync()
    else:
        _undo(folder, steps)
    _sweep(folder)


def _sweep(folder: Folder) -> None:
    """Remove what is left of a write, the journal first; what cannot be removed now is by the next that writes."""
    with suppress(OSError):
        for name in (journal.NAME, *folder.names()):
            if name != lock.NAME and _is_left_over(folder, name):
                folder.remove(name)
        folder.sync()


def _is_left_over(folder: Folder, name: str) -> bool:
    if not _LEFT.fullmatch(name):
        return False
    status = folder.status(name)
    return status is not None and stat.S_ISREG(status.st_mode)
