"""Letters of other scripts that look like Latin ones: what a word looks like, and what in it is not what it seems."""

from __future__ import annotations

import unicodedata

_ALIKE = {
    "-": "\u2010\u2011\u2012\u2013\u2212",
    "a": "\u0251\u03b1\u0430",
    "c": "\u03f2\u0441",
    "d": "\u0501",
    "e": "\u0435",
    "g": "\u0261",
    "h": "\u04bb",
    "i": "\u0131\u03b9\u0456",
    "j": "\u03f3\u0458",
    "l": "\u04cf",
    "n": "\u0578",
    "o": "\u03bf\u043e\u0585",
    "p": "\u03c1\u0440",
    "q": "\u051b",
    "s": "\u0455",
    "u": "\u03c5\u057d",
    "v": "\u03bd\u0475",
    "w": "\u051d",
    "x": "\u03c7\u0445",
    "y": "\u03b3\u0443",
    "A": "\u0391\u0410",
    "B": "\u0392\u0412",
    "C": "\u03f9\u0421",
    "E": "\u0395\u0415",
    "H": "\u0397\u041d",
    "I": "\u0399\u0406\u04c0",
    "J": "\u037f\u0408",
    "K": "\u039a\u041a",
    "M": "\u039c\u041c",
    "N": "\u039d",
    "O": "\u039f\u041e\u0555",
    "P": "\u03a1\u0420",
    "S": "\u0405\u054f",
    "T": "\u03a4\u0422",
    "U": "\u054d",
    "V": "\u0474",
    "W": "\u051c",
    "X": "\u03a7\u0425",
    "Y": "\u03a5\u04ae",
    "Z": "\u0396",
}
"""The commonest of Unicode's confusable characters (UTS 39), by what they look like."""

_SEEN_AS = str.maketrans({odd: plain for plain, others in _ALIKE.items() for odd in others})


def appearance(word: str) -> str:
    """What a word looks like, in Latin letters; words that look the same have one appearance."""
    return word if word.isascii() else unicodedata.normalize("NFKC", word).translate(_SEEN_AS)


def in_disguise(word: str, other: str) -> str:
    """Number and name of the first character of a word that merely looks like another's; empty: none does."""
    if word == other or appearance(word) != appearance(other):
        return ""
    odd = next((one for one, char in zip(word, other, strict=False) if one != char), word[-1])
    return f"U+{ord(odd):04X} {unicodedata.name(odd, '')}".strip()
