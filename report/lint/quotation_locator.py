"""A quotation without the page on which it stands.

Who quotes word for word has the page before their eyes; without it a reader must search a book for a sentence. It is
asked of sources that have pages, not of pages on the web. A quotation is at least four words in quotation marks, or a
block of its own; the title of what is cited is none. A locator of any kind will do, or a word behind the key.

Fires:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    Haddad holds that “nobody has read the registers.”[@haddad2019]

Does not:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    Haddad holds that “nobody has read the registers.”[@haddad2019, p. 12] Hers is the first of them.[@haddad2019]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from report.bibtex import Work, compared
from report.document import Citation, Cite, Node, Note, plain_text
from report.lint.manuscript import Finding, Manuscript, cites_of
from report.lint.prose import CALL, Prose
from report.lint.sentences import quotations, sentences

CODE = "quotation-locator"
SEVERITY = "warning"

WORDS = 4
"""What is shorter is a term more often than a quotation."""

_PAGED = ("book", "mvbook", "collection", "inbook", "incollection", "bookinbook", "proceedings", "inproceedings")
_MOSTLY_PAGED = ("thesis", "report", "manual", "booklet", "periodical", "article")


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """The citation of every such quotation."""
    for prose in manuscript.prose:
        if CALL not in prose.text:
            continue
        for words, call in _cited(prose):
            yield from _in(words, call, manuscript)


def _cited(prose: Prose) -> Iterator[tuple[str, Node]]:
    """Each quotation with the note or citation that belongs to it."""
    if prose.place == "quote":
        yield prose.text, prose.piece(prose.text.rindex(CALL)).node
        return
    found = tuple(sentences(prose))
    for start, end in quotations(prose):
        place = bisect_left(found, end, key=lambda one: one[1])
        stop = found[place][1] if place < len(found) else end
        at = prose.text.find(CALL, end, stop)
        if at >= 0:
            yield prose.text[start:end], prose.piece(at).node


def _in(words: str, call: Node, manuscript: Manuscript) -> Iterator[Finding]:
    cites = tuple(cites_of(call)) if isinstance(call, Citation | Note) else ()
    if len(re.findall(r"\w+", words)) < WORDS or any(map(_says_where, cites)):
        return
    for cite in cites:
        work = manuscript.work(cite.key)
        if work and _has_pages(work) and not _is_title(words, work):
            message = f"a quotation from `{cite.key}` without the page on which it stands"
            yield Finding(message, cite.span, (f"add it: [@{cite.key}, p. 3]",))
            return


def _says_where(cite: Cite) -> bool:
    return bool(cite.locator or plain_text(cite.suffix).strip())


def _has_pages(work: Work) -> bool:
    pages = work.raw("pages")
    if pages:
        return not re.fullmatch(r"\w+", pages)
    is_online = bool(work.raw("url")) and work.type in ("article", "periodical")
    return work.type in (*_PAGED, *_MOSTLY_PAGED) and not is_online


def _is_title(words: str, work: Work) -> bool:
    plain = compared(words)
    titles = (compared(work.text(name)) for name in ("title", "subtitle", "shorttitle", "booktitle", "journaltitle"))
    return any(plain in title or title in plain for title in titles if title)
