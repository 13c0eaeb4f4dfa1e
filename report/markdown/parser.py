"""The Markdown parser: markdown-it's CommonMark with the rules that Report adds, as one visible list."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink
from mdit_py_plugins.deflist import deflist_plugin

from report.document import Attributes, normal
from report.markdown.attributes import BRACED, parse_attributes, trailing_attributes
from report.markdown.brackets import Helpers
from report.markdown.citations import citations
from report.markdown.comments import comments
from report.markdown.divisions import divisions
from report.markdown.formulas import formulas
from report.markdown.marks import CAPTION_MARK
from report.markdown.notes import notes, tokenize_between
from report.markdown.positions import PositionedInline
from report.markdown.tags import tags
from report.words import words

MAX_NESTING = 60
"""Levels of brackets; what is deeper is printed as it stands."""

MAX_DEPTH = 28
"""Levels of blocks, two for a list or a quotation, three for a division; what is deeper is printed as it stands.

WeasyPrint lays a block out again for each one around it whose lower edge does not fit: each level doubles the time.
"""


class _AllLinks(MarkdownIt):
    """Makes a link of every address: `inlines` says which are refused."""

    def validateLink(self, url: str) -> bool:
        """Yes."""
        return True


@cache
def parser(language: str) -> MarkdownIt:
    """The parser for a language; the rules are pure, so that one serves all chapters."""
    options = {"quotes": words(language).quotes, "maxNesting": MAX_NESTING, "store_labels": True}
    md = _AllLinks("commonmark", {"typographer": True, **options})
    md.inline = PositionedInline()
    md.helpers = Helpers  # type: ignore[assignment]
    md.enable(["table", "strikethrough", "smartquotes"])
    md.disable(["fragments_join", "text_join", "linkify"], ignoreInvalid=True)
    for plugin in (deflist_plugin, divisions, comments, notes, citations, formulas):
        plugin(md)
    md.block.ruler.before("table", "too_deep", _too_deep)
    md.block.ruler.at("blockquote", _quotation, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.block.ruler.before("paragraph", "table_caption", _table_caption, {"alt": ["paragraph", "blockquote"]})
    md.block.ruler.before("reference", "abbreviation", _abbreviation, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("text", _text)
    md.inline.ruler.at("autolink", _autolink)
    md.inline.ruler.after("note_inline", "script", _script)
    md.inline.ruler.before("link", "styled", _styled)
    md.inline.ruler.push("attributes", _attributes)
    md.core.ruler.after("block", "tags", tags)
    md.core.ruler.after("tags", "heading_attributes", _heading_attributes)
    return md


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What would be nested too deeply, as one piece of text: markdown-it itself leaves it out."""
    if silent or state.level < MAX_DEPTH:
        return False
    last = start
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    token = state.push("too_deep", "", 0)
    token.content, token.map = state.getLines(start, last, state.blkIndent, False), [start, last]
    state.line = last
    return True


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block quotation, two levels deep."""
    state.level += 1
    found = blockquote(state, start, end, silent)
    state.level -= 1
    return found


def hide_captions(text: str) -> str:
    """The text with the `:` of every caption marked: beside a pipe table, or with a table's label."""
    lines = text.split("\n")
    bare = [line.lstrip("> \t") for line in lines]
    for number, line in enumerate(lines):
        found = re.match(r"([ \t>]*)(:|Table:)[ \t]+\S", line)
        labelled = re.search(r"\{[^{}]*#tbl-[^{}]*\}[ \t]*$", line)
        if found and (labelled or _beside_table(bare, number)):
            lines[number] = found[1] + CAPTION_MARK + line[found.end(1) + 1 :]
    return "\n".join(lines)


def _beside_table(lines: list[str], number: int) -> bool:
    above = number - 1
    while above >= 0 and not lines[above].strip() and number - above <= 2:
        above -= 1
    below = number + 1
    while below < len(lines) and not lines[below].strip() and below - number <= 2:
        below += 1
    delimiter = lines[below + 1] if below + 1 < len(lines) else ""
    if below < len(lines) and "|" in lines[below] and re.fullmatch(r"\s*\|?[\s:|-]*-[\s:|-]*", delimiter):
        return True
    return above >= 1 and "|" in lines[above] and _in_table(lines, above)


