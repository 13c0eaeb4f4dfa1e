"""The tree a style is rendered to, and CSL-JSON's mini-HTML read into it.

Unlike the tree that leaves the package it keeps what later steps look for: affixes, delimiters, quotes, and tags such
as `names` or `year`. Nothing is flattened before `output`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from report.csl.tree import Text

Face: TypeAlias = "tuple[tuple[str, str], ...]"
"""Formatting attributes of CSL and their values, in the order in which they nest from the inside."""


class Look(Struct, frozen=True):
    """What an element adds to its content; one per element of a style, shared by everything that element renders."""

    prefix: str = ""
    suffix: str = ""
    delimiter: str = ""
    face: Face = ()
    quotes: bool = False
    display: str = ""
    outer: bool = False
    """Formatting covers the affixes, as it does for `layout` only."""


PLAIN = Look()
QUOTED = Look(quotes=True)


class Box(NamedTuple):
    """The output of one element. A named tuple because hundreds are made for every cite."""

    children: tuple[Node, ...]
    look: Look = PLAIN
    tag: str = ""
    """What it is: `names`, `name`, `year`, `year-suffix`, `term`, `nocase`, `link`, `cite` ..."""
    key: str = ""
    """Which one: the variable, the address, the item's id."""


Node: TypeAlias = "Text | Box"
Nodes: TypeAlias = "tuple[Node, ...]"


