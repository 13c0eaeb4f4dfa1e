"""What an editor asks about a place of a report, answered from its analysis as the protocol wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from report.diagnostics import Diagnostic
from report.lsp import definition, renaming
from report.lsp.analysis import Analysis
from report.lsp.hover import hover
from report.lsp.outline import entries, outline
from report.lsp.places import Json, Places
from report.lsp.telling import described, place
from report.source import Span


class Asked(Struct, frozen=True):
    """A question about a file, and what is known."""

    path: str
    params: Json
    """As the editor sent them."""
    analysis: Analysis
    places: Places

    @property
    def offset(self) -> int:
        """The character that it is about."""
        position = self.params["position"]
        return self.places.counting.offset(self.places.texts[self.path], position["line"], position["character"])


def answered(method: str, asked: Asked) -> Any:
    """The answer to a request of the protocol; None where there is none.

    Raises Refused, with the reason, where a name cannot have another.
    """
    return _ANSWERS[method](asked) if asked.path in asked.places.texts else None


def _hover(asked: Asked) -> Json | None:
    found = hover(asked.path, asked.offset, asked.analysis)
    return found and {"contents": {"kind": "markdown", "value": found[1]}, "range": asked.places.range(found[0])}


def _definition(asked: Asked) -> list[Json]:
    return [*map(asked.places.location, definition.definitions(asked.path, asked.offset, asked.analysis))]


def _references(asked: Asked) -> list[Json]:
    name = asked.analysis.at(asked.path, asked.offset)
    found = definition.same(name, asked.analysis) if name else ()
    wanted = asked.params["context"]["includeDeclaration"]
    return [asked.places.location(other.span) for other in found if wanted or not other.defines]


def _renamable(asked: Asked) -> Json | None:
    name = renaming.renamable(asked.path, asked.offset, asked.analysis)
    return asked.places.range(name.span) if name else None


def _renamed(asked: Asked) -> Json:
    new = asked.params["newName"]
    name = renaming.renamable(asked.path, asked.offset, asked.analysis)
    if name is None:
        raise renaming.Refused("there is no name that can have another")
    return _edit(((span, new) for span in renaming.renamed(name, new, asked.analysis)), asked.places)


def _outline(asked: Asked) -> list[Json]:
    linked, cards, places = asked.analysis.linked, asked.analysis.cards, asked.places
    chapters = (chapter for chapter in linked.parsed if chapter.path == asked.path)
    found = [symbol for chapter in chapters for symbol in outline(chapter, places)]
    return [*found, *entries(asked.path, linked.library, cards, places)]


def _actions(asked: Asked) -> list[Json]:
    """What mends something in a part of a text."""
    places = asked.places
    mendable = ((problem, place(problem, places)) for problem in asked.analysis.diagnostics if problem.edits)
    return [
        _action(problem, span, places)
        for problem, span in mendable
        if span.path == asked.path and _meet(places.range(span), asked.params["range"])
    ]


def _action(problem: Diagnostic, span: Span, places: Places) -> Json:
    return {
        "title": f"Mend: {problem.message}",
        "kind": "quickfix",
        "diagnostics": [described(problem, span, places)],
        "edit": _edit(((edit.span, edit.new) for edit in problem.edits), places),
    }


def _edit(changes: Iterable[tuple[Span, str]], places: Places) -> Json:
    """Other words for places, by file."""
    found: dict[str, list[Json]] = {}
    for span, new in changes:
        found.setdefault(places.address(span.path), []).append({"range": places.range(span), "newText": new})
    return {"changes": found}


def _meet(one: Json, other: Json) -> bool:
    return _order(one["start"]) <= _order(other["end"]) and _order(other["start"]) <= _order(one["end"])


def _order(position: Json) -> tuple[int, int]:
    return position["line"], position["character"]


_ANSWERS: Mapping[str, Callable[[Asked], Any]] = {
    "textDocument/hover": _hover,
    "textDocument/definition": _definition,
    "textDocument/references": _references,
    "textDocument/prepareRename": _renamable,
    "textDocument/rename": _renamed,
    "textDocument/documentSymbol": _outline,
    "textDocument/codeAction": _actions,
}
