"""What `report build` does in that process: alone among the commands it lays out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping

import click

from report import build as pipeline
from report import cache, front, records
from report.choices import Choices, Request
from report.commands import broken_off, opened
from report.endings import unprintable
from report.exits import ENVIRONMENT
from report.press import Press, Unprintable
from report.project import Project
from report.supervisor import Channel, Ended
from report.telling import fails, finish
from report.terminal import Terminal
from report.workers import WorkerLost, Workers


def build(request: Request, choices: Choices, workers: Workers, timings: bool, channel: Channel) -> int:
    """Compile a report."""
    gc.disable()  # what a build makes, it needs to the end
    kept = cache.of_user()
    watch = Terminal(channel.at, shown=sys.stderr.isatty())
    with workers, watch:
        project = opened(request.folder, choices, channel)
        press = Press(kept, workers, watch)
        if has_pages := "pdf" in choices.outputs:
            pipeline.prepare(project, press)
        linked = front.link_each(project, kept, choices.outputs, watch)
        said = front.together(project, (one.diagnostics for one in linked.values()))
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
            return finish((*said, unprintable(fault.path, fault.kind)), project, request)
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


def _lost(fault: WorkerLost, request: Request) -> int:
    """Say which chapter could not be laid out."""
    return broken_off(Ended(-9, fault.passed, fault.path), request.form, request.limits)


def _require_layout() -> None:
    """Exit 3 with one clear message where WeasyPrint's libraries are missing."""
    from report import environment

    if message := environment.missing_library():
        click.echo(f"report: {message}", err=True)
        click.echo("  help: `report doctor` says what else this machine lacks", err=True)
        sys.exit(ENVIRONMENT)
