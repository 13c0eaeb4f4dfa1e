"""A report as it is at one moment of being written: all that answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from report import bibtex
from report.cache import Cache
from report.diagnostics import Diagnostic
from report.document import plain_text
from report.front import Linked, check_linked, link
from report.lsp.names import Name, names
from report.lsp.stock import Label
from report.project import Project
from report.source import Source, Span
from report.watch import Watch


class Analysis(Struct, frozen=True, dict=True):
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

    @property
    def labels(self) -> tuple[Label, ...]:
        """What references can lead to, in the order of the chapters."""
        targets = self.linked.table.targets
        written = dict.fromkeys(label.id for chapter in self.linked.parsed for label in chapter.symbols.labels)
        found = ((name, targets[name]) for name in written if name in targets)
        return tuple(Label(name, one.kind, one.number, plain_text(one.title)) for name, one in found)

    def at(self, path: str, offset: int) -> Name | None:
        """The name at a place, or directly before it."""
        return next((name for name in self.names if _holds(name.span, path, offset)), None)

    def key_path(self, path: str, offset: int) -> tuple[str | int, ...] | None:
        """The keys and indices that lead to the value at a place of `report.yml`."""
        found = ((keys, place) for keys, place in self.project.places.items() if _holds(place, path, offset))
        return min(found, key=lambda pair: pair[1].end - pair[1].start, default=(None,))[0]


def _holds(span: Span, path: str, offset: int) -> bool:
    return span.path == path and span.start <= offset <= span.end


def analyse(project: Project, cache: Cache, watch: Watch) -> Analysis:
    """What is known of a project."""
    linked = link(project, cache, watch)
    digests = [source.digest for source in project.bibliographies]
    cards = cache.get_or_make("cards", lambda: bibtex.cards(linked.library), *digests)
    return Analysis(project, linked, check_linked(project, (linked,), watch), cards)
