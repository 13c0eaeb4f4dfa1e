"""Entries become CSL items: the one place that knows both biblatex's fields and CSL's variables.

Meaning of the fields: the biblatex manual, section "Entry Fields". Their variables are those that pandoc and Better BibTeX
choose; where these differ or have none, the reason stands with the field. Text is CSL's mini-HTML with `&`, `<` and `>` of the
file escaped, in every value but `id`. `file` and `annotation` are private and never leave the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from report.bibtex import dates, languages, names
from report.bibtex.casing import sentence_case
from report.bibtex.contributors import contributors
from report.bibtex.inheritance import Resolved, resolve
from report.bibtex.latex import decode, decode_plain
from report.bibtex.library import Entry, Field, Library, key_list
from report.bibtex.richtext import Rich, Run, escaped, html, joined, plain, without_case
from report.bibtex.tables import words
from report.bibtex.types import AS_WRITTEN, DATA_ONLY, IN_BOOK, IN_PERIODICAL, csl_type, known_types
from report.diagnostics import Diagnostic, did_you_mean, warning

Item = dict[str, object]

_PLAIN: Mapping[str, str] = {
    "volume": "volume",
    "volumes": "number-of-volumes",
    "part": "part-number",
    "chapter": "chapter-number",
    "version": "version",
    "pagetotal": "number-of-pages",
    "isbn": "ISBN",
    "issn": "ISSN",
    "library": "call-number",
    "series": "collection-title",
    "shortjournal": "container-title-short",
    "venue": "event-place",
    "origtitle": "original-title",
    "abstract": "abstract",
    "shorthand": "citation-label",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "reviewedtitle": "reviewed-title",
    **{name: name for name in words("archive archive_location archive-place archive_collection authority section scale")},
    **{name: name for name in words("dimensions medium source jurisdiction references reviewed-title reviewed-genre")},
}
"""Fields that are a variable under another name; then variables that files for CSL have as fields."""

_LISTS: Mapping[str, str] = {
    "location": "publisher-place",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
}

_LINKS: Mapping[str, str] = {
    "arxiv": "https://arxiv.org/abs/",
    "jstor": "https://www.jstor.org/stable/",
    "pubmed": "https://www.ncbi.nlm.nih.gov/pubmed/",
    "googlebooks": "https://books.google.com/books?id=",
    "hdl": "https://hdl.handle.net/",
    "hal": "https://hal.science/",
}
"""Where an `eprint` is found, by its `eprinttype`."""

_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_LINK = re.compile(r"\\(?:url|href)\s*\{([^{}]+)\}")
_ONLY_LINK = re.compile(r"\s*(?:\\url\s*\{([^{}]+)\}|(https?://[^\s{}]+))\s*")
_ESCAPE = re.compile(r"\\([%#&_~$])")
_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|\.)", re.IGNORECASE)
_ORDINALS = words("first second third fourth fifth sixth seventh eighth ninth tenth")


@dataclass(frozen=True, slots=True)
class Items:
    """CSL items in the order asked for, each once, and what is wrong with their entries."""

    items: tuple[Item, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Making:
    """An entry on its way to an item."""

    entry: Entry
    fields: Mapping[str, Field]
    type: str
    lang: str
    """Of the report."""
    recase: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def raw(self, name: str) -> str:
        return self.fields[name].value.strip() if name in self.fields else ""

    def rich(self, name: str) -> Rich:
        """The text of a field, with what its braces protect."""
        if not (text := self.raw(name)):
            return ()
        decoded = decode(text)
        for command in decoded.unknown:
            message = f"nobody knows what `\\{command}` in `{name}` of `{self.entry.key}` prints; it is left out"
            self.diagnostics.append(warning("bib-latex", message, self.fields[name].span))
        return decoded.runs

    def text(self, name: str) -> Rich:
        return without_case(self.rich(name))

    def title(self, name: str) -> Rich:
        return sentence_case(self.rich(name)) if self.recase else self.rich(name)

    def verbatim(self, name: str) -> str:
        """A field that is no LaTeX; but a backslash before `%` or `_` is nobody's address."""
        return _ESCAPE.sub(r"\1", self.raw(name))

    def list(self, name: str) -> Rich:
        """The parts of a literal list, as `publisher` is one."""
        parts = [without_case(decode(part).runs) for part in names.split(self.raw(name))]
        return joined(((Run("et al."),) if plain(part) == "others" else part for part in parts), "; ")


