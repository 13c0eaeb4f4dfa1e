"""What goes into the citation processor and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from report.csl.tree import Tree


@dataclass(frozen=True, slots=True)
class Cite:
    """One item in a citation."""

    id: str
    locator: str = ""
    label: str = "page"
    """The kind of locator: a term of CSL 1.0.2, Appendix II, "Locators"."""
    prefix: str = ""
    """Prefix and suffix may hold CSL's mini-HTML."""
    suffix: str = ""
    mode: Literal["normal", "suppress-author", "author-only"] = "normal"


@dataclass(frozen=True, slots=True)
class Citation:
    """The whole of `[@a; @b]`."""

    cites: tuple[Cite, ...]
    note_number: int = 0
    """0 in the text; else the number of the note, which several citations may share."""
    mode: Literal["normal", "author-in-text"] = "normal"
    """`author-in-text`: the first cite's author in the running text, then the rest."""
    chapter: int = 0
    """Positions start anew where it changes, if `Options.restart_positions` asks for it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the host decides."""

    restart_positions: bool = False
    link_citations: bool = True
    """Cites lead to their entries (`Cited`)."""
    nocite: tuple[str, ...] = ()
    """Ids of items listed in the bibliography although they are not cited."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One citation; `note` is apart only for author-in-text in a note style, where `text` holds the names."""

    text: Tree
    note: Tree = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the bibliography."""

    id: str
    content: Tree


@dataclass(frozen=True, slots=True)
class Rendered:
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
