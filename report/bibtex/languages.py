"""Names of languages as BCP 47 tags, and the words behind biblatex's localisation keys in three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from report.bibtex.tables import pairs

_TAGS: Mapping[str, str] = pairs(
    """
    english en-US american en-US usenglish en-US british en-GB ukenglish en-GB canadian en-CA australian en-AU
    newzealand en-NZ german de-DE ngerman de-DE germanb de-DE austrian de-AT naustrian de-AT swissgerman de-CH
    nswissgerman de-CH french fr-FR francais fr-FR frenchb fr-FR acadian fr-CA canadien fr-CA spanish es-ES
    mexican es-MX italian it-IT latin la portuguese pt-PT portuges pt-PT brazilian pt-BR brazil pt-BR catalan ca-AD
    dutch nl-NL
    afrikaans af-ZA swedish sv-SE danish da-DK norwegian nb-NO norsk nb-NO nynorsk nn-NO icelandic is-IS finnish fi-FI
    estonian et-EE latvian lv-LV lithuanian lt-LT polish pl-PL czech cs-CZ slovak sk-SK slovene sl-SI slovenian sl-SI
    croatian hr-HR serbian sr-RS bosnian bs-BA macedonian mk-MK bulgarian bg-BG romanian ro-RO magyar hu-HU
    hungarian hu-HU greek el-GR polutonikogreek el russian ru-RU ukrainian uk-UA belarusian be-BY turkish tr-TR
    arabic ar hebrew he-IL persian fa-IR farsi fa-IR kurdish ku kurmanji kmr urdu ur-PK hindi hi-IN bengali bn-BD
    thai th-TH
    vietnamese vi-VN japanese ja-JP chinese zh-CN korean ko-KR basque eu-ES galician gl-ES irish ga-IE welsh cy-GB
    syriac syr armenian hy-AM georgian ka-GE albanian sq-AL esperanto eo indonesian id-ID malay ms-MY sanskrit sa
    """
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "phdthesis": ("PhD thesis", "Dissertation", "thèse de doctorat"),
    "mathesis": ("Master’s thesis", "Magisterarbeit", "mémoire de master"),
    "bathesis": ("Bachelor’s thesis", "Bachelorarbeit", "mémoire de licence"),
    "candthesis": ("Candidate thesis", "Diplomarbeit", "mémoire de candidature"),
    "techreport": ("Technical report", "Technischer Bericht", "rapport technique"),
    "resreport": ("Research report", "Forschungsbericht", "rapport scientifique"),
    "software": ("Computer software", "Software", "logiciel"),
    "datacd": ("CD-ROM", "CD-ROM", "cédérom"),
    "audiocd": ("Audio CD", "Audio-CD", "disque compact audio"),
    "patent": ("Patent", "Patent", "brevet"),
    "patentde": ("German patent", "deutsches Patent", "brevet allemand"),
    "patenteu": ("European patent", "europäisches Patent", "brevet européen"),
    "patentfr": ("French patent", "französisches Patent", "brevet français"),
    "patentuk": ("British patent", "britisches Patent", "brevet britannique"),
    "patentus": ("U.S. patent", "US-Patent", "brevet américain"),
    "patreq": ("Patent request", "Patentanmeldung", "demande de brevet"),
    "patreqde": ("German patent request", "deutsche Patentanmeldung", "demande de brevet allemand"),
    "patreqeu": ("European patent request", "europäische Patentanmeldung", "demande de brevet européen"),
    "patreqfr": ("French patent request", "französische Patentanmeldung", "demande de brevet français"),
    "patrequk": ("British patent request", "britische Patentanmeldung", "demande de brevet britannique"),
    "patrequs": ("U.S. patent request", "US-Patentanmeldung", "demande de brevet américain"),
    "newseries": ("new ser.", "N. F.", "nouv. sér."),
    "oldseries": ("old ser.", "A. F.", "anc. sér."),
    "countryde": ("Germany", "Deutschland", "Allemagne"),
    "countryep": ("European Union", "Europäische Union", "Union européenne"),
    "countryeu": ("European Union", "Europäische Union", "Union européenne"),
    "countryfr": ("France", "Frankreich", "France"),
    "countryuk": ("United Kingdom", "Großbritannien", "Royaume-Uni"),
    "countryus": ("United States of America", "USA", "États-Unis d’Amérique"),
    "countrywo": ("worldwide", "weltweit", "mondial"),
    "inpreparation": ("in preparation", "in Vorbereitung", "en préparation"),
    "submitted": ("submitted", "eingereicht", "soumis"),
    "forthcoming": ("forthcoming", "im Erscheinen", "à paraître"),
    "inpress": ("in press", "im Druck", "sous presse"),
    "prepublished": ("pre-published", "Vorveröffentlichung", "prépublication"),
}
"""In English, German and French."""


def tag(name: str) -> str:
    """The BCP 47 tag of a language by its name in babel or biblatex, or of a tag; nothing where it is neither."""
    name = name.strip()
    known = _TAGS.get(name.lower().removeprefix("lang"))
    if known is None and _TAG.fullmatch(name):
        return name.replace("_", "-")
    return known or ""


def is_english(tag: str) -> bool:
    """Whether a tag names a kind of English."""
    return tag.lower().split("-")[0] == "en"


def word(key: str, lang: str) -> str:
    """What a localisation key prints in the language of the report; other texts as they are."""
    forms = _WORDS.get(key.strip().lower())
    if forms is None:
        return key
    return forms[{"de": 1, "fr": 2}.get(lang.lower().split("-")[0], 0)]
