"""From the rendered tree to the one that leaves the package: flattened, punctuated, quoted, flip-flopped.

This is the only step that looks at characters of neighbouring elements. CSL 1.0.2, sections "Affixes", "Quotes",
"Formatting"; the table of punctuation is what the official fixtures agree on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TypeAlias

from msgspec import Struct

from report.csl.locale import Locale
from report.csl.richtext import Box, Face, Node, parse
from report.csl.tree import Cited, Display, Format, Inline, Link, Text, Tree


class _Run(Struct, eq=False):
    """A piece of text from one origin; changed while punctuation is settled."""

    text: str
    origin: Box | None = None
    """The author's prefix or suffix it stands in."""
    closing: bool = False
    """A suffix."""


class _Open(Struct, frozen=True, eq=False):
    """Where a mark-up starts."""

    kind: str
    """`face`, `plain`, `quote`, `display`, `link` or `cite`."""
    face: Face = ()
    key: str = ""


class _Close(Struct, frozen=True, eq=False):
    """Where it ends."""

    kind: str
    origin: Box | None = None


_Token: TypeAlias = "_Run | _Open | _Close"

_KINDS = {"link": "link", "cite": "cite", "nodecor": "plain"}


def finish(node: Node, locale: Locale) -> Tree:
    """The finished inline tree of a citation or an entry."""
    tokens: list[_Token] = []
    _flatten(node, tokens)
    _space_french(tokens, _FRENCH_SPACE if locale.name.startswith("fr") else _GUILLEMET_SPACE)
    _trim_first_block(tokens)
    _settle(tokens)
    if locale.punctuation_in_quote:
        _move_into_quotes(tokens)
        _settle(tokens)
    _quote(tokens, locale)
    return _Builder(tokens).build()


def _trim_first_block(tokens: list[_Token]) -> None:
    """A blank that set a block apart from what stood before it goes if nothing does."""
    if tokens and isinstance(tokens[0], _Open) and tokens[0].kind == "display":
        first = next((token for token in tokens if isinstance(token, _Run)), None)
        if first is not None:
            first.text = first.text.lstrip(" ")


_FRENCH_SPACE = re.compile(r"(?<=«)[ \u00a0]|[ \u00a0](?=[»!?;])")


_GUILLEMET_SPACE = re.compile(r"(?<=«)[ \u00a0]|[ \u00a0](?=»)")


def _space_french(tokens: list[_Token], blank: re.Pattern[str]) -> None:
    """Narrow no-break spaces where French sets a blank beside its punctuation."""
    for token in tokens:
        if isinstance(token, _Run) and (" " in token.text or "\u00a0" in token.text):
            token.text = blank.sub("\u202f", token.text)


def _flatten(node: Node, tokens: list[_Token], origin: Box | None = None) -> bool:
    """The tokens of a node; whether there is any text among them."""
    if isinstance(node, Text):
        if node.value:
            tokens.append(_Run(node.value, origin))
        return bool(node.value)
    if node.tag == "affix":
        origin = node
    look = node.look
    marks = [_Open("face", (face,)) for face in reversed(look.face)] if look.face else []
    if look.quotes:
        marks.append(_Open("quote"))
    if node.tag in _KINDS:
        marks.append(_Open(_KINDS[node.tag], key=node.key))
    if look.display:
        tokens.append(_Open("display", key=look.display))
    is_filled = False
    if not look.outer:
        is_filled |= _affix(look.prefix, tokens)
    tokens += marks
    if look.outer:
        is_filled |= _affix(look.prefix, tokens)
    is_filled |= _flatten_children(node, tokens, origin)
    if look.outer:
        is_filled |= _affix(look.suffix, tokens, closing=True)
    if marks:
        tokens += [_Close(mark.kind, origin) for mark in reversed(marks)]
    if not look.outer:
        is_filled |= _affix(look.suffix, tokens, closing=True)
    if look.display:
        tokens.append(_Close("display"))
    return is_filled


def _flatten_children(node: Box, tokens: list[_Token], origin: Box | None) -> bool:
    delimiter = node.look.delimiter
    filled = False
    for child in node.children:
        before = len(tokens)
        if filled and delimiter:
            _affix(delimiter, tokens)
        if _flatten(child, tokens, origin):
            filled = True
        else:
            del tokens[before:]
    return filled


