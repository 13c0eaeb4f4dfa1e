"""Numbers in fields: what is numeric, what is plural, ranges, ordinals and roman numerals.

CSL 1.0.2, sections "Number", "Choose" (`is-numeric`), "Ordinal Suffixes" and Appendix V.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from report.csl.locale import Locale, Term

LABELS = {
    "art": "article-locator", "bk": "book", "ch": "chapter", "chap": "chapter", "chaps": "chapter", "col": "column",
    "cols": "column", "fig": "figure", "figs": "figure", "fol": "folio", "fols": "folio", "no": "issue", "nos": "issue",
    "l": "line", "ll": "line", "n": "note", "nn": "note", "op": "opus", "p": "page", "pp": "page", "para": "paragraph",
    "paras": "paragraph", "pt": "part", "pts": "part", "r": "rule", "sec": "section", "secs": "section",
    "s.v": "sub-verbo", "sv": "sub-verbo", "sch": "schedule", "tit": "title", "vrs": "verse", "v": "verse",
    "vv": "verse", "vol": "volume", "vols": "volume", "supp": "supplement", "tbl": "table",
}  # fmt: skip
"""Abbreviations that an author writes inside a number, without their period."""

_LABEL = "|".join(re.escape(label) for label in sorted(LABELS, key=len, reverse=True))
_LEADING_LABEL = re.compile(rf"\s*({_LABEL})\.\s+(?=[\divxlcIVXLC])")
_INNER_LABEL = re.compile(rf"(?:\A|(?<=[\s,;]))({_LABEL})\.\s+(?=\d)")
_PART = r"[^\W\d_]*\d+[^\W\d_]*"
_NUMERIC = re.compile(rf"\s*{_PART}(?:\s*[,&\-–]\s*{_PART})*\s*\Z")
_ROMAN = re.compile(r"(?=[mdclxvi])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\Z", re.I)
_ANY_DIGIT = re.compile(r"\d")


def is_numeric(value: str) -> bool:
    """Whether a variable holds nothing but numbers, which may have affixes and separators."""
    return _NUMERIC.match(value) is not None


def split_label(locator: str) -> tuple[str, str]:
    """The locator label written at the start ("vol. 3") and the rest; the label is empty if there is none."""
    match = _LEADING_LABEL.match(locator)
    return (LABELS[match[1]], locator[match.end() :]) if match else ("", locator)


class Piece(Struct, frozen=True):
    """A number, a separator, or text between them."""

    text: str
    kind: str
    """`number`, `range` (a hyphen between numbers), `symbol` (an ampersand), `separator`, or an inner `label`."""
    label: str = ""


@lru_cache(maxsize=2048)
def pieces(value: str, conjunction: str) -> tuple[Piece, ...]:
    """A field cut into numbers and what stands between them; `conjunction` is the locale's word for "and"."""
    found: list[Piece] = []
    end = 0
    for inner in _INNER_LABEL.finditer(value):
        found += _cut(value[end : inner.start()], conjunction)
        found.append(Piece(inner[0], "label", LABELS[inner[1]]))
        end = inner.end()
    return (*found, *_cut(value[end:], conjunction))


def _cut(value: str, conjunction: str) -> Iterator[Piece]:
    words = "|".join(re.escape(word) for word in ("and", conjunction) if word)
    pattern = re.compile(rf"(\s*\\?(?:-{{1,3}}|[–—])\s*|\s*[,;&]\s*(?:(?:{words})\s+)?|\s+(?:{words})\s+)")
    parts = pattern.split(value)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            if part:
                yield Piece(part, "number")
            continue
        mark = part.strip()
        if mark.lstrip("\\") in _DASHES:
            # A chain such as "2019-05-03" is no range, nor is a hyphen after a backslash.
            chained = any(
                near.strip() in _DASHES for near in (*parts[index - 2 : index - 1], *parts[index + 2 : index + 3])
            )
            ranged = mark in _DASHES and not chained and _is_range(parts[index - 1], parts[index + 1])
            yield Piece(mark.lstrip("\\"), "range" if ranged else "separator")
        elif mark == "&":
            yield Piece(" & ", "symbol")
        else:
            yield Piece(f"{mark} " if mark[:1] in ",;" else f" {mark} ", "separator")


_DASHES = ("-", "--", "---", "–", "—")
_AFFIXED = re.compile(r"(.*?)(\d+)([a-z]*)\Z")


_LONGEST = 40
"""Characters of a number; what is longer is text and not worth a costly match."""


def _is_range(left: str, right: str) -> bool:
    if max(len(left), len(right)) > _LONGEST:
        return False
    first, last = _AFFIXED.match(left.strip()), _AFFIXED.match(right.strip())
    if first and last:
        # "1:12-15" is a range of verses; "n11-15" may be anything.
        same = first[1] == last[1] or (not last[1] and first[1].endswith((":", ".")))
        return same and " " not in last[1]
    return bool(_ROMAN.match(left.strip()) and _ROMAN.match(right.strip()))


def is_plural(value: str, conjunction: str) -> bool:
    """Whether a field names more than one number; what an inner label introduces does not count."""
    numbers = 0
    for piece in pieces(value, conjunction):
        if piece.kind == "label":
            break
        if piece.kind == "range":
            return True
        is_number = _ANY_DIGIT.search(piece.text) or _ROMAN.match(piece.text.strip())
        numbers += piece.kind == "number" and bool(is_number)
    separators = any(
        piece.kind == "symbol" or (piece.kind == "separator" and piece.text not in _DASHES)
        for piece in pieces(value, conjunction)
    )
    return numbers > 1 and separators


