"""Values of YAML → a record of `fields`: every mismatch is a diagnostic at its place, and the default stands in."""

from __future__ import annotations

import re
from dataclasses import Field, fields, is_dataclass
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct

from report.data import Mapping, Scalar, Sequence, Value, plain
from report.diagnostics import Diagnostic, did_you_mean, error
from report.source import Span

Record = TypeVar("Record")
Path = tuple[str | int, ...]


MAX_ITEMS = 1_000
"""Values in a list, or keys under one, apart from `params`."""


class Decoded(Struct, Generic[Record], frozen=True):
    """A record, the place of every value in it by its path of keys and indices, and what was wrong."""

    record: Record
    places: dict[Path, Span]
    diagnostics: tuple[Diagnostic, ...]


def key_of(name: str) -> str:
    """The key in YAML of a field."""
    return name.replace("_", "-")


def decode(value: Value | None, kind: type[Record], context: str) -> Decoded[Record]:
    """The record of that kind; `context` names the kind of file in messages (`report.yml`)."""
    decoder = _Decoder(context)
    record = kind() if value is None else decoder.record(value, kind, ())
    return Decoded(record, decoder.places, tuple(decoder.diagnostics))


class _Decoder:
    """Collects places and diagnostics on the way down; one use."""

    def __init__(self, context: str) -> None:
        self.context = context
        self.places: dict[Path, Span] = {}
        self.diagnostics: list[Diagnostic] = []

    def record(self, value: Value, kind: type[Any], path: Path) -> Any:
        shorthand = getattr(kind, "shorthand", "")
        if isinstance(value, Scalar) and shorthand and value.value is not None:
            return kind(**{shorthand: value.text})
        if not isinstance(value, Mapping):
            self._mismatch(value, path, "keys with values")
            return kind()
        known = {key_of(entry.name): entry for entry in fields(kind)}
        types = get_type_hints(kind)
        given: dict[str, Any] = {}
        for key, item in value.entries:
            entry = known.get(key.text)
            if entry is None:
                self._unknown(key, known, path)
            elif not (isinstance(item, Scalar) and item.value is None):
                below = (*path, key.text)
                decoded = self.value(item, types[entry.name], entry, below)
                if decoded is not None:
                    given[entry.name] = decoded
        return kind(**given)

    def value(self, value: Value, kind: Any, entry: Field[Any], path: Path) -> Any:
        """The value as that type, or None after a diagnostic."""
        self.places[path] = value.span
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(value, kind, path)
        match get_origin(kind) or kind:
            case origin if origin is tuple:
                return self._tuple(value, get_args(kind)[0], entry, path)
            case origin if origin is dict:
                return self._dict(value, get_args(kind)[1], entry, path)
            case origin if origin is Literal:
                return self._choice(value, get_args(kind), path)
            case _:
                return self._scalar(value, kind, entry, path)

    def _tuple(self, value: Value, kind: Any, entry: Field[Any], path: Path) -> Any:
        items = value.items if isinstance(value, Sequence) else (value,)
        if len(items) > MAX_ITEMS:
            return self._mismatch(value, path, f"at most {MAX_ITEMS:,} values")
        decoded = (self.value(item, kind, entry, (*path, index)) for index, item in enumerate(items))
        return tuple(item for item in decoded if item is not None)

    def _dict(self, value: Value, kind: Any, entry: Field[Any], path: Path) -> Any:
        if not isinstance(value, Mapping):
            return self._mismatch(value, path, "keys with values")
        if kind is not object and len(value.entries) > MAX_ITEMS:
            return self._mismatch(value, path, f"at most {MAX_ITEMS:,} keys")
        self.places |= {(*path, key.text): key.span for key, _ in value.entries}
        if kind is object:
            return plain(value)
        decoded = {key.text: self.value(item, kind, entry, (*path, key.text)) for key, item in value.entries}
        self.places |= {(*path, key.text): key.span for key, _ in value.entries}
        return {key: item for key, item in decoded.items() if item is not None}

    def _choice(self, value: Value, choices: tuple[str, ...], path: Path) -> Any:
        if isinstance(value, Scalar) and value.text in choices:
            return value.text
        return self._mismatch(value, path, " or ".join(f"`{choice}`" for choice in choices if choice))

    def _scalar(self, value: Value, kind: Any, entry: Field[Any], path: Path) -> Any:
        if not isinstance(value, Scalar):
            return self._mismatch(value, path, _NAMES[kind])
        if kind is str:
            return self._text(value, entry, path)
        if type(value.value) is not kind:
            return self._mismatch(value, path, _NAMES[kind])
        low, high = entry.metadata.get("minimum"), entry.metadata.get("maximum")
        if low is not None and high is not None and not low <= value.value <= high:
            return self._mismatch(value, path, f"a whole number from {low} to {high}")
        return value.value

    def _text(self, value: Scalar, entry: Field[Any], path: Path) -> str | None:
        pattern = entry.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value.text):
            self._mismatch(value, path, entry.metadata["form"])
            return None
        return value.text

    def _mismatch(self, value: Value, path: Path, wanted: str) -> None:
        key = ".".join(str(part) for part in path if isinstance(part, str))
        found = (
            f"`{value.text}`" if isinstance(value, Scalar) else ("a list" if isinstance(value, Sequence) else "keys")
        )
        subject = f"`{key}`" if key else self.context
        self.diagnostics.append(error("metadata-type", f"{subject} must be {wanted}, not {found}", value.span))

    def _unknown(self, key: Scalar, known: dict[str, Any], path: Path) -> None:
        where = f" in `{'.'.join(map(str, path))}`" if path else ""
        is_early = len(self.diagnostics) < MAX_ITEMS // 10 and len(key.text) < 100
        hints = (did_you_mean(key.text, known) if is_early else ()) or (f"known keys: {', '.join(known)}",)
        message = f"unknown key `{key.text}`{where}"
        self.diagnostics.append(error("metadata-unknown-key", message, key.span, *hints))


_NAMES = {str: "text", bool: "`true` or `false`", int: "a whole number", float: "a number"}
