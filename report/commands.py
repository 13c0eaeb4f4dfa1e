"""What the commands that work on a project do, in a process of their own; results go back through a channel."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import click

from report import cache, front, linking, records
from report.choices import Choices, Request
from report.corrections import encode
from report.endings import broken
from report.exits import ENVIRONMENT, FAULTY, USAGE
from report.limits import Limits
from report.project import FILE, NoProject, Project, output_problems, read
from report.supervisor import Channel, Ended
from report.telling import finish, tell
from report.terminal import Terminal


def check(request: Request, channel: Channel) -> int:
    """Say what is wrong in a report."""
    gc.disable()  # what a check makes, it needs to the end
    kept, choices = cache.of_user(), request.choices()
    project = opened(request.folder, choices, channel)
    said = front.check(project, kept, choices.outputs, Terminal(channel.at, shown=False))
    status = finish(said, project, request)
    if status != USAGE:  # which is found out by more than a record holds
        records.keep(project, choices, {}, said, "", kept, "check")
    return status


def corrections(request: Request, channel: Channel) -> int:
    """Find what can be mended without asking; it is done by the process that may write."""
    project = opened(request.folder, request.choices(), channel)
    said = front.check(project, cache.of_user(), request.outputs, Terminal(channel.at, shown=False))
    for path, content in encode(said):
        channel.hand_over(path, content)
    return 0


def cite(folder: Path, query: str, form: str, channel: Channel) -> int:
    """Print the entries of a bibliography that have all words of a query."""
    project = opened(folder, Choices(), channel)
    found = front.find(project, query, cache.of_user())
    if form == "json":
        click.echo(json.dumps([_record(entry, project) for entry in found], ensure_ascii=False, indent=2))
    else:
        click.echo(
            "".join(f"{entry.key}\n    {entry.citation}\n    {entry.bibliography}\n" for entry in found), nl=False
        )
    if not found:
        click.echo(f"no entry with `{query}`", err=True)
    return 0 if found else FAULTY


def _record(entry: linking.Found, project: Project) -> dict[str, object]:
    return {
        "key": entry.key,
        "type": entry.type,
        "citation": entry.citation,
        "bibliography": entry.bibliography,
        "path": entry.span.path,
        "line": project.files.texts[entry.span.path].position(entry.span.start).line,
    }


def results(folder: Path, channel: Channel) -> int:
    """Name all that builds of a report may have written."""
    project = opened(folder, Choices(), channel)
    if problems := tuple(output_problems(project)):
        tell(problems, project.files.texts, "text")
        return USAGE
    for path in project.output_paths:
        channel.hand_over(path, b"")
    return 0


def broken_off(ended: Ended, form: str, limits: Limits | None) -> int:
    """Say what ended a command before its end; the exit status of that."""
    tell((broken(ended.passed, ended.at, -ended.status, limits),), {}, form)
    return FAULTY if ended.passed else ENVIRONMENT


def opened(folder: Path, choices: Choices, channel: Channel) -> Project:
    """The project in a folder; what it is asked for and cannot be is the user's mistake."""
    channel.at(FILE)
    try:
        return read(folder.resolve(), choices)
    except NoProject as fault:
        raise click.UsageError(f"{fault}: go to the project's folder, or make one with `report new DIR`") from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault
