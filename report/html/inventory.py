"""What was written, and whether all of it is in the HTML that is printed or shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from html import unescape
from html.parser import HTMLParser

from msgspec import Struct

from report.document import (
    Abbreviation,
    BibliographyEntry,
    Chapter,
    Code,
    CodeBlock,
    Definition,
    Image,
    Math,
    Node,
    Note,
    Paragraph,
    Plain,
    Text,
    children,
    walk,
)
from report.source import Span


class Inventory(Struct, frozen=True):
    """What a text has, and what its HTML lacks."""

    paragraphs: int = 0
    """With items of lists and entries of bibliographies, without those of notes."""
    notes: int = 0
    missing: tuple[Node, ...] = ()
    """The words, or the notes, that are not in the HTML."""

    def __add__(self, other: Inventory) -> Inventory:
        missing = (*self.missing, *other.missing)
        return Inventory(self.paragraphs + other.paragraphs, self.notes + other.notes, missing)


def inventory(chapters: Iterable[Chapter], html: str) -> Inventory:
    """What resolved chapters have, held against HTML of ours: each word in its order, each note with its anchor."""
    return _inventory(chapters, unescape(_TAG.sub("", html)), frozenset(map(unescape, _ID.findall(html))))


def shown(chapters: Iterable[Chapter], html: str) -> Inventory:
    """The same, held against a page that was made by anybody's template."""
    page = _Page()
    page.feed(html)
    page.close()
    return _inventory(chapters, "".join(page.texts), page.names)


_TAG = re.compile(r"<[^>]*>")

_ID = re.compile(r'<[^<>]* id="([^"]+)"')


def _inventory(chapters: Iterable[Chapter], text: str, names: Container[str]) -> Inventory:
    nodes = [node for chapter in chapters for node in chapter.nodes]
    notes = [node for node in nodes if isinstance(node, Note)]
    inside = {id(below) for note in notes for below in walk(note.blocks)}
    paragraphs = [node for node in nodes if isinstance(node, Paragraph | Plain | BibliographyEntry)]
    count = sum(id(node) not in inside and any(children(node)) for node in paragraphs)
    drawn = {id(below) for node in nodes if isinstance(node, Image) and node.source for below in walk(node.children)}
    printed = (node for node in _once_a_term(nodes) if id(node) not in drawn)
    words = [(node, letters) for node in printed if (letters := _letters(_words(node)))]
    lacking = (note for note in notes if note.anchor not in names)
    return Inventory(count, len(notes), (*lacking, *_missing(words, _letters(text))))


def _once_a_term(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes, those of a term once: each of its definitions has it, and it is written before the first."""
    terms = {id(below) for node in nodes if isinstance(node, Definition) for below in walk(node.term)}
    seen: set[tuple[Span, str]] = set()
    for node in nodes:
        key = (node.span, _words(node))
        if id(node) in terms:
            if key in seen:
                continue
            seen.add(key)
        yield node


def _words(node: Node) -> str:
    """What a node itself prints, without those below it; numbers that the linker puts in are left out."""
    match node:
        case Text(text=text) | Code(text=text) | CodeBlock(text=text) | Abbreviation(text=text):
            return text
        case Math(svg="", tex=tex):
            return tex
        case _:
            return ""


def _missing(words: Sequence[tuple[Node, str]], found: str) -> Iterator[Node]:
    """The nodes whose letters are not in a text; what stands elsewhere than it is looked for has been moved."""
    place = 0
    is_complete = True
    for node, letters in words:
        at = found.find(letters, place)
        if at >= 0:
            place = at + len(letters)
        elif letters not in found:
            is_complete = False
            yield node
    if is_complete and Counter("".join(letters for _, letters in words)) - Counter(found):
        yield from _rarer(words, found)


def _rarer(words: Sequence[tuple[Node, str]], found: str) -> Iterator[Node]:
    """The nodes whose letters were written more often than they are found, the last of each."""
    last = {letters: node for node, letters in words}
    counts = Counter(letters for _, letters in words)
    yield from (node for letters, node in last.items() if counts[letters] > found.count(letters))


def _letters(text: str) -> str:
    return "".join(text.split())


class _Page(HTMLParser):
    """The text of a page that can be seen, without a stylesheet, and the names of its elements; one use."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.names: set[str] = set()
        self._unseen: list[str] = []
        """The elements around that are not shown, outermost first, with all in them."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _EMPTY and (self._unseen or tag in _UNSEEN or "hidden" in given or _hides(given)):
            self._unseen.append(tag)
        if not self._unseen and given.get("id"):
            self.names.add(str(given["id"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[len(self._unseen) - 1 - self._unseen[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


_UNSEEN = frozenset(("head", "script", "style", "template", "title", "noscript", "textarea", "object", "iframe"))

_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0*%?\s*(?:;|!|$))", re.I
)


def _hides(given: Mapping[str, str | None]) -> bool:
    """Whether an element says itself that it is not shown."""
    return bool(_HIDING.search(given.get("style") or ""))


_EMPTY = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))


def shows(html: str, text: str) -> bool:
    """Whether a text can be seen in HTML, as far as this does not hang on a stylesheet."""
    page = _Page()
    page.feed(html)
    page.close()
    return text in "".join(page.texts)
