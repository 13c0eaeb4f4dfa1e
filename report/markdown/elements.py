"""Elements of HTML within a line that are read where `html: true` allows it, as nodes of the tree; their tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from unicodedata import bidirectional

from markdown_it.tree import SyntaxTreeNode
from msgspec import Struct, field
from msgspec.structs import replace

from report.diagnostics import Diagnostic, error, warning
from report.document import (
    NO_ATTRIBUTES,
    Abbreviation,
    Attributes,
    Code,
    Emphasis,
    Inlines,
    LineBreak,
    Node,
    Strikeout,
    Strong,
    Styled,
    Subscript,
    Superscript,
    Text,
    normal,
    plain_text,
)
from report.markdown.attributes import allowed
from report.markdown.foreign import raw_html
from report.source import Span

MAX_ELEMENTS = 40
"""Elements in one another within a line; tags of deeper ones are printed as they stand."""

_WRAPPERS: dict[str, Callable[..., Node]] = {
    **dict.fromkeys(("b", "strong"), Strong),
    **dict.fromkeys(("i", "em", "cite", "var", "dfn"), Emphasis),
    **dict.fromkeys(("s", "del"), Strikeout),
    **dict.fromkeys(("span", "small", "mark"), Styled),
    "sup": Superscript,
    "sub": Subscript,
}
_UNDERLINED = ("u", "ins")
_CODES = ("code", "kbd", "samp")
_EMPTY = ("br", "wbr")

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_NAME = re.compile(r"[^\s{}#\"'<>]+")

PARENTS = {
    "li": ("ul", "ol"),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("thead", "tbody", "tfoot", "caption", "colgroup"), ("table",)),
    "tr": ("table", "thead", "tbody", "tfoot"),
    **dict.fromkeys(("td", "th"), ("tr",)),
    "col": ("colgroup", "table"),
    "summary": ("details",),
    "figcaption": ("figure",),
}
"""In which elements those that are parts of others stand."""

_OWN = {
    **dict.fromkeys(("div", "p", "hr", "table", "thead", "tbody", "tfoot"), frozenset()),
    "abbr": frozenset(("title",)),
    "details": frozenset(("open",)),
    "ol": frozenset(("start", "reversed", "type")),
    "td": frozenset(("align", "colspan", "rowspan")),
    "th": frozenset(("align", "colspan", "rowspan", "scope")),
    "tr": frozenset(("align",)),
    **dict.fromkeys(("colgroup", "col"), frozenset(("span",))),
}
"""The attributes that an element may have besides `id`, `class`, `lang` and `dir`."""

_VALUES = {
    "align": re.compile("left|center|right"),
    "scope": re.compile("(?:row|col)(?:group)?"),
    "start": re.compile("-?[0-9]{1,6}"),
    "type": re.compile("[1aAiI]"),
    **dict.fromkeys(("colspan", "rowspan", "span"), re.compile("[0-9]{1,9}")),
}
"""The values that mean something, where not all do."""

LOOKS = frozenset(
    ("align", "bgcolor", "border", "cellpadding", "cellspacing", "frame", "height", "rules", "valign", "width")
)
"""Attributes that only say how something looks."""


class Tag(Struct, frozen=True):
    """A start tag whose element is read."""

    name: str
    attributes: Attributes
    own: dict[str, str]
    """Attributes that only such elements have."""
    left_out: tuple[str, ...]
    """Attributes that mean nothing, and do nothing anywhere."""


def tag(text: str) -> Tag | None:
    """The tag in a text; None where it has attributes that are not read."""
    found = _TAG.fullmatch(text)
    if found is None or found["end"]:
        return None
    name = found["name"].lower()
    given = _attributes(found["attributes"])
    if given is None:
        return None
    own = _OWN.get(name, frozenset())
    mine = {key: value for key, value in given.items() if key in own and _means(key, value)}
    known = own | (LOOKS if name in _OWN else frozenset())
    left_out = tuple(key for key in given if key in known and key not in mine)
    common = _common({key: value for key, value in given.items() if key not in known})
    return None if common is None else Tag(name, common, mine, left_out)


def _means(key: str, value: str) -> bool:
    return key not in _VALUES or _VALUES[key].fullmatch(value) is not None


def _attributes(text: str) -> dict[str, str] | None:
    """The attributes of a tag by name; None where they are not written as such, or one is given twice."""
    text = text.rstrip().removesuffix("/").rstrip()
    given: dict[str, str] = {}
    position = 0
    while position < len(text):
        found = _ATTRIBUTE.match(text, position)
        if found is None or found[1].lower() in given:
            return None
        position = found.end()
        given[found[1].lower()] = unescape(next((part for part in found.groups()[1:] if part is not None), ""))
    return given


def _common(given: dict[str, str]) -> Attributes | None:
    """What any element may have, as attributes of a node; None where there is anything else."""
    identity = given.pop("id", "")
    classes = tuple(given.pop("class", "").split())
    is_odd = given.keys() - {"lang", "dir"} or given.get("dir", "auto").lower() not in ("ltr", "rtl", "auto")
    if is_odd or (identity and not _NAME.fullmatch(identity)):
        return None
    pairs = tuple((key, value.lower() if key == "dir" else value) for key, value in given.items())
    attributes = Attributes(normal(identity), classes, pairs)
    return None if allowed(attributes, "element", Span(""))[1] else attributes


class Html(Struct, frozen=True):
    """How elements of HTML in a block are read."""

    strays: frozenset[int] = frozenset()
    """The identities of end tags that end nothing."""
    said: Mapping[int, str] = field(default_factory=dict)
    """The reasons why tags are printed as they stand, by offset; empty where that has been said."""
    quotes: tuple[str, str, str, str] = ("“", "”", "‘", "’")
    """Quotation marks of `q`, and of one in another."""
    depth: int = 0
    """How many elements are around."""


def pairs(tokens: list[SyntaxTreeNode]) -> dict[int, int]:
    """The places of start tags with those of the tags that end them; one that holds nothing ends itself."""
    found: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    names: Counter[str] = Counter()
    for place, _, name, ends in _tags(tokens):
        if not ends and name in _EMPTY:
            found[place] = place
        elif not ends:
            opened.append((name, place))
            names[name] += 1
        elif names[name]:
            while opened[-1][0] != name:
                names[opened.pop()[0]] -= 1
            found[opened.pop()[1]] = place
            names[name] -= 1
    return found


def strays(tokens: Iterable[SyntaxTreeNode]) -> frozenset[int]:
    """The identities of end tags in the text of a block before which no such element was opened in it."""
    found: set[int] = set()
    opened: Counter[str] = Counter()
    for _, token, name, ends in _tags(tokens):
        if ends and not opened[name]:
            found.add(id(token))
        opened[name] = max(0, opened[name] + (-1 if ends else 1))
    return frozenset(found)


def _tags(tokens: Iterable[SyntaxTreeNode]) -> Iterator[tuple[int, SyntaxTreeNode, str, bool]]:
    """Each tag among tokens: its place among them, itself, the name of its element, and whether it ends one."""
    for place, token in enumerate(tokens):
        found = _TAG.fullmatch(token.content) if token.type == "html_inline" else None
        if found is not None:
            yield place, token, found["name"].lower(), bool(found["end"])


def refused(text: str, reason: str, span: Span) -> Diagnostic | None:
    """What is said of a tag that is printed as it stands; None for an end tag whose start tag has been told of."""
    found = _TAG.fullmatch(text)
    name = found["name"].lower() if found else ""
    if reason == "stray":
        message = f"`{text}` closes nothing, and is printed as it stands"
        return warning("foreign-html", message, span, "take it out, or write the tag that it closes before it")
    if reason == "deep":
        message = "what is nested deeper than this is printed as it stands"
        return error("nesting-depth", message, span, "nest less deeply")
    if reason == "apart":
        parents = " or ".join(f"`<{parent}>`" for parent in PARENTS[name])
        message = f"`<{name}>` is printed as it stands: it means something directly in {parents} alone"
        return warning("foreign-html", message, span, f"write {parents} around it")
    if found is not None and not found["end"] and (reason == "unclosed" or _is_read(text, name)):
        return unclosed(name, ", and is printed as it stands", span)
    return raw_html(text, span)


def _is_read(text: str, name: str) -> bool:
    return name in (*_WRAPPERS, *_UNDERLINED, "q") and tag(text) is not None


def unclosed(name: str, outcome: str, span: Span) -> Diagnostic:
    """The diagnostic for a start tag without its end tag."""
    hint = f"end it with `</{name}>`, within what it stands in"
    return warning("foreign-html", f"`<{name}>` is not closed{outcome}", span, hint)


def reads(text: str, inside: Iterable[SyntaxTreeNode]) -> bool:
    """Whether the element of a start tag is read, with these tokens in it."""
    found = tag(text)
    if found is None:
        return False
    if found.name in _CODES or (found.name == "abbr" and found.own.get("title")):
        return all(token.type in ("text", "text_special") for token in inside)
    if found.name in _EMPTY:
        return found.attributes == NO_ATTRIBUTES
    return found.name in (*_WRAPPERS, *_UNDERLINED, "q")


def node(text: str, content: Inlines, quotes: tuple[str, str], span: Span) -> Node:
    """The node for an element that is read, by its start tag and what stands in it."""
    found = tag(text) or Tag("", NO_ATTRIBUTES, {}, ())
    attributes = with_direction(found.attributes, content)
    match found.name:
        case "abbr":
            return Abbreviation(plain_text(content), found.own["title"], span=span, attributes=attributes)
        case "q":
            opening, closing = (Text(mark, span=span) for mark in quotes)
            return Styled((opening, *content, closing), span=span, attributes=attributes)
        case "br":
            return LineBreak(span=span)
        case "wbr":
            return Text("\u200b", span=span)
        case name if name in _CODES:
            return Code(plain_text(content), span=span, attributes=attributes)
        case name if name in _UNDERLINED:
            classes = ("underline", *attributes.classes)
            return Styled(content, span=span, attributes=replace(attributes, classes=classes))
        case name:
            return _WRAPPERS.get(name, Styled)(content, span=span, attributes=attributes)


def with_direction(attributes: Attributes, content: Iterable[Node]) -> Attributes:
    """The attributes with a direction that the text gives, where they leave it to the text."""
    if attributes.get("dir") != "auto":
        return attributes
    first = next((kind for char in plain_text(content) if (kind := bidirectional(char)) in ("L", "R", "AL")), "L")
    pairs = tuple((key, value) for key, value in attributes.pairs if key != "dir")
    return replace(attributes, pairs=(*pairs, ("dir", "ltr" if first == "L" else "rtl")))


def is_quotation(text: str) -> bool:
    """Whether a start tag is that of `q`."""
    found = _TAG.fullmatch(text)
    return found is not None and found["name"].lower() == "q"
