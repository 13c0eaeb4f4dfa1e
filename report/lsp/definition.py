"""Where a name is defined, and everywhere it is used."""

from __future__ import annotations

from report.lsp.analysis import Analysis
from report.lsp.names import Name
from report.project import FILE
from report.source import Span

_FILES = ("chapters", "appendices", "bibliography", "css", "attachments", "csl")
"""The keys of `report.yml` that name files."""


def definitions(path: str, offset: int, analysis: Analysis) -> tuple[Span, ...]:
    """Where the name at a place is defined, or the file that is named there."""
    name = analysis.at(path, offset)
    if name is None:
        return _file(path, offset, analysis)
    defined = tuple(other.span for other in same(name, analysis) if other.defines)
    return defined or _made(name, analysis)


def same(name: Name, analysis: Analysis) -> tuple[Name, ...]:
    """The name wherever it is written; a note that two chapters have is one of its own in each."""
    found = tuple(other for other in analysis.names if other.is_same(name))
    if name.kind != "note" or len({other.span.path for other in found if other.defines}) < 2:
        return found
    return tuple(other for other in found if other.span.path == name.span.path)


def _made(name: Name, analysis: Analysis) -> tuple[Span, ...]:
    """Where a label is that nobody wrote: at what it belongs to."""
    labels = (label for chapter in analysis.linked.parsed for label in chapter.symbols.labels)
    return tuple(label.span for label in labels if name.kind == "label" and label.id == name.name)


def _file(path: str, offset: int, analysis: Analysis) -> tuple[Span, ...]:
    keys = analysis.key_path(path, offset) if path == FILE else None
    if not keys or keys[0] not in _FILES:
        return ()
    place = analysis.project.place(*keys)
    named = analysis.texts[path].text[place.start : place.end].strip("\"' ")
    return (Span(named),) if analysis.project.files.exists(named) else ()
