"""What layout has to say, in the author's words: notes and text that are lost, pictures and rules left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from report.diagnostics import Diagnostic, error, warning
from report.document import Chapter, CodeBlock, Node, children, plain_text
from report.pdf.fragment import OVER_EDGE, Fault
from report.source import Source, Span

_SAID_BEFORE = re.compile(r"Anchor defined twice|.* at \d+:\d+")
"""Messages of which the author is told elsewhere, with the place: about labels, about stylesheets."""


def from_audit(
    faults: Iterable[Fault], chapter: Chapter | None, notes: Mapping[str, tuple[int, Span]]
) -> Iterator[Diagnostic]:
    """What is not printed as it should be in a chapter, or on the cover; `notes` has number and place of each note."""
    for fault in faults:
        if fault.anchor in notes:
            number, span = notes[fault.anchor]
            yield error("note-lost", f"note {number} {fault.words}", span, "shorten the note or move its call")
            continue
        place = _place(fault.text, chapter) if chapter else None
        message = f"`{fault.text}` {fault.words}{'' if chapter else ' of the cover'}"
        if fault.words == OVER_EDGE:
            yield warning("text-outside", message, place, "part long words, or put what is wide on a landscape page")
        else:
            yield error("text-lost", message, place, "give its box more room, or let it break over pages")


def _place(text: str, chapter: Chapter) -> Span:
    """Where a text stands in the author's file: the innermost node that has it, or else the file."""
    words = max(_WORDS.findall(text), key=len, default="").strip()
    nodes: Iterable[Node] = (*chapter.title, *chapter.blocks)
    span = Span(chapter.path)
    while words and (found := next((node for node in nodes if words in _text(node)), None)):
        span, nodes = found.span, children(found)
    return span


_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
"""Words in a row, without numbers, calls of notes and citations between them."""


def _text(node: Node) -> str:
    return " ".join((node.text if isinstance(node, CodeBlock) else plain_text((node,))).split())


def from_log(messages: Iterable[str]) -> Iterator[Diagnostic]:
    """What WeasyPrint complained of while it laid out."""
    for message in dict.fromkeys(messages):
        if _SAID_BEFORE.match(message):
            continue
        missing = re.match(r"Failed to load \w+ at 'asset:/(.*?)': \w+: (.*)", message)
        if missing:
            yield warning("image-missing", f"`{unquote(missing[1])}` cannot be printed: {missing[2]}", None)
            continue
        yield warning("layout", message[:1].lower() + message[1:].rstrip("."), None)


def from_stylesheet(sheet: Source, messages: Iterable[str]) -> Iterator[Diagnostic]:
    """What WeasyPrint does not understand in a stylesheet of the project, each with its line."""
    yield from _imports(sheet)
    for message in messages:
        if "@import" in message or message.startswith("Failed to load stylesheet"):
            continue
        found = re.match(r"(.*) at (\d+):(\d+)(?:, (.*?))?\.?$", message, re.DOTALL)
        if found:
            start = sheet.offset(int(found[2]), int(found[3]))
            end = sheet.text.find("\n", start)
            span = sheet.span(start, end if end > start else start + 1)
            reason = f": {found[4]}" if found[4] else ""
            yield warning("css-ignored", f"{found[1][:1].lower()}{found[1][1:]}{reason}", span)
        else:
            yield warning("css-ignored", message, Span(sheet.path))


def _imports(sheet: Source) -> Iterator[Diagnostic]:
    for rule in re.finditer(r"@import\b[^;]*;?", sheet.text):
        hint = "name that stylesheet under `css` in report.yml"
        yield error("css-import", "a stylesheet cannot import another", sheet.span(*rule.span()), hint)


def unknown_total() -> Diagnostic:
    """A margin box prints the number of pages in a form in which it cannot be set."""
    hint = "write `counter(pages)` in a margin box, in digits, once"
    return warning("pages-total", "the number of all pages cannot be printed like that", None, hint)
