"""Citations from their cites: author apart, affixes, grouping and collapsing, delimiters."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from report.csl.collapsing import Piece, collapse
from report.csl.context import Position, State
from report.csl.item import Name
from report.csl.model import Citation, Cite, Options, Rendering
from report.csl.names import plain_names
from report.csl.numbers import split_label
from report.csl.output import finish
from report.csl.positions import Placed
from report.csl.richtext import Box, Node, find, parse, plain, rewrite, without
from report.csl.session import Session
from report.csl.textcase import apply_case
from report.csl.tree import Text, Tree, to_text

ERROR = "[CSL STYLE ERROR: reference with no printed form.]"


class _Placed(Struct, frozen=True):
    """A cite with its place in the document."""

    cite: Cite
    placed: Placed


def render_citation(session: Session, citation: Citation, placed: Sequence[Placed], options: Options) -> Rendering:
    """One citation of the document."""
    known = [
        _Placed(cite, place)
        for cite, place in zip(citation.cites, placed, strict=True)
        if cite.id in session.references
    ]
    if not known:
        return Rendering(())
    if citation.mode == "author-in-text":
        return _author_in_text(session, known, options)
    return Rendering(_finish(session, _compose(session, _sorted(session, known), options)))


def _finish(session: Session, node: Node) -> Tree:
    return finish(node, session.program.locale)


def _compose(session: Session, cites: Sequence[_Placed], options: Options) -> Node:
    pieces = [_piece(session, cite, options, leads=index == 0) for index, cite in enumerate(cites)]
    area = session.program.citation
    body = collapse(pieces, area)
    return Box((body,) if plain(body).strip() else (), replace(area.look, delimiter=""))


def _sorted(session: Session, cites: Sequence[_Placed]) -> list[_Placed]:
    area = session.program.citation
    if not area.keys or len(cites) < 2:
        return list(cites)
    cites = _suffixed_in_order(session, cites)
    order = session.sort_cites([(cite.cite.id, _state(cite)) for cite in cites])
    return [cites[index] for index in order]


def _suffixed_in_order(session: Session, cites: Sequence[_Placed]) -> list[_Placed]:
    """The cites with year suffixes in the order of their letters, for sort keys that do not see them."""
    suffixed = [cite for cite in cites if session.year_suffix(cite.cite.id)]
    suffixed.sort(key=lambda cite: session.order.index(cite.cite.id))
    ordered = iter(suffixed)
    return [next(ordered) if session.year_suffix(cite.cite.id) else cite for cite in cites]


def _state(cite: _Placed) -> State:
    label, locator = cite.cite.label, cite.cite.locator
    if label == "page":
        written, locator = split_label(locator)
        label = written or label
    return State(
        position=cite.placed.position,
        near_note=cite.placed.near_note,
        first_note=cite.placed.first_note,
        locator=locator.replace("&amp;", "&").strip(),
        label=label.replace(" ", "-") if locator else "",
    )


def _piece(session: Session, cite: _Placed, options: Options, *, leads: bool) -> Piece:
    id = cite.cite.id
    state = session.state(id, _state(cite))
    node = session.render_cite(id, state)
    if cite.cite.mode == "suppress-author":
        node = _without_author(node)
    elif cite.cite.mode == "author-only":
        node = _author(session, cite)
    if session.program.style.is_note:
        node = _capitalized(node, cite.cite.prefix) if leads or cite.cite.prefix else node
    return Piece(
        cite=cite.cite,
        node=node,
        number=session.numbers.get(id, 0),
        year_suffix=session.year_suffix(id),
        people=_people(session, id, state),
        linked=options.link_citations,
    )


def _people(session: Session, id: str, state: State) -> tuple[Name, ...]:
    """The persons a cite shows first, for a style that tells persons of one name apart."""
    if session.program.citation.options.get("disambiguate-add-givenname") != "true":
        return ()
    return tuple(name for part in session.lists(id, state)[:1] for name in part.names[: part.shown])


def _without_author(node: Node) -> Node:
    names = find(node, "names")
    return (names and without(node, names)) or node


def _author(session: Session, cite: _Placed) -> Node:
    """The names of a cite alone; if its style shows none, as a citation further on in a text would."""
    node = session.render_cite(cite.cite.id, session.state(cite.cite.id, _state(cite)))
    for candidate in (node, session.render_cite(cite.cite.id, session.state(cite.cite.id, _LATER))):
        names = find(candidate, "names")
        if names is not None:
            return names._replace(look=replace(names.look, prefix="", suffix=""))
    return plain_names(session.references[cite.cite.id], session.program.locale)


_LATER = State(position=Position.SUBSEQUENT)


def _author_in_text(session: Session, cites: Sequence[_Placed], options: Options) -> Rendering:
    """The first author in the running text; the rest in parentheses, or in the note of a note style."""
    first = cites[0]
    author = _author(session, first)
    text = _finish(session, _linked(author, first.cite.id, options))
    alone = _Placed(replace(first.cite, mode="suppress-author"), first.placed)
    # The cite whose author stands before must come first, whatever the style sorts by.
    others = _sorted(session, cites[1:])
    rest = [alone, *others] if _shows_more(session, alone) else others
    tail = _finish(session, _compose(session, rest, options))
    if session.program.style.is_note:
        return Rendering(text, tail)
    gap = () if to_text(tail)[:1].isspace() else (Text(" "),)
    return Rendering((*text, *gap, *tail) if tail else text)


def _shows_more(session: Session, cite: _Placed) -> bool:
    """Whether a cite shows anything beside its author."""
    node = session.render_cite(cite.cite.id, session.state(cite.cite.id, _state(cite)))
    names = find(node, "names")
    return bool(cite.cite.prefix or cite.cite.suffix or names is None or plain(without(node, names) or Text("")))


def _linked(node: Node, id: str, options: Options) -> Node:
    return Box((node,), tag="cite", key=id) if options.link_citations else node


def _capitalized(node: Node, prefix: str) -> Node:
    """A term at the start of a note, or after a sentence, with a great first letter: section "Citation"."""
    if not _starts_sentence(prefix):
        return node
    term, first = _first_text(node)
    if term is None or term.tag != "term" or plain(node).find(first) > 0:
        return node
    raised = term._replace(children=apply_case(term.children, "capitalize-first", "en"))
    return rewrite(node, lambda box: raised if box is term else "") or node


def _first_text(node: Node, parent: Box | None = None) -> tuple[Box | None, str]:
    """The first text of a node that is not empty, and the box it stands in."""
    if isinstance(node, Text):
        return parent, node.value
    return next((found for child in node.children if (found := _first_text(child, node))[1]), (None, ""))


def _starts_sentence(prefix: str) -> bool:
    text = "".join(map(plain, parse(prefix))).strip()
    return not text or (text.endswith((".", "!", "?")) and " " in text)
