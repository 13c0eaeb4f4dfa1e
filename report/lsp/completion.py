"""What may be written at a place: sources, labels, notes, classes, and keys of `report.yml` and front matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from lsprotocol import types

from report import bibtex
from report.directives import DIRECTIVES
from report.document import is_reference
from report.lsp import settings
from report.lsp.names import of_chapter
from report.lsp.stock import Stock
from report.markdown.citations import BARE
from report.source import Source

MOST = 100
"""Proposals in one answer; an editor asks again at the next letter."""

Propose: TypeAlias = Callable[[str, Source, Stock], Iterator[types.CompletionItem]]


def complete(source: Source, offset: int, stock: Stock) -> tuple[str, types.CompletionList]:
    """The begun word before a place, and what may be written instead of it."""
    before = source.text[:offset]
    if not source.path.endswith(".md"):
        return _in_settings(before, settings.REPORT if source.path.endswith(".yml") else {})
    for pattern, propose in _KINDS:
        if found := pattern.search(before):
            items = tuple(islice(propose(found["word"], source, stock), MOST + 1))
            for rank, item in enumerate(items):
                item.sort_text = f"{rank:03}"
            if propose is _cited and "{" not in found[0]:
                _brace(items)
            return found["word"], types.CompletionList(len(items) > MOST or propose is _cited, [*items[:MOST]])
    is_front = before.startswith("---\n") and not _CLOSING.search(before, 4)
    return _in_settings(before[4:], settings.CHAPTER if is_front else {})


_CLOSING = re.compile(r"^(---|\.\.\.)[ \t]*$", re.MULTILINE)


def _cited(begun: str, source: Source, stock: Stock) -> Iterator[types.CompletionItem]:
    """Labels that begin so, then sources by author, title, year and key, then other labels that `@` refers to."""
    likely: list[types.CompletionItem] = []
    others: list[types.CompletionItem] = []
    for item in _labels(begun, source, stock):
        if is_reference(item.label):
            (likely if begun and item.label.startswith(begun) else others).append(item)
    yield from likely
    yield from map(_source, bibtex.best(stock.cards, begun) if begun else stock.cards)
    yield from others


def _source(card: bibtex.Card) -> types.CompletionItem:
    return types.CompletionItem(
        label=card.key,
        kind=types.CompletionItemKind.Reference,
        detail=card.summary,
        filter_text=f"{card.key} {card.author} {card.title} {card.year} {' '.join(card.places)}",
    )


def _brace(items: Iterable[types.CompletionItem]) -> None:
    """Put keys in braces that end too soon without."""
    for item in items:
        if not BARE.fullmatch(f"@{item.label}"):
            item.insert_text = f"{{{item.label}}}"


def _labels(begun: str, source: Source, stock: Stock) -> Iterator[types.CompletionItem]:
    wanted = bibtex.folded(begun)
    for label in stock.labels:
        if wanted in bibtex.folded(label.name):
            yield types.CompletionItem(
                label=label.name,
                kind=types.CompletionItemKind.Value,
                detail=" ".join(filter(None, (label.kind, label.number, label.title))),
                filter_text=f"{label.name} {label.title}",
            )


def _notes(begun: str, source: Source, stock: Stock) -> Iterator[types.CompletionItem]:
    found = (name.span for name in of_chapter(source) if name.kind == "note" and name.defines)
    for name in dict.fromkeys(source.text[span.start : span.end] for span in found):
        yield types.CompletionItem(label=name, kind=types.CompletionItemKind.Value, detail="note")


def _classes(begun: str, source: Source, stock: Stock) -> Iterator[types.CompletionItem]:
    for directive in DIRECTIVES:
        meaning = (directive.__doc__ or "").partition("\n")[0]
        for name in directive.NAMES:
            yield types.CompletionItem(label=name, kind=types.CompletionItemKind.Class, detail=meaning)


_KINDS: tuple[tuple[re.Pattern[str], Propose], ...] = (
    (re.compile(r"(?<![\w@/\\])@\{?(?P<word>[^\s\[\]{};,@]*)\Z"), _cited),
    (re.compile(r"\]\(#(?P<word>[^)\s]*)\Z"), _labels),
    (re.compile(r"\[\^(?P<word>[^\]\s]*)\Z"), _notes),
    (re.compile(r"\{(?:[^{}\n]*\s)?\.(?P<word>[^\s{}#.=]*)\Z"), _classes),
)


def _in_settings(before: str, schema: settings.Schema) -> tuple[str, types.CompletionList]:
    """Keys with their meaning, or the values that a key can have."""
    around, is_value = settings.place(before)
    described = settings.within(schema, around)
    word = re.split(r"[\s\[\],]", before)[-1]
    items = _values(described) if is_value else _keys(described)
    return word, types.CompletionList(is_incomplete=False, items=[*items])


def _values(described: settings.Schema) -> Iterator[types.CompletionItem]:
    for value in settings.values(described):
        yield types.CompletionItem(label=value, kind=types.CompletionItemKind.EnumMember)


def _keys(described: settings.Schema) -> Iterator[types.CompletionItem]:
    for key, meaning in settings.keys(described).items():
        yield types.CompletionItem(
            label=key, kind=types.CompletionItemKind.Property, documentation=meaning, insert_text=f"{key}: "
        )
