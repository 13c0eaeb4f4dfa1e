"""What `report preview` does: it serves until it is interrupted, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import NoReturn

import click

from report.choices import Request
from report.exits import ENVIRONMENT
from report.preview.editors import editor
from report.preview.session import Session


def show(request: Request, editor_command: str, port: int, *, opens: bool) -> int:
    """Serve the preview; the exit status, which is 0 where it was interrupted: there is no other end."""
    try:
        session = Session(request, editor(editor_command), port)
    except OSError as fault:
        click.echo(f"report: port {port}: {fault.strerror or fault}", err=True)
        return ENVIRONMENT
    signal.signal(signal.SIGTERM, _interrupted)
    with session:
        with suppress(KeyboardInterrupt):
            _announce(session, opens=opens)
            session.run()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # it is ending already
    click.echo("", err=True)
    return 0


def _announce(session: Session, *, opens: bool) -> None:
    click.echo(session.address)
    click.echo("this address is for your browser alone; Ctrl-C ends the preview", err=True)
    if session.editor.problem:
        click.echo(f"note: {session.editor.problem}", err=True)
    if opens and _has_display():
        Thread(target=webbrowser.open, args=(session.address,), daemon=True).start()


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _has_display() -> bool:
    """Whether there is a screen for a browser: one that runs in the terminal would take that over."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
