"""Text case over a whole tree: words cross the borders of markup, `nocase` is left alone.

CSL 1.0.2, section "Text-case".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from report.csl.richtext import Box, Node, Nodes, explicit, map_text
from report.csl.tree import Text

_STOP = """
    a about above according across afore after against al along alongside amid amidst among amongst an and
    anenst apropos apud around as aside astride at athwart atop barring before behind below beneath beside
    besides between beyond but by c ca circa d’ d' de despite down due during et except far for forenenst from
    given in inside into lest like modulo near next nor notwithstanding of off on onto or out outside over per
    plus pro qua sans since so than the through throughout thru thruout till to toward towards under underneath
    until unto up upon v v. van versus via vis-à-vis von vs vs. when with within without yet
"""
STOP_WORDS = frozenset(_STOP.split())
"""Words that title case leaves small inside a title: prepositions, conjunctions, articles, particles."""


def apply_case(nodes: Nodes, case: str, language: str) -> Nodes:
    """The nodes in another case; `title` leaves items that are not English as they are."""
    if case == "title" and language != "en":
        return nodes
    if case == "uppercase" and language in ("tr", "az"):
        nodes = tuple(map_text(node, lambda text: text.replace("i", "İ")) for node in nodes)
    change = _CASES.get(case)
    if change is None:
        return nodes
    whole = tuple(explicit(node) for node in nodes)
    characters = [character for node in whole for character in _characters(node, False)]
    change(_Letters(characters))
    remaining = iter(characters)
    return tuple(_refill(node, remaining) for node in whole)


_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


class _Cell:
    """One character of the original text and what it becomes."""

    __slots__ = ("fixed", "new", "old", "quoted")

    def __init__(self, old: str, fixed: bool, quoted: bool = False) -> None:
        self.old, self.new, self.fixed, self.quoted = old, old, fixed, quoted


class _Letters:
    """A text whose characters can be changed one by one."""

    def __init__(self, cells: list[_Cell]) -> None:
        self.cells = cells
        self.text = "".join(cell.old for cell in cells)
        free = "".join(cell.old for cell in cells if not cell.fixed)
        self.shouted = free.upper() == free and free.lower() != free

    def map(self, start: int, end: int, change: Callable[[str], str]) -> None:
        """Change the characters of a range that are not protected."""
        for cell in self.cells[start:end]:
            if not cell.fixed:
                cell.new = change(cell.new)


def _characters(node: Node, fixed: bool, quoted: bool = False) -> Iterator[_Cell]:
    if isinstance(node, Text):
        for index, character in enumerate(node.value):
            yield _Cell(character, fixed, quoted and index == 0)
        return
    quoted = quoted or node.look.quotes
    for child in node.children:
        # Raised, lowered and small capital text inside a field is set that way for a reason.
        special = any(name in ("vertical-align", "font-variant") for name, _ in node.look.face)
        yield from _characters(child, fixed or special or node.tag in ("nocase", "nodecor"), quoted)
        quoted = False


def _refill(node: Node, cells: Iterator[_Cell]) -> Node:
    if isinstance(node, Text):
        return Text("".join(next(cells).new for _ in node.value))
    return Box(tuple(_refill(child, cells) for child in node.children), node.look, node.tag, node.key)


def _lowercase(letters: _Letters) -> None:
    letters.map(0, len(letters.cells), str.lower)


def _uppercase(letters: _Letters) -> None:
    letters.map(0, len(letters.cells), str.upper)


_WORD = re.compile(r"[^\s\u00a0]+")
_ALPHANUMERIC = re.compile(r"[^\W_]")


def _capitalize_first(letters: _Letters) -> None:
    word = _WORD.search(letters.text)
    if word:
        _capitalize(letters, word.start(), word.end())


def _capitalize_all(letters: _Letters) -> None:
    for word in _WORD.finditer(letters.text):
        _capitalize(letters, word.start(), word.end())


def _sentence(letters: _Letters) -> None:
    """All small but the first letter, as the reference implementation has it; the specification asks for less."""
    letters.map(0, len(letters.cells), str.lower)
    _capitalize_first(letters)


def _capitalize(letters: _Letters, start: int, end: int) -> None:
    """Make the first letter of a word great if the word is all small."""
    word = "".join(cell.new for cell in letters.cells[start:end])
    if word != word.lower():
        return
    first = _ALPHANUMERIC.search(letters.text, start, end)
    if first and not first[0].isdigit():
        letters.map(first.start(), first.start() + 1, _upper_first)


def _upper_first(character: str) -> str:
    return character.title() if len(character.title()) == 1 else character.upper()


_PART = re.compile(r"[^\s\u00a0\-–—/\\]+")


def _title(letters: _Letters) -> None:
    """Section "Title Case Conversion": parts of a hyphenated word are words of their own."""
    words = list(_PART.finditer(letters.text))
    for index, word in enumerate(words):
        first = index == 0 or _starts_phrase(letters, words[index - 1].end(), word.start())
        last = index == len(words) - 1
        _title_word(letters, word, first or last)


def _starts_phrase(letters: _Letters, end: int, start: int) -> bool:
    between = letters.text[end:start]
    if letters.cells[start].quoted:
        return True
    before = letters.text[max(0, end - _LOOK_BACK) : end].rstrip("”’\"')")
    end_of_sentence = _SENTENCE_END.search(before)
    ends = before.endswith((":", "?", "!")) or bool(
        end_of_sentence and end_of_sentence[0].lower() not in _ABBREVIATIONS
    )
    return ends and bool(between) and not between.strip()


_LOOK_BACK = 40
_ABBREVIATIONS = frozenset(("bros.", "corp.", "dept.", "inc.", "ltd.", "prof.", "univ.", "vol.", "vols."))
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}\.$")


def _title_word(letters: _Letters, word: re.Match[str], prominent: bool) -> None:
    start, end = word.span()
    if end - start == 1 and (letters.text[start] in _GREEK or (start and letters.text[start - 1] == "-")):
        return
    prominent = prominent or letters.text[end : end + 1] == "-" != letters.text[max(0, start - 1)]
    shown = "".join(cell.new for cell in letters.cells[start:end])
    if shown in ("’n’", "’n"):
        return
    bare = shown.strip("()[]{}“”‘’\"',;:!?…").lower()
    if not prominent and (bare in STOP_WORDS or (bare.rstrip(".") in STOP_WORDS and bare in ("v.", "vs."))):
        if shown[:1].isalpha() and (shown[1:] == shown[1:].lower()):
            letters.map(start, end, str.lower)
        return
    if shown != shown.lower():
        return
    _capitalize(letters, start, end)


_CASES: dict[str, Callable[[_Letters], None]] = {
    "lowercase": _lowercase,
    "uppercase": _uppercase,
    "capitalize-first": _capitalize_first,
    "capitalize-all": _capitalize_all,
    "sentence": _sentence,
    "title": _title,
}
