"""What the command line chooses for a build."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """Profiles, settings over `report.yml`, the chapters to print alone, whether it is a draft."""

    profiles: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    draft: bool = False
