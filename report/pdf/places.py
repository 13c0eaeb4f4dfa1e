"""Where in the author's files a text stands that was found on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from report.document import Chapter, CodeBlock, Node, children, plain_text
from report.pdf.letters import shapes
from report.source import Source, Span


class Written(Struct, frozen=True):
    """The author's files."""

    chapters: Sequence[Chapter]
    """Those on the pages in question; none where these are the cover."""
    texts: Mapping[str, Source]
    others: tuple[str, ...] = ()
    """The paths of bibliographies and settings, from which text comes too."""


def place(text: str, written: Written) -> Span | None:
    """Where a text stands: the innermost node, in code the line; the chapter, where it cannot be told."""
    for wanted in _parts(text):
        found = _node(shapes(wanted), written.chapters)
        if found:
            return _line(found, shapes(wanted), written.texts) if isinstance(found, CodeBlock) else found.span
        word = max(wanted.split(), key=len)
        if len(word) > SHORT and (elsewhere := _elsewhere(word, written)):
            return elsewhere
    return Span(written.chapters[0].path) if written.chapters else None


SHORT = 2
"""So many letters stand in any file, and tell no place."""


def _parts(text: str) -> Iterator[str]:
    """A text, then its parts without numbers, calls of notes and citations between them, the longest first."""
    whole = text.removesuffix(" …")
    if shapes(whole):
        yield whole
    yield from sorted((part for part in _WORDS.findall(whole) if len(shapes(part)) > SHORT), key=len, reverse=True)


_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


def _node(wanted: str, chapters: Iterable[Chapter]) -> Node | None:
    """The innermost node that has these letters."""
    found = None
    nodes: Iterable[Node] = (node for chapter in chapters for node in (*chapter.title, *chapter.blocks))
    while inner := next((node for node in nodes if wanted in shapes(_text(node))), None):
        found, nodes = inner, children(inner)
    return found


def _text(node: Node) -> str:
    if isinstance(node, CodeBlock):
        return node.text
    return plain_text((node,)) or "".join(_text(below) for below in children(node))


def _line(node: CodeBlock, wanted: str, texts: Mapping[str, Source]) -> Span:
    """The first line of a piece of code that has these letters."""
    source = texts.get(node.span.path)
    start = node.span.start
    for line in source.text[start : node.span.end].split("\n") if source else ():
        if wanted in shapes(line):
            return Span(node.span.path, start, start + len(line))
        start += len(line) + 1
    return node.span


def _elsewhere(text: str, written: Written) -> Span | None:
    """Where a text stands in another file than a chapter, letter by letter."""
    for path in written.others:
        source = written.texts.get(path)
        start = source.text.find(text) if source else -1
        if start >= 0:
            return Span(path, start, start + len(text))
    return None


def of_character(character: str, written: Written) -> tuple[Span | None, Span | None]:
    """The node in which a character stands first, or the line elsewhere, and the character there."""
    found = _holding(character, written.chapters)
    if found is None:
        span = _elsewhere(character, written)
        if span is None:
            return (Span(written.chapters[0].path),) * 2 if written.chapters else (None, None)
        text = written.texts[span.path].text
        return Span(span.path, text.rfind("\n", 0, span.start) + 1), span
    source = written.texts.get(found.span.path)
    start = source.text.find(character, found.span.start, found.span.end) if source else -1
    return found.span, Span(found.span.path, start, start + 1) if start >= 0 else found.span


def _holding(character: str, chapters: Iterable[Chapter]) -> Node | None:
    found = None
    nodes: Iterable[Node] = (node for chapter in chapters for node in (*chapter.title, *chapter.blocks))
    while inner := next((node for node in nodes if character in _all_text(node)), None):
        found, nodes = inner, children(inner)
    return found


def _all_text(node: Node) -> str:
    """The text of a node with that of its notes."""
    below = "".join(_all_text(child) for child in children(node))
    return below or (node.text if isinstance(node, CodeBlock) else plain_text((node,)))
