"""A CSL style or locale file as immutable elements, with the place of every element for error messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from xml.parsers import expat

from msgspec import Struct
from msgspec.structs import replace

from report.csl.packaged import style_text


class StyleError(Exception):
    """A style that cannot be used; `line` and `column` count from 1, `hint` may be empty."""

    def __init__(self, message: str, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint


class Element(Struct, frozen=True):
    """An XML element without its namespace; `text` is its own character data."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    line: int
    column: int

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return self.attributes.get(name, default)

    def child(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Element]:
        """This element and everything inside it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


class Style(Struct, frozen=True, eq=False):
    """An independent style, or a dependent one with all that its parent says; compared by identity."""

    name: str
    title: str
    is_note: bool
    default_locale: str
    parent: str
    """Name of the independent style that a dependent one stands for; empty otherwise."""
    root: Element
    macros: Mapping[str, Element]
    citation: Element | None
    bibliography: Element | None
    locales: tuple[Element, ...]

    @property
    def has_bibliography(self) -> bool:
        """Whether the style formats a bibliography."""
        return self.bibliography is not None


def parse_style(text: str, name: str) -> Style:
    """The style in a `.csl` file, a dependent one resolved; StyleError if it is no CSL 1.0 style or a macro is wrong.

    CSL 1.0.2, sections "XML Structure" and "File Types".
    """
    root = parse_xml(text)
    _require_version(root)
    info = root.child("info")
    link = _parent(info)
    if link is not None:
        return _dependent(root, link, _title(info, name), name)
    style = Style(
        name=name,
        title=_title(info, name),
        is_note=root.get("class") == "note",
        default_locale=root.get("default-locale"),
        parent="",
        root=root,
        macros={child.get("name"): child for child in root.children if child.name == "macro"},
        citation=root.child("citation"),
        bibliography=root.child("bibliography"),
        locales=tuple(child for child in root.children if child.name == "locale"),
    )
    _require_citation(style)
    _require_macros(style)
    return style


def _dependent(root: Element, link: Element, title: str, name: str) -> Style:
    """The parent under the name of the style that depends on it, which may have a locale of its own."""
    parent = link.get("href").rstrip("/").rpartition("/")[2]
    text = style_text(parent)
    if text is None:
        raise StyleError(f"the style depends on `{parent}`, which is not at hand", link.line, link.column)
    found = parse_style(text, parent)
    locale = root.get("default-locale") or found.default_locale
    return replace(found, name=name, title=title, default_locale=locale, parent=parent)


def parse_xml(text: str) -> Element:
    """The root element; a document type is refused, as it could pull in entities without end."""
    builder = _Builder()
    try:
        builder.parser.Parse(text.removeprefix("\ufeff").encode("utf-8"), True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code) or "not well-formed"
        raise StyleError(f"broken XML: {message}", error.lineno, error.offset + 1) from None
    except UnicodeEncodeError:
        raise StyleError("the file is not UTF-8 text") from None
    return builder.finished


_DEEPEST = 100
"""No style comes near; without a limit a broken one could exhaust the stack."""


class _Builder:
    """Collects expat's events; elements are made when they close, as they are immutable."""

    def __init__(self) -> None:
        parser = self.parser = expat.ParserCreate(encoding="utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[tuple[str, dict[str, str], list[Element], list[str], int, int]] = []
        self.finished = Element("", {}, (), "", 1, 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parser = self.parser
        place = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if len(self._open) > _DEEPEST:
            raise StyleError(f"elements nested more than {_DEEPEST} deep", *place)
        self._open.append((name.rpartition(":")[2], attributes, [], [], *place))

    def _end(self, _: str) -> None:
        name, attributes, children, text, line, column = self._open.pop()
        element = Element(name, attributes, tuple(children), "".join(text), line, column)
        if self._open:
            self._open[-1][2].append(element)
        else:
            self.finished = element

    def _text(self, data: str) -> None:
        self._open[-1][3].append(data)

    def _doctype(self, *_: object) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise StyleError("a style may not have a document type declaration", line, column)


def _require_version(root: Element) -> None:
    if root.name != "style":
        raise StyleError(f"the root element is `{root.name}`, not `style`", root.line, root.column)
    version = root.get("version")
    if not version.startswith("1."):
        found = f"version `{version}`" if version else "no version"
        raise StyleError(f"not a CSL 1.0 style: {found}", root.line, root.column, "update the style to CSL 1.0.2")


def _title(info: Element | None, name: str) -> str:
    title = info.child("title") if info else None
    return " ".join(title.text.split()) if title and title.text.strip() else name


def _parent(info: Element | None) -> Element | None:
    """The link to the independent style that a dependent one stands for."""
    links = info.children if info else ()
    return next((link for link in links if link.name == "link" and link.get("rel") == "independent-parent"), None)


def _require_citation(style: Style) -> None:
    if style.citation is None:
        raise StyleError("the style has no `citation` element", style.root.line, style.root.column)
    for area in (style.citation, style.bibliography):
        if area is not None and area.child("layout") is None:
            raise StyleError(f"`{area.name}` has no `layout`", area.line, area.column)


def _require_macros(style: Style) -> None:
    for element in style.root.walk():
        name = called_macro(element)
        if name is not None and name not in style.macros:
            near = get_close_matches(name, style.macros, n=1)
            hint = f"did you mean `{near[0]}`?" if near else ""
            raise StyleError(f"no macro `{name}`", element.line, element.column, hint)
    known: dict[str, tuple[int, int]] = {}
    for element in style.root.children:
        steps, _ = _extent(style, element, 0, _called_by(element), known)
        if steps > _MOST_STEPS:
            name = element.get("name") or element.name
            message = f"`{name}` takes more than {_MOST_STEPS} steps with the macros that it calls"
            raise StyleError(message, element.line, element.column)


_MOST_STEPS = 20_000
"""Elements on the longest way through a citation or an entry; of 2,800 styles none comes near."""
_DEEPEST_CALL = 150
"""Elements inside elements, over all macros on the way."""


def _extent(
    style: Style, element: Element, depth: int, route: tuple[str, ...], known: dict[str, tuple[int, int]]
) -> tuple[int, int]:
    """How many elements are rendered at most, and how deep they lie, with the macros that are called.

    `route` are the macros on the way; `known` holds those that are measured and is added to."""
    if depth > _DEEPEST_CALL:
        raise _too_deep(element)
    called = called_macro(element)
    if called is None and not element.children and depth < _DEEPEST_CALL:
        return 1, 1
    below = [_extent(style, child, depth + 1, route, known) for child in element.children]
    if called is not None:
        if called in route:
            way = " → ".join((*route[route.index(called) :], called))
            raise StyleError(f"macro `{called}` calls itself: {way}", element.line, element.column)
        if called not in known:
            known[called] = _extent(style, style.macros[called], depth + 1, (*route, called), known)
        below.append(known[called])
    deepest = 1 + max((deep for _, deep in below), default=0)
    if depth + deepest > _DEEPEST_CALL:
        raise _too_deep(element)
    counts = [steps for steps, _ in below]
    return 1 + (max(counts, default=0) if element.name == "choose" else sum(counts)), deepest


def _too_deep(element: Element) -> StyleError:
    message = f"macros call each other more than {_DEEPEST_CALL} elements deep"
    return StyleError(message, element.line, element.column)


def _called_by(element: Element) -> tuple[str, ...]:
    return (element.get("name"),) if element.name == "macro" else ()


def count(text: str | None) -> int | None:
    """The number that an attribute gives; one too long to mean anything is a million."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) < 7 else 1_000_000


def called_macro(element: Element) -> str | None:
    """Name of the macro that a `text` or `key` element calls."""
    return element.attributes.get("macro") if element.name in ("text", "key") else None
