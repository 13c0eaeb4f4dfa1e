"""Jinja2 over chapter sources, sandboxed; every character of the result knows the file and line it comes from.

Marks are put into the template's text before Jinja compiles it and taken out of the result, so that places survive
loops, includes and white space control.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from types import TracebackType
from typing import Any

import jinja2
from msgspec import Struct

from report.diagnostics import Diagnostic, ask, did_you_mean, error, near, without_controls
from report.files import Files, Unreadable, beside
from report.sandbox import FILTERS, TESTS, Refused, Sandbox, TooMuchText
from report.source import Origin, Source, Span

_SHORTCODE, _HIDDEN = "{{<", "\x02\x03\x04"
"""`{{< pagebreak >}}` is Quarto's, not Jinja's: hidden from Jinja under characters that no source may hold."""

_MARK = re.compile("\x05([0-9]+)\x06")


class Expanded(Struct, frozen=True):
    """A chapter's text after its templates ran; None where they failed."""

    source: Source | None
    diagnostics: tuple[Diagnostic, ...] = ()


def expand(source: Source, values: Mapping[str, object], files: Files) -> Expanded:
    """The text of a chapter with its variables, includes, conditions and loops carried out."""
    marks: list[Origin] = []
    loader = _Loader(files, source)
    environment = _Environment(loader, marks)
    try:
        text = "".join(environment.pieces(source.path, values))
    except jinja2.TemplateSyntaxError as fault:
        return Expanded(None, (_syntax_error(fault, files),))
    except TooMuchText as fault:
        return Expanded(None, (_too_much(fault, marks),))
    except Refused as fault:
        return Expanded(None, (_refusal(fault, source, files),))
    except Exception as fault:
        return Expanded(None, (_runtime_error("template-error", fault, values, source, files),))
    return Expanded(_without_marks(source.path, text, marks), tuple(dict.fromkeys(loader.diagnostics)))


def _too_much(fault: TooMuchText, marks: list[Origin]) -> Diagnostic:
    found = _MARK.search(fault.piece)
    origin = marks[int(found[1])] if found else None
    span = Span(origin.path, origin.offset, origin.offset + max(1, origin.length)) if origin else None
    return error(fault.code, str(fault), span)


def _refusal(fault: Refused, source: Source, files: Files) -> Diagnostic:
    """What a template may not do, where it does it."""
    path, line = _template_frame(fault.__traceback__, files) or (source.path, 1)
    span = _longest_tag(fault.path, files) if fault.path else _line_span(path, line, files)
    hints = (fault.hint,) if fault.hint else ()
    return error(fault.code, _quoted(str(fault)), _narrowed(span, str(fault), files), *hints)


def _longest_tag(path: str, files: Files) -> Span:
    """The tag of a template that most likely nests too deeply."""
    source = files.texts.get(path)
    tags = re.finditer(r"\{[{%][^{}]*[%}]\}", source.text) if source else ()
    longest = max(tags, key=lambda tag: len(tag[0]), default=None)
    return Span(path, *longest.span()) if longest else Span(path)


class _Denied(Exception):
    """A file that may not be read, or cannot be; `ignore missing` does not hide it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class _Loader(jinja2.BaseLoader):
    """Templates from the project's files, by paths beside the file that names them."""

    def __init__(self, files: Files, start: Source) -> None:
        self.files = files
        self.start = start
        self.diagnostics: list[Diagnostic] = []

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        found = self.start if template == self.start.path else self.files.text(template)
        if isinstance(found, Unreadable):
            fault = jinja2.TemplateNotFound if found.is_missing else _Denied
            raise fault(template, f"`{template}` {found.reason}")
        text, controls = without_controls(found)
        self.diagnostics.extend(controls)
        return text if text.endswith("\n") else f"{text}\n", template, lambda: True


class _Environment(Sandbox):
    """Paths of includes are beside the file that includes; marks go into every template."""

    def __init__(self, loader: _Loader, marks: list[Origin]) -> None:
        super().__init__(
            loader, comment_start_string="{##", comment_end_string="##}", keep_trailing_newline=True, autoescape=False
        )
        self.marks = marks

    def join_path(self, template: str, parent: str) -> str:
        return beside(parent, template)

    def printable(self, value: Any) -> Any:
        return _printable(value)

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        hidden = super().preprocess(source, name, filename).replace(_SHORTCODE, _HIDDEN)
        return "".join(_marked(self, hidden, name or "", self.marks))


def _printable(value: object) -> object:
    """A value as it is printed: plain, and without what marks are made of."""
    if isinstance(value, str):
        return re.sub("[\x02-\x06]", "\ufffd", value)
    if value is None or isinstance(value, bool | int | float | jinja2.Undefined):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be printed: name one of its values, or write a loop")


_CAPTURING = ("macro", "call", "filter", "set")
"""Blocks whose text is a value before it is output; marks in it would be counted, cut and changed by filters."""