def boxed(children: Iterable[Node], look: Look = PLAIN, tag: str = "", key: str = "") -> Box:
    """A box of any iterable."""
    return Box(tuple(children), look, tag, key)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, in reading order."""
    yield node
    if isinstance(node, Box):
        for child in node.children:
            yield from walk(child)


def find(node: Node, tag: str) -> Box | None:
    """The first box of that tag."""
    return next((found for found in walk(node) if isinstance(found, Box) and found.tag == tag), None)


def rewrite(node: Node, change: Callable[[Box], Node | str | None]) -> Node | None:
    """The tree with boxes replaced: `change` gives a node, None to drop it, or "" to look inside.

    Boxes that are left empty vanish with their affixes.
    """
    if isinstance(node, Text):
        return node
    changed = change(node)
    if not isinstance(changed, str):
        return changed
    children = tuple(kept for child in node.children if (kept := rewrite(child, change)) is not None)
    if children == node.children:
        return node
    return node._replace(children=children) if children else None


def without(node: Node, unwanted: Box) -> Node | None:
    """The tree without one box (found by identity)."""
    return rewrite(node, lambda box: None if box is unwanted else "")


def plain(node: Node) -> str:
    """The characters of a node with affixes and delimiters, without quotation marks."""
    if isinstance(node, Text):
        return node.value
    look = node.look
    return f"{look.prefix}{look.delimiter.join(map(plain, node.children))}{look.suffix}"


def explicit(node: Node) -> Node:
    """The same with affixes and delimiters as text of their own, so that text case can reach them."""
    if isinstance(node, Text):
        return node
    look = node.look
    children: list[Node] = []
    for child in node.children:
        if children and look.delimiter:
            children.append(Text(look.delimiter))
        children.append(explicit(child))
    if not (look.prefix or look.suffix or look.delimiter):
        return node._replace(children=tuple(children))
    inner = node._replace(children=tuple(children), look=replace(look, prefix="", suffix="", delimiter="", display=""))
    around: list[Node] = [Text(look.prefix), inner, Text(look.suffix)]
    return Box(tuple(part for part in around if part != Text("")), Look(display=look.display), node.tag, node.key)


def map_text(node: Node, change: Callable[[str], str]) -> Node:
    """Every piece of text changed; affixes inside are not."""
    if isinstance(node, Text):
        return Text(change(node.value))
    return node._replace(children=tuple(map_text(child, change) for child in node.children))


_TOKEN = re.compile(
    r"""<(?P<close>/)?(?P<tag>i|b|sup|sub|sc|span)(?P<attributes>\s[^<>]*)?>|(?P<quote>["'“”‘’„‚])""", re.VERBOSE
)
_FACES: dict[str, Face] = {
    "i": (("font-style", "italic"),),
    "b": (("font-weight", "bold"),),
    "sup": (("vertical-align", "sup"),),
    "sub": (("vertical-align", "sub"),),
    "sc": (("font-variant", "small-caps"),),
}
_BEFORE_QUOTE = "([{-–—/“‘«\"'"
_OPENS = "\"'“‘„‚"
_CLOSES = {'"': '"', "'": "'", "”": "“„", "’": "‘‚", "“": "„", "‘": "‚"}
"""Closing marks and what they close: English and German marks share some."""


class _Token(Struct):
    """A piece of mini-HTML while its partner is looked for."""

    text: str
    kind: str = "text"
    """`text`, `tag` or `quote`."""
    name: str = ""
    attributes: str = ""
    opens: bool = False
    closes: bool = False
    partner: int = -1


@lru_cache(maxsize=4096)
def parse(value: str, single: bool = True) -> Nodes:
    """The nodes of a field with CSL-JSON's mini-HTML, straight quotes paired, apostrophes curled.

    `&lt;`, `&gt;` and `&amp;` stand for characters that could be taken for mark-up; a bare `&` is itself. A tag or
    quotation mark without its partner is text. Single typographic quotes are text without `single`.
    """
    if not _TOKEN.search(value):
        return (Text(unescaped(value)),) if value else ()
    tokens = [_literal(token, single) for token in _tokens(value)]
    _pair(tokens)
    return _build(tokens, 0, len(tokens))


def parse_affix(value: str) -> Nodes:
    """An author's prefix or suffix: what has been typed as single quotes stays."""
    return parse(value, False)


def _literal(token: _Token, single: bool) -> _Token:
    return token if single or token.text not in ("‘", "’", "‚") else _Token(token.text)


def _tokens(value: str) -> Iterator[_Token]:
    end = 0
    for match in _TOKEN.finditer(value):
        if match.start() > end:
            yield _Token(value[end : match.start()])
        end = match.end()
        if quote := match["quote"]:
            yield _quote(value, match.start(), end, quote)
        else:
            closes = bool(match["close"])
            yield _Token(match[0], "tag", match["tag"], match["attributes"] or "", not closes, closes)
    if end < len(value):
        yield _Token(value[end:])


_TAG_BEFORE = re.compile(r"(?:<[^<>]*>)+$")
_TAG_AFTER = re.compile(r"(?:<[^<>]*>)+")


def _quote(value: str, start: int, end: int, mark: str) -> _Token:
    """A quotation mark; what stands next to it decides whether it can open or close."""
    before = _TAG_BEFORE.sub("", value[max(0, start - 80) : start])[-1:]
    tags = _TAG_AFTER.match(value, end)
    after = value[tags.end() if tags else end :][:1]
    opens = mark in _OPENS and bool(after) and not after.isspace()
    closes = mark in _CLOSES and bool(before) and not before.isspace()
    if mark in "\"'":
        opens = opens and (not before or before.isspace() or (before in _BEFORE_QUOTE and before != mark))
        closes = closes and not after.isalnum()
    elif mark in "’‘":
        closes = closes and not after.isalpha()
    return _Token(mark, "quote", mark, "", opens, closes)


_DEEPEST = 30
"""Marks open at one time; more are text, so that no field can exhaust the stack."""


def _pair(tokens: list[_Token]) -> None:
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "text":
            continue
        if token.closes and (found := _opener(tokens, stack, token)) is not None:
            tokens[found].partner, token.partner = index, found
            del stack[stack.index(found) :]
        elif token.opens and len(stack) < _DEEPEST:
            stack.append(index)


def _opener(tokens: list[_Token], stack: list[int], token: _Token) -> int | None:
    for index in reversed(stack):
        other = tokens[index]
        if other.kind == token.kind == "tag" and other.name == token.name:
            return index
        if other.kind == token.kind == "quote" and other.name in _CLOSES[token.name]:
            return index
        if token.kind == "quote" and other.kind == "tag":
            return None
    return None


def _build(tokens: list[_Token], start: int, end: int) -> Nodes:
    nodes: list[Node] = []
    text: list[str] = []
    index = start
    while index < end:
        token = tokens[index]
        if token.partner > index:
            if text:
                nodes.append(Text(unescaped("".join(text))))
                text = []
            nodes.append(_wrap(token, _build(tokens, index + 1, token.partner)))
            index = token.partner
        else:
            text.append("’" if token.kind == "quote" and token.text == "'" else token.text)
        index += 1
    if text:
        nodes.append(Text(unescaped("".join(text))))
    return tuple(nodes)


def unescaped(text: str) -> str:
    """Text with the references that mini-HTML needs for its own characters resolved."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _wrap(token: _Token, children: Nodes) -> Node:
    if token.kind == "quote":
        return Box(children, QUOTED)
    if token.name != "span":
        return Box(children, Look(face=_FACES[token.name]))
    attributes = token.attributes.replace(" ", "").replace("'", '"')
    for tag in ("nocase", "nodecor"):
        if f'class="{tag}"' in attributes:
            return Box(children, PLAIN, tag)
    styles = re.findall(r"(font-style|font-variant|font-weight|text-decoration|vertical-align):([a-z-]+)", attributes)
    return Box(children, Look(face=tuple(styles)))
