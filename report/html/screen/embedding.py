"""Files of the project as data URIs: the page names no file and asks for none."""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape
from urllib.parse import unquote

from report.files import Unreadable
from report.pictures import Assets, kind

_IN_PICTURES = re.compile(r'(<img\b[^<>]*? src=")asset:/([^"]*)(?=")')
_IN_STYLES = re.compile(r'(url\(")asset:/([^"]*)(?="\))')


def with_pictures(html: str, assets: Assets) -> str:
    """The HTML with its pictures in it."""
    return _embedded(_IN_PICTURES, html, assets)


def with_files(css: str, assets: Assets) -> str:
    """The stylesheet with the files that it names in it."""
    return _embedded(_IN_STYLES, css, assets)


def data_uri(content: bytes) -> str:
    """The content as an address; what is no known picture or font is taken for SVG."""
    return f"data:{kind(content)};base64,{b64encode(content).decode()}"


def _embedded(pattern: re.Pattern[str], text: str, assets: Assets) -> str:
    return pattern.sub(lambda found: found[1] + _address(unquote(unescape(found[2])), assets), text)


def _address(path: str, assets: Assets) -> str:
    content = assets.get(path)
    return "data:," if isinstance(content, Unreadable) else data_uri(content)
