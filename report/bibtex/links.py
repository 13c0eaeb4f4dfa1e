"""Where a work is found: its address, its identifiers, and the fields that hold nothing but an address."""

from __future__ import annotations

import re
from collections.abc import Mapping

from report.bibtex.latex import decode_plain
from report.bibtex.making import Making, unescaped
from report.bibtex.model import Field

_LINKS: Mapping[str, str] = {
    "arxiv": "https://arxiv.org/abs/",
    "jstor": "https://www.jstor.org/stable/",
    "pubmed": "https://www.ncbi.nlm.nih.gov/pubmed/",
    "googlebooks": "https://books.google.com/books?id=",
    "hdl": "https://hdl.handle.net/",
    "hal": "https://hal.science/",
}
"""Where an `eprint` is found, by its `eprinttype`."""

_NUMBERS: Mapping[str, str] = {"pubmed": "PMID", "pmid": "PMID", "pmc": "PMCID", "pmcid": "PMCID"}
_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_LINKED = re.compile(r"\\href\s*\{([^{}]+)\}")
_ONLY_LINK = re.compile(r"\s*(?:\\url\s*\{([^{}]+)\}|(https?://[^\s{}]+))\s*")


def identifiers(making: Making) -> dict[str, str]:
    """The variables that are addresses or numbers in some register."""
    kind = making.raw("eprinttype").lower()
    eprint = making.verbatim("eprint")
    doi = _DOI.sub("", making.verbatim("doi"))
    found = {"URL": making.verbatim("url") or _eprint_link(kind, eprint), "DOI": doi}
    if not found["URL"] and not doi:
        found["URL"] = _address(making.raw(making.link)) or _address(making.raw("title"))
    if kind in _NUMBERS:
        found[_NUMBERS[kind]] = eprint
    elif eprint and kind not in _LINKS and making.type != "article":
        found |= {"archive": decode_plain(making.raw("eprinttype")), "archive_location": eprint}
    return found


def _eprint_link(kind: str, eprint: str) -> str:
    if eprint.startswith(("http://", "https://")):
        return eprint
    return _LINKS[kind] + eprint.removeprefix("arXiv:") if eprint and kind in _LINKS else ""


def _address(text: str) -> str:
    """The address that is all of a text, or stands behind a linked one."""
    found = _ONLY_LINK.fullmatch(text) or _LINKED.search(text)
    return unescaped(found[found.lastindex or 0]) if found else ""


def link_field(fields: Mapping[str, Field]) -> str:
    """The field that says no more than where the work is, if nothing else says that or if it says the same."""
    url = fields["url"].value.strip() if "url" in fields else ""
    elsewhere = url or not {"doi", "eprint"}.isdisjoint(fields)
    for name in ("howpublished", "note"):
        text = fields[name].value if name in fields else ""
        if _ONLY_LINK.fullmatch(text) and (not elsewhere or _address(text) == url):
            return name
    return ""
