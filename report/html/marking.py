"""The distribution mark; labels of the Traffic Light Protocol as FIRST's TLP 2.0 wants them printed."""

from __future__ import annotations

from msgspec import Struct


class Label(Struct, frozen=True):
    """A label of the protocol."""

    colour: str
    """On black."""
    width_pt: float
    """Of its name in the theme's sans at 12 pt."""


LABELS = {
    "TLP:RED": Label("#ff2b2b", 50),
    "TLP:AMBER": Label("#ffc000", 66),
    "TLP:AMBER+STRICT": Label("#ffc000", 116),
    "TLP:GREEN": Label("#33ff00", 66),
    "TLP:CLEAR": Label("#ffffff", 65),
}
"""By name; "12-point type or greater", "right-justified", in header and footer of each page."""


def label(handling: str) -> Label | None:
    """The label that a mark is, however it is spaced and cased; None for any other mark."""
    return LABELS.get(name(handling))


def name(handling: str) -> str:
    """The mark as it is printed."""
    squeezed = "".join(handling.split()).upper()
    return squeezed if squeezed in LABELS else handling


def furniture(handling: str) -> str:
    """The rules that print a label of the protocol, right in head and foot; empty for any other mark."""
    found = label(handling)
    if found is None:
        return ""
    box = (
        f"background: #000; color: {found.colour}; width: {found.width_pt}pt; height: 17pt; margin: auto 0; "
        "padding: 0 5pt; text-align: center; font: 600 12pt/17pt var(--font-sans); letter-spacing: 0; "
        "white-space: nowrap"
    )
    return (
        "@page { @top-left-corner { content: none } @top-left { width: 220pt } @bottom-left { width: 220pt } "
        f"@top-right {{ content: var(--handling); {box} }} @bottom-right {{ {box} }} }}\n"
        "@page cover { @top-right { content: none } }\n"
        f".cover-handling {{ {box.replace('width', 'min-width')} }}"
    )