def _in_table(lines: list[str], number: int) -> bool:
    while number > 0 and "|" in lines[number]:
        if re.fullmatch(r"\s*\|?[\s:|-]*-[\s:|-]*", lines[number]):
            return True
        number -= 1
    return False


def _table_caption(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 1] != CAPTION_MARK:
        return False
    if silent:
        return True
    next_line = start + 1
    while next_line < end and not state.isEmpty(next_line) and "|" not in state.src[state.bMarks[next_line] :][:1]:
        next_line += 1
    content = re.sub(
        rf"^{CAPTION_MARK}(able:)?\s+", "", state.getLines(start, next_line, state.blkIndent, False).strip()
    )
    parted = trailing_attributes(content)
    token = state.push("caption_open", "", 1)
    token.map = [start, next_line]
    token.meta = {"attributes": parted[1] if parted else None}
    inline = state.push("inline", "", 0)
    inline.content = parted[0] if parted else content
    inline.map = [start, next_line]
    inline.children = []
    state.push("caption_close", "", -1)
    state.line = next_line
    return True


_ABBREVIATION = re.compile(r"\*\[([^\]\n]+)\]:[ \t]*(\S.*)$")


def _abbreviation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    found = _ABBREVIATION.match(state.src[begin : state.eMarks[start]])
    if found is None:
        return False
    if not silent:
        token = state.push("abbreviation", "", 0)
        token.map = [start, start + 1]
        token.meta = {"word": normal(found[1]), "title": found[2].strip()}
        state.line = start + 1
    return True


def _text(state: StateInline, silent: bool) -> bool:
    """Plain text up to the next sign that may mean something, and never past the end of the part being read."""
    found = state.md.inline.terminator_re.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _autolink(state: StateInline, silent: bool) -> bool:
    """`<https://example.org>`, which keeps the address to the letter: the rule's own text is half decoded."""
    start = state.pos
    if not autolink(state, silent):
        return False
    if not silent:
        opening = state.tokens[-3]
        opening.meta["address"] = state.src[start + 1 : state.pos - 1]
    return True


_SCRIPT = re.compile(r"(?:\^(?:\\.|[^\s\\^])+\^|~(?:\\.|[^\s\\~])+~)(?!~)")


def _script(state: StateInline, silent: bool) -> bool:
    """`x^2^` and `H~2~O`, with markup inside, without spaces."""
    found = _SCRIPT.match(state.src, state.pos, state.posMax)
    if found is None or state.src[state.pos - 1 : state.pos] == "~":
        return False
    if not silent:
        name = "sup" if found[0][0] == "^" else "sub"
        state.push(f"{name}_open", name, 1)
        first = len(state.tokens)
        tokenize_between(state, found.start() + 1, found.end() - 1)
        for token in state.tokens[first:]:
            token.content = token.content.replace("\\ ", " ")
        state.push(f"{name}_close", name, -1)
    state.pos = found.end()
    return True


def _styled(state: StateInline, silent: bool) -> bool:
    """`[text]{.class}`."""
    if state.src[state.pos] != "[":
        return False
    close = state.md.helpers.parseLinkLabel(state, state.pos)
    found = BRACED.match(state.src, close + 1, state.posMax) if close >= 0 else None
    attributes = parse_attributes(found[0]) if found else None
    if found is None or attributes is None:
        return False
    if not silent:
        token = state.push("styled_open", "", 1)
        token.meta |= {"attributes": attributes, "end": found.end()}
        tokenize_between(state, state.pos + 1, close)
        state.push("styled_close", "", -1)
    state.pos = found.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """`{#id .class}` right after an image, a link or code."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    last = state.tokens[-1]
    if last.type not in ("image", "link_close", "code_inline"):
        return False
    found = BRACED.match(state.src, state.pos, state.posMax)
    attributes = parse_attributes(found[0]) if found else None
    if found is None or attributes is None:
        return False
    if not silent:
        before: Attributes = last.meta.get("attributes") or Attributes()
        last.meta["attributes"] = Attributes(
            attributes.id or before.id, before.classes + attributes.classes, before.pairs + attributes.pairs
        )
    state.pos = found.end()
    return True


def _heading_attributes(state: StateCore) -> None:
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open":
            parted = trailing_attributes(inline.content)
            if parted:
                inline.content = re.sub(r"[ \t]+#+$", "", parted[0])
                opening.meta["attributes"] = parted[1]
