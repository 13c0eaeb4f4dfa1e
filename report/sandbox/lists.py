"""What templates may use: filters, tests, and attributes of values; whatever is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2.runtime import BlockReference, LoopContext, Macro

FILTERS = (
    *("abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat"),
    *("first", "float", "format", "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower"),
    *("map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice"),
    *("sort", "string", "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount"),
)
"""Filters of Jinja that templates may use; not those that need chance or slow regular expressions."""

TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float"),
    *("ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none"),
    *("number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper"),
)
"""Tests of Jinja that templates may use."""

_OF_TEXT = (
    *("capitalize", "casefold", "center", "count", "endswith", "find", "format", "index", "isalnum", "isalpha"),
    *("isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join", "ljust", "lower"),
    *("lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition"),
    *("rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill"),
)
_OF_LOOPS = (
    *("changed", "cycle", "depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem"),
    *("revindex", "revindex0"),
)
ATTRIBUTES: tuple[tuple[type, tuple[str, ...]], ...] = (
    (str, _OF_TEXT),
    (float, ("is_integer",)),
    (list, ("count", "index")),
    (tuple, ("count", "index")),
    (Mapping, ("get", "items", "keys", "values")),
    (LoopContext, _OF_LOOPS),
    (BlockReference, ("super",)),
    (Macro, ("name",)),
)
"""What templates may ask values for besides the author's own keys, by type."""

WIDENING = ("batch", "center", "indent", "ljust", "rjust", "slice", "zfill")
"""Filters and methods whose result may be as long as the value times the number that they are given."""

MULTIPLYING = ("format", "join", "replace")
"""Those whose result may be as long as the value times the text that they are given."""
