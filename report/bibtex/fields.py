"""Entries become CSL items: the one place that knows both biblatex's fields and CSL's variables.

Meaning of the fields: the biblatex manual, section "Entry Fields". Their variables are those that pandoc and Better
BibTeX choose; where these differ or have none, the reason stands with the field. Text is CSL's mini-HTML with `&`, `<`
and `>` of the file escaped, in every value but `id`. `file`, `annotation` and `abstract` are for who keeps the file
and never leave the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from report.bibtex import dates, languages, names
from report.bibtex.contributors import contributors
from report.bibtex.inheritance import Resolved, resolve
from report.bibtex.latex import decode_plain
from report.bibtex.links import identifiers, link_field
from report.bibtex.making import Making
from report.bibtex.model import Entry, Field, Library, key_list
from report.bibtex.richtext import Rich, Run, escaped, html, joined, plain
from report.bibtex.tables import words
from report.bibtex.titles import title_variables
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
    "shortjournal": "container-title-short",
    "venue": "event-place",
    "origtitle": "original-title",
    "shorthand": "citation-label",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "reviewedtitle": "reviewed-title",
    **{name: name for name in words("archive archive_location archive-place archive_collection authority section")},
    **{name: name for name in words("scale dimensions medium source jurisdiction references reviewed-title")},
}
"""Fields that are a variable under another name; then variables that files for CSL have as fields."""

_LISTS: Mapping[str, str] = {
    "location": "publisher-place",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
}

_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|\.)", re.IGNORECASE)
_ORDINALS = words("first second third fourth fifth sixth seventh eighth ninth tenth")


class Items(Struct, frozen=True):
    """CSL items in the order asked for, each once, and what is wrong with their entries."""

    items: tuple[Item, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def items(library: Library, keys: Iterable[str], titles: str = "sentence-case", lang: str = "en-US") -> Items:
    """The items of the entries with these keys; keys that no entry has are passed over.

    `titles` is "sentence-case" or "as-is"; `lang` is the report's language, of which entries without one are."""
    made: dict[str, Item] = {}
    known: dict[str, Resolved] = {}
    diagnostics: list[Diagnostic] = []
    for key in keys:
        entry = library.get(key)
        if entry is not None and entry.key not in made:
            resolved = resolve(library, entry, known)
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


def _making(resolved: Resolved, titles: str, lang: str) -> Making:
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
    return Making(entry, fields, kind, lang, recase, link_field(fields), diagnostics)


def _item(making: Making) -> Item:
    item: Item = {"id": making.entry.key, "type": making.type}
    people, wrong = contributors(making.fields)
    item |= people
    making.diagnostics += wrong
    for texts in (title_variables(making), _numbers(making), _publication(making), _copied(making)):
        item |= {variable: html(text) for variable, text in texts.items() if text}
    item |= {variable: date for variable, date in _dates(making).items() if date}
    found = identifiers(making) | {"language": _language(making.fields)}
    item |= {variable: escaped(text) for variable, text in found.items() if text}
    return item


def _copied(making: Making) -> dict[str, Rich]:
    texts = [(variable, making.text(name)) for name, variable in _PLAIN.items()]
    texts += [(variable, making.list(name)) for name, variable in _LISTS.items()]
    return {variable: text for variable, text in texts if text}


def _numbers(making: Making) -> dict[str, Rich]:
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


def _edition(making: Making) -> Rich:
    edition = making.text("edition")
    text = plain(edition).lower().removesuffix(" ed.").removesuffix(" edition").strip()
    if text in _ORDINALS:
        return (Run(str(_ORDINALS.index(text) + 1)),)
    ordinal = _ORDINAL.fullmatch(text)
    return (Run(ordinal[1]),) if ordinal else edition


def _pages(making: Making) -> Rich:
    """Pages, or the number of an electronic article, which most styles print in their place."""
    pages = making.text("pages") or making.text("eid")
    return tuple(Run(_DASHES.sub("-", run.text), run.tags) for run in pages)


