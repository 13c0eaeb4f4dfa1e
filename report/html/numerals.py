"""Numbers as lists print them: digits, letters, roman numerals."""

from __future__ import annotations

from report.csl.numbers import letters, roman
from report.document import Numerals

STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Their names in CSS."""


def numeral(number: int, numerals: Numerals) -> str:
    """A number as it stands before an item; in digits where there is no such numeral."""
    if numerals == "1" or number < 1:
        return str(number)
    written = roman(number) if numerals in "iI" else letters(number)
    return written.upper() if numerals in "AI" else written
