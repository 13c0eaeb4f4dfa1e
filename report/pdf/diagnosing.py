"""What layout has to say, in the author's words: notes and text that are lost, pictures and rules left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from report.diagnostics import Diagnostic, error, warning
from report.document import CodeBlock, Node, Note, plain_text
from report.pdf.fragment import OUT_OF_ORDER, OVER_EDGE, Fault, Printed
from report.pdf.misprints import Misprint
from report.pdf.places import Written, of_character, place
from report.source import Source, Span

_SAID_BEFORE = re.compile(r"Anchor defined twice|\.notdef glyph|.* at \d+:\d+")
"""Messages of which the author is told elsewhere, with the place: about labels, about stylesheets."""


def from_audit(
    faults: Iterable[Fault], written: Written, notes: Mapping[str, tuple[int, Span]]
) -> Iterator[Diagnostic]:
    """What is not printed as it should be in chapters, or on the cover; `notes` has number and place of each note."""
    for fault in faults:
        if fault.anchor in notes:
            number, span = notes[fault.anchor]
            yield _of_note(fault, f"note {number} {fault.words}", span)
            continue
        where = place(fault.text, written)
        message = f"`{fault.text}` {fault.words}{'' if written.chapters else ' of the cover'}"
        if fault.words == OVER_EDGE:
            yield warning("text-outside", message, where, "part long words, or put what is wide on a landscape page")
        else:
            yield error("text-lost", message, where, _MEANS.get(fault.words, "give its box more room"))


def _of_note(fault: Fault, message: str, span: Span) -> Diagnostic:
    if fault.words == OUT_OF_ORDER:
        return warning("note-order", message, span, "move the call out of the table")
    if fault.words == OVER_EDGE:
        return warning("text-outside", f"{message}: `{fault.text}`", span, "part long words")
    return error("note-lost", message, span, _MEANS.get(fault.words, "shorten the note or move its call"))


_MEANS = {
    "is hidden by a stylesheet": "change the rule, or say in the chapter what is for which output: `.content-visible`",
    "has the colour of what it stands on": "change one of the two colours in the stylesheet",
    "is cut off": "give its box more room, or let it break over pages",
    "is not printed": "give its box more room, or let it break over pages",
    "is off the page": "look for what moves it there in the stylesheet, or let its box break over pages",
}
"""What helps against a fault."""


def from_reading(
    misprints: Iterable[Misprint], written: Written, notes: Mapping[str, tuple[int, Span]]
) -> Iterator[Diagnostic]:
    """What is not in the finished file as it was laid out."""
    for one in misprints:
        if one.note in notes:
            number, span = notes[one.note]
            yield error("note-lost", f"note {number} {one.words}", span, _ODD)
        elif one.text:
            yield error("text-lost", f"`{_quoted(one.text)}` {one.words}", place(one.text, written), _ODD)
        else:
            page = f"page {one.sheet + 1} of the file " if one.sheet >= 0 else ""
            yield error("pdf-broken", f"{page}{one.words}", place("", written), _ODD)


_ODD = "it was laid out, and lost behind that: look for an odd drawing near it, or report a fault of Report"


def from_imposed(path: str, misprints: Iterable[Misprint]) -> Iterator[Diagnostic]:
    """What a file with pages two by two lacks."""
    for one in misprints:
        page = f"page {one.sheet + 1} " if one.sheet >= 0 else ""
        yield error("pdf-broken", f"{path}: {page}{one.words}", None, "report a fault of Report")


def left_out(node: Node) -> Diagnostic:
    """Words, or a note, that are not in the HTML which is to be printed or shown."""
    hint = "look at the templates of the project: one leaves it out"
    if isinstance(node, Note):
        return error("note-lost", f"note {node.number} is not in the HTML", node.span, hint)
    return error("text-lost", f"`{_quoted(_text(node))}` is not in the HTML", node.span, hint)


def _quoted(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= QUOTED_CHARACTERS:
        return words
    begun = words[:QUOTED_CHARACTERS]
    return f"{begun.rpartition(' ')[0] or begun} …"


QUOTED_CHARACTERS = 60
"""How much of a text a diagnostic quotes."""


def _text(node: Node) -> str:
    return node.text if isinstance(node, CodeBlock) else plain_text((node,))


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


def missing_glyphs(found: Iterable[tuple[str, Written]]) -> Iterator[Diagnostic]:
    """Characters for which a box is printed, those of one place together; each at the first place that has it."""
    known: set[str] = set()
    places: dict[Span | None, list[tuple[str, Span | None]]] = {}
    for characters, written in found:
        for character in characters:
            if character not in known:
                node, exact = of_character(character, written)
                places.setdefault(node, []).append((character, exact))
        known.update(characters)
    for listed in places.values():
        yield _of_characters(sorted(listed, key=lambda one: one[1].start if one[1] else 0))


def _of_characters(listed: Sequence[tuple[str, Span | None]]) -> Diagnostic:
    names = ", ".join(f"`{character}` ({_name(character)})" for character, _ in listed[:LISTED])
    more = f" and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
    hint = "install a font that has them, or name one under `fonts` in report.yml"
    return warning("glyph-missing", f"no font has {names}{more}", listed[0][1], hint)


def _name(character: str) -> str:
    """The code point of a character, and what kind of character it is."""
    number = f"{ord(character):04X}"
    name = unicodedata.name(character, "").removesuffix(f"-{number}")
    if not name:
        name = {"Co": "private use", "Cn": "no character"}.get(unicodedata.category(character), "")
    return f"U+{number} {name}".rstrip()


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
