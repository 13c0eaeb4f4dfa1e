"""The chapters that Report makes itself: contents, bibliography, index."""

from __future__ import annotations

from msgspec.structs import replace

from report.document import (
    Bibliography,
    Blocks,
    Chapter,
    ChapterKind,
    Contents,
    Index,
    IndexMark,
    Node,
    Text,
    walk_chapter,
)
from report.linking import contents
from report.linking.contents import CONTENTS_PATH
from report.metadata import Metadata
from report.source import Span
from report.words import words


def complete(chapters: tuple[Chapter, ...], metadata: Metadata, *, has_bibliography: bool) -> tuple[Chapter, ...]:
    """The chapters with those that Report makes where none is placed by hand: contents, bibliography, index.

    Chapters without a number before the first numbered one are front matter.
    """
    terms = words(metadata.lang)
    everything = [node for chapter in chapters for node in walk_chapter(chapter)]
    printed = [node for chapter in chapters if chapter.printed for node in walk_chapter(chapter)]
    placed = {node.kind for node in everything if isinstance(node, Contents)}
    wanted = {"toc": metadata.toc, "lof": metadata.lof, "lot": metadata.lot}
    filled = contents.filled(printed)
    kinds = [kind for kind, on in wanted.items() if on and kind in filled and kind not in placed]
    lists = [Contents(kind, span=Span(CONTENTS_PATH)) for kind in kinds]
    result = list(_with_front(chapters))
    if lists:
        result.insert(0, _made("front", contents.list_title(lists[0], terms), tuple(lists)))
    if has_bibliography and not any(isinstance(node, Bibliography) for node in everything):
        result.append(_made("chapter", terms.bibliography, (Bibliography(span=Span("(bibliography)")),)))
    marks = any(isinstance(node, IndexMark) for node in printed)
    if metadata.index and marks and not any(isinstance(node, Index) for node in everything):
        result.append(_made("chapter", terms.index, (Index(span=Span("(index)")),)))
    return tuple(_headed(chapter, contents.headed(chapter.blocks, filled, terms)) for chapter in result)


def _headed(chapter: Chapter, blocks: Blocks) -> Chapter:
    return chapter if blocks == chapter.blocks else replace(chapter, blocks=blocks)


def _with_front(chapters: tuple[Chapter, ...]) -> list[Chapter]:
    first = next((place for place, chapter in enumerate(chapters) if chapter.numbered), 0)
    return [*(chapter.once(_as_front) for chapter in chapters[:first]), *chapters[first:]]


def _as_front(chapter: Chapter) -> Chapter:
    return replace(chapter, kind="front")


def _made(kind: ChapterKind, title: str, blocks: tuple[Node, ...]) -> Chapter:
    span = blocks[0].span
    return Chapter(span.path, (Text(title, span=span),), blocks, numbered=False, kind=kind)
