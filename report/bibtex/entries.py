"""BibTeX files become a library of entries; whatever of a file cannot be used is a diagnostic.

The grammar is bibtexparser's; its blocks and log records stay in this module. Of two entries with one key the first
counts, as in BibTeX; an entry behind `%` is commented out, as in biber.
"""

from __future__ import annotations

import gc
import logging
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from report.bibtex.mistakes import broken_block, swallowed_entries, text_between
from report.bibtex.model import Entry, Library, key_list, normal_key
from report.bibtex.strings import LONGEST, MONTHS, Value, Written, evaluate, is_regular_entry
from report.diagnostics import Diagnostic, Severity, did_you_mean, error, warning
from report.lookalikes import appearance, in_disguise
from report.source import Source

_HEAD = re.compile(r"@(\w*)[ \t]*[{(]\s*")
_NEXT_BLOCK = re.compile(r"@\w*[ \t]*$")
_FOLLOWING = re.compile(r"[^\w{}\"#%]*(\w[\w.:+/-]*)\s*=\s*")
"""A field before which a comma is missing or is another mark, as in `title = {A}; year = 2000`."""
_LETTER = re.compile(r"\w")
_FORM = "fields are written `name = {value},`"
_LATER = re.compile(r"\n[ \t,]*(\w[\w.:+/-]*)\s*=\s*(?=[{\"\d])")


class _Reading(Struct):
    """What has been read so far of all files."""

    macros: dict[str, str] = field(default_factory=lambda: dict(MONTHS))
    entries: dict[str, Entry] = field(default_factory=dict)
    folded: dict[str, Entry] = field(default_factory=dict)
    """By key without regard to case."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    undefined: set[str] = field(default_factory=set)
    """String macros that have been reported."""
    usual_months: bool = True
    """Whether `jan` and the like still have the meaning that every file gives them."""


def parse(sources: Sequence[Source]) -> Library:
    """All entries of the files, in order; string macros of one file hold in those after it."""
    with _without_collector():
        reading = _Reading()
        for source in sources:
            _read(source, reading)
        aliases = _aliases(reading)
        return Library(reading.entries, tuple(reading.diagnostics), aliases)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Measured on 10,000 entries: looking for cycles, of which there are none, doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(source: Source, reading: _Reading) -> None:
    before, usable = len(reading.diagnostics), len(reading.entries)
    starts: set[int] = set()
    broken: list[tuple[int, int]] = []
    last: Entry | None = None
    for start, block in _blocks(source, reading):
        starts.add(start)
        if _is_commented_out(source.text, start) and type(block).__name__ != "ImplicitComment":
            continue
        match type(block).__name__:
            case "Entry":
                last = _read_entry(source, start, block, reading)
                broken += [] if last else [(start, start + len(block.raw))]
            case "String":
                _read_macro(source, start, block, reading)
            case "ParsingFailedBlock":
                broken.append((start, start + len(block.raw)))
                told = str(getattr(block.error, "abort_reason", block.error))
                reading.diagnostics += broken_block(source, start, block.raw, told)
            case "ImplicitComment":
                reading.diagnostics += text_between(source, start, block.comment, last.key if last else "")
    reading.diagnostics += swallowed_entries(source, starts, broken)
    reading.diagnostics[before:] = _summed(reading.diagnostics[before:], source, len(reading.entries) - usable)


def _summed(found: list[Diagnostic], source: Source, usable: int) -> list[Diagnostic]:
    """The diagnostics of a file; where several say that something of it is lost, the first says what is left."""
    lost = [place for place, problem in enumerate(found) if problem.severity is Severity.ERROR]
    if len(lost) > 1:
        hint = f"{len(lost)} errors in {source.path}; {usable} of its entries can be used"
        first = min(lost, key=lambda place: found[place].span or source.span(0, 0))
        found[first] = replace(found[first], hints=(*found[first].hints, hint))
    return found


def _blocks(source: Source, reading: _Reading) -> Iterator[tuple[int, Any]]:
    """The parser's blocks with the place where each begins."""
    place = 0
    for block in _split(source, reading):
        whole = getattr(block, "ignore_error_block", None) or block  # fields or keys twice are ours to tell about
        raw = whole.raw
        start = source.text.find(raw[:1], place) if raw else place
        while start >= 0 and not source.text.startswith(raw, start):
            start = source.text.find(raw[:1], start + 1)
        start = place if start < 0 else start
        yield start, whole
        overlap = _NEXT_BLOCK.search(raw) if hasattr(block, "error") else None
        place = start + (max(1, overlap.start()) if overlap else len(raw))


def _split(source: Source, reading: _Reading) -> Sequence[Any]:
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # all that it reports is in its blocks
    try:
        blocks: Sequence[Any] = parse_string(source.text, parse_stack=[]).blocks
    except Exception as failure:  # it hands on whatever happens to it, so that it can be told about
        message = f"the file cannot be read as BibTeX: {type(failure).__name__}"
        reading.diagnostics.append(error("bib-unreadable", message, source.span(0, 0)))
        return ()
    return blocks


