"""What is wrong in a report, where, and what to do: as text with line and caret, JSON, GitHub annotations or SARIF."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from html import unescape
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from report.codes import MEANINGS
from report.files import Files, Unreadable
from report.lookalikes import appearance, in_disguise
from report.source import Position, Source, Span


class Severity(Enum):
    """How much a diagnostic matters: an error fails the build, a warning does with `--strict`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Hint(Struct, frozen=True):
    """What to do, with the place it speaks of."""

    text: str
    span: Span


class Edit(Struct, frozen=True):
    """Other words for a place, good only while the file has the same words there."""

    span: Span
    old: str
    new: str


class Diagnostic(Struct, frozen=True):
    """One cause, at one place; `code` is a kebab-case noun that is never reused."""

    code: str
    severity: Severity
    message: str
    span: Span | None
    """None: the report as a whole."""
    hints: tuple[str | Hint, ...] = ()
    edits: tuple[Edit, ...] = ()
    """What mends it without asking, all together; none where that takes thought."""


def error(code: str, message: str, span: Span | None, *hints: str | Hint) -> Diagnostic:
    """Something that makes the report wrong."""
    return Diagnostic(code, Severity.ERROR, message, span, hints)


def warning(code: str, message: str, span: Span | None, *hints: str | Hint) -> Diagnostic:
    """Something that is probably not meant."""
    return Diagnostic(code, Severity.WARNING, message, span, hints)


