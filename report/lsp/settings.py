"""The keys of `report.yml` and of front matter at a place in a text that is being written, and need not be YAML yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from report.metadata import front_matter_schema, schema

Schema: TypeAlias = Mapping[str, Any]

REPORT: Schema = schema()
CHAPTER: Schema = front_matter_schema()

_KEY = re.compile(r"(?P<indent>[ ]*(?:-[ ]+)*)(?P<key>[\w-]+):(?:[ ]|$)")


def place(before: str) -> tuple[tuple[str, ...], bool]:
    """The keys around the end of a text, from the outermost; and whether a value is begun there rather than a key."""
    *above, line = before.split("\n")
    found = _KEY.match(line)
    indent = len(line) - len(line.lstrip(" -"))
    outer = tuple(_around(above, indent))
    if found:
        return (*outer, found["key"]), True
    parent = outer[-1:] and line.lstrip().startswith("- ")
    return outer, bool(parent)


def _around(lines: Sequence[str], indent: int) -> Iterator[str]:
    """The keys of the lines above that stand farther left, the outermost first."""
    inner: list[str] = []
    for line in reversed(lines):
        found = _KEY.match(line)
        if found and len(found["indent"]) < indent:
            indent = len(found["indent"])
            inner.insert(0, found["key"])
    return iter(inner)


def within(described: Schema, keys: Sequence[str | int]) -> Schema:
    """The part of a schema for what stands under some keys; empty where there is none."""
    for key in keys:
        if not isinstance(key, int):
            forms = (
                form.get("properties", {}).get(key) or form.get("additionalProperties") for form in _forms(described)
            )
            described = next((form for form in forms if isinstance(form, dict)), {})
    return described


def keys(described: Schema) -> dict[str, str]:
    """The keys that may stand there, with what they mean."""
    return {
        key: str(value.get("description", ""))
        for form in _forms(described)
        for key, value in form.get("properties", {}).items()
    }


def values(described: Schema) -> tuple[str, ...]:
    """The values that may stand there, where they can be listed."""
    found = [str(value) for form in _forms(described) for value in form.get("enum", ())]
    booleans = ["true", "false"] * any(form.get("type") == "boolean" for form in _forms(described))
    return tuple(dict.fromkeys((*found, *booleans)))


def _forms(described: Schema) -> Iterator[Schema]:
    """The schema and every form that it allows, those of a list's items too."""
    yield described
    for form in (*described.get("oneOf", ()), *([described["items"]] if "items" in described else ())):
        yield from _forms(form)
