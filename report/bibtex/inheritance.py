"""The fields of an entry together with those it inherits through `xdata` and `crossref`.

By the biblatex manual: aliases of fields and types (section "Field Aliases" and "Type Aliases"), `xdata` before
`crossref` (section "Data Containers"), the table of appendix "Default Inheritance Setup".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from report.bibtex.model import Entry, Field, Library, key_list
from report.bibtex.tables import words
from report.diagnostics import Diagnostic, did_you_mean, error, warning
from report.source import Span

_FIELD_ALIASES = {
    "hyphenation": "langid",
    "address": "location",
    "school": "institution",
    "annote": "annotation",
    "archiveprefix": "eprinttype",
    "journal": "journaltitle",
    "primaryclass": "eprintclass",
    "key": "sortkey",
    "pdf": "file",
}
_TYPE_ALIASES = {
    "conference": ("inproceedings", ""),
    "electronic": ("online", ""),
    "www": ("online", ""),
    "mastersthesis": ("thesis", "mathesis"),
    "phdthesis": ("thesis", "phdthesis"),
    "techreport": ("report", "techreport"),
}
_PRIVATE = frozenset(
    words(
        "ids crossref xref entryset entrysubtype execute label options presort related relatedoptions relatedstring "
        "relatedtype shorthand shorthandintro sortkey xdata"
    )
)
"""Fields that no entry inherits by `crossref`."""
_TITLES = frozenset(words("shorttitle sorttitle indextitle indexsorttitle"))
"""Fields that are not inherited where the title changes its role."""
_DATES = frozenset(words("date year month day"))

_MAIN = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_BOOK = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_JOURNAL = {"title": "journaltitle", "subtitle": "journalsubtitle", "titleaddon": "journaltitleaddon"}
_IN_BOOK = ("inbook", "bookinbook", "suppbook")
_IN_COLLECTION = ("incollection", "inreference", "suppcollection")

_ROLES: tuple[tuple[tuple[str, ...], tuple[str, ...], Mapping[str, str]], ...] = (
    (("mvbook",), ("book", *_IN_BOOK), _MAIN),
    (("mvcollection", "mvreference"), ("collection", "reference", *_IN_COLLECTION), _MAIN),
    (("mvproceedings",), ("proceedings", "inproceedings"), _MAIN),
    (("book",), _IN_BOOK, _BOOK),
    (("collection", "reference"), _IN_COLLECTION, _BOOK),
    (("proceedings",), ("inproceedings",), _BOOK),
    (("periodical",), ("article", "suppperiodical"), _JOURNAL),
    (("book", "collection", "proceedings"), (*_IN_BOOK, *_IN_COLLECTION, "inproceedings"), _BOOK),
)
"""Types of the parent, types of the child, and what the parent's titles become in the child.

The last line is ours: files made for BibTeX let any part refer to any kind of book."""


class Resolved(Struct, frozen=True):
    """An entry with everything it has or inherits, under biblatex's names."""

    entry: Entry
    type: str
    fields: Mapping[str, Field]
    diagnostics: tuple[Diagnostic, ...] = ()


_DEEPEST = 20
"""Generations that an entry inherits from."""


def resolve(library: Library, entry: Entry, known: dict[str, Resolved], path: tuple[str, ...] = ()) -> Resolved:
    """The entry with what it inherits.

    `known` holds what has been resolved and is added to; `path` are the keys through which the entry was reached."""
    if entry.key in known:
        return known[entry.key]
    kind, fields = _normal(entry)
    diagnostics: list[Diagnostic] = []
    for name in ("xdata", "crossref"):
        for parent, place in _parents(library, entry, fields.get(name), name, diagnostics):
            if parent.key in (*path, entry.key) or len(path) == _DEEPEST:
                diagnostics.append(_endless(entry, parent, place, circle=len(path) < _DEEPEST))
                continue
            resolved = resolve(library, parent, known, (*path, entry.key))
            fields = _inherited(kind, fields, resolved, plainly=name == "xdata")
            diagnostics += resolved.diagnostics
    known[entry.key] = Resolved(entry, kind, fields, tuple(dict.fromkeys(diagnostics)))
    return known[entry.key]


def _normal(entry: Entry) -> tuple[str, dict[str, Field]]:
    written = entry.fields
    fields = {name: one for name, one in written.items() if name not in _FIELD_ALIASES}
    for name, one in written.items():
        if alias := _FIELD_ALIASES.get(name):
            fields.setdefault(alias, one)
    kind, genre = _TYPE_ALIASES.get(entry.type, (entry.type, ""))
    if genre:
        fields.setdefault("type", Field(genre, entry.span))
    return kind, fields


def _parents(
    library: Library, entry: Entry, named: Field | None, name: str, diagnostics: list[Diagnostic]
) -> Iterator[tuple[Entry, Span]]:
    """The entries that a field names, and where it does."""
    for key in key_list(named.value) if named else ():
        parent = library.get(key)
        place = named.part(key) if named else entry.span
        if parent:
            yield parent, place
        else:
            message = f"no entry `{key}`, from which `{entry.key}` inherits by `{name}`"
            diagnostics.append(error("bib-crossref", message, place, *did_you_mean(key, library.entries)))


def _endless(entry: Entry, parent: Entry, place: Span, *, circle: bool) -> Diagnostic:
    way = f"itself by way of `{parent.key}`" if circle else f"more than {_DEEPEST} generations"
    return warning("bib-crossref-circle", f"`{entry.key}` inherits from {way}", place)


def _inherited(kind: str, fields: Mapping[str, Field], parent: Resolved, *, plainly: bool) -> dict[str, Field]:
    """The child's fields, then those of the parent that it does not have."""
    merged = dict(fields)
    dated = not _DATES.isdisjoint(fields)
    for name, one in parent.fields.items():
        if name in _PRIVATE or (name in _DATES and dated):
            continue
        for target in (name,) if plainly else _targets(kind, parent.type, name):
            merged.setdefault(target, one)
    return merged


def _targets(child: str, parent: str, name: str) -> tuple[str, ...]:
    """The fields of the child that a field of the parent fills, mapped titles before fields of the same name."""
    if name == "author" and parent in ("mvbook", "book") and child in _IN_BOOK:
        return ("author", "bookauthor")
    for parents, children, titles in _ROLES:
        if parent in parents and child in children:
            return () if name in _TITLES else (titles.get(name, name),)
    return (name,)
