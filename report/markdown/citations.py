"""Citations in pandoc's syntax, as inline rules: `[see @a, pp. 3–5; @b]`, `[-@key]`, `@key [p. 3]`, `@{odd key}`.

References to labels (`@fig-x`, `@fig-x [page]`) look alike and are told apart by their prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from msgspec import Struct

from report.document import is_reference, normal
from report.markdown.notes import push, tokenize_between

KEY = r"@(?:\{(?P<braced>[^{}\n]+)\}|(?P<key>[\w](?:[\w\u0300-\u036f]|[:.#$%&+?<>~/-](?=[\w]))*))"
BARE = re.compile(KEY)
_CITE = re.compile(rf"(?P<minus>-?){KEY}")
_SEEN = re.compile(rf"\s*,?\s*(?P<words>(?:as\s+)?(?:cited|quoted|reproduced)\s+in)\s+(?={KEY})", re.IGNORECASE)

TERMS = {
    "book": "bk. bks. book books",
    "chapter": "chap. chaps. chapter chapters Kap. chapitre",
    "column": "col. cols. column columns Sp.",
    "figure": "fig. figs. figure figures Abb.",
    "folio": "fol. fols. folio folios f.",
    "issue": "issue issues no. nos. Nr. n°",
    "line": "l. ll. line lines Z.",
    "note": "n. nn. note notes Anm. Fn.",
    "opus": "op. opp. opus",
    "page": "p. pp. page pages S. Seite",
    "paragraph": "para. paras. paragraph paragraphs ¶ ¶¶ Abs. al.",
    "part": "pt. pts. part parts Teil",
    "section": "sec. secs. section sections § §§",
    "sub-verbo": "s.v. s.vv.",
    "table": "tbl. table tables Tab.",
    "verse": "v. vv. verse verses",
    "volume": "vol. vols. volume volumes Bd. t.",
    "appendix": "app. apps. appendix",
    "article-locator": "art. arts. article articles Art.",
}
"""Words before a locator, by CSL's name of its kind."""

_LABELS = {term: label for label, terms in TERMS.items() for term in terms.split()}
_TERM = "|".join(sorted((re.escape(term) for term in _LABELS), key=len, reverse=True))
_DIGITS = r"[^\s,;{}\[\]]*\d[^\s,;{}\[\]]*"
_ANY = rf"(?:{_DIGITS}|[ivxlcdmIVXLCDM]+\b(?!\.\w|\.?\s*[a-z]\.))"
_AND = r"\s*(?:[-–—,&]|,?\s*and\b)\s*"
_LOCATOR = re.compile(
    rf"\s*,?\s*(?:\{{(?P<explicit>[^{{}}]*)\}}"
    rf"|(?P<term>{_TERM})\s*(?P<termed>{_ANY}(?:{_AND}{_ANY})*)"
    rf"|(?P<number>{_DIGITS}(?:{_AND}{_DIGITS})*))"
)


class CiteText(Struct, frozen=True):
    """One cite as offsets into the inline text; prefix and suffix are (start, end)."""

    key: str
    start: int
    end: int
    prefix: tuple[int, int]
    suffix: tuple[int, int]
    label: str
    locator: str
    suppress_author: bool
    cited_in: bool = False


def citations(md: MarkdownIt) -> None:
    """Add the rules."""
    md.inline.ruler.before("link", "citation", _citation)
    md.inline.ruler.before("link", "narrative_citation", _narrative)
    md.inline.add_terminator_char("@")


