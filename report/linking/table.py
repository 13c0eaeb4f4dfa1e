"""The symbol table: what every name in the report stands for; the only thing that linked chapters share."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from report.diagnostics import Diagnostic
from report.document import BibliographyEntry, ContentsEntry, Inlines
from report.source import Span
from report.words import Words


class Target(Struct, frozen=True):
    """What a label stands for; `number` is empty where nothing numbers it."""

    kind: str
    number: str
    title: Inlines
    anchor: str
    """Empty where its chapter is not printed."""
    within: str = ""
    """The label of its chapter, where its number begins anew in each."""


class Page(Struct, frozen=True):
    """Where an anchor was laid out."""

    index: int
    """Of the sheet, from 0."""
    label: str
    """As printed: `iv`, `12`."""
    in_note: bool = False


class RenderedCitation(Struct, frozen=True):
    """What the style makes of a citation, where it stands: in a note style, the words of its note."""

    content: Inlines
    lead: Inlines = ()
    """The words in the running text that the note of a narrative citation follows."""


class Listed(Struct, frozen=True):
    """An entry of the bibliography, with what the parts of a bibliography choose by."""

    entry: BibliographyEntry
    types: tuple[str, ...]
    """Its type in CSL and in BibTeX."""
    keywords: tuple[str, ...]
    chapters: frozenset[int]
    """The chapters that cite it, by their place."""


class Mention(Struct, frozen=True):
    """A term of the index at an anchor, or with the term to see."""

    entry: str
    see: str
    anchor: str
    span: Span


class SymbolTable(Struct, frozen=True):
    """Everything that resolving a chapter needs to know of the others."""

    words: Words
    targets: Mapping[str, Target]
    citations: tuple[tuple[RenderedCitation, ...], ...]
    """For each chapter, its citations in reading order."""
    bibliography: tuple[Listed, ...]
    contents: tuple[ContentsEntry, ...]
    figures: tuple[ContentsEntry, ...]
    tables: tuple[ContentsEntry, ...]
    mentions: tuple[Mention, ...]
    toc_depth: int
    hanging: bool = True
    """Whether the bibliography's entries hang, as its style says."""
    pages: Mapping[str, Page] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    def page(self, anchor: str) -> str:
        """The page of an anchor as printed; a placeholder before the first layout."""
        found = self.pages.get(anchor)
        return found.label if found else "00"
