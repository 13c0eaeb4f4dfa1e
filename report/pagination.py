"""The page loop: chapters are laid out, their pages noted and printed elsewhere, until no number moves any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby

from msgspec import Struct
from msgspec.structs import replace

from report import html, linking
from report.document import Chapter
from report.front import Linked
from report.linking import Page, SymbolTable
from report.pdf.assemble import Placed
from report.pdf.fragment import PAGE, Fragment, Unit, side
from report.pdf.labels import labels
from report.pdf.numbers import numbers_of
from report.pictures import Assets
from report.press import Press, assets

MAX_ROUNDS = 5
"""Layouts after which page numbers that still move are let go, with a warning."""

CHARACTERS = 3600
"""Of HTML on a page: where a chapter's length is to be guessed."""

COVER = "(cover)"
"""The name of the piece that is no chapter."""


class Pages(Struct, frozen=True):
    """How the report fell into pages: what one layout finds out, and the next one begins with."""

    counts: Mapping[str, int]
    """The sheets of each piece, by name."""
    places: Mapping[str, Page]
    """The page of each anchor."""


NO_PAGES = Pages({}, {})


class Layout(Struct, frozen=True):
    """The report on pages."""

    placed: tuple[Placed, ...]
    chapters: tuple[tuple[Chapter, ...], ...]
    """Those that are printed on each of them."""
    body: int
    """The sheet, from 0, on which the body begins."""
    pages: Pages
    numbers: Mapping[str, str]
    """The numbers that the text prints, by name."""
    inventories: tuple[html.Inventory, ...] = ()
    """What is in each of them, and what its HTML lacks."""
    origins: tuple[html.Origins, ...] = ()
    """Where the blocks and notes of each of them come from."""
    restless: frozenset[str] = frozenset()
    """The anchors and pieces that did not come to rest."""


class _Piece(Struct, frozen=True):
    """What is laid out by itself: the cover, a printed chapter, or all chapters of a zone that follow on its pages."""

    name: str
    zone: str
    chapters: tuple[tuple[int, Chapter], ...] = ()
    """With their places in the report."""
    opens: bool = False
    """Whether it is the first of a report without a cover."""
    opens_right: bool = False
    """Whether its first page is a right one, so that a blank one may stand before it."""


class _Start(Struct, frozen=True):
    """Where a piece begins."""

    sheet: int
    """Among all sheets, from 0."""
    number: int
    """Of its first page, in its zone."""


def paginate(linked: Linked, theme: html.Theme, registry: Assets, press: Press, believed: Pages) -> Layout:
    """The report on pages; `believed` is how it fell into pages the last time, or nothing.

    Raises workers.WorkerLost where a chapter cannot be laid out.
    """
    pieces = _pieces(linked.chapters, theme)
    writer = _Writer(linked.table, theme, registry, press)
    for _ in range(MAX_ROUNDS):
        layout = _laid_out(pieces, linked.fresh, writer, believed, press)
        printed = {anchor for piece in pieces for anchor in writer.printed(piece)}
        moved = {name for name in printed if believed.places.get(name) != layout.pages.places.get(name)}
        layout = replace(layout, restless=layout.restless | moved)
        believed = layout.pages
        if not layout.restless:
            break
    for name in press.written.keys() - writer.written.keys():
        del press.written[name]
    return layout


def _pieces(chapters: tuple[Chapter, ...], theme: html.Theme) -> tuple[_Piece, ...]:
    cover = (_Piece(COVER, "cover"),) if theme.cover else ()
    printed = [(place, chapter) for place, chapter in enumerate(chapters) if chapter.printed]
    return (
        *cover,
        *(
            _Piece(group[0][1].label, _zone(group[0]), group, not cover and not number, theme.opens_right)
            for number, group in enumerate(_groups(printed, theme))
        ),
    )


def _groups(printed: Sequence[tuple[int, Chapter]], theme: html.Theme) -> Iterator[tuple[tuple[int, Chapter], ...]]:
    """The chapters that share pages: each its own, or where they flow those of a zone."""
    if not theme.flows:
        yield from ((one,) for one in printed)
        return
    for _, group in groupby(printed, key=_zone):
        yield tuple(group)


def _zone(placed: tuple[int, Chapter]) -> str:
    return "front" if placed[1].kind == "front" else "body"


def _laid_out(
    pieces: Sequence[_Piece], fresh: Collection[str], writer: _Writer, believed: Pages, press: Press
) -> Layout:
    """One layout with the page numbers that are believed; pieces that print unknown ones wait for the others."""
    fragments: dict[str, Fragment] = {}
    waiting = [piece for piece in pieces if any(name not in believed.places for name in writer.printed(piece))]
    for now in filter(None, ([piece for piece in pieces if piece not in waiting], waiting)):
        starts = _starts(pieces, writer.counts(pieces, believed))
        ordered = sorted(now, key=partial(_urgency, fresh))
        units = (writer.unit(piece, starts[piece.name], believed.places) for piece in ordered)
        fragments |= press.lay_out(units)
        counts = {**believed.counts, **{name: fragment.page_count for name, fragment in fragments.items()}}
        believed = Pages(counts, _places(pieces, fragments, writer.counts(pieces, Pages(counts, {}))))
    starts = _starts(pieces, believed.counts)
    return Layout(
        tuple(Placed(fragments[piece.name], starts[piece.name].number) for piece in pieces),
        tuple(tuple(chapter for _, chapter in piece.chapters) for piece in pieces),
        _body(pieces, believed.counts),
        Pages({piece.name: believed.counts[piece.name] for piece in pieces}, believed.places),
        {name: digits for piece in pieces for name, digits in numbers_of(writer.units[piece.name].html).items()},
        tuple(writer.written[piece.name].inventory for piece in pieces),
        tuple(writer.written[piece.name].origins for piece in pieces),
        frozenset(name for name in fragments if not _fits(writer.units[name], fragments[name], starts[name])),
    )


