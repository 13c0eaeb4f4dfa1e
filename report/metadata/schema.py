"""The JSON schema (draft 07) of `report.yml`, for editors; made from the same fields that check it."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from report.metadata.decode import key_of
from report.metadata.fields import ChapterMetadata, Metadata


def keys() -> tuple[str, ...]:
    """The keys of `report.yml`."""
    return tuple(key_of(entry.name) for entry in fields(Metadata))


def schema() -> dict[str, Any]:
    """The schema of `report.yml`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "report.yml",
        "description": "A report for `report build`",
        **_object(Metadata),
    }


def front_matter_schema() -> dict[str, Any]:
    """The schema of a chapter's front matter."""
    return _object(ChapterMetadata)


def _object(kind: type[Any]) -> dict[str, Any]:
    types = get_type_hints(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key_of(entry.name): _property(types[entry.name], entry) for entry in fields(kind)},
    }


def _property(kind: Any, entry: Field[Any]) -> dict[str, Any]:
    described = {"description": entry.metadata["doc"], **_type(kind, entry)}
    default = entry.default
    if default is not MISSING and default not in ("", ()):
        described["default"] = default
    return described


def _type(kind: Any, entry: Field[Any]) -> dict[str, Any]:
    if is_dataclass(kind) and isinstance(kind, type):
        record = _object(kind)
        return {"oneOf": [{"type": "string"}, record]} if getattr(kind, "shorthand", "") else record
    match get_origin(kind) or kind:
        case origin if origin is tuple:
            item = _type(get_args(kind)[0], entry)
            return {"oneOf": [item, {"type": "array", "items": item}]}
        case origin if origin is dict:
            return _dict(get_args(kind)[1], entry)
        case origin if origin is Literal:
            return {"enum": list(get_args(kind))}
        case _:
            checks = {name: entry.metadata[name] for name in ("minimum", "maximum") if name in entry.metadata}
            if "pattern" in entry.metadata:
                checks["pattern"] = f"^({entry.metadata['pattern']})$"
            return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[kind], **checks}


def _dict(kind: Any, entry: Field[Any]) -> dict[str, Any]:
    """Keys that are not fields: any, or those that are known, each with what it means."""
    if kind is object:
        return {"type": "object"}
    known = entry.metadata.get("known")
    if not known:
        return {"type": "object", "additionalProperties": _type(kind, entry)}
    properties = {name: {"description": meaning, **_type(kind, entry)} for name, meaning in known.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}
