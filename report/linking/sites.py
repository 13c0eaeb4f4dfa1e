"""Where citations stand: in the text or in which note, alone in it or in one of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from report.document import Chapter, Citation, LineBreak, Node, Note, Paragraph, Text, children


class Site(Struct, frozen=True):
    """A citation where it stands; `note` is the number of the note it is in, 0 in the text."""

    citation: Citation
    chapter: int
    note: int
    fills_note: bool
    """Whether the note holds nothing else."""
    goes_on: bool
    """Whether it stands in the middle of a sentence of the note."""
    ends: bool
    """Whether nothing follows it in its paragraph."""


def sites(chapters: tuple[Chapter, ...]) -> Iterator[Site]:
    """Every citation of the numbered chapters in reading order; a narrative one, in a note style, where its note is."""
    for index, chapter in enumerate(chapters):
        yield from chapter.once(_sites_of, index)


def _sites_of(chapter: Chapter, index: int) -> tuple[Site, ...]:
    return tuple(_sites((*chapter.title, *chapter.blocks), index, None))


def _sites(nodes: Iterable[Node], chapter: int, note: Note | None) -> Iterator[Site]:
    row: tuple[Node | None, ...] = (None, *nodes, None)
    for before, node, after in zip(row, row[1:], row[2:], strict=False):
        match node:
            case Citation():
                if note is not None:
                    yield Site(node, chapter, note.number, _fills(note, node), _goes_on(before), after is None)
                else:
                    yield Site(node, chapter, 0, fills_note=False, goes_on=False, ends=False)
            case Note():
                yield from _sites(children(node), chapter, node)
            case Node():
                yield from _sites(children(node), chapter, note)


_LEADS_TO = re.compile(
    r"(?:[.?!:;,(–—]|\b(?:see|also|compare|and|or|but|in|by|from|with|against|of|after|per|cites?|quotes?"
    r"|siehe|auch|und|oder|bei|nach|aus|gegen|voir|aussi|et|ou|dans|chez|selon|contre))$",
    re.IGNORECASE,
)
"""What a citation in a note may follow without brackets: punctuation, or a word that leads to it."""


def _goes_on(before: Node | None) -> bool:
    """Whether a sentence is going on before a citation in a note: it then stands in brackets."""
    match before:
        case Text(text=text):
            return not re.search(_LEADS_TO, text.rstrip().rstrip("”’»\"'"))
        case None | LineBreak():
            return False
        case _:
            return True


def _fills(note: Note, citation: Citation) -> bool:
    return all(isinstance(block, Paragraph) and block.children == (citation,) for block in note.blocks)
