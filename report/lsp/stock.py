"""What of a report can be proposed to a writer: a small part of its analysis, which outlives it."""

from __future__ import annotations

from dataclasses import dataclass

from report.bibtex import Card


@dataclass(frozen=True, slots=True)
class Label:
    """What `@` can refer to."""

    name: str
    kind: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Stock:
    """The labels of a report, and its sources by what they are found by."""

    labels: tuple[Label, ...] = ()
    cards: tuple[Card, ...] = ()
