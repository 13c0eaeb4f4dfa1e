"""Numbers of chapters, sections, figures, tables and notes, and the anchors that go with them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from report import csl
from report.document import (
    Chapter,
    ChapterKind,
    Citation,
    CitationText,
    Figure,
    Heading,
    IndexMark,
    Node,
    Note,
    NoteCall,
    NoteReference,
    Paragraph,
    SoftBreak,
    Table,
    Text,
    rewrite,
    with_children,
)
from report.metadata import Metadata


@dataclass(frozen=True, slots=True)
class Counts:
    """How many notes, figures and tables there are so far."""

    notes: int = 0
    figures: int = 0
    tables: int = 0


def number(chapters: tuple[Chapter, ...], metadata: Metadata, style: csl.Style) -> tuple[Chapter, ...]:
    """The chapters with their numbers and anchors; in a note style a citation outside a note gets a note of its own."""
    result: list[Chapter] = []
    taken = {label.id for chapter in chapters for label in chapter.symbols.labels if label.id != chapter.label}
    series: Counter[ChapterKind] = Counter()
    counts = Counts()
    for chapter in chapters:
        series[chapter.kind] += chapter.numbered
        counted = metadata.number_sections and chapter.numbered
        opened = replace(
            chapter,
            number=_number(chapter.kind, series[chapter.kind]) if counted else "",
            label=_anchor(chapter, taken),
            title=_noted(chapter.title, style),
            blocks=_noted(chapter.blocks, style),
        )
        counter = _Counter(opened, replace(counts, notes=0) if metadata.note_numbering == "chapter" else counts)
        result.append(
            replace(
                opened,
                title=rewrite(opened.title, counter.number),
                blocks=rewrite(opened.blocks, counter.number),
            )
        )
        counts = counter.counts()
    return tuple(result)


def _number(kind: ChapterKind, count: int) -> str:
    """A chapter's number, an appendix's letter; front matter has none."""
    return {"front": "", "chapter": str(count), "appendix": _letter(count)}[kind]


def _letter(number: int) -> str:
    """A, B … Z, AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _anchor(chapter: Chapter, seen: set[str]) -> str:
    stem = chapter.path.rpartition("/")[2].removesuffix(".md")
    if chapter.label:
        return chapter.label
    wanted = re.sub(r"[^\w-]+", "-", stem).strip("-") or "chapter"
    anchor, count = wanted, 1
    while anchor in seen:
        count += 1
        anchor = f"{wanted}-{count}"
    seen.add(anchor)
    return anchor


class _Counter:
    """Counts on the way through a chapter; one use."""

    def __init__(self, chapter: Chapter, counts: Counts) -> None:
        self.chapter = chapter
        self.notes_before = counts.notes
        self.notes, self.figures, self.tables = counts.notes, counts.figures, counts.tables
        self.sections = [0] * 6
        self.anchors = 0
        self.calls: dict[str, Note] = {}

    def counts(self) -> Counts:
        """The counts at the end."""
        return Counts(self.notes, self.figures, self.tables)

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
        anchor = f"fn-{self.chapter.label}-{self.notes - self.notes_before}"
        numbered = replace(node, number=self.notes, anchor=anchor)
        if node.label:
            self.calls[node.label] = numbered
        return numbered

    def _new(self, kind: str) -> str:
        self.anchors += 1
        return f"{self.chapter.label}-{kind}{self.anchors}"


def _anchored(node: Node, anchor: str) -> Node:
    if node.attributes.id:
        return node
    return replace(node, attributes=replace(node.attributes, id=anchor))


_MARKS = re.compile(r"[.,;:!?…]+[”’»“\"']*|[”’»\"']+(?!\w)[.,;:!?…]*")
"""Punctuation that stands before a note's call."""


def _noted(nodes: tuple[Node, ...], style: csl.Style) -> tuple[Node, ...]:
    """The nodes with no white space before notes, and in a note style with a note for every citation in the text.

    Such a note follows the punctuation behind the citation, as pandoc's notes do.
    """
    result: list[Node] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        match node:
            case Citation() if style.is_note:
                if node.narrative:
                    result.append(CitationText(span=node.span))
                else:
                    _close_up(result)
                    _take_punctuation(result, waiting)
                note = Note((Paragraph((node,), span=node.span),), span=node.span)
                result.append(note)
            case Note() | NoteReference():
                _close_up(result)
                result.append(node)
            case _:
                result.append(with_children(node, lambda below: _noted(below, style)))
    return tuple(result)


def _close_up(result: list[Node]) -> None:
    """Take white space away from before a note; between two notes' calls a thin space keeps the numbers apart."""
    while result and isinstance(result[-1], SoftBreak):
        result.pop()
    if result and isinstance(result[-1], Text):
        kept = result[-1].text.rstrip()
        if kept:
            result[-1] = replace(result[-1], text=kept)
        else:
            result.pop()
    if result and isinstance(result[-1], Note | NoteReference):
        result.append(Text(THIN_SPACE, span=result[-1].span))


THIN_SPACE = "\u2009"


def _take_punctuation(result: list[Node], waiting: list[Node]) -> None:
    """Move the punctuation that follows a citation, or several in a row, before it."""
    place = next((place for place, node in enumerate(waiting) if not _between_citations(node)), len(waiting))
    node = waiting[place] if place < len(waiting) else None
    marks = _MARKS.match(node.text) if isinstance(node, Text) else None
    last = result[-1] if result else None
    if marks is None or not isinstance(node, Text) or (isinstance(last, Text) and last.text.endswith(_FINAL)):
        return
    result.append(Text(marks[0], span=node.span))
    waiting[place] = replace(node, text=node.text[marks.end() :])


_FINAL = tuple(".,;:!?")


def _between_citations(node: Node) -> bool:
    """Whether what comes next is another citation, or the space before it."""
    return isinstance(node, Citation | SoftBreak) or (isinstance(node, Text) and not node.text.strip())
