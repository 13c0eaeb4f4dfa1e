"""Spaces at which no line ends, and the marks that typing leaves wrong, by the habits of each language."""

from __future__ import annotations

import re
from functools import cache
from typing import TypeAlias

FIXED = "\u00a0"
NARROW = "\u202f"

_Rule: TypeAlias = tuple[re.Pattern[str], str]


def spaced(text: str, language: str) -> str:
    """The text with such spaces in place of plain ones; nothing else moves, so that searching finds what it did."""
    for pattern, replacement in _rules(language.partition("-")[0].lower()):
        text = pattern.sub(replacement, text)
    return text


def joins(before: str, after: str, language: str) -> str:
    """The space that joins two words on two lines of the source; empty where lines may break between them."""
    if before[-1:].isspace() or after[:1].isspace():
        return ""
    found = spaced(f"{before} {after}", language)
    space = found[len(before) : len(before) + 1]
    return space if space in (FIXED, NARROW) and found.startswith(before) else ""


def _after(words: str, follows: str, flags: int = 0) -> _Rule:
    """Words and abbreviations that stay with what follows them."""
    return re.compile(rf"(?<![\w-])({_any(words)}) (?={follows})", flags), rf"\1{FIXED}"


def _any(words: str) -> str:
    """One of the words, the longest that fits."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_NUMBER = r"\d|[IVXLC]+\b|[ivxlc]+\b"
_NUMBER_OR_LETTER = r"\d|[IVXLC]+\b|[A-Z]\b(?!\.?[’'])"

_UNITS = (
    r"%|‰|°|(?:[kcmµ]?m|[kMG]?[Wtg]|k?g|mg|km/h|km²|m²|m³|ha|[kMG]?Hz|[kKMGT]i?B|[kMG]?Wh|[kM]?V|dpi|pt|px|°C|"
    r"bbl|b/d|mph|nm|kt|ft|lb|EUR|USD|GBP|CHF)\b"
)

_COMMON: tuple[_Rule, ...] = (
    (re.compile(rf"(\d) (?={_UNITS})"), rf"\1{FIXED}"),
    (re.compile(r"([§¶]) (?=\S)"), rf"\1{FIXED}"),
    (re.compile(r"([€$£¥]|\bn°|\bNo|\b№) (?=\d)"), rf"\1{FIXED}"),
    (re.compile(r"(?<!\w)([A-ZÀ-Þ]\.) (?=[A-ZÀ-Þ][.\w’])"), rf"\1{FIXED}"),
    (re.compile(r" (?=[–—…](?:\s|$))"), FIXED),
)
"""Units, sections, currencies, initials, and the dash, which opens no line."""

_ENGLISH_MONTHS = (
    "January February March April May June July August September October November December "
    "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec."
)
_GERMAN_MONTHS = "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
_FRENCH_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


def _days(months: str, day: str) -> _Rule:
    """A day with its month."""
    return re.compile(rf"\b({day}) (?=(?:{_any(months)})(?!\w))"), rf"\1{FIXED}"


_ENGLISH: tuple[_Rule, ...] = (
    _after(
        "p. pp. vol. vols. no. nos. para. paras. ch. chap. chaps. sec. secs. fig. figs. art. arts. fol. fols. l. ll. "
        "n. nn. pt. pts. bk. bks. col. cols. ed. eds. c. ca. cf. app. tab. fn. s.",
        _NUMBER,
        re.IGNORECASE,
    ),
    _after(
        "figure figures table tables page pages chapter chapters section sections part volume number note notes series "
        "appendix annex article paragraph paragraphs act book line lines box map phase class type grade group column "
        "footnote equation item",
        _NUMBER_OR_LETTER,
    ),
    _after(
        "Figure Figures Table Tables Page Pages Chapter Chapters Section Sections Part Volume Number Note Notes Series "
        "Appendix Annex Article Paragraph Act Book Line Box Map Phase Class Type Grade Group Column",
        _NUMBER_OR_LETTER,
    ),
    _after(
        "Mr. Mrs. Ms. Dr. Prof. St. Gen. Col. Lt. Maj. Capt. Sgt. Rev. Hon. Sen. Rep. Gov. Amb. Mr Mrs Ms Dr",
        r"[A-ZÀ-Þ]",
    ),
    _after(_ENGLISH_MONTHS, r"\d{1,2}(?!\d)"),
    _days(_ENGLISH_MONTHS, r"\d{1,2}(?:st|nd|rd|th)?"),
    (re.compile(r"(\d) (?=(?:million|billion|trillion|[ap]\.m\.|AM|PM|BCE?|CE|AD|AH)(?!\w))"), rf"\1{FIXED}"),
    (re.compile(r"(?<!\w)['‘](?=\d0s\b|\d\d\b(?![^‘’]*’(?!\w))|(?:tis|twas|em|cause|til|bout|n)\b)"), "’"),
    (re.compile(r"""(\d°)\s?(\d+)[’'‘]"""), rf"\1{FIXED}\2′"),
    (re.compile(r"""(\d)[’'](\s?)(\d+)["”]"""), "\\1′\\2\\3″"),
    (re.compile(r"""(′\s?\d+(?:\.\d+)?)["”]"""), "\\1″"),
)
"""With decades ('90s), words that begin with an apostrophe, and primes."""

