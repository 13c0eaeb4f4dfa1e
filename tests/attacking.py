"""Hostile projects: each is a folder under `attacks/`, and a block of `attacks/EXPECTED.txt` says what must come of it.

    files-chapter-above [2] exit 1
        run     --draft
        make    fifo chapters/02.md
        says    report.yml:2: error[chapter-missing]
        prints  Kept before.
        never   born in the year

The numbers are those of the properties that the attack is about. `run` adds options to the command, `make` makes what a
repository cannot hold (see `recipes.py`), `says` is the diagnostics in order, `prints` must be in every output and
`never` in none. A build that fails must leave old outputs as they were.

Around a project there are canaries: texts that no output, message or left-over file may hold. `__OUTSIDE__` in a file
of a project stands for the folder with the canaries, `__SERVER__` for a server that counts who comes.
`ACCEPT=1 pytest` writes exit status and diagnostics into the table, to be read before it is committed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from recipes import CANARY, RECIPES, secrets

TESTS = Path(__file__).parent
ROOT = TESTS.parent
ATTACKS = TESTS / "attacks"
TABLE = ATTACKS / "EXPECTED.txt"

FOLDER = "drafts-of-jdoe"
"""The folder of every project: a part of its path that no output may tell."""


class Attack(Struct, frozen=True):
    name: str
    properties: tuple[int, ...]
    status: int
    lines: tuple[tuple[str, str], ...]
    """Word and what follows it."""

    def of(self, word: str) -> tuple[str, ...]:
        return tuple(text for name, text in self.lines if name == word)

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option for text in self.of("run") for option in text.split())


def attacks() -> tuple[Attack, ...]:
    return tuple(part for part in _parts() if isinstance(part, Attack))


def _parts() -> list[Attack | str]:
    """The attacks of the table, and the lines between them."""
    parts: list[Attack | str] = []
    for line in TABLE.read_text("utf-8").split("\n"):
        if head := re.fullmatch(r"([a-z]+-[\w-]+) \[([\d, ]+)\] exit (\d+)", line):
            parts.append(Attack(head[1], tuple(map(int, head[2].split(","))), int(head[3]), ()))
        elif line.startswith("    ") and isinstance(last := parts[-1], Attack):
            word, _, text = line.strip().partition(" ")
            parts[-1] = replace(last, lines=(*last.lines, (word, text.strip())))
        else:
            parts.append(line)
    return parts


def accept(attack: Attack, status: int, said: tuple[str, ...]) -> None:
    """Put what was found into the table, whoever else does the same."""
    with (ATTACKS / "sitecustomize.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _put(attack, status, said)


def _put(attack: Attack, status: int, said: tuple[str, ...]) -> None:
    others = tuple(line for line in attack.lines if line[0] != "says")
    place = next((index for index, line in enumerate(others) if line[0] in ("prints", "never")), len(others))
    lines = (*others[:place], *(("says", text) for text in said), *others[place:])
    found = replace(attack, status=status, lines=lines)
    parts = [found if isinstance(part, Attack) and part.name == attack.name else part for part in _parts()]
    TABLE.write_text("\n".join(part if isinstance(part, str) else _written(part) for part in parts), "utf-8")


def _written(attack: Attack) -> str:
    head = f"{attack.name} [{', '.join(map(str, attack.properties))}] exit {attack.status}"
    return "\n".join((head, *(f"    {word:7} {text}".rstrip() for word, text in attack.lines)))


# The ground around a project


class Ground(Struct, frozen=True):
    """Folders of one attack."""

    base: Path

    @property
    def project(self) -> Path:
        return self.base / FOLDER

    @property
    def outside(self) -> Path:
        return self.base / "outside"

    @property
    def temporary(self) -> Path:
        return self.base / "temporary"

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def log(self) -> Path:
        return self.base / "log"


def prepared(attack: Attack, base: Path, server: str) -> Ground:
    """The project in its place, with canaries around it. Raises Impossible."""
    ground = Ground(base)
    shutil.copytree(ATTACKS / attack.name, ground.project, symlinks=True)
    for folder in (ground.outside, ground.temporary, ground.home):
        folder.mkdir()
    _plant(ground.outside)
    for path in ground.project.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            filled = content.replace(b"__OUTSIDE__", os.fsencode(ground.outside)).replace(
                b"__SERVER__", server.encode()
            )
            if filled != content:
                path.write_bytes(filled)
    for recipe in attack.of("make"):
        word, path, *rest = recipe.split(" ", 3 if recipe.startswith("repeat ") else -1)
        (ground.project / path).parent.mkdir(parents=True, exist_ok=True)
        RECIPES[word](ground.project / path, *rest)
    return ground


def _plant(outside: Path) -> None:
    """One file of each kind that a project may read."""
    secret = f"{CANARY}-file"
    for name in ("secret.txt", "secret.md", "secret.csv", "cover.html"):
        (outside / name).write_text(f"{secret}\n")
    (outside / "secret.yml").write_text(f"subtitle: {secret}\n")
    (outside / "secret.css").write_text(f":root {{ --ink: #123 }} /* {secret} */\n")
    (outside / "secret.bib").write_text(f"@book{{secret, title = {{{secret}}}, date = {{2001}}}}\n")
    (outside / "secret.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="30"><text y="20">{secret}</text></svg>'
    )
    secrets(outside / "secret.png", "png")
