"""The command line: arguments in, exit status out.

0 fine (warnings allowed), 1 errors in the report (warnings too with `--strict`), 2 wrong usage or configuration,
3 something is missing on the machine, 70 a fault of Report itself, 130 interrupted.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from report import __version__, completing
from report.choices import OUTPUTS, SCHEMES, Choices, Request, Scheme
from report.exits import ENVIRONMENT, FAULTY, guarded, leave
from report.limits import USUAL, Limits, raised
from report.telling import fails, tell

if TYPE_CHECKING:
    from report.supervisor import Channel, Ended


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="report")
def report() -> None:
    """Compile Markdown chapters, BibTeX citations and YAML metadata into a footnoted PDF, and a page for screens."""


def main() -> NoReturn:
    """Run the command; every way out has its exit status."""
    leave(lambda: report(prog_name="report", standalone_mode=False))


FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
_SET = (
    click.option(
        "--profile",
        "profiles",
        multiple=True,
        shell_complete=completing.profiles,
        help="Merge report-PROFILE.yml over report.yml.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        shell_complete=completing.settings,
        help="Set a key of report.yml.",
    ),
)
_COMPILED = (
    *_SET,
    click.option(
        "--only",
        multiple=True,
        metavar="CHAPTER",
        shell_complete=completing.chapters,
        help="Print this chapter alone.",
    ),
)
_TOLD = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github", "sarif"]),
        default="text",
        help="Form of the diagnostics on standard error.",
    ),
    click.option("--strict", is_flag=True, help="Warnings fail as well."),
    click.option(
        "--to",
        "outputs",
        default="pdf",
        metavar="pdf,html",
        callback=lambda *given: _outputs(given[2]),
        shell_complete=completing.outputs,
        help="What to build.",
    ),
)


_LIMITS = (
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=N",
        callback=lambda *given: _limits(given[2]),
        shell_complete=completing.limits,
        help="Allow memory=MiB, cpu=seconds, wall=seconds or output=MiB.",
    ),
    click.option("--trust", is_flag=True, help="Compile without limits: for what you wrote yourself."),
)


def _limits(given: tuple[str, ...]) -> Limits:
    """The limits that are usual, or given."""
    try:
        return raised(given)
    except ValueError as fault:
        raise click.BadParameter(str(fault)) from fault


def _outputs(given: str) -> tuple[str, ...]:
    """The outputs in a list with commas, each once."""
    names = [name.strip().lower() for name in given.split(",")]
    unknown = [name for name in names if name not in OUTPUTS]
    if unknown:
        raise click.BadParameter(f"`{unknown[0]}` is not one of {', '.join(OUTPUTS)}")
    return tuple(name for name in OUTPUTS if name in names)


def compiling(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the arguments of compiling, as a Request."""

    @wraps(command)
    def run(trust: bool, **options: Any) -> int:
        options["limits"] = None if trust else options["limits"]
        names = Request.__struct_fields__
        request = Request(**{name: options.pop(name) for name in names})
        return command(request, **options)

    return _with(run, (FOLDER, *_TOLD, *_COMPILED, *_LIMITS))


def _with(command: Callable[..., int], options: Iterable[Callable[..., Any]]) -> Callable[..., int]:
    """A command with arguments and options, the first of them first in its help."""
    for option in reversed([*options]):
        command = option(command)
    return command


