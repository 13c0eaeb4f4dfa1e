"""The bibliography: its entries as the style prints them, and which of them each place of it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report import bibtex, csl
from report.diagnostics import Diagnostic, warning
from report.document import Bibliography, BibliographyEntry, Chapter, walk_chapter
from report.linking.rendering import Renderer
from report.linking.sites import Site
from report.linking.table import Listed


def entries(
    rendered: csl.Rendered, library: bibtex.Library, items: Sequence[csl.Item], sites: Sequence[Site], language: str
) -> tuple[Listed, ...]:
    """The entries of the bibliography as the style prints them, in its order."""
    chapters: dict[str, set[int]] = {}
    for site in sites:
        for one in site.citation.cites:
            cited = library.get(one.key)
            chapters.setdefault(cited.key if cited else one.key, set()).add(site.chapter)
    types = {str(item["id"]): str(item.get("type", "")) for item in items}
    renderer = Renderer(language)
    listed = []
    for entry in rendered.bibliography:
        known = library.get(entry.id)
        if known is None:
            continue
        content = renderer.inlines(entry.content, known.span)
        listed.append(
            Listed(
                BibliographyEntry(content, entry.id, span=known.span),
                (types.get(entry.id, ""), known.type),
                tuple(bibtex.keywords(known)),
                frozenset(chapters.get(entry.id, ())),
            )
        )
    return tuple(listed)


def printed(entries: tuple[Listed, ...], chapters: tuple[Chapter, ...]) -> set[str]:
    """The keys of the entries that some bibliography prints."""
    places = tuple(bibliographies(chapters))
    return {entry.entry.key for entry in entries if any(chosen(entry, node, place) for node, place in places)}


def chosen(listed: Listed, wanted: Bibliography, place: int) -> bool:
    """Whether an entry stands in that bibliography of the chapter at that place."""
    return (
        (not wanted.type or wanted.type in listed.types)
        and (not wanted.keyword or wanted.keyword in listed.keywords)
        and (not wanted.chapter_only or place in listed.chapters)
    )


def bibliographies(chapters: tuple[Chapter, ...]) -> Iterator[tuple[Bibliography, int]]:
    """Each bibliography that is printed, with the place of its chapter."""
    for place, chapter in enumerate(chapters):
        for node in walk_chapter(chapter) if chapter.printed else ():
            if isinstance(node, Bibliography):
                yield node, place


def unprinted(rendered: csl.Rendered, library: bibtex.Library) -> Iterator[Diagnostic]:
    """Works that belong into the bibliography and of which the style prints nothing there."""
    for entry in rendered.bibliography:
        known = library.get(entry.id)
        if known is not None and not csl.to_text(entry.content).strip():
            message = f"the style prints nothing of `{entry.id}` in the bibliography"
            yield warning("bibliography-unprinted", message, known.span)


def problems(chapters: tuple[Chapter, ...], bibliography: tuple[Listed, ...]) -> Iterator[Diagnostic]:
    """Bibliographies in which nothing would stand."""
    for node, place in bibliographies(chapters):
        if not any(chosen(listed, node, place) for listed in bibliography):
            wanted = [f"keyword `{node.keyword}`"] if node.keyword else []
            wanted += [f"type `{node.type}`"] if node.type else []
            hint = f"no cited entry has the {' and the '.join(wanted)}" if wanted and bibliography else "cite something"
            yield warning("bibliography-empty", "this bibliography has no entries", node.span, hint)
