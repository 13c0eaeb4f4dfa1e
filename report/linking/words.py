"""The words that Report itself prints, by language."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Words:
    """Names and phrases; `{}` takes a number or page."""

    contents: str = "Contents"
    figures: str = "Figures"
    tables: str = "Tables"
    bibliography: str = "Bibliography"
    index: str = "Index"
    see: str = "see"
    see_also: str = "see also"
    chapter: str = "Chapter {}"
    appendix: str = "Appendix {}"
    section: str = "Section {}"
    figure: str = "Figure {}"
    table: str = "Table {}"
    note: str = "note {}"
    on_page: str = "on page {}"
    cited_in: str = "cited in"
    source: str = "Source:"
    draft: str = "Draft"
    marks_in_quotes: bool = False
    """Whether commas and periods stand before a closing quotation mark."""
    callouts: tuple[tuple[str, str], ...] = (
        ("note", "Note"),
        ("tip", "Tip"),
        ("important", "Important"),
        ("warning", "Warning"),
        ("caution", "Caution"),
    )


_ENGLISH = Words()

_BY_LANGUAGE = {
    "de": Words(
        "Inhalt",
        "Abbildungen",
        "Tabellen",
        "Literaturverzeichnis",
        "Register",
        "siehe",
        "siehe auch",
        "Kapitel {}",
        "Anhang {}",
        "Abschnitt {}",
        "Abbildung {}",
        "Tabelle {}",
        "Anmerkung {}",
        "auf Seite {}",
        "zitiert nach",
        "Quelle:",
        "Entwurf",
        False,
        (
            ("note", "Hinweis"),
            ("tip", "Tipp"),
            ("important", "Wichtig"),
            ("warning", "Warnung"),
            ("caution", "Vorsicht"),
        ),
    ),
    "fr": Words(
        "Sommaire",
        "Figures",
        "Tableaux",
        "Bibliographie",
        "Index",
        "voir",
        "voir aussi",
        "Chapitre {}",
        "Annexe {}",
        "Section {}",
        "Figure {}",
        "Tableau {}",
        "note {}",
        "à la page {}",
        "cité dans",
        "Source :",
        "Projet",
        False,
        (
            ("note", "Note"),
            ("tip", "Conseil"),
            ("important", "Important"),
            ("warning", "Avertissement"),
            ("caution", "Attention"),
        ),
    ),
    "es": replace(
        _ENGLISH,
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
        note="nota {}",
        on_page="en la página {}",
        cited_in="citado en",
        source="Fuente:",
        draft="Borrador",
    ),
    "it": replace(
        _ENGLISH,
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
        note="nota {}",
        on_page="a pagina {}",
        cited_in="citato in",
        source="Fonte:",
        draft="Bozza",
    ),
}


def words(language: str) -> Words:
    """The words of a language (BCP 47), English where there are none."""
    found = _BY_LANGUAGE.get(language.partition("-")[0].lower(), _ENGLISH)
    return replace(found, marks_in_quotes=language.lower() in ("en", "en-us"))


def numbered(phrase: str, number: str) -> str:
    """A phrase with its number behind a space that does not break: `Figure 2`."""
    return phrase.replace(" {}", "\u00a0{}").format(number)