def near(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The one or two known words that are most like a word, or none; one that looks the same alone."""
    folded = {appearance(candidate).casefold(): candidate for candidate in known}
    seen = appearance(word).casefold()
    if in_disguise(word, folded.get(seen, word)):
        return (folded[seen],)
    return tuple(folded[match] for match in get_close_matches(seen, folded, n=2, cutoff=0.65))


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """A hint that names the nearest known words, or none."""
    return ask(near(word, known), word)


def ask(words: Sequence[str], written: str = "") -> tuple[str, ...]:
    """The hint that asks whether one of the words is meant, and what in the written one is not as it looks."""
    odd = next(filter(None, (in_disguise(written, word) for word in words)), "")
    more = f" What is written here has {odd} in it" if odd else ""
    return (f"did you mean {' or '.join(f'`{word}`' for word in words)}?{more}",) if words else ()


def unreadable(found: Unreadable, code: str, span: Span | None, files: Files) -> Diagnostic:
    """A file that is named at `span` and cannot be had."""
    if found.offset is not None:
        place = Span(found.path, found.offset, found.offset + 1)
        return error("file-encoding", f"`{found.path}` {found.reason}", place, "save the file as UTF-8")
    beside = files.listing(found.path.rpartition("/")[0], "")
    ending = found.path.rpartition(".")[2]
    others = [path for path in beside if path != found.path]
    hints = did_you_mean(found.path, (path for path in others if path.endswith(ending)))
    return error(code, f"`{found.path}` {found.reason}", span, *(hints or did_you_mean(found.path, others)))


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def without_controls(source: Source, offset: int = 0) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text from an offset on with control characters replaced, and one diagnostic for each."""
    found = tuple(
        error("control-character", f"control character U+{ord(match[0]):04X}", source.span(*match.span()), "remove it")
        for match in _CONTROL.finditer(source.text, offset)
    )
    return _CONTROL.sub("\ufffd", source.text[offset:]), found


_ODD = {
    "bidi": (
        "character-bidi",
        "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+",
        "sets the direction of the text, unseen",
        "take it out: words from right to left are found without it",
    ),
    "invisible": (
        "character-invisible",
        "[\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+"
        "|(?<![\u0590-\u0dff\u1000-\u109f\u1780-\u18af\ufb1d-\ufefc])\u200c+"
        "|(?<![\u0590-\u0dff\u1000-\u109f\u1780-\u18af\ufb1d-\ufefc\u2190-\u2bff\u20e3\ufe0f\U0001f000-\U0001faff])\u200d+"
        "|(?<![#*0-9\u00a9\u00ae\u1000-\u109f\u203c-\u33ff\u3400-\u9fff\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff])"
        "[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
        "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+",
        "cannot be seen",
        "take it out",
    ),
    "private": (
        "character-private",
        "(?:[\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
        f"|[{''.join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 15))}])+",
        "means nothing outside of the font that it was written in",
        "write the letter or the word that is meant",
    ),
}
"""Characters that say something else than one sees: code, pattern, message, hint. Joiners are none where a script or an
emoji needs them, nor variation selectors behind what has variants."""

_ODD_PATTERN = "|".join(f"(?P<{kind}>{pattern})" for kind, (_, pattern, _, _) in _ODD.items())
"""Compiled where a text needs it: it takes 3 ms."""
_SUSPECT = re.compile(
    "[\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\uffff\U0001fffe-\U0001ffff\U0002fffe-\U0002ffff\U0003fffe-\U0010ffff]"
)
"""All of them, and few others: most texts have none."""


def odd_characters(source: Source) -> tuple[Diagnostic, ...]:
    """A warning for each run of characters in a text that hide something from those who read it."""
    if source.text.isascii() or not _SUSPECT.search(source.text):
        return ()
    return tuple(_odd(found, source) for found in re.finditer(_ODD_PATTERN, source.text))


def odd_escapes(text: str, span: Span) -> Iterator[Diagnostic]:
    """The same for a text that is written with escapes, such as `&#x202E;`, at a place."""
    if not text.isascii():
        yield from (_oddity(found, span) for found in re.finditer(_ODD_PATTERN, text))


def odd_references(source: Source) -> Iterator[Diagnostic]:
    """The same for character references in Markdown."""
    for found in _REFERENCE.finditer(source.text) if "&" in source.text else ():
        yield from odd_escapes(unescape(found[0]), source.span(*found.span()))


_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")


def _odd(found: re.Match[str], source: Source) -> Diagnostic:
    return _oddity(found, source.span(*found.span()))


def _oddity(found: re.Match[str], span: Span) -> Diagnostic:
    code, _, what, hint = _ODD[found.lastgroup or ""]
    char = found[0][0]
    name = " ".join((f"U+{ord(char):04X}", unicodedata.name(char, ""))).strip()
    return warning(code, f"{name} {what}", span, hint)


def in_reading_order(diagnostics: Iterable[Diagnostic], paths: Sequence[str]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, in the order of the files of the report, then by place."""
    rank = {path: index for index, path in enumerate(paths)}

    def key(diagnostic: Diagnostic) -> tuple[int, str, int]:
        span = diagnostic.span
        return (-1, "", 0) if span is None else (rank.get(span.path, len(rank)), span.path, span.start)

    return tuple(sorted(dict.fromkeys(diagnostics), key=key))


def judged(found: Iterable[Diagnostic], severities: Mapping[str, str]) -> Iterator[Diagnostic]:
    """The diagnostics with the severities that an author wants by code, `off` for none; errors stay errors."""
    for diagnostic in found:
        wanted = severities.get(diagnostic.code)
        if wanted is None or diagnostic.severity is Severity.ERROR:
            yield diagnostic
        elif wanted != "off":
            yield replace(diagnostic, severity=Severity(wanted))


Sources = Mapping[str, Source]
"""The author's files by path, as far as they could be read: for lines, columns and snippets."""


def as_text(diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """The gcc form, with the line and a caret under it."""
    return "".join(_text(diagnostic, sources) for diagnostic in diagnostics)


def as_json(diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """A JSON array of objects with code, severity, message, path, line, column, end line, end column and hints."""
    return _json([_record(diagnostic, sources) for diagnostic in diagnostics])


def as_github(diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """GitHub's workflow commands, one a line."""
    return "".join(_github(diagnostic, sources) for diagnostic in diagnostics)


def as_sarif(diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """One SARIF 2.1.0 run."""
    driver = {
        "name": "report",
        "rules": [
            {"id": code, "shortDescription": {"text": MEANINGS[code]}}
            for code in dict.fromkeys(diagnostic.code for diagnostic in diagnostics)
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(diagnostic, sources) for diagnostic in diagnostics],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return _json(log)


FORMATS: Mapping[str, Callable[[Sequence[Diagnostic], Sources], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _json(value: object) -> str:
    """JSON in which no character steers the terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def _text(diagnostic: Diagnostic, sources: Sources) -> str:
    head = f"{diagnostic.severity.value}[{diagnostic.code}]: {_printable(diagnostic.message)}\n"
    hints = "".join(f"  help: {_printable(hint)}\n" for hint in _hints(diagnostic, sources))
    span = diagnostic.span
    if span is None:
        return head + hints
    place = _place(span, sources)
    if place is None:
        return f"{_printable(span.path)}: {head}{hints}"
    start, end = place
    snippet = _snippet(sources[span.path].line(start.line), start, end)
    return f"{_printable(span.path)}:{start.line}:{start.column}: {head}{snippet}{hints}"


WIDTH = 100
"""Characters of a source line that a snippet shows at most."""


def _snippet(line: str, start: Position, end: Position) -> str:
    if not line.strip():
        return ""
    last = end.column if end.line == start.line else len(line) + 1
    left = 0 if start.column <= WIDTH - 20 else start.column - 40
    shown = line[left : left + WIDTH]
    before = "... " if left else ""
    after = " ..." if left + WIDTH < len(line) else ""
    text = before + shown + after
    pad = len(before) + start.column - 1 - left
    width = max(1, min(last, left + len(shown) + 1) - start.column)
    head, named, tail = (
        _printable(part, keep_tabs=True) for part in (text[:pad], text[pad : pad + width], text[pad + width :])
    )
    indent = "".join("\t" if char == "\t" else " " for char in head)
    number = f"{start.line:>5}"
    return f"{number} | {head}{named}{tail}\n{' ' * len(number)} | {indent}{'^' * max(1, len(named))}\n"


_SPACES = "\u00a0\u2007\u2009\u202f"
"""Spaces that do not break or are narrow: as wide as others on a terminal."""


def _printable(text: str, *, keep_tabs: bool = False) -> str:
    """One line in which no character steers the terminal, and none is hidden."""
    if not text.isascii():
        text = re.sub(_ODD_PATTERN, lambda found: "".join(f"U+{ord(char):04X}" for char in found[0]), text)
    return "".join(
        char if char.isprintable() or char in _SPACES or (keep_tabs and char == "\t") else f"U+{ord(char):04X}"
        for char in text
    )


def _hints(diagnostic: Diagnostic, sources: Sources) -> Iterator[str]:
    for hint in diagnostic.hints:
        if isinstance(hint, str):
            yield hint
            continue
        place = _place(hint.span, sources)
        yield f"{hint.text} ({hint.span.path}{f':{place[0].line}' if place else ''})"


def _place(span: Span, sources: Sources) -> tuple[Position, Position] | None:
    source = sources.get(span.path)
    return (source.position(span.start), source.position(max(span.start, span.end))) if source else None


def _record(diagnostic: Diagnostic, sources: Sources) -> dict[str, object]:
    span = diagnostic.span
    place = _place(span, sources) if span else None
    start, end = place or (None, None)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "path": span.path if span else None,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
        "hints": list(_hints(diagnostic, sources)),
    }


def _github(diagnostic: Diagnostic, sources: Sources) -> str:
    command = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[diagnostic.severity]
    span = diagnostic.span
    place = _place(span, sources) if span else None
    where = {"file": span.path} if span else {}
    if place:
        start, end = place
        where |= {"line": str(start.line), "col": str(start.column), "endLine": str(end.line)}
        if end.line == start.line:
            where["endColumn"] = str(end.column)
    where["title"] = diagnostic.code
    properties = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in where.items())
    message = " ".join((diagnostic.message, *(f"({hint})" for hint in _hints(diagnostic, sources))))
    return f"::{command} {properties}::{_escaped(message)}\n"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else _printable(char) for char in text)


def _sarif_result(diagnostic: Diagnostic, sources: Sources) -> dict[str, object]:
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}[diagnostic.severity]
    text = "\n".join((diagnostic.message, *(f"help: {hint}" for hint in _hints(diagnostic, sources))))
    result: dict[str, object] = {"ruleId": diagnostic.code, "level": level, "message": {"text": text}}
    span = diagnostic.span
    if span is None:
        return result
    location: dict[str, object] = {"artifactLocation": {"uri": quote(span.path)}}
    place = _place(span, sources)
    if place:
        start, end = place
        location["region"] = {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    return result | {"locations": [{"physicalLocation": location}]}