def _affix(text: str, tokens: list[_Token], *, closing: bool = False) -> bool:
    if "<" in text:
        return sum(_flatten(node, tokens) for node in parse(text)) > 0
    if text:
        tokens.append(_Run(text.replace("'", "’"), closing=closing))
    return bool(text)


_KEPT_AFTER = {
    # (last of what stands before, first of what follows): whether each of the two stays.
    ":": {":": "l", ".": "l", "!": "r", "?": "r"},
    ".": {".": "l"},
    ";": {":": "l", ".": "l", ";": "l", "!": "r", "?": "r"},
    "!": {":": "l", ".": "l", "!": "l"},
    "?": {":": "l", ".": "l", "?": "l"},
    ",": {",": "l"},
}


def _settle(tokens: list[_Token]) -> None:
    """Punctuation and blanks that meet at the border of two pieces."""
    before: list[_Run] = []
    for token in tokens:
        if isinstance(token, _Open) and token.kind == "display":
            before = []
        if not isinstance(token, _Run) or not token.text:
            continue
        while before and token.text:
            _meet(before[-1], token)
            if before[-1].text:
                break
            before.pop()
        if token.text:
            before.append(token)


def _meet(left: _Run, right: _Run) -> None:
    _close_up(left, right)
    if not left.text or not right.text:
        return
    before, after = left.text[-1], right.text[0]
    if before in " \u00a0" and after in " \u00a0":
        if after == " ":
            right.text = right.text[1:]
        else:
            left.text = left.text[:-1]
        return
    match _KEPT_AFTER.get(before, {}).get(after):
        case "l":
            right.text = right.text[1:]
            if right.text and left.text and right.text[0] == " " and left.text[-1] == " ":
                right.text = right.text[1:]
        case "r":
            left.text = left.text[:-1]


def _close_up(left: _Run, right: _Run) -> None:
    """No blank before a comma, a period or a closing bracket, none after an opening one, no comma before a last period.

    Such blanks and commas are left over from elements that turned out empty.
    """
    if left.text[-1] == " " and right.text[0] in ",.)]":
        left.text = left.text.rstrip(" ")
    elif right.text[0] == " " and left.text[-1] in "([":
        right.text = right.text.lstrip(" ")
    if right.closing and right.text[:1] == "." and left.text[-1:] == ",":
        left.text = left.text[:-1]


def _move_into_quotes(tokens: list[_Token]) -> None:
    """Commas and periods, and marks of the style, before the closing quotation mark: section "Locale Options"."""
    for index, token in enumerate(tokens):
        if not isinstance(token, _Run) or token.text[:1] not in (".", ",", "!", "?"):
            continue
        inside = _quoted_before(tokens, index, token.origin)
        if inside is None:
            continue
        inside.text += token.text[0]
        token.text = token.text[1:]


def _quoted_before(tokens: list[_Token], index: int, origin: Box | None) -> _Run | None:
    """The last text inside quotation marks that close right before a token; not if the author wrote both."""
    quoted = False
    for token in reversed(tokens[:index]):
        match token:
            case _Close(kind):
                quoted = quoted or (kind == "quote" and (origin is None or token.origin is not origin))
                if kind == "display":
                    return None
            case _Run(text) if text:
                return token if quoted else None
            case _Open(kind="display"):
                return None
    return None


def _quote(tokens: list[_Token], locale: Locale) -> None:
    """Quotation marks by depth in place of the marks."""
    depth = 0
    outer = (locale.term("open-quote"), locale.term("close-quote"))
    inner = (locale.term("open-inner-quote"), locale.term("close-inner-quote"))
    for index, token in enumerate(tokens):
        match token:
            case _Open(kind="quote"):
                tokens[index] = _Run((outer, inner)[depth % 2][0])
                depth += 1
            case _Close(kind="quote"):
                depth -= 1
                tokens[index] = _Run((outer, inner)[depth % 2][1])


_NORMAL = {"text-decoration": "none", "vertical-align": "baseline"}
_RESET = ("font-style", "font-variant", "font-weight", "text-decoration", "vertical-align")