def items(library: Library, keys: Iterable[str], titles: str = "sentence-case", lang: str = "en-US") -> Items:
    """The items of the entries with these keys; keys that no entry has are passed over.

    `titles` is "sentence-case" or "as-is"; `lang` is the report's language, of which entries without one are."""
    made: dict[str, Item] = {}
    diagnostics: list[Diagnostic] = []
    for key in keys:
        entry = library.get(key)
        if entry is not None and entry.key not in made:
            resolved = resolve(library, entry)
            making = _making(resolved, titles, lang)
            made[entry.key] = _item(making)
            diagnostics += [*resolved.diagnostics, *making.diagnostics, *_missing_related(library, resolved)]
    return Items(tuple(made.values()), tuple(dict.fromkeys(diagnostics)))


def related(library: Library, key: str) -> tuple[tuple[str, str], ...]:
    """What an entry names in `related`: pairs of `relatedtype` and the key, as far as there are such entries."""
    entry = library.get(key)
    if entry is None:
        return ()
    kind = entry.value("relatedtype").strip().lower()
    found = (library.get(one) for one in key_list(entry.value("related")))
    return tuple((kind, one.key) for one in found if one is not None)


def keywords(entry: Entry) -> tuple[str, ...]:
    """The parts of `keywords`."""
    return tuple(text for part in entry.value("keywords").split(",") if (text := decode_plain(part)))


def _making(resolved: Resolved, titles: str, lang: str) -> _Making:
    entry, fields = resolved.entry, resolved.fields
    subtype = fields["entrysubtype"].value if "entrysubtype" in fields else ""
    kind = csl_type(resolved.type, subtype, has_event="eventtitle" in fields)
    diagnostics: list[Diagnostic] = []
    if resolved.type in DATA_ONLY:
        message = f"`{entry.key}` is `@{entry.type}`, which is no work that can be cited"
        diagnostics.append(warning("bib-no-work", message, entry.span))
    elif kind is None:
        message = f"unknown type `@{entry.type}` of `{entry.key}`; it is cited as `@misc`"
        diagnostics.append(warning("bib-type", message, entry.span, *did_you_mean(entry.type, known_types())))
    if kind == "article-journal" and "journaltitle" not in fields and "eprint" in fields:
        kind = "article"  # CSL's word for a preprint
    kind = kind or "document"
    english = languages.is_english(_language(fields) or lang)
    recase = titles == "sentence-case" and english and kind not in AS_WRITTEN
    return _Making(entry, fields, kind, lang, recase, diagnostics)


def _item(making: _Making) -> Item:
    item: Item = {"id": making.entry.key, "type": making.type}
    people, wrong = contributors(making.fields)
    item |= people
    making.diagnostics += wrong
    texts = _titles(making) | _numbers(making) | _publication(making)
    texts |= {variable: making.text(name) for name, variable in _PLAIN.items()}
    texts |= {variable: making.list(name) for name, variable in _LISTS.items()}
    item |= {variable: html(text) for variable, text in texts.items() if text}
    item |= {variable: date for variable, date in _dates(making).items() if date}
    item |= {variable: escaped(text) for variable, text in _identifiers(making).items() if text}
    return item


def _titles(making: _Making) -> dict[str, Rich]:
    own = _titled(making, "title", making.title)
    main = _titled(making, "maintitle", making.title)
    book = _titled(making, "booktitle", making.title)
    issue = _titled(making, "issuetitle", making.title)
    journal = _titled(making, "journaltitle", making.rich)
    event = joined((making.text("eventtitle"), making.text("eventtitleaddon")), ", ")
    short = making.title("shorttitle") or (making.title("title") if making.raw("subtitle") else ())
    titles = {"title": own, "title-short": short, "container-title": journal or book, "volume-title": issue}
    titles |= {"event-title": event, "event": event}
    match making.type:
        case "periodical" if issue:
            titles |= {"title": issue, "container-title": own, "volume-title": ()}
        case _ if main and book:
            titles |= {"container-title": main, "volume-title": book}
        case _ if main:
            titles |= {"title": main, "volume-title": own, "title-short": making.title("shorttitle")}
    return titles