def _marked(environment: jinja2.Environment, text: str, path: str, marks: list[Origin]) -> list[str]:
    """The pieces of a template with a mark before each run of text and before each output of a value."""

    def mark(offset: int, length: int = 0) -> str:
        marks.append(Origin(0, path, offset, length))
        return f"\x05{len(marks) - 1}\x06"

    try:
        tokens = _placed(environment, text)
    except jinja2.TemplateSyntaxError:
        return [text]
    pieces: list[str] = []
    captured = 0
    position = 0
    blanks = _tag_lines(text, tokens)
    for index, (offset, kind, value) in enumerate(tokens):
        pieces.append(text[position:offset])
        position = offset + len(value)
        match kind:
            case "block_begin":
                captured += _capture(tokens, index)
            case "variable_begin" if not captured:
                end = _end(tokens, index, offset)
                _before_blanks(pieces, mark(offset, end - offset), stripped=value.endswith("-"))
            case "data":
                start, end = _kept(offset, offset + len(value), blanks)
                if "\n" in text[offset:start]:
                    _keep_line_end(pieces)
                value = (mark(start) if not captured else "") + text[start:end]
        pieces.append(value)
    return [*pieces, text[position:]]


def _end(tokens: list[tuple[int, str, str]], index: int, offset: int) -> int:
    """Where the output that begins with a token ends."""
    for place in range(index, len(tokens)):
        start, kind, value = tokens[place]
        if kind == "variable_end":
            return start + len(value)
    return offset


def _tag_lines(text: str, tokens: list[tuple[int, str, str]]) -> tuple[dict[int, int], dict[int, int]]:
    """The white space around tags that stand alone on their lines, by its start and by its end.

    Such lines leave nothing behind.
    """
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for start, end in _rows_of_tags(text, tokens):
        line, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        stop = len(text) if stop < 0 else stop + 1
        if not text[line:start].strip(" \t") and not text[end:stop].strip(" \t\n"):
            before[start] = line
            after[end] = stop
    return after, before


