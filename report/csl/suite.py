"""The official CSL fixtures on this processor: `run` takes one fixture, gives its output as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from report.csl.bibliography import render_bibliography
from report.csl.citations import render_citation
from report.csl.context import Position
from report.csl.disambiguation import disambiguate
from report.csl.model import Citation, Cite, Options
from report.csl.positions import Placed, place
from report.csl.program import compile_style
from report.csl.session import Session, references_of
from report.csl.style import parse_style
from report.csl.tree import Cited, Display, Format, Inline, Link, Tree, to_html

ERROR = "[CSL STYLE ERROR: reference with no printed form.]"
_OPTIONS = Options(link_citations=False)


def run(fixture: Mapping[str, Any]) -> str:
    """The citations or the bibliography of a fixture in the reference implementation's HTML."""
    style = parse_style(fixture["style"], "fixture")
    program = compile_style(style, "")
    references = references_of(fixture["items"])
    given = fixture["positions"] == "given"
    citations = [_citation(raw) for raw in fixture["citations"] or ()]
    cited = list(dict.fromkeys(cite.id for citation in citations for cite in citation.cites if cite.id in references))
    session = Session(program, references)
    session.number(list(references) if given or not cited else cited)
    disambiguate(session)
    session.number(list(session.numbers))
    if fixture["mode"] == "bibliography":
        return _bibliography(session)
    if fixture["citations"] is None:
        citations = [Citation(tuple(Cite(id) for id in session.order))]
    placed = _given(fixture["citations"], citations) if given else _placed(session, citations)
    lines = [
        _reference_html(render_citation(session, citation, places, _OPTIONS).text)
        for citation, places in zip(citations, placed, strict=True)
    ]
    return "\n".join(lines)


def _bibliography(session: Session) -> str:
    entries = render_bibliography(session, session.order)
    rows = "".join(f'  <div class="csl-entry">{_entry(entry.content)}</div>\n' for entry in entries)
    return f'<div class="csl-bib-body">\n{rows}</div>'


def _entry(content: Tree) -> str:
    return _reference_html(content)


def _reference_html(tree: Tree) -> str:
    html = to_html(_unlinked(tree)).replace('style="vertical-align:baseline;"', 'style="baseline"')
    return html or ERROR


def _unlinked(tree: Tree) -> Tree:
    """The tree without links and cites, as the fixtures know none."""
    out: list[Inline] = []
    for node in tree:
        match node:
            case Link(_, children) | Cited(_, children):
                out += _unlinked(children)
            case Display(kind, children):
                out.append(Display(kind, _unlinked(children)))
            case Format():
                out.append(_format(node))
            case _:
                out.append(node)
    return tuple(out)


def _format(node: Format) -> Format:
    return Format(
        _unlinked(node.children),
        node.font_style,
        node.font_variant,
        node.font_weight,
        node.text_decoration,
        node.vertical_align,
    )


def _citation(raw: Mapping[str, Any]) -> Citation:
    return Citation(tuple(_cite(cite) for cite in raw["items"]), int(raw["note_index"] or 0))


def _cite(raw: Mapping[str, Any]) -> Cite:
    mode = next((mode for mode in ("suppress-author", "author-only") if raw.get(mode)), "normal")
    return Cite(
        id=raw["id"],
        locator=str(raw.get("locator") or ""),
        label=raw.get("label") or "page",
        prefix=raw.get("prefix") or "",
        suffix=raw.get("suffix") or "",
        mode=mode,  # type: ignore[arg-type]
    )


def _given(raws: Sequence[Mapping[str, Any]] | None, citations: Sequence[Citation]) -> list[list[Placed]]:
    if raws is None:
        return [[Placed() for _ in citation.cites] for citation in citations]
    return [[_placed_as(cite) for cite in raw["items"]] for raw in raws]


def _placed_as(cite: Mapping[str, Any]) -> Placed:
    return Placed(
        position=Position(int(cite.get("position") or 0)),
        near_note=bool(cite.get("near-note")),
        first_note=int(cite.get("first-reference-note-number") or 0),
    )


def _placed(session: Session, citations: Sequence[Citation]) -> list[list[Placed]]:
    distance = session.program.citation.options.get("near-note-distance", "")
    return place(citations, False, int(distance) if distance.isdecimal() else 5)
