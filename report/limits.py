"""What a command may take at most: raised on the command line, never by a project."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace


class Limits(Struct, frozen=True):
    """The limits of one command that works on a project."""

    memory: int = 4096
    """MiB of address space, of each process."""
    cpu: int = 120
    """Seconds of processor time for the layout of a chapter, and for all else together."""
    wall: int = 900
    """Seconds for the whole command."""
    output: int = 512
    """MiB of all results together."""


USUAL = Limits()

NAMES = Limits.__struct_fields__

CODES = {
    "memory": ("limit-memory", "MiB of memory"),
    "cpu": ("limit-cpu", "s of processor time"),
    "wall": ("limit-wall", "s"),
    "output": ("limit-output", "MiB of results"),
}
"""The code of the diagnostic for each limit, and what it counts."""


def raised(given: Iterable[str]) -> Limits:
    """The limits with some set as `name=number`. Raises ValueError for another form."""
    limits = USUAL
    for setting in given:
        name, _, number = setting.partition("=")
        if name not in NAMES or not (number.isascii() and number.isdigit() and 0 < int(number[:9]) == int(number)):
            raise ValueError(f"`{setting}` is no limit: write {', '.join(f'{known}=N' for known in NAMES)}")
        limits = replace(limits, **{name: int(number)})
    return limits
