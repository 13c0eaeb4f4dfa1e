"""Simple PDF values as bytes (ISO 32000-1, 7.3)."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from urllib.parse import quote, unquote


def text(value: str) -> bytes:
    """A text string: in parentheses where it is ASCII, else UTF-16."""
    if value.isascii():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", value.encode().replace(b"\r", b"\\r")) + b")"
    return b"<" + _encoded(value).hex().encode() + b">"


def _encoded(value: str) -> bytes:
    """The bytes of a text string, without the syntax around them."""
    return value.encode() if value.isascii() else b"\xfe\xff" + value.encode("utf-16-be", "surrogatepass")


def identifier(name: str) -> str:
    """A name in ASCII, for readers look others up in orders of their own: some would not be found."""
    return quote(name, safe=_PLAIN, errors="surrogatepass")


def identified(text: str) -> str:
    """The name in an identifier."""
    return unquote(text)


_PLAIN = string.printable.replace("%", "")


def coordinate(value: float) -> bytes:
    """A number to a ten-thousandth."""
    return f"{value:.4f}".rstrip("0").rstrip(".").encode()


def reference(number: int) -> bytes:
    """A reference to an object."""
    return b"%d 0 R" % number


def name_tree(entries: Mapping[str, bytes]) -> bytes:
    """A name tree, whose names must be in the order of their bytes (ISO 32000-1, 7.9.6)."""
    ordered = sorted(entries, key=_encoded)
    return b"<</Names [%s]>>" % b" ".join(b"%s %s" % (text(name), entries[name]) for name in ordered)
