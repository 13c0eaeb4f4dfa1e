"""What goes into the citation processor and what comes out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from report.csl.tree import Tree


class Cite(Struct, frozen=True):
    """One item in a citation."""

    id: str
    locator: str = ""
    label: str = "page"
    """The kind of locator: a term of CSL 1.0.2, Appendix II, "Locators"."""
    prefix: str = ""
    """Prefix and suffix may hold CSL's mini-HTML."""
    suffix: str = ""
    mode: Literal["normal", "suppress-author", "author-only"] = "normal"


class Citation(Struct, frozen=True):
    """The whole of `[@a; @b]`."""

    cites: tuple[Cite, ...]
    note_number: int = 0
    """0 in the text; else the number of the note, which several citations may share."""
    mode: Literal["normal", "author-in-text"] = "normal"
    """`author-in-text`: the first cite's author in the running text, then the rest."""
    chapter: int = 0
    """Positions start anew where it changes, if `Options.restart_positions` asks for it."""


class Options(Struct, frozen=True):
    """What the host decides."""

    restart_positions: bool = False
    link_citations: bool = True
    """Cites lead to their entries (`Cited`)."""
    nocite: tuple[str, ...] = ()
    """Ids of items listed in the bibliography although they are not cited."""


class Rendering(Struct, frozen=True):
    """One citation; `note` is apart only for author-in-text in a note style, where `text` holds the names."""

    text: Tree
    note: Tree = ()


class Entry(Struct, frozen=True):
    """One item of the bibliography."""

    id: str
    content: Tree


class Rendered(Struct, frozen=True):
    """All of a document's citations in its order, and its bibliography in the style's order."""

    citations: tuple[Rendering, ...]
    bibliography: tuple[Entry, ...]
    unknown: tuple[str, ...] = ()
    """Ids cited that are not among the items."""
    warnings: tuple[str, ...] = ()
    hanging_indent: bool = False
    second_field_align: str = ""
    """`flush`, `margin` or empty."""
    entry_spacing: int = 1
    line_spacing: int = 1
