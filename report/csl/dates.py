"""Dates: localized and own formats, ranges, seasons, eras and the year suffix.

CSL 1.0.2, sections "Date", "Date-part", "Date Ranges", "AD and BC", "Seasons".
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from report.csl.context import Context, Render, Scope
from report.csl.item import Date, DatePoint
from report.csl.looks import decorate, look_of
from report.csl.numbers import ordinal
from report.csl.richtext import PLAIN, Box, Look, Node, parse
from report.csl.style import Element
from report.csl.tree import Text

_SIZE = {"year": 0, "month": 1, "day": 2}
_SHOWN = {"year": ("year",), "year-month": ("year", "month")}


class _Part(Struct, frozen=True):
    """A `date-part` after the localized format and the style's overrides were joined."""

    name: str
    form: str
    look: Look
    case: str
    strip: bool
    delimiter: str
    """Of a range in which this is the largest part that differs."""


class _Format(Struct, frozen=True):
    """A compiled `date`."""

    variable: str
    parts: tuple[_Part, ...]
    between: str
    look: Look
    case: str
    localized: bool


def compile_date(element: Element, scope: Scope) -> Render:
    """What a `date` element does."""
    form = element.get("form")
    pattern = scope.locale.dates.get(form) if form else None
    parts = _localized(element, pattern) if pattern else tuple(map(_part, element.children))
    look = look_of(element)
    between = pattern.get("delimiter") if pattern else element.get("delimiter")
    case = element.get("text-case") or (pattern.get("text-case") if pattern else "")
    compiled = _Format(element.get("variable"), parts, between, replace(look, delimiter=""), case, bool(form))

    def render(context: Context, out: list[Node]) -> None:
        context.called += 1
        if compiled.variable in context.hidden:
            return
        # A date of access would tell cites apart by chance only.
        if context.state.comparing and compiled.variable == "accessed":
            return
        date = context.reference.date(compiled.variable)
        if date is None:
            return
        pending = context.suffix_pending
        context.suffix_pending = pending and _takes_suffix(context, compiled.variable)
        node = sort_node(date, compiled.parts) if context.sorting else _render(context, date, compiled)
        context.suffix_pending = context.suffix_pending or (pending and not _takes_suffix(context, compiled.variable))
        if node is not None:
            context.use(compiled.variable)
            out.append(node)

    return render


def _takes_suffix(context: Context, variable: str) -> bool:
    """The year suffix belongs to the date of issue; to another date, but that of access, if there is none."""
    return variable == "issued" or (variable != "accessed" and context.reference.date("issued") is None)


def _localized(element: Element, pattern: Element) -> tuple[_Part, ...]:
    shown = _SHOWN.get(element.get("date-parts"), ("year", "month", "day"))
    overrides = {child.get("name"): child.attributes for child in element.children}
    parts = []
    for child in pattern.children:
        name = child.get("name")
        if name in shown:
            # Affixes belong to the locale: section "Date" forbids them on the style's overrides.
            own = {key: value for key, value in overrides.get(name, {}).items() if key not in ("prefix", "suffix")}
            parts.append(_part(replace(child, attributes={**child.attributes, **own})))
    return tuple(parts)


def _part(element: Element) -> _Part:
    name = element.get("name")
    default = "numeric" if name == "day" else "long"
    return _Part(
        name=name,
        form=element.get("form") or default,
        look=look_of(element),
        case=element.get("text-case"),
        strip=element.get("strip-periods") == "true",
        delimiter=element.get("range-delimiter", "–"),
    )


def _render(context: Context, date: Date, compiled: _Format) -> Node | None:
    if date.start is None:
        children: tuple[Node, ...] = (Box(parse(date.literal), PLAIN, "date-text"),)
        if context.suffix_pending:
            children += (take_suffix(context),)
        return decorate(context, children, compiled.look, compiled.case, tag="date")
    nodes = _range(context, date.start, date.end, compiled) if date.end else ()
    nodes = nodes or _nodes(context, date.start, compiled.parts)
    if not nodes:
        return None
    if compiled.between:
        nodes = (Box(nodes, Look(delimiter=compiled.between)),)
    return decorate(context, nodes, compiled.look, compiled.case, tag="date")


def _nodes(context: Context, point: DatePoint, parts: tuple[_Part, ...]) -> tuple[Node, ...]:
    return tuple(node for part in parts if (node := _part_node(context, point, part, parts)) is not None)


