"""The index: marked terms in the order of the alphabet, each with the pages of its mentions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from report.diagnostics import Diagnostic, did_you_mean, warning
from report.document import Chapter, IndexEntry, IndexMark, Link, Node, Number, Text, walk_chapter
from report.linking.table import Mention, Page, SymbolTable
from report.source import Span


def mentions(chapters: tuple[Chapter, ...]) -> Iterator[Mention]:
    """Every mark of the numbered chapters."""
    for chapter in chapters:
        for node in walk_chapter(chapter):
            if isinstance(node, IndexMark):
                yield Mention(node.entry, node.see, node.anchor, node.span)


def problems(chapters: tuple[Chapter, ...]) -> Iterator[Diagnostic]:
    """Marks that send the reader to a term that is not in the index."""
    marks = [node for chapter in chapters for node in walk_chapter(chapter) if isinstance(node, IndexMark)]
    terms = {mark.entry for mark in marks if not mark.see}
    for mark in marks:
        if mark.see and mark.see not in terms:
            hints = did_you_mean(mark.see, terms) or (f'mark it somewhere: [text]{{.index term="{mark.see}"}}',)
            yield warning("index-see", f"`{mark.see}` is not in the index", mark.span, *hints)


def entries(table: SymbolTable, span: Span) -> tuple[IndexEntry, ...]:
    """The entries of the index; the first of each letter carries it."""
    terms: dict[str, list[Mention]] = {}
    for mention in table.mentions:
        terms.setdefault(mention.entry, []).append(mention)
    result: list[IndexEntry] = []
    initial = ""
    for term in sorted(terms, key=sort_key):
        letter = _initial(term)
        found = terms[term]
        see = next((mention.see for mention in found if mention.see), "")
        placed = _pages((mention for mention in found if not mention.see), table)
        pages = tuple(_printed(_ranges(placed), span))
        word = (table.words.see_also if pages else table.words.see) if see else ""
        result.append(IndexEntry(term, pages, see, word, letter if letter != initial else "", span=span))
        initial = letter
    return tuple(result)


def sort_key(term: str) -> tuple[str, str]:
    """Letters alone: without accents, marks of transliteration and the Arabic article."""
    plain = unicodedata.normalize("NFKD", term.casefold())
    letters = "".join(char for char in plain if char.isalnum() or char.isspace() or char == "-")
    for article in ("al-", "ad-", "an-", "ar-", "as-", "ash-", "at-", "az-", "the "):
        letters = letters.removeprefix(article)
    return letters.replace("-", " "), term


def _initial(term: str) -> str:
    letter = next((char for char in sort_key(term)[0] if char.isalnum()), "")
    return letter.upper() if letter.isalpha() else "#"


def _pages(found: Iterable[Mention], table: SymbolTable) -> list[tuple[Page, str]]:
    """The pages of the mentions in order, each once; a mention in the text comes before one in a note."""
    placed = [(table.pages[mention.anchor], mention.anchor) for mention in found if mention.anchor in table.pages]
    placed.sort(key=lambda item: (item[0].index, item[0].in_note))
    return [next(group) for _, group in groupby(placed, key=lambda item: item[0].index)]


def _ranges(pages: list[tuple[Page, str]]) -> Iterator[list[tuple[Page, str]]]:
    """The pages in runs; a run of three and more is printed as a range."""
    run: list[tuple[Page, str]] = []
    for page, anchor in pages:
        joins = run and page.index == run[-1][0].index + 1 and not page.in_note and not run[-1][0].in_note
        if run and not (joins and _same_series(run[-1][0], page)):
            yield run
            run = []
        run.append((page, anchor))
    if run:
        yield run


def _same_series(one: Page, other: Page) -> bool:
    return one.label.isdigit() == other.label.isdigit()


def _printed(runs: Iterable[list[tuple[Page, str]]], span: Span) -> Iterator[Node]:
    """The pages as they stand in the entry: `4–6, 9n`, where `n` says that the term is in a note alone."""
    mark = ""
    for run in runs:
        shown = (run[0], run[-1]) if len(run) >= RANGE else run
        for page, anchor in shown:
            if mark:
                yield Text(mark, span=span)
            yield Link((Number(page.label, f"page:{anchor}", span=span),), f"#{anchor}", span=span)
            if page.in_note:
                yield Text("n", span=span)
            mark = "–" if len(run) >= RANGE else ", "
        mark = ", "


RANGE = 3
"""Pages in a row from which they are printed as a range."""
