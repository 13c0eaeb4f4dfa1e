"""CSL-JSON items made regular: names with their parts, dates with their parts, everything else as text.

Nothing here trusts its input; what cannot be understood becomes text or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

Item: TypeAlias = Mapping[str, Any]
"""CSL-JSON: at least an `id`, a str."""

_NAMES = """
    author chair collection-editor compiler composer container-author contributor curator director editor
    editor-translator editorial-director executive-producer guest host illustrator interviewer narrator
    organizer original-author performer producer recipient reviewed-author script-writer series-creator
    translator
"""
NAME_VARIABLES = frozenset(_NAMES.split())
DATE_VARIABLES = frozenset(["accessed", "available-date", "event-date", "issued", "original-date", "submitted"])
_NUMBERS = """
    chapter-number citation-number collection-number edition first-reference-note-number issue locator number
    number-of-pages number-of-volumes page page-first part-number printing-number section supplement-number
    version volume
"""
NUMBER_VARIABLES = frozenset(_NUMBERS.split())


class Name(Struct, frozen=True):
    """A person, or a body if `literal` is set; parts that are absent are empty."""

    family: str = ""
    given: str = ""
    dropping: str = ""
    non_dropping: str = ""
    suffix: str = ""
    comma_suffix: bool = False
    static: bool = False
    """The order of the parts never changes (`static-ordering`)."""
    literal: str = ""


class DatePoint(Struct, frozen=True):
    """A day, month, season or year; 0 for parts that are absent, `year` None for an open end."""

    year: int | None = None
    month: int = 0
    day: int = 0
    season: int = 0
    """1 spring to 4 winter."""


class Date(Struct, frozen=True):
    """A date, a range (`end` set), or a text that is no date."""

    start: DatePoint | None = None
    end: DatePoint | None = None
    circa: bool = False
    literal: str = ""


class Reference:
    """One item with its variables read when first asked for."""

    __slots__ = ("_dates", "_names", "_texts", "id", "raw", "type")

    def __init__(self, item: Item) -> None:
        self.id = str(item.get("id", ""))
        self.type = str(item.get("type") or "document")
        self.raw = _with_note_fields(item)
        self._names: dict[str, tuple[Name, ...]] = {}
        self._dates: dict[str, Date | None] = {}
        self._texts: dict[str, str] = {}

    def names(self, variable: str) -> tuple[Name, ...]:
        """The names of a name variable."""
        if variable not in self._names:
            self._names[variable] = _read_names(self.raw.get(variable))
        return self._names[variable]

    def date(self, variable: str) -> Date | None:
        """The date of a date variable; None if there is nothing to show."""
        if variable not in self._dates:
            self._dates[variable] = read_date(self.raw.get(variable))
        return self._dates[variable]

    def text(self, variable: str) -> str:
        """A standard or number variable as CSL-JSON's mini-HTML."""
        found = self._texts.get(variable)
        if found is None:
            found = self._text(variable)
            if variable in NUMBER_VARIABLES:
                found = found.replace("&amp;", "&")
            self._texts[variable] = found
        return found

    def _text(self, variable: str) -> str:
        value = _scalar(self.raw.get(variable))
        virtual = _VIRTUAL.get(variable)
        return value or (virtual(self) if virtual else "")

    def short(self, variable: str) -> str:
        """The short form of a variable; empty if there is none."""
        value = _scalar(self.raw.get(f"{variable}-short")) or _scalar(self.raw.get(f"short{variable.title()}"))
        if not value and variable == "container-title":
            value = _scalar(self.raw.get("journalAbbreviation"))
        return value

    def has(self, variable: str) -> bool:
        """Whether the long form of a variable is not empty."""
        if variable in NAME_VARIABLES:
            return bool(self.names(variable))
        if variable in DATE_VARIABLES:
            return self.date(variable) is not None
        return bool(self.text(variable))


_NOTE_FIELD = re.compile(r"([a-zA-Z-]+): *(.*)\Z")


