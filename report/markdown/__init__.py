"""Markdown text → Chapter: the tree of its blocks, the names it defines and uses, and what is wrong in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from markdown_it.tree import SyntaxTreeNode

from report.diagnostics import Diagnostic, did_you_mean, error, warning
from report.directives import Setting
from report.document import (
    Blocks,
    Chapter,
    Heading,
    Inlines,
    Node,
    Note,
    NoteReference,
    Plain,
    Text,
    children,
    rewrite,
    walk,
)
from report.markdown.blocks import BlockBuilder, NoteText
from report.markdown.front_matter import front_matter
from report.markdown.parser import hide_captions, parser
from report.markdown.positions import Lines
from report.markdown.symbols import symbols
from report.source import Source

__all__ = ["parse"]


def parse(source: Source, setting: Setting) -> Chapter:
    """The chapter in a text; never raises: what cannot be understood is kept as text and diagnosed."""
    metadata, offset, problems = front_matter(source)
    lines = Lines(source, offset)
    builder = BlockBuilder(lines, setting, list(problems))
    text, unprintable = _printable(source, offset)
    builder.diagnostics.extend(unprintable)
    tokens = SyntaxTreeNode(parser(setting.language).parse(hide_captions(text)))
    builder.abbreviations = {
        token.meta["word"]: token.meta["title"] for token in tokens.walk() if token.type == "abbreviation"
    }
    blocks = builder.build(tokens.children)
    if not blocks:
        builder.diagnostics.append(warning("chapter-empty", "this chapter is empty", source.span(0, 1)))
    title, label, blocks = _title(metadata.title, blocks, builder.diagnostics)
    start = source.span(offset, offset)
    (heading, *rest) = _with_notes((Plain(title, span=start), *blocks), builder.notes, builder.diagnostics)
    title, blocks = tuple(children(heading)), tuple(rest)
    if not title:
        hint = "begin it with `# Title`, or give `title` in its front matter"
        builder.diagnostics.append(
            warning("chapter-untitled", "this chapter has no title", source.span(offset, offset + 1), hint)
        )
    return Chapter(
        path=source.path,
        title=title,
        blocks=blocks,
        label=label,
        short_title=metadata.short_title,
        authors=tuple(author.name for author in metadata.author),
        numbered=metadata.numbered,
        symbols=symbols(label, title, blocks, start),
        diagnostics=tuple(builder.diagnostics),
    )


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _printable(source: Source, offset: int) -> tuple[str, list[Diagnostic]]:
    """The text with control characters replaced, one diagnostic each."""
    found = [
        error(
            "control-character",
            f"control character U+{ord(match[0]):04X}",
            source.span(match.start(), match.end()),
            "remove it",
        )
        for match in _UNPRINTABLE.finditer(source.text, offset)
    ]
    return _UNPRINTABLE.sub("\ufffd", source.text[offset:]), found


def _title(given: str, blocks: Blocks, problems: list[Diagnostic]) -> tuple[Inlines, str, Blocks]:
    """The title, its label and the blocks below it: from the front matter or from the first level-1 heading."""
    title: Inlines = ()
    label = ""
    if not given and blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, label, blocks = blocks[0].children, blocks[0].attributes.id, blocks[1:]
    elif given:
        first = blocks[0].span if blocks else None
        title = (Text(given, span=replace(first, end=first.start)),) if first else ()
    return title, label, tuple(_below_title(block, problems) for block in blocks)


def _below_title(block: Node, problems: list[Diagnostic]) -> Node:
    if isinstance(block, Heading) and block.level == 1:
        hint = "make it `##`, or begin a chapter file of its own"
        problems.append(
            warning("chapter-second-title", "a second level-1 heading is printed as a section", block.span, hint)
        )
        return replace(block, level=2)
    return block


def _with_notes(blocks: Blocks, texts: list[NoteText], problems: list[Diagnostic]) -> Blocks:
    """The blocks with each note's text at its first call."""
    defined: dict[str, NoteText] = {}
    for text in texts:
        if text.label in defined:
            problems.append(error("note-duplicate", f"note `{text.label}` is defined twice", text.span, "rename one"))
        else:
            defined[text.label] = text
    for text in texts:
        for node in walk(text.blocks):
            if isinstance(node, Note | NoteReference):
                hint = "a note cannot hold another: put its text in brackets, a citation can stand as it is"
                problems.append(error("note-nested", "a note within a note", node.span, hint))
    called: Counter[str] = Counter()

    def place(node: Node) -> Node:
        if not isinstance(node, NoteReference):
            return node
        called[node.label] += 1
        text = defined.get(node.label)
        if text is None:
            hints = did_you_mean(node.label, defined) or (f"define it: [^{node.label}]: text",)
            problems.append(error("note-undefined", f"no note `{node.label}` in this chapter", node.span, *hints))
            return Text(f"[^{node.label}]", span=node.span)
        return Note(text.blocks, node.label, span=node.span) if called[node.label] == 1 else node

    placed = rewrite(blocks, place)
    for label, text in defined.items():
        if not called[label]:
            problems.append(
                error(
                    "note-unused",
                    f"note `{label}` is never called",
                    text.span,
                    f"call it with [^{label}], or take it out",
                )
            )
    return placed
