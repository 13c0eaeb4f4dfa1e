"""Dates by EDTF (ISO 8601-2), levels 0 and 1, as written in timelines, on covers and in bibliographies."""

from __future__ import annotations

import re
from calendar import monthrange

from msgspec import Struct

from report.words import words

_DATE = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX|Y-?\d{5,9})(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?"
    r"(?:T[\d:]+(?:Z|[+-]\d{2}:?\d{2})?)?(?P<marks>[?~%]{0,2})"
)
_OPEN = ("", "..", "*", "open", "unknown")
"""Ends of an interval that are not given: EDTF's, and those of biblatex."""


class Date(Struct, frozen=True):
    """A day, month, season or year; 0 where a part is not given. Years are astronomical: 0 is 1 BC."""

    year: int
    month: int = 0
    day: int = 0
    season: int = 0
    """1 spring, 2 summer, 3 autumn, 4 winter."""
    uncertain: bool = False
    approximate: bool = False
    unspecified: str = ""
    """The year as written where digits are unknown: `200X`; `year` is then its earliest."""

    @property
    def last_year(self) -> int:
        """The latest year that unknown digits allow."""
        return int(self.unspecified.replace("X", "9")) if self.unspecified else self.year

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """Earlier dates first; a year before its months."""
        return self.year, self.month or self.season * 3, self.day


class Interval(Struct, frozen=True):
    """From one date to another; None where it is open or unknown."""

    start: Date | None
    end: Date | None

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """Where it begins; an open beginning comes first."""
        return self.start.sort_key if self.start else (-(10**9), 0, 0)


def parse(text: str) -> Date | Interval | None:
    """The date or interval in a text, None where it is neither."""
    text = text.strip()
    if "/" not in text:
        return _date(text)
    first, _, last = (part.strip() for part in text.partition("/"))
    start, end = _date(first), _date(last)
    if (start is None and first not in _OPEN) or (end is None and last not in _OPEN) or not (start or end):
        return None
    return Interval(start, end)


def _date(text: str) -> Date | None:
    """One date; `U` and small letters for unknown digits are read as `X`, as biblatex does."""
    found = _DATE.fullmatch(re.sub("(?<=[0-9-])[xuU]|(?<=X)[xuU]", "X", text))
    if found is None:
        return None
    year, month, day = found["year"].removeprefix("Y"), _number(found["month"]), _number(found["day"])
    season = month - 20 if 21 <= month <= 24 and not found["day"] else 0
    if not season and not _exists(year, found["month"], found["day"]):
        return None
    marks = found["marks"]
    return Date(
        int(year.replace("X", "0")),
        0 if season else month,
        day,
        season,
        uncertain="?" in marks or "%" in marks,
        approximate="~" in marks or "%" in marks,
        unspecified=year if "X" in year else "",
    )


def _exists(year: str, month: str | None, day: str | None) -> bool:
    """Whether the calendar has such a date; unknown digits fit everywhere, but no month goes with an unknown year."""
    if month is None:
        return True
    if "X" in year or not (month == "XX" or 1 <= int(month) <= 12):
        return False
    if day is None or day == "XX" or month == "XX":
        return True
    return 1 <= int(day) <= monthrange(int(year) % 400 + 400, int(month))[1]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def written(value: Date | Interval, language: str) -> str:
    """The date in words of a language (BCP 47): `19 August 2009`, `August 2006 – August 2007`, `c. 2007`."""
    if isinstance(value, Date):
        return _written(value, language)
    parts = [_written(part, language) if part else "…" for part in (value.start, value.end)]
    return " – ".join(parts)


def _written(date: Date, language: str) -> str:
    if date.unspecified:
        text = _unspecified(date.unspecified, language)
    elif date.month and 0 < date.year < 10_000:
        text = _calendar(date, language)
    else:
        year = str(date.year) if date.year > 0 else f"{1 - date.year} BC"
        text = f"{words(language).seasons[date.season - 1]} {year}" if date.season else year
    return (f"{words(language).about} " if date.approximate else "") + text + ("?" if date.uncertain else "")


def _unspecified(year: str, language: str) -> str:
    """`201X` as a decade; other unknown digits as dashes."""
    if re.fullmatch(r"\d{3}X", year):
        return words(language).decade.format(year.replace("X", "0"))
    return year.replace("X", "–")


def _calendar(date: Date, language: str) -> str:
    from datetime import date as day_of

    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_skeleton

    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    day = day_of(date.year, date.month, date.day or 1)
    return str(format_date(day, "long", locale) if date.day else format_skeleton("yMMMM", day, locale=locale))
