"""What the generators draw with: a source of chance, and marker words that say whether they must be printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from msgspec import Struct, field

Choice = TypeVar("Choice")

MARKER = r"qz[a-p]{4}x"
"""Marker words, as a pattern: no language has one, and no rule changes one."""


class Sample(Struct, frozen=True):
    """The files of a project, by path, and the words that must be printed of them.

    `printed` is None where the text was changed at random, so that nobody knows what is text in it.
    """

    files: dict[str, bytes]
    main: str
    """The file that is tried."""
    printed: frozenset[str] | None = None


class Draw(Struct):
    """One text in the making."""

    random: Random
    printed: set[str] = field(default_factory=set)
    count: int = 0

    def word(self) -> str:
        """A marker that must be printed."""
        marker = self.hidden()
        self.printed.add(marker)
        return marker

    def hidden(self) -> str:
        """A marker that need not be printed."""
        number, letters = self.count, ""
        for _ in range(4):
            number, rest = divmod(number, 16)
            letters = "abcdefghijklmnop"[rest] + letters
        self.count += 1
        return f"qz{letters}x"

    def one(self, choices: Sequence[Choice]) -> Choice:
        return choices[self.random.randrange(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def several(self, make: Callable[[], str], low: int, high: int, between: str = "") -> str:
        return between.join(make() for _ in range(self.number(low, high)))

    def call(self, makers: Sequence[tuple[int, Callable[[], str]]]) -> str:
        """What one of the makers makes, by their weights."""
        place = self.random.randrange(sum(weight for weight, _ in makers))
        for weight, make in makers:
            place -= weight
            if place < 0:
                return make()
        raise AssertionError