def _rows_of_tags(text: str, tokens: list[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    """The start and end of tags with blanks alone between them; outputs of values are no tags."""
    first = last = -1
    for start, end in _tags(tokens):
        if last < 0 or text[last:start].strip(" \t"):
            if last >= 0:
                yield first, last
            first = start
        last = end
    if last >= 0:
        yield first, last


def _tags(tokens: list[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    start = 0
    for offset, kind, value in tokens:
        if kind in ("block_begin", "comment_begin", "raw_begin", "raw_end"):
            start = offset
        if kind in ("block_end", "comment_end", "raw_begin", "raw_end"):
            yield start, offset + len(value.rstrip())


def _keep_line_end(pieces: list[str]) -> None:
    """Put the line end that is taken away behind a tag into the tag, so that Jinja counts the author's lines."""
    place = next(index for index in range(len(pieces) - 1, -1, -1) if pieces[index])
    pieces[place] = re.sub(r"-?(?:%|##)\}\s*$", lambda end: f"\n{end[0]}", pieces[place])


def _kept(start: int, end: int, blanks: tuple[dict[int, int], dict[int, int]]) -> tuple[int, int]:
    """A run of text without such white space at its ends."""
    after, before = blanks
    start = min(after.get(start, start), end)
    return start, max(min(before.get(end, end), end), start)


def _before_blanks(pieces: list[str], mark: str, *, stripped: bool) -> None:
    """Add a mark; before the white space at the end where Jinja is going to strip that."""
    blanks: list[str] = []
    while stripped and pieces and not pieces[-1].strip():
        blanks.append(pieces.pop())
    if stripped and pieces:
        kept = pieces[-1].rstrip()
        blanks.append(pieces[-1][len(kept) :])
        pieces[-1] = kept
    pieces.extend((mark, *reversed(blanks)))


def _placed(environment: jinja2.Environment, text: str) -> list[tuple[int, str, str]]:
    """Jinja's raw tokens with their offsets; it drops white space that `-` strips, and nothing else."""
    placed = []
    position = 0
    for _, kind, value in environment.lexer.tokeniter(text, None):
        offset = text.index(value, position)
        position = offset + len(value)
        placed.append((offset, kind, value))
    return placed


def _capture(tokens: list[tuple[int, str, str]], index: int) -> int:
    """+1 where a block that captures its text begins, -1 where it ends, else 0."""
    words = [value for _, kind, value in tokens[index + 1 : index + 12] if kind != "whitespace"]
    name = words[0] if words else ""
    if name == "set":
        until = next(
            (place for place in count(index) if place >= len(tokens) or tokens[place][1] == "block_end"), index
        )
        return int(all(value != "=" for _, _, value in tokens[index:until]))
    if name in _CAPTURING:
        return 1
    return -1 if name.startswith("end") and name[3:] in _CAPTURING else 0


def _without_marks(path: str, text: str, marks: list[Origin]) -> Source:
    pieces: list[str] = []
    origins: list[Origin] = []
    length = 0
    position = 0
    for match in _MARK.finditer(text):
        piece = text[position : match.start()].replace(_HIDDEN, _SHORTCODE)
        pieces.append(piece)
        length += len(piece)
        origin = marks[int(match.group(1))]
        if origins and origins[-1].start == length:
            origins.pop()
        origins.append(Origin(length, origin.path, origin.offset, origin.length))
        position = match.end()
    pieces.append(text[position:].replace(_HIDDEN, _SHORTCODE))
    return Source(path, "".join(pieces), tuple(origins) or (Origin(0, path, 0),))


def _line_span(path: str, line: int, files: Files) -> Span:
    source = files.text(path)
    return Span(path) if isinstance(source, Unreadable) else source.line_span(line)


def _syntax_error(fault: jinja2.TemplateSyntaxError, files: Files) -> Diagnostic:
    span = _line_span(fault.filename or fault.name or "", fault.lineno, files)
    message = _quoted((fault.message or "the template cannot be read").partition(". ")[0].rstrip("."))
    unexpected = re.match(r"unexpected char (.+) at (\d+)$", fault.message or "")
    if unexpected:
        message = "this is no template expression"
        span = Span(span.path, int(unexpected[2]), int(unexpected[2]) + 1)
    elif message.startswith("unexpected end of template"):
        name = (re.search(r"needs to be closed is '(\w+)'", fault.message or "") or ["", "if"])[1]
        return error(
            "template-syntax", "this block is not closed", _opening(span, name, files), f"end it: {{% end{name} %}}"
        )
    hints = _hints_on_syntax(message)
    return error("template-syntax", message, _narrowed(span, fault.message or "", files), *hints)


def _hints_on_syntax(message: str) -> tuple[str, ...]:
    unknown = re.fullmatch(r"no (filter|test) named `(.+)`", message)
    if not unknown:
        return ("write literal braces as {% raw %}{{ … }}{% endraw %}",)
    known = [name for name in (FILTERS if unknown[1] == "filter" else TESTS) if name.isalpha()]
    return did_you_mean(unknown[2], known) or (f"{unknown[1]}s: {', '.join(known)}",)


def _opening(span: Span, name: str, files: Files) -> Span:
    """Where the last block of that name is opened."""
    source = files.texts.get(span.path)
    found = [*re.finditer(rf"\{{%-?\s*{name}\b[^%]*%\}}", source.text)] if source else []
    return Span(span.path, found[-1].start(), found[-1].end()) if found else span


def _runtime_error(
    code: str, fault: Exception, values: Mapping[str, object], source: Source, files: Files
) -> Diagnostic:
    path, line = _template_frame(fault.__traceback__, files) or (source.path, 1)
    span = _line_span(path, line, files)
    message = str(fault).rstrip(".") or type(fault).__name__
    if isinstance(fault, jinja2.TemplateNotFound | _Denied):
        return error("template-missing", _quoted(message), _narrowed(span, str(fault.name), files))
    if isinstance(fault, MemoryError):
        return error("template-length", "this makes more text than the machine holds", span, "make it shorter")
    if isinstance(fault, RecursionError):
        return error(
            "template-recursion", "this includes or calls itself without end", span, "take out the include or call"
        )
    attribute = re.fullmatch(r"'(?:dict object|[\w. ]+)' has no attribute '(\w+)'", message)
    undefined = re.fullmatch(r"'(\w+)' is undefined", message)
    if not attribute and not undefined:
        return error(code, _quoted(message), _narrowed(span, message, files))
    name = (attribute or undefined or [""])[1]
    shown = {param: f"params.{param}" for param in _params(values)}
    if undefined:
        shown |= {value: value for value in values if value not in shown}
    hints = ask([shown[word] for word in near(name, shown)]) or (f"define `{name}` under `params` in report.yml",)
    said = f"nothing of the name `{name}` is defined here"
    return error("template-undefined", said, _narrowed(span, f"'{name}'", files), *hints)


def _params(values: Mapping[str, object]) -> list[str]:
    params: Any = values.get("params")
    return list(params) if isinstance(params, dict) else []


def _template_frame(traceback: TracebackType | None, files: Files) -> tuple[str, int] | None:
    """The innermost line of a template that an exception passed through."""
    known = files.texts
    found = None
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename
        if path in known:
            found = (path, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def _narrowed(span: Span, message: str, files: Files) -> Span:
    """The part of a line that the message names in quotes, where it stands there once."""
    source = files.texts.get(span.path)
    if source is None:
        return span
    for word in (*re.findall(r"'([^']+)'", message)[::-1], message):
        if source.text.count(word, span.start, span.end) == 1:
            start = source.text.index(word, span.start)
            return Span(span.path, start, start + len(word))
    return span


def _quoted(message: str) -> str:
    text = re.sub(r"'([^']*)'", r"`\1`", message)
    return text[:1].lower() + text[1:]
