"""One source under two keys.

Readers then find it twice in the bibliography, and short forms of its notes do not refer back to the first. Two
entries are one source where they have the same DOI, the same address with the same title or date, or type, authors,
title and year in common. Parts of one book may share its DOI, and editions and volumes a title.

Fires:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    @book{harbours,
      author = {Mariam Haddad},
      title = {Harbours and their books},
      date = {2019-05},
    }

    Two readers, one register.[@haddad2019, p. 12; @harbours, p. 14]

Does not:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    @book{haddad2021,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      edition = {2},
      date = {2021},
    }

    Two editions, one register.[@haddad2019, p. 12; @haddad2021, p. 14]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from report.bibtex import Work, compared, works
from report.diagnostics import Hint
from report.lint.manuscript import Finding, Manuscript

CODE = "entry-duplicate"
SEVERITY = "warning"


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every entry that is the same source as one before it, where one of them is cited."""
    first: dict[tuple[str, ...], Work] = {}
    for work in works(manuscript.library, manuscript.library.keys()):
        same = next((first[mark] for mark in _marks(work) if mark in first), None)
        for mark in _marks(work):
            first.setdefault(mark, work)
        cited = manuscript.works.keys()
        if same and not _is_apart(work, same) and {work.entry.key, same.entry.key} & cited:
            hint = Hint(f"cite one of them, or make `{work.entry.key}` another name: ids = {{…}}", same.entry.span)
            yield Finding(
                f"`{work.entry.key}` seems to be the same source as `{same.entry.key}`", work.entry.span, (hint,)
            )


def _marks(work: Work) -> Iterator[tuple[str, ...]]:
    """What no other source has."""
    title, year = compared(f"{work.text('title')} {work.text('subtitle')}"), _year(work)
    if doi := _doi(work.raw("doi")):
        yield ("doi", doi, _part(work))
    if address := _address(work.raw("url")):
        yield ("url", address, title, _part(work))
        if date := work.raw("date") or work.raw("year"):
            yield ("url", address, date, _part(work))
    people = " ".join(sorted(compared(work.text("author") or work.text("editor") or work.text("institution")).split()))
    if people and year and len(title) > 10:
        copies = ("volume", "number", "part", "edition", "chapter", "pages", "version", "eventdate")
        yield ("title", title, year, people, work.type, *(work.raw(name) for name in copies))


def _is_apart(one: Work, other: Work) -> bool:
    """Whether one of them says what it is to the other."""
    links = " ".join(work.entry.value(name) for work in (one, other) for name in ("related", "crossref", "xref"))
    return bool({one.entry.key, other.entry.key} & set(re.split(r"[\s,]+", links)))


def _part(work: Work) -> str:
    """What tells the parts of a book apart that share its number or address."""
    return compared(work.text("title")) if work.is_part else ""


def _doi(text: str) -> str:
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.lower())


def _address(text: str) -> str:
    """An address without what does not tell pages apart; empty for that of a whole site."""
    try:
        parts = urlsplit(text.replace("\\", ""))
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    queries = sorted(one for one in parts.query.split("&") if one and not one.startswith("utm_"))
    host = (parts.netloc.lower()).removeprefix("www.")
    return f"{host}{path}?{'&'.join(queries)}" if host and (path or queries) else ""


def _year(work: Work) -> str:
    found = re.search(r"\d{4}", work.raw("date") or work.raw("year"))
    return found[0] if found else ""
