"""A report as it is at one moment of being written: all that answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from report import bibtex
from report.build import check_linked, link
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import Diagnostic
from report.lsp.names import Name, names
from report.pagination import Linked
from report.project import FILE, NoProject, Project, read
from report.source import Source, Span


@dataclass(frozen=True)
class Analysis:
    """What is known of a report; nothing in it changes."""

    project: Project
    linked: Linked
    diagnostics: tuple[Diagnostic, ...]
    """As `report check` says them."""
    cards: tuple[bibtex.Card, ...]
    """Of the bibliography, by which entries are found."""

    @cached_property
    def texts(self) -> Mapping[str, Source]:
        """The texts that were read, by path."""
        return self.project.files.texts

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every citation key, label and note, where it is defined and where it is used."""
        return tuple(names(self.project, self.linked))

    def at(self, path: str, offset: int) -> Name | None:
        """The name at a place, or directly before it."""
        return next((name for name in self.names if _holds(name.span, path, offset)), None)

    def key_path(self, path: str, offset: int) -> tuple[str | int, ...] | None:
        """The keys and indices that lead to the value at a place of `report.yml`."""
        found = ((keys, place) for keys, place in self.project.places.items() if _holds(place, path, offset))
        return min(found, key=lambda pair: pair[1].end - pair[1].start, default=(None,))[0]


def _holds(span: Span, path: str, offset: int) -> bool:
    return span.path == path and span.start <= offset <= span.end


def analyse(root: Path, unsaved: Mapping[str, str], cache: Cache) -> Analysis | None:
    """The report in a folder, by the texts of an editor where it has any; None where there is no report."""
    try:
        project = read(root, Choices(), unsaved)
    except (NoProject, ValueError):
        return None
    linked = link(project, cache)
    digests = [source.digest for source in project.bibliographies]
    cards = cache.get_or_make("cards", lambda: bibtex.cards(linked.library), *digests)
    return Analysis(project, linked, check_linked(project, (linked,)), cards)


def place(diagnostic: Diagnostic, analysis: Analysis) -> Span:
    """Where a diagnostic is shown: what belongs to no file of the author's, at the head of `report.yml`."""
    span = diagnostic.span
    return span if span and span.path in analysis.texts else Span(FILE)