def _citation(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or state.src.find("@", state.pos, state.posMax) < 0:
        return False
    close = state.md.helpers.parseLinkLabel(state, state.pos)
    if close < 0 or state.src[close + 1 : close + 2] in ("(", "{", "["):
        return False
    cites = list(_cites(state.src, state.pos + 1, close))
    if not cites or any(not cite.key for cite in cites):
        return False
    if not silent:
        _push(state, cites, state.pos, close + 1, narrative=False)
    state.pos = close + 1
    return True


def _narrative(state: StateInline, silent: bool) -> bool:
    found = BARE.match(state.src, state.pos, state.posMax)
    if found is None or _inside_address(state.src, state.pos):
        return False
    key = found["braced"] or found["key"]
    start, end = state.pos, found.end()
    bracket = re.compile(r" ?\[").match(state.src, end, state.posMax)
    locator = (end, end)
    if bracket:
        saved, state.pos = state.pos, bracket.end() - 1
        close = state.md.helpers.parseLinkLabel(state, state.pos)
        state.pos = saved
        if close >= 0 and _takes_bracket(state.src, key, bracket.end(), close):
            locator, end = (bracket.end(), close), close + 1
    if not silent:
        _push(state, [_cite(state.src, key, start, found.end(), *locator)], start, end, narrative=True)
    state.pos = end
    return True


def _takes_bracket(text: str, key: str, start: int, close: int) -> bool:
    """Whether brackets after a bare key belong to it: a locator, or `page` after a label."""
    if text[close + 1 : close + 2] in ("(", "{"):
        return False
    inside = text[start:close].strip()
    if is_reference(key):
        return inside == "page"
    return "@" not in inside and not inside.startswith("^")


def _inside_address(text: str, at: int) -> bool:
    """Whether the `@` is part of a mail address or a URL."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "._/\\+"):
        return True
    return "://" in re.split(r"\s", text[max(0, at - ADDRESS_CHARACTERS) : at])[-1]


ADDRESS_CHARACTERS = 2000
"""How far before an `@` an address may have begun."""


def _cites(text: str, start: int, end: int) -> Iterator[CiteText]:
    """The cites of a citation; a part without a key belongs to the cite before it, at the start to the one behind."""
    parts: list[tuple[int, int]] = []
    for first, last in _parts(text, start, end):
        keyed = _key_in(text, first, last) is not None
        if parts and (not keyed or _key_in(text, *parts[-1]) is None):
            first = parts.pop()[0]
        parts.append((first, last))
    for first, last in parts:
        found = _key_in(text, first, last)
        if found is None:
            yield CiteText("", first, last, (first, first), (last, last), "", "", False)
        else:
            yield from _seen_parts(text, found, first, first + len(text[first:last].rstrip(" ;")))


def _key_in(text: str, first: int, last: int) -> re.Match[str] | None:
    return next((cite for cite in _CITE.finditer(text, first, last) if not _inside_address(text, cite.start())), None)


def _seen_parts(text: str, found: re.Match[str], first: int, last: int) -> Iterator[CiteText]:
    """The cite of one part, and the cites in which it was seen."""
    seen = _SEEN.search(text, found.end(), last)
    key = found["braced"] or found["key"]
    yield _cite(
        text, key, found.start(), found.end(), found.end(), seen.start() if seen else last,
        prefix=(first, found.start()), suppress_author=bool(found["minus"]),
    )  # fmt: skip
    while seen and (following := BARE.match(text, seen.end(), last)):
        after = _SEEN.search(text, following.end(), last)
        yield _cite(
            text, following["braced"] or following["key"], following.start(), following.end(), following.end(),
            after.start() if after else last, prefix=(seen.start("words"), seen.end()), cited_in=True,
        )  # fmt: skip
        seen = after


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a citation between semicolons outside braces, brackets and code."""
    depth = 0
    first = start
    for at in range(start, end):
        char = text[at]
        if char in "{[(":
            depth += 1
        elif char in "}])":
            depth -= 1
        elif char == ";" and depth <= 0:
            yield first, at
            first = at + 1
    yield first, end


def _cite(
    text: str,
    key: str,
    start: int,
    end: int,
    rest: int,
    last: int,
    *,
    prefix: tuple[int, int] | None = None,
    suppress_author: bool = False,
    cited_in: bool = False,
) -> CiteText:
    label, locator, suffix = _located(text, rest, last)
    return CiteText(
        normal(key), start, end, prefix or (start, start), (suffix, last), label, locator, suppress_author, cited_in
    )


def _located(text: str, start: int, end: int) -> tuple[str, str, int]:
    """The locator's kind and value, and where the suffix begins."""
    found = _LOCATOR.match(text, start, end)
    if found is None:
        return "", "", start
    if found["explicit"] is not None:
        explicit = re.match(rf"\s*(?:({_TERM})\s*)?(.*)", found["explicit"], re.DOTALL)
        term, value = (explicit[1], explicit[2]) if explicit else ("", found["explicit"])
        return _LABELS.get(term or "", "page"), value.strip(), found.end()
    return _LABELS.get(found["term"] or "", "page"), (found["termed"] or found["number"]).strip(), found.end()


def _push(state: StateInline, cites: list[CiteText], start: int, end: int, *, narrative: bool) -> None:
    token = push(state, "citation_open", 1)
    token.meta |= {"at": start, "end": end, "narrative": narrative, "text": state.src[start:end]}
    for cite in cites:
        push(state, "cite_open", 1).meta |= {"cite": cite}
        _push_part(state, "cite_prefix", *_trimmed(state.src, cite.prefix, right=False))
        _push_part(state, "cite_suffix", *_trimmed(state.src, cite.suffix, right=True))
        push(state, "cite_close", -1)
    push(state, "citation_close", -1).content = "a" if narrative else "."


def _push_part(state: StateInline, name: str, start: int, end: int) -> None:
    """Tokens of their own for a prefix or suffix: no emphasis begins in the one and ends in the other."""
    push(state, f"{name}_open", 1)
    tokenize_between(state, start, end)
    push(state, f"{name}_close", -1)


def _trimmed(text: str, part: tuple[int, int], *, right: bool) -> tuple[int, int]:
    """A prefix without white space before it, a suffix without white space after it."""
    start, end = part
    while not right and start < end and text[start].isspace():
        start += 1
    while right and end > start and text[end - 1].isspace():
        end -= 1
    return start, end
