"""A chapter, with the names that it defines and uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar

from msgspec import Struct

from report.diagnostics import Diagnostic
from report.document.nodes import Blocks, Inlines, Node
from report.document.walking import walk
from report.source import Span


class Label(Struct, frozen=True):
    """A name that can be referred to; `kind` is section, figure, table, equation, note or other."""

    id: str
    kind: str
    span: Span


LABEL_PREFIXES = ("sec", "fig", "tbl", "eq", "note")
"""How labels begin that `@` refers to, with a hyphen behind: `@fig-map`."""


def normal(name: str) -> str:
    """A label, key or term in the form in which names are compared: NFC."""
    return unicodedata.normalize("NFC", name)


def is_reference(name: str) -> bool:
    """Whether `@name` refers to a label and cites no source."""
    return re.match(rf"(?:{'|'.join(LABEL_PREFIXES)})-\w", name) is not None


def note_label(label: str) -> str:
    """The name by which `[^label]` is referred to: `note-label`."""
    return label if label.startswith("note-") else f"note-{label}"


class Use(Struct, frozen=True):
    """A name as it is used at a place."""

    name: str
    span: Span


class Symbols(Struct, frozen=True):
    """What a chapter defines and what it uses, each in reading order."""

    labels: tuple[Label, ...] = ()
    references: tuple[Use, ...] = ()
    keys: tuple[Use, ...] = ()
    hidden: tuple[Label, ...] = ()
    """Labels in text that this output or profile leaves out."""


Made = TypeVar("Made")

ChapterKind: TypeAlias = Literal["front", "chapter", "appendix"]


class Chapter(Struct, frozen=True, dict=True):
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
    printed: bool = True
    """Whether it is laid out; one that is not still has its numbers, and references to it their words."""
    symbols: Symbols = Symbols()
    diagnostics: tuple[Diagnostic, ...] = ()
    by_output: bool = False
    """Whether another output has other text."""
    place: str = ""
    """What leads from the title's element to its span."""

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, its title's first, parents before their children."""
        return tuple(walk((*self.title, *self.blocks)))

    @cached_property
    def _made(self) -> dict[object, tuple[tuple[object, ...], Any]]:
        return {}

    def once(self, make: Callable[..., Made], *given: object) -> Made:
        """What a function makes of the chapter and of what is given: made anew only where another is given.

        A server has the same chapters again and again.
        """
        known = self._made.get(make)
        if known is None or known[0] != given:
            known = self._made[make] = given, make(self, *given)
        made: Made = known[1]
        return made


def walk_chapter(chapter: Chapter) -> Iterator[Node]:
    """Every node of a chapter, its title's first."""
    return iter(chapter.nodes)
