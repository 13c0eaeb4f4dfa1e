"""Jinja2 over chapter sources, sandboxed; every character of the result knows the file and line it comes from.

Marks are put into the template's text before Jinja compiles it and taken out of the result, so that places survive
loops, includes and white space control.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from report.diagnostics import Diagnostic, ask, error, near, without_controls
from report.files import Files, Unreadable, beside
from report.source import Origin, Source, Span

LIMIT_CHARACTERS = 20_000_000
"""What one chapter's templates may produce at most."""

_SHORTCODE, _HIDDEN = "{{<", "\x02\x03\x04"
"""`{{< pagebreak >}}` is Quarto's, not Jinja's: hidden from Jinja under characters that no source may hold."""

_MARK = re.compile("\x05([0-9]+)\x06")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A chapter's text after its templates ran; None where they failed."""

    source: Source | None
    diagnostics: tuple[Diagnostic, ...] = ()


def expand(source: Source, values: Mapping[str, object], files: Files) -> Expanded:
    """The text of a chapter with its variables, includes, conditions and loops carried out."""
    marks: list[Origin] = []
    loader = _Loader(files, source)
    environment = _environment(loader, marks)
    try:
        template = environment.get_template(source.path)
        text = _limited(template, values)
    except jinja2.TemplateSyntaxError as fault:
        return Expanded(None, (_syntax_error(fault, files),))
    except _TooLong as fault:
        return Expanded(None, (_too_long(fault.piece, marks),))
    except Exception as fault:
        return Expanded(None, (_runtime_error("template-error", fault, values, source, files),))
    return Expanded(_without_marks(source.path, text, marks), tuple(dict.fromkeys(loader.diagnostics)))


class _TooLong(Exception):
    """The templates of a chapter make more text than is allowed; `piece` is the one too many."""

    def __init__(self, piece: str) -> None:
        super().__init__()
        self.piece = piece


def _too_long(piece: str, marks: list[Origin]) -> Diagnostic:
    found = _MARK.search(piece)
    origin = marks[int(found[1])] if found else None
    span = Span(origin.path, origin.offset, origin.offset + max(1, origin.length)) if origin else None
    return error("template-length", f"the templates make more than {LIMIT_CHARACTERS:,} characters", span)


class _Loader(jinja2.BaseLoader):
    """Templates from the project's files, by paths beside the file that names them."""

    def __init__(self, files: Files, start: Source) -> None:
        self.files = files
        self.start = start
        self.diagnostics: list[Diagnostic] = []

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        found = self.start if template == self.start.path else self.files.text(template)
        if isinstance(found, Unreadable):
            raise jinja2.TemplateNotFound(template, f"`{template}` {found.reason}")
        text, controls = without_controls(found)
        self.diagnostics.extend(controls)
        return text if text.endswith("\n") else f"{text}\n", template, lambda: True


class _Environment(ImmutableSandboxedEnvironment):
    """Paths of includes are beside the file that includes; marks go into every template."""

    marks: list[Origin]

    def join_path(self, template: str, parent: str) -> str:
        return beside(parent, template)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`params.items` is the author's value where there is one; else the method for loops."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        hidden = source.replace(_SHORTCODE, _HIDDEN)
        return "".join(_marked(self, hidden, name or "", self.marks))


def _environment(loader: _Loader, marks: list[Origin]) -> _Environment:
    environment = _Environment(
        loader=loader,
        finalize=_printable,
        undefined=jinja2.StrictUndefined,
        comment_start_string="{##",
        comment_end_string="##}",
        keep_trailing_newline=True,
        autoescape=False,
        cache_size=0,
    )
    environment.marks = marks
    for name in ("lipsum", "cycler", "joiner", "namespace"):
        environment.globals.pop(name, None)
    return environment


def _printable(value: object) -> object:
    """A value as it is printed: plain, and without what marks are made of."""
    if isinstance(value, str):
        return re.sub("[\x02-\x06]", "\ufffd", value)
    if value is None or isinstance(value, bool | int | float | jinja2.Undefined):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be printed: name one of its values, or write a loop")


def _limited(template: jinja2.Template, values: Mapping[str, object]) -> str:
    pieces: list[str] = []
    size = 0
    for piece in template.generate(values):
        size += len(piece)
        if size > LIMIT_CHARACTERS:
            raise _TooLong(piece)
        pieces.append(piece)
    return "".join(pieces)


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
                end = next(
                    (place + len(last) for place, name, last in tokens[index:] if name == "variable_end"), offset
                )
                _before_blanks(pieces, mark(offset, end - offset), stripped=value.endswith("-"))
            case "data":
                start, end = _kept(offset, offset + len(value), blanks)
                if "\n" in text[offset:start]:
                    _keep_line_end(pieces)
                value = (mark(start) if not captured else "") + text[start:end]
        pieces.append(value)
    return [*pieces, text[position:]]


_TAGS = re.compile(
    r"^[ \t]*(?P<tags>(?:(?:\{%(?:[^%]|%(?!\}))*%\}|\{##(?:[^#]|#(?!#\}))*##\})[ \t]*)+)(?:\n|\Z)", re.MULTILINE
)


def _tag_lines(text: str, tokens: list[tuple[int, str, str]]) -> list[tuple[int, int]]:
    """The white space around tags that stand alone on their lines, as offsets: such lines leave nothing behind."""
    begins = {offset for offset, kind, _ in tokens if kind.endswith("_begin") or kind == "raw_end"}
    found: list[tuple[int, int]] = []
    for line in _TAGS.finditer(text):
        if line.start("tags") in begins:
            end = line.start("tags") + len(line["tags"].rstrip())
            found += [(line.start(), line.start("tags")), (end, line.end())]
    return found


def _keep_line_end(pieces: list[str]) -> None:
    """Put the line end that is taken away behind a tag into the tag, so that Jinja counts the author's lines."""
    place = next(index for index in range(len(pieces) - 1, -1, -1) if pieces[index])
    pieces[place] = re.sub(r"-?(?:%|##)\}\s*$", lambda end: f"\n{end[0]}", pieces[place])


def _kept(start: int, end: int, blanks: list[tuple[int, int]]) -> tuple[int, int]:
    """A run of text without such white space at its ends."""
    for first, last in blanks:
        if first <= start < last:
            start = min(last, end)
        if first < end <= last:
            end = max(first, start)
    return start, end


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
    hint = "write literal braces as {% raw %}{{ … }}{% endraw %}"
    return error("template-syntax", message, _narrowed(span, fault.message or "", files), hint)


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
    if isinstance(fault, jinja2.TemplateNotFound):
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
