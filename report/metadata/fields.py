"""What may stand in `report.yml` and in a chapter's front matter: one declaration for type, default, check and schema.

A field's name is its key with `_` for `-`; names are pandoc's and Quarto's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from report.codes import MEANINGS
from report.metadata.standards import PdfStandard


def key(doc: str, default: object, **checks: object) -> Any:
    """A key with its one-line manual; `pattern` (`form` in words), `minimum` and `maximum` are checked.

    `known` has the keys below it with what they mean, for editors.
    """
    if isinstance(default, type):
        return field(default_factory=default, metadata={"doc": doc, **checks})
    return field(default=default, metadata={"doc": doc, **checks})


LENGTH = r"([0-9]{1,2}(\.[0-9]{1,4})?mm|[0-9](\.[0-9]{1,4})?cm|[0-3](\.[0-9]{1,4})?in|1?[0-9]{1,2}(\.[0-9]{1,4})?pt)"
"""So short that between two of them there is room on any paper."""
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,5}"
Wanted = Literal["off", "info", "warning", "error"]
FILE_NAME = r"""[^/\\:*?"<>|\x00-\x1f.][^/\\:*?"<>|\x00-\x1f]{0,150}"""
INSIDE = rf"{FILE_NAME}(/{FILE_NAME})*"
LENGTHS = "a length such as 20mm or 1.5in, below 100mm, 4in and 200pt"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it."""

    shorthand = "name"
    """The key that a plain text stands for."""

    name: str = key("Name as printed", "")
    affiliation: str = key("Institution", "")
    email: str = key("Mail address", "")
    orcid: str = key(
        "ORCID iD",
        "",
        pattern=r"(https://orcid\.org/)?([0-9]{4}-){3}[0-9]{3}[0-9X]",
        form="an ORCID iD such as 0000-0002-1825-0097",
    )


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins of the text block; the theme's own where empty."""

    top: str = key("Top margin", "", pattern=LENGTH, form=LENGTHS)
    right: str = key("Right margin", "", pattern=LENGTH, form=LENGTHS)
    bottom: str = key("Bottom margin", "", pattern=LENGTH, form=LENGTHS)
    left: str = key("Left margin", "", pattern=LENGTH, form=LENGTHS)


@dataclass(frozen=True, slots=True)
class Fonts:
    """Families in place of the theme's own; they must be installed or declared in a stylesheet."""

    text: str = key("Running text", "")
    display: str = key("Titles", "")
    small: str = key("Notes", "")
    sans: str = key("Tables, captions, page furniture", "")
    mono: str = key("Code", "")


@dataclass(frozen=True, slots=True)
class Print:
    """What the printer wants."""

    bleed: str = key("What is printed beyond the edge that pages are cut to", "", pattern=LENGTH, form=LENGTHS)
    marks: tuple[Literal["crop", "cross"], ...] = key("Marks around the pages: crop, cross", ())
    image_dpi: int = key(
        "Resolution that pictures are brought down to, in dots per inch", 300, minimum=72, maximum=2400
    )
    profile: str = key("ICC profile of the press, for pdf-standard x-4", "")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The whole of `report.yml`."""

    title: str = key("Title of the report", "")
    subtitle: str = key("Subtitle", "")
    author: tuple[Author, ...] = key("Authors: names, or mappings", ())
    date: str = key("Date of the report: 2026-11-20, 2026-11, 2026, or `today`", "")
    lang: str = key("Language (BCP 47)", "en-US", pattern=LANGUAGE, form="a language tag such as en-GB")
    abstract: str = key("Summary for the cover and the document information", "")
    keywords: tuple[str, ...] = key("Keywords for the document information", ())
    chapters: tuple[str, ...] = key("Chapters in order; without it, the files of chapters/ by name", ())
    appendices: tuple[str, ...] = key("Chapters lettered A, B … after the others", ())
    bibliography: tuple[str, ...] = key("BibTeX files; without it, refs.bib where there is one", ())
    csl: str = key("Citation style: a name, or the path of a .csl file", "chicago-notes-bibliography")
    nocite: tuple[str, ...] = key("Keys for the bibliography that are not cited; `*` is all", ())
    link_citations: bool = key("Citations lead to the bibliography", True)
    titles: Literal["sentence-case", "as-is"] = key("What becomes of English titles from BibTeX", "sentence-case")
    note_numbering: Literal["report", "chapter"] = key("Where note numbers start again", "report")
    ibid: bool = key("Use the variant of the Chicago notes that prints ibid.", False)
    toc: bool = key("Print the contents", True)
    toc_depth: int = key("Levels of headings in the contents", 2, minimum=1, maximum=6)
    lof: bool = key("Print the list of figures", False)
    lot: bool = key("Print the list of tables", False)
    number_sections: bool = key("Number chapters and sections", True)
    index: bool = key("Print the index at the end, where a chapter does not place it", True)
    papersize: Literal["a4", "letter"] = key("Paper", "a4")
    two_sided: bool = key("Lay out for printing on both sides: folios outside, room for the binding", False)
    chapter_break: Literal["page", "right", "flow"] = key(
        "Where chapters begin: on a new page, on a right page, or below the one before", "page"
    )
    cover: Literal["dark", "light", "none"] = key(
        "Cover; without one, the title stands above the first chapter", "dark"
    )
    justify: bool = key("Set text flush on both sides", False)
    paragraph_numbers: bool = key("Number paragraphs in the margin, by chapter", False)
    margins: Margins = key("Margins of the text block", Margins)
    fonts: Fonts = key("Font families", Fonts)
    html: bool = key("Read some elements of HTML, such as `<sub>` and `<table>`, instead of printing their tags", False)
    css: tuple[str, ...] = key("Stylesheets of the project, after the theme's", ())
    template: str = key("Folder with templates in place of the theme's", "")
    pdf_standard: tuple[PdfStandard, ...] = key("PDF standards that the file meets; `[]` is none", ("a-3a", "ua-1"))
    print: Print = key("What the printer wants", Print)
    attachments: tuple[str, ...] = key("Files of the project that travel inside the PDF", ())
    params: dict[str, object] = key("Values for the chapters, as `{{ params.name }}`", dict)
    profiles: tuple[str, ...] = key("Profiles that apply where the command names none", ())
    handling: str = key("Distribution mark on every page, such as TLP:CLEAR", "")
    draft: bool = key("Mark every page as a draft, and print in spite of errors", False)
    edition: str = key("Edition, printed on the cover", "")
    lint: dict[str, Wanted] = key("Severity by code of diagnostic: off, info, warning or error", dict, known=MEANINGS)
    output_dir: str = key("Folder for results", "out", pattern=INSIDE, form="a folder inside the project")
    output_file: str = key(
        "Name of the PDF; the title's words where it is not given",
        "",
        pattern=FILE_NAME,
        form="a plain file name",
    )


@dataclass(frozen=True, slots=True)
class ChapterMetadata:
    """The front matter of a chapter."""

    title: str = key("Title, where the chapter has no level-1 heading", "")
    short_title: str = key("Title for the running head", "")
    author: tuple[Author, ...] = key("Authors of the chapter", ())
    numbered: bool = key("Whether the chapter has a number; before the first numbered one it is front matter", True)
