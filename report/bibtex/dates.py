"""Dates of entries as CSL-JSON: EDTF levels 0 and 1 (ISO 8601-2) as the biblatex manual, section "Date and Time
Specifications", reads them, and the `year`, `month` and `day` of BibTeX.

Years count astronomically in the file (year 0 is 1 BC) and without a zero in CSL (-1 is 1 BC). Of `?`, `~` and `%` CSL
knows one, `circa`. A season is `season` 1 to 4 in a single date, month 21 to 24 in a range. An open end is the part
`[0]`.
"""

from __future__ import annotations

import re
from calendar import monthrange

from report.edtf import Date, Interval, parse

CslDate = dict[str, object]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
_MONTH_WORD = re.compile(r"[a-z]{3,}")
_YEAR = re.compile(
    r"(?P<circa>ca?\.?\s*|circa\s+|about\s+|~)?\[?(?P<year>-?\d{1,4})(?P<doubt>\s*[?~%])?\]?\??",
    re.IGNORECASE,
)
_MONTH_AND_YEAR = re.compile(r"(?P<month>[A-Za-z]{3,}\.?),?\s+(?P<year>\d{4})")
_YEARS = re.compile(r"(?P<first>\d{3,4})\s*(?:-{1,3}|–|/)\s*(?P<last>\d{2,4})?")
_LITERALS = frozenset(
    (
        *("in press", "in print", "forthcoming", "submitted", "in preparation", "to appear", "accepted"),
        *("under review", "inpress", "inpreparation", "prepublished", "no date", "undated"),
        *("n.d.", "n. d.", "nd", "s.a.", "s.d."),
        *("o.j.", "o. j.", "im druck", "im erscheinen", "sous presse", "à paraître"),
    )
)

Point = tuple[int, ...]
"""Year, and month or season (21 to 24), and day."""


def edtf(text: str) -> CslDate | None:
    """The date or range of dates that the text names; nothing where it is no such date."""
    match parse(text):
        case None:
            return None
        case Interval(start=start, end=end):
            doubt = any(date and (date.uncertain or date.approximate) for date in (start, end))
            return _csl(_point(start), (_csl_year(end.last_year), *_point(end)[1:]) if end else (0,), doubt)
        case Date() as date:
            last = (_csl_year(date.last_year),) if date.unspecified else None
            return _csl(_point(date), last, date.uncertain or date.approximate)


def _point(date: Date | None) -> Point:
    """Year, month and day as far as they are given; a season as month 21 to 24."""
    if date is None:
        return (0,)
    month = 20 + date.season if date.season else date.month
    return (_csl_year(date.year), *(part for part in (month, date.day) if part))


def from_parts(year: str, month: str, day: str) -> CslDate | None:
    """The date of BibTeX's fields; a year that is none, such as "in press", is nothing."""
    written = _MONTH_AND_YEAR.fullmatch(year.strip())
    if written and _months(written["month"]):
        year, month = written["year"], month or written["month"]
    found = _YEAR.fullmatch(year.strip())
    if found is None:
        return _years(year.strip()) or edtf(year)
    number = int(found["year"])
    circa = bool(found["circa"] or found["doubt"])
    months = _months(month)
    first: Point = (_csl_year(number),)
    if not months:
        return _csl(first, None, circa)
    start = _dated(number, months[0], day or _day_within(month))
    end = _dated(number, months[-1], "") if len(months) > 1 else None
    return _csl(start, end, circa)


def literal(text: str) -> CslDate:
    """A date that is printed as it is written."""
    return {"literal": text}


def is_literal_year(text: str) -> bool:
    """Whether a text without a number stands for a date, as "in press" or "n.d." do."""
    return text.strip().lower() in _LITERALS


def understood_month(text: str) -> bool:
    """Whether the text names a month, a season, several of them, or none."""
    return not text.strip() or bool(_months(text))


def season(text: str) -> int | None:
    """The number of a season by its English name, as issues are called."""
    return _SEASONS.get(text.strip().lower())


def with_season(date: CslDate, text: str) -> CslDate:
    """A bare year with the season that an issue is called by."""
    number = season(text)
    parts = date.get("date-parts")
    return date | {"season": number} if number and isinstance(parts, list) and [len(p) for p in parts] == [1] else date


def year_of(date: CslDate) -> str:
    """The year of the first date, for a person."""
    parts = date.get("date-parts")
    return str(parts[0][0]) if isinstance(parts, list) else str(date.get("literal", ""))


def _days(year: int, month: int) -> int:
    """Days of a month in the Gregorian calendar, which repeats every 400 years."""
    return monthrange(year % 400 + 400, month)[1]


def _csl_year(year: int) -> int:
    return year if year > 0 else year - 1


def _csl(start: Point, end: Point | None, circa: bool) -> CslDate:
    date: CslDate = {}
    if end is None and len(start) == 2 and start[1] > 20:
        date["date-parts"] = [[start[0]]]
        date["season"] = start[1] - 20
    else:
        date["date-parts"] = [list(start)] if end is None else [list(start), list(end)]
    if circa:
        date["circa"] = True
    return date


def _years(text: str) -> CslDate | None:
    """Two years with a dash, a double dash or a stroke between; the second may be short."""
    found = _YEARS.fullmatch(text)
    if found is None:
        return None
    first, last = found["first"], found["last"]
    if last is None:
        return _csl((int(first),), (0,), False)
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return _csl((int(first),), (int(last),), False) if int(last) >= int(first) else None


def _months(text: str) -> list[int]:
    """Months by number or English name, seasons as 21 to 24, in the order of the text."""
    text = text.strip().lower()
    if text.isdecimal() and text.isascii():
        return [int(text)] if 1 <= int(text) <= 12 or 21 <= int(text) <= 24 else []
    found: list[int] = []
    for word in _MONTH_WORD.findall(text):
        if word in _SEASONS:
            found.append(20 + _SEASONS[word])
        elif word[:3] in _MONTHS:
            found.append(_MONTHS.index(word[:3]) + 1)
    return found


def _day_within(month: str) -> str:
    """The day in a month such as `"1~" # jan`."""
    days = re.findall(r"\d+", month) if not month.strip().isdecimal() else []
    return days[0] if len(days) == 1 else ""


def _dated(year: int, month: int, day: str) -> Point:
    number = int(day) if day.strip().isascii() and day.strip().isdecimal() and len(day.strip()) < 3 else 0
    if month <= 12 and 1 <= number <= _days(year, month):
        return (_csl_year(year), month, number)
    return (_csl_year(year), month)