def format_ranges(value: str, locale: Locale, range_format: str) -> str:
    """The field with even spacing, ranges joined by the locale's delimiter and abbreviated as the style asks."""
    cut = pieces(value, locale.term("and"))
    delimiter = locale.term("page-range-delimiter") or "–"
    out: list[str] = []
    for index, piece in enumerate(cut):
        if piece.kind == "range":
            out.append(delimiter)
        elif piece.kind == "symbol":
            out.append(f" {locale.term('and', 'symbol') or '&'} ")
        elif piece.kind == "label":
            out.append(_inner_label(piece, cut[index + 1 :], locale))
        elif index and cut[index - 1].kind == "range" and range_format:
            out.append(abbreviate(cut[index - 2].text.strip(), piece.text.strip(), range_format))
        else:
            out.append(piece.text)
    return "".join(out)


def _inner_label(piece: Piece, rest: tuple[Piece, ...], locale: Locale) -> str:
    after = "".join(part.text for part in rest[: next((i for i, p in enumerate(rest) if p.kind == "label"), None)])
    plural = is_plural(after.rstrip(" ,;"), locale.term("and")) and any(part.kind == "range" for part in rest[:3])
    term = locale.term(piece.label, "short", plural)
    return f"{term} " if term and plural else piece.text


def abbreviate(first: str, last: str, range_format: str) -> str:
    """The second number of a page range: Appendix V, "Page Range Formats"."""
    left, right = _AFFIXED.match(first), _AFFIXED.match(last)
    if not left or not right or left[3] or right[3]:
        return last
    prefix, start, end = right[1], left[2], right[2]
    if len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    if len(end) > len(start):
        return right[1] + end
    match range_format:
        case "expanded":
            return prefix + end
        case "minimal":
            return _changed(start, end, 1)
        case "minimal-two":
            return _changed(start, end, 2)
        case "chicago" | "chicago-15":
            return _chicago(start, end, old=True)
        case "chicago-16":
            return _chicago(start, end, old=False)
        case _:
            return last


def _changed(start: str, end: str, least: int) -> str:
    same = next((i for i, (a, b) in enumerate(zip(start, end, strict=True)) if a != b), len(start))
    return end[min(same, max(0, len(end) - least)) :]


def _chicago(start: str, end: str, *, old: bool) -> str:
    number = int(start)
    if number < 100 or number % 100 == 0:
        return end
    if number % 100 < 10:
        return _changed(start, end, 1)
    changed = _changed(start, end, 2)
    return end if old and len(start) == 4 and len(changed) > 2 else changed


def ordinal(number: int, locale: Locale, gender: str) -> str:
    """The number with its ordinal suffix, of a gender if the locale has one."""
    return f"{number}{_suffix(number, locale, gender)}"


def _suffix(number: int, locale: Locale, gender: str) -> str:
    ordinals = locale.ordinals
    if ("ordinal", "long", "") not in ordinals and ("ordinal-04", "long", "") in ordinals:
        return _old_suffix(number, locale)
    for candidate in (f"ordinal-{number % 100:02d}", f"ordinal-0{number % 10}", "ordinal"):
        for wanted in (gender, "") if gender else ("",):
            term = ordinals.get((candidate, "long", wanted))
            if term and _matches(candidate, term, number):
                return term.single
    return ""


def _old_suffix(number: int, locale: Locale) -> str:
    last, teens = number % 10, number % 100 in (11, 12, 13)
    name = f"ordinal-0{last}" if last in (1, 2, 3) and not teens else "ordinal-04"
    term = locale.ordinals.get((name, "long", ""))
    return term.single if term else ""


def _matches(name: str, term: Term, number: int) -> bool:
    if name == "ordinal":
        return True
    value = int(name[-2:])
    match term.match or ("last-digit" if value < 10 else "last-two-digits"):
        case "whole-number":
            return number == value
        case "last-two-digits":
            return number % 100 == value
        case _:
            return number % 10 == value


def long_ordinal(number: int, locale: Locale, gender: str) -> str:
    """ "first" to "tenth"; other numbers as `ordinal` gives them."""
    for wanted in (gender, ""):
        term = locale.terms.get((f"long-ordinal-{number:02d}", "long", wanted))
        if term and term.single:
            return term.single
    return ordinal(number, locale, gender)


_ROMAN_DIGITS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """A number below 4000 in small roman numerals, larger ones in digits."""
    if not 0 < number < 4000:
        return str(number)
    out = []
    for value, digit in _ROMAN_DIGITS:
        count, number = divmod(number, value)
        out.append(digit * count)
    return "".join(out)


def letters(number: int) -> str:
    """a to z, then aa, ab …; nothing for 0."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def format_number(value: str, form: str, locale: Locale, gender: str) -> str:
    """A numeric field in the form of a `number` element; numbers with affixes stay as they are."""
    out: list[str] = []
    delimiter = locale.term("page-range-delimiter") or "–"
    for piece in pieces(value, locale.term("and")):
        if piece.kind == "label":
            return "".join(out) + format_ranges(value[value.index(piece.text) :], locale, "").lstrip()
        text = delimiter if piece.kind == "range" else piece.text
        if piece.kind == "number" and text.strip().isdecimal() and len(text) < _LONGEST:
            text = _formed(int(text), form, locale, gender) if form != "numeric" else text.strip()
        out.append(text)
    return "".join(out)


def _formed(number: int, form: str, locale: Locale, gender: str) -> str:
    match form:
        case "ordinal":
            return ordinal(number, locale, gender)
        case "long-ordinal":
            return long_ordinal(number, locale, gender)
        case "roman":
            return roman(number)
        case _:
            return str(number)