@report.command()
@compiling
@click.option("--draft", is_flag=True, help="Mark pages as a draft, and print in spite of errors.")
@click.option("--jobs", type=click.IntRange(min=1), help="Chapters laid out at once; as many as there are processors.")
@click.option("--timings", is_flag=True, help="Say what each stage took, and what came from the cache.")
@click.option("--booklet", "schemes", flag_value="booklet", multiple=True, help="Also a file to fold and staple.")
@click.option("--2up", "schemes", flag_value="2up", multiple=True, help="Also a file with two pages on each side.")
@click.option("--manifest", is_flag=True, help="Also a file that says what made the results.")
def build(
    request: Request, draft: bool, jobs: int | None, timings: bool, schemes: tuple[Scheme, ...], manifest: bool
) -> int:
    """Compile the report in FOLDER and print the path of each result."""
    from report import cache, records

    if schemes and "pdf" not in request.outputs:
        raise click.UsageError("a booklet is made of the PDF: --to pdf,html")
    imposed = tuple(scheme for scheme in SCHEMES if scheme in schemes)
    choices = request.choices(draft=draft, imposed=imposed, manifest=manifest)
    root = request.folder.resolve()
    record = records.find(root, choices, cache.of_user(), "build")
    if record is None:
        return _build(request, choices, jobs, timings)
    tell(record.diagnostics, record.quoted, request.form)
    _print_paths(root / path for path in record.written)
    _print_verdict(record.verdict, request.form)
    if timings:
        click.echo("nothing changed", err=True)
    return FAULTY if fails(record.diagnostics, request) else 0


def _build(request: Request, choices: Choices, jobs: int | None, timings: bool) -> int:
    """Build where something changed; what is made in a process of its own is written here."""
    from report import outputs
    from report.workers import Workers, available

    workers = Workers(jobs or available(), request.limits)
    begin = workers.warm_up if "pdf" in choices.outputs else lambda: None
    ended = _apart("building.build", request.limits, request, choices, workers, timings, prepare=begin)
    if ended.contents and not ended.passed and ended.status >= 0:
        _print_paths(outputs.write(request.folder.resolve(), ended.contents))
        _print_verdict(ended.verdict, request.form)
    return _concluded(ended, request.form, request.limits)


def _print_paths(paths: Iterable[Path]) -> None:
    click.echo("\n".join(map(str, paths)))


def _print_verdict(verdict: str, form: str) -> None:
    """Say what was printed, where standard error is for people."""
    if form == "text":
        click.echo(verdict, err=True)


def _apart(name: str, limits: Limits | None, *arguments: object, prepare: Callable[[], None] = lambda: None) -> Ended:
    """Do what a function of a module does in a process that is held to limits."""
    from report import supervisor

    def task(channel: Channel) -> int:
        from importlib import import_module

        module, _, command = name.partition(".")
        return guarded(partial(getattr(import_module(f"report.{module}"), command), *arguments, channel))

    return supervisor.run(task, limits, partial(guarded, prepare))


def _concluded(ended: Ended, form: str, limits: Limits | None) -> int:
    """The exit status; what ended the command is said."""
    if ended.status >= 0 and not ended.passed:
        return ended.status
    from report.commands import broken_off

    return broken_off(ended, form, limits)


@report.command()
@compiling
@click.option("--fix", is_flag=True, help="Mend what can be mended without asking, in the chapters themselves.")
@click.option(
    "--explain",
    metavar="CODE",
    shell_complete=completing.codes,
    help="Say what a code means, and how to mend what it is about.",
)
def check(request: Request, fix: bool, explain: str | None) -> int:
    """Say what is wrong in the report, without laying out a page."""
    if explain is not None:
        return _explain(explain)
    if fix and (status := _fix(request)):
        return status
    from report import cache, records

    record = records.find(request.folder.resolve(), request.choices(), cache.of_user(), "check")
    if record is None:
        return _concluded(_apart("commands.check", request.limits, request), request.form, request.limits)
    tell(record.diagnostics, record.quoted, request.form)
    return FAULTY if fails(record.diagnostics, request) else 0


def _explain(code: str) -> int:
    """Print the manual page of a rule, or what another code means."""
    from report import lint
    from report.codes import MEANINGS
    from report.diagnostics import did_you_mean

    if code not in MEANINGS:
        raise click.UsageError(": ".join((f"no diagnostic has the code `{code}`", *did_you_mean(code, MEANINGS))))
    click.echo(lint.manual(code) or f"{code}: {MEANINGS[code]}.")
    return 0


ROUNDS = 5
"""Corrections that meet are done one after the other, so often."""


