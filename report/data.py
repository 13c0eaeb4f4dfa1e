"""YAML and CSV texts as values that know their place; YAML by version 1.2's core rules."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from math import isfinite
from typing import TypeAlias

import yaml
from msgspec import Struct
from msgspec.structs import replace

from report.diagnostics import Diagnostic, error, odd_escapes, without_controls
from report.document import normal
from report.source import Source, Span

MAX_DEPTH = 32
"""Levels of nesting that a YAML text may have."""

MAX_CHARACTERS, MAX_VALUES, MAX_PROBLEMS = 500_000, 30_000, 100
"""The length of a YAML text, the values and keys in it, and the faults that are told of it, at most."""

MAX_ROWS, MAX_COLUMNS = 10_000, 200
"""The rows and columns of a CSV file, at most."""


class Scalar(Struct, frozen=True):
    """A single value; `None` is YAML's null."""

    value: str | int | float | bool | None
    span: Span
    text: str
    """As written, without quotes."""


class Sequence(Struct, frozen=True):
    """A list."""

    items: tuple[Value, ...]
    span: Span


class Mapping(Struct, frozen=True):
    """Keys with their values, in the order written."""

    entries: tuple[tuple[Scalar, Value], ...]
    span: Span

    def get(self, key: str) -> Value | None:
        """The value of a key."""
        return next((value for name, value in self.entries if name.text == key), None)


Value: TypeAlias = "Scalar | Sequence | Mapping"


def plain(value: Value) -> object:
    """The value as Python's own str, int, float, bool, None, list and dict, without places."""
    match value:
        case Scalar():
            return value.value
        case Sequence():
            return [plain(item) for item in value.items]
        case Mapping():
            return {key.text: plain(item) for key, item in value.entries}


def parse_yaml(source: Source, offset: int = 0, end: int | None = None) -> tuple[Value | None, tuple[Diagnostic, ...]]:
    """The value of the YAML text between two offsets of a source; None where it is empty or broken.

    Aliases, tags and repeated keys are errors: they hide what a file says.
    """
    reader = _Reader(source, offset)
    text = source.text[offset:end]
    if len(text) > MAX_CHARACTERS:
        reader.complain("yaml-length", f"more than {MAX_CHARACTERS:,} characters of YAML", MAX_CHARACTERS)
        return None, tuple(reader.diagnostics)
    try:
        value = reader.document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.reader.ReaderError as fault:
        reader.complain("yaml-character", f"character {fault.character:#06x} is not allowed in YAML", fault.position)
        return None, tuple(reader.diagnostics)
    except yaml.MarkedYAMLError as fault:
        unclosed = "end of stream" in str(fault.problem)
        mark = (fault.context_mark if unclosed else None) or fault.problem_mark or fault.context_mark
        message = " ".join(part for part in (fault.problem, fault.context) if part)
        message = message.replace("but found '<stream end>'", "but the text ends").replace("'", "`")
        hints = [hint for sign, hint in _SYNTAX_HINTS if sign in message]
        reader.complain("yaml-syntax", message, mark.index if mark else 0, 1, *hints)
        return None, tuple(reader.diagnostics)
    except _TooMany as fault:
        if fault.args[1]:
            reader.complain("yaml-length", fault.args[1], fault.args[0])
        return None, tuple(reader.diagnostics)
    except _TooDeep as fault:
        reader.complain("yaml-depth", f"more than {MAX_DEPTH} levels", int(fault.args[0]))
        return None, tuple(reader.diagnostics)
    return value, tuple(reader.diagnostics)


_SYNTAX_HINTS = (
    ("mapping values are not allowed", "put a value that holds a colon in quotation marks"),
    ("cannot start any token", "indent with spaces, not tabs; put a value that begins with a sign in quotation marks"),
    ("quoted scalar", "close the quotation mark"),
    ("expected <block end>", "indent the keys of one mapping alike"),
)
"""What to do, by a part of the parser's message."""


class _TooDeep(Exception):
    """More levels than are read; holds the offset."""


class _TooMany(Exception):
    """More values, or more faults, than are read; holds the offset, and the message if there is one to give."""


