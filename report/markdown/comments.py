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
    close = state.src.find("-->", begin + 4, state.eMarks[end - 1])
    if close < 0:
        token = state.push("comment_unclosed", "", 0)
        token.map = [start, start + 1]
        _go_on(state, start, end, begin + 4)
        return True
    line = start
    while state.eMarks[line] < close + 3:
        line += 1
    _go_on(state, line, end, close + 3)
    return True


def _go_on(state: StateBlock, line: int, end: int, offset: int) -> None:
    """Go on within a line, as if it began there; on the next line where nothing follows."""
    rest = state.src[offset : state.eMarks[line]]
    if not rest.strip():
        state.line = line + 1
        return
    state.bMarks[line] = offset
    state.tShift[line] = len(rest) - len(rest.lstrip())
    state.sCount[line] = state.blkIndent
    state.md.block.tokenize(state, line, end)
