"""WeasyPrint's door: a chapter's HTML → a fragment, laid out again where the audit of its pages asks for it."""

from __future__ import annotations

import hashlib
import logging
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from html import unescape
from typing import Any, cast
from urllib.parse import quote, unquote

import weasyprint.css
from msgspec import Struct
from msgspec.structs import replace
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from report.fonts import font
from report.pdf import ink
from report.pdf.audit import audit, note_parts
from report.pdf.drawing import Numbers, draw
from report.pdf.fragment import (
    OVER_EDGE,
    PAGE,
    TOTAL,
    Anchor,
    Bookmark,
    Face,
    Fault,
    Fragment,
    LaidOut,
    Printed,
    Unit,
)
from report.pdf.guard import guarded
from report.pdf.images import Drawn, upright
from report.pdf.lines import recorded
from report.pdf.memory import BRIEF, LONG, Memory
from report.pdf.mending import mending
from report.pdf.numbers import free, numbers_of, without_free
from report.pdf.proof import proof
from report.pdf.resuming import FAILURES
from report.pdf.spots import spots
from report.pdf.standin import KNOWN, in_place
from report.pdf.tree import read_as_xml
from report.pictures import decoding
from report.pictures.limits import Broken
from report.pictures.printable import printable

ink.install()

MAX_PASSES = 4
"""Layouts that are tried to bring back what is lost, before the build fails."""


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


class Settled(Struct, frozen=True):
    """Pages after the audit."""

    document: Any
    """WeasyPrint's, without the sheets that only count."""
    root: Any
    """The root element."""
    total: int
    """The number of all sheets."""
    messages: tuple[str, ...]
    """What WeasyPrint logged."""
    anchors: Mapping[str, Anchor]
    faults: tuple[Fault, ...]
    sheet: Stylesheet
    passes: int = 1
    """How often they were laid out."""


def settle(unit: Unit, html: str, start: int) -> Settled:
    """The pages, laid out again with other rules where the audit finds what these may bring into place."""
    parts = note_parts(html)
    sheet = stylesheet(unit.css, unit.assets)
    rules: tuple[str, ...] = ()
    settled: list[Settled] = []
    while len(settled) < MAX_PASSES:
        try:
            with recorded() as recording, guarded():
                rendered = _rendered(unit, html, start, rules, sheet)
        except FAILURES:
            if settled:
                break
            if _PLAIN in rules:
                raise
            rules = (_PLAIN,)
            continue
        anchors = _anchors(rendered.document)
        findings = audit(parts, anchors, rendered.document, recording)
        if findings and sheet.memory.chapters.forget(unit.name):
            continue
        faults = tuple(finding.fault for finding in findings)
        messages = (*rendered.messages, *([_PLAIN_MESSAGE] if _PLAIN in rules else []))
        settled.append(Settled(rendered.document, rendered.root, rendered.total, messages, anchors, faults, sheet))
        more = mending(findings, rendered.document, rendered.root, rules)
        if not more:
            break
        rules += more
    best = min(reversed(settled), key=lambda one: sum(fault.words != OVER_EDGE for fault in one.faults))
    return replace(best, passes=len(settled))


_PLAIN = ":not(.fn) { float: none; columns: auto }"
"""The rule for chapters that WeasyPrint cannot lay out: most have a float that reaches over a page."""

_PLAIN_MESSAGE = "Floats and columns of this chapter are printed as plain blocks, because its layout fails with them"


def _laid_out(unit: Unit, html: str, start: int) -> LaidOut:
    settled = settle(unit, html, start)
    document, total = settled.document, settled.total
    names = free(html)
    numbers = Numbers(start, total, numbers_of(html), names)
    with _Log() as log:
        drawing = draw(document, numbers, unit.prepress, settled.sheet.memory.glyphs)
    objects = replace(drawing.objects, proof=proof(document, start, total))
    sites = [site for stream in objects.streams for site in stream.sites]
    stuck = {site.name for site in sites if not site.indent}
    fragment = Fragment(
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
        anchors=settled.anchors,
        elements=drawing.elements,
        notes=drawing.notes,
        bookmarks=tuple(_bookmarks(document)),
        faces=drawing.faces,
        fixed={**drawing.fixed, **_in_flow(unit.css, start, total)},
        rigid=not names.isdisjoint(stuck | drawing.fixed.keys()),
        is_tagged=KNOWN,
        missing=_missing(drawing.faces),
        pictures=tuple(_printed(drawing.pictures, unit)),
        faults=settled.faults,
        messages=tuple(dict.fromkeys((*settled.messages, *(_with_paths(one, unit.assets) for one in log.messages)))),
    )
    return LaidOut(fragment, objects, drawing.font_files, spots(document, settled.root))


def _missing(faces: Iterable[Face]) -> str:
    """The characters for which WeasyPrint found no glyph; it prints a box for each."""
    codes = {code for face in faces for code in cast(Mapping[int, int], face.state["missing"])}
    return "".join(map(chr, sorted(codes)))


