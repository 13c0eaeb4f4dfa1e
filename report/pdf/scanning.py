"""The bytes of a finished file: whether content streams close what they open, and where links lead."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterator, Mapping

from report.pdf.values import identified

SCHEMES = ("http", "https", "mailto", "tel")
"""Of the addresses that links may have."""


def broken(content: bytes, names: Collection[str]) -> Iterator[str]:
    """What is wrong with some of the objects of a file; `names` are the destinations that it has."""
    streams = {number: (head, body) for number, head, body in _streams(content)}
    packed = [_text(head, body) for head, body in streams.values() if b"/ObjStm" in head]
    drawn = {number: _text(*found) for number, found in streams.items() if _is_content(found[0])}
    pages = [tuple(map(int, _REFERENCE.findall(found))) for text in packed for found in _CONTENTS.findall(text)]
    yield from dict.fromkeys(_of_content(pages, drawn))
    for text in packed:
        yield from dict.fromkeys(_of_links(text, names))


def _streams(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, dictionary and bytes of each stream; a file of ours has nothing else but an end."""
    found = _STREAM.match(content)
    while found:
        end = found.end() + int(found[3])
        yield int(found[1]), found[2], content[found.end() : end]
        found = _STREAM.match(content, end + len(b"\nendstream\nendobj\n"))


_STREAM = re.compile(rb"(\d+) 0 obj\n(<<.*?)/Length (\d+)>>\nstream\n", re.DOTALL)

_REFERENCE = re.compile(rb"(\d+) 0 R")

_CONTENTS = re.compile(rb"/Contents (\[[^\]]*\]|\d+ 0 R)")
"""What a page draws; with a text behind the name it is what an annotation says."""


def _text(head: bytes, body: bytes) -> bytes:
    """A stream without its filter; nothing where it is damaged."""
    try:
        return zlib.decompress(body) if b"/FlateDecode" in head else body
    except zlib.error:
        return b""


def _is_content(head: bytes) -> bool:
    """Whether a stream draws: a page's has no more than its filter, a form and a pattern say what they are."""
    return head in (b"<<", b"<</Filter /FlateDecode") or b"/Form" in head or b"/PatternType 1" in head


def _of_content(pages: list[tuple[int, ...]], drawn: Mapping[int, bytes]) -> Iterator[str]:
    """The streams of a page are one text; any other stands by itself."""
    on_pages = {number for page in pages for number in page}
    wholes = [b"\n".join(drawn.get(number, b"") for number in page) for page in pages]
    alone = [text for number, text in drawn.items() if number not in on_pages]
    if not all(drawn.get(number) for number in on_pages):
        yield "the content of a page is damaged"
    for text in (*wholes, *alone):
        fault = unbalanced(text)
        if fault:
            yield fault


def unbalanced(text: bytes) -> str:
    """What a content stream opens and does not close, or the other way round; empty where it is in order."""
    open_: list[bytes] = []
    for operator in _OPERATORS.findall(text):
        if not operator:
            continue
        if operator in _CLOSERS:
            if not open_ or _CLOSERS[operator] != open_.pop():
                return f"`{operator.decode()}` in a content stream closes what is not open"
        else:
            open_.append(b"BMC" if operator == b"BDC" else operator)
    return f"`{open_[-1].decode()}` in a content stream is not closed" if open_ else ""


_CLOSERS = {b"Q": b"q", b"ET": b"BT", b"EMC": b"BMC"}

_OPERATORS = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F\s]*>|/[^\s/<>\[\](){}%]*|\bBI\s.*?\sEI\b|"
    rb"(?<![^\s>\])])(q|Q|BT|ET|BMC|BDC|EMC)(?![^\s\[<(/])",
    re.DOTALL,
)
"""Strings, names and images in a line are passed over (ISO 32000-1, 7.8.2)."""


def _of_links(text: bytes, names: Collection[str]) -> Iterator[str]:
    """The links that lead nowhere or elsewhere than they may, and whatever would make a reader do something."""
    for found in _TARGET.finditer(text):
        key, target = found[1], _string(found[2])
        if key == b"URI" and target.partition(":")[0].lower() not in SCHEMES:
            yield f"a link leads to `{target}`"
        elif key != b"URI" and target not in names:
            yield f"a link leads to `{identified(target)}`, which is on no page"
    for action in _ACTIVE.findall(_STRING.sub(b"()", text)):
        yield f"there is `{action.decode().strip()}`"


_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)

_TARGET = re.compile(rb"/(URI|Dest|D) (\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>(?!>))", re.DOTALL)

_ACTIVE = re.compile(
    rb"/S /(?:Launch|JavaScript|GoToR|GoToE|ImportData|SubmitForm|Rendition|Movie|Sound)\b|"
    rb"/(?:JS|AA|OpenAction|EmbeddedFile|RichMedia) "
)


def _string(value: bytes) -> str:
    """A text string (ISO 32000-1, 7.9.2)."""
    if value.startswith(b"<"):
        return bytes.fromhex(value[1:-1].decode()).decode("utf-16", "replace")
    plain = re.sub(rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), value[1:-1])
    return plain.decode("utf-16" if plain.startswith(b"\xfe\xff") else "latin-1", "replace")
