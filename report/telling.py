"""What a command has to say: diagnostics on standard error, and the exit status that they ask for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from report.choices import Request
from report.exits import FAULTY, USAGE

if TYPE_CHECKING:  # most commands have nothing to say
    from report.diagnostics import Diagnostic
    from report.project import Project
    from report.source import Source


def fails(diagnostics: tuple[Diagnostic, ...], request: Request) -> bool:
    """Whether there is anything among them that fails the build."""
    if not diagnostics:
        return False
    from report.diagnostics import Severity

    fatal = (Severity.ERROR, Severity.WARNING) if request.strict else (Severity.ERROR,)
    return any(diagnostic.severity in fatal for diagnostic in diagnostics)


def finish(diagnostics: tuple[Diagnostic, ...], project: Project, request: Request) -> int:
    """Print the diagnostics; the exit status that they ask for."""
    tell(diagnostics, project.files.texts, request.form)
    if not fails(diagnostics, request):
        return 0
    return USAGE if any(_is_configuration(diagnostic, project) for diagnostic in diagnostics) else FAULTY


def tell(diagnostics: tuple[Diagnostic, ...], texts: Mapping[str, Source], form: str) -> None:
    """Print the diagnostics on standard error."""
    if diagnostics or form in ("json", "sarif"):
        from report.diagnostics import FORMATS

        text = FORMATS[form](diagnostics, texts)
        click.echo(_coloured(text) if form == "text" else text, err=True, nl=False)


def _is_configuration(diagnostic: Diagnostic, project: Project) -> bool:
    """Whether an error is in `report.yml`, a profile or a setting itself, and not in what they name."""
    path = diagnostic.span.path if diagnostic.span else ""
    ours = path in project.configuration or not path
    return ours and diagnostic.code.startswith(("metadata-", "yaml-", "profile-"))


def _coloured(text: str) -> str:
    """The severities in colour, on a terminal that has not refused it."""
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        return text
    colours = {"error": "red", "warning": "yellow", "info": "blue"}
    return re.sub(
        r"^(.*?: |)(error|warning|info)(\[[\w-]+\])",
        lambda found: found[1] + click.style(found[2] + found[3], fg=colours[found[2]], bold=True),
        text,
        flags=re.MULTILINE,
    )
