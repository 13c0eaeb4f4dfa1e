"""pydyf's door: a tree of PDF values → objects with their references kept apart."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pydyf
from msgspec import Struct, field
from msgspec.structs import replace

from report.pdf.file import LEVEL
from report.pdf.fragment import FIRST, SEPARATOR, Objects, Site, Stream
from report.pdf.values import identifier, text

_REFERENCE = re.compile(rb"(\d+) 0 R")


class Marked(Struct, frozen=True):
    """A stream of page content with its numbers; the offsets of sites count in the joined items."""

    body: bytes
    sites: tuple[Site, ...]


class Collector(Struct):
    """Takes in all objects that are reached from those it is given; one use."""

    objects: Sequence[Any]
    """Those of a `pydyf.PDF`, by number."""
    externals: Mapping[int, int]
    """Symbols of objects that the linker makes, by number."""
    content: Callable[[Any], Marked]
    """What is in a stream."""
    keys: Mapping[int, int]
    """Keys of the parent tree: from WeasyPrint's to those from 0 without gaps."""
    _local: dict[int, int] = field(default_factory=dict)
    _waiting: list[int] = field(default_factory=list)
    _targets: dict[str, int] = field(default_factory=dict)
    _chunks: list[bytes] = field(default_factory=list)
    _symbols: list[int | str] = field(default_factory=list)
    _text: list[bytes] = field(default_factory=list)

    def number(self, reference: int) -> int:
        """The local number of an object, which is taken in."""
        if reference not in self._local:
            self._local[reference] = len(self._local)
            self._waiting.append(reference)
        return self._local[reference]

    def collected(self) -> Objects:
        """All objects."""
        plain: list[tuple[int, list[bytes], list[int | str]]] = []
        streams: list[Stream] = []
        while self._waiting:
            reference = self._waiting.pop()
            value = self.objects[reference]
            local = self._local[reference]
            if isinstance(value, pydyf.Stream):
                streams.append(self._stream(local, value))
            else:
                plain.append((local, *self._written(value)))
        plain.sort(key=lambda item: item[0])
        streams.sort(key=lambda stream: stream.number)
        return self._packed(plain, _with_shared(streams))

    def _packed(self, plain: Iterable[tuple[int, list[bytes], list[int | str]]], streams: Iterable[Stream]) -> Objects:
        numbers, ends, chunks, symbols = [], [], [], []
        for number, texts, references in plain:
            numbers.append(number)
            chunks += texts
            symbols += [*map(self._code, references), SEPARATOR]
            ends.append(len(chunks))
        return Objects(
            len(self._local), len(self.keys), tuple(self._targets), tuple(numbers), tuple(ends), tuple(chunks),
            tuple(symbols), tuple(streams),
        )  # fmt: skip

    def _code(self, symbol: int | str) -> int:
        """The number of a symbol, now that all objects and keys are known."""
        keys = FIRST + len(self._local)
        if isinstance(symbol, str):
            return keys + len(self.keys) + self._targets[symbol]
        return symbol if symbol >= 0 else keys - symbol - 1

    def _stream(self, number: int, value: Any) -> Stream:
        marked = self.content(value)
        body, head = marked.body, dict(value.extra)
        head.pop("Length", None)
        head.pop("Interpolate", None)  # PDF/A forbids it
        if "Filter" not in head:
            body = zlib.compress(body, LEVEL)
            head["Filter"] = "/FlateDecode"
        chunks, symbols = self._written(head)
        return Stream(number, tuple(chunks), (*map(self._code, symbols), SEPARATOR), body, marked.sites)

    def _written(self, value: Any) -> tuple[list[bytes], list[int | str]]:
        """Chunks, and the symbols between them; keys of the parent tree are counted down from -1, targets are names."""
        self._chunks, self._symbols, self._text = [], [], []
        self._value(value)
        return [*self._chunks, b"".join(self._text)], self._symbols

    def _value(self, value: Any) -> None:
        match value:
            case str() | int() | float() | pydyf.String():
                self._text.append(written(value))
            case bytes():
                found = _REFERENCE.fullmatch(value)
                if found:
                    self._refer(int(found[1]))
                else:
                    self._text.append(value)
            case dict():
                self._dictionary(value)
            case list():
                self._text.append(b"[")
                for index, item in enumerate(value):
                    if index:
                        self._text.append(b" ")
                    self._value(item)
                self._text.append(b"]")
            case Key():
                self._symbol(-1 - self.keys[value.number])
            case Target():
                self._targets.setdefault(value.anchor, len(self._targets))
                self._symbol(value.anchor)
            case Reference():
                self._refer(value.number)
            case _:
                self._text.append(written(value))

    def _dictionary(self, value: Mapping[Any, Any]) -> None:
        self._text.append(b"<<")
        for name, item in value.items():
            self._text.append(b"/" + written(name) + b" ")
            if name in ("StructParents", "StructParent"):
                self._value(Key(item))
            elif name == "Dest" and isinstance(item, pydyf.String):
                self._text.append(text(identifier(item.string)))
            else:
                self._value(item)
        self._text.append(b">>")

    def _refer(self, number: int) -> None:
        self._symbol(self.externals[number] if number in self.externals else FIRST + self.number(number))

    def _symbol(self, code: int | str) -> None:
        self._chunks.append(b"".join(self._text))
        self._symbols.append(code)
        self._text = []


class Key(Struct, frozen=True):
    """A key of the parent tree, by the number that WeasyPrint gave it."""

    number: int


class Target(Struct, frozen=True):
    """A reference to the structure element at an anchor, in whichever fragment that is."""

    anchor: str


class Reference(Struct, frozen=True):
    """A reference to an object that the linker makes, by its number among the externals."""

    number: int


def number_of(reference: bytes) -> int:
    """The number of the object that pydyf refers to."""
    return int(reference.split()[0])


def written(value: Any) -> bytes:
    """A value without references as PDF."""
    if type(value) is bytes:
        return value
    if isinstance(value, pydyf.Object):
        data: bytes = value.data
        return data
    result: bytes = pydyf._to_bytes(value)
    return result


def plain_stream(stream: Any) -> Marked:
    """A stream as it is."""
    return Marked(b"\n".join(written(item) for item in stream.stream), ())


def _with_shared(streams: Sequence[Stream]) -> Iterator[Stream]:
    """The streams, images with their digests; that of an image covers its mask's."""
    digests: dict[int, str] = {}
    for stream in reversed(streams):  # a mask has a higher number than its image
        if b"/Subtype /Image" in stream.chunks[0]:
            masks = (digests.get(symbol - FIRST, "").encode() for symbol in stream.symbols)
            found = hashlib.blake2b(b"\0".join((*stream.chunks, *masks, stream.body)), digest_size=16)
            digests[stream.number] = found.hexdigest()
    return (replace(stream, shared=digests.get(stream.number, "")) for stream in streams)
