"""The PDF standards that a file can meet, and which of them go together."""

from __future__ import annotations

from typing import Literal

PdfStandard = Literal[
    "ua-1", "ua-2", "a-2a", "a-2b", "a-2u", "a-3a", "a-3b", "a-3u", "a-4", "a-4e", "a-4f", "x-4"
]  # fmt: skip
"""PDF/UA is for readers of every kind, PDF/A for archives, PDF/X for the press."""


def conflict(standards: tuple[PdfStandard, ...]) -> tuple[int, str] | None:
    """The first that one file cannot meet with those before it, by its index, and why not; None where it can."""
    for index, name in enumerate(standards):
        for other in standards[:index]:
            if family(name) == family(other):
                return index, f"one file cannot meet both `{other}` and `{name}`"
            if version(name) != version(other):
                later, earlier = sorted((name, other), key=version, reverse=True)
                return index, f"`{later}` stands on PDF {version(later)} and `{earlier}` on PDF {version(earlier)}"
    return None


def family(standard: str) -> str:
    """`a`, `ua` or `x`."""
    return standard.partition("-")[0]


def version(standard: str) -> str:
    """The version of PDF that a standard stands on (ISO 19005, ISO 14289, ISO 15930)."""
    if standard == "x-4":
        return "1.6"
    return "2.0" if standard == "ua-2" or standard.startswith("a-4") else "1.7"


def allows_attachments(standards: tuple[PdfStandard, ...]) -> bool:
    """Whether files of any kind may travel inside: PDF/A-3 and PDF/A-4f let them."""
    return all(name.startswith(("a-3", "ua-")) or name in ("a-4e", "a-4f") for name in standards)
