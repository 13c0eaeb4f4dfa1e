"""The command line: arguments in, exit status out.

0 fine (warnings allowed), 1 errors in the report (warnings too with `--strict`), 2 wrong usage or configuration,
3 something is missing on the machine, 70 a fault of Report itself, 130 interrupted.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from report import __version__

if TYPE_CHECKING:
    from report.cache import Cache
    from report.choices import Choices, Scheme
    from report.diagnostics import Diagnostic
    from report.project import Project
    from report.source import Source
    from report.workers import WorkerLost

FAULTY, USAGE, ENVIRONMENT, INTERNAL, INTERRUPTED = 1, 2, 3, 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="report")
def report() -> None:
    """Compile Markdown chapters, BibTeX citations and YAML metadata into a footnoted PDF, and a page for screens."""


def main() -> NoReturn:
    """Run the command; every way out has its exit status."""
    try:
        status = report(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as fault:
        fault.show()
        sys.exit(USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted: results are as they were", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as fault:
        click.echo(f"report: {fault.filename or 'standard output'}: {fault.strerror or fault}", err=True)
        sys.exit(ENVIRONMENT)
    except Exception:
        _internal_error()


def _internal_error() -> NoReturn:
    import platform
    import traceback

    click.echo("report: a fault of Report itself, not of your text; results are as they were.", err=True)
    click.echo(f"Please send this to the project: report {__version__}, Python {platform.python_version()}", err=True)
    for frame in traceback.extract_tb(sys.exc_info()[2])[-8:]:
        click.echo(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}", err=True)
    kind = sys.exc_info()[0]
    click.echo(f"  {kind.__name__ if kind else 'error'}", err=True)
    sys.exit(INTERNAL)


FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
_OPTIONS = (
    FOLDER,
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github", "sarif"]),
        default="text",
        help="Form of the diagnostics on standard error.",
    ),
    click.option("--strict", is_flag=True, help="Warnings fail as well."),
    click.option("--profile", "profiles", multiple=True, help="Merge report-PROFILE.yml over report.yml."),
    click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Set a key of report.yml."),
    click.option("--only", multiple=True, metavar="CHAPTER", help="Print this chapter alone."),
    click.option(
        "--to",
        "outputs",
        default="pdf",
        metavar="pdf,html",
        callback=lambda *given: _outputs(given[2]),
        help="What to build.",
    ),
)


def _outputs(given: str) -> tuple[str, ...]:
    """The outputs in a list with commas, each once."""
    from report.choices import OUTPUTS

    names = [name.strip().lower() for name in given.split(",")]
    unknown = [name for name in names if name not in OUTPUTS]
    if unknown:
        raise click.BadParameter(f"`{unknown[0]}` is not one of {', '.join(OUTPUTS)}")
    return tuple(name for name in OUTPUTS if name in names)


@dataclass(frozen=True, slots=True)
class Request:
    """What commands that compile a report are asked for."""

    folder: Path
    form: str
    strict: bool
    profiles: tuple[str, ...]
    settings: tuple[str, ...]
    only: tuple[str, ...]
    outputs: tuple[str, ...]

    def choices(self, *, draft: bool = False, imposed: tuple[Scheme, ...] = ()) -> Choices:
        """What the command line chooses."""
        from report.choices import Choices

        return Choices(self.profiles, self.settings, self.only, draft, self.outputs, imposed)


def compiling(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the arguments of compiling, as a Request."""

    @wraps(command)
    def run(**options: Any) -> int:
        names = Request.__dataclass_fields__
        request = Request(**{name: options.pop(name) for name in names})
        return command(request, **options)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


