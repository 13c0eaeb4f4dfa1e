"""Rules of mathematics: `$…$` in a line, `$$…$$ {#eq-x}` on lines of its own, by pandoc's rules for dollars.

An opening `$` has no space behind it, a closing one no space before it and no digit behind it, so that `$5 and $10` is
money. So is `US$5–6 (7$)`: an opening `$` does not stand right behind a letter or a digit, and `US$` closes nothing.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from report.markdown.attributes import BRACED, parse_attributes

FORMULA = re.compile(
    r"\$\$(?P<display>(?:\\.|[^\\$])+)\$\$|(?<![\w$\\])\$(?![\s$])(?P<inline>(?:\\.|[^\\$])*(?:\\.|[^\\$\s]))(?<!\bUS)\$(?![\d$])",
    re.DOTALL,
)
"""A formula between its dollars; a dollar in it has a backslash."""


def formulas(md: MarkdownIt) -> None:
    """Add the rules."""
    md.block.ruler.before("code", "display_formula", _display, {"alt": ["paragraph", "blockquote", "list"]})
    md.inline.ruler.before("escape", "formula", _formula)


def _display(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines from `$$` to `$$`, which no other block rule may take for a list, a heading or a table."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", begin) or state.is_code_block(start):
        return False
    last, closing = start, begin + 2
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
        if state.src.find("$$", closing, state.eMarks[last - 1]) >= 0:
            break
        closing = state.eMarks[last - 1]
    text = state.getLines(start, last, state.blkIndent, False).strip()
    found = FORMULA.match(text)
    if found is None:
        return False
    line_end = text.find("\n", found.end())
    text = text if line_end < 0 else text[:line_end]
    rest = text[found.end() :].strip()
    if rest and parse_attributes(rest) is None:
        return False
    if silent:
        return True
    lines = [start, start + text.count("\n") + 1]
    state.push("paragraph_open", "p", 1).map = lines
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = text, lines, []
    state.push("paragraph_close", "p", -1)
    state.line = lines[1]
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    """A formula, with the attributes behind one of two dollars."""
    if state.src[state.pos] != "$":
        return False
    found = FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    end = found.end()
    token = None if silent else state.push("formula", "", 0)
    braces = re.compile(rf"[ \t]*({BRACED.pattern})").match(state.src, end, state.posMax)
    attributes = parse_attributes(braces[1]) if braces and found["display"] else None
    if braces and attributes:
        end = braces.end()
    if token is not None:
        name = found.lastgroup or ""
        token.meta |= {"tex": found[name], "display": name == "display", "attributes": attributes, "end": end}
        token.meta["start"] = found.start(name)
        token.content = "x"  # to the rule of quotation marks, a word
    state.pos = end
    return True
