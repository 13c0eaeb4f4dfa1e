"""Core rule of HTML, where `html: true` reads it: elements that are blocks as nested tokens, with the text in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec import Struct, field

from report.markdown.boxes import BOXES
from report.markdown.elements import PARENTS, tag
from report.markdown.foreign import without_code
from report.markdown.marks import CAPTION_MARK

HTML = "html"
"""The key under which the environment says whether HTML is read."""

MAX_LEVELS = 16
"""Elements in one another, a row or an item with its cell or list; tags of deeper ones are printed as they stand."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)[^<>]{0,1000}>|<!--.*?(?:-->|\Z)|\\.", re.DOTALL)
_BOX = re.compile(rf"</?(?:{'|'.join(sorted(BOXES, key=len, reverse=True))})[\s/>]", re.IGNORECASE)
_END_OF_PRE = re.compile(r"</pre\s{0,100}>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

_ENDED = {
    "li": ("p", "li"),
    **dict.fromkeys(("dt", "dd"), ("p", "dt", "dd")),
    **dict.fromkeys(("td", "th"), ("p", "td", "th")),
    "tr": ("p", "td", "th", "tr"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ("p", "td", "th", "tr", "thead", "tbody", "tfoot")),
}
"""What a tag ends besides `p`, as HTML has it: elements that need no end tag."""

_NEED_NO_END = frozenset(name for names in _ENDED.values() for name in names)

_TIGHT = ("td", "th", "li", "dt", "dd", "caption", "summary", "figcaption", "p")
"""Elements whose text is no paragraph of its own."""

_HOLD_NOTHING = ("hr", "col")


def tags(state: StateCore) -> None:
    """Replace blocks and paragraphs that hold tags of blocks by these elements, which end with what they stand in."""
    if state.env.get(HTML) and any(_BOX.search(token.content) for token in state.tokens):
        nesting = _Nesting(state.src.split("\n"))
        nesting.take(state.tokens)
        state.tokens = nesting.tokens


class _Open(Struct):
    """An element that is open, or (without a name) a block of Markdown."""

    name: str = ""
    token: Token = field(default_factory=lambda: Token("", "", 0))
    refused: Counter[str] = field(default_factory=Counter)
    """Elements that were opened in it and are printed as they stand, by name."""
    unclosed: Counter[str] = field(default_factory=Counter)
    """Elements in it that had to be ended, whose end tags may follow."""


class _Text(Struct, frozen=True):
    """The content of a token in which tags are looked for."""

    token: Token
    content: str
    lines: tuple[tuple[int, int, int], ...]
    """For each line of the content: its offset there, its number and column in the chapter."""
    hidden: bool
    end_of_pre: int
    """Where the last `</pre>` stands; -1 without one."""
    said: dict[int, str] = field(default_factory=dict)
    """Tags that are printed as they stand, by offset, with the reason; empty where that has been said."""

    @classmethod
    def of(cls, token: Token, source: list[str], hidden: bool) -> _Text:
        content = token.content.replace(CAPTION_MARK, ":")
        end_of_pre = max((found.start() for found in _END_OF_PRE.finditer(content)), default=-1)
        return cls(token, content, tuple(_places(token, source)), hidden, end_of_pre)


def _places(token: Token, source: list[str]) -> Iterator[tuple[int, int, int]]:
    at = 0
    for number, line in enumerate(token.content.split("\n"), (token.map or [0])[0]):
        bare = line.strip()
        column = source[number].rfind(bare) if number < len(source) else 0
        yield at, number, max(0, column - len(line) + len(line.lstrip()))
        at += len(line) + 1


class _Nesting:
    """Makes nested tokens on the way through a chapter; one use."""

    def __init__(self, source: list[str]) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.containers: list[list[_Open]] = [[_Open()]]
        self.is_deep = False

    def take(self, tokens: list[Token]) -> None:
        """All tokens of the block parser."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "html_block" and re.match(r"\s*</?[A-Za-z]", token.content):
                self._read(_Text.of(token, self.source, hidden=False))
            elif token.type == "paragraph_open" and _BOX.search(tokens[position + 1].content):
                self._read(_Text.of(tokens[position + 1], self.source, token.hidden))
                position += 2
            else:
                self._pass(token)
            position += 1
        self._end_to(1)

    def _pass(self, token: Token) -> None:
        if token.nesting < 0:
            self._end_to(1)
            self.containers.pop()
        self.tokens.append(token)
        if token.nesting > 0:
            self.containers.append([_Open()])

    @property
    def opened(self) -> list[_Open]:
        """What is open in the block of Markdown that is read, that block first."""
        return self.containers[-1]

    def _read(self, text: _Text) -> None:
        bare = _without_brackets(without_code(text.content))
        if text.token.type == "html_block" and not _reads(bare):
            self.tokens.append(text.token)
            return
        start = position = 0
        while found := _TAG.search(bare, position):
            position = found.end()
            if found["name"] and self._counts(text, found):
                self._add_text(text, start, found.start())
                position = start = self._add_tag(text, found)
        self._add_text(text, start, len(text.content))

    def _counts(self, text: _Text, found: re.Match[str]) -> bool:
        """Whether a tag begins or ends an element that is read; else it stays in the text."""
        name = found["name"].lower()
        if found["end"]:
            place = self._ended_by(name)
            if place is None or not self.opened[place].refused[name]:
                return place is not None or self.opened[0].unclosed[name] > 0
            self.opened[place].refused[name] -= 1
            text.said[found.start()] = ""
            return False
        reason = self._reason(text, found)
        if reason is None:
            return True
        text.said[found.start()] = reason
        self.opened[-1].refused[name] += 1
        return False

    def _ended_by(self, name: str) -> int | None:
        """The place of the innermost element that an end tag belongs to, or in which it is one that is not read."""
        for place in range(len(self.opened) - 1, -1, -1):
            if self.opened[place].refused[name] or (place and self.opened[place].name == name):
                return place
        return None

    def _reason(self, text: _Text, found: re.Match[str]) -> str | None:
        """Why a start tag is printed as it stands; None where it is read."""
        name = found["name"].lower()
        if name not in BOXES or tag(text.content[slice(*found.span())]) is None:
            return "unknown"
        holder = self.opened[self._kept_by(name) - 1]
        if name in PARENTS and holder.name not in PARENTS[name]:
            return "" if any(holder.refused[parent] for parent in PARENTS[name]) else "apart"
        if name == "pre" and text.end_of_pre < found.end():
            return "unclosed"
        if sum(len(opened) - 1 for opened in self.containers) >= MAX_LEVELS:
            reason = "" if self.is_deep else "deep"
            self.is_deep = True
            return reason
        return None

    def _kept_by(self, name: str) -> int:
        """How many of what is open stays so when such an element begins."""
        ended = _ENDED.get(name, ("p",))
        kept = len(self.opened)
        while kept > 1 and self.opened[kept - 1].name in ended:
            kept -= 1
        return kept

    def _add_tag(self, text: _Text, found: re.Match[str]) -> int:
        """Begin or end an element; where its text goes on."""
        name = found["name"].lower()
        if found["end"]:
            self._end(name)
            return found.end()
        self._end_to(self._kept_by(name))
        token = Token("element_open", "", 1)
        written = text.content[slice(*found.span())]
        token.meta = {"tag": tag(written), "closed": True, "lines": text.lines, "at": found.start(), "written": written}
        token.map = text.token.map
        self.tokens.append(token)
        if name in _HOLD_NOTHING:
            self._close(token)
            return found.end()
        if name == "pre":
            closing = _END_OF_PRE.search(text.content, found.end())
            end = closing.start() if closing else len(text.content)
            token.meta["text"] = text.content[found.end() : end]
            self._close(token)
            return closing.end() if closing else end
        self.opened.append(_Open(name, token))
        return found.end()

    def _end(self, name: str) -> None:
        place = self._ended_by(name)
        if place is None:
            self.opened[0].unclosed[name] -= 1
            return
        self._end_to(place + 1)
        self._close(self._pop().token)

    def _end_to(self, kept: int) -> None:
        """End what is open but for so many, and say so where that needs an end tag."""
        while len(self.opened) > kept:
            last = self._pop()
            if last.name not in _NEED_NO_END:
                last.token.meta["closed"] = False
                self.opened[0].unclosed[last.name] += 1
            self._close(last.token)

    def _pop(self) -> _Open:
        """Take the innermost element; what is open within a line in it stays so."""
        last = self.opened.pop()
        self.opened[-1].refused += Counter({name: count for name, count in last.refused.items() if name not in BOXES})
        return last

    def _close(self, token: Token) -> None:
        self.tokens.append(Token("element_close", "", -1, map=token.map))

    def _add_text(self, text: _Text, start: int, end: int) -> None:
        """A paragraph of what stands between two tags, if that is more than comments."""
        piece = text.content[start:end]
        end_of_comments = piece.rfind("-->") + 3
        if not (_COMMENT.sub("", piece[:end_of_comments]) + piece[end_of_comments:]).strip():
            return
        at = start + len(piece) - len(piece.lstrip())
        inline = Token("inline", "", 0, content=piece.strip(), map=text.token.map, children=[])
        said = {place - at: reason for place, reason in text.said.items() if at <= place < end}
        inline.meta = {"lines": text.lines, "at": at, "said": said}
        hidden = text.hidden or self.opened[-1].name in _TIGHT
        opening = Token("paragraph_open", "p", 1, map=text.token.map, hidden=hidden)
        self.tokens += [opening, inline, Token("paragraph_close", "p", -1, map=text.token.map)]


def _reads(content: str) -> bool:
    """Whether a block of HTML begins with a tag, and not with an element whose content is none of words."""
    found = _TAG.match(content.lstrip())
    name = (found["name"] or "").lower() if found else ""
    return name not in ("", "script", "style", "textarea")


def _without_brackets(text: str) -> str:
    """The text with blanks for notes, links and the like within a line, `^[…]`, `[…](…)`: these hold no blocks."""
    opened: list[re.Match[str]] = []
    for found in _BRACKET.finditer(text) if "[" in text else ():
        if found[0].endswith("["):
            opened.append(found)
        elif found["end"] and opened:
            opening = opened.pop()
            if opening[0] == "^[" or found["more"]:
                text = text[: opening.start()] + " " * (found.end() - opening.start()) + text[found.end() :]
    return text


_BRACKET = re.compile(r"\\.|\^?\[|(?P<end>\](?P<more>[({]?))", re.DOTALL)
