"""What the command line chooses for a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scheme: TypeAlias = Literal["booklet", "2up"]
"""How two pages stand on each side of a sheet: to be folded and stapled in the middle, or side by side."""

SCHEMES: tuple[Scheme, ...] = ("booklet", "2up")

OUTPUTS = ("pdf", "html")
"""What a report can be built to; the first is built where nothing is said."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Profiles, settings over `report.yml`, the chapters to print alone, whether it is a draft, what is built."""

    profiles: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    draft: bool = False
    outputs: tuple[str, ...] = OUTPUTS[:1]
    imposed: tuple[Scheme, ...] = ()
    """The files for printing that are made of the PDF."""
