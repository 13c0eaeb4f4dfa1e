"""Which CSL type an entry has: biblatex's types, their aliases, and the types of CSL under their own names."""

from __future__ import annotations

from collections.abc import Mapping

from report.bibtex.tables import words

_TYPES: Mapping[str, str] = {
    "article": "article-journal",
    "suppperiodical": "article-journal",
    "periodical": "periodical",
    **dict.fromkeys(words("book mvbook collection mvcollection proceedings mvproceedings"), "book"),
    **dict.fromkeys(words("reference mvreference commentary"), "book"),
    **dict.fromkeys(words("inbook bookinbook suppbook incollection suppcollection"), "chapter"),
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "booklet": "pamphlet",
    **dict.fromkeys(words("report manual"), "report"),
    "thesis": "thesis",
    "online": "webpage",
    "dataset": "dataset",
    "software": "software",
    "standard": "standard",
    "patent": "patent",
    "unpublished": "manuscript",
    "letter": "personal_communication",
    "jurisdiction": "legal_case",
    **dict.fromkeys(words("legislation legal"), "legislation"),
    **dict.fromkeys(words("movie video"), "motion_picture"),
    **dict.fromkeys(words("audio music"), "song"),
    **dict.fromkeys(words("artwork image"), "graphic"),
    "performance": "performance",
    "review": "review",
    "misc": "document",
}

_SUBTYPES: Mapping[tuple[str, str], str] = {
    ("article", "magazine"): "article-magazine",
    ("article", "newspaper"): "article-newspaper",
    ("suppperiodical", "magazine"): "article-magazine",
    ("suppperiodical", "newspaper"): "article-newspaper",
    ("online", "blog"): "post-weblog",
    ("online", "forum"): "post",
    ("online", "post"): "post",
    ("inreference", "dictionary"): "entry-dictionary",
    ("review", "book"): "review-book",
    ("misc", "archival"): "manuscript",
    ("legislation", "bill"): "bill",
    ("legal", "treaty"): "treaty",
}

_OF_CSL = frozenset(
    words(
        "article bill broadcast classic document entry event figure graphic hearing interview legal_case manuscript "
        "map motion_picture musical_score pamphlet personal_communication post regulation song speech treaty webpage"
    )
)

AS_WRITTEN = frozenset(words("legal_case legislation bill regulation treaty hearing software periodical"))
"""CSL types whose titles are names, and keep their capitals."""

IN_PERIODICAL = frozenset(words("article-journal article-magazine article-newspaper periodical review review-book"))
"""CSL types whose `number` is that of an issue."""

IN_BOOK = frozenset(words("chapter entry entry-encyclopedia entry-dictionary paper-conference"))
"""CSL types that are part of something with a title and, mostly, a series."""

DATA_ONLY = frozenset(words("xdata set bibnote"))
"""Types of entries that are no works."""


def csl_type(kind: str, subtype: str, has_event: bool) -> str | None:
    """The CSL type; nothing where the type is in no list."""
    if kind == "unpublished" and has_event:
        return "speech"
    found = _SUBTYPES.get((kind, subtype.strip().lower())) or _TYPES.get(kind)
    return found or (kind if kind in _OF_CSL else None)


def known_types() -> tuple[str, ...]:
    """All types an entry may have."""
    return (*_TYPES, *_OF_CSL, "conference", "electronic", "www", "phdthesis", "mastersthesis", "techreport")
