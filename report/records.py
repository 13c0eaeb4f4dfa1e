"""Records of builds and checks: while project, program and results are the same, there is nothing to be done."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from report import outputs
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import Diagnostic, Hint
from report.files import Files
from report.source import Source

if TYPE_CHECKING:
    from report.project import Project


class Record(Struct, frozen=True):
    """What a build or check read, wrote and said."""

    written: Mapping[str, str]
    """The results by path from the project folder, with their SHA-256."""
    read: Mapping[str, str]
    """The files that were asked for, with digests of what was found."""
    listings: Mapping[tuple[str, str], tuple[str, ...]]
    moment: str
    diagnostics: tuple[Diagnostic, ...]
    verdict: str
    quoted: Mapping[str, Source]
    """The texts that the diagnostics quote."""


def find(root: Path, choices: Choices, cache: Cache, work: str) -> Record | None:
    """The record of a build or check (`work`) that would be the same now; None where something changed."""
    record = cache.get("record", str(root), repr(choices), work)
    if not isinstance(record, Record) or record.moment != _moment():
        return None
    files = Files(root)
    same = files.are_as(record.read, record.listings) and (
        not record.written or outputs.found(root, record.written) == record.written
    )
    return record if same else None


def keep(
    project: Project,
    choices: Choices,
    written: Mapping[str, bytes],
    said: tuple[Diagnostic, ...],
    verdict: str,
    cache: Cache,
    work: str,
) -> None:
    """Record a build or check: what it wrote, and what it said."""
    files = project.files
    named = {diagnostic.span.path for diagnostic in said if diagnostic.span}
    named |= {hint.span.path for diagnostic in said for hint in diagnostic.hints if isinstance(hint, Hint)}
    quoted = {name: text for name, text in files.texts.items() if name in named}
    digests = {path: sha256(content).hexdigest() for path, content in written.items()}
    record = Record(digests, files.all_digests, files.listings, _moment(), said, verdict, quoted)
    cache.put("record", record, str(files.root), repr(choices), work)


def _moment() -> str:
    """What a report may print of the time: the day."""
    return os.environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).date().isoformat()
