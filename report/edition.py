"""The HTML edition: linked chapters → one page, with sections where the PDF has pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from report import linking
from report.cache import Cache, digest_of
from report.document import Chapter
from report.html import screen
from report.html.screen.fonts import subset
from report.linking import SymbolTable
from report.metadata import Metadata
from report.pictures import Assets
from report.source import Source


def resolved(chapters: tuple[Chapter, ...], table: SymbolTable) -> Iterator[Chapter]:
    """The printed chapters of a linked report as its page has them."""
    printed = [(place, chapter) for place, chapter in enumerate(chapters) if chapter.printed]
    placed = linking.with_pages(table, linking.sections(chapter for _, chapter in printed))
    return (linking.resolve(linking.without_pages(chapter), place, placed) for place, chapter in printed)


def compose(
    chapters: Iterable[Chapter],
    metadata: Metadata,
    stylesheets: Sequence[Source],
    assets: Assets,
    cache: Cache,
) -> screen.Page:
    """The page of resolved chapters."""
    return screen.page(chapters, metadata, stylesheets, assets, partial(_cut, cache))


def _cut(cache: Cache, font: bytes, characters: str) -> bytes:
    """A font with these characters alone; cutting takes long, and the next build has most likely the same."""
    return cache.get_or_make("face", partial(subset, font, characters), digest_of(font), characters)