def _with_note_fields(item: Item) -> Item:
    """The item with the variables that its note starts with, one "name: value" a line, as Zotero exports them."""
    note = item.get("note")
    if not isinstance(note, str) or not _NOTE_FIELD.match(note.partition("\n")[0]):
        return item
    found: dict[str, Any] = {}
    lines = note.split("\n")
    while lines and (match := _NOTE_FIELD.match(lines[0])) and match[1] in _NOTE_VARIABLES:
        _add_note_field(found, match[1], match[2].strip())
        lines.pop(0)
    return {**found, **item, "note": "\n".join(lines)} if found else item


def _add_note_field(found: dict[str, Any], variable: str, value: str) -> None:
    if variable in NAME_VARIABLES:
        family, bar, given = value.partition("||")
        name = {"family": family.strip(), "given": given.strip()} if bar else {"literal": value}
        found.setdefault(variable, []).append(name)
    else:
        found[variable] = {"raw": value} if variable in DATE_VARIABLES else value


_STANDARD = """
    archive archive_collection archive_location archive-place authority call-number citation-label
    collection-title collection-title-short container-title container-title-short dimensions division DOI
    event-place event-title genre ISBN ISSN jurisdiction language license medium original-publisher
    original-publisher-place original-title part-title PMCID PMID publisher publisher-place references
    reviewed-genre reviewed-title scale source status title-short URL volume-title
"""
_NOTE_VARIABLES = NAME_VARIABLES | DATE_VARIABLES | NUMBER_VARIABLES | frozenset(_STANDARD.split())


def _scalar(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_scalar, value)))
    return ""


def _first_page(reference: Reference) -> str:
    match = re.match(r"\s*([^\s\-–,&;]+)", reference.text("page"))
    return match[1] if match else ""


def _title_short(reference: Reference) -> str:
    return _scalar(reference.raw.get("shortTitle"))


_VIRTUAL: dict[str, Callable[[Reference], str]] = {
    "page-first": _first_page,
    "title-short": _title_short,
    "container-title-short": lambda reference: reference.short("container-title"),
    "event": lambda reference: _scalar(reference.raw.get("event-title")),
    "event-title": lambda reference: _scalar(reference.raw.get("event")),
}


def _read_names(value: object) -> tuple[Name, ...]:
    if isinstance(value, Mapping | str):
        value = [value]
    if not isinstance(value, list | tuple):
        return ()
    names = (_read_name(name) for name in value)
    return tuple(name for name in names if name is not None)


_LEADING = re.compile(r"((?:['’]?[^\W\d_A-Z][\w.]*(?:['’]|\s+|-(?=[A-ZÀ-Þ])))+)(?=\S)")
_TRAILING = re.compile(r"(?<=\S)\s+((?:[^\W\d_A-Z][\w.]*['’]?(?:\s+|\Z))+)\Z")
_COMMA_SUFFIX = re.compile(r"\A(.*?),(!?)\s*([^,]+)\Z")


def _read_name(value: object) -> Name | None:
    if isinstance(value, str):
        return Name(literal=value) if value.strip() else None
    if not isinstance(value, Mapping):
        return None
    part = {key: _scalar(value.get(key)).strip() for key in _PARTS}
    if part["literal"] and not part["family"]:
        return Name(literal=part["literal"])
    if not part["family"] and not part["given"]:
        return None
    name = Name(
        family=part["family"],
        given=part["given"],
        dropping=part["dropping-particle"],
        non_dropping=part["non-dropping-particle"],
        suffix=part["suffix"],
        comma_suffix=bool(value.get("comma-suffix")),
        static=bool(value.get("static-ordering")),
    )
    named = "dropping-particle" in value or "non-dropping-particle" in value
    return _find_particles(name, named)


_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")


def _find_particles(name: Name, named: bool) -> Name:
    """Small words before the family or after the given name taken for particles, unless the item has keys for them."""
    family, given, suffix, comma = name.family, name.given, name.suffix, name.comma_suffix
    dropping, non_dropping = name.dropping, name.non_dropping
    if not suffix and (match := _COMMA_SUFFIX.match(given)):
        given, suffix, comma = match[1], match[3], bool(match[2])
    if len(family) > 1 and family[0] == family[-1] == '"':
        family = family[1:-1]
    elif not named and family:
        if (match := _LEADING.match(family)) and _is_particle(match[1]):
            non_dropping, family = match[1].strip(), family[match.end() :]
        match = _TRAILING.search(given)
        if match and _is_particle(match[1]):
            dropping, given = match[1].strip(), given[: match.start()]
    return Name(family, given, dropping, non_dropping, suffix, comma, name.static, name.literal)


