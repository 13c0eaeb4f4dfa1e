"""WeasyPrint's door: HTML → laid-out pages, and the audit that no note is lost, doubled or cut."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from report.diagnostics import Diagnostic, error, warning
from report.files import Files, Unreadable
from report.html.theme import font
from report.source import Source, Span

MAX_PASSES = 3
"""Layouts that are tried to bring back a lost note, before the build fails."""


@dataclass(frozen=True, slots=True)
class PrintedNote:
    """A note that must be on a page: its anchor, the anchor of its call, its number and where the author wrote it."""

    anchor: str
    call: str
    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an anchor was laid out: sheet from 0, distance from the sheet's top in CSS px."""

    page: int
    top_px: float
    bottom_px: float
    in_notes: bool


@dataclass(frozen=True, slots=True)
class Fragment:
    """Laid-out pages, not yet drawn."""

    document: Any
    """WeasyPrint's, for `draw` alone."""
    page_count: int
    anchors: Mapping[str, Anchor]
    diagnostics: tuple[Diagnostic, ...]


def check_stylesheets(sheets: Sequence[Source], files: Files) -> Iterator[Diagnostic]:
    """What WeasyPrint does not understand in the project's stylesheets, each with its line."""
    for sheet in sheets:
        with _Log() as log:
            CSS(string=sheet.text, base_url=f"asset:/{sheet.path}", url_fetcher=_Fetcher(files))
        yield from _imports(sheet)
        for message in log.messages:
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


def lay_out(html: str, files: Files, notes: tuple[PrintedNote, ...]) -> Fragment:
    """The pages of an HTML document.

    Notes that WeasyPrint loses are brought back by keeping their paragraphs whole; what stays lost is an error.
    """
    kept: tuple[str, ...] = ()
    for passes in range(1, MAX_PASSES + 1):
        document, messages = _rendered(_with_kept(html, kept), files)
        anchors = _anchors(document)
        faults = tuple(audit(notes, anchors, document))
        missing = tuple(note.anchor for note, _ in faults if note.anchor not in kept)
        if not missing or passes == MAX_PASSES:
            break
        kept += missing
    problems = tuple(
        error("note-lost", f"note {note.number} {fault}", note.span, "shorten the note or move its call")
        for note, fault in faults
    )
    return Fragment(document, len(document.pages), anchors, (*problems, *_from_log(messages)))


def _rendered(html: str, files: Files) -> tuple[Any, list[str]]:
    """WeasyPrint's document and what it logged."""
    with _Log() as log:
        source = HTML(string=html, base_url="asset:/", url_fetcher=_Fetcher(files))
        document = source.render(font_config=FontConfiguration())
    return document, log.messages


def draw(fragment: Fragment, standard: str) -> bytes:
    """The pages as PDF, by a standard such as `a-3a`, or none."""
    options: dict[str, Any] = {"pdf_variant": f"pdf/{standard}"} if standard else {}
    with _dated_fonts():
        drawn: bytes = fragment.document.write_pdf(**options)
    return drawn


@contextmanager
def _dated_fonts() -> Iterator[None]:
    """fontTools, which subsets fonts where HarfBuzz cannot, writes the time of day into them unless told another."""
    name = "SOURCE_DATE_EPOCH"
    given = os.environ.get(name)
    os.environ[name] = given or "0"
    try:
        yield
    finally:
        if given is None:
            del os.environ[name]


def audit(
    notes: tuple[PrintedNote, ...], anchors: Mapping[str, Anchor], document: Any
) -> Iterator[tuple[PrintedNote, str]]:
    """The notes that are not where they belong, with what is wrong: on no page, before their call, outside the page."""
    counts: dict[str, int] = {}
    for page in document.pages:
        for name in page.anchors:
            counts[name] = counts.get(name, 0) + 1
    heights = [page.height for page in document.pages]
    for note in notes:
        place, call = anchors.get(note.anchor), anchors.get(note.call)
        if place is None:
            yield note, "is on no page"
        elif counts[note.anchor] > 1:
            yield note, "is printed more than once"
        elif call is not None and place.page < call.page:
            yield note, "stands before its call"
        elif place.top_px < 0 or place.bottom_px > heights[place.page]:
            yield note, "reaches outside the page"


def _with_kept(html: str, anchors: tuple[str, ...]) -> str:
    """The HTML with the paragraphs that call these notes kept whole (found to bring back every lost note)."""
    if not anchors:
        return html
    selectors = ", ".join(f'{tag}:has([id="{anchor}"])' for anchor in anchors for tag in ("p", "li", "dd"))
    return html.replace("</style>", f"{selectors} {{ break-inside: avoid }}\n</style>", 1)


def _anchors(document: Any) -> dict[str, Anchor]:
    """Each anchor at its first place; an element that is broken over pages repeats it."""
    found: dict[str, Anchor] = {}
    for index, page in enumerate(document.pages):
        tops = [rectangle[1] for name, rectangle in page.anchors.items() if name.startswith("fn-")]
        notes_top = min(tops, default=float("inf"))
        for name, (_, top, _, bottom) in page.anchors.items():
            found.setdefault(name, Anchor(index, top, bottom, top >= notes_top))
    return found


class _Fetcher(URLFetcher):
    """Serves files of the project (`asset:`) and of the theme (`theme:`) from memory, and nothing else."""

    def __init__(self, files: Files) -> None:
        super().__init__(allowed_protocols=("asset", "theme", "data"))
        self.files = files

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, path = url.partition(":")
        if scheme == "theme":
            return URLFetcherResponse(url, font(path.removeprefix("fonts/")))
        if scheme == "asset":
            content = self.files.content(unquote(path.lstrip("/")))
            if isinstance(content, Unreadable):
                raise ValueError(f"{content.path} {content.reason}")
            return URLFetcherResponse(url, content)
        return super().fetch(url, headers)


class _Log(logging.Handler):
    """Collects what WeasyPrint logs, which is the only place where it says what it left out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> _Log:
        logger = logging.getLogger("weasyprint")
        logger.handlers = [handler for handler in logger.handlers if not isinstance(handler, logging.StreamHandler)]
        logger.propagate = False
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)


_SAID_BEFORE = re.compile(r"Anchor defined twice|.* at \d+:\d+")
"""Messages of which the author is told elsewhere, with the place: about labels, about stylesheets."""


def _from_log(messages: list[str]) -> Iterator[Diagnostic]:
    for message in dict.fromkeys(messages):
        if _SAID_BEFORE.match(message):
            continue
        missing = re.match(r"Failed to load \w+ at 'asset:/(.*?)': \w+: (.*)", message)
        if missing:
            yield warning("image-missing", f"`{unquote(missing[1])}` cannot be printed: {missing[2]}", None)
            continue
        yield warning("layout", message[:1].lower() + message[1:].rstrip("."), None)