_GERMAN: tuple[_Rule, ...] = (
    _after(
        "S. Bd. Bde. Nr. Nrn. Abb. Tab. Kap. Abs. Art. Anm. Jg. H. Sp. Rn. Z. Bl. Ziff. ca. Seite Abbildung Tabelle "
        "Kapitel Abschnitt Anhang Artikel Absatz Band Heft Nummer Anmerkung",
        _NUMBER_OR_LETTER,
    ),
    _after("Hr. Hrn. Fr. Dr. Prof. St. Frau Herr Herrn", r"[A-ZÄÖÜ]"),
    _days(_GERMAN_MONTHS, r"\d{1,2}\."),
    (re.compile(r"\b([zduiosv]\.|[nv]\.) (?=(?:[BhaAuRogv]\.|d\.|Chr\.))"), rf"\1{NARROW}"),
    (re.compile(r"(\d) (?=(?:Millionen|Milliarden|Mio\.|Mrd\.|Uhr|Euro|Jh\.)(?!\w))"), rf"\1{FIXED}"),
    (re.compile(r"‚(?=\d0er\b)"), "’"),
)
"""Parts of an abbreviation (z. B.) stand a narrow space apart."""

_FRENCH: tuple[_Rule, ...] = (
    _after(
        "p. pp. vol. no n° nos chap. art. fig. tabl. t. fasc. sq. cf. env. col. page pages figure tableau chapitre "
        "section note annexe article tome volume",
        _NUMBER_OR_LETTER,
        re.IGNORECASE,
    ),
    _after("M. MM. Mme Mmes Mlle Dr Pr Me Mgr", r"[A-ZÀ-Þ]"),
    _days(_FRENCH_MONTHS, r"\d{1,2}|1er"),
    (re.compile(r"(\d) (?=(?:millions?|milliards?|euros?|av\.|apr\.|[eè]me)(?!\w))"), rf"\1{FIXED}"),
    (re.compile(r"[ \u00a0](?=[;!?])"), NARROW),
    (re.compile(r" (?=:(?:\s|$))"), FIXED),
    (re.compile(r"«[ \u00a0](?=\S)"), f"«{NARROW}"),
    (re.compile(r"(?<=\S)[ \u00a0]»"), f"{NARROW}»"),
)
"""High marks stand a narrow space behind their word."""

_BY_LANGUAGE = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH}


@cache
def _rules(language: str) -> tuple[_Rule, ...]:
    return (*_BY_LANGUAGE.get(language, ()), *_COMMON)
