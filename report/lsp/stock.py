"""What of a report can be proposed to a writer: a small part of its analysis, which outlives it."""

from __future__ import annotations

from msgspec import Struct

from report.bibtex import Card


class Label(Struct, frozen=True):
    """What `@` can refer to."""

    name: str
    kind: str
    number: str
    title: str


class Stock(Struct, frozen=True):
    """The labels of a report, and its sources by what they are found by."""

    labels: tuple[Label, ...] = ()
    cards: tuple[Card, ...] = ()
