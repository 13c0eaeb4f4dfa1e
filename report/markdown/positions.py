"""Where inline tokens stand: markdown-it keeps the lines of blocks alone, so its inline state learns offsets."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from msgspec import Struct

from report.source import Source, Span


class PositionedState(StateInline):
    """Gives every token `meta["at"]`, the offset in the inline text at which it was made."""

    _pending_start = 0

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:
        super().__init__(src, md, env, outTokens)
        self.labels: dict[tuple[int, int, bool], int] = {}
        """Where the brackets that were looked at close, see `report.markdown.brackets`."""

    def append_pending(self, text: str) -> None:
        """Note where the text begins."""
        if not self.pending:
            self._pending_start = self.pos
        super().append_pending(text)

    @property
    def pending(self) -> str:
        """Text that is not yet a token."""
        return StateInline.pending.fget(self)  # type: ignore[attr-defined,no-any-return]

    @pending.setter
    def pending(self, value: str) -> None:
        if value and not self._pending and not self._pending_buffer:
            self._pending_start = self.pos
        StateInline.pending.fset(self, value)  # type: ignore[attr-defined]

    def pushPending(self) -> Token:
        """Make the text a token, with its place."""
        start = self._pending_start
        token = super().pushPending()
        token.meta["at"] = start
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Make a token, with its place."""
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


class PositionedInline(ParserInline):
    """The inline parser with the state above."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """The inline tokens of a text."""
        state = PositionedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        _flatten(state.tokens)
        return state.tokens


MAX_EMPHASIS = 40
"""Levels of emphasis in one another; marks of deeper ones are printed as they stand."""


def _flatten(tokens: list[Token]) -> None:
    """Make text of the marks of emphasis that is nested too deeply."""
    depth = 0
    for token in tokens:
        depth += token.nesting == 1
        is_deep = depth > MAX_EMPHASIS and token.type.startswith(("em_", "strong_", "s_"))
        depth -= token.nesting == -1
        if is_deep:
            token.type, token.tag, token.nesting, token.content = "text", "", 0, token.markup


class Places(Struct, frozen=True):
    """The way from offsets in an inline token's content to places in the source."""

    source: Source
    lines: tuple[tuple[int, int], ...]
    """For each line of the content: its offset there, its offset in the source."""

    def offset(self, at: int) -> int:
        """The offset in the source."""
        base = self.lines[max(0, bisect_right(self.lines, at, key=itemgetter(0)) - 1)]
        return base[1] + at - base[0]

    def span(self, start: int, end: int) -> Span:
        """The place in the author's file of a part of the content."""
        begin = self.offset(start)
        return self.source.span(begin, max(begin, self.offset(max(start, end - 1)) + min(1, end - start)))

    def moved(self, by: int) -> Places:
        """The way for a content that begins so many characters later."""
        return Places(self.source, tuple((line[0] - by, line[1]) for line in self.lines))


class Lines:
    """The lines of a chapter's text, which begins at an offset of its source, and places of inline contents in them."""

    def __init__(self, source: Source, offset: int, text: str) -> None:
        self.source = source
        self.texts = text.split("\n")
        self.starts = [offset]
        for text in self.texts:
            self.starts.append(self.starts[-1] + len(text) + 1)

    def span(self, first: int, last: int) -> Span:
        """The place of the lines `first` to `last` (half-open, from 0), without white space around."""
        last = min(max(last, first + 1), len(self.texts))
        first = min(first, len(self.texts) - 1)
        while last > first + 1 and not self.texts[last - 1].strip():
            last -= 1
        start = self.starts[first] + len(self.texts[first]) - len(self.texts[first].lstrip())
        return self.source.span(start, max(start, self.starts[last - 1] + len(self.texts[last - 1].rstrip())))

    def places(self, content: str, first: int, column: int = 0) -> Places:
        """Where a content that begins on line `first` stands; its first line is looked for from `column` on."""
        found: list[tuple[int, int]] = []
        at = 0
        for number, line in enumerate(content.split("\n"), first):
            text = self.texts[number] if number < len(self.texts) else ""
            start = self.starts[min(number, len(self.starts) - 1)]
            place = text.find(line, column) if number == first and column else text.rfind(line.rstrip())
            if place < 0:  # blanks of the line stand for a part of a tab
                place = len(line.lstrip()) - len(line) + len(text) - len(text.lstrip())
            found.append((at, start + place))
            at += len(line) + 1
        return Places(self.source, tuple(found))

    def places_on(self, lines: tuple[tuple[int, int, int], ...], at: int) -> Places:
        """Where a content stands from an offset on; `lines` has the offset of each line, its number and its column."""
        found = ((offset, self.starts[min(number, len(self.starts) - 1)] + column) for offset, number, column in lines)
        return Places(self.source, tuple(found)).moved(at)