class _Builder:
    """Makes the tree of the tokens, with one step of mark-up per level."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = iter(tokens)

    def build(self) -> Tree:
        """The whole tree."""
        return self._children({}, "")

    def _children(self, state: dict[str, str], kind: str) -> Tree:
        out: list[Inline] = []
        for token in self._tokens:
            match token:
                case _Run(text):
                    out += _texts(text)
                case _Close():
                    break
                case _Open():
                    out += self._marked(token, state)
        return _merged(out)

    def _marked(self, mark: _Open, state: dict[str, str]) -> Tree:
        match mark.kind:
            case "face":
                return self._face(mark.face[0], state)
            case "plain":
                return self._plain(state)
            case "display":
                children = self._children(state, "display")
                if mark.key != "left-margin":
                    children = _without_last_blank(children)
                return (Display(mark.key, children),) if children else ()
            case "link":
                children = self._children(state, "link")
                return (Link(mark.key, children),) if children else ()
            case _:
                return _cited(mark.key, self._children(state, "cite"))

    def _face(self, face: tuple[str, str], state: dict[str, str]) -> Tree:
        """A face inside the same face turns it off: flip-flop."""
        name, value = face
        normal = _NORMAL.get(name, "normal")
        current = state.get(name, normal)
        if value == current:
            if value == normal:
                return self._children(state, "face")
            value = normal
        children = self._children({**state, name: value}, "face")
        return (_format(name, value, children),) if children else ()

    def _plain(self, state: dict[str, str]) -> Tree:
        active = {name: value for name, value in state.items() if value != _NORMAL.get(name, "normal")}
        children = self._children({**state, **{name: _NORMAL.get(name, "normal") for name in active}}, "plain")
        for name in active:
            children = (_format(name, _NORMAL.get(name, "normal"), children),) if children else ()
        return children


def _cited(id: str, children: Tree) -> Tree:
    """The pieces of a cite that lead to its entry: links of its own stand between them, as links cannot nest."""
    out: list[Inline] = []
    start = 0
    for index, child in enumerate(children):
        if _has_link(child):
            out += [Cited(id, children[start:index])] if index > start else []
            out.append(child)
            start = index + 1
    if start < len(children):
        out.append(Cited(id, children[start:]))
    return tuple(out)


def _has_link(node: Inline) -> bool:
    return isinstance(node, Link) or (not isinstance(node, Text) and any(map(_has_link, node.children)))


def _without_last_blank(nodes: Tree) -> Tree:
    """A block does not end in a blank."""
    if nodes and isinstance(nodes[-1], Text):
        return (*nodes[:-1], Text(nodes[-1].value.rstrip(" ")))
    return nodes


def _format(name: str, value: str, children: Tree) -> Format:
    return Format(
        children,
        font_style=value if name == "font-style" else None,
        font_variant=value if name == "font-variant" else None,
        font_weight=value if name == "font-weight" else None,
        text_decoration=value if name == "text-decoration" else None,
        vertical_align=value if name == "vertical-align" else None,
    )


_RAISED = re.compile(
    r"([\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u02c0\u02c1\u02e0-\u02e4\u06e5\u06e6\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf"
    r"\u2070-\u207f\u2120\u2122\u3192-\u319f])"
)
_UNDECOMPOSED = {"\u02c0": "ʔ", "\u02c1": "ʕ", "\u06e5": "و", "\u06e6": "ي"}


def _texts(text: str) -> Tree:
    """Text, with characters that are raised by themselves as raised text: not every font has them."""
    if not text:
        return ()
    if text.isascii() or not _RAISED.search(text):
        return (Text(text),)
    parts = _RAISED.split(text)
    return tuple(_raised(part) if index % 2 else Text(part) for index, part in enumerate(parts) if part)


def _raised(character: str) -> Inline:
    base = _UNDECOMPOSED.get(character) or unicodedata.normalize("NFKC", character)
    return Format((Text(base),), vertical_align="sup") if base != character else Text(character)


def _merged(nodes: list[Inline]) -> Tree:
    """Neighbouring texts as one."""
    out: list[Inline] = []
    for node in nodes:
        if isinstance(node, Text) and out and isinstance(out[-1], Text):
            out[-1] = Text(out[-1].value + node.value)
        else:
            out.append(node)
    return tuple(out)
