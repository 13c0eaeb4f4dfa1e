"""What no output may hold: what acts, leads to files or loads from elsewhere; and all text that it does hold."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pikepdf
import pypdfium2

LINKS = ("http://", "https://", "mailto:")
ACTING = (
    "/JavaScript",
    "/JS",
    "/Launch",
    "/GoToR",
    "/GoToE",
    "/SubmitForm",
    "/ImportData",
    "/RichMedia",
    "/AA",
    "/OpenAction",
)
ELEMENTS = {
    "script",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "button",
    "base",
    "portal",
    "video",
    "audio",
}
LOADING = {
    "src",
    "srcset",
    "href",
    "xlink:href",
    "action",
    "formaction",
    "poster",
    "data",
    "background",
    "ping",
    "manifest",
}


def in_pdf(content: bytes) -> list[str]:
    """What acts in a PDF, or leads to a file."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = []
        for thing in pdf.objects:
            for name, value in _entries(thing):
                if name in ACTING or (name == "/S" and str(value) in ACTING):
                    found.append(f"{name} {value}"[:80])
                if name == "/URI" and isinstance(value, pikepdf.String) and not str(value).startswith(LINKS):
                    found.append(f"link to {value}"[:80])
        return found


def files_in_pdf(content: bytes) -> tuple[str, ...]:
    """The names of the files that travel in a PDF."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return tuple(sorted(pdf.attachments))


def _entries(thing: object) -> Iterator[tuple[str, object]]:
    match thing:
        case pikepdf.Dictionary() | pikepdf.Stream():
            for name, value in thing.items():
                yield name, value
                if not getattr(value, "is_indirect", False):
                    yield from _entries(value)
        case pikepdf.Array():
            for value in thing:
                if not getattr(value, "is_indirect", False):
                    yield from _entries(value)


def all_of_pdf(content: bytes) -> str:
    """Every string, name and stream of a PDF, unpacked, and the text of its pages."""
    pieces = [content.decode("latin-1")]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for thing in pdf.objects:
            pieces += _strings(thing)
            if isinstance(thing, pikepdf.Stream):
                try:
                    data = thing.read_bytes()
                except pikepdf.PdfError:
                    data = thing.read_raw_bytes()
                pieces.append(data.decode("latin-1"))
    return "\n".join((*pieces, text_of_pdf(content)))


def _strings(thing: object) -> Iterator[str]:
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    for name, value in _entries(thing):
        yield name
        if isinstance(value, pikepdf.String | pikepdf.Name):
            yield str(value)
    if isinstance(thing, pikepdf.Array):
        yield from (str(value) for value in thing if isinstance(value, pikepdf.String))


def text_of_pdf(content: bytes) -> str:
    """The text of the pages, as pdfium reads it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


class _Page(HTMLParser):
    """Reads an HTML page for what acts in it, and for its text."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.text: list[str] = []
        self.styles: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "title"):
            self._silent.append(tag)
        if tag in ELEMENTS:
            self.acting.append(f"<{tag}>")
        for name, value in attributes:
            plain = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on"):
                self.acting.append(f"{name}={plain[:40]}")
            if name == "http-equiv" and plain == "refresh":
                self.acting.append("refresh")
            if name in LOADING and tag == "a" and not plain.startswith((*LINKS, "#")):
                self.acting.append(f"link to {plain[:60]}")
            if name in LOADING and tag != "a" and not plain.startswith(("#", "data:,", "data:image/", "data:font/")):
                self.acting.append(f"<{tag} {name}={plain[:60]}>")
            if name == "style":
                self.styles.append(value or "")
            if plain.startswith("data:image/svg+xml"):
                self.acting += in_html(_decoded(value or ""))

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if self._silent[-1:] == ["style"]:
            self.styles.append(data)
        elif not self._silent:
            self.text.append(data)


def _read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    return page


def in_html(text: str) -> list[str]:
    """What acts in an HTML page, or loads from elsewhere."""
    page = _read(text)
    styles = re.sub(r"/\*.*?\*/", "", "\n".join(page.styles), flags=re.DOTALL)
    loaded = re.findall(r"url\(\s*['\"]?([^'\")]{0,60})", styles, re.IGNORECASE)
    found = [f"url({address})" for address in loaded if not address.startswith(("#", "data:"))]
    return [*page.acting, *found, *re.findall(r"@import[^;]{0,60}|expression\(|-moz-binding", styles, re.IGNORECASE)]


def text_of_html(text: str) -> str:
    """The text of an HTML page."""
    return "".join(_read(text).text)


def all_of_html(text: str) -> str:
    """An HTML page with what it holds as data addresses, unpacked."""
    return "\n".join((text, *(_decoded(found) for found in re.findall(r"data:[\w/+.-]+;base64,[\w+/=]+", text))))


def _decoded(address: str) -> str:
    try:
        return base64.b64decode(address.partition("base64,")[2]).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def squeezed(text: str) -> str:
    """Text without white space and hyphens, which lines may add."""
    return re.sub(r"[\s\u00ad\u2010\ufffe\x02-]", "", text)