def _titled(making: _Making, name: str, read: object) -> Rich:
    """A title with its subtitle after a colon and its addon after a full stop."""
    stem = name.removesuffix("title")
    parts = [making.title(one) if read == making.title else making.rich(one) for one in (name, f"{stem}subtitle")]
    whole, subtitle = parts
    if subtitle:
        whole = joined((whole, subtitle), " " if plain(whole).endswith(("?", "!", ".", ":", "—")) else ": ")
    addon = making.rich(f"{name}addon")
    return joined((whole, addon), " " if plain(whole).endswith(("?", "!", ".")) else ". ") if addon else whole


def _numbers(making: _Making) -> dict[str, Rich]:
    number, issue = making.text("number"), making.text("issue")
    if dates.season(plain(issue)) and not making.raw("month"):
        issue = ()  # the season goes into the date
    numbers: dict[str, Rich] = {"issue": issue, "edition": _edition(making), "page": _pages(making)}
    if making.type in IN_PERIODICAL:
        numbers["issue"] = joined((number, issue), ", ")
    elif making.raw("series") and (making.type in IN_BOOK or making.type in ("book", "pamphlet")):
        numbers["collection-number"] = number
    else:
        numbers["number"] = number
    return numbers


def _edition(making: _Making) -> Rich:
    edition = making.text("edition")
    text = plain(edition).lower().removesuffix(" ed.").removesuffix(" edition").strip()
    if text in _ORDINALS:
        return (Run(str(_ORDINALS.index(text) + 1)),)
    ordinal = _ORDINAL.fullmatch(text)
    return (Run(ordinal[1]),) if ordinal else edition


def _pages(making: _Making) -> Rich:
    """Pages, or the number of an electronic article, which most styles print in their place."""
    pages = making.text("pages") or making.text("eid")
    return tuple(Run(_DASHES.sub("-", run.text), run.tags) for run in pages)


def _publication(making: _Making) -> dict[str, Rich]:
    published = () if _ONLY_LINK.fullmatch(making.raw("howpublished")) else making.text("howpublished")
    institution = making.list("institution")
    bodies = [making.list("publisher"), institution, making.list("organization"), published]
    if making.type in ("legal_case", "patent", "legislation", "bill", "regulation"):
        bodies.remove(institution)
    texts = {"publisher": joined(dict.fromkeys(bodies), "; "), "genre": _keyed(making, "type")}
    texts["authority"] = institution if institution not in bodies else ()
    if making.type == "patent":
        texts["jurisdiction"] = making.list("location")
    if making.type == "article":
        texts |= _preprint(making, texts["publisher"])
    dated = any(making.raw(name) for name in ("date", "year"))
    texts["status"] = _keyed(making, "pubstate") if dated else ()
    texts["keyword"] = joined(((Run(word),) for word in _keywords(making)), ", ")
    texts["note"] = _note(making)
    return {variable: text for variable, text in texts.items() if text}


def _keyed(making: _Making, name: str) -> Rich:
    """What a key field prints: the words of its key, or the text it has instead."""
    word = languages.word(making.raw(name), making.lang)
    return (Run(word),) if word != making.raw(name) else making.text(name)


def _keywords(making: _Making) -> list[str]:
    return [text for part in making.raw("keywords").split(",") if (text := decode_plain(part))]


def _preprint(making: _Making, publisher: Rich) -> dict[str, Rich]:
    """A preprint names its archive as publisher and its number there."""
    kind, number = making.raw("eprinttype"), making.verbatim("eprint")
    archive = {"arxiv": "arXiv", "hal": "HAL"}.get(kind.lower(), kind)
    marked = f"{archive}:{number}" if archive == "arXiv" else number
    section = making.raw("eprintclass")
    return {
        "publisher": publisher or ((Run(archive),) if archive else ()),
        "number": making.text("number") or (Run(f"{marked} [{section}]" if section else marked),),
    }