@report.command()
@compiling
@click.option("--draft", is_flag=True, help="Mark pages as a draft, and print in spite of errors.")
@click.option("--jobs", type=click.IntRange(min=1), help="Chapters laid out at once; as many as there are processors.")
@click.option("--timings", is_flag=True, help="Say what each stage took, and what came from the cache.")
@click.option("--booklet", "schemes", flag_value="booklet", multiple=True, help="Also a file to fold and staple.")
@click.option("--2up", "schemes", flag_value="2up", multiple=True, help="Also a file with two pages on each side.")
def build(request: Request, draft: bool, jobs: int | None, timings: bool, schemes: tuple[Scheme, ...]) -> int:
    """Compile the report in FOLDER and print the path of each result."""
    from report import cache, records
    from report.choices import SCHEMES

    kept = cache.of_user()
    if schemes and "pdf" not in request.outputs:
        raise click.UsageError("a booklet is made of the PDF: --to pdf,html")
    choices = request.choices(draft=draft, imposed=tuple(scheme for scheme in SCHEMES if scheme in schemes))
    record = records.find(request.folder.resolve(), choices, kept)
    if record is None:
        return _build(request, choices, kept, jobs, timings)
    _tell(record.diagnostics, record.quoted, request.form)
    _print_paths(record.written)
    if timings:
        click.echo("nothing changed", err=True)
    return FAULTY if _fails(record.diagnostics, request) else 0


def _build(request: Request, choices: Choices, kept: Cache, jobs: int | None, timings: bool) -> int:
    """Build where something changed."""
    import gc

    from report.terminal import Terminal
    from report.workers import WorkerLost, Workers, available

    gc.disable()  # what a build makes, it needs to the end
    watch = Terminal(shown=sys.stderr.isatty())
    with Workers(jobs or available()) as workers, watch:
        if has_pages := "pdf" in choices.outputs:
            workers.warm_up()  # before the imports: they take as long as WeasyPrint's
        from report import build as pipeline
        from report import outputs, records
        from report.press import Press

        project = _project(request.folder, choices)
        press = Press(kept, workers, watch.laid_out)
        if has_pages:
            pipeline.prepare(project, press)
        linked = pipeline.link_each(project, kept, choices.outputs, watch)
        said = pipeline.together(project, (one.diagnostics for one in linked.values()))
        if _fails(said, request) and not project.metadata.draft:
            watch.done()
            return _finish(said, project, request)
        if has_pages:
            _require_layout()
        try:
            results = pipeline.build_each(project, linked, press, choices.imposed, watch)
        except WorkerLost as fault:
            watch.done()
            return _lost(fault)
    status = _finish(results.diagnostics, project, request)
    if status and not project.metadata.draft:
        return status
    paths = outputs.write(project.files.root, results.contents)
    _print_paths(paths)
    written = dict(zip(paths, results.contents.values(), strict=True))
    records.keep(project, choices, written, results.diagnostics, kept)
    kept.trim()
    if timings:
        click.echo(watch.table(kept.tally), err=True)
    return status


def _print_paths(paths: Iterable[Path]) -> None:
    click.echo("\n".join(map(str, paths)))


def _lost(fault: WorkerLost) -> int:
    """Say which chapter could not be laid out."""
    click.echo(f"report: the process that laid out `{fault.name}` was killed, or took too long", err=True)
    click.echo("  help: the machine may be short of memory; `--jobs 1` needs least of it", err=True)
    return ENVIRONMENT


@report.command()
@compiling
def check(request: Request) -> int:
    """Say what is wrong in the report, without laying out a page."""
    from report import build as pipeline
    from report import cache

    project = _project(request.folder, request.choices())
    linked = pipeline.link_each(project, cache.of_user(), request.outputs)
    return _finish(pipeline.together(project, (one.diagnostics for one in linked.values())), project, request)


