"""What rules read: a report as its author wrote it, with its bibliography and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from report.bibtex import Library, Work, works
from report.diagnostics import Edit, Hint
from report.document import Chapter, Cite, Node, walk
from report.lint.acronyms import Acronym, acronyms
from report.lint.glossary import NO_GLOSSARY, Glossary
from report.lint.prose import Prose, of_chapter
from report.metadata import Metadata
from report.source import Source, Span


class Manuscript(Struct, frozen=True, dict=True):
    """The chapters before linking, and everything that they are linked with."""

    chapters: tuple[Chapter, ...]
    library: Library
    metadata: Metadata
    sources: Mapping[str, Source]
    """The files that were read, by path."""
    glossary: Glossary = NO_GLOSSARY

    @property
    def printed(self) -> tuple[Chapter, ...]:
        """The chapters that rules look at; the others are there for what they define and use."""
        return tuple(chapter for chapter in self.chapters if chapter.printed)

    @cached_property
    def prose(self) -> tuple[Prose, ...]:
        """Everything in them that is read, in order."""
        return tuple(prose for chapter in self.printed for prose in of_chapter(chapter, self.metadata.lang))

    @cached_property
    def works(self) -> Mapping[str, Work]:
        """The works of the bibliography that the chapters cite, by the keys of their entries."""
        keys = (use.name for chapter in self.chapters for use in chapter.symbols.keys)
        return {work.entry.key: work for work in works(self.library, keys)}

    @cached_property
    def acronyms(self) -> tuple[Acronym, ...]:
        """The acronyms in them."""
        return tuple(acronyms(self.prose, self.works.values(), self.sources))

    def work(self, key: str) -> Work | None:
        """The work that a cite names."""
        entry = self.library.get(key)
        return self.works.get(entry.key) if entry else None

    def nodes(self) -> Iterator[Node]:
        """Every node of the chapters that rules look at."""
        return (node for chapter in self.printed for node in chapter.nodes)


class Finding(Struct, frozen=True):
    """What a rule has to say: a diagnostic without its code and severity, which are those of the rule."""

    message: str
    span: Span
    hints: tuple[str | Hint, ...] = ()
    edits: tuple[Edit, ...] = ()


def cites_of(node: Node) -> Iterator[Cite]:
    """The cites in a node, in those of its notes too."""
    return (found for found in walk((node,)) if isinstance(found, Cite))