def _note(making: _Making) -> Rich:
    note, addendum = making.text("note"), making.text("addendum")
    if _ONLY_LINK.fullmatch(making.raw("note")) and _link(making):
        note = ()
    return joined((note, addendum), " " if plain(note).endswith((".", "?", "!")) else ". ")


def _identifiers(making: _Making) -> dict[str, str]:
    kind = making.raw("eprinttype").lower()
    eprint = making.verbatim("eprint")
    doi = _DOI.sub("", making.verbatim("doi"))
    number = {"pubmed": "PMID", "pmid": "PMID", "pmc": "PMCID", "pmcid": "PMCID"}.get(kind)
    found = {"URL": making.verbatim("url") or _eprint_link(kind, eprint) or ("" if doi else _link(making)), "DOI": doi}
    if number:
        found[number] = eprint
    elif eprint and kind not in _LINKS and making.type != "article":
        found |= {"archive": decode_plain(making.raw("eprinttype")), "archive_location": eprint}
    found["language"] = _language(making.fields)
    return found


def _eprint_link(kind: str, eprint: str) -> str:
    if eprint.startswith(("http://", "https://")):
        return eprint
    return _LINKS[kind] + eprint.removeprefix("arXiv:") if eprint and kind in _LINKS else ""


def _link(making: _Making) -> str:
    """The address in a field that holds nothing else, or behind a linked text."""
    for name in ("howpublished", "note", "title", "addendum"):
        text = making.raw(name)
        found = _LINK.search(text) or _ONLY_LINK.fullmatch(text)
        if found:
            return _ESCAPE.sub(r"\1", found[1] or found[found.lastindex or 1])
    return ""


def _language(fields: Mapping[str, Field]) -> str:
    """The language of the work: `langid`, else the first of `language`."""
    for name in ("langid", "language"):
        parts = names.split(fields[name].value.replace(",", " and ")) if name in fields else ()
        if parts and (found := languages.tag(decode_plain(parts[0]))):
            return found
    return ""


def _dates(making: _Making) -> dict[str, dates.CslDate | None]:
    found = {
        "issued": _issued(making),
        "accessed": _date(making, "urldate"),
        "event-date": _date(making, "eventdate"),
        "original-date": _date(making, "origdate") or _date(making, "origyear"),
    }
    if found["issued"] and making.raw("issue") and not making.raw("month"):
        found["issued"] = dates.with_season(found["issued"], decode_plain(making.raw("issue")))
    return found


def _issued(making: _Making) -> dates.CslDate | None:
    """`date` before `year`; without either, what `pubstate` says."""
    if making.raw("date"):
        return _date(making, "date")
    year, month = decode_plain(making.raw("year")), decode_plain(making.raw("month"))
    if not year:
        status = html(_keyed(making, "pubstate"))
        return dates.literal(status) if status else None
    if not dates.understood_month(month):
        _no_date(making, "month", "no month")
    date = dates.from_parts(year, month, decode_plain(making.raw("day")))
    if date is None and re.search(r"\d", year):
        _no_date(making, "year", "no year")
    return date or dates.literal(html(making.text("year")))


def _date(making: _Making, name: str) -> dates.CslDate | None:
    text = making.raw(name)
    if not text:
        return None
    date = dates.edtf(text.replace("\\textasciitilde", "~").replace("\\%", "%").replace("{}", ""))
    if date is None and not dates.is_literal_year(text):
        _no_date(making, name, "no date")
    return date or dates.literal(html(making.text(name)))


def _no_date(making: _Making, name: str, what: str) -> None:
    message = f"`{making.raw(name)}` in `{name}` of `{making.entry.key}` is {what}"
    hint = "dates are written as `2014`, `2014-08`, `2014-08-22` or `2014-08-22/2014-08-25`"
    making.diagnostics.append(warning("bib-date", message, making.fields[name].span, hint))


def _missing_related(library: Library, resolved: Resolved) -> Iterable[Diagnostic]:
    named = resolved.fields.get("related")
    for key in key_list(named.value) if named else ():
        if named and library.get(key) is None:
            message = f"no entry `{key}`, to which `{resolved.entry.key}` is related"
            yield warning("bib-related", message, named.span, *did_you_mean(key, library.entries))
