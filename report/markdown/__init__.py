"""Markdown text → Chapter: the tree of its blocks, the names it defines and uses, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType
from msgspec import Struct
from msgspec.structs import replace

from report.diagnostics import (
    Diagnostic,
    Hint,
    ask,
    error,
    near,
    odd_characters,
    odd_references,
    warning,
    without_controls,
)
from report.directives import Setting
from report.document import (
    Bibliography,
    Blocks,
    Callout,
    Chapter,
    Citation,
    Contents,
    DefinitionList,
    Division,
    Figure,
    Heading,
    Image,
    Index,
    Inlines,
    Node,
    Note,
    NoteReference,
    Paragraph,
    Plain,
    Reference,
    Table,
    Text,
    children,
    plain_text,
    rewrite,
    walk,
)
from report.markdown.blocks import BlockBuilder, NoteText
from report.markdown.definitions import unused_definitions
from report.markdown.front_matter import front_matter
from report.markdown.parser import hide_captions, parser
from report.markdown.positions import Lines
from report.markdown.symbols import symbols
from report.markdown.tags import HTML
from report.markdown.widths import too_wide
from report.source import Source, Span
from report.typesetting import set_text

__all__ = ["parse"]


def parse(source: Source, setting: Setting) -> Chapter:
    """The chapter in a text; never raises: what cannot be understood is kept as text and diagnosed."""
    metadata, offset, problems = front_matter(source)
    text, controls = without_controls(source, offset)
    lines = Lines(source, offset, text)
    builder = BlockBuilder(lines, setting, list(problems))
    builder.diagnostics.extend((*controls, *odd_characters(source), *odd_references(source)))
    env: EnvType = {HTML: setting.html}
    tokens = SyntaxTreeNode(parser(setting.language).parse(hide_captions(text), env))
    by_kind: dict[str, list[SyntaxTreeNode]] = {}
    for token in tokens.walk():
        by_kind.setdefault(token.type, []).append(token)
    links = (*by_kind.get("link", ()), *by_kind.get("image", ()))
    builder.diagnostics.extend(unused_definitions(links, env, lines))
    for token in by_kind.get("abbreviation", ()):
        builder.abbreviations.setdefault(token.meta["word"], token.meta["title"])
    blocks = builder.build(tokens.children)
    if not blocks and not metadata.title:
        builder.diagnostics.append(warning("chapter-empty", "this chapter is empty", source.span(0, 1)))
    start = source.span(offset, offset)
    heading, blocks = _title(metadata.title, blocks, start)
    title = heading.children
    if not title and not problems and blocks:
        builder.diagnostics.append(_untitled(blocks, source.span(offset, offset + 1)))
    more = ", or take `title` out of the front matter" if metadata.title else ""
    blocks = tuple(_below_title(block, builder.diagnostics, title, more) for block in blocks)
    calls = _Calls.of(tokens, by_kind.get("note", ()))
    placed = _with_notes((Plain(title, span=start), *blocks), builder.notes, calls, builder.diagnostics)
    opening, *rest = set_text(placed, setting.language)
    title, blocks = tuple(children(opening)), tuple(rest)
    builder.diagnostics.extend(too_wide(blocks))
    return Chapter(
        path=source.path,
        title=title,
        blocks=blocks,
        label=heading.attributes.id,
        short_title=metadata.short_title,
        authors=tuple(author.name for author in metadata.author),
        numbered=metadata.numbered and "unnumbered" not in heading.attributes.classes,
        symbols=symbols(heading.attributes.id, title, blocks, tuple(builder.hidden), start),
        diagnostics=tuple(builder.diagnostics),
        by_output=builder.by_output,
    )


def _title(given: str, blocks: Blocks, start: Span) -> tuple[Heading, Blocks]:
    """The title and the blocks below it: from the front matter or from the level-1 heading at the start."""
    match blocks:
        case _ if given:
            return Heading(1, (Text(given, span=start),), span=start), blocks
        case (Heading(level=1) as heading, *rest):
            return heading, tuple(rest)
        case _:
            return Heading(1, (), span=start), blocks


def _untitled(blocks: Blocks, start: Span) -> Diagnostic:
    late = next((block for block in blocks if isinstance(block, Heading) and block.level == 1), None)
    if late:
        message = "the chapter's title is not at its start, and is printed as a section"
        return warning("chapter-untitled", message, late.span, "move it up, or give `title` in front matter")
    hint = "begin it with `# Title`, or give `title` in its front matter"
    return warning("chapter-untitled", "this chapter has no title", start, hint)


def _below_title(block: Node, problems: list[Diagnostic], title: Inlines, more: str) -> Node:
    """A second level-1 heading as a section; where there is no title, that has been said already."""
    if not isinstance(block, Heading) or block.level > 1:
        return block
    if title:
        hint = f"make it `##`, or begin a chapter file of its own{more}"
        message = "a second level-1 heading is printed as a section"
        problems.append(warning("chapter-second-title", message, block.span, hint))
    return replace(block, level=2)


class _Calls(Struct, frozen=True):
    """The labels of the notes that are called: by the text, hidden text too, and by each note."""

    text: frozenset[str]
    notes: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, tokens: SyntaxTreeNode, noted: Iterable[SyntaxTreeNode]) -> _Calls:
        notes = {token.meta["label"]: frozenset(_called(token)) for token in noted}
        return cls(frozenset(_called(tokens)), notes)

    def besides(self, placed: set[str]) -> set[str]:
        """Those that hidden text calls, itself or through its notes, and that are not placed."""
        found: set[str] = set()
        waiting = [*(self.text - placed)]
        while waiting:
            label = waiting.pop()
            if label not in found:
                found.add(label)
                waiting += self.notes.get(label, ())
        return found


def _called(token: SyntaxTreeNode) -> Iterator[str]:
    """The labels called below a token, outside the notes that stand there, and citations, where no note can stand."""
    for child in token.children:
        if child.type == "note_reference":
            yield child.meta["label"]
        elif child.type not in ("note", "citation"):
            yield from _called(child)


def _with_notes(blocks: Blocks, texts: list[NoteText], calls: _Calls, problems: list[Diagnostic]) -> Blocks:
    """The blocks with each note's text at its first call."""
    defined: dict[str, NoteText] = {}
    for text in texts:
        if text.label in defined:
            hint = Hint("rename one; the first is here", defined[text.label].span)
            problems.append(error("note-duplicate", f"note `{text.label}` is defined twice", text.span, hint))
        else:
            defined[text.label] = text
    placing = _Placing(defined, problems)
    placed = rewrite(rewrite(blocks, placing.place), placing.flatten)
    problems.extend(placing.leftovers(calls))
    return placed


