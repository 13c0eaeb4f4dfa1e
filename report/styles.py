"""The citation style that a project asks for, by the name of a packaged one or as a `.csl` file of its own."""

from __future__ import annotations

from functools import lru_cache

from report import csl
from report.diagnostics import Diagnostic, did_you_mean, error
from report.files import Files, Unreadable
from report.metadata import Metadata
from report.source import Source, Span


def citation_style(metadata: Metadata, files: Files, place: Span) -> tuple[csl.Style, tuple[Diagnostic, ...]]:
    """The style, or the default one and what is wrong with the one that is named at `place`."""
    if metadata.csl.endswith(".csl"):
        found = files.text(metadata.csl)
        if isinstance(found, Unreadable):
            return _default(), (error("style-missing", f"`{metadata.csl}` {found.reason}", place),)
        return _parsed(found.text, metadata.csl, place, found)
    name = csl.with_ibid(metadata.csl) if metadata.ibid else metadata.csl
    text = csl.style_text(name)
    if text is None:
        near = did_you_mean(metadata.csl, csl.style_names())
        hints = near or ("give the name of a CSL style, or the path of a .csl file",)
        return _default(), (error("style-unknown", f"no citation style `{metadata.csl}`", place, *hints),)
    return _parsed(text, name, place, None)


def _parsed(text: str, name: str, place: Span, own: Source | None) -> tuple[csl.Style, tuple[Diagnostic, ...]]:
    try:
        return _read(text, name), ()
    except csl.StyleError as fault:
        start = own.offset(fault.line, fault.column) if own else 0
        span = own.span(start, start + 1) if own else place
        hints = (fault.hint,) if fault.hint else ()
        return _default(), (error("style-broken", fault.message, span, *hints),)


@lru_cache(maxsize=4)
def _read(text: str, name: str) -> csl.Style:
    """The style; read once in a process, for it takes longer than the chapters."""
    return csl.parse_style(text, name)


def _default() -> csl.Style:
    name = Metadata().csl
    return _read(csl.style_text(name) or "", name)
