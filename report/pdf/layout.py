"""WeasyPrint's door: a chapter's HTML → a fragment, and the audit that no note is lost, doubled or cut."""

from __future__ import annotations

import hashlib
import logging
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from report.fonts import font
from report.pdf import guard, ink
from report.pdf.drawing import KNOWN, Numbers, draw, has_text
from report.pdf.fragment import PAGE, TOTAL, Anchor, Bookmark, Fault, Fragment, LaidOut, Printed, Unit
from report.pdf.images import Drawn, upright
from report.pdf.numbers import free, numbers_of, without_free

guard.install()
ink.install()

MAX_PASSES = 3
"""Layouts that are tried to bring back a lost note, before the build fails."""


def lay_out(unit: Unit) -> LaidOut:
    """The pages of a chapter, in a form that does not depend on page numbers as far as these can be set right later.

    Notes that WeasyPrint loses are brought back by keeping their paragraphs whole, and so are those that would stand on
    a last page of their own; what stays lost is a fault.
    """
    html = without_free(unit.html)
    laid = _laid_out(unit, html, unit.start if unit.is_roman else 1)
    has_wrong_pages = PAGE in laid.fragment.fixed and laid.fragment.start != unit.start
    if has_wrong_pages or (laid.fragment.rigid and html != unit.html):
        return _laid_out(unit, unit.html, unit.start)
    return laid


def _laid_out(unit: Unit, html: str, start: int) -> LaidOut:
    notes = tuple(_notes(html))
    kept: tuple[str, ...] = ()
    for passes in range(1, MAX_PASSES + 1):
        document, total, messages = _rendered(unit, html, start, kept)
        anchors = _anchors(document)
        faults = tuple(audit(notes, anchors, document))
        wrong = (*(fault.anchor for fault in faults), *_alone(document))
        missing = tuple(dict.fromkeys(anchor for anchor in wrong if anchor not in kept))
        if not missing or passes == MAX_PASSES:
            break
        kept += missing
    names = free(html)
    numbers = Numbers(start, total, numbers_of(html), names)
    drawing = draw(document, numbers, unit.prepress)
    objects = drawing.objects
    sites = [site for stream in objects.streams for site in stream.sites]
    stuck = {site.name for site in sites if not site.indent}
    fragment = Fragment(
        name=unit.name,
        digest=hashlib.blake2b(pickle.dumps(objects, pickle.HIGHEST_PROTOCOL), digest_size=20).hexdigest(),
        start=start,
        pages=drawing.pages,
        heights_px=tuple(page.height for page in document.pages),
        node=drawing.node,
        part=drawing.part,
        parents=drawing.parents,
        size=objects.count,
        keys=objects.keys,
        targets=objects.targets,
        names=tuple(sorted({site.name for site in sites} - {PAGE})),
        images=tuple((stream.shared, stream.number) for stream in objects.streams if stream.shared),
        anchors=anchors,
        elements=drawing.elements,
        notes=drawing.notes,
        bookmarks=tuple(_bookmarks(document)),
        faces=drawing.faces,
        fixed={**drawing.fixed, **_in_flow(unit.css, start, total)},
        rigid=not names.isdisjoint(stuck | drawing.fixed.keys()),
        is_tagged=KNOWN,
        pictures=tuple(_printed(drawing.pictures, unit)),
        faults=faults,
        messages=tuple(dict.fromkeys(messages)),
    )
    return LaidOut(fragment, objects, drawing.font_files)


def _printed(pictures: Iterable[Drawn], unit: Unit) -> Iterator[Printed]:
    """The pictures that are files of the project, each where it is printed largest."""
    paths = {
        hashlib.md5(f"asset:/{quote(path)}".encode(), usedforsecurity=False).hexdigest(): path for path in unit.assets
    }
    found: dict[str, Printed] = {}
    for picture in sorted(pictures, key=lambda one: one.dpi):
        path = paths.get(picture.identity)
        if path:
            found.setdefault(path, Printed(path, round(picture.dpi), picture.width_px, picture.height_px))
    yield from found.values()


def _in_flow(css: str, start: int, total: int) -> dict[str, str]:
    """The page counters that a stylesheet prints elsewhere than in margin boxes, where nobody can replace them."""
    elsewhere = _MARGIN_BOX.sub("", css)
    names = {"page": (PAGE, start), "pages": (TOTAL, total)}
    return {names[name][0]: str(names[name][1]) for name in re.findall(r"\bcounters?\(\s*(pages?)\b", elsewhere)}


_MARGIN_BOX = re.compile(r"@(?:top|bottom|left|right)\b[\w-]*\s*\{[^{}]*\}")


def _rendered(unit: Unit, html: str, start: int, kept: tuple[str, ...]) -> tuple[Any, int, list[str]]:
    """WeasyPrint's document without the sheets that only count, the number of all, and what it logged."""
    fetcher = _Fetcher(unit.assets)
    blanks = _blanks(unit)
    opening = f"@page :first {{ counter-reset: page {start - blanks} }}"
    html = html.replace("</head>", f"<style>{opening}{_keeping(kept)}</style></head>", 1)
    html = html.replace("<body>", "<body>" + _BLANK * blanks, 1)
    sheet = stylesheet(unit.css, unit.assets)
    with _Log() as log:
        source = HTML(string=html, base_url="asset:/", url_fetcher=fetcher)
        document = source.render(font_config=sheet.fonts, stylesheets=[sheet.css])
    return document.copy(document.pages[blanks:]), len(document.pages), [*sheet.messages, *log.messages]


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """A stylesheet with the fonts it declares, and what WeasyPrint does not understand in it."""

    css: Any
    fonts: Any
    messages: tuple[str, ...]


