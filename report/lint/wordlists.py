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

ACCUSATIONS = _set(
    "accused accuses alleged alleges allegedly admitted confessed bribed bribes smuggled smuggles stole stolen "
    "embezzled laundered murdered killed executed tortured kidnapped abducted extorted looted massacred raped conspired"
)
"""English verbs that charge somebody with something."""

SUPPOSING = _set("would could should might may if whether not no nor never nobody none neither who what why how")
"""Words of sentences that deny, ask or suppose."""

WELL_KNOWN = _set(
    "AD AM BC BBC BCE CD CE CEO CNN CSV CV DC DNA DOI DVD EU FAQ GDP GPS HTML HTTP ID IMF ISBN ISSN IT MP NATO NGO OK "
    "PC PDF PM PO PR QR RAM RNA SMS SQL TB TV UK UN URL US USA USB USD EUR UTC VAT VIP XML TLP"
)
"""Acronyms that nobody explains."""
