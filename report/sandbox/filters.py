"""Filters and functions of our own, in place of Jinja's that could make too much or look too far."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable
from string import Formatter
from typing import Any

import jinja2
from jinja2.filters import do_round, make_attrgetter
from markupsafe import escape

from report.sandbox.weighing import LIMIT_RANGE, Refused


def numbers(*bounds: int) -> range:
    """Numbers from and to; raises Refused for too many or too large ones."""
    found = range(*bounds)
    if max(map(abs, bounds)) > 10**12 or len(found) > LIMIT_RANGE:
        raise Refused("template-length", f"this range has more than {LIMIT_RANGE:,} numbers", "loop over less")
    return found


def escaped(value: Any) -> Any:
    """The text with what HTML reads as marks written as entities."""
    return escape(value)


@jinja2.pass_environment
def total(environment: jinja2.Environment, values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """The sum of numbers."""
    found = [*(values if attribute is None else map(make_attrgetter(environment, attribute), values))]
    wrong = next((value for value in (*found, start) if not isinstance(value, int | float)), None)
    if wrong is not None:
        raise TypeError("only numbers have a sum")
    return functools.reduce(operator.add, found, start)


def rounded(value: Any, precision: int = 0, method: Any = "common") -> Any:
    """The number with so many digits behind its point."""
    if abs(precision) > 99:
        raise Refused("template-length", "a precision has two digits at most")
    return do_round(value, precision, method)


_WIDE = re.compile(r"[0-9]{3}|\*|[{]")
"""A width in a format of three digits or more, or one that is itself a value."""

_PERCENT = re.compile(r"%(?:\([^()]*\))?([-+ #0]*(?:[0-9]+|\*)?(?:\.(?:[0-9]+|\*))?)")


def formatted(value: str, *args: Any, **kwargs: Any) -> str:
    """Values in a pattern: `"%.1f" | format(x)`."""
    return in_percents(value, kwargs or args)


def in_percents(pattern: str, values: Any) -> str:
    """A pattern with values for its `%`; widths have two digits at most."""
    if any(_WIDE.search(found[1]) for found in _PERCENT.finditer(pattern)):
        raise Refused("template-length", "a width has two digits at most")
    made: str = pattern % values
    return made


def check_braces(text: str) -> None:
    """Raises Refused for a pattern of `str.format` with a width of three digits or more, or one that is a value."""
    if any(_WIDE.search(spec or "") for _, _, spec, _ in Formatter().parse(text)):
        raise Refused("template-length", "a width has two digits at most")


class BlindFormatter(Formatter):
    """`str.format` that looks into no value."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        """The value that a field names."""
        if re.search(r"[.\[]", field_name):
            raise Refused("template-forbidden", "a format names whole values alone")
        return super().get_field(field_name, args, kwargs)