def _index(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else _index(event)


class _Reader:
    """Builds values from the parser's events; one use."""

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset
        self.diagnostics: list[Diagnostic] = []
        self.values = 0

    def complain(self, code: str, message: str, index: int, length: int = 1, *hints: str) -> None:
        start = self.offset + index
        self.diagnostics.append(error(code, message, self.source.span(start, start + length), *hints))

    def document(self, events: Iterator[yaml.Event]) -> Value | None:
        value: Value | None = None
        for event in events:
            match event:
                case yaml.StreamStartEvent() | yaml.StreamEndEvent() | yaml.DocumentEndEvent():
                    pass
                case yaml.DocumentStartEvent():
                    if value is not None:
                        self.complain("yaml-document", "a second YAML document starts here", _index(event), 3)
                        return value
                case _:
                    value = self.value(event, events, 0)
        return value

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Value:
        self.values += 1
        if self.values > MAX_VALUES or len(self.diagnostics) >= MAX_PROBLEMS:
            message = f"more than {MAX_VALUES:,} keys and values" if self.values > MAX_VALUES else ""
            raise _TooMany(_index(event), message)
        self._refuse_tag(event)
        span = self._span(event)
        match event:
            case yaml.ScalarEvent():
                self._refuse_controls(event.value, event)
                text = _CONTROLS.sub("\ufffd", event.value)
                if (
                    event.style == '"'
                    and "\\" in self.source.text[self.offset + _index(event) : self.offset + _end(event)]
                ):
                    self.diagnostics.extend(odd_escapes(text, span))
                return Scalar(_resolved(text) if event.style is None else text, span, text)
            case yaml.AliasEvent():
                self.complain("yaml-alias", f"alias `*{event.anchor}` is not supported", _index(event), 1)
                return Scalar(None, span, "")
            case _ if depth >= MAX_DEPTH:
                raise _TooDeep(_index(event))
            case yaml.SequenceStartEvent():
                return Sequence(tuple(self._items(events, depth)), span)
            case _:
                return Mapping(tuple(self._entries(events, depth)), span)

    def _items(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Value]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self.value(event, events, depth + 1)

    def _entries(self, events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[Scalar, Value]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.value(event, events, depth + 1)
            value = self.value(next(events), events, depth + 1)
            index = _index(event)
            if not isinstance(key, Scalar):
                self.complain("yaml-key", "a key must be plain text", index)
            elif key.text == "<<":
                self.complain("yaml-merge", "merge keys are not supported", index, 2, "write the keys out")
            elif (name := normal(key.text)) in seen:
                line = self.source.position(self.offset + index).line
                first = self.source.position(self.offset + seen[name]).line
                hint = f"keep one of lines {first} and {line}"
                self.complain("yaml-duplicate-key", f"key `{key.text}` is given twice", index, len(key.text), hint)
            else:
                seen[name] = index
                yield replace(key, text=name), value

    def _refuse_controls(self, text: str, event: yaml.Event) -> None:
        """Characters that a quoted text may name and no file may hold: `"\\0"`."""
        found = _CONTROLS.search(text)
        if found:
            self.complain("yaml-character", f"character {ord(found[0]):#06x} is not allowed in YAML", _index(event))

    def _refuse_tag(self, event: yaml.Event) -> None:
        tag = getattr(event, "tag", None)
        if tag:
            self.complain("yaml-tag", f"tag `{tag}` is not supported", _index(event), 1, "remove it")

    def _span(self, event: yaml.Event) -> Span:
        start = _index(event)
        scalar = isinstance(event, yaml.ScalarEvent) and event.end_mark
        end = event.end_mark.index if scalar and event.end_mark else start + 1
        text = self.source.text[self.offset + start : self.offset + end].rstrip()
        return self.source.span(self.offset + start, self.offset + start + max(1, len(text)))


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def _resolved(text: str) -> str | int | float | bool | None:
    """A plain scalar by the core schema of YAML 1.2.2, section 10.3.2 (without `.inf` and `.nan`).

    Digits behind a zero, as in `0123`, are a name more often than an amount, and stay as written.
    """
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if len(text) > 40:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    return float(text) if _FLOAT.fullmatch(text) and isfinite(float(text)) else text


class Records(Struct, frozen=True):
    """A CSV file: the names in its first row, and the rows below, every one as long as the first."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spans: tuple[Span, ...]
    """The line of each row."""
    head: Span


def parse_csv(source: Source) -> tuple[Records | None, tuple[Diagnostic, ...]]:
    """The rows of a comma-separated file by RFC 4180; a row that is too short or too long is an error and kept."""
    text, controls = without_controls(source)
    reader = csv.reader(io.StringIO(text), strict=True)
    table: list[tuple[Span, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if cells:
                table.append((_line(source, before), cells))
            before = reader.line_num
            if len(table) > MAX_ROWS or len(cells) > MAX_COLUMNS:
                message = f"more than {MAX_ROWS:,} rows or {MAX_COLUMNS:,} columns"
                return None, (error("csv-length", message, table[-1][0], "take out what is not needed"),)
    except csv.Error as fault:
        return None, (_csv_syntax(source, str(fault), _line(source, before)),)
    if not table:
        return None, (error("csv-empty", "the file has no rows", source.span(0, 0)),)
    (head, names), *rows = table
    ragged = tuple(
        error(
            "csv-ragged-row",
            f"this row has {_count(len(cells), 'cell')}, the first {_count(len(names), 'cell')}",
            span,
            "put a cell that holds a comma in quotation marks",
        )
        for span, cells in rows
        if len(cells) != len(names)
    )
    width = len(names)
    filled = tuple(tuple((cells + [""] * width)[: max(width, len(cells))]) for _, cells in rows)
    return Records(tuple(names), filled, tuple(span for span, _ in rows), head), (*controls, *ragged)


def _csv_syntax(source: Source, fault: str, line: Span) -> Diagnostic:
    if "unexpected end of data" not in fault:
        return error("csv-syntax", fault.lower(), line)
    opening = [match.start() for match in re.finditer('"', source.text)][::2][-1]
    hint = "close it, or write a quotation mark within quotation marks twice"
    return error("csv-syntax", "this quotation mark is not closed", source.span(opening, opening + 1), hint)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(source: Source, before: int) -> Span:
    """The line after so many."""
    start = source.offset(before + 1)
    end = source.text.find("\n", start)
    return source.span(start, len(source.text) if end < 0 else end)
