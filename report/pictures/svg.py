"""SVG: what was checked is written anew, so that it is what is printed.

What could run, fetch, move or grow without end is refused by name. Comments, metadata and what editors keep for
themselves go without a word, for nothing of them is seen.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from report.pictures.expansion import ELEMENTS, refuse_growth
from report.pictures.limits import Broken

LIMIT_BYTES = 16 * 1024 * 1024
"""The longest drawing."""

DEPTH = 100
"""Of elements in elements."""

RUN = 4 * 10**10
"""The squares of the lengths of all unbroken runs of coordinates together: WeasyPrint takes so long to read them."""

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "switch", "a", "view", "style", "image"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "tref", "textPath"),
        *("linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker"),
        *("filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix"),
        *("feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB"),
        *("feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight"),
        *("feSpecularLighting", "feSpotLight", "feTile", "feTurbulence"),
    )
)
"""Those that draw, and cannot do anything else."""

_ELSEWHERE = re.compile(r"(?:url|src)\((?!\s*(?:[\"']\s*)?#)|(?:image|image-set|cross-fade|element)\(", re.IGNORECASE)
_AT_RULE = re.compile(r"@\s*(?!media\b)[\w-]+", re.IGNORECASE)
_NO_NUMBER = re.compile(r"(?<![\w.-])[-+]?(?:nan|inf|infinity)(?![\w-])|\de\+?\d{3}|(?<![.\d])\d{20}", re.IGNORECASE)
_MAYBE_NO_NUMBER = re.compile(r"[nN][aA][nN]|[iI][nN][fF]|[eE]\+?\d{3}|\d{20}")
_RUNS = re.compile(r"[^A-Za-df-z]{1000,}")
_DASHES = re.compile(r"stroke-dasharray\s*:\s*([^;}]*)")
_NUMBER = re.compile(r"\d*\.?\d+(?:e[-+]?\d+)?", re.IGNORECASE)

_WORDS = frozenset(("id", "class", "style", "href", "font-family", "lang", "xml:lang", "role", "type", "in", "in2"))
"""The attributes that hold no numbers; those that begin with `aria-` besides."""


class Drawing(Struct, frozen=True):
    """A drawing as it is printed."""

    content: bytes
    pictures: tuple[bytes, ...]
    """The pictures of pixels in it."""


def drawing(content: bytes, picture: Callable[[bytes], bytes]) -> Drawing:
    """A drawing, written anew; pictures in it are rewritten by `picture`. Raises Broken."""
    if len(content) > LIMIT_BYTES:
        raise Broken(f"is a drawing of more than {LIMIT_BYTES >> 20} MiB")
    reader = _Reader(picture)
    parser = ElementTree.XMLParser(target=reader)
    try:
        parser.feed(content)
        root = parser.close()
    except ElementTree.ParseError as problem:
        raise Broken(f"is broken SVG: {problem}") from problem
    except (LookupError, ValueError) as problem:
        raise Broken(f"is broken SVG: its encoding is not known: {problem}") from problem
    _refuse_runs(root)
    refuse_growth(root)
    root.set("xmlns", _SVG)
    return Drawing(ElementTree.tostring(root, "utf-8"), tuple(reader.pictures))


class _Reader(Struct):
    """Builds the tree of what may be printed; one use."""

    picture: Callable[[bytes], bytes]
    pictures: list[bytes] = field(default_factory=list)
    builder: ElementTree.TreeBuilder = field(default_factory=ElementTree.TreeBuilder)
    open: list[str] = field(default_factory=list)
    """The elements that are open, without those in one that is left out."""
    count: int = 0
    outside: int = 0
    """How many elements that are left out are open."""

    def doctype(self, *_: object) -> None:
        raise Broken("has a DOCTYPE, which is refused in SVG")

    def pi(self, target: str, _: str | None = None) -> None:
        if target.lower() == "xml-stylesheet":
            raise Broken("names a stylesheet: put it into a `style` element")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if self.count > ELEMENTS:
            raise Broken(f"has more than {ELEMENTS} elements")
        if len(self.open) + self.outside >= DEPTH:
            raise Broken(f"has elements more than {DEPTH} deep in each other")
        namespace, _, name = tag.rpartition("}")
        if not self.open and (name != "svg" or namespace not in ("", f"{{{_SVG}")):
            raise Broken("is no SVG")
        if namespace == f"{{{_XHTML}":
            raise Broken("holds HTML, which is refused in SVG")
        if self.outside or name == "metadata" or namespace not in ("", f"{{{_SVG}"):
            self.outside += 1
            return
        if name not in _ELEMENTS:
            raise Broken(f"holds `{name}`, which is refused in SVG")
        self.open.append(name)
        self.builder.start(name, dict(self._attributes(name, attributes)))

    def end(self, _: str) -> None:
        if self.outside:
            self.outside -= 1
            return
        self.builder.end(self.open.pop())

    def data(self, text: str) -> None:
        if not self.outside:
            self.builder.data(text)

    def close(self) -> Element:
        root: Element = self.builder.close()
        for element in root.iter("style"):
            _refuse_style("".join(element.itertext()))
        return root

    def _attributes(self, element: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for name, value in attributes.items():
            if name in ("href", _XLINK_HREF):
                if element != "a":
                    yield "href", self._address(value.strip(), element)
            elif name in (f"{_XML}space", f"{_XML}lang"):
                yield f"xml:{name.removeprefix(_XML)}", value
            elif name == "src" or name.lower().startswith("on"):
                raise Broken(f"has `{name}`, which is refused in SVG")
            elif not name.startswith(("{", "data-")):
                _refuse_value(name, value)
                yield name, value

    def _address(self, value: str, element: str) -> str:
        if value.startswith("#") or not value:
            return value
        found = re.match(r"data:image/(?:png|jpe?g|gif|webp)\s*((?:;[^,;]*)*),", value, re.IGNORECASE)
        if not found or element != "image":
            raise Broken(f"refers to `{value[:60]}`, which is not in it")
        given = unquote_to_bytes(value[found.end() :])
        try:
            content = base64.b64decode(b"".join(given.split())) if "base64" in found[1].lower() else given
        except binascii.Error as problem:
            raise Broken(f"holds a picture that is damaged: {problem}") from problem
        try:
            clean = self.picture(content)
        except Broken as problem:
            raise Broken(f"holds a picture that {problem}") from problem
        self.pictures.append(clean)
        return f"{value[: found.start(1)].strip().lower()};base64,{base64.b64encode(clean).decode()}"


def _refuse_value(name: str, value: str) -> None:
    if name == "style":
        _refuse_style(value)
    elif "(" in value and _ELSEWHERE.search(value):
        raise Broken(f"refers to what is not in it: `{value[:60]}`")
    elif name == "stroke-dasharray":
        _refuse_dashes(value)
    if name in _WORDS or name.startswith("aria-") or not _MAYBE_NO_NUMBER.search(value):
        return
    if _NO_NUMBER.search(value):
        raise Broken(f"has a number out of all bounds in `{name}`")


def _refuse_style(text: str) -> None:
    if "\\" in text:
        raise Broken("has a backslash in its style, which is refused in SVG")
    for pattern in (_AT_RULE, _ELSEWHERE):
        if found := pattern.search(re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)) or pattern.search(text):
            raise Broken(f"has a style that refers to what is not in it: `{text[found.start() :][:60]}`")
    for found in _DASHES.finditer(text):
        _refuse_dashes(found[1])


def _refuse_dashes(value: str) -> None:
    lengths = [float(length) for length in _NUMBER.findall(value)]
    if len(lengths) > 100 or 0 < sum(lengths) < 0.01:
        raise Broken("has dashes that are too fine")


def _refuse_runs(root: Element) -> None:
    """Coordinates are read from the front, each with all that follows it until the next letter."""
    total = 0
    for element in root.iter():
        for text in (element.get("d", ""), element.get("points", ""), element.get("transform", "")):
            total += sum((run.end() - run.start()) ** 2 for run in _RUNS.finditer(text))
    if total > RUN:
        raise Broken("has a line with too many points in one piece")
