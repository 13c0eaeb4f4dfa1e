"""The stylesheet of the page: the theme's for screens, with what a project's stylesheets say of screens.

Of a project's stylesheet it takes variables on `:root`, faces, and rules in `@media screen`; the rest is for print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import tinycss2
from tinycss2.ast import (
    AtKeywordToken,
    AtRule,
    Comment,
    Declaration,
    FunctionBlock,
    Node,
    QualifiedRule,
    StringToken,
    URLToken,
)

from report.diagnostics import Diagnostic, error
from report.html import marking
from report.html.theme import families, string, style, with_addresses
from report.metadata import Metadata
from report.source import Source
from report.words import words

COLOURS, REST = ("screen/light", "screen/dark"), ("page", "text", "notes", "parts", "tables", "print")
"""The theme's stylesheets for screens: a project's variables stand between its colours by day and by night."""

_FALLBACKS = {"text": "serif", "display": "serif", "small": "serif", "sans": "sans-serif", "mono": "monospace"}


def stylesheet(metadata: Metadata, sheets: Sequence[Source]) -> str:
    """The whole stylesheet; fonts and files are named in it and not yet there. It cannot close its element."""
    own = [_parsed(sheet) for sheet in sheets]
    light, dark = map(style, COLOURS)
    parts = (
        style("fonts"),
        light,
        _fonts(metadata),
        *map(_variables, own),
        dark,
        style("graphics"),
        *(style(f"screen/{name}") for name in REST),
        _sheets(metadata),
        *map(_for_screens, own),
    )
    return "\n".join(parts).replace("</", "<\\/")


def _sheets(metadata: Metadata) -> str:
    """The margins of every sheet where the page is printed: the mark, the draft, the number."""
    marks = (marking.name(metadata.handling), words(metadata.lang).draft if metadata.draft else "")
    text = string(" · ".join(mark for mark in marks if mark))
    look = "font: 600 7.5pt var(--font-sans); letter-spacing: .09em; color: var(--brick)"
    return f"@page {{ @top-left {{ content: {text}; {look} }} @bottom-right {{ content: counter(page); {look} }} }}"


def _fonts(metadata: Metadata) -> str:
    declared = (
        f"--{name}: {value}, {_FALLBACKS[name.removeprefix('font-')]}" for name, value in families(metadata).items()
    )
    return f":root {{ {'; '.join(declared)} }}"


def _parsed(sheet: Source) -> list[Node]:
    text = with_addresses(sheet)
    found: list[Node] = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    _keep_within(found)
    return found


def _keep_within(nodes: list[Node]) -> None:
    """Have addresses lead to what comes with the page, or to nothing; comments are for those who write."""
    nodes[:] = [node for node in nodes if not isinstance(node, Comment)]
    for node in nodes:
        match node:
            case AtKeywordToken(lower_value="import"):
                node.value = node.lower_value = "none"
            case URLToken() if not node.value.startswith(_WITHIN):
                node.representation = _NOTHING
            case FunctionBlock(lower_name="url"):
                for argument in node.arguments:
                    if isinstance(argument, StringToken) and not argument.value.startswith(_WITHIN):
                        argument.representation = '"data:,"'
            case FunctionBlock() if node.lower_name in _OTHERS:
                node.name, node.lower_name = "none", "none"
        for name in ("prelude", "content", "arguments"):
            below = getattr(node, name, None)
            if below:
                _keep_within(below)


_WITHIN = ("asset:", "theme:", "data:", "#")
_NOTHING = 'url("data:,")'
_OTHERS = ("src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade")
"""Functions that fetch as well, and take addresses in ways that are not followed."""


def _variables(rules: Iterable[Node]) -> str:
    """The custom properties that a stylesheet gives the whole document."""
    declared = (
        one
        for rule in rules
        if isinstance(rule, QualifiedRule) and tinycss2.serialize(rule.prelude).strip() == ":root"
        for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        if isinstance(one, Declaration) and one.name.startswith("--")
    )
    return f":root {{ {' '.join(f'{one.serialize()};' for one in declared)} }}"


def _for_screens(rules: Iterable[Node]) -> str:
    """The rules in `@media screen`, and the faces."""
    kept = (rule for rule in rules if isinstance(rule, AtRule) and _is_for_screens(rule))
    return "\n".join(rule.serialize() for rule in kept)


def _is_for_screens(rule: AtRule) -> bool:
    queries = tinycss2.serialize(rule.prelude)
    is_media = rule.lower_at_keyword == "media" and re.search(r"(?<!not )\bscreen\b", queries, re.IGNORECASE)
    return rule.lower_at_keyword == "font-face" or bool(is_media)


def hiding(sheet: Source) -> Iterator[Diagnostic]:
    """The rules for screens that take text of the report from sight, which the page does not say where it shows."""
    rules = tinycss2.parse_stylesheet(sheet.text, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if isinstance(rule, AtRule) and rule.lower_at_keyword != "font-face" and _is_for_screens(rule):
            yield from _hiding_in(rule, sheet)


def _hiding_in(rule: AtRule | QualifiedRule, sheet: Source) -> Iterator[Diagnostic]:
    """The declarations in a rule, and in those within it, that hide."""
    within = tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True)
    for one in within:
        if isinstance(one, Declaration):
            value = tinycss2.serialize(one.value).strip().lower()
            if _HIDING.get(one.lower_name, _NEVER).fullmatch(value):
                hint = "change the rule, or say in the chapter what is for which output: `.content-visible`"
                message = f"`{one.name}: {value}` hides text on the page"
                line = sheet.line_span(one.source_line)
                yield error("css-hiding", message, line, hint)
        elif isinstance(one, AtRule | QualifiedRule) and not _is_furniture(one):
            yield from _hiding_in(one, sheet)


def _is_furniture(rule: AtRule | QualifiedRule) -> bool:
    """Whether a rule is for what the page has beside its text, or what a stylesheet makes itself."""
    if isinstance(rule, AtRule):
        return False
    selectors = tinycss2.serialize(rule.prelude).split(",")
    return all(_FURNITURE.search(selector.strip()) for selector in selectors)


_FURNITURE = re.compile(
    r"(::?(before|after|marker|selection)|(^|\s)(nav|button|hr)([.#:\[][^\s>+~]*)?)$", re.IGNORECASE
)

_HIDING = {
    "display": re.compile("none"),
    "visibility": re.compile("hidden|collapse"),
    "content-visibility": re.compile("hidden"),
    "opacity": re.compile(r"\+?0*\.?0[0-9]*%?|-.*"),
    "font-size": re.compile(r"[+-]?0*\.?0+(?:[a-z]+|%)?"),
    "color": re.compile("transparent"),
    "-webkit-text-fill-color": re.compile("transparent"),
    "transform": re.compile(r".*scale[xy3d]*\(\s*0*\.?0*\s*[,)].*"),
    "text-indent": re.compile(r"-\d{3,}.*"),
    "left": re.compile(r"-\d{3,}.*"),
    "clip": re.compile(r"rect\(\s*0.*"),
    "clip-path": re.compile(r"inset\(\s*(?:[5-9]\d|100)%.*|circle\(\s*0.*"),
}
"""For each property the values with which text cannot be seen."""

_NEVER = re.compile(r"(?!)")