_DEEPEST = 8
"""How many notes within each other are printed where they are called."""


class _Placing:
    """Puts notes' texts where they are called, on the way through a chapter; one use."""

    def __init__(self, defined: dict[str, NoteText], problems: list[Diagnostic]) -> None:
        self.defined = defined
        self.problems = problems
        self.seen: set[str] = set()
        self.depth = 0
        self.deep: list[NoteReference] = []

    def place(self, node: Node) -> Node:
        """The note itself at its first call."""
        if not isinstance(node, NoteReference):
            return node
        text = self.defined.get(node.label)
        if text is None:
            return self._undefined(node)
        first = node.label not in self.seen
        self.seen.add(node.label)
        return Note(text.blocks, node.label, span=node.span) if first else node

    def flatten(self, node: Node) -> Node:
        """A note without notes in it: the text of those stands in brackets."""
        if not isinstance(node, Note):
            return node
        if not node.blocks or not any(plain_text((block,)).strip() or _holds(block) for block in node.blocks):
            span = self.defined[node.label].span if node.label else node.span
            self.problems.append(warning("note-empty", "this note is empty", span))
        self.problems.extend(_unprintable_in_notes(node.blocks))
        blocks = rewrite(node.blocks, self._in_brackets)
        while self.deep:
            blocks += (Paragraph(rewrite((self.deep.pop(0),), self._in_brackets), span=node.span),)
        return replace(node, blocks=blocks)

    def _in_brackets(self, node: Node) -> Node | tuple[Node, ...]:
        """The text of a note within a note; where too many are within each other, it follows below."""
        match node:
            case Note(blocks=blocks):
                content = blocks
            case NoteReference(label=label) if self._is_unseen(label) and self.depth == _DEEPEST:
                self.deep.append(node)
                return Text(f" [^{label}]", span=node.span)
            case NoteReference(label=label) if self._is_unseen(label):
                self.seen.add(label)
                self.depth += 1
                content = rewrite(self.defined[label].blocks, self._in_brackets)
                self.depth -= 1
            case NoteReference(label=label):
                content = (Text(f"^{label}", span=node.span),)
            case _:
                return node
        hint = "a note cannot hold another: put its text in brackets; a citation can stand as it is"
        self.problems.append(error("note-nested", "a note within a note", node.span, hint))
        return (Text(" [", span=node.span), *_as_inlines(content), Text("]", span=node.span))

    def _is_unseen(self, label: str) -> bool:
        return label in self.defined and label not in self.seen

    def _undefined(self, node: NoteReference) -> Node:
        meant = near(node.label, self.defined)
        self.seen.update(meant[:1])
        asked = (Hint(question, self.defined[meant[0]].span) for question in ask(meant, node.label))
        hints = tuple(asked) or (f"define it: [^{node.label}]: text",)
        message = f"no note `{node.label}` in this chapter"
        self.problems.append(error("note-undefined", message, node.span, *hints))
        return Text(f"[^{node.label}]", span=node.span)

    def leftovers(self, calls: _Calls) -> Iterator[Diagnostic]:
        """Notes that nothing calls; one that a slip in a label seems to mean is not named again."""
        used = self.seen | calls.besides(self.seen)
        for label, text in self.defined.items():
            if label not in used:
                hint = f"call it with [^{label}], or take it out"
                yield error("note-unused", f"note `{label}` is never called", text.span, hint)


def _unprintable_in_notes(blocks: Blocks) -> Iterator[Diagnostic]:
    """Blocks that a note at the foot of a page cannot hold."""
    for node in walk(blocks):
        if isinstance(
            node, Table | Figure | Callout | DefinitionList | Heading | Division | Contents | Index | Bibliography
        ):
            hint = "a note holds paragraphs, lists, quotations and code: put this into the text and refer to it"
            yield error("note-block", "this cannot stand in a note", node.span, hint)


def _holds(block: Node) -> bool:
    """Whether something other than words is printed of a block."""
    return any(isinstance(node, Citation | Image | Reference) for node in walk((block,)))


def _as_inlines(blocks: Iterable[Node]) -> Iterator[Node]:
    """The inlines in blocks, one after another."""
    for block in blocks:
        if isinstance(block, Paragraph | Plain):
            yield from block.children
        else:
            below = tuple(children(block))
            yield from _as_inlines(below) if below else (block,)
