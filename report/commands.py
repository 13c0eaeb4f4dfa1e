"""What the commands that work on a project do, in a process of their own; results go back through a channel."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from report import build as pipeline
from report import cache, linking, records
from report.choices import Choices, Request
from report.corrections import encode
from report.diagnostics import Diagnostic, error
from report.endings import broken
from report.exits import ENVIRONMENT, FAULTY, USAGE
from report.limits import Limits
from report.press import Press, Unprintable
from report.project import FILE, NoProject, Project, output_problems, read
from report.source import Span
from report.supervisor import Channel, Ended
from report.telling import fails, finish, tell
from report.terminal import Terminal
from report.workers import WorkerLost, Workers


def build(request: Request, choices: Choices, workers: Workers, timings: bool, channel: Channel) -> int:
    """Compile a report."""
    gc.disable()  # what a build makes, it needs to the end
    kept = cache.of_user()
    watch = Terminal(channel.at, shown=sys.stderr.isatty())
    with workers, watch:
        project = _project(request.folder, choices, channel)
        press = Press(kept, workers, watch)
        if has_pages := "pdf" in choices.outputs:
            pipeline.prepare(project, press)
        linked = pipeline.link_each(project, kept, choices.outputs, watch)
        said = pipeline.together(project, (one.diagnostics for one in linked.values()))
        if fails(said, request) and not project.metadata.draft:
            watch.done()
            return finish(said, project, request)
        if has_pages:
            _require_layout()
        try:
            results = pipeline.build_each(project, linked, press, choices.imposed, watch)
        except WorkerLost as fault:
            watch.done()
            return _lost(fault, request)
        except Unprintable as fault:
            watch.done()
            return finish((*said, unprintable(fault)), project, request)
    status = finish(results.diagnostics, project, request)
    if status and not project.metadata.draft:
        return status
    contents = _with_manifest(results.contents, project, choices)
    for path, content in contents.items():
        channel.hand_over(path, content)
    channel.judge(results.verdict)
    records.keep(project, choices, contents, results.diagnostics, results.verdict, kept, "build")
    kept.trim()
    if timings:
        click.echo(watch.table(kept.tally), err=True)
    return status


def _with_manifest(contents: Mapping[str, bytes], project: Project, choices: Choices) -> Mapping[str, bytes]:
    """The results, with their manifest where it is asked for."""
    if not choices.manifest:
        return contents
    from report import manifest

    return {**contents, project.manifest_path: manifest.write(project, choices, contents)}


def check(request: Request, channel: Channel) -> int:
    """Say what is wrong in a report."""
    gc.disable()  # what a check makes, it needs to the end
    kept, choices = cache.of_user(), request.choices()
    project = _project(request.folder, choices, channel)
    said = pipeline.check(project, kept, choices.outputs, Terminal(channel.at, shown=False))
    status = finish(said, project, request)
    if status != USAGE:  # which is found out by more than a record holds
        records.keep(project, choices, {}, said, "", kept, "check")
    return status


def corrections(request: Request, channel: Channel) -> int:
    """Find what can be mended without asking; it is done by the process that may write."""
    project = _project(request.folder, request.choices(), channel)
    said = pipeline.check(project, cache.of_user(), request.outputs, Terminal(channel.at, shown=False))
    for path, content in encode(said):
        channel.hand_over(path, content)
    return 0


def cite(folder: Path, query: str, form: str, channel: Channel) -> int:
    """Print the entries of a bibliography that have all words of a query."""
    project = _project(folder, Choices(), channel)
    found = pipeline.find(project, query, cache.of_user())
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
    project = _project(folder, Choices(), channel)
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


def unprintable(fault: Unprintable) -> Diagnostic:
    """What is said of a chapter, or a stylesheet, that WeasyPrint cannot lay out."""
    hint = "take out what a stylesheet of the project says of it; if there is none, please send it to the project"
    place = Span(fault.path) if fault.path else None
    return error("layout-failed", f"the layout of this ends with `{fault.kind}`", place, hint)


def _lost(fault: WorkerLost, request: Request) -> int:
    """Say which chapter could not be laid out."""
    return broken_off(Ended(-9, fault.passed, fault.path), request.form, request.limits)


def _project(folder: Path, choices: Choices, channel: Channel) -> Project:
    channel.at(FILE)
    try:
        return read(folder.resolve(), choices)
    except NoProject as fault:
        raise click.UsageError(f"{fault}: go to the project's folder, or make one with `report new DIR`") from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault


def _require_layout() -> None:
    """Exit 3 with one clear message where WeasyPrint's libraries are missing."""
    from report import environment

    if message := environment.missing_library():
        click.echo(f"report: {message}", err=True)
        click.echo("  help: `report doctor` says what else this machine lacks", err=True)
        sys.exit(ENVIRONMENT)
