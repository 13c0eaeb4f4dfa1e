"""Notes: block rule of `[^label]: text` with its indented paragraphs, inline rules of `[^label]` and `^[text]`."""

from __future__ import annotations

import re
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from report.document import normal

_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")


def notes(md: MarkdownIt) -> None:
    """Add the rules."""
    md.block.ruler.before("reference", "note_definition", _definition, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.before("strikethrough", "note_inline", _inline)
    md.inline.ruler.before("link", "note_reference", _reference)


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    opened = _DEFINITION.match(state.src, begin, state.eMarks[start])
    if opened is None:
        return False
    if silent:
        return True
    token = state.push("note_open", "", 1)
    token.meta = {"label": normal(opened[1])}
    token.map = [start, start + 1]
    _tokenize_indented(state, start, end, opened.end())
    token.map[1] = state.line
    state.push("note_close", "", -1)
    return True


def _tokenize_indented(state: StateBlock, start: int, end: int, content: int) -> None:
    """Tokenize the rest of the first line and what is indented by four below it, as list items are."""
    saved = (state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType)
    indent = state.blkIndent
    state.bMarks[start] = content
    state.tShift[start] = 0
    state.blkIndent = indent + 4
    state.sCount[start] = state.blkIndent
    state.parentType = "note"
    state.md.block.tokenize(state, start, end)
    state.blkIndent = indent
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = saved


def _inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("^[", state.pos):
        return False
    close = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if close < 0:
        return False
    if not silent:
        push(state, "inline_note_open", 1)
        tokenize_between(state, state.pos + 2, close)
        push(state, "inline_note_close", -1)
    state.pos = close + 1
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = push(state, "note_reference", 0)
        token.meta |= {"label": normal(found[1]), "end": found.end()}
    state.pos = found.end()
    return True


def push(state: StateInline, name: str, nesting: Literal[-1, 0, 1]) -> Token:
    """A token that the rule of quotation marks takes for punctuation: a mark beside a note or citation closes."""
    token = state.push(name, "", nesting)
    token.content = "."
    return token


def tokenize_between(state: StateInline, start: int, end: int) -> None:
    """Tokenize a part of the inline text in place, as the content of the token just opened."""
    position, limit = state.pos, state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    if state.pending:
        state.pushPending()
    state.pos, state.posMax = position, limit
