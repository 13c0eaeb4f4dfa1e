"""What layout has to say, in the author's words: notes and text that are lost, pictures and rules left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from report.diagnostics import Diagnostic, error, warning
from report.document import Chapter, CodeBlock, Node, children, plain_text
from report.pdf.fragment import OUT_OF_ORDER, OVER_EDGE, Fault, Printed
from report.source import Source, Span

_SAID_BEFORE = re.compile(r"Anchor defined twice|.* at \d+:\d+")
"""Messages of which the author is told elsewhere, with the place: about labels, about stylesheets."""


def from_audit(
    faults: Iterable[Fault], chapters: Sequence[Chapter], notes: Mapping[str, tuple[int, Span]]
) -> Iterator[Diagnostic]:
    """What is not printed as it should be in chapters, or on the cover; `notes` has number and place of each note."""
    for fault in faults:
        if fault.anchor in notes:
            number, span = notes[fault.anchor]
            if fault.words == OUT_OF_ORDER:
                yield warning("note-order", f"note {number} {fault.words}", span, "move the call out of the table")
            else:
                yield error("note-lost", f"note {number} {fault.words}", span, "shorten the note or move its call")
            continue
        place = _place(fault.text, chapters) if chapters else None
        message = f"`{fault.text}` {fault.words}{'' if chapters else ' of the cover'}"
        if fault.words == OVER_EDGE:
            yield warning("text-outside", message, place, "part long words, or put what is wide on a landscape page")
        else:
            yield error("text-lost", message, place, "give its box more room, or let it break over pages")


def _place(text: str, chapters: Sequence[Chapter]) -> Span:
    """Where a text stands in the author's file, by its longest run of words."""
    return _holding(max(_WORDS.findall(text), key=len, default="").strip(), chapters)


def _holding(words: str, chapters: Sequence[Chapter]) -> Span:
    """The innermost node that has these words, or else the file."""
    nodes: Iterable[Node] = tuple(node for chapter in chapters for node in (*chapter.title, *chapter.blocks))
    span = Span(chapters[0].path)
    while words and (found := next((node for node in nodes if words in _text(node)), None)):
        span, nodes = found.span, children(found)
    return span


_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
"""Words in a row, without numbers, calls of notes and citations between them."""


def _text(node: Node) -> str:
    return " ".join((node.text if isinstance(node, CodeBlock) else plain_text((node,))).split())


COARSE_DPI = 150
"""The resolution below which the pixels of a picture can be seen in print."""


def coarse_pictures(pictures: Iterable[Printed], places: Mapping[str, Span]) -> Iterator[Diagnostic]:
    """Pictures of too few pixels; `places` has the first place of each by its path."""
    for one in pictures:
        if one.dpi < COARSE_DPI and one.path in places:
            wanted = [-(-pixels * COARSE_DPI // max(one.dpi, 1)) for pixels in (one.width_px, one.height_px)]
            width_mm = one.width_px / COARSE_DPI * 25.4
            message = f"`{one.path}` is printed at {one.dpi} dpi: it has {one.width_px} × {one.height_px} pixels"
            hint = f"give it {wanted[0]} × {wanted[1]} pixels or more, or print it no wider than {width_mm:.0f}mm"
            yield warning("image-resolution", message, places[one.path], hint)


def from_log(messages: Iterable[str], told: Collection[Diagnostic]) -> Iterator[Diagnostic]:
    """What WeasyPrint complained of while it laid out, without the pictures of which the author is told already."""
    said = tuple(problem.message for problem in told if problem.code.startswith("image-"))
    for message in dict.fromkeys(messages):
        if _SAID_BEFORE.match(message):
            continue
        missing = re.match(r"Failed to load \w+ at 'asset:/(.*?)': \w+: (.*)", message)
        if missing:
            path = unquote(missing[1])
            if not any(one.startswith(f"`{path}` ") for one in said):
                yield warning("image-missing", f"`{path}` cannot be printed: {missing[2]}", None)
            continue
        failed = re.match(r"Failed to render SVG image asset:/(.*)", message)
        if failed:
            name = f"`{unquote(failed[1])}`" if failed[1] else "a drawing"
            yield error("image-broken", f"{name} cannot be drawn, and is not printed", None)
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


def missing_glyphs(characters: str, chapters: Sequence[Chapter]) -> Iterator[Diagnostic]:
    """Characters for which a box is printed."""
    if characters:
        listed = ", ".join(f"`{character}` (U+{ord(character):04X})" for character in characters[:LISTED])
        more = f" and {len(characters) - LISTED} more" if len(characters) > LISTED else ""
        place = _holding(characters[0], chapters) if chapters else None
        hint = "install a font that has them, or name one under `fonts` in report.yml"
        yield warning("glyph-missing", f"no font has {listed}{more}", place, hint)


LISTED = 8
"""How many characters without a glyph are named."""


def unmet_standards(standards: Sequence[str], *, is_tagged: bool) -> Diagnostic:
    """The file does not claim standards that it does not meet."""
    names = ", ".join(f"`{name}`" for name in standards)
    if is_tagged:
        reason, hint = "some characters have no glyph", "see the warnings about them"
    else:
        reason, hint = "this WeasyPrint cannot tag it", "install the version that Report names"
    message = f"the PDF does not claim to meet {names}, for {reason}"
    return warning("standards-unmet", message, None, f"{hint}, or write `pdf-standard: []`")


def unknown_total() -> Diagnostic:
    """A margin box prints the number of pages in a form in which it cannot be set."""
    hint = "write `counter(pages)` in a margin box, in digits, once"
    return warning("pages-total", "the number of all pages cannot be printed like that", None, hint)
