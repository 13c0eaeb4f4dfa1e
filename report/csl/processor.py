"""The citation processor: style, locale, items and citations in, rendered citations and bibliography out.

One batch in the order of CSL 1.0.2: bibliography sorted and numbered, positions found, cites told apart, each cite
rendered to a tree, citations put together, and only then text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.csl.bibliography import render_bibliography
from report.csl.citations import render_citation
from report.csl.disambiguation import disambiguate
from report.csl.item import Item
from report.csl.model import Citation, Options, Rendered, Rendering
from report.csl.positions import Placed, place
from report.csl.program import compile_style
from report.csl.session import Session, references_of
from report.csl.style import Style, count

_DEFAULT_OPTIONS = Options()


def process(
    style: Style,
    locale: str,
    items: Sequence[Item],
    citations: Sequence[Citation],
    options: Options = _DEFAULT_OPTIONS,
) -> Rendered:
    """All citations of a document and its bibliography; pure, and never raises on any item or citation.

    `locale` may be empty for the style's own; an unknown one falls back to en-US with a warning.
    """
    program = compile_style(style, locale)
    references = references_of(items)
    cited = dict.fromkeys(cite.id for citation in citations for cite in citation.cites)
    listed = [id for id in dict.fromkeys((*cited, *options.nocite)) if id in references]
    session = Session(program, {id: references[id] for id in listed})
    session.number(listed)
    disambiguate(session)
    if any(detail.year_suffix for detail in session.details.values()):
        session.number(listed)  # once more, as year suffixes may be sort keys
    distance = count(program.citation.options.get("near-note-distance"))
    placed = place(citations, options.restart_positions, 5 if distance is None else distance)
    layout = program.bibliography.options if program.bibliography else {}
    return Rendered(
        citations=tuple(_rendered(session, citations, placed, options)),
        bibliography=render_bibliography(session, session.order),
        unknown=tuple(id for id in cited if id not in references),
        warnings=program.warnings,
        hanging_indent=layout.get("hanging-indent") == "true",
        second_field_align=layout.get("second-field-align", ""),
        entry_spacing=_spacing(layout.get("entry-spacing")),
        line_spacing=_spacing(layout.get("line-spacing")),
    )


def _rendered(
    session: Session, citations: Sequence[Citation], placed: Sequence[Sequence[Placed]], options: Options
) -> Iterator[Rendering]:
    """Each citation; those that are alike, in places that are alike to the style, are rendered once."""
    known: dict[tuple[object, ...], Rendering] = {}
    for citation, places in zip(citations, placed, strict=True):
        seen = places if session.program.looks_back else [Placed(one.position) for one in places]
        key = (citation.mode, citation.cites, *seen)
        if key not in known:
            known[key] = render_citation(session, citation, seen, options)
        yield known[key]


def _spacing(value: str | None) -> int:
    found = count(value)
    return 1 if found is None else found
