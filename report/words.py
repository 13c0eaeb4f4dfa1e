"""The words and marks of the report's language that Report itself prints."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace


class Words(Struct, frozen=True, kw_only=True):
    """Names and phrases; `{}` takes a number, a page or a year."""

    contents: str
    figures: str
    tables: str
    bibliography: str
    index: str
    see: str
    see_also: str
    chapter: str
    appendix: str
    section: str
    figure: str
    table: str
    equation: str
    note: str
    within: str
    """What is numbered by chapter, then its chapter."""
    on_page: str
    cited_in: str
    source: str
    draft: str
    notes: str
    to_text: str
    """Where the link at the top of the page leads, past all else."""
    to_call: str
    """Where the number of a note leads."""
    callouts: Mapping[str, str]
    """The title of a callout of each kind."""
    about: str
    """Before a date that is not exact."""
    decade: str
    seasons: tuple[str, str, str, str]
    """From spring on."""
    quotes: tuple[str, str, str, str]
    """The marks for typed `"` and `'`, opening and closing."""
    marks_in_quotes: bool = False
    """Whether commas and periods stand before a closing quotation mark."""


def words(language: str) -> Words:
    """The words of a language (BCP 47), English where there are none."""
    name, base = language.lower(), language.partition("-")[0].lower()
    found = _BY_LANGUAGE.get(base, _ENGLISH)
    quotes = _QUOTES.get(name) or _QUOTES.get(base) or found.quotes
    return replace(found, quotes=quotes, marks_in_quotes=name in ("en", "en-us"))


def numbered(phrase: str, number: str) -> str:
    """A phrase with its number behind a space that does not break: `Figure 2`."""
    return phrase.replace(" {}", "\u00a0{}").format(number)


_ENGLISH = Words(
    contents="Contents",
    figures="Figures",
    tables="Tables",
    bibliography="Bibliography",
    index="Index",
    see="see",
    see_also="see also",
    chapter="Chapter {}",
    appendix="Appendix {}",
    section="Section {}",
    figure="Figure {}",
    table="Table {}",
    equation="Equation {}",
    note="note {}",
    within="{} in {}",
    on_page="on page {}",
    cited_in="cited in",
    source="Source:",
    draft="Draft",
    notes="Notes",
    to_text="Skip to the text",
    to_call="back to the text",
    callouts={
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
    },
    about="c.",
    decade="{}s",
    seasons=("spring", "summer", "autumn", "winter"),
    quotes=("“", "”", "‘", "’"),
)

_GERMAN = Words(
    contents="Inhalt",
    figures="Abbildungen",
    tables="Tabellen",
    bibliography="Literaturverzeichnis",
    index="Register",
    see="siehe",
    see_also="siehe auch",
    chapter="Kapitel {}",
    appendix="Anhang {}",
    section="Abschnitt {}",
    figure="Abbildung {}",
    table="Tabelle {}",
    equation="Gleichung {}",
    note="Anmerkung {}",
    within="{} in {}",
    on_page="auf Seite {}",
    cited_in="zitiert nach",
    source="Quelle:",
    draft="Entwurf",
    notes="Anmerkungen",
    to_text="Zum Text springen",
    to_call="zurück zum Text",
    callouts={
        "note": "Hinweis",
        "tip": "Tipp",
        "important": "Wichtig",
        "warning": "Warnung",
        "caution": "Vorsicht",
    },
    about="ca.",
    decade="{}er Jahre",
    seasons=("Frühjahr", "Sommer", "Herbst", "Winter"),
    quotes=("„", "“", "‚", "‘"),
)

_FRENCH = Words(
    contents="Sommaire",
    figures="Figures",
    tables="Tableaux",
    bibliography="Bibliographie",
    index="Index",
    see="voir",
    see_also="voir aussi",
    chapter="Chapitre {}",
    appendix="Annexe {}",
    section="Section {}",
    figure="Figure {}",
    table="Tableau {}",
    equation="Équation {}",
    note="note {}",
    within="{}, {}",
    on_page="à la page {}",
    cited_in="cité dans",
    source="Source :",
    draft="Projet",
    notes="Notes",
    to_text="Aller au texte",
    to_call="retour au texte",
    callouts={
        "note": "Note",
        "tip": "Conseil",
        "important": "Important",
        "warning": "Avertissement",
        "caution": "Attention",
    },
    about="v.",
    decade="années {}",
    seasons=("printemps", "été", "automne", "hiver"),
    quotes=("«\u202f", "\u202f»", "‹\u202f", "\u202f›"),
)

_SPANISH = Words(
    contents="Índice",
    figures="Figuras",
    tables="Tablas",
    bibliography="Bibliografía",
    index="Índice alfabético",
    see="véase",
    see_also="véase también",
    chapter="Capítulo {}",
    appendix="Apéndice {}",
    section="Sección {}",
    figure="Figura {}",
    table="Tabla {}",
    equation="Ecuación {}",
    note="nota {}",
    within="{}, {}",
    on_page="en la página {}",
    cited_in="citado en",
    source="Fuente:",
    draft="Borrador",
    notes="Notas",
    to_text="Ir al texto",
    to_call="volver al texto",
    callouts={
        "note": "Nota",
        "tip": "Consejo",
        "important": "Importante",
        "warning": "Advertencia",
        "caution": "Precaución",
    },
    about="hacia",
    decade="años {}",
    seasons=("primavera", "verano", "otoño", "invierno"),
    quotes=("«", "»", "“", "”"),
)

_ITALIAN = Words(
    contents="Indice",
    figures="Figure",
    tables="Tabelle",
    bibliography="Bibliografia",
    index="Indice analitico",
    see="vedi",
    see_also="vedi anche",
    chapter="Capitolo {}",
    appendix="Appendice {}",
    section="Sezione {}",
    figure="Figura {}",
    table="Tabella {}",
    equation="Equazione {}",
    note="nota {}",
    within="{}, {}",
    on_page="a pagina {}",
    cited_in="citato in",
    source="Fonte:",
    draft="Bozza",
    notes="Note",
    to_text="Vai al testo",
    to_call="torna al testo",
    callouts={
        "note": "Nota",
        "tip": "Suggerimento",
        "important": "Importante",
        "warning": "Avvertenza",
        "caution": "Attenzione",
    },
    about="ca.",
    decade="anni {}",
    seasons=("primavera", "estate", "autunno", "inverno"),
    quotes=("«", "»", "“", "”"),
)

_ARABIC = Words(
    contents="المحتويات",
    figures="الأشكال",
    tables="الجداول",
    bibliography="المراجع",
    index="الفهرس",
    see="انظر",
    see_also="انظر أيضًا",
    chapter="الفصل {}",
    appendix="الملحق {}",
    section="القسم {}",
    figure="الشكل {}",
    table="الجدول {}",
    equation="المعادلة {}",
    note="الحاشية {}",
    within="{}، {}",
    on_page="في الصفحة {}",
    cited_in="نقلًا عن",
    source="المصدر:",
    notes="الحواشي",
    to_text="انتقل إلى النص",
    to_call="العودة إلى النص",
    draft="مسودة",
    callouts={
        "note": "ملاحظة",
        "tip": "نصيحة",
        "important": "مهم",
        "warning": "تحذير",
        "caution": "تنبيه",
    },
    about="نحو",
    decade="عقد {}",
    seasons=("ربيع", "صيف", "خريف", "شتاء"),
    quotes=("«", "»", "‹", "›"),
)

_HEBREW = Words(
    contents="תוכן העניינים",
    figures="איורים",
    tables="טבלאות",
    bibliography="ביבליוגרפיה",
    index="מפתח",
    see="ראו",
    see_also="ראו גם",
    chapter="פרק {}",
    appendix="נספח {}",
    section="סעיף {}",
    figure="איור {}",
    table="טבלה {}",
    equation="משוואה {}",
    note="הערה {}",
    within="{}, {}",
    on_page="בעמוד {}",
    cited_in="מצוטט אצל",
    source="מקור:",
    notes="הערות",
    to_text="דילוג אל הטקסט",
    to_call="חזרה אל הטקסט",
    draft="טיוטה",
    callouts={
        "note": "הערה",
        "tip": "עצה",
        "important": "חשוב",
        "warning": "אזהרה",
        "caution": "זהירות",
    },
    about="בערך",
    decade="שנות ה־{}",
    seasons=("אביב", "קיץ", "סתיו", "חורף"),
    quotes=("”", "”", "’", "’"),
)

_BY_LANGUAGE = {
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "it": _ITALIAN,
    "ar": _ARABIC,
    "he": _HEBREW,
}

_QUOTES: Mapping[str, tuple[str, str, str, str]] = {
    "bg": ("„", "“", "‚", "‘"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("»", "«", "›", "‹"),
    "de-ch": ("«", "»", "‹", "›"),
    "de-li": ("«", "»", "‹", "›"),
    "el": ("«", "»", "“", "”"),
    "et": ("„", "“", "‚", "‘"),
    "fa": ("«", "»", "‹", "›"),
    "fi": ("”", "”", "’", "’"),
    "ga": ("“", "”", "‘", "’"),
    "hr": ("„", "”", "‚", "’"),
    "hu": ("„", "”", "»", "«"),
    "lt": ("„", "“", "‚", "‘"),
    "lv": ("“", "”", "‘", "’"),
    "mt": ("“", "”", "‘", "’"),
    "nb": ("«", "»", "‘", "’"),
    "nl": ("“", "”", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": ("«", "»", "“", "”"),
    "pt-br": ("“", "”", "‘", "’"),
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": ("„", "“", "‚", "‘"),
    "sl": ("„", "“", "‚", "‘"),
    "sv": ("”", "”", "’", "’"),
    "tr": ("“", "”", "‘", "’"),
    "uk": ("«", "»", "„", "“"),
    "ur": ("”", "“", "’", "‘"),
}
"""The marks of languages, and of countries, whose words are another's."""
