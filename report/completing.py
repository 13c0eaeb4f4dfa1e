"""What a shell offers for the values of options; of a project the names of its files alone are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import click

from report.choices import OUTPUTS
from report.codes import MEANINGS
from report.limits import NAMES


def codes(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Codes of diagnostics."""
    return _fitting(MEANINGS, begun)


def chapters(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Chapters of the project, without folder and ending."""
    return _fitting((PurePosixPath(path).stem for path in _listed(context, "chapters", ".md")), begun)


def profiles(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Profiles of the project."""
    paths = (path for path in _listed(context, "", ".yml") if path.startswith("report-"))
    return _fitting((path.removeprefix("report-").removesuffix(".yml") for path in paths), begun)


def outputs(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """What can be built, alone and together."""
    return _fitting((*OUTPUTS, ",".join(OUTPUTS)), begun)


def limits(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Names of limits, to be followed by a number."""
    return _fitting((f"{name}=" for name in NAMES), begun)


def settings(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Keys of report.yml, and the severities by code."""
    from report.metadata import keys

    return _fitting((*(f"{key}=" for key in keys()), *(f"lint.{code}=" for code in MEANINGS)), begun)


def _listed(context: click.Context, folder: str, suffix: str) -> tuple[str, ...]:
    from report.files import Files

    named = context.args[0] if context.args else context.params.get("folder")  # an option without its value hides it
    return Files(Path(named or "")).listing(folder, suffix)


def _fitting(words: Iterable[str], begun: str) -> list[str]:
    return [word for word in words if word.startswith(begun)]
