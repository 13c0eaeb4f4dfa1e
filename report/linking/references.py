"""References: labels → what they stand for, and the words that print a reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from report.diagnostics import Diagnostic, Hint, did_you_mean, error
from report.document import (
    Chapter,
    Figure,
    Heading,
    Link,
    Math,
    Node,
    Note,
    Number,
    Reference,
    Table,
    Text,
    note_label,
    plain_text,
    walk_chapter,
)
from report.linking.table import SymbolTable, Target
from report.metadata import Metadata
from report.source import Span
from report.words import numbered


def targets(chapters: tuple[Chapter, ...], metadata: Metadata) -> dict[str, Target]:
    """What each label of the numbered chapters stands for, and each anchor that was made for a heading."""
    found: dict[str, Target] = {}
    notes: Counter[str] = Counter()
    for chapter in chapters:
        for name, target in chapter.once(_targets_of):
            notes[name] += target.kind == "note"
            reached = target if chapter.printed else replace(target, anchor="")
            if target.kind == "note" and metadata.note_numbering == "chapter":
                reached = replace(reached, within=chapter.label)
            found.setdefault(name, reached)
            found.setdefault(within(chapter.label, name), reached)
    return {name: target for name, target in found.items() if notes[name] < 2}


def within(anchor: str, name: str) -> str:
    """The name by which a chapter's own label is found first: two chapters may each have a note `[^1]`."""
    return f"{anchor}/{name}"


def _targets_of(chapter: Chapter) -> tuple[tuple[str, Target], ...]:
    kind = "appendix" if chapter.kind == "appendix" else "chapter"
    own = chapter.label, Target(kind, chapter.number, chapter.title, chapter.label)
    return (own, *(found for node in walk_chapter(chapter) for found in _targets(node)))


def _targets(node: Node) -> Iterator[tuple[str, Target]]:
    identity = node.attributes.id
    match node:
        case Heading():
            yield identity, Target("section", node.number, node.children, identity)
        case Figure():
            yield identity, Target("figure", node.number, node.caption, identity)
        case Table():
            yield identity, Target("table", node.number, node.caption, identity)
        case Math() if identity:
            yield identity, Target("equation", node.number, (), identity)
        case Note(label=label) if label:
            yield note_label(label), Target("note", str(node.number), (), node.anchor)
        case _ if identity:
            yield identity, Target("other", "", (), identity)


def problems(chapters: tuple[Chapter, ...], known: dict[str, Target]) -> Iterator[Diagnostic]:
    """Labels that are defined twice, references to labels that are not there."""
    first: dict[str, Span] = {}
    for chapter in chapters:
        for label in chapter.symbols.labels:
            if label.id in first and label.kind != "note" and chapter.printed:
                hint = Hint("rename one; the first is here", first[label.id])
                yield error("label-duplicate", f"label `{label.id}` is defined twice", label.span, hint)
            first.setdefault(label.id, label.span)
    for chapter in chapters:
        for use in chapter.symbols.references if chapter.printed else ():
            if use.name not in known and within(chapter.label, use.name) not in known:
                hints = _hints(use.name, first, chapters)
                yield error("reference-undefined", f"no label `{use.name}` in the report", use.span, *hints)


def _hints(name: str, first: Mapping[str, Span], chapters: tuple[Chapter, ...]) -> tuple[str | Hint, ...]:
    """What may be meant by a label that is not there."""
    hidden = next((label for chapter in chapters for label in chapter.symbols.hidden if label.id == name), None)
    if hidden:
        return (Hint("it is in text that this output leaves out", hidden.span),)
    if name in first:
        return ("several chapters have a note of that label: rename one",)
    kind, _, label = name.partition("-")
    define = f"[^{label}]: text" if kind == "note" else f"{{#{name}}}"
    return did_you_mean(name, first) or (f"define it with {define}",)


def found(label: str, table: SymbolTable, anchor: str) -> Target | None:
    """What a label stands for in the chapter of that anchor."""
    return table.targets.get(within(anchor, label)) or table.targets.get(label)


def printed(node: Reference, table: SymbolTable, anchor: str = "") -> Node:
    """A reference in the chapter of that anchor as a link with its words: `Figure 2`, `Section 3.1 on page 12`."""
    target = found(node.label, table, anchor)
    if target is None:
        return Text(f"@{node.label}", span=node.span)
    phrase = _phrase(target, table, target.number) or node.label
    if not target.anchor:
        return Text(_placed(phrase, target, table, anchor), span=node.span)
    if target.kind == "note":
        phrase = _placed(_phrase(target, table, _NUMBER), target, table, anchor)
        words = _filled(phrase, Number(target.number, f"note:{target.anchor}", span=node.span))
    else:
        words = (Text(_placed(phrase, target, table, anchor), span=node.span),)
    if node.page:
        page = Number(table.page(target.anchor), f"page:{target.anchor}", span=node.span)
        words += _filled(" " + numbered(table.words.on_page, _NUMBER), page)
    return Link(words, f"#{target.anchor}", span=node.span)


_NUMBER = "\0"
"""Where a number goes in a phrase that can be given another."""


def _filled(phrase: str, number: Number) -> tuple[Node, ...]:
    """The phrase as nodes, with the number in its place."""
    before, _, after = phrase.partition(_NUMBER)
    texts = (Text(text, span=number.span) if text else None for text in (before, after))
    first, last = texts
    return tuple(node for node in (first, number, last) if node is not None)


def _placed(phrase: str, target: Target, table: SymbolTable, anchor: str) -> str:
    """The phrase, with its chapter where it is numbered by chapter and stands in another."""
    if target.within in ("", anchor):
        return phrase
    chapter = table.targets[target.within]
    return table.words.within.format(phrase, _phrase(chapter, table, chapter.number))


def _phrase(target: Target, table: SymbolTable, number: str) -> str:
    if not target.number:
        return f"“{plain_text(target.title)}”" if target.title else ""
    phrase = {
        "chapter": table.words.chapter,
        "appendix": table.words.appendix,
        "section": table.words.section,
        "figure": table.words.figure,
        "table": table.words.table,
        "equation": table.words.equation,
        "note": table.words.note,
    }[target.kind]
    return numbered(phrase, number)
