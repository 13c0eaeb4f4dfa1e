"""The theme's faces for one page: those it uses, cut down to its characters, as WOFF2 inside the stylesheet."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from io import BytesIO
from string import ascii_letters, digits, punctuation
from urllib.parse import unquote

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from report.files import Unreadable
from report.fonts import font
from report.html.screen.embedding import data_uri
from report.pictures import Assets

Cut = Callable[[bytes, str], bytes]
"""A font and characters → the font with these alone, or what remembers such results."""

_RULE = re.compile(r"@font-face\s*\{[^}]*\}")
_THEME_FILE = re.compile(r"url\(theme:fonts/([\w.-]+)\)")
_OWN_FILE = re.compile(r'url\("asset:/([^"]+\.(?:ttf|otf|woff2?))"\)')

_FEATURES = (
    *("kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk"),
    *("onum", "lnum", "pnum", "tnum", "smcp", "sups", "subs"),
    *("init", "medi", "fina", "isol", "rlig"),
)
"""The features that the stylesheets ask for, and those without which scripts are not set right."""


def used_faces(css: str, html: str) -> str:
    """The rules for faces without those that nothing in the HTML can need."""
    return _RULE.sub(lambda found: found[0] if _is_used(found[0], html) else "", css)


def _is_used(rule: str, html: str) -> bool:
    is_bold = "font-weight: 600" in rule
    needs = (
        ("Report Mono" in rule, "<code"),
        ("Report Serif" in rule and is_bold, "<strong"),
        ("Report Small" in rule and is_bold, "<strong"),
        (is_bold and "italic" in rule, "<em"),
        ("Report Arabic" in rule, r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    )
    return all(re.search(pattern, html) for applies, pattern in needs if applies)


def with_fonts(css: str, html: str, assets: Assets, cut: Cut) -> str:
    """The stylesheet with the faces that it names, of theme and project, in it: with the page's characters alone."""
    characters = "".join(sorted({*ascii_letters, *digits, *punctuation, *html} - _CONTROLS))

    def own(found: re.Match[str]) -> str:
        content = assets.get(unquote(found[1]))
        return (
            found[0]
            if isinstance(content, Unreadable)
            else f'url("{data_uri(_cut_if_font(content, characters, cut))}")'
        )

    css = _THEME_FILE.sub(lambda found: f'url("{data_uri(cut(font(found[1]), characters))}")', css)
    return _OWN_FILE.sub(own, css)


def _cut_if_font(content: bytes, characters: str, cut: Cut) -> bytes:
    """A font of the project cut down; whole where fontTools does not understand it."""
    try:
        return cut(content, characters)
    except (TTLibError, AssertionError, LookupError, ValueError, struct.error):
        return content


_CONTROLS = frozenset(map(chr, range(32)))


def subset(content: bytes, characters: str) -> bytes:
    """The font with these characters alone, as WOFF2; the same each time."""
    options = Options(layout_features=list(_FEATURES), hinting=False, notdef_outline=True)
    options.drop_tables = [*options.drop_tables, "name"]  # to look for names that are used is a third of the work
    whole = TTFont(BytesIO(content), recalcTimestamp=False)
    names = whole["name"]
    cutter = Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(whole)
    whole["name"] = names
    whole.flavor = "woff2"
    result = BytesIO()
    whole.save(result)
    return result.getvalue()