def _fix(request: Request) -> int:
    """Mend what can be mended, and say what was; the exit status where that cannot be found out."""
    from report import corrections

    for _ in range(ROUNDS):
        ended = _apart("commands.corrections", request.limits, request)
        if status := _concluded(ended, request.form, request.limits):
            return status
        done = [
            line
            for path, content in ended.contents.items()
            for line in corrections.correct(request.folder.resolve(), path, corrections.decode(content))
        ]
        click.echo("".join(f"{line}\n" for line in done), nl=False)
        if not done:
            break
    return 0


@report.command()
@partial(_with, options=(FOLDER, *_COMPILED, *_LIMITS))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen there; else where it is free.")
@click.option("--editor", default="", metavar="COMMAND", help="What a click opens: `code`, or `ed {file} {line}`.")
@click.option("--no-open", "opens", flag_value=False, default=True, help="Do not open the browser.")
def preview(folder: Path, limits: Limits, trust: bool, port: int, editor: str, opens: bool, **options: Any) -> int:
    """Show the pages of the report in FOLDER in a browser, and every change as it is saved."""
    from report.files import Files
    from report.preview.command import show

    if not Files(folder.resolve()).exists("report.yml"):
        raise click.UsageError(f"no report.yml in {folder.resolve()}: go to the project's folder, or `report new DIR`")
    request = Request(folder, "text", False, outputs=("pdf",), limits=None if trust else limits, **options)
    return show(request, editor, port, opens=opens)


@report.command()
@click.argument("query")
@FOLDER
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the result.")
def cite(query: str, folder: Path, form: str) -> int:
    """Find entries of the bibliography by words of author, title, year or key: key, note and entry in the style."""
    return _concluded(_apart("commands.cite", USUAL, folder, query, form), "text", USUAL)


@report.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a project in FOLDER that builds at once."""
    from report.starter import create

    try:
        made = create(folder, _schema())
    except FileExistsError as fault:
        raise click.UsageError(f"{fault}: choose a new folder") from fault
    click.echo("\n".join(str(path) for path in made))
    click.echo(f"\nNow: report build {shlex.quote(str(folder))}", err=True)


@report.command()
@FOLDER
def clean(folder: Path) -> int:
    """Remove the results of the report in FOLDER, and what is kept between builds."""
    from report import cache
    from report.outputs import remove

    ended = _apart("commands.results", USUAL, folder)
    for path in remove(folder.resolve(), tuple(ended.contents)):
        click.echo(str(path))
    cache.of_user().clear()
    return _concluded(ended, "text", USUAL)


@report.command()
@FOLDER
def doctor(folder: Path) -> int:
    """Say what this machine has and lacks, with the command that mends it."""
    from report import confinement, environment

    for part in environment.parts():
        click.echo(f"{part.name} {part.version}")
    click.echo(f"network and programs kept from builds by {'the system' if confinement.can_shut() else 'Report alone'}")
    problems = environment.problems(folder / "out")
    for problem in problems:
        click.echo(f"{'missing' if problem.needed else 'note'}: {problem.message}", err=True)
        click.echo(f"  help: {problem.command}", err=True)
    return ENVIRONMENT if any(problem.needed for problem in problems) else 0


@report.command()
@partial(_with, options=(FOLDER, *_SET, *_LIMITS))
def lsp(folder: Path, limits: Limits, trust: bool, profiles: tuple[str, ...], settings: tuple[str, ...]) -> int:
    """Answer an editor over the language server protocol; FOLDER is for editors that open none."""
    from importlib.util import find_spec

    if not find_spec("pygls"):
        click.echo("the language server is an extra: pip install 'report-brief[lsp]'", err=True)
        return ENVIRONMENT
    from report.lsp.server import Server

    request = Request(folder, "text", False, profiles, settings, (), OUTPUTS[:1], None if trust else limits)
    return Server(request).run()


@report.command()
def schema() -> None:
    """Print the JSON schema of report.yml, for editors."""
    click.echo(_schema(), nl=False)


def _schema() -> str:
    import json

    from report.metadata import schema as of_metadata

    return json.dumps(of_metadata(), indent=2) + "\n"


@report.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(report completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(report, {}, "report", "_REPORT_COMPLETE").source())
