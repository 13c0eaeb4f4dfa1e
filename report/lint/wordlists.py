"""The words that rules know: small lists, by language."""

from __future__ import annotations

from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


RIGHTLY_REPEATED = _set(
    "had that is was bye blah boo far her ha hear hush long many more never no now please so such there very well yes"
)
"""English words that may follow themselves."""

WRONGLY_REPEATED: Mapping[str, frozenset[str]] = {
    "de": _set("und oder aber von vom mit zu zum zur im am ein eine einer eines nicht auf für wie auch nur"),
    "fr": _set("le la les de des du et ou un une dans par pour sur avec au aux est sont ce cette qui"),
}
"""The words of other languages that may not; most of what follows itself there is right."""
