"""HTML that a project's own templates made, written anew from elements and attributes that do nothing by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

_WORDS = """
html head meta title style body a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del
dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q
rp rt ruby s samp section small span strong sub sup table tbody td tfoot th thead time tr u ul var wbr
svg g defs path rect circle ellipse line polyline polygon text tspan desc use symbol clippath mask pattern
lineargradient radialgradient stop marker
"""

ELEMENTS = frozenset(_WORDS.split())
"""What a template may print; in lower case, as HTML is read."""

_NOT_ATTRIBUTES = re.compile(r"on|(form)?action$|srcdoc|srcset|http-equiv|ping|background|xmlns:|.*[^a-z0-9:_-]", re.I)
_ADDRESSES = {
    "href": re.compile(r"#|https?:|mailto:", re.I),
    "xlink:href": re.compile("#"),
    "src": re.compile(r"asset:/|data:image/(png|jpeg|gif|webp);", re.I),
    "cite": re.compile(r"https?:", re.I),
}
"""What an address may begin with, by attribute; other attributes hold none."""

_ELSEWHERE = re.compile(r"@import|url\(\s*(?![\"']?\s*(#|data:image/|asset:/))|\\", re.I)
"""What fetches in a style; an escape may hide it."""

_VOID = frozenset(("br", "col", "hr", "img", "meta", "wbr"))


class Active(Exception):
    """The HTML holds what could run, fetch or lead elsewhere; the message says what."""


def passive(html: str, policy: str = "") -> str:
    """The same HTML, with a Content-Security-Policy first in its head if one is given.

    Raises Active where something is not on the lists. `\\x01name\\x01` stands for HTML that comes later and may be
    between elements alone, `\\x01style\\x01` in a style element alone.
    """
    writer = _Writer(policy)
    writer.feed(html)
    writer.close()
    if policy and not writer.has_head:
        raise Active("no `<head>`, which the page needs for its policy")
    return "".join(writer.pieces)


class _Writer(HTMLParser):
    """Writes what it reads; one use."""

    def __init__(self, policy: str) -> None:
        super().__init__(convert_charrefs=True)
        self.policy = policy
        self.has_head = False
        self.pieces: list[str] = []
        self.within = ""
        """`style` or `title` inside of these."""

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            raise Active(f"`<!{decl[:40]}>`")
        self.pieces.append("<!DOCTYPE html>")

    def handle_comment(self, data: str) -> None:
        raise Active("an HTML comment: write `{# … #}`")

    def handle_pi(self, data: str) -> None:
        raise Active("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        raise Active("a marked section")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)
        if tag not in _VOID:
            self.pieces.append(f"</{tag}>")
            self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS or self.within:
            raise Active(f"`<{tag[:40]}>`")
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            return
        for name, value in given.items():
            _check_attribute(tag, name, value)
        written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self.pieces.append(f"<{tag}{written}>")
        if tag in ("style", "title"):
            self.within = tag
        if tag == "head":
            self.has_head = True
            self.pieces.append(_policy(self.policy))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS:
            raise Active(f"`</{tag[:40]}>`")
        self.within = ""
        if tag not in _VOID:
            self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.within == "style":
            if "<" in data or _ELSEWHERE.search(data):
                raise Active("a style that names other files, or holds `<` or `\\`")
        elif "\x01style\x01" in data or (self.within and "\x01" in data):
            raise Active("`style` or `body` where it cannot stand")
        self.pieces.append(data if self.within == "style" else escape(data, quote=False))


def _check_attribute(tag: str, name: str, value: str) -> None:
    """Raise Active for an attribute that does something."""
    wanted = _ADDRESSES.get(name)
    refused = wanted and not wanted.match(value.strip())
    if refused or _NOT_ATTRIBUTES.match(name) or "\x01" in value or _is_elsewhere(name, value):
        raise Active(f"`{name[:40]}` of `<{tag}>`")


def _is_elsewhere(name: str, value: str) -> bool:
    return name not in _ADDRESSES and name != "content" and bool(_ELSEWHERE.search(value)) and "(" in value


def _policy(policy: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">' if policy else ""


def filled(html: str, parts: Mapping[str, str]) -> str:
    """The HTML with what its stand-ins stand for."""
    return re.sub(r"\x01(\w+)\x01", lambda found: parts.get(found[1], found[0]), html)


def stand_in(name: str) -> str:
    """Stands for HTML while a template is rendered: a character that no text of a project holds."""
    return f"\x01{name}\x01"
