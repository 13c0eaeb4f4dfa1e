"""Text as a typesetter sets it: spaces that do not break, apostrophes and primes, words from right to left marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from report.document import (
    Attributes,
    Citation,
    Code,
    CodeBlock,
    Graphic,
    Heading,
    Image,
    Inlines,
    Node,
    Note,
    NoteReference,
    Paragraph,
    SoftBreak,
    Styled,
    Text,
    plain_text,
)
from report.document import with_children as with_rows
from report.source import Span
from report.typesetting.directions import direction, is_in, runs
from report.typesetting.spaces import FIXED, joins, spaced

__all__ = ["direction", "set_text", "set_words", "shortened"]

SHORT = 20
"""Runs of so many characters from right to left stay on one line."""

LONG = 90
"""Paragraphs of more characters may have a last line with a single short word, and shall not."""

TAIL = 24
"""The characters on both sides of a line end that decide whether lines may break there."""


def set_text(nodes: tuple[Node, ...], language: str) -> tuple[Node, ...]:
    """The tree in a language (BCP 47), set; code and drawings stay as they are."""
    return tuple(part for node in _joined(nodes, language) for part in _set(node, language))


def set_words(text: str, language: str, span: Span) -> Inlines:
    """A text that stands at one place, set."""
    return tuple(_parts(Text(spaced(text, language), span=span), language))


FURNITURE = 54
"""Characters that the lines above and below the text have room for."""


def shortened(title: str) -> str:
    """A title as it fits there: whole words, and an ellipsis for the others."""
    if len(title) <= FURNITURE:
        return title
    return f"{title[:FURNITURE].rpartition(' ')[0] or title[:FURNITURE]} …"


def _set(node: Node, language: str) -> Iterator[Node]:
    match node:
        case Code() | CodeBlock() | Graphic() | Image():
            yield node
        case Text():
            words = spaced(node.text, language)
            yield from _parts(node if words == node.text else replace(node, text=words), language)
        case Paragraph() | Heading() if not node.attributes.get("lang") and (found := _other(node, language)):
            pairs = (*node.attributes.pairs, ("lang", found))
            marked = replace(node, attributes=replace(node.attributes, pairs=pairs))
            yield with_rows(marked, lambda below: set_text(below, found))
        case Paragraph() if len(plain_text(node.children)) > LONG:
            own = node.attributes.get("lang") or language
            yield replace(node, children=_without_runt(set_text(node.children, own)))
        case _:
            own = node.attributes.get("lang") or language
            yield with_rows(_with_source(node, own), lambda below: set_text(below, own))


def _without_runt(nodes: Inlines) -> Inlines:
    """The inlines of a paragraph whose last word, where it is short, takes the word before it along."""
    result = list(nodes)
    for place in range(len(result) - 1, -1, -1):
        node = result[place]
        if isinstance(node, Text) and " " in node.text.strip():
            result[place] = replace(node, text=_RUNT.sub(FIXED, node.text))
        if not isinstance(node, Citation | Note | NoteReference) and plain_text((node,)).strip(".,;:!?)”’"):
            break
    return tuple(result)


_RUNT = re.compile(r"(?<=\w) (?=\S{1,6}\s*$)")


def _with_source(node: Node, language: str) -> Node:
    """The node with the source that is printed below it set as well."""
    source = node.attributes.get("source")
    if not source:
        return node
    pairs = (*node.attributes.pairs, ("source", spaced(source, language)))
    return replace(node, attributes=replace(node.attributes, pairs=pairs))


def _other(node: Node, language: str) -> str:
    """The language of a block that runs from right to left in a text that does not; else empty."""
    return "" if direction(language) else is_in(plain_text((node,)))


def _parts(node: Text, language: str) -> Iterator[Node]:
    """The text, with each run from right to left in a box of its own, so that what follows keeps its place."""
    if direction(language):
        yield node
        return
    for words, found in runs(node.text):
        part = node if words == node.text else replace(node, text=words)
        if found:
            classes = ("nowrap",) if len(words) <= SHORT else ()
            yield Styled((part,), span=node.span, attributes=Attributes(classes=classes, pairs=(("lang", found),)))
        else:
            yield part


def _joined(nodes: tuple[Node, ...], language: str) -> tuple[Node, ...]:
    """The nodes; a line end of the source between words that belong together is a space that does not break."""
    if not any(isinstance(node, SoftBreak) for node in nodes):
        return nodes
    result = list(nodes)
    for place, (before, node) in enumerate(pairwise(nodes)):
        if isinstance(node, SoftBreak) and place + 2 < len(nodes):
            after = nodes[place + 2]
            if space := joins(plain_text((before,))[-TAIL:], plain_text((after,))[:TAIL], language):
                result[place + 1] = Text(space, span=node.span)
    return tuple(result)
