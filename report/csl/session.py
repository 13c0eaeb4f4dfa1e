"""One document on its way through a program: references in order, their numbers, cites rendered once per state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from report.csl.context import UNAMBIGUOUS, Context, Disambiguation, Position, ShownList, State
from report.csl.item import Item, Reference
from report.csl.program import Area, Program
from report.csl.richtext import Node
from report.csl.sorting import sort_references


class Detail(Struct, frozen=True):
    """What one item shows in all its cites and in its entry to be told from the others."""

    disambiguation: Disambiguation = UNAMBIGUOUS
    year_suffix: str = ""


class Session(Struct, eq=False):
    """The items of a document that are cited or listed, in the order of their first appearance."""

    program: Program
    references: Mapping[str, Reference]
    numbers: dict[str, int] = field(default_factory=dict)
    """Citation numbers."""
    order: list[str] = field(default_factory=list)
    """Ids in the order of the bibliography."""
    details: dict[str, Detail] = field(default_factory=dict)
    _cites: dict[tuple[str, State], Node] = field(default_factory=dict)
    _lists: dict[tuple[str, State], tuple[ShownList, ...]] = field(default_factory=dict)

    def state(self, id: str, base: State) -> State:
        """A state with the number, the suffix and the disambiguation of an item."""
        detail = self.details.get(id, _NONE)
        return replace(
            base,
            citation_number=self.numbers.get(id, 0),
            year_suffix=detail.year_suffix,
            disambiguation=detail.disambiguation,
        )

    def year_suffix(self, id: str) -> str:
        """The letter of an item; empty if it needs none."""
        return self.details.get(id, _NONE).year_suffix

    def render_cite(self, id: str, state: State) -> Node:
        """The tree of a cite without its own prefix and suffix."""
        key = (id, state)
        node = self._cites.get(key)
        if node is None:
            area = self.program.citation
            context = Context(area.scope, self.references[id], state)
            node = self._cites[key] = area.layout(context)
            self._lists[key] = tuple(context.lists)
        return node

    def lists(self, id: str, state: State) -> Sequence[ShownList]:
        """The lists of names that a cite shows."""
        self.render_cite(id, state)
        return self._lists[id, state]

    def render_entry(self, area: Area, id: str) -> Node:
        """The tree of an entry."""
        state = self.state(id, ENTRY)
        return area.layout(Context(area.scope, self.references[id], state))

    def number(self, order: Iterable[str]) -> None:
        """Put the items in the order of the bibliography and number them."""
        ids = list(order)
        self.numbers = {id: index for index, id in enumerate(ids, 1)}
        area = self.program.bibliography
        if area is not None and area.keys:
            ids = self.sort(area, ids)
            if not area_sorts_by_number(area):
                self.numbers = {id: index for index, id in enumerate(ids, 1)}
        self.order = ids

    def sort_cites(self, cites: Sequence[tuple[str, State]]) -> list[int]:
        """Indexes of the cites of a citation in the order of its sort keys."""
        area = self.program.citation
        references = [self.references[id] for id, _ in cites]
        return sort_references(references, area.keys, area.scope, [self.state(*cite) for cite in cites])

    def sort(self, area: Area, ids: list[str]) -> list[str]:
        """Ids in the order of an area's sort keys."""
        if not area.keys:
            return ids
        base = ENTRY if area.scope.in_bibliography else State()
        states = [self.state(id, base) for id in ids]
        order = sort_references([self.references[id] for id in ids], area.keys, area.scope, states)
        return [ids[index] for index in order]


_NONE = Detail()
ENTRY = State(position=Position.NONE)


def area_sorts_by_number(area: Area) -> bool:
    """Whether the citation number is a sort key, so that it cannot come from the sort itself."""
    sort = area.scope.area.child("sort")
    return any(key.get("variable") == "citation-number" for key in (sort.children if sort else ()))


def references_of(items: Iterable[Item]) -> dict[str, Reference]:
    """The items by id; the last one of an id counts."""
    return {str(item.get("id", "")): Reference(item) for item in items}