def _printed(pictures: Iterable[Drawn], unit: Unit) -> Iterator[Printed]:
    """The pictures that are files of the project, each where it is printed largest."""
    names = _names(unit.assets)
    paths = {
        hashlib.md5(f"asset:/{name}".encode(), usedforsecurity=False).hexdigest(): path for path, name in names.items()
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


class _Rendered(Struct, frozen=True):
    """What WeasyPrint makes of a unit."""

    document: Any
    """Without the sheets that only count."""
    total: int
    """The number of all sheets."""
    root: Any
    """The root element."""
    messages: tuple[str, ...]


def _rendered(unit: Unit, html: str, start: int, rules: tuple[str, ...], sheet: Stylesheet) -> _Rendered:
    fetcher = _Fetcher(unit.assets)
    html = _by_content(_IN_HTML, html, unit.assets)
    blanks = _blanks(unit)
    opening = f"@page :first {{ counter-reset: page {start - blanks} }}"
    html = html.replace("</head>", f"<style>{' '.join((opening, *rules))}</style></head>", 1)
    html = html.replace("<body>", "<body>" + _BLANK * blanks, 1)
    with _Log() as log, _without_profiles(), sheet.memory.in_use(), read_as_xml(unit.is_xml):
        source = HTML(string=html, base_url="asset:/", url_fetcher=fetcher)
        document, root = sheet.memory.chapters.render(
            unit.name, source, font_config=sheet.fonts, stylesheets=[sheet.css]
        )
    if log.messages:
        sheet.memory.forget()
    printed = document.copy(document.pages[blanks:])
    messages = (_with_paths(message, unit.assets) for message in (*sheet.messages, *log.messages))
    return _Rendered(printed, len(document.pages), root, tuple(messages))


def _names(assets: Mapping[str, bytes | str]) -> dict[str, str]:
    """By what the files of the project go in a PDF: their contents, for a path tells of the author."""
    return {
        path: hashlib.blake2b(content, digest_size=20).hexdigest()
        for path, content in assets.items()
        if isinstance(content, bytes)
    }


def _by_content(places: re.Pattern[str], text: str, assets: Mapping[str, bytes | str]) -> str:
    """HTML or a stylesheet with files named by their contents, where it names them; what it prints stays."""
    names = _names(assets)
    return places.sub(lambda found: f"{found[1]}asset:/{names.get(unquote(unescape(found[2])), found[2])}", text)


_IN_HTML = re.compile(r'(<\w+\b[^<>]*?\s(?:src|href)=")asset:/([^"]*)')
_IN_CSS = re.compile(r"""(url\(\s*["']?)asset:/([^"')\s]+)""")


def _with_paths(message: str, assets: Mapping[str, bytes | str]) -> str:
    """A message with paths in it again."""
    for path, name in _names(assets).items() if "asset:/" in message else ():
        message = message.replace(f"asset:/{name}", f"asset:/{quote(path)}")
    return message


@contextmanager
def _without_profiles() -> Iterator[None]:
    """Where a stylesheet has a colour profile that is not there, WeasyPrint would give up: it is none instead."""
    with in_place(weasyprint.css, "fetch", _fetch_or_nothing):
        yield


@contextmanager
def _fetch_or_nothing(fetcher: URLFetcher, url: str) -> Iterator[URLFetcherResponse]:
    try:
        response = fetcher.fetch(url)
    except Exception:
        response = URLFetcherResponse(url, b"")
    yield response


_room = BRIEF


def stay() -> None:
    """Keep what makes the next layout of the same chapters faster."""
    global _room
    _room = LONG


class Stylesheet(Struct, frozen=True):
    """A stylesheet with the fonts it declares, and what WeasyPrint does not understand in it."""

    css: Any
    fonts: Any
    messages: tuple[str, ...]
    memory: Memory


def stylesheet(text: str, assets: Mapping[str, bytes | str]) -> Stylesheet:
    """The stylesheet, read once in a process: it takes as long as a page."""
    return _stylesheet(text, tuple(item for item in sorted(assets.items()) if quote(item[0]) in text))


@lru_cache(maxsize=4)
def _stylesheet(text: str, assets: tuple[tuple[str, bytes | str], ...]) -> Stylesheet:
    fonts = FontConfiguration()
    with _Log() as log, _without_profiles():
        named = _by_content(_IN_CSS, text, dict(assets))
        css = CSS(string=named, base_url="asset:/", url_fetcher=_Fetcher(dict(assets)), font_config=fonts)
    return Stylesheet(css, fonts, tuple(log.messages), Memory(text, _room))


_BLANK = '<div style="break-after: page">&#8203;</div>'


def _blanks(unit: Unit) -> int:
    """How many sheets before the first keep it from being taken for the first of the report, or for the other side."""
    return 0 if unit.sheet == 0 else 2 - unit.sheet % 2


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
    with _Log() as log, _without_profiles():
        CSS(string=text, base_url=f"asset:/{path}", url_fetcher=_Fetcher({}))
    return tuple(log.messages)


class _Fetcher(URLFetcher):
    """Serves files of the project (`asset:`) and of the theme (`theme:`) from memory, and nothing else."""

    def __init__(self, assets: Mapping[str, bytes | str]) -> None:
        super().__init__(allowed_protocols=("data",))
        named = {name: assets[path] for path, name in _names(assets).items()}
        self.assets = {**assets, **named}

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
        return URLFetcherResponse(url, upright(_checked(super().fetch(url, headers).read())))


def _checked(content: bytes) -> bytes:
    """What a stylesheet or a drawing holds in itself, as it may be printed."""
    try:
        found = printable(content)
    except Broken as problem:
        raise ValueError(f"it {problem}") from problem
    for reason in filter(None, map(decoding.fault, found.pixels)):
        raise ValueError(f"it {reason}")
    return found.content


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
