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


_KINDS = ("note", "tip", "important", "warning", "caution")


def _callouts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(_KINDS, names, strict=True))


_BY_LANGUAGE = {
    "de": Words(
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
        note="Anmerkung {}",
        on_page="auf Seite {}",
        cited_in="zitiert nach",
        source="Quelle:",
        draft="Entwurf",
        callouts=_callouts("Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"),
    ),
    "fr": Words(
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
        note="note {}",
        on_page="à la page {}",
        cited_in="cité dans",
        source="Source :",
        draft="Projet",
        callouts=_callouts("Note", "Conseil", "Important", "Avertissement", "Attention"),
    ),
    "es": Words(
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
        callouts=_callouts("Nota", "Consejo", "Importante", "Advertencia", "Precaución"),
    ),
    "it": Words(
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
        callouts=_callouts("Nota", "Suggerimento", "Importante", "Avvertenza", "Attenzione"),
    ),
}


def words(language: str) -> Words:
    """The words of a language (BCP 47), English where there are none."""
    found = _BY_LANGUAGE.get(language.partition("-")[0].lower(), Words())
    return replace(found, marks_in_quotes=language.lower() in ("en", "en-us"))


def numbered(phrase: str, number: str) -> str:
    """A phrase with its number behind a space that does not break: `Figure 2`."""
    return phrase.replace(" {}", "\u00a0{}").format(number)
