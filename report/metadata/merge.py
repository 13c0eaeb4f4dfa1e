"""One YAML value over another: profiles over `report.yml`, settings of the command line over both."""

from __future__ import annotations

import re

from report.data import Mapping, Scalar, Value, parse_yaml
from report.source import Source, Span

_SURROGATE = re.compile("[\ud800-\udfff]")
"""What stands for a byte that is not UTF-8."""


def merge(base: Value | None, over: Value | None) -> Value | None:
    """Mappings are merged key by key, anything else is replaced; a key stands where it was given last."""
    if base is None or over is None:
        return over or base
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    replaced = {key.text: (key, value) for key, value in over.entries}
    kept = [
        _merged(value, *replaced.pop(key.text)) if key.text in replaced else (key, value) for key, value in base.entries
    ]
    return Mapping((*kept, *replaced.values()), base.span)


def _merged(value: Value, key: Scalar, over: Value) -> tuple[Scalar, Value]:
    return key, merge(value, over) or value


def with_settings(base: Value | None, settings: tuple[str, ...]) -> Value | None:
    """`key=value` from the command line, with dots into mappings: `params.country=Syria`; values are YAML.

    Raises ValueError, with what to write, for a setting without `=` or that is no text.
    """
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise ValueError(f"`{setting}` is not of the form key=value")
        if _SURROGATE.search(setting):
            raise ValueError(f"`{_SURROGATE.sub(chr(0xFFFD), setting)}` is not UTF-8")
        source = Source("--set", text)
        parsed, diagnostics = parse_yaml(source)
        value: Value = Scalar(text, Span("--set"), text) if diagnostics or parsed is None else parsed
        for part in reversed(name.split(".")):
            value = Mapping(((Scalar(part, Span("--set"), part), value),), Span("--set"))
        base = merge(base, value)
    return base
