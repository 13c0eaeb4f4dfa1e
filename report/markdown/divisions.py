"""Block rule of fenced divisions: `::: {.class #id key=value}` … `:::`, nested."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from report.markdown.attributes import division_attributes

_OPEN = re.compile(r":{3,}[ \t]*(\S.*)$")
_CLOSE = re.compile(r":{3,}[ \t]*$")


def divisions(md: MarkdownIt) -> None:
    """Add the rule; a division is three levels deep."""
    md.block.ruler.before("fence", "division", _division, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _division(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    text = _line(state, start)
    if _CLOSE.match(text):
        return _stray(state, start, silent)
    opened = _OPEN.match(text)
    attributes = division_attributes(opened[1]) if opened else None
    if opened is None:
        return False
    if silent:
        return True
    inner_end, is_closed = _end(state, start, end)
    state.level += 2
    token = state.push("division_open", "div", 1)
    token.meta = {"attributes": attributes, "closed": is_closed, "text": opened[1]}
    token.map = [start, inner_end]
    parent, line_max = state.parentType, state.lineMax
    state.parentType = "division"
    state.lineMax = inner_end
    state.md.block.tokenize(state, start + 1, inner_end)
    state.parentType, state.lineMax = parent, line_max
    state.push("division_close", "div", -1)
    state.level -= 2
    state.line = inner_end + is_closed
    return True


def _stray(state: StateBlock, start: int, silent: bool) -> bool:
    """A closing fence without an opening one."""
    if not silent:
        token = state.push("division_stray", "", 0)
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _end(state: StateBlock, start: int, end: int) -> tuple[int, bool]:
    """The line behind the content, and whether it closes the division: where it does not, what holds it ends there."""
    depth = 1
    code = ""
    for line in range(start + 1, end):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return line, False
        text = _line(state, line)
        fence = re.match(r"`{3,}|~{3,}", text)
        if code:
            if fence and text.startswith(code) and not text.strip(code[0]).strip():
                code = ""
        elif fence:
            code = fence[0]
        elif _CLOSE.match(text):
            depth -= 1
            if depth == 0:
                return line, True
        elif _OPEN.match(text):
            depth += 1
    return end, False
