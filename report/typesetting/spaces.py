"""Spaces at which no line ends, and the marks that typing leaves wrong, by the habits of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

FIXED = "\u00a0"
NARROW = "\u202f"


class Habits(Struct, frozen=True):
    """What stays together in a language."""

    numbered: frozenset[str] = frozenset()
    """Words and abbreviations that keep the number behind them; those without a point keep a capital letter too."""
    titles: frozenset[str] = frozenset()
    """What keeps the name behind it."""
    counted: frozenset[str] = frozenset()
    """What keeps the number before it, besides units."""
    months: frozenset[str] = frozenset()
    """What keeps its day."""
    day_follows: bool = False
    """Whether a day may stand behind its month as well."""
    abbreviations: frozenset[tuple[str, str]] = frozenset()
    """Two parts of one, which stand a narrow space apart."""
    has_high_marks: bool = False
    """Whether marks stand a space behind their word, and quotation marks apart from what they hold."""
    marks: tuple[tuple[re.Pattern[str], str], ...] = ()
    """Apostrophes and primes that were taken for quotation marks."""


@lru_cache(maxsize=8192)
def spaced(text: str, language: str) -> str:
    """The text with such spaces in place of plain ones; nothing else moves, so that searching finds what it did."""
    habits = _BY_LANGUAGE.get(language.partition("-")[0].lower(), _COMMON)
    if " " in text:
        text = "".join(_joined(text.split(" "), habits))
    if habits.marks and not _TYPED.isdisjoint(text):
        for pattern, mark in habits.marks:
            text = pattern.sub(mark, text)
    return text


def joins(before: str, after: str, language: str) -> str:
    """The space that joins two words on two lines of the source; empty where lines may break between them."""
    if before[-1:].isspace() or after[:1].isspace():
        return ""
    space = spaced(f"{before} {after}", language)[len(before) : len(before) + 1]
    return space if space in (FIXED, NARROW) else ""


def _joined(words: list[str], habits: Habits) -> Iterator[str]:
    yield words[0]
    for before, after in pairwise(words):
        yield _between(before, after, habits) if before and after else " "
        yield after


def _between(before: str, after: str, habits: Habits) -> str:
    """The space between two words."""
    word, first = before.lstrip(_OPENING), after[0]
    last = before[-1]
    if last in "§¶" or (first in "–—…" and len(after) == 1):
        return FIXED
    if first.isdigit():
        return FIXED if last in "€$£¥№" or _takes_number(word, after, habits) else _within(before, after, habits)
    if last.isdigit() or word[:1].isdigit():
        return FIXED if _takes_count(word, after, habits) else _within(before, after, habits)
    if first.isupper() and (word in habits.titles or _INITIAL.fullmatch(word)) and after[1:]:
        return FIXED
    if (word in habits.numbered or word.lower() in habits.numbered) and _LETTERS.match(after):
        return FIXED if word[-1] != "." or not _LETTER.match(after) else " "
    return _within(before, after, habits)


def _takes_number(word: str, after: str, habits: Habits) -> bool:
    is_day = habits.day_follows and word in habits.months and _DAY.match(after)
    return bool(is_day or word in habits.numbered or word.lower() in habits.numbered)


def _takes_count(word: str, after: str, habits: Habits) -> bool:
    stem = after.rstrip(_CLOSING)
    if {stem, stem.rstrip(".")} & habits.months:
        return _DAY.fullmatch(word) is not None
    return word[-1].isdigit() and not {stem, stem.rstrip(".")}.isdisjoint(_UNITS | habits.counted)


def _within(before: str, after: str, habits: Habits) -> str:
    """The space between parts of an abbreviation, or beside a high mark."""
    if habits.has_high_marks:
        if after[0] in ";!?»" or before[-1] == "«":
            return NARROW
        if after == ":":
            return FIXED
    if not habits.abbreviations:
        return " "
    pair = before.lstrip(_OPENING), after.rstrip(_CLOSING)
    return NARROW if pair in habits.abbreviations else " "


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _pairs(abbreviations: str) -> frozenset[tuple[str, str]]:
    parts = (abbreviation.split(" ") for abbreviation in abbreviations.split(", "))
    return frozenset((first, second) for first, second in parts)


_OPENING = "([{“„‘‚«‹\"'¿¡"
_CLOSING = ",;:!?)]}”“’‘»›\"'"
_TYPED = frozenset("'‘’‚\"”")
_INITIAL = re.compile(r"[A-ZÀ-ÖØ-Þ]\.")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er|\.)?(?!\d)")
_LETTERS = re.compile(r"(?:[IVXLC]+|[ivxlc]+|[A-Z])\b(?!\.?[’'])")
_LETTER = re.compile(r"[ABD-HJKM-UWYZ]\b")
"""A capital that is no roman number."""

_UNITS = _set(
    "% ‰ ° °C m km cm mm µm m² km² m³ ha g kg mg t kt W kW MW GW Wh kWh MWh GWh Hz kHz MHz GHz B KB kB MB "
    "GB TB KiB MiB GiB V kV MV km/h mph nm ft lb bbl b/d dpi pt px EUR USD GBP CHF"
)

_COMMON = Habits()

_ENGLISH = Habits(
    numbered=_set(
        "p. pp. vol. vols. no. nos. para. paras. ch. chap. chaps. sec. secs. fig. figs. art. arts. fol. fols. l. ll. "
        "n. nn. pt. pts. bk. bks. col. cols. ed. eds. c. ca. cf. app. tab. fn. figure figures table tables page pages "
        "chapter chapters section sections part volume number note notes series appendix annex article paragraph "
        "paragraphs act book line lines box folder map phase class type grade group column footnote equation item reel"
    ),
    titles=_set("Mr. Mrs. Ms. Dr. Prof. St. Gen. Col. Lt. Maj. Capt. Sgt. Rev. Hon. Sen. Rep. Gov. Amb. Mr Mrs Ms Dr"),
    counted=_set("million billion trillion a.m. p.m. a.m p.m AM PM BC BCE CE AD AH"),
    months=_set(
        "January February March April May June July August September October November December "
        "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec."
    ),
    day_follows=True,
    marks=(
        (re.compile(r"(?<!\w)['‘](?=\d0s\b|\d\d\b(?![^‘’]*’(?!\w))|(?:tis|twas|em|cause|til|bout|n)\b)"), "’"),
        (re.compile(r"(\d°)\s?(\d+)[’'‘]"), f"\\1{FIXED}\\2′"),
        (re.compile(r"(\d)[’'](\s?)(\d+)[\"”]"), "\\1′\\2\\3″"),
        (re.compile(r"(′\s?\d+(?:\.\d+)?)[\"”]"), "\\1″"),
    ),
)
"""With decades ('90s), words that begin with an apostrophe, and primes."""

_GERMAN = Habits(
    numbered=_set(
        "S. Bd. Bde. Nr. Nrn. Abb. Tab. Kap. Abs. Art. Anm. Jg. H. Sp. Rn. Z. Bl. Ziff. ca. Seite Abbildung Tabelle "
        "Kapitel Abschnitt Anhang Artikel Absatz Band Heft Nummer Anmerkung"
    ),
    titles=_set("Hr. Hrn. Fr. Dr. Prof. St. Frau Herr Herrn"),
    counted=_set("Millionen Milliarden Mio Mrd Uhr Euro Jh"),
    months=_set("Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"),
    abbreviations=_pairs(
        "z. B., d. h., u. a., u. U., i. d., d. R., o. g., o. ä., u. ä., s. o., s. u., v. a., v. Chr., n. Chr., z. T."
    ),
    marks=((re.compile(r"‚(?=\d0er\b)"), "’"),),
)

_FRENCH = Habits(
    numbered=_set(
        "p. pp. vol. no n° nos chap. art. fig. tabl. t. fasc. sq. cf. env. col. page pages figure tableau chapitre "
        "section note annexe article tome volume"
    ),
    titles=_set("M. MM. Mme Mmes Mlle Dr Pr Me Mgr"),
    counted=_set("million millions milliard milliards euro euros av apr ème"),
    months=_set("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    has_high_marks=True,
)

_BY_LANGUAGE = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH}
