"""Citation keys, labels and notes in the texts of a report: each where it is written, to the character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from report.bibtex import Library
from report.document import Chapter, Code, CodeBlock, is_reference, normal
from report.front import Linked
from report.markdown.attributes import BRACED
from report.markdown.citations import KEY
from report.project import Project
from report.source import Source, Span

Kind: TypeAlias = Literal["key", "label", "note"]


class Name(Struct, frozen=True):
    """A name at a place; `span` is that of the name alone."""

    kind: Kind
    name: str
    """In Unicode's form NFC; a note's without `note-` before it."""
    span: Span
    defines: bool = False

    def is_same(self, other: Name) -> bool:
        """Whether both name the same thing."""
        return (self.kind, self.name) == (other.kind, other.name)


def names(project: Project, linked: Linked) -> Iterator[Name]:
    """All names of a report, file by file."""
    code = _code(linked.parsed)
    for chapter in project.chapters:
        yield from of_chapter(chapter.source, code.get(chapter.source.path, ()))
    yield from _of_library(linked.library)
    yield from _of_settings(project)


def _code(chapters: Iterable[Chapter]) -> dict[str, list[Span]]:
    """Where code stands, by file: no name in it is one."""
    found: dict[str, list[Span]] = {}
    for chapter in chapters:
        for node in chapter.nodes:
            if isinstance(node, (Code, CodeBlock)):
                found.setdefault(node.span.path, []).append(node.span)
    return found


_ID = re.compile(r"(?<=[{\s])#(?P<id>[^\s{}#.=]+(?:\.[^\s{}#.=]+)*)")
_USE = re.compile(rf"(?<![\w@/\\]){KEY}|\]\(#(?P<link>[^)\s]+)|\[\^(?P<note>[^\]\s]+)\](?P<colon>:?)")


def of_chapter(source: Source, code: Iterable[Span] = ()) -> Iterator[Name]:
    """The names in a chapter's text, but for what stands in code."""
    text = source.text
    for span in code:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    for braces in BRACED.finditer(text):
        for found in _ID.finditer(text, *braces.span()):
            yield _label(source.path, found, "id", defines=True)
    for found in _USE.finditer(text):
        match found.lastgroup:
            case "link":
                yield _label(source.path, found, "link")
            case "colon":
                is_definition = bool(found["colon"]) and not text[: found.start()].rpartition("\n")[2].strip()
                yield _note(source.path, found["note"], found.start("note"), defines=is_definition)
            case group:
                yield _cited(source.path, found, group or "")


def _cited(path: str, found: re.Match[str], group: str) -> Name:
    if is_reference(found[group]):
        return _label(path, found, group)
    return Name("key", normal(found[group]), Span(path, *found.span(group)))


def _label(path: str, found: re.Match[str], group: str, *, defines: bool = False) -> Name:
    if found[group].startswith("note-") and not defines:
        return _note(path, found[group], found.start(group))
    return Name("label", normal(found[group]), Span(path, *found.span(group)), defines)


def _note(path: str, written: str, start: int, *, defines: bool = False) -> Name:
    name = written.removeprefix("note-")
    start += len(written) - len(name)
    return Name("note", normal(name), Span(path, start, start + len(name)), defines)


_LISTS = ("crossref", "xdata", "xref", "related", "ids", "entryset", "set")
_HAS_LIST = re.compile(rf"\b(?:{'|'.join(_LISTS)})\s*=", re.IGNORECASE)


def _of_library(library: Library) -> Iterator[Name]:
    for entry in library.entries.values():
        yield Name("key", entry.key, entry.span, defines=True)
        if not _HAS_LIST.search(entry.source.text, entry.end, entry.stop):
            continue
        for field, value in entry.fields.items():
            if field in _LISTS:
                yield from _listed(entry.source, value.span, defines=field == "ids")


def _listed(source: Source, span: Span, *, defines: bool) -> Iterator[Name]:
    for found in re.compile(r"[^\s,{}\"]+").finditer(source.text, span.start, span.end):
        yield Name("key", normal(found[0]), Span(source.path, *found.span()), defines)


def _of_settings(project: Project) -> Iterator[Name]:
    for index, written in enumerate(project.metadata.nocite):
        place = project.place("nocite", index)
        source, name = project.files.texts.get(place.path), written.removeprefix("@")
        start = source.text.find(name, place.start, place.end) if source else -1
        if name != "*" and start >= 0:
            yield Name("key", normal(name), Span(place.path, start, start + len(name)))
