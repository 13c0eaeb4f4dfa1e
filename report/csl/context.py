"""What a style is rendered with: the fixed scope of an area, and the changing state of one cite or entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import TypeAlias

from msgspec import Struct, field

from report.csl.item import Name, Reference
from report.csl.locale import Locale
from report.csl.person import NameForm
from report.csl.richtext import Node
from report.csl.style import Element, Style


class Position(IntEnum):
    """Position of a cite; a later one includes `SUBSEQUENT`. CSL 1.0.2, section "Choose"."""

    NONE = -1
    """In a bibliography, where every test of the position is false."""
    FIRST = 0
    SUBSEQUENT = 1
    IBID = 2
    IBID_WITH_LOCATOR = 3


class Disambiguation(Struct, frozen=True):
    """What a cite shows beyond what the style asks for, so that it leads to one entry only."""

    shown: tuple[tuple[str, int], ...] = ()
    """Least number of names shown of a name variable."""
    levels: tuple[tuple[str, int, int], ...] = ()
    """Name variable, index of the name and 1 (initials) or 2 (given names)."""
    conditions: int = 0
    """How many `disambiguate` conditions of the cite are true, in document order."""

    def least(self, variable: str) -> int:
        """Least number of names to be shown of a variable."""
        return next((count for name, count in self.shown if name == variable), 0)

    def level(self, variable: str, index: int) -> int:
        """How far a given name is expanded: 0 as the style has it."""
        return next((level for name, place, level in self.levels if name == variable and place == index), 0)


UNAMBIGUOUS = Disambiguation()


class SortNames(Struct, frozen=True):
    """Overrides of a sort key for all names inside it: `names-min`, `names-use-first`, `names-use-last`."""

    least: int | None = None
    use_first: int | None = None
    use_last: bool | None = None


class State(Struct, frozen=True):
    """Everything beside the item that the text of a cite depends on; hashable, so that cites are rendered once."""

    position: Position = Position.FIRST
    near_note: bool = False
    first_note: int = 0
    locator: str = ""
    label: str = ""
    citation_number: int = 0
    year_suffix: str = ""
    disambiguation: Disambiguation = UNAMBIGUOUS
    comparing: bool = False
    """Rendered to be compared with other cites, not to be shown."""


class ShownList(Struct, frozen=True):
    """A list of names that a cite rendered, for disambiguation."""

    variable: str
    names: tuple[Name, ...]
    shown: int
    form: NameForm


Render: TypeAlias = "Callable[[Context, list[Node]], None]"
"""A compiled element: appends what it renders to a list."""


class Scope(Struct, eq=False):
    """One area of a style (`citation` or `bibliography`) with what its elements inherit, compiled on demand."""

    style: Style
    locale: Locale
    area: Element
    names: Mapping[str, str]
    """Inheritable name options of the style and the area."""
    macros: dict[str, Render] = field(default_factory=dict)
    explicit_suffix: bool = False
    """The area, or only the other one, renders the year suffix with `text`; so dates do not add it."""

    @property
    def in_bibliography(self) -> bool:
        """Whether this is the bibliography."""
        return self.area.name == "bibliography"


class Context:
    """The state of one rendering; the counters tell groups whether a variable was called and one was filled."""

    __slots__ = (
        "called", "conditions", "filled", "hidden", "language", "lists", "reference", "rendered", "scope",
        "sort_names", "sorting", "state", "substituting", "suffix_pending",
    )  # fmt: skip

    def __init__(self, scope: Scope, reference: Reference, state: State) -> None:
        self.scope = scope
        self.reference = reference
        self.state = state
        self.called = 0
        self.filled = 0
        self.conditions = 0
        self.hidden: set[str] = set()
        """Variables used up by a substitution."""
        self.rendered: list[str] = []
        """Variables rendered so far, for substitutions to hide."""
        self.lists: list[ShownList] = []
        """Lists of names rendered so far, for disambiguation."""
        self.substituting = False
        """Inside a `substitute`, where names are used up as soon as they are rendered."""
        self.suffix_pending = bool(state.year_suffix) and not scope.explicit_suffix
        self.sorting = False
        self.sort_names = SortNames()
        self.language = _language(reference, scope)

    def use(self, variable: str) -> None:
        """Note that a variable was rendered; inside a `substitute` it is used up at once."""
        self.filled += 1
        self.rendered.append(variable)
        if self.substituting:
            self.hidden.add(variable)

    def text(self, variable: str) -> str:
        """The value of a standard or number variable, also of those the processor makes."""
        state = self.state
        match variable:
            case "locator":
                return state.locator
            case "citation-number":
                return str(state.citation_number) if state.citation_number else ""
            case "first-reference-note-number":
                return str(state.first_note) if state.first_note else ""
            case "year-suffix":
                return state.year_suffix
            case "citation-label":
                return self.reference.text(variable) or citation_label(self.reference)
            case _:
                return self.reference.text(variable)

    def has(self, variable: str) -> bool:
        """Whether a variable is not empty."""
        if variable in _MADE:
            return bool(self.text(variable))
        return self.reference.has(variable)


_MADE = frozenset(("locator", "citation-number", "first-reference-note-number", "year-suffix", "citation-label"))


def _language(reference: Reference, scope: Scope) -> str:
    """The primary language of an item; that of the style if the item names none: section "Non-English Items"."""
    language = reference.text("language").strip() or scope.style.default_locale or "en"
    return re.split("[-_]", language.lower(), maxsplit=1)[0]


_LABEL_LETTERS = {1: (4,), 2: (2, 2), 3: (2, 1, 1)}


def citation_label(reference: Reference) -> str:
    """A label such as "Ferr78" of an item that has none: letters of up to four families and the year."""
    names = reference.names("author") or reference.names("editor")
    families = [name.family or name.literal for name in names][:4]
    letters = _LABEL_LETTERS.get(len(families), (1, 1, 1, 1))
    label = (
        "".join(family[:count] for family, count in zip(families, letters, strict=False)) or reference.text("title")[:4]
    )
    date = reference.date("issued")
    year = f"{abs(date.start.year) % 100:02d}" if date and date.start and date.start.year is not None else ""
    return label + year
