"""An entry of the bibliography that no chapter cites.

It is either left over, or the citation is missing. Entries that others inherit from or are related to count as cited,
and so does what `nocite` in `report.yml` names; `nocite: "*"` says that the bibliography is a list of its own. Where
chapters print other text in other outputs, nothing is said.

Fires:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    The registers have been read by others.

Does not:

    @book{haddad2019,
      author = {Haddad, Mariam},
      title = {Harbours and Their Books},
      date = {2019},
    }

    The registers have been read by others.[@haddad2019, p. 12]
"""

from __future__ import annotations

from collections.abc import Iterator

from report.bibtex import Library, used
from report.lint.manuscript import Finding, Manuscript

CODE = "entry-uncited"
SEVERITY = "info"

MOST = 10
"""Entries that are named; a bibliography may be shared between reports."""


def check(manuscript: Manuscript) -> Iterator[Finding]:
    """Every entry that nothing needs; the last of many with their number."""
    nocite = {key.removeprefix("@") for key in manuscript.metadata.nocite}
    if "*" in nocite or any(chapter.by_output for chapter in manuscript.chapters):
        return
    cited = {use.name for chapter in manuscript.chapters for use in chapter.symbols.keys}
    left = _left(manuscript.library, cited | nocite)
    for key in left[:MOST]:
        is_last = key == left[:MOST][-1]
        more = (f"{len(left) - MOST} more not listed",) if is_last and len(left) > MOST else ()
        hints = ("cite it, name it under `nocite` in report.yml, or take it out", *more)
        yield Finding(f"no chapter cites `{key}`", manuscript.library.entries[key].span, hints)


def _left(library: Library, keys: set[str]) -> list[str]:
    works = library.keys()
    needed = used(library, keys)
    return [key for key in works if key not in needed]