def _read_entry(source: Source, start: int, block: Any, reading: _Reading) -> Entry | None:
    head = _HEAD.match(source.text, start)
    place = head.end() if head else start
    key = normal_key(block.key)
    regular = reading.usual_months and is_regular_entry(block.raw)
    written, wrong = ((), {}) if regular else _written(block, reading.macros)
    names = [_field_name(one.key) for one in block.fields]
    entry = Entry(
        key=key,
        type=block.entry_type,
        source=source,
        start=place,
        end=place + len(block.key),
        stop=start + len(block.raw),
        worked_out=written,
    )
    if not key:
        reading.diagnostics.append(error("bib-key", "entry without a key is ignored", source.span(start, place)))
        return None
    _check_fields(entry, names, wrong, reading)
    if not regular:
        _check_between(entry, block, reading)
    return _add(entry, reading)


def _written(block: Any, macros: Mapping[str, str]) -> tuple[tuple[Written, ...], dict[str, Value]]:
    """The fields, and by name the values that something is wrong with."""
    written: list[Written] = []
    wrong: dict[str, Value] = {}
    for one in block.fields:
        for found, value in _unusual(_field_name(one.key), one.value, macros):
            written.append(found)
            if found[0] and (value.undefined or value.too_long or value.is_cut or value.rest is not None):
                wrong.setdefault(found[0], value)
    return tuple(written), wrong


def _unusual(name: str, expression: str, macros: Mapping[str, str]) -> Iterator[tuple[Written, Value]]:
    """The field, and those that a missing comma has merged into it."""
    place = 0
    while True:
        value = evaluate(expression, macros, place) if name or place else Value("", rest=0)
        following = _following(expression, value.rest)
        stop = len(expression) if following is None else following.start()
        if value.rest is not None and expression[value.rest : stop].strip():
            value = replace(value, text=f"{value.text} {expression[value.rest : stop].strip()}".strip())
        elif following:
            value = replace(value, rest=None)
        yield (name, expression[place:stop].rstrip(), value.text), value
        if following is None:
            return
        name, place = following[1].lower(), following.end()


def _following(expression: str, rest: int | None) -> re.Match[str] | None:
    """The next field in what should have been one value, at once or on a later line."""
    if rest is None:
        return None
    return _FOLLOWING.match(expression, rest) or _LATER.search(expression, rest)


def _field_name(written: str) -> str:
    """The last word before `=`, in lower case; nothing where `%` comments the line out, as in biber."""
    return _name_and_rest(written)[0].lower()


def _name_and_rest(written: str) -> tuple[str, str]:
    """The name of a field and what else stands between the value before and its `=`, without comments."""
    line = written.rsplit("\n", 1)[-1]
    if "%" in line:
        return "", ""
    words = [word for one in written.split("\n") for word in one.partition("%")[0].split()]
    place = next((place for place in reversed(range(len(words))) if _LETTER.search(words[place])), len(words))
    return "".join(words[place : place + 1]), " ".join((*words[:place], *words[place + 1 :]))


def _check_between(entry: Entry, block: Any, reading: _Reading) -> None:
    """Reports what stands between fields and is none, and values without a name."""
    place = entry.end
    for one in block.fields:
        name, rest = _name_and_rest(one.key)
        text = rest or one.value
        start = max(place, entry.source.text.find(rest.split()[0] if rest else text, place, entry.stop))
        span = entry.source.span(start, start + len(text))
        if rest:
            message = f"`{rest}` before the value of `{name}` in `{entry.key}` is ignored"
            reading.diagnostics.append(warning("bib-value", message, span, _FORM))
        elif not name and "%" not in one.key and _FOLLOWING.match(one.value) is None:
            message = f"a value in `{entry.key}` has no name before its `=`; it is ignored"
            reading.diagnostics.append(warning("bib-value", message, span, _FORM))
        place = start


def _check_fields(entry: Entry, names: Sequence[str], wrong: dict[str, Value], reading: _Reading) -> None:
    found = [name for name, _, _ in entry.worked_out]
    if len(set(names)) != len(names) or (found and sorted(found) != sorted(names)):
        _check_names(entry, names, reading)
    for name, value in wrong.items():
        _check_value(entry, name, value, reading)


def _check_names(entry: Entry, names: Sequence[str], reading: _Reading) -> None:
    given = deque(names)
    seen: set[str] = set()
    place = entry.end
    for name, expression, _ in entry.written:
        text = entry.source.text
        equals = text.find("=", place)
        start = place + max(0, text[place:equals].lower().rfind(name))
        span = entry.source.span(start, start + len(name))
        if name and name in seen:
            message = f"field `{name}` of `{entry.key}` is given twice; the first counts"
            reading.diagnostics.append(warning("bib-duplicate-field", message, span))
        if given and given[0] == name:
            given.popleft()
        elif name:
            message = f"no comma before field `{name}` of `{entry.key}`"
            reading.diagnostics.append(warning("bib-missing-comma", message, span))
        seen.add(name)
        place = max(text.find(expression, equals), equals) + len(expression)


