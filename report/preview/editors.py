"""The author's editor: which it is, and the command that opens a file in it at a line."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from threading import Thread

from msgspec import Struct

VARIABLES = ("REPORT_EDITOR", "VISUAL", "EDITOR")
"""Where it is looked for which editor it is, if the command line does not say."""

_AT_COLUMN = "{file}:{line}:{column}"

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("code", "code-insiders", "codium", "cursor", "windsurf"), ("-g", _AT_COLUMN)),
    **dict.fromkeys(("zed", "zeditor", "subl", "sublime_text"), (_AT_COLUMN,)),
    **dict.fromkeys(("emacs", "emacsclient"), ("-n", "+{line}:{column}", "{file}")),
    **dict.fromkeys(("vim", "gvim", "mvim"), ("--remote-silent", "+{line}", "{file}")),
    **dict.fromkeys(("kate", "kwrite"), ("--line", "{line}", "--column", "{column}", "{file}")),
    **dict.fromkeys(("idea", "pycharm", "webstorm"), ("--line", "{line}", "--column", "{column}", "{file}")),
    **dict.fromkeys(("gedit", "gnome-text-editor"), ("+{line}:{column}", "{file}")),
    "mate": ("-l", "{line}:{column}", "{file}"),
}
"""What known editors are given, by the names of their commands."""

PROGRAMS = {"emacs": "emacsclient"}
"""Commands that others stand for: these open the file in the editor that runs."""

IN_TERMINAL = frozenset(("vi", "nvim", "nano", "hx", "helix", "micro", "kak", "ed", "joe", "pico", "mcedit", "ne"))
"""Editors that need a terminal of their own."""


class Editor(Struct, frozen=True):
    """A command, in the parts of which `{file}`, `{line}` and `{column}` stand for the place."""

    command: tuple[str, ...] = ()
    problem: str = ""
    """Why there is none."""

    def open(self, path: Path, line: int, column: int) -> str:
        """Open a file at a place; what is wrong, or nothing."""
        if self.problem:
            return self.problem
        values = {"file": str(path), "line": str(line), "column": str(column)}
        program, *parts = (_PLACE.sub(lambda found: values[found[1]], part) for part in self.command)
        found = shutil.which(program)
        if found is None:
            return f"`{program}` is not installed"
        if found.lower().endswith((".cmd", ".bat")) and _STEERS.search("".join(parts)):
            return "the file's name would be taken for a command"
        return _begun([found, *parts])


_PLACE = re.compile(r"\{(file|line|column)\}")

_STEERS = re.compile(r'["%&|<>^!\r\n]')
"""What a batch file of Windows takes for more than text."""


def _begun(command: list[str]) -> str:
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    except OSError as fault:
        return f"`{command[0]}` cannot be started: {fault.strerror or fault}"
    Thread(target=process.wait, daemon=True).start()
    return ""


def editor(given: str, environment: Mapping[str, str] = os.environ) -> Editor:
    """The editor that is named, or that the environment names."""
    named = given or next(filter(None, (environment.get(name, "").strip() for name in VARIABLES)), "")
    parts: list[str] = []
    with suppress(ValueError):
        parts = shlex.split(named, posix=os.name == "posix")
    if not parts:
        return Editor(problem=f"no editor is known: set --editor or ${VARIABLES[0]}, such as `code`")
    if any(_PLACE.search(part) for part in parts):
        return Editor(tuple(parts))
    name = PurePath(parts[0]).stem.lower()
    if name in IN_TERMINAL or (name == "emacs" and {"-nw", "--no-window-system"} & set(parts)):
        return Editor(problem=f"`{parts[0]}` needs a terminal: set --editor or ${VARIABLES[0]} to another command")
    if name in PROGRAMS:
        return Editor((PROGRAMS[name], *ARGUMENTS[name]))
    waits = ("-w", "--wait", "-f", "--nofork")
    own = tuple(part for part in parts if part not in waits)
    return Editor((*own, *ARGUMENTS.get(name, ("{file}",))))
