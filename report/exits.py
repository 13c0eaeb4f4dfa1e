"""Exit statuses, and the way out of every exception: one line for the user, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from report import __version__

FAULTY, USAGE, ENVIRONMENT, INTERNAL, INTERRUPTED = 1, 2, 3, 70, 130


def guarded(run: Callable[[], object]) -> int:
    """What `run` returns as an exit status, or that of what it raises; MemoryError is for those who set the limit."""
    try:
        status = run()
    except SystemExit as ending:
        status = ending.code
    except click.ClickException as fault:
        fault.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort) as fault:
        click.echo(f"interrupted: {str(fault.__cause__ or fault) or 'results are as they were'}", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        click.echo(f"report: {fault.filename or 'standard output'}: {fault.strerror or fault}", err=True)
        return ENVIRONMENT
    except MemoryError:
        raise
    except Exception as fault:
        return _internal_error(fault)
    return status if isinstance(status, int) else 0


def leave(run: Callable[[], object]) -> NoReturn:
    """Run a command, and leave with its status."""
    try:
        status = guarded(run)
    except MemoryError:
        click.echo("report: the machine is short of memory", err=True)
        status = ENVIRONMENT
    sys.exit(status)


def _internal_error(fault: Exception) -> int:
    """Say so, and keep what is to be sent: places in the program, and nothing of the author's text."""
    text = _account(fault)
    click.echo("report: a fault of Report itself, not of your text; results are as they were.", err=True)
    kept = _kept(text)
    click.echo(f"Please send this to the project{f', kept in {kept}' if kept else ''}: {text}", err=True)
    return INTERNAL


def _account(fault: BaseException) -> str:
    import platform
    import traceback

    frames = traceback.extract_tb(fault.__traceback__)[-12:]
    return "\n".join(
        (
            f"report {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            *(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
            f"  {type(fault).__name__}",
        )
    )


def _kept(text: str) -> Path | None:
    """The file in which an account is kept; None where there can be none."""
    from report.cache import digest_of, of_user

    folder = of_user().folder
    if folder is None:
        return None
    path = folder / f"fault-{digest_of(text)[:12]}.txt"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(f"{text}\n", "utf-8")
        return path
    return None
