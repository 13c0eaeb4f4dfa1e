"""What cites must show more so that each leads to one entry. CSL 1.0.2, section "Disambiguation".

Cites are compared as plain text, found by a dictionary; only sets with more than one item are rendered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from report.csl.context import Disambiguation, Position, ShownList, State
from report.csl.item import Name
from report.csl.numbers import letters
from report.csl.person import render_person
from report.csl.richtext import plain
from report.csl.session import Detail, Session

Sets = list[list[str]]


class _Rules(Struct, frozen=True):
    """The methods a style asks for."""

    names: bool
    given: bool
    suffix: bool
    rule: str

    @property
    def by_cite(self) -> bool:
        """Names are expanded only where cites are ambiguous."""
        return self.rule == "by-cite"

    @property
    def deepest(self) -> int:
        """The furthest level of given names: 1 for initials."""
        return 1 if self.rule.endswith("with-initials") else 2


def disambiguate(session: Session) -> None:
    """Give every item of the session the details its cites need, by the four methods in order."""
    options = session.program.citation.options
    rules = _Rules(
        names=options.get("disambiguate-add-names") == "true",
        given=options.get("disambiguate-add-givenname") == "true",
        suffix=options.get("disambiguate-add-year-suffix") == "true",
        rule=options.get("givenname-disambiguation-rule", "by-cite"),
    )
    solver = _Solver(session, rules)
    if rules.given and not rules.by_cite:
        solver.tell_people_apart()
    if rules.names or (rules.given and rules.by_cite):
        solver.show_more_names()
    solver.use_condition()
    if rules.suffix:
        solver.add_suffixes()


_MOST_CONDITIONS = 8


class _Solver:
    """The disambiguation of one document; `details` of the session grow as methods succeed."""

    def __init__(self, session: Session, rules: _Rules) -> None:
        self._session = session
        self._rules = rules
        self._current = dict.fromkeys(session.order, Disambiguation())

    def _text(self, id: str, disambiguation: Disambiguation) -> str:
        return plain(self._session.render_cite(id, _state(disambiguation)))

    def _sets(self) -> Sets:
        """Items with the same cite, in the order of the bibliography."""
        return [ids for ids in self._split(self._current.items()) if len(ids) > 1]

    def _split(self, pairs: Iterable[tuple[str, Disambiguation]]) -> Sets:
        sets: dict[str, list[str]] = {}
        for id, disambiguation in pairs:
            sets.setdefault(self._text(id, disambiguation), []).append(id)
        return list(sets.values())

    def _keep(self) -> None:
        self._session.details = {id: Detail(found) for id, found in self._current.items()}

    def tell_people_apart(self) -> None:
        """Method 1 for its wider purpose: ambiguous names are expanded wherever they stand."""
        lists = {id: self._session.lists(id, _state(found)) for id, found in self._current.items()}
        levels = _levels_of(_shown_people(lists.values(), self._rules), self._rules.deepest)
        for id, shown in lists.items():
            found = tuple(
                (part.variable, index, level)
                for part in self._affected(shown)
                for index, name in enumerate(part.names)
                if (level := levels.get(_identity(name), 0)) and not (self._primary and index)
            )
            self._current[id] = Disambiguation(levels=found)
        self._keep()

    @property
    def _primary(self) -> bool:
        return self._rules.rule.startswith("primary-name")

    def _affected(self, shown: Sequence[ShownList]) -> Sequence[ShownList]:
        return shown[:1] if self._primary else shown

    def show_more_names(self) -> None:
        """Methods 1 and 2 for ambiguous cites: expand names, then add names, until nothing more is gained."""
        for ids in self._sets():
            self._refine(ids)
        self._keep()

    def _refine(self, ids: list[str]) -> None:
        """Split a set of items with the same cite; what does not split it is undone."""
        base = {id: self._current[id] for id in ids}
        trial = dict(base)
        if self._expand(ids, trial, 0):
            return
        if not self._rules.names:
            return
        while variable := self._cut_variable(ids, trial):
            shown = max(part.shown for id in ids for part in self._lists(id, trial[id]) if part.variable == variable)
            trial = {id: _showing(found, variable, shown + 1) for id, found in trial.items()}
            if self._accept(ids, trial) or self._expand(ids, trial, shown):
                return

    def _lists(self, id: str, disambiguation: Disambiguation) -> Sequence[ShownList]:
        return self._session.lists(id, _state(disambiguation))

    def _cut_variable(self, ids: Sequence[str], trial: dict[str, Disambiguation]) -> str:
        """The first name variable of which names are still hidden."""
        for id in ids:
            for part in self._lists(id, trial[id]):
                if part.shown < len(part.names):
                    return part.variable
        return ""

    def _expand(self, ids: list[str], trial: dict[str, Disambiguation], start: int) -> bool:
        """Expand the shown names from a place on, one by one, until one splits the set."""
        if not self._rules.given or (not self._rules.by_cite and (self._primary or not start)):
            return False
        places = dict.fromkeys(
            (part.variable, index)
            for id in ids
            for part in self._lists(id, trial[id])
            for index in range(start, part.shown)
        )
        for variable, index in places:
            for level in range(1, self._rules.deepest + 1):
                if all(found.level(variable, index) >= level for found in trial.values()):
                    continue
                attempt = {id: _expanding(found, variable, index, level) for id, found in trial.items()}
                if self._accept(ids, attempt):
                    return True
        return False

    def _accept(self, ids: list[str], trial: dict[str, Disambiguation]) -> bool:
        """Whether a trial splits the set; if so it is kept, and each part that is still a set is refined further."""
        parts = self._split((id, trial[id]) for id in ids)
        if len(parts) == 1:
            return False
        self._current.update(trial)
        for part in parts:
            if len(part) > 1:
                self._refine(part)
        return True

    def use_condition(self) -> None:
        """Method 3: cites with the `disambiguate` condition true, where that tells some of them apart."""
        for ids in self._sets():
            self._add_conditions(ids)
        self._keep()

    def _add_conditions(self, ids: list[str]) -> None:
        before = ""
        for count in range(1, _MOST_CONDITIONS):
            trial = {id: replace(self._current[id], conditions=count) for id in ids}
            parts = self._split(trial.items())
            if len(parts) > 1:
                self._current.update(trial)
                for part in parts:
                    if len(part) > 1:
                        self._add_conditions(part)
                return
            text = self._text(ids[0], trial[ids[0]])
            if text == before:
                return
            before = text

    def add_suffixes(self) -> None:
        """Method 4: letters in the order of the bibliography."""
        for ids in self._sets():
            for number, id in enumerate(ids, 1):
                self._session.details[id] = Detail(self._current[id], letters(number))


def _state(disambiguation: Disambiguation) -> State:
    return State(position=Position.SUBSEQUENT, disambiguation=disambiguation, comparing=True)


def _showing(found: Disambiguation, variable: str, count: int) -> Disambiguation:
    others = tuple(pair for pair in found.shown if pair[0] != variable)
    return replace(found, shown=(*others, (variable, count)))


def _expanding(found: Disambiguation, variable: str, index: int, level: int) -> Disambiguation:
    others = tuple(entry for entry in found.levels if entry[:2] != (variable, index))
    return replace(found, levels=(*others, (variable, index, level)))


def _shown_people(lists: Iterable[Sequence[ShownList]], rules: _Rules) -> dict[str, dict[str, tuple[Name, ShownList]]]:
    """People by the text their name has without disambiguation; the inner key tells persons apart."""
    people: dict[str, dict[str, tuple[Name, ShownList]]] = {}
    primary = rules.rule.startswith("primary-name")
    for shown in lists:
        for part in shown[:1] if primary else shown:
            for name in part.names[: 1 if primary else part.shown]:
                people.setdefault(_name_text(name, part, 0), {}).setdefault(_identity(name), (name, part))
    return people


def _levels_of(people: dict[str, dict[str, tuple[Name, ShownList]]], deepest: int) -> dict[str, int]:
    """The least level at which each person shares their name with the fewest others; 0 if no level helps."""
    levels: dict[str, int] = {}
    for same in people.values():
        for identity, (name, part) in same.items() if len(same) > 1 else ():
            shared = [len(same) - 1]
            for level in range(1, deepest + 1):
                text = _name_text(name, part, level)
                shared.append(sum(_name_text(*other, level) == text for other in same.values()) - 1)
            levels[identity] = shared.index(min(shared))
    return levels


def _name_text(name: Name, part: ShownList, level: int) -> str:
    return "".join(map(plain, render_person(name, part.form, level, False)))


def _identity(name: Name) -> str:
    """The same for one person however the initials are spaced."""
    given = name.given.replace(".", " ").split()
    return "|".join((name.family, name.non_dropping, name.dropping, "".join(given), name.suffix, name.literal))