def _check_value(entry: Entry, name: str, value: Value, reading: _Reading) -> None:
    if value.is_cut:
        message = f"the value of `{name}` of `{entry.key}` is cut at a quotation mark inside its braces"
        hint = "put braces around the value, not quotation marks"
        reading.diagnostics.append(error("bib-value", message, entry.fields[name].span, hint))
        return
    if value.rest is not None:
        message = f"the value of `{name}` of `{entry.key}` needs braces around it"
        reading.diagnostics.append(warning("bib-value", message, entry.fields[name].span))
        return
    start, end = entry.place(name)
    _report_length(value, entry.source, start, end, reading)
    for macro in value.undefined:
        _report_undefined(macro, entry.source, start, end, reading)


def _report_length(value: Value, source: Source, start: int, end: int, reading: _Reading) -> None:
    if value.too_long:
        message = f"string macros come to more than {LONGEST} characters; their names are used"
        reading.diagnostics.append(error("bib-string-length", message, source.span(start, end)))


def _report_undefined(macro: str, source: Source, start: int, end: int, reading: _Reading) -> None:
    """Reports a name between two places of a file, where it is met first."""
    if macro.lower() in reading.undefined:
        return
    reading.undefined.add(macro.lower())
    found = re.compile(rf"(?<![\w-]){re.escape(macro)}(?![\w-])").search(source.text, start, end)
    span = source.span(found.start(), found.end()) if found else source.span(start, end)
    message = f"no `@string` defines `{macro}`; its name is used"
    hints = did_you_mean(macro, reading.macros)
    reading.diagnostics.append(warning("bib-undefined-string", message, span, *hints))


def _add(entry: Entry, reading: _Reading) -> Entry:
    folded = appearance(entry.key).casefold()
    earlier = reading.entries.get(entry.key)
    if earlier is None:
        similar = reading.folded.setdefault(folded, entry)
        reading.entries[entry.key] = entry
        if similar is not entry:
            odd = in_disguise(entry.key, similar.key) or in_disguise(similar.key, entry.key)
            how = f"look the same, but for {odd}" if odd else "differ only in case"
            message = f"keys `{similar.key}` and `{entry.key}` {how}"
            reading.diagnostics.append(warning("bib-similar-key", message, entry.span, _first_at(similar)))
        return entry
    message = f"key `{entry.key}` is used twice; this entry is ignored"
    same = _same_spelling(earlier, entry)
    reported = error if same and earlier.written != entry.written else warning
    hint = _first_at(earlier) if same else f"{_first_at(earlier)}, in another Unicode form"
    reading.diagnostics.append(reported("bib-duplicate-key", message, entry.span, hint))
    return entry


def _same_spelling(one: Entry, other: Entry) -> bool:
    return one.source.text[one.start : one.end] == other.source.text[other.start : other.end]


def _first_at(entry: Entry) -> str:
    return f"the first is at {entry.span.path}:{entry.source.position(entry.start).line}"


def _read_macro(source: Source, start: int, block: Any, reading: _Reading) -> None:
    name = block.key.lower()
    value = evaluate(block.value, reading.macros)
    head = _HEAD.match(source.text, start)
    place = head.end() if head else start
    span = source.span(place, place + max(1, len(block.key)))
    if not name:
        reading.diagnostics.append(error("bib-broken-entry", "`@string` is ignored: it has no name", span))
        return
    _report_length(value, source, place, place + len(block.key), reading)
    if value.rest is not None:
        rest = source.text.find(block.value[value.rest :], place)
        message = f"`@string` defines `{name}` alone; what follows its value is ignored"
        outside = source.span(rest, rest + len(block.value) - value.rest)
        reading.diagnostics.append(error("bib-value", message, outside, "define one name in each `@string`"))
    for missing in value.undefined:
        _report_undefined(missing, source, place, start + len(block.raw), reading)
    if reading.macros.get(name, value.text) != value.text and name not in MONTHS:
        message = f"`@string` defines `{name}` again; from here on the new text holds"
        reading.diagnostics.append(warning("bib-duplicate-string", message, span))
    reading.macros[name] = value.text
    reading.usual_months = reading.usual_months and name not in MONTHS


def _is_commented_out(text: str, start: int) -> bool:
    return text[text.rfind("\n", 0, start) + 1 : start].lstrip().startswith("%")


def _aliases(reading: _Reading) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for entry in reading.entries.values():
        if "ids" not in entry.source.text[entry.start : entry.stop]:
            continue
        for alias in key_list(entry.value("ids")):
            if alias == entry.key:
                continue
            if alias in reading.entries or aliases.setdefault(alias, entry.key) != entry.key:
                message = f"key `{alias}` in `ids` of `{entry.key}` belongs to another entry"
                reading.diagnostics.append(warning("bib-duplicate-key", message, entry.fields["ids"].part(alias)))
    return aliases
