"""Elements of HTML that are read where `html: true` allows it, as nodes of the tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape

from markdown_it.tree import SyntaxTreeNode

from report.diagnostics import Diagnostic, warning
from report.document import (
    NO_ATTRIBUTES,
    Abbreviation,
    Attributes,
    Blocks,
    Code,
    Division,
    Emphasis,
    Inlines,
    LineBreak,
    Node,
    Quote,
    Rule,
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
from report.source import Span

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
_BLOCKS = {"div": Division, "section": Division, "blockquote": Quote}
_EMPTY = ("br", "wbr", "hr")

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<attributes>[^>]*?)\s*/?>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_NAME = re.compile(r"[^\s{}#\"'<>]+")


def pairs(tokens: list[SyntaxTreeNode]) -> dict[int, int]:
    """The places of opening tags with those of the tags that close them; one that holds nothing closes itself.

    Among blocks a tag counts where it stands alone, with empty lines around it.
    """
    found: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    for place, name, closes in _tags(tokens):
        if name in _EMPTY and not closes:
            found[place] = place
        elif not closes:
            opened.append((name, place))
        elif any(name == other for other, _ in opened):
            while opened[-1][0] != name:
                opened.pop()
            found[opened.pop()[1]] = place
    return found


def strays(tokens: list[SyntaxTreeNode]) -> frozenset[int]:
    """The places of closing tags before which no such element was opened."""
    found: set[int] = set()
    opened: Counter[str] = Counter()
    for place, name, closes in _tags(tokens):
        if closes and not opened[name]:
            found.add(place)
        opened[name] = max(0, opened[name] - 1) if closes else opened[name] + 1
    return frozenset(found)


def _tags(tokens: list[SyntaxTreeNode]) -> Iterator[tuple[int, str, bool]]:
    """Each tag among tokens: its place, the name of its element, and whether it closes one."""
    for place, token in enumerate(tokens):
        tag = _TAG.fullmatch(token.content.strip()) if token.type in ("html_inline", "html_block") else None
        if tag is not None:
            yield place, tag["name"].lower(), bool(tag["end"])


def closes_nothing(tag: str, span: Span) -> Diagnostic:
    """The diagnostic for such a tag."""
    message = f"`{tag.strip()}` closes nothing, and is printed as it stands"
    return warning("foreign-html", message, span, "take it out, or write the tag that it closes before it")


def node(tag: str, content: Inlines, span: Span) -> Node | None:
    """The node for an opening tag and what stands behind it; None for what is not read."""
    found = _TAG.fullmatch(tag)
    given = _attributes(found["attributes"]) if found else None
    if found is None or given is None:
        return None
    name = found["name"].lower()
    title = given.get("title")
    if name == "abbr" and title and set(given.pairs) == {("title", title)}:
        return Abbreviation(plain_text(content), title, span=span) if _is_plain(content) else None
    attributes, problems = allowed(given, "element", span)
    if problems:
        return None
    return _made(name, content, attributes, span)


def block(tag: str, content: Blocks, span: Span) -> Node | None:
    """The block for an opening tag and what stands behind it; None for what is not read."""
    found = _TAG.fullmatch(tag.strip())
    given = _attributes(found["attributes"]) if found else None
    if found is None or given is None:
        return None
    attributes, problems = allowed(given, "element", span)
    name = found["name"].lower()
    if problems or (name == "hr" and given != NO_ATTRIBUTES):
        return None
    if name == "hr":
        return Rule(span=span)
    return _BLOCKS[name](content, span=span, attributes=attributes) if name in _BLOCKS else None


def _made(name: str, content: Inlines, attributes: Attributes, span: Span) -> Node | None:
    if name in _WRAPPERS:
        return _WRAPPERS[name](content, span=span, attributes=attributes)
    if name in _UNDERLINED:
        classes = ("underline", *attributes.classes)
        return Styled(content, span=span, attributes=Attributes(attributes.id, classes, attributes.pairs))
    if name in _CODES and _is_plain(content):
        return Code(plain_text(content), span=span, attributes=attributes)
    if name in _EMPTY and attributes == NO_ATTRIBUTES:
        return LineBreak(span=span) if name == "br" else Text("\u200b", span=span)
    return None


def _is_plain(content: Inlines) -> bool:
    return all(isinstance(node, Text) for node in content)


def _attributes(text: str) -> Attributes | None:
    """The attributes of a tag; None where there are others than id, class, lang and title."""
    identity = ""
    classes: tuple[str, ...] = ()
    keys: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        found = _ATTRIBUTE.match(text, position)
        if found is None:
            return None
        position = found.end()
        value = unescape(next((part for part in found.groups()[1:] if part is not None), ""))
        match found[1].lower():
            case "id" if _NAME.fullmatch(value):
                identity = normal(value)
            case "class":
                classes = tuple(value.split())
            case "lang" | "title" as key:
                keys.append((key, value))
            case _:
                return None
    return Attributes(identity, classes, tuple(keys)) if text.strip() else NO_ATTRIBUTES