def _range(context: Context, start: DatePoint, end: DatePoint, compiled: _Format) -> tuple[Node, ...]:
    """The parts of a range; nothing if the two ends look the same."""
    parts = tuple(part for part in compiled.parts if _has(start, part) or _has(end, part))
    if end.year is None:
        nodes = _nodes(context, start, _trimmed(parts, "suffix"))
        return (*nodes, Text("–")) if nodes else ()
    differing = [part for part in parts if _value(start, part) != _value(end, part)]
    if not differing:
        return ()
    largest = min(differing, key=lambda part: _SIZE[part.name])
    moving = [index for index, part in enumerate(parts) if _SIZE[part.name] >= _SIZE[largest.name]]
    first, last = moving[0], moving[-1] + 1
    block = parts[first:last]
    lead = _nodes(context, start, parts[:first])
    pending, context.suffix_pending = context.suffix_pending, False
    before = _nodes(context, start, _trimmed(block, "suffix"))
    context.suffix_pending = pending
    after = _nodes(context, end, _trimmed(block, "prefix"))
    join = Look(delimiter=compiled.between)
    # The range delimiter takes the place of the delimiter between the parts on both its sides.
    moved = Box((Box(before, join), Text(largest.delimiter), Box(after, join)))
    return (*lead, moved, *_nodes(context, end, parts[last:]))


def _trimmed(parts: tuple[_Part, ...], side: str) -> tuple[_Part, ...]:
    if not parts:
        return parts
    if side == "suffix":
        return (*parts[:-1], replace(parts[-1], look=replace(parts[-1].look, suffix="")))
    return (replace(parts[0], look=replace(parts[0].look, prefix="")), *parts[1:])


def _value(point: DatePoint, part: _Part) -> tuple[int, int]:
    match part.name:
        case "year":
            return (point.year or 0, 0)
        case "month":
            return (point.month, point.season)
        case _:
            return (point.day, 0)


def _has(point: DatePoint, part: _Part) -> bool:
    return any(_value(point, part)) or (part.name == "year" and point.year is not None)


def _part_node(context: Context, point: DatePoint, part: _Part, parts: tuple[_Part, ...]) -> Node | None:
    match part.name:
        case "year":
            return _year_node(context, point, part)
        case "month":
            text = _month(context, point, part)
        case _:
            text = _day(context, point, part, parts)
    if not text:
        return None
    if part.strip:
        text = text.replace(".", "")
    return decorate(context, (Text(text),), part.look, part.case, tag=part.name)


def _year_node(context: Context, point: DatePoint, part: _Part) -> Node | None:
    year = point.year
    if year is None:
        return None
    term = context.scope.locale.term
    if year < 0:
        text = f"{-year}{term('bc')}"
    elif part.form == "short":
        text = f"{year % 100:02d}"
    else:
        text = f"{year}{term('ad')}" if year < 1000 else str(year)
    children: tuple[Node, ...] = (Box((Text(text),), PLAIN, "year"),)
    if context.suffix_pending:
        children += (take_suffix(context),)
    return decorate(context, children, part.look, part.case, tag="year-part")


def take_suffix(context: Context) -> Node:
    """The year suffix, to be shown once only."""
    context.suffix_pending = False
    return Box((Text(context.state.year_suffix),), PLAIN, "year-suffix")


def _month(context: Context, point: DatePoint, part: _Part) -> str:
    locale = context.scope.locale
    if point.season and not point.month:
        return locale.term(f"season-{point.season:02d}") if not part.form.startswith("numeric") else ""
    if not point.month:
        return ""
    match part.form:
        case "numeric":
            return str(point.month)
        case "numeric-leading-zeros":
            return f"{point.month:02d}"
        case form:
            return locale.term(f"month-{point.month:02d}", form)


def _day(context: Context, point: DatePoint, part: _Part, parts: tuple[_Part, ...]) -> str:
    # A day without its month is never shown, unless the format has no month at all.
    if not point.day:
        return ""
    match part.form:
        case "numeric-leading-zeros":
            return f"{point.day:02d}"
        case "ordinal":
            locale = context.scope.locale
            if locale.limit_day_ordinals and point.day != 1:
                return str(point.day)
            return ordinal(point.day, locale, locale.gender(f"month-{point.month:02d}"))
        case _:
            return str(point.day)


def sort_node(date: Date, parts: tuple[_Part, ...] | None) -> Node | None:
    """The date as digits that sort like it; with `parts`, only what these would show."""
    if date.start is None:
        return Text(date.literal)
    shown = {part.name for part in parts} if parts is not None else set(_SIZE)
    text = sort_key(date.start, shown)
    if date.end is not None:
        text += f"-{sort_key(date.end, shown)}"
    return Text(text)


_ERA = 100_000


def sort_key(point: DatePoint, shown: set[str]) -> str:
    """Year, month and day with leading zeros, years before Christ below all others: section "Sorting Variables"."""
    year = (point.year or 0) + _ERA if "year" in shown else 0
    month = point.month if "month" in shown else 0
    day = point.day if "day" in shown else 0
    return f"{year:06d}{month:02d}{day:02d}"
