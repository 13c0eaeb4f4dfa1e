"""The titles of a work and of what it is part of, each with subtitle and addon."""

from __future__ import annotations

from collections.abc import Callable

from report.bibtex.making import Making
from report.bibtex.richtext import Rich, joined, plain

_AROUND = ("maintitle", "booktitle", "issuetitle")


def title_variables(making: Making) -> dict[str, Rich]:
    """The variables that are titles.

    A work in several volumes has its own title as `title` (of a part: `container-title`) and that of the volume as
    `volume-title`, by the definitions in CSL 1.0.2, appendix "Standard Variables"."""
    own, main, book, issue = (_whole(making, name, making.title) for name in ("title", *_AROUND))
    journal = _whole(making, "journaltitle", making.rich)  # names of periodicals keep their capitals
    event = joined((making.text("eventtitle"), making.text("eventtitleaddon")), ", ")
    short = making.title("shorttitle") or (making.title("title") if making.raw("subtitle") else ())
    found = {"title": own, "title-short": short, "container-title": journal or book, "volume-title": issue}
    found |= {"event-title": event, "event": event}
    match making.type:
        case "periodical" if issue:
            found |= {"title": issue, "container-title": own, "volume-title": ()}
        case "book" if book:  # what parts of the book inherit, as BibTeX has it
            found |= {"title": main or own or book, "volume-title": own if main else (), "container-title": ()}
        case _ if main and book:
            found |= {"container-title": main, "volume-title": book}
        case _ if main:
            found |= {"title": main, "volume-title": own, "title-short": making.title("shorttitle")}
    return found


def _whole(making: Making, name: str, read: Callable[[str], Rich]) -> Rich:
    """A title with its subtitle after a colon and its addon after a full stop."""
    title, subtitle = read(name), read(name.removesuffix("title") + "subtitle")
    whole = joined((title, subtitle), " " if plain(title).endswith(("?", "!", ".", ":", "—")) else ": ")
    return joined((whole, making.rich(f"{name}addon")), " " if plain(whole).endswith(("?", "!", ".")) else ". ")