def _urgency(fresh: Collection[str], piece: _Piece) -> tuple[bool, int]:
    """What is likely to need layout goes first, then what takes long."""
    is_fresh = any(chapter.path in fresh for _, chapter in piece.chapters)
    return not is_fresh, -sum(len(chapter.nodes) for _, chapter in piece.chapters)


def _fits(unit: Unit, fragment: Fragment, start: _Start) -> bool:
    """Whether a fragment was laid out for the pages that it got."""
    has_side = unit.sheet == side(unit.css, start.sheet)
    return has_side and (PAGE not in fragment.fixed or fragment.start == start.number)


def _body(pieces: Sequence[_Piece], counts: Mapping[str, int]) -> int:
    """The sheet on which the body begins; a blank one before it is none of the body's."""
    opening = next((place for place, piece in enumerate(pieces) if piece.zone == "body"), len(pieces))
    sheet = sum(counts[piece.name] for piece in pieces[:opening])
    return sheet + sheet % 2 if opening < len(pieces) and pieces[opening].opens_right else sheet


def _starts(pieces: Sequence[_Piece], counts: Mapping[str, int]) -> dict[str, _Start]:
    """Where each piece begins; the body's pages are counted anew."""
    starts: dict[str, _Start] = {}
    sheet, body = 0, _body(pieces, counts)
    for piece in pieces:
        starts[piece.name] = _Start(sheet, sheet + 1 - (body if piece.zone == "body" else 0))
        sheet += counts[piece.name]
    return starts


def _places(pieces: Sequence[_Piece], fragments: Mapping[str, Fragment], counts: Mapping[str, int]) -> dict[str, Page]:
    """The page of each anchor that was laid out, where the other pieces are as long as they are believed to be."""
    starts = _starts(pieces, counts)
    names = labels(sum(counts[piece.name] for piece in pieces), _body(pieces, counts))
    places: dict[str, Page] = {}
    for piece in pieces:
        if piece.name in fragments:
            first = starts[piece.name].sheet
            for name, found in fragments[piece.name].anchors.items():
                sheet = first + found.page
                places.setdefault(name, Page(sheet, names[sheet], found.in_notes))
    return places


class _Written(Struct, frozen=True):
    """A piece as HTML."""

    made_of: tuple[object, ...]
    theme: html.Theme
    text: str
    origins: html.Origins
    """Where its elements come from."""
    inventory: html.Inventory
    """What is in it, and what it lacks."""


class _Writer:
    """Writes pieces as HTML, those that print no pages only once; for one report.

    Where the press stays, what it had written before is taken where it was made of the same.
    """

    def __init__(self, table: SymbolTable, theme: html.Theme, registry: Assets, press: Press) -> None:
        self.table = table
        self.press = press
        self.theme = theme
        self.registry = registry
        self.assets = assets(theme.css, registry)
        self.units: dict[str, Unit] = {}
        """The pieces as they were written last, by name."""
        self.written: dict[str, _Written] = {}
        """The same, with what is in them."""
        self._printed: dict[str, frozenset[str]] = {}

    def unit(self, piece: _Piece, start: _Start, places: Mapping[str, Page]) -> Unit:
        """The piece for the layout, with the page numbers that are believed."""
        text = self._text(piece, places)
        named = {**self.assets, **assets(text, self.registry)}
        is_roman = piece.zone != "body"
        sheet = side(self.theme.css, start.sheet)
        path = piece.chapters[0][1].path if piece.chapters else ""
        theme = self.theme
        unit = Unit(
            *(piece.name, text, theme.css, start.number, is_roman, sheet, named),
            prepress=theme.prepress,
            path=path,
            is_xml=theme.is_xml,
        )
        self.units[piece.name] = unit
        return unit

    def printed(self, piece: _Piece) -> frozenset[str]:
        """The anchors whose pages the piece prints."""
        if piece.name not in self._printed:
            found = (linking.pages_printed(chapter, self.table) for _, chapter in piece.chapters)
            self._printed[piece.name] = frozenset(chain.from_iterable(found))
        return self._printed[piece.name]

    def counts(self, pieces: Sequence[_Piece], believed: Pages) -> dict[str, int]:
        """The sheets of each piece, guessed where nobody knows."""
        return {
            piece.name: believed.counts.get(piece.name) or 1 + len(self._text(piece, {})) // CHARACTERS
            for piece in pieces
        }

    def _text(self, piece: _Piece, places: Mapping[str, Page]) -> str:
        if piece.name in self.written and not self.printed(piece):
            return self.written[piece.name].text
        table = linking.with_pages(self.table, places)
        resolved = tuple(linking.resolve(chapter, place, table) for place, chapter in piece.chapters)
        made_of = (resolved, piece.zone, piece.opens)
        known = self.press.written.get(piece.name)
        if not isinstance(known, _Written) or known.theme is not self.theme or known.made_of != made_of:
            marked, origins = html.marked(resolved)
            above = self.theme.opening if piece.opens else ""
            section = above + "".join(map(html.write, marked)) if piece.chapters else self.theme.cover
            text = html.bind(section, piece.zone, self.theme)
            kept = made_of if self.press.stays else ()  # it is much
            known = _Written(kept, self.theme, text, origins, html.inventory(resolved, text))
            self.press.written[piece.name] = known
        self.written[piece.name] = known
        return known.text
