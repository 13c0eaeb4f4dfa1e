"""The tests of `if` and `else-if`. CSL 1.0.2, section "Choose"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from report.csl.context import Context, Position
from report.csl.numbers import is_numeric
from report.csl.style import Element

Test: TypeAlias = Callable[[Context], bool]


def compile_test(element: Element) -> Test:
    """Whether the content of an `if` or `else-if` is rendered."""
    tests = list(_tests(element))
    if len(tests) == 1 and element.get("match") != "none":
        return tests[0]
    match element.get("match"):
        case "any":
            return lambda context: any(test(context) for test in tests)
        case "none":
            return lambda context: not any(test(context) for test in tests)
        case _:
            return lambda context: all(test(context) for test in tests)


def _tests(element: Element) -> Iterator[Test]:
    for name, value in element.attributes.items():
        make = _MAKERS.get(name)
        if make is None:
            continue
        # An item has one type: asking for all of a list at once is what makes long lists cheap.
        single = element.get("match") in ("any", "none") or " " not in value.strip()
        if name in ("type", "locator") and single:
            yield make(frozenset(value.split()))
            continue
        for word in value.split():
            yield make(frozenset((word,)))


def _type(wanted: frozenset[str]) -> Test:
    return lambda context: context.reference.type in wanted


def _variable(wanted: frozenset[str]) -> Test:
    (name,) = wanted
    return lambda context: context.has(name)


def _numeric(wanted: frozenset[str]) -> Test:
    (name,) = wanted
    return lambda context: is_numeric(context.text(name))


def _uncertain(wanted: frozenset[str]) -> Test:
    (name,) = wanted

    def test(context: Context) -> bool:
        date = context.reference.date(name)
        return date is not None and date.circa

    return test


def _locator(wanted: frozenset[str]) -> Test:
    names = frozenset(word.replace("sub verbo", "sub-verbo") for word in wanted)
    return lambda context: bool(context.state.locator) and context.state.label in names


def _disambiguate(wanted: frozenset[str]) -> Test:
    asked = "true" in wanted

    def test(context: Context) -> bool:
        # Conditions become true one after another, only as many as are needed.
        context.conditions += 1
        return (context.conditions <= context.state.disambiguation.conditions) == asked

    return test


def _position(wanted: frozenset[str]) -> Test:
    (name,) = wanted
    match name:
        case "first":
            return lambda context: context.state.position is Position.FIRST
        case "subsequent":
            return lambda context: context.state.position >= Position.SUBSEQUENT
        case "ibid":
            return lambda context: context.state.position >= Position.IBID
        case "ibid-with-locator":
            return lambda context: context.state.position >= Position.IBID_WITH_LOCATOR
        case "near-note":
            return lambda context: context.state.near_note and context.state.position is not Position.NONE
        case _:
            return lambda context: False


_MAKERS: dict[str, Callable[[frozenset[str]], Test]] = {
    "type": _type,
    "variable": _variable,
    "is-numeric": _numeric,
    "is-uncertain-date": _uncertain,
    "locator": _locator,
    "position": _position,
    "disambiguate": _disambiguate,
}
