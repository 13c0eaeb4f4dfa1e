"""The one bridge between the tree and CSL: every citation and the bibliography in the style of the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from report import bibtex, csl
from report.diagnostics import Diagnostic, Hint, ask, error, near, warning
from report.document import LABEL_PREFIXES, Chapter, Cite, Node, Text, is_reference
from report.linking import bibliographies
from report.linking.rendering import Renderer, shown_keys
from report.linking.sites import Site, sites
from report.linking.submission import citation
from report.linking.table import Listed, RenderedCitation
from report.metadata import Metadata
from report.source import Span
from report.words import words


class Cited(Struct, frozen=True):
    """What the style made of all citations."""

    citations: tuple[tuple[RenderedCitation, ...], ...]
    bibliography: tuple[Listed, ...]
    hanging: bool
    diagnostics: tuple[Diagnostic, ...]


Process: TypeAlias = Callable[[csl.Style, str, Sequence[csl.Item], Sequence[csl.Citation], csl.Options], csl.Rendered]
"""`csl.process`, or what remembers its results."""


def cite(
    chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata, process: Process
) -> Cited:
    """Every citation and the bibliography in the style; unknown keys are diagnosed and printed as `@key?`."""
    cited_in = words(metadata.lang).cited_in
    related = cache(partial(_cited_in, library))
    found = [_with_related(site, related, cited_in) for site in sites(chapters)]
    labels = frozenset(label.id for chapter in chapters for label in chapter.symbols.labels)
    printed = [site for site in found if chapters[site.chapter].printed]
    problems = [problem for site in printed for problem in _unknown(site.citation.cites, library, labels)]
    uncited = _nocite(metadata, library)
    keys = tuple(dict.fromkeys((*(cite.key for site in found for cite in site.citation.cites), *uncited)))
    items = bibtex.items(library, filter(library.get, keys), metadata.titles, metadata.lang)
    opaque: list[Node] = []
    citations = [citation(site, library, opaque) for site in found]
    options = csl.Options(restart_positions=metadata.note_numbering == "chapter", link_citations=True, nocite=uncited)
    rendered = process(style, metadata.lang, items.items, citations, options)
    problems += [warning("csl-locale", text, None) for text in rendered.warnings]
    problems += bibliographies.unprinted(rendered, library)
    for site, rendering in zip(found, rendered.citations, strict=True):
        problems += _empty(site, rendering, library, style) if chapters[site.chapter].printed else ()
    listed = bibliographies.entries(rendered, library, items.items, found, metadata.lang)
    renderer = Renderer(
        metadata.lang, bibliographies.printed(listed, chapters) if metadata.link_citations else (), opaque
    )
    fitted = renderer.in_note if style.is_note else renderer.in_text
    texts: list[list[RenderedCitation]] = [[] for _ in chapters]
    for site, rendering in zip(found, rendered.citations, strict=True):
        texts[site.chapter].append(fitted(site, rendering))
    return Cited(tuple(map(tuple, texts)), listed, rendered.hanging_indent, (*items.diagnostics, *problems))


def _cited_in(library: bibtex.Library, key: str) -> tuple[str, ...]:
    """The sources in which a source was seen."""
    return tuple(other for kind, other in bibtex.related(library, key) if kind == "citedin" and library.get(other))


def _with_related(site: Site, related: Callable[[str], tuple[str, ...]], phrase: str) -> Site:
    """The citation with the sources in which its items were seen, where BibTeX says `relatedtype = {citedin}`."""
    cites: list[Cite] = []
    given = site.citation.cites
    for index, one in enumerate(given):
        cites.append(one)
        if one.cited_in or (index + 1 < len(given) and given[index + 1].cited_in):
            continue
        for key in related(one.key):
            prefix = (Text(f"{phrase} ", span=one.span),)
            cites.append(Cite(key, prefix=prefix, cited_in=True, span=one.span))
    return site if len(cites) == len(given) else replace(site, citation=replace(site.citation, cites=tuple(cites)))


def _unknown(cites: Sequence[Cite], library: bibtex.Library, labels: Collection[str]) -> Iterator[Diagnostic]:
    for one in cites:
        if library.get(one.key) is None and not library.is_lost(one.key):
            yield unknown_key(one.key, one.span, library, labels)


def _empty(site: Site, rendering: csl.Rendering, library: bibtex.Library, style: csl.Style) -> Iterator[Diagnostic]:
    """Works that are cited and of which the style prints nothing: their fields are none that it has a place for."""
    shown = {key for tree in (rendering.text, rendering.note) for key in shown_keys(tree)}
    collapsed = bool(style.citation and style.citation.get("collapse"))
    for one in site.citation.cites:
        entry = library.get(one.key)
        if entry is None or entry.key in shown or (shown and collapsed):
            continue
        message = f"the style prints nothing of `{one.key}`"
        hint = f"give `{entry.key}` the fields that the style prints, such as title and author"
        yield warning("cite-empty", message, one.span, Hint(hint, entry.span))


def _nocite(metadata: Metadata, library: bibtex.Library) -> tuple[str, ...]:
    if {"*", "@*"} & set(metadata.nocite):
        return library.keys()
    keys = (key.removeprefix("@") for key in metadata.nocite)
    return tuple(entry.key for key in keys if (entry := library.get(key)))


def unknown_key(key: str, span: Span, library: bibtex.Library, labels: Collection[str] = ()) -> Diagnostic:
    """A key that is in no bibliography, with the one that may be meant and its place."""
    hints = _near_keys(key, library)
    if is_reference(key):
        hints = ("this is a label: write the reference outside the citation",)
    elif re.match(r"(?:tab|eq|lst|ch|chap)-", key):
        hints = (*hints, f"labels that can be referred to begin with {_one_of(LABEL_PREFIXES)}")
    elif key in labels:
        named = [prefix for prefix in LABEL_PREFIXES if prefix != "note"]
        hints = (f"it is a label: write [text](#{key}), or give it a name that begins with {_one_of(named)}",)
    where = "the bibliography" if library.keys() else "the bibliography: there is no entry at all"
    return error("cite-unknown", f"no entry `{key}` in {where}", span, *hints)


def _one_of(prefixes: Sequence[str]) -> str:
    return f"{', '.join(f'{prefix}-' for prefix in prefixes[:-1])} or {prefixes[-1]}-"


def _near_keys(key: str, library: bibtex.Library) -> tuple[str | Hint, ...]:
    """The hint that names the nearest key, with its place if it is the only one."""
    keys = near(key, library.keys())
    entry = library.get(keys[0]) if len(keys) == 1 else None
    return tuple(Hint(hint, entry.span) if entry else hint for hint in ask(keys, key))