def stylesheet(text: str, assets: Mapping[str, bytes | str]) -> Stylesheet:
    """The stylesheet, read once in a process: it takes as long as a page."""
    return _stylesheet(text, tuple(item for item in sorted(assets.items()) if quote(item[0]) in text))


@lru_cache(maxsize=4)
def _stylesheet(text: str, assets: tuple[tuple[str, bytes | str], ...]) -> Stylesheet:
    fonts = FontConfiguration()
    with _Log() as log:
        css = CSS(string=text, base_url="asset:/", url_fetcher=_Fetcher(dict(assets)), font_config=fonts)
    return Stylesheet(css, fonts, tuple(log.messages))


_BLANK = '<div style="break-after: page">&#8203;</div>'


def _blanks(unit: Unit) -> int:
    """How many sheets before the first keep it from being taken for the first of the report, or for the other side."""
    return 0 if unit.sheet == 0 else 2 - unit.sheet % 2


def _keeping(anchors: tuple[str, ...]) -> str:
    """The rule that keeps the paragraphs whole that call these notes (found to bring back every lost note)."""
    selectors = ", ".join(f'{tag}:has([id="{anchor}"])' for anchor in anchors for tag in ("p", "li", "dd"))
    return f" {selectors} {{ break-inside: avoid }}" if anchors else ""


def audit(notes: tuple[tuple[str, str], ...], anchors: Mapping[str, Anchor], document: Any) -> Iterator[Fault]:
    """The notes that are not where they belong: on no page, on two, before their call, outside the page."""
    counts: dict[str, int] = {}
    for page in document.pages:
        for name in page.anchors:
            counts[name] = counts.get(name, 0) + 1
    heights = [page.height for page in document.pages]
    for anchor, call_anchor in notes:
        place, call = anchors.get(anchor), anchors.get(call_anchor)
        if place is None:
            yield Fault(anchor, "is on no page")
        elif counts[anchor] > 1:
            yield Fault(anchor, "is printed more than once")
        elif call is not None and place.page < call.page:
            yield Fault(anchor, "stands before its call")
        elif place.top_px < 0 or place.bottom_px > heights[place.page]:
            yield Fault(anchor, "reaches outside the page")


def _notes(html: str) -> Iterator[tuple[str, str]]:
    """Each part of a note in HTML, by its anchor, with the anchor of the call behind it."""
    waiting: list[str] = []
    for part, call in _NOTES.findall(html):
        if part:
            waiting.append(part)
        else:
            yield from ((unescape(anchor), unescape(call)) for anchor in waiting)
            waiting = []


_NOTES = re.compile(r'<span class="fn" id="([^"]+)"|<span class="call"><a href="[^"]+" id="([^"]+)"')


def _alone(document: Any) -> Iterator[str]:
    """The notes on a last page that has nothing else."""
    last = document.pages[-1]
    if len(document.pages) > 1 and not has_text(last):
        yield from (name for name in last.anchors if name.startswith("fn-"))


def _anchors(document: Any) -> dict[str, Anchor]:
    """Each anchor at its first place; an element that is broken over pages repeats it."""
    found: dict[str, Anchor] = {}
    for index, page in enumerate(document.pages):
        tops = [rectangle[1] for name, rectangle in page.anchors.items() if name.startswith("fn-")]
        notes_top = min(tops, default=float("inf"))
        for name, (left, top, _, bottom) in page.anchors.items():
            found.setdefault(name, Anchor(index, left, top, bottom, top >= notes_top))
    return found


def _bookmarks(document: Any) -> Iterator[Bookmark]:
    for index, page in enumerate(document.pages):
        for level, label, (left, top), state in page.bookmarks:
            yield Bookmark(level, label, index, left, top, state != "closed")


def stylesheet_messages(text: str, path: str) -> tuple[str, ...]:
    """What WeasyPrint does not understand in a stylesheet, in its words with line and column."""
    with _Log() as log:
        CSS(string=text, base_url=f"asset:/{path}", url_fetcher=_Fetcher({}))
    return tuple(log.messages)


class _Fetcher(URLFetcher):
    """Serves files of the project (`asset:`) and of the theme (`theme:`) from memory, and nothing else."""

    def __init__(self, assets: Mapping[str, bytes | str]) -> None:
        super().__init__(allowed_protocols=("asset", "theme", "data"))
        self.assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, path = url.partition(":")
        if scheme == "theme":
            return URLFetcherResponse(url, font(path.removeprefix("fonts/")))
        if scheme == "asset":
            name = unquote(path.lstrip("/"))
            content = self.assets.get(name, f"{name} is not among the files of the report")
            if isinstance(content, str):
                raise ValueError(content)
            return URLFetcherResponse(url, upright(content))
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
