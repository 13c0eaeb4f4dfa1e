"""Terms, date formats and options of one language, after the fallback of CSL 1.0.2, section "Locale Fallback"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct

from report.csl.packaged import locale_text
from report.csl.style import Element, Style, StyleError, parse_xml

PRIMARY = {
    "af": "af-ZA", "bal": "bal-PK", "bg": "bg-BG", "brh": "brh-PK", "ca": "ca-AD", "cs": "cs-CZ", "cy": "cy-GB",
    "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-US", "es": "es-ES", "et": "et-EE", "fa": "fa-IR",
    "fi": "fi-FI", "fr": "fr-FR", "gl": "gl-ES", "he": "he-IL", "hi": "hi-IN", "hr": "hr-HR", "hu": "hu-HU",
    "hy": "hy-AM", "id": "id-ID", "is": "is-IS", "it": "it-IT", "ja": "ja-JP", "km": "km-KH", "ko": "ko-KR",
    "lij": "lij-IT", "lt": "lt-LT", "lv": "lv-LV", "mn": "mn-MN", "ms": "ms-MY", "nb": "nb-NO", "nl": "nl-NL",
    "nn": "nn-NO", "pa": "pa-PK", "pl": "pl-PL", "pt": "pt-PT", "ro": "ro-RO", "ru": "ru-RU", "sk": "sk-SK",
    "sl": "sl-SI", "sr": "sr-Latn-RS", "sv": "sv-SE", "th": "th-TH", "tl": "tl-PH", "tr": "tr-TR", "uk": "uk-UA",
    "vi": "vi-VN", "zh": "zh-CN",
}  # fmt: skip
"""The dialect that stands for a language."""

FALLBACK_FORM = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}


class Term(Struct, frozen=True):
    """A localized string in both numbers."""

    single: str
    multiple: str
    gender: str = ""
    match: str = ""


TermKey = tuple[str, str, str]
"""Name, form and gender-form."""


class Definitions(Struct, frozen=True):
    """What one `locale` element defines."""

    terms: Mapping[TermKey, Term]
    ordinals: Mapping[TermKey, Term]
    dates: Mapping[str, Element]
    options: Mapping[str, str]


class Locale(Struct, frozen=True, eq=False):
    """Everything a style may ask of a language; missing terms are empty strings."""

    name: str
    terms: Mapping[TermKey, Term]
    ordinals: Mapping[TermKey, Term]
    dates: Mapping[str, Element]
    punctuation_in_quote: bool
    limit_day_ordinals: bool

    def find(self, name: str, form: str = "long", gender: str = "") -> Term | None:
        """The term, falling back to other forms but not to another gender."""
        name = _term_name(name)
        while True:
            found = self.terms.get((name, form, gender))
            if found is not None or form == "long":
                return found
            form = FALLBACK_FORM.get(form, "long")

    def term(self, name: str, form: str = "long", plural: bool = False) -> str:
        """The text of a term; empty if nothing defines it."""
        found = self.find(name, form)
        if found is None:
            return ""
        return found.multiple if plural else found.single

    def gender(self, name: str) -> str:
        """The gender of the noun a number or a day belongs to; empty for neuter."""
        found = self.terms.get((name, "long", ""))
        return found.gender if found else ""


def resolve_locale(style: Style, wanted: str) -> tuple[Locale, tuple[str, ...]]:
    """The locale for a style and warnings about files that do not exist.

    Units of the style come before those of the files, the dialect before its primary dialect, en-US last.
    """
    wanted = wanted.replace("_", "-")
    name = PRIMARY.get(wanted, wanted) or "en-US"
    language = name.partition("-")[0]
    files = [file for file in dict.fromkeys(("en-US", PRIMARY.get(language, language), name)) if load(file)]
    warnings = () if files[1:] or language == "en" else (f"no locale `{wanted}`; en-US is used instead",)
    layers = [definitions for file in files if (definitions := load(file))]
    for code in ("", language, name):
        layers += [define(element) for element in style.locales if _language(element) == code]
    return _merge(files[-1] if warnings else name, layers), warnings


def _language(element: Element) -> str:
    return element.get("xml:lang") or element.get("lang")


@lru_cache(maxsize=16)
def load(name: str) -> Definitions | None:
    """The definitions of a locale file; None if there is none."""
    text = locale_text(name)
    if text is None:
        return None
    try:
        return define(parse_xml(text))
    except StyleError:
        return None


def define(locale: Element) -> Definitions:
    """The definitions inside a `locale` element, of a file or of a style."""
    terms: dict[TermKey, Term] = {}
    ordinals: dict[TermKey, Term] = {}
    dates: dict[str, Element] = {}
    options: dict[str, str] = {}
    for child in locale.children:
        if child.name == "terms":
            _define_terms(child.children, terms, ordinals)
        elif child.name == "date":
            dates[child.get("form")] = child
        elif child.name == "style-options":
            options.update(child.attributes)
    return Definitions(terms, ordinals, dates, options)


def _define_terms(elements: Iterable[Element], terms: dict[TermKey, Term], ordinals: dict[TermKey, Term]) -> None:
    for element in elements:
        name = element.get("name")
        key = (_term_name(name), element.get("form", "long"), element.get("gender-form"))
        single, multiple = element.child("single"), element.child("multiple")
        one = single.text if single else element.text
        many = multiple.text if multiple else one
        term = Term(_text(one), _text(many), element.get("gender"), element.get("match"))
        (ordinals if name.startswith("ordinal") else terms)[key] = term


def _text(value: str) -> str:
    value = value.replace("'", "’")
    return value if "\n" not in value else " ".join(value.split())


def _term_name(name: str) -> str:
    # Older styles write "no date" for "no-date"; "editortranslator" is the older "editor-translator".
    return "editortranslator" if name == "editor-translator" else name.replace(" ", "-")


def _merge(name: str, layers: Iterable[Definitions]) -> Locale:
    terms: dict[TermKey, Term] = {}
    ordinals: Mapping[TermKey, Term] = {}
    dates: dict[str, Element] = {}
    options: dict[str, str] = {}
    for layer in layers:
        terms.update(layer.terms)
        # Redefining any ordinal replaces all of them: section "Ordinal Suffixes".
        ordinals = layer.ordinals or ordinals
        dates.update(layer.dates)
        options.update(layer.options)
    return Locale(
        name=name,
        terms=terms,
        ordinals=ordinals,
        dates=dates,
        punctuation_in_quote=options.get("punctuation-in-quote") == "true",
        limit_day_ordinals=options.get("limit-day-ordinals-to-day-1") == "true",
    )
