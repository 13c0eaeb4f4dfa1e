"""Numbers of chapters, sections, figures, tables and notes, and the anchors that go with them.

The same walk serves linking, which looks at the numbers, and resolving, which prints them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from report.document import (
    Blocks,
    Chapter,
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
    Plain,
    SoftBreak,
    Table,
    Text,
    children,
    rewrite,
    with_children,
)
from report.linking.table import Starts
from report.source import Span


def starts(
    chapters: tuple[Chapter, ...], *, number_sections: bool, restart_notes: bool, note_style: bool
) -> tuple[Starts, ...]:
    """The counters at the beginning of each chapter."""
    result: list[Starts] = []
    seen = {label.id for chapter in chapters for label in chapter.symbols.labels if label.id != chapter.label}
    chapter_number = appendix_number = 0
    at = Starts()
    for chapter in chapters:
        number = ""
        if chapter.numbered and chapter.kind == "chapter":
            chapter_number += 1
            number = str(chapter_number)
        elif chapter.numbered and chapter.kind == "appendix":
            appendix_number += 1
            number = _letter(appendix_number)
        anchor = _anchor(chapter, seen)
        begin = replace(
            at,
            chapter=number if number_sections else "",
            anchor=anchor,
            note=0 if restart_notes else at.note,
            sections=number_sections and chapter.numbered and chapter.kind != "front",
        )
        result.append(begin)
        at = number_chapter(chapter, begin, note_style=note_style).ends
    return tuple(result)


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


@dataclass(frozen=True, slots=True)
class Numbered:
    """A chapter with its numbers and anchors, and the counters at its end."""

    chapter: Chapter
    ends: Starts


def number_chapter(chapter: Chapter, begin: Starts, *, note_style: bool) -> Numbered:
    """The chapter numbered; in a note style every citation outside a note is put into a note of its own."""
    counter = _Counter(begin)
    nodes: Blocks = (Plain(chapter.title, span=Span(chapter.path)), *chapter.blocks)
    heading, *rest = rewrite(_noted(nodes, note_style=note_style), counter.number)
    numbered = replace(
        chapter,
        title=tuple(children(heading)),
        blocks=tuple(rest),
        number=begin.chapter,
        label=begin.anchor,
    )
    ends = replace(begin, note=counter.notes, figure=counter.figures, table=counter.tables)
    return Numbered(numbered, ends)


class _Counter:
    """Counts on the way through a chapter; one use."""

    def __init__(self, begin: Starts) -> None:
        self.begin = begin
        self.notes, self.figures, self.tables = begin.note, begin.figure, begin.table
        self.sections = [0] * 6
        self.anchors = 0
        self.calls: dict[str, Note] = {}

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
        if self.begin.sections and self.begin.chapter and "unnumbered" not in node.attributes.classes:
            self.sections[depth] += 1
            self.sections[depth + 1 :] = [0] * len(self.sections[depth + 1 :])
            number = ".".join((self.begin.chapter, *(str(count) for count in self.sections[1 : depth + 1])))
        numbered = replace(node, number=number)
        return _anchored(numbered, self._new("s"))

    def _note(self, node: Note) -> Note:
        self.notes += 1
        anchor = f"fn-{self.begin.anchor}-{self.notes - self.begin.note}"
        numbered = replace(node, number=self.notes, anchor=anchor)
        if node.label:
            self.calls[node.label] = numbered
        return numbered

    def _new(self, kind: str) -> str:
        self.anchors += 1
        return f"{self.begin.anchor}-{kind}{self.anchors}"


def _anchored(node: Node, anchor: str) -> Node:
    if node.attributes.id:
        return node
    return replace(node, attributes=replace(node.attributes, id=anchor))


_MARKS = re.compile(r"[.,;:!?…]+[”’»“\"']*|[”’»\"']+(?!\w)[.,;:!?…]*")
"""Punctuation that stands before a note's call."""


def _noted(nodes: tuple[Node, ...], *, note_style: bool) -> tuple[Node, ...]:
    """The nodes with no white space before notes, and in a note style with a note for every citation in the text.

    Such a note follows the punctuation behind the citation, as pandoc's notes do.
    """
    result: list[Node] = []
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        match node:
            case Citation() if note_style:
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
                result.append(with_children(node, lambda below: _noted(below, note_style=note_style)))
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
