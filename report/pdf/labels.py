"""Page labels: the cover, roman front matter, arabic body."""

from __future__ import annotations


def labels(count: int, body: int) -> tuple[str, ...]:
    """The label of each of `count` pages, of which those from `body` on (from 0) are the body's."""
    return tuple(roman(index + 1) if index < body else str(index - body + 1) for index in range(count))


def label_ranges(body: int) -> tuple[tuple[int, str], ...]:
    """Where labels begin anew, as (sheet, style): in ISO 32000-1, 12.4.2, `r` is roman and `D` is arabic."""
    return (*(((0, "r"),) if body else ()), (body, "D"))


def roman(number: int) -> str:
    """A number from 1 on in small roman numerals."""
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