def _is_particle(text: str) -> bool:
    return text == text.lower()


def read_date(value: object) -> Date | None:
    """A CSL-JSON date in any of its forms: date-parts, raw, literal, or a plain string."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        value = {"raw": str(value)}
    if not isinstance(value, Mapping):
        return None
    circa = bool(value.get("circa")) and str(value.get("circa")).lower() not in ("false", "0")
    points = _date_parts(value.get("date-parts"), value.get("season"))
    if points:
        return Date(points[0], points[1] if len(points) > 1 else None, circa)
    if literal := _scalar(value.get("literal")).strip():
        return Date(circa=circa, literal=literal)
    if raw := _scalar(value.get("raw")).strip():
        return parse_raw(raw, circa)
    return None


def _date_parts(value: object, season: object) -> list[DatePoint]:
    if not isinstance(value, list | tuple) or not value:
        return []
    rows = value if isinstance(value[0], list | tuple) else [value]
    points = []
    for index, row in enumerate(rows[:2]):
        point = _point(row, _season(season) if index == 0 else 0)
        if point.year is not None:
            points.append(point)
        elif index == 1:
            points.append(DatePoint())
    return points if points and points[0].year is not None else []


def _point(row: object, season: int) -> DatePoint:
    if not isinstance(row, list | tuple):
        return DatePoint()
    numbers = [_integer(part) for part in row[:3]] + [None] * 3
    year, month, day = numbers[0], numbers[1] or 0, numbers[2] or 0
    if year is None or year == 0:
        return DatePoint()
    if 13 <= month <= 24:
        return DatePoint(year, 0, 0, (month - 13) % 4 + 1)
    if not 1 <= month <= 12:
        return DatePoint(year, 0, 0, season)
    return DatePoint(year, month, day if 1 <= day <= 31 else 0, 0)


def _integer(value: object) -> int | None:
    try:
        return int(str(value).strip())
    except ValueError:
        return None


def _season(value: object) -> int:
    text = _scalar(value).strip().lower()
    number = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}.get(text) or _integer(text) or 0
    return number if 1 <= number <= 4 else number - 20 if 21 <= number <= 24 else 0


_EDTF = re.compile(r"(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?[T\d:Z+-]*([?~%]?)\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_raw(text: str, circa: bool) -> Date:
    """A date written as EDTF or in English words; other text comes back as it is."""
    for separator in ("/", " - ", "–", " to "):
        first, found, second = text.partition(separator)
        if found and (start := _raw_point(first)):
            end = _raw_point(second) if second.strip(" .") else (DatePoint(), False)
            if end:
                return Date(start[0], end[0], circa or start[1] or end[1])
    single = _raw_point(text)
    return Date(single[0], None, circa or single[1]) if single else Date(circa=circa, literal=text)


def _raw_point(text: str) -> tuple[DatePoint, bool] | None:
    text = text.strip()
    if match := _EDTF.match(text):
        point = _point([match[1], match[2] or 0, match[3] or 0], 0)
        return (point, bool(match[4])) if point.year is not None else None
    words = re.findall(r"[^\W\d_]+|\d+", text)
    numbers = [_integer(word) or 0 for word in words if word.isdecimal()]
    names = [word.lower() for word in words if not word.isdecimal()]
    years = [number for number in numbers if number > 31]
    if len(years) != 1 or len(names) > 1 or len(numbers) > 2 or (not names and len(numbers) > 1):
        return None
    day = next((number for number in numbers if number <= 31), 0)
    if not names:
        return DatePoint(years[0]), False
    if season := _season(names[0]):
        return DatePoint(years[0], 0, 0, season), False
    month = _MONTHS.index(names[0][:3]) + 1 if names[0][:3] in _MONTHS else 0
    return (DatePoint(years[0], month, day), False) if month else None
