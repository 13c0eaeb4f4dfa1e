"""Nodes within a line."""

from __future__ import annotations

from typing import ClassVar

from report.document.nodes import Blocks, Inlines, Node


class Text(Node, frozen=True):
    """A run of characters."""

    text: str


class SoftBreak(Node, frozen=True):
    """A line end in the source: a space in print."""


class LineBreak(Node, frozen=True):
    """A forced line end."""


class Emphasis(Node, frozen=True):
    """Italic by its meaning."""

    children: Inlines


class Strong(Node, frozen=True):
    """Bold by its meaning."""

    children: Inlines


class Strikeout(Node, frozen=True):
    """Struck through."""

    children: Inlines


class Superscript(Node, frozen=True):
    """Raised and small."""

    children: Inlines


class Subscript(Node, frozen=True):
    """Lowered and small."""

    children: Inlines


class Code(Node, frozen=True):
    """A piece of code in a line."""

    text: str


class Math(Node, frozen=True):
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


class Link(Node, frozen=True):
    """A link; `target` is an address or `#anchor`."""

    children: Inlines
    target: str


class Image(Node, frozen=True):
    """A picture in a line; `source` is a path from the project folder, the children its alternative text."""

    children: Inlines
    source: str


class Styled(Node, frozen=True):
    """`[text]{.class key=value}`."""

    children: Inlines


class Abbreviation(Node, frozen=True):
    """A word that `*[UN]: United Nations` explains."""

    text: str
    expansion: str


class Cite(Node, frozen=True):
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


class Citation(Node, frozen=True):
    """`[@a, p. 3; @b]`, or `@a [p. 3]` in the running text (`narrative`)."""

    cites: tuple[Cite, ...]
    narrative: bool = False


class CitationText(Node, frozen=True):
    """The words in the running text of the narrative citation whose note follows."""


class NoteReference(Node, frozen=True):
    """`[^label]`."""

    label: str


class Note(Node, frozen=True):
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


class NoteCall(Node, frozen=True):
    """Another call of a note that is printed elsewhere."""

    number: int
    anchor: str


class Reference(Node, frozen=True):
    """`@fig-x`, with its page as well if `page`."""

    label: str
    page: bool = False


class Number(Node, frozen=True):
    """The number of a page or of a note as printed; it can be set right without another layout."""

    text: str
    name: str
    """What it is of: `page:` or `note:` with an anchor."""


class IndexMark(Node, frozen=True):
    """A mention for the index; the children are printed where it stands."""

    children: Inlines
    entry: str
    see: str = ""
    anchor: str = ""
