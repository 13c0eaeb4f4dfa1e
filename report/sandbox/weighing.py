"""What values weigh, and how large what is made of them may be, found out before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from report.sandbox.lists import MULTIPLYING, WIDENING

LIMIT_CHARACTERS = 2_000_000
"""What the templates of one chapter may produce, and the longest text that they may work with."""

LIMIT_STEPS = 2_000_000
"""Passes of loops, calls, filters and values that one chapter's templates may take."""

CHARACTERS_A_STEP = 2
"""How much text one step makes."""

LIMIT_INCLUDES = 1_000
"""Files that one chapter may include, extend or import, each as often as it does."""

LIMIT_SOURCE = 1_000_000
"""Characters of all templates of one chapter."""

LIMIT_TAGS = 10_000
"""Tags in all templates of one chapter."""

STEPS_A_CALL = 10
"""What a call of a macro or a filter is worth, next to a pass of a loop."""

LIMIT_BITS = 4_096
"""The length of a whole number: some 1,200 digits."""

LIMIT_RANGE = 100_000
"""Numbers in a range."""


class Refused(Exception):
    """A template does what it may not: code and message of a diagnostic, a hint, and the file where it is known."""

    def __init__(self, code: str, message: str, hint: str = "", path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.path = path


class TooMuchText(Refused):
    """The templates print more than is allowed; `piece` is the one too many."""

    def __init__(self, piece: str) -> None:
        super().__init__("template-length", f"the templates make more than {LIMIT_CHARACTERS:,} characters")
        self.piece = piece


class Counted:
    """Values for a loop, each of which is paid for when its turn comes."""

    def __init__(self, spend: Callable[[int], None], values: Any, steps: int) -> None:
        self.spend = spend
        self.values = values
        self.steps = steps

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        spend, steps = self.spend, self.steps
        for value in self.values:
            spend(steps)
            yield value


CONTAINERS = (list, tuple, set, frozenset, dict)


def weight(value: Any, characters_a_step: int = CHARACTERS_A_STEP) -> int:
    """The steps that a value is worth: itself, the values within it, and their characters.

    Raises Refused for one that is worth more than all there are; a value in two places counts twice.
    """
    total = 0
    waiting: list[Iterator[Any]] = [iter((value,))]
    while waiting:
        for one in waiting[-1]:
            total += 1
            if isinstance(one, str):
                total += len(one) // characters_a_step
            elif isinstance(one, range | Counted):
                total += len(one)
            elif isinstance(one, CONTAINERS):
                waiting.append(_within(one))
                break
            if total > LIMIT_STEPS:
                raise Refused("template-length", "this value is too large", "make it shorter")
        else:
            waiting.pop()
    return total


def _within(value: Any) -> Iterator[Any]:
    return (part for pair in value.items() for part in pair) if isinstance(value, dict) else iter(value)


def check_growth(name: str, value: Any, given: Any) -> None:
    """Refuse what would make too long a text, before it is made."""
    if name in WIDENING:
        reach = _reach(given, LIMIT_CHARACTERS)
    elif name in MULTIPLYING:
        reach = _reach(given, 1)
    else:
        return
    if (weight(value, 1) + 1) * (1 + reach) > LIMIT_CHARACTERS:
        raise Refused("template-length", f"'{name}' makes too long a text here", "make it shorter")


def _reach(given: Any, largest: int) -> int:
    """How much longer arguments can make a value: their characters, and the size of numbers up to the largest."""
    if isinstance(given, dict):
        return sum(_reach(one, largest) for pair in given.items() for one in pair)
    if isinstance(given, list | tuple):
        return sum(_reach(one, largest) for one in given)
    if isinstance(given, str):
        return len(given)
    return min(abs(given), largest) if isinstance(given, int) else 1


def check_bits(bits: int) -> None:
    """Raises Refused for a whole number of more bits than are allowed."""
    if bits > LIMIT_BITS:
        raise Refused("template-length", "this number is too long")


def check_operands(sign: str, left: Any, right: Any) -> None:
    """Refuse what would make too large a value, before it is made."""
    if sign == "**" and isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() * max(0, min(right, LIMIT_BITS + 1)) if left not in (-1, 0, 1) else 0)
    elif sign == "*" and isinstance(left, int) and isinstance(right, int):
        check_bits(left.bit_length() + right.bit_length() - 1)
    elif sign == "*":
        for value, times in ((left, right), (right, left)):
            if (
                isinstance(times, int)
                and isinstance(value, (str, *CONTAINERS))
                and weight(value, 1) * times > LIMIT_CHARACTERS
            ):
                raise Refused("template-length", "this value is too large", "make it shorter")
    elif sign == "+" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) > LIMIT_CHARACTERS:
        raise Refused("template-length", "this text is too long", "make it shorter")
