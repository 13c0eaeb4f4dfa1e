"""Texts changed at random: pieces taken out, doubled, moved, repeated, and signs and bytes put in."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

SIGNS = (
    "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u00a0", "\u00ad", "\u061c", "\u200b", "\u200e", "\u202e", "\u2028",
    "\u2066",
    "\ufeff", "\ufffd", "\ufffe", "\ue000", "\U000f0000", "\U0010ffff", "e\u0301", "ﬁ", "İ", "ß", "ǆ", "²", "١", "𝟗",
    "\r", "\r\n", "\n", "\t", " ", "\\", "'", '"', "`", "<", ">", "<!--", "-->", "&", "&#0;", "&#x110000;", "]]>",
    "%", "#",
)  # fmt: skip


def mutated(random: Random, text: str, other: str, tokens: Sequence[str]) -> bytes:
    """The text with one to five changes; `other` lends pieces, `tokens` are what mean something in the language."""
    for _ in range(random.randint(1, 5)):
        text = _changed(random, text, other, tokens)
    content = text.encode("utf-8", "surrogatepass")
    return _with_odd_bytes(random, content) if random.randrange(12) == 0 else content


def _changed(random: Random, text: str, other: str, tokens: Sequence[str]) -> str:
    start, end = _range(random, text)
    match random.randrange(9):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:end] + text[start:end] + text[end:]
        case 2:
            place = random.randint(0, len(text))
            return text[:place] + text[start:end] + text[place:]
        case 3:
            first, last = _range(random, other)
            return text[:start] + other[first:last] + text[end:]
        case 4 | 5:
            return text[:start] + random.choice(tokens) + text[start:]
        case 6:
            return text[:start] + random.choice(SIGNS) + text[start:]
        case 7:
            piece = random.choice((*tokens, text[start : start + random.randint(1, 12)]))
            return text[:start] + piece * random.choice((2, 3, 11, 40, 150, 1500)) + text[start:]
        case _:
            lines = text.split("\n")
            place = random.randrange(len(lines))
            lines[place] = random.choice((" ", "    ", "\t", "> ", "- ", "  ")) + lines[place]
            return "\n".join(lines)


def _range(random: Random, text: str) -> tuple[int, int]:
    start = random.randint(0, len(text))
    longest = random.choice((1, 3, 10, 40, 400))
    return start, min(len(text), start + random.randint(0, longest))


def _with_odd_bytes(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 3)):
        changed.insert(
            random.randint(0, len(changed)), random.choice((0xFF, 0xC3, 0x80, 0xED, 0xF5, random.randrange(256)))
        )
    return bytes(changed)
