"""A chapter, with the names that it defines and uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from report.diagnostics import Diagnostic
from report.document.nodes import Blocks, Inlines
from report.source import Span


@dataclass(frozen=True, slots=True)
class Label:
    """A name that can be referred to; `kind` is section, figure, table, note or other."""

    id: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    """A name as it is used at a place."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Symbols:
    """What a chapter defines and what it uses, each in reading order."""

    labels: tuple[Label, ...] = ()
    references: tuple[Use, ...] = ()
    keys: tuple[Use, ...] = ()


ChapterKind: TypeAlias = Literal["front", "chapter", "appendix"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: parsed, or (after linking) with every number and reference in place."""

    path: str
    title: Inlines
    blocks: Blocks
    label: str = ""
    short_title: str = ""
    authors: tuple[str, ...] = ()
    numbered: bool = True
    number: str = ""
    kind: ChapterKind = "chapter"
    symbols: Symbols = Symbols()
    diagnostics: tuple[Diagnostic, ...] = ()
