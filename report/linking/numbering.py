"""Numbers of chapters, sections, figures, tables, equations and notes, and the anchors that go with them."""

from __future__ import annotations

import re
from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from report import csl
from report.csl.numbers import letters
from report.document import (
    Chapter,
    ChapterKind,
    Figure,
    Heading,
    IndexMark,
    Math,
    Node,
    Note,
    NoteCall,
    NoteReference,
    Table,
    rewrite,
)
from report.linking.calls import noted
from report.metadata import Metadata


class Counts(Struct, frozen=True):
    """How many notes, figures, tables and equations there are so far."""

    notes: int = 0
    figures: int = 0
    tables: int = 0
    equations: int = 0


def number(chapters: tuple[Chapter, ...], metadata: Metadata, style: csl.Style) -> tuple[Chapter, ...]:
    """The chapters with their numbers and anchors; in a note style a citation outside a note gets a note of its own."""
    result: list[Chapter] = []
    taken = {label.id for chapter in chapters for label in chapter.symbols.labels if label.id != chapter.label}
    series: Counter[ChapterKind] = Counter()
    counts = Counts()
    for chapter in chapters:
        series[chapter.kind] += chapter.numbered
        counted = metadata.number_sections and chapter.numbered
        given = _number(chapter.kind, series[chapter.kind]) if counted else ""
        before = replace(counts, notes=0) if metadata.note_numbering == "chapter" else counts
        numbered = chapter.once(_numbered, given, before, style, frozenset(taken))
        result.append(numbered.chapter)
        taken |= numbered.anchors
        counts = numbered.counts
    return tuple(result)


class _Numbered(Struct, frozen=True):
    """A chapter with its numbers, how many there are with it, and its anchors with all that were taken before."""

    chapter: Chapter
    counts: Counts
    anchors: frozenset[str]


def _numbered(chapter: Chapter, number: str, before: Counts, style: csl.Style, known: frozenset[str]) -> _Numbered:
    taken = {*known}
    opened = replace(
        chapter,
        number=number,
        label=_anchor(chapter, taken),
        title=noted(chapter.title, style),
        blocks=noted(chapter.blocks, style),
    )
    counter = _Counter(opened, before, taken)
    title, blocks = rewrite(opened.title, counter.number), rewrite(opened.blocks, counter.number)
    return _Numbered(replace(opened, title=title, blocks=blocks), counter.counts(), frozenset(taken))


def _number(kind: ChapterKind, count: int) -> str:
    """A chapter's number, an appendix's letter; front matter has none."""
    return {"front": "", "chapter": str(count), "appendix": letters(count).upper()}[kind]


def _anchor(chapter: Chapter, seen: set[str]) -> str:
    stem = chapter.path.rpartition("/")[2].removesuffix(".md")
    if chapter.label:
        return chapter.label
    wanted = re.sub(r"[^\w-]+", "-", stem).strip("-") or "chapter"
    return _free(wanted, seen)


def _free(wanted: str, taken: set[str]) -> str:
    """The anchor, with a number behind it where it is taken; it is taken from then on."""
    anchor, count = wanted, 1
    while anchor in taken:
        count += 1
        anchor = f"{wanted}-{count}"
    taken.add(anchor)
    return anchor


class _Counter:
    """Counts on the way through a chapter; one use."""

    def __init__(self, chapter: Chapter, counts: Counts, taken: set[str]) -> None:
        self.chapter = chapter
        self.taken = taken
        self.notes_before = counts.notes
        self.notes, self.figures, self.tables = counts.notes, counts.figures, counts.tables
        self.equations = counts.equations
        self.sections = [0] * 6
        self.anchors = 0
        self.calls: dict[str, Note] = {}

    def counts(self) -> Counts:
        """The counts at the end."""
        return Counts(self.notes, self.figures, self.tables, self.equations)

    def number(self, node: Node) -> Node:
        """The node with its number, if it has one."""
        match node:
            case Heading():
                return self._heading(node)
            case Figure():
                if not node.caption and not node.attributes.id:
                    return node
                self.figures += 1
                return _anchored(replace(node, number=str(self.figures)), self._new("fig"))
            case Table():
                if not node.caption and not node.attributes.id:
                    return node
                self.tables += 1
                return _anchored(replace(node, number=str(self.tables)), self._new("tbl"))
            case Math() if node.attributes.id:
                self.equations += 1
                return replace(node, number=str(self.equations))
            case Note():
                return self._note(node)
            case NoteReference(label=label):
                note = self.calls.get(label)
                return NoteCall(note.number, note.anchor, span=node.span) if note else node
            case IndexMark():
                return replace(node, anchor=self._new("ix"))
            case _:
                return node

    def _heading(self, node: Heading) -> Node:
        depth = node.level - 1
        number = ""
        if self.chapter.number and "unnumbered" not in node.attributes.classes:
            self.sections[depth] += 1
            self.sections[depth + 1 :] = [0] * len(self.sections[depth + 1 :])
            number = ".".join((self.chapter.number, *(str(count) for count in self.sections[1 : depth + 1])))
        numbered = replace(node, number=number)
        return _anchored(numbered, self._new("s"))

    def _note(self, node: Note) -> Note:
        self.notes += 1
        anchor = _free(f"fn-{self.chapter.label}-{self.notes - self.notes_before}", self.taken)
        numbered = replace(node, number=self.notes, anchor=anchor)
        if node.label:
            self.calls[node.label] = numbered
        return numbered

    def _new(self, kind: str) -> str:
        self.anchors += 1
        return _free(f"{self.chapter.label}-{kind}{self.anchors}", self.taken)


def _anchored(node: Node, anchor: str) -> Node:
    if node.attributes.id:
        return node
    return replace(node, attributes=replace(node.attributes, id=anchor))
