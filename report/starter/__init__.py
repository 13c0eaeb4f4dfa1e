"""A new project: a small report that builds at once and shows how things are written."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

SCHEMA = ".vscode/report.schema.json"
"""Where the editor's settings look for the schema of report.yml."""


def create(folder: Path, schema: str) -> tuple[Path, ...]:
    """Write the starting project into a folder, with the schema of its report.yml for editors; the files made.

    Raises FileExistsError where the folder holds anything, OSError where it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    made = _copied(files("report.starter") / "files", folder)
    (folder / SCHEMA).write_text(schema, "utf-8")
    return (*made, folder / SCHEMA)


def _copied(source: Traversable, target: Path) -> list[Path]:
    made: list[Path] = []
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        path = target / ("." + entry.name.removeprefix("dot-") if entry.name.startswith("dot-") else entry.name)
        if entry.is_dir():
            path.mkdir()
            made.extend(_copied(entry, path))
        else:
            path.write_bytes(entry.read_bytes())
            made.append(path)
    return made