def _publication(making: Making) -> dict[str, Rich]:
    published = making.text("howpublished") if making.link != "howpublished" else ()
    institution = making.list("institution")
    bodies = [making.list("publisher"), institution, making.list("organization"), published]
    if making.type in ("legal_case", "patent", "legislation", "bill", "regulation"):
        bodies.remove(institution)
    texts = {"publisher": joined(dict.fromkeys(bodies), "; "), "genre": making.keyed("type")}
    texts["authority"] = institution if institution not in bodies else ()
    if making.type == "patent":
        texts["jurisdiction"] = making.list("location")
    if making.type == "article":
        texts |= _preprint(making, texts["publisher"])
    dated = any(making.raw(name) for name in ("date", "year"))
    texts["status"] = making.keyed("pubstate") if dated else ()
    texts["collection-title"] = making.keyed("series")
    texts["keyword"] = joined(((Run(word),) for word in _keywords(making)), ", ")
    texts["note"] = _note(making)
    return {variable: text for variable, text in texts.items() if text}


def _keywords(making: Making) -> list[str]:
    return [text for part in making.raw("keywords").split(",") if (text := decode_plain(part))]


def _preprint(making: Making, publisher: Rich) -> dict[str, Rich]:
    """A preprint names its archive as publisher and its number there."""
    kind, number = making.raw("eprinttype"), making.verbatim("eprint")
    archive = {"arxiv": "arXiv", "hal": "HAL"}.get(kind.lower(), kind)
    marked = f"{archive}:{number}" if archive == "arXiv" else number
    section = making.raw("eprintclass")
    return {
        "publisher": publisher or ((Run(archive),) if archive else ()),
        "number": making.text("number") or (Run(f"{marked} [{section}]" if section else marked),),
    }


def _note(making: Making) -> Rich:
    note, addendum = making.text("note") if making.link != "note" else (), making.text("addendum")
    return joined((note, addendum), " " if plain(note).endswith((".", "?", "!")) else ". ")


def _language(fields: Mapping[str, Field]) -> str:
    """The language of the work: `langid`, else the first of `language`."""
    for name in ("langid", "language"):
        parts = names.split(fields[name].value.replace(",", " and ")) if name in fields else ()
        if parts and (found := languages.tag(decode_plain(parts[0]))):
            return found
    return ""


def _dates(making: Making) -> dict[str, dates.CslDate | None]:
    found = {
        "issued": _issued(making),
        "accessed": _date(making, "urldate"),
        "event-date": _date(making, "eventdate"),
        "original-date": _date(making, "origdate") or _date(making, "origyear"),
    }
    if found["issued"] and making.raw("issue") and not making.raw("month"):
        found["issued"] = dates.with_season(found["issued"], decode_plain(making.raw("issue")))
    return found


def _issued(making: Making) -> dates.CslDate | None:
    """`date` before `year`; without either, what `pubstate` says."""
    if making.raw("date"):
        return _date(making, "date")
    year, month = decode_plain(making.raw("year")), decode_plain(making.raw("month"))
    if not year:
        status = html(making.keyed("pubstate"))
        return dates.literal(status) if status else None
    if not dates.understood_month(month):
        _no_date(making, "month", "no month")
    date = dates.from_parts(year, month, decode_plain(making.raw("day")))
    if date is None and re.search(r"\d", year):
        _no_date(making, "year", "no year")
    return date or dates.literal(html(making.text("year")))


def _date(making: Making, name: str) -> dates.CslDate | None:
    text = making.raw(name)
    if not text:
        return None
    date = dates.edtf(text.replace("\\textasciitilde", "~").replace("\\%", "%").replace("{}", ""))
    if date is None and not dates.is_literal_year(text):
        _no_date(making, name, "no date")
    return date or dates.literal(html(making.text(name)))


def _no_date(making: Making, name: str, what: str) -> None:
    message = f"`{making.raw(name)}` in `{name}` of `{making.entry.key}` is {what}"
    hint = "dates are written as `2014`, `2014-08`, `2014-08-22` or `2014-08-22/2014-08-25`"
    making.diagnostics.append(warning("bib-date", message, making.fields[name].span, hint))


def _missing_related(library: Library, resolved: Resolved) -> Iterable[Diagnostic]:
    named = resolved.fields.get("related")
    for key in key_list(named.value) if named else ():
        if named and library.get(key) is None:
            message = f"no entry `{key}`, to which `{resolved.entry.key}` is related"
            yield warning("bib-related", message, named.part(key), *did_you_mean(key, library.entries))
