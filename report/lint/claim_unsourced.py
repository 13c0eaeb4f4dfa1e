"""A claim without a note: a number, a date, a percentage or an accusation that nothing bears out.

In a report of which every statement carries its source, such a sentence has a note, or stands beside a sentence that
has one, or in a paragraph that ends with one. A reference to a table, figure or section will do. It is asked of the
running text of numbered chapters, not of lists, boxes, headings, captions and summaries. Of accusations only English
words are known, and nothing is said of one that is denied or supposed.

It is off unless `report.yml` asks for it, `lint: {claim-unsourced: info}`: a report of figures, or of what its author
saw, is its own source.

Fires:

    In 2016 the council sold 340 tons of grain. Nobody had asked it to.

Does not:

    In 2016 the council sold 340 tons of grain.^[By its own register.] Nobody had asked it to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.document import Chapter
from report.lint.manuscript import Finding, Manuscript
from report.lint.prose import CALL, REFERENCE, Prose, of_chapter
from report.lint.sentences import sentences
from report.lint.wordlists import ACCUSATIONS, SUPPOSING

CODE = "claim-unsourced"
SEVERITY = "off"

_NUMBER = re.compile(r"(?<![\w.,-])(?:[$€£]\s?\d|\d+(?:[.,]\d+)*\s?(?:%|percent\b|per cent\b)|\d[\d.,]*\d\b)")
_COUNTED = re.compile(
    r"\b(?:chapters?|sections?|figures?|tables?|notes?|parts?|paragraphs?|articles?|pages?|appendix|annex)\s+[\d.]+",
    re.I,
)


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every such sentence."""
    for chapter in manuscript.printed:
        if chapter.numbered:
            yield from _in(chapter, manuscript)


def _in(chapter: Chapter, manuscript: Manuscript) -> Iterator[Finding]:
    for prose in of_chapter(chapter, manuscript.metadata.lang):
        if prose.place != "text":
            continue
        found = tuple(sentences(prose))
        if not found or _is_borne_out(prose.text[slice(*found[-1])]):
            continue
        borne_out = [False, *(_is_borne_out(prose.text[start:end]) for start, end in found), False]
        for place, (start, end) in enumerate(found, 1):
            sentence = prose.text[start:end]
            if not any(borne_out[place - 1 : place + 2]) and (what := _claim(sentence, prose)):
                first = start + len(sentence) - len(sentence.lstrip())
                span = prose.span(first, end, manuscript.sources)
                yield Finding(f"a sentence with {what} and no note", span, ("say where it is from",))


def _is_borne_out(sentence: str) -> bool:
    return CALL in sentence or REFERENCE in sentence or sentence.rstrip().endswith(":")


def _claim(sentence: str, prose: Prose) -> str:
    """What it is in a sentence that needs a source; empty where it has nothing of the kind."""
    number = _NUMBER.search(_COUNTED.sub("", sentence))
    if number:
        return f"`{number[0].strip()}`"
    words = set(re.findall(r"[a-z]+", sentence.lower())) if prose.language.lower().startswith("en") else set()
    accusing = sorted(words & ACCUSATIONS) if not words & SUPPOSING else ()
    return f"the word `{accusing[0]}`" if accusing else ""
