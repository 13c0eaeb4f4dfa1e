"""What worker processes do; importing this loads WeasyPrint with all that it needs."""

from __future__ import annotations

import gc

from msgspec.structs import replace

from report import environment

try:
    environment.prepare()
except OSError as fault:
    raise ImportError(str(fault)) from fault

from report.pdf import fonts, layout
from report.pdf.fragment import Face, Fonts, LaidOut, Unit

gc.freeze()

PAGES_BETWEEN_COLLECTIONS = 32
"""A collection takes as long as a page, and the boxes of a page take 1 MB."""

LONGEST_PAUSE = 3
"""So many times as many pages are laid out at a stretch where somebody waits for them."""


def prepare(sample: Unit, stays: bool) -> None:
    """Lay out a sample: stylesheet, fonts and hyphenation are then at hand for the units that need them.

    Where the process stays, it will be given the same units again, and keeps more of them in memory.
    """
    global _pause
    if stays:
        layout.stay()
        _pause = LONGEST_PAUSE * PAGES_BETWEEN_COLLECTIONS
    layout.lay_out(sample)
    gc.collect()
    gc.freeze()


def lay_out(unit: Unit) -> LaidOut:
    """A chapter's pages; the fonts only where this process has not yet handed them out."""
    global _uncollected
    gc.disable()
    laid = layout.lay_out(unit)
    new = {digest: content for digest, content in laid.fonts.items() if digest not in _handed_out}
    _uncollected += laid.fragment.page_count
    _collect_after(_pause)
    _handed_out.update(new)
    return replace(laid, fonts=new)


def rest() -> None:
    """Collect what is not needed any more, while nobody waits."""
    _collect_after(PAGES_BETWEEN_COLLECTIONS)


def _collect_after(pages: int) -> None:
    global _uncollected
    if _uncollected > pages:
        gc.collect()
        _uncollected = 0


_handed_out: set[str] = set()
_uncollected = 0
_pause = PAGES_BETWEEN_COLLECTIONS


def embed_fonts(request: tuple[tuple[Face, ...], dict[str, bytes]]) -> Fonts:
    """The fonts of a report, from faces and font files."""
    return fonts.embed(*request)


def read_stylesheet(sheet: tuple[str, str]) -> tuple[str, ...]:
    """What WeasyPrint does not understand in a stylesheet, given by its text and path."""
    return layout.stylesheet_messages(*sheet)
