"""TeX's mathematics → drawings, by ziamath: an extra, which a report without mathematics never loads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

from msgspec import Struct

EXTRA = "report-brief[math]"
"""What to install for it."""

EM = 14.0
"""The size of text that a drawing is made for, in its units; lengths in `pt` are for text of 10.5 pt."""

LIMIT = 4000
"""Characters in a formula: ziamath's time grows with their square."""

BEARING = 0.4
"""What is left free at both sides: ziamath cuts the letters' own."""


class Formula(Struct, frozen=True):
    """A drawing whose lengths are in em and whose colour is that of the text around it."""

    svg: str
    depth_em: float
    """How far it reaches below the baseline."""
    words: str
    """The formula on one line of plain text: `E = mc^2`."""


class Mistake(Struct, frozen=True):
    """What cannot be understood in the TeX, from character to character."""

    message: str
    start: int
    end: int


class NotInstalled(Exception):
    """The extra is missing."""


def draw(tex: str, display: bool) -> Formula | Mistake:
    """The formula in the size and style of a line, or of a line of its own. Raises NotInstalled."""
    library = _library()
    mistake = _mistake(tex, library.commands)
    if mistake:
        return mistake
    try:
        drawn = library.drawn(tex, display)
    except Exception as fault:  # ziamath and latex2mathml raise whatever their code meets
        return Mistake(f"this TeX cannot be drawn{_reason(fault)}", 0, len(tex))
    box = drawn.node.bbox
    if box.ymax <= box.ymin:
        return Mistake("there is nothing to be seen in this formula", 0, len(tex))
    root = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    drawn.node.draw(0, 0, root)
    width, height = box.xmax - box.xmin + 2 * BEARING, box.ymax - box.ymin
    root.set("width", f"{width / EM:.4f}em")
    root.set("height", f"{height / EM:.4f}em")
    root.set("viewBox", f"{box.xmin - BEARING:.3f} {-box.ymax:.3f} {width:.3f} {height:.3f}")
    words = " ".join(_words(drawn.mathml).split())
    return Formula(ElementTree.tostring(root, "unicode"), round(-box.ymin / EM, 4), words)


def _reason(fault: Exception) -> str:
    """What latex2mathml calls a mistake, in brackets: `DoubleSubscriptsError` is double subscripts."""
    if not type(fault).__module__.startswith("latex2mathml"):
        return ""
    return f" ({' '.join(re.findall('[A-Z][a-z]*', type(fault).__name__.removesuffix('Error'))).lower()})"


class _Library:
    """ziamath with latex2mathml, set for drawings of plain paths."""

    def __init__(self) -> None:
        from latex2mathml import commands, symbols_parser
        from ziamath.config import config
        from ziamath.zmath import Latex

        config.svg2, config.precision = False, 3
        self.latex = Latex
        self.commands = frozenset((*_strings(vars(commands)), *symbols_parser.SYMBOLS))

    def drawn(self, tex: str, display: bool) -> Any:
        """ziamath's own object of a formula."""
        return self.latex(tex, size=EM, color="currentColor", inline=not display, margin=0)


@cache
def _library() -> _Library:
    try:
        return _Library()
    except ImportError as fault:
        raise NotInstalled from fault


def _strings(value: object) -> Iterator[str]:
    """All strings in a module's constants."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from (*_strings(key), *_strings(item))
        case tuple() | list() | set() | frozenset():
            for item in value:
                yield from _strings(item)


_PAIRS = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}|\\(?:left|right)(?![A-Za-z])|\\[A-Za-z]+|\\.|[{}]", re.DOTALL)


def _mistake(tex: str, commands: frozenset[str]) -> Mistake | None:
    """What opens and does not close, or the other way round; a command that nobody knows."""
    if not tex.strip() or len(tex) > LIMIT:
        message = f"this formula is longer than {LIMIT} characters" if tex.strip() else "this formula is empty"
        return Mistake(message, 0, len(tex))
    opened: list[re.Match[str]] = []
    for found in _PAIRS.finditer(tex):
        kind = _closing(found[0])
        if kind:
            opened.append(found)
        elif _closes(found[0]):
            if not opened or _closing(opened[-1][0]) != found[0].replace(" ", ""):
                return Mistake(f"`{found[0]}` closes nothing", *found.span())
            opened.pop()
        elif found[0][1:].isalpha() and found[0] not in commands:
            return Mistake(f"no command `{found[0]}` in mathematics", *found.span())
    return Mistake(f"`{opened[-1][0]}` is not closed", *opened[-1].span()) if opened else None


def _closing(text: str) -> str:
    """What closes a token that opens; empty for any other."""
    if text.startswith("\\begin"):
        return text.replace(" ", "").replace("\\begin", "\\end", 1)
    return {"{": "}", "\\left": "\\right"}.get(text, "")


def _closes(text: str) -> bool:
    return text in ("}", "\\right") or re.match(r"\\end\b", text) is not None


def _words(element: ElementTree.Element) -> str:
    """MathML on one line, for readers who cannot see the drawing."""
    parts = [_words(child) for child in element]
    text = (element.text or "").strip()
    match element.tag, parts:
        case (("msub" | "munder"), [base, below]):
            return f"{base.strip()}_{_grouped(below)}"
        case (("msup" | "mover"), [base, above]):
            return f"{base.strip()}^{_grouped(above)}"
        case (("msubsup" | "munderover"), [base, below, above]):
            return f"{base.strip()}_{_grouped(below)}^{_grouped(above)} "
        case "mfrac", [over, under]:
            return f"{_grouped(over)}/{_grouped(under)}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mroot", [radicand, index]:
            return f"{index}√{_grouped(radicand)}"
        case "mtr", _:
            return ", ".join(parts)
        case "mtable", _:
            return "; ".join(parts)
        case "mo", _ if text and unicodedata.category(text[0]) == "Sm":
            return f" {text} "
        case (("mspace" | "mtext"), _):
            return f"{element.text or ' '}"
        case _:
            return text + "".join(parts)


def _grouped(text: str) -> str:
    text = text.strip()
    return text if text.isalnum() or len(text) == 1 else f"({text})"
