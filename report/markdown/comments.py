"""Block rule of comments: `<!-- … -->`, over lines as well; what stands behind one on its last line is text."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock


def comments(md: MarkdownIt) -> None:
    """Add the rule, before that of HTML, which would take the rest of the line as well."""
    md.block.ruler.before("html_block", "comment", _comment, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("<!--", begin):
        return False
    if silent:
        return True
    line, offset = start, begin
    while state.src.startswith("<!--", offset):
        close = state.src.find("-->", offset + 4, state.eMarks[end - 1])
        if close < 0:
            state.push("comment_unclosed", "", 0).map = [line, line + 1]
            while state.src.startswith("<!--", offset):
                offset = _next(state, line, offset + 4)
            break
        while state.eMarks[line] < close + 3:
            line += 1
        offset = _next(state, line, close + 3)
    _go_on(state, line, end, offset)
    return True


def _next(state: StateBlock, line: int, offset: int) -> int:
    """The next character of the line that is no white space, or its end."""
    while offset < state.eMarks[line] and state.src[offset] in " \t":
        offset += 1
    return offset


def _go_on(state: StateBlock, line: int, end: int, offset: int) -> None:
    """Go on within a line, as if it began there; on the next line where nothing follows."""
    if offset >= state.eMarks[line]:
        state.line = line + 1
        return
    state.bMarks[line] = offset
    state.tShift[line] = 0
    state.sCount[line] = state.blkIndent
    state.md.block.tokenize(state, line, end)