@report.command()
@click.argument("query")
@FOLDER
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the result.")
def cite(query: str, folder: Path, form: str) -> int:
    """Find entries of the bibliography by words of author, title, year or key: key, note and entry in the style."""
    from report import build as pipeline
    from report import cache
    from report.choices import Choices

    project = _project(folder, Choices())
    found = pipeline.find(project, query, cache.of_user())
    if form == "json":
        import json

        records = [
            {
                "key": entry.key,
                "type": entry.type,
                "citation": entry.citation,
                "bibliography": entry.bibliography,
                "path": entry.span.path,
                "line": project.files.texts[entry.span.path].position(entry.span.start).line,
            }
            for entry in found
        ]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        click.echo(
            "\n".join(f"{entry.key}\n    {entry.citation}\n    {entry.bibliography}" for entry in found), nl=bool(found)
        )
    if not found:
        click.echo(f"no entry with `{query}`", err=True)
    return 0 if found else FAULTY


@report.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a project in FOLDER that builds at once."""
    from report.starter import create

    try:
        made = create(folder)
    except FileExistsError as fault:
        raise click.UsageError(f"{fault}: choose a new folder") from fault
    click.echo("\n".join(str(path) for path in made))
    click.echo(f"\nNow: report build {shlex.quote(str(folder))}", err=True)


@report.command()
@FOLDER
def clean(folder: Path) -> None:
    """Remove the results of the report in FOLDER, and what is kept between builds."""
    from report import cache
    from report.choices import OUTPUTS, SCHEMES, Choices
    from report.outputs import remove

    project = _project(folder, Choices())
    for name in (*map(project.output_path, OUTPUTS), *map(project.imposed_path, SCHEMES)):
        for path in remove(project.files.root, name):
            click.echo(str(path))
    cache.of_user().clear()


@report.command()
@FOLDER
def doctor(folder: Path) -> int:
    """Say what this machine has and lacks, with the command that mends it."""
    from report import environment

    for part in environment.parts():
        click.echo(f"{part.name} {part.version}")
    problems = environment.problems(folder / "out")
    for problem in problems:
        click.echo(f"{'missing' if problem.needed else 'note'}: {problem.message}", err=True)
        click.echo(f"  help: {problem.command}", err=True)
    return ENVIRONMENT if any(problem.needed for problem in problems) else 0


@report.command()
def schema() -> None:
    """Print the JSON schema of report.yml, for editors."""
    import json

    from report.metadata import schema as of_metadata

    click.echo(json.dumps(of_metadata(), indent=2))


@report.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(report completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(report, {}, "report", "_REPORT_COMPLETE").source())


def _project(folder: Path, choices: Choices) -> Project:
    from report.project import NoProject, read

    try:
        return read(folder.resolve(), choices)
    except NoProject as fault:
        raise click.UsageError(f"{fault}: go to the project's folder, or make one with `report new DIR`") from fault
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault


def _fails(diagnostics: tuple[Diagnostic, ...], request: Request) -> bool:
    if not diagnostics:
        return False
    from report.diagnostics import Severity

    fatal = (Severity.ERROR, Severity.WARNING) if request.strict else (Severity.ERROR,)
    return any(diagnostic.severity in fatal for diagnostic in diagnostics)


def _finish(diagnostics: tuple[Diagnostic, ...], project: Project, request: Request) -> int:
    """Print the diagnostics; the exit status that they ask for."""
    _tell(diagnostics, project.files.texts, request.form)
    if not _fails(diagnostics, request):
        return 0
    return USAGE if any(_is_configuration(diagnostic, project) for diagnostic in diagnostics) else FAULTY


def _tell(diagnostics: tuple[Diagnostic, ...], texts: Mapping[str, Source], form: str) -> None:
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
    import re

    colours = {"error": "red", "warning": "yellow", "info": "blue"}
    return re.sub(
        r"^(.*?: |)(error|warning|info)(\[[\w-]+\])",
        lambda found: found[1] + click.style(found[2] + found[3], fg=colours[found[2]], bold=True),
        text,
        flags=re.MULTILINE,
    )


def _require_layout() -> None:
    """Exit 3 with one clear message where WeasyPrint's libraries are missing."""
    from report import environment

    if message := environment.missing_library():
        click.echo(f"report: {message}", err=True)
        click.echo("  help: `report doctor` says what else this machine lacks", err=True)
        sys.exit(ENVIRONMENT)
