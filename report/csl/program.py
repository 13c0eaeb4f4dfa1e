"""A style compiled for a language: what is the same for every document and worth keeping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from report.csl.context import Context, Scope
from report.csl.locale import Locale, resolve_locale
from report.csl.looks import look_of
from report.csl.names import INHERITABLE
from report.csl.render import compile_layout
from report.csl.richtext import PLAIN, Look, Node
from report.csl.sorting import SortKey, compile_keys
from report.csl.style import Element, Style, called_macro


class Area(Struct, frozen=True, eq=False):
    """The compiled `citation` or `bibliography`."""

    scope: Scope
    layout: Callable[[Context], Node]
    look: Look
    """Affixes, formatting and delimiter of the `layout`."""
    keys: tuple[SortKey, ...]
    options: Mapping[str, str]
    bare_names: bool
    """The layout itself has `names`, rather than a macro it calls."""


class Program(Struct, frozen=True, eq=False):
    """A style and a locale, compiled."""

    style: Style
    locale: Locale
    warnings: tuple[str, ...]
    looks_back: bool
    """Whether a cite shows in which note its item was first cited, or depends on how far back it was cited last."""
    citation: Area
    bibliography: Area | None


@lru_cache(maxsize=8)
def compile_style(style: Style, locale: str) -> Program:
    """The program of a style; `locale` empty stands for the style's default."""
    resolved, warnings = resolve_locale(style, locale or style.default_locale or "en-US")
    assert style.citation is not None
    elements = [area for area in (style.citation, style.bibliography) if area is not None]
    asked = frozenset(pair for area in elements for pair in _asked(style, area))
    areas = {area.name: _area(style, resolved, area, ("text", "year-suffix") in asked) for area in elements}
    looks_back = any(word in ("first-reference-note-number", "near-note") for _, word in asked)
    return Program(style, resolved, warnings, looks_back, areas["citation"], areas.get("bibliography"))


def _area(style: Style, locale: Locale, element: Element, explicit: bool) -> Area:
    inherited = {**style.root.attributes, **element.attributes}
    names = {key: value for key, value in inherited.items() if key in INHERITABLE}
    scope = Scope(style, locale, element, names, explicit_suffix=explicit)
    layout = element.child("layout")
    return Area(
        scope=scope,
        layout=compile_layout(scope),
        look=look_of(layout) if layout is not None else PLAIN,
        keys=compile_keys(scope),
        options=element.attributes,
        bare_names=layout is not None and any(child.name == "names" for child in layout.walk()),
    )


def _asked(style: Style, area: Element) -> Iterator[tuple[str, str]]:
    """The variables and positions that an area asks for, each with the kind of element that does."""
    seen: set[str] = set()
    waiting = [area]
    while waiting:
        for element in waiting.pop().walk():
            for attribute in ("variable", "position"):
                if attribute in element.attributes:
                    yield from ((element.name, word) for word in element.attributes[attribute].split())
            name = called_macro(element)
            if name is not None and name not in seen:
                seen.add(name)
                waiting.append(style.macros[name])
