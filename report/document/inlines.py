"""Nodes within a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from report.document.nodes import Blocks, Inlines, Node


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A run of characters."""

    text: str


@dataclass(frozen=True, slots=True)
class SoftBreak(Node):
    """A line end in the source: a space in print."""


@dataclass(frozen=True, slots=True)
class LineBreak(Node):
    """A forced line end."""


@dataclass(frozen=True, slots=True)
class Emphasis(Node):
    """Italic by its meaning."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Strong(Node):
    """Bold by its meaning."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Strikeout(Node):
    """Struck through."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Superscript(Node):
    """Raised and small."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Subscript(Node):
    """Lowered and small."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Code(Node):
    """A piece of code in a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Math(Node):
    """A formula of TeX, in a line or on lines of its own."""

    counter: ClassVar[str] = "equation"

    tex: str
    display: bool = False
    svg: str = ""
    """Its drawing, whose lengths are in em; empty where it cannot be drawn, and is printed as TeX."""
    depth_em: float = 0.0
    """How far the drawing reaches below the baseline."""
    words: str = ""
    """The drawing in plain text."""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Link(Node):
    """A link; `target` is an address or `#anchor`."""

    children: Inlines
    target: str


@dataclass(frozen=True, slots=True)
class Image(Node):
    """A picture in a line; `source` is a path from the project folder, the children its alternative text."""

    children: Inlines
    source: str


@dataclass(frozen=True, slots=True)
class Styled(Node):
    """`[text]{.class key=value}`."""

    children: Inlines


@dataclass(frozen=True, slots=True)
class Abbreviation(Node):
    """A word that `*[UN]: United Nations` explains."""

    text: str
    expansion: str


@dataclass(frozen=True, slots=True)
class Cite(Node):
    """One item of a citation: key, locator with its label, and the author's words around it."""

    key: str
    prefix: Inlines = ()
    suffix: Inlines = ()
    label: str = ""
    """The name of the locator's kind in CSL (`page`, `paragraph` …); empty without a locator."""
    locator: str = ""
    suppress_author: bool = False
    cited_in: bool = False
    """Whether it is where the item before it was seen: `as cited in @seen`."""


@dataclass(frozen=True, slots=True)
class Citation(Node):
    """`[@a, p. 3; @b]`, or `@a [p. 3]` in the running text (`narrative`)."""

    cites: tuple[Cite, ...]
    narrative: bool = False


@dataclass(frozen=True, slots=True)
class CitationText(Node):
    """The words in the running text of the narrative citation whose note follows."""


@dataclass(frozen=True, slots=True)
class NoteReference(Node):
    """`[^label]`."""

    label: str


@dataclass(frozen=True, slots=True)
class Note(Node):
    """A note at the foot of the page, called from here; 0 until it is numbered."""

    blocks: Blocks
    label: str = ""
    number: int = 0
    anchor: str = ""
    """`fn-…` once it is numbered."""

    @property
    def call_anchor(self) -> str:
        """Where it is called: `ref-…`."""
        return self.anchor.replace("fn-", "ref-", 1)


@dataclass(frozen=True, slots=True)
class NoteCall(Node):
    """Another call of a note that is printed elsewhere."""

    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """`@fig-x`, with its page as well if `page`."""

    label: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class Number(Node):
    """The number of a page or of a note as printed; it can be set right without another layout."""

    text: str
    name: str
    """What it is of: `page:` or `note:` with an anchor."""


@dataclass(frozen=True, slots=True)
class IndexMark(Node):
    """A mention for the index; the children are printed where it stands."""

    children: Inlines
    entry: str
    see: str = ""
    anchor: str = ""
