"""What the command line asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict

from report.limits import Limits

Scheme: TypeAlias = Literal["booklet", "2up"]
"""How two pages stand on each side of a sheet: to be folded and stapled in the middle, or side by side."""

SCHEMES: tuple[Scheme, ...] = ("booklet", "2up")

OUTPUTS = ("pdf", "html")
"""What a report can be built to; the first is built where nothing is said."""


class Choices(Struct, frozen=True):
    """Profiles, settings over `report.yml`, the chapters to print alone, whether it is a draft, what is built."""

    profiles: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    draft: bool = False
    outputs: tuple[str, ...] = OUTPUTS[:1]
    imposed: tuple[Scheme, ...] = ()
    """The files for printing that are made of the PDF."""
    manifest: bool = False
    """Whether what made the results is written beside them."""
    strict: bool = False
    """Whether warnings fail the build: the project cannot lower them then."""


class Request(Struct, frozen=True):
    """What commands that compile a report are asked for."""

    folder: Path
    form: str
    strict: bool
    profiles: tuple[str, ...]
    settings: tuple[str, ...]
    only: tuple[str, ...]
    outputs: tuple[str, ...]
    limits: Limits | None
    """None: what is compiled is trusted."""

    def as_json(self) -> str:
        """The same for another process."""
        import json  # only servers have companions

        return json.dumps(
            {**asdict(self), "folder": str(self.folder.resolve()), "limits": self.limits and asdict(self.limits)}
        )

    @classmethod
    def of_json(cls, text: str) -> Request:
        """What another process was asked for."""
        import json

        given = json.loads(text)
        limits = Limits(**given["limits"]) if given["limits"] else None
        lists = {name: tuple(given[name]) for name in ("profiles", "settings", "only", "outputs")}
        return cls(**{**given, **lists, "folder": Path(given["folder"]), "limits": limits})

    def choices(self, *, draft: bool = False, imposed: tuple[Scheme, ...] = (), manifest: bool = False) -> Choices:
        """What is to be built of it."""
        return Choices(self.profiles, self.settings, self.only, draft, self.outputs, imposed, manifest, self.strict)
