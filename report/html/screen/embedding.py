"""Files of the project as data URIs: the page names no file and asks for none."""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape
from urllib.parse import unquote

from report.files import Files, Unreadable

_IN_PICTURES = re.compile(r'(<img\b[^<>]*? src=")asset:/([^"]*)(?=")')
_IN_STYLES = re.compile(r'(url\(")asset:/([^"]*)(?="\))')

_KINDS = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"wOF2", "font/woff2"),
    (b"wOFF", "font/woff"),
    (b"OTTO", "font/otf"),
    (b"\0\1\0\0", "font/ttf"),
    (b"true", "font/ttf"),
)


def with_pictures(html: str, files: Files) -> str:
    """The HTML with its pictures in it."""
    return _embedded(_IN_PICTURES, html, files)


def with_files(css: str, files: Files) -> str:
    """The stylesheet with the files that it names in it."""
    return _embedded(_IN_STYLES, css, files)


def data_uri(content: bytes) -> str:
    """The content as an address; what is no known picture or font is taken for SVG."""
    kind = next((name for start, name in _KINDS if content.startswith(start)), "image/svg+xml")
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _embedded(pattern: re.Pattern[str], text: str, files: Files) -> str:
    return pattern.sub(lambda found: found[1] + _address(unquote(unescape(found[2])), files), text)


def _address(path: str, files: Files) -> str:
    content = files.content(path)
    return "data:," if isinstance(content, Unreadable) else data_uri(content)
