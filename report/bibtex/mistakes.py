"""What is wrong with a file where the grammar fails: which entry is lost, why, and where the mistake stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from report.bibtex.model import normal_key
from report.bibtex.strings import closing_brace
from report.diagnostics import Diagnostic, error
from report.source import Source

_HEAD = re.compile(r"@(\w*)[ \t]*[{(]\s*")
_KEY = re.compile(r"[^\s,{}()\"=]+")
_ENTRY_START = re.compile(r"@(?!(?i:comment|string|preamble)\b)\w+[ \t]*[{(]\s*([^\s,()=\"}][^\n,=\"}]*?)?\s*,")
_STRAY_ENTRY = re.compile(
    rf"(?:^|[}})])[^\w%@\n]{{0,8}}(@?[^\S\n]*(\w[\w-]*)\s*[{{(])\s*({_KEY.pattern})\s*,\s*[A-Za-z][\w-]*\s*=",
    re.MULTILINE,
)
_FIELD = re.compile(r"(\w[\w.:+/-]*)\s*=\s*")
_LOST_FIELD = re.compile(r"^[ \t,]*(\w[\w-]*)\s*=\s*[{\"\d]", re.MULTILINE)
_UNOPENED = re.compile(r"^[ \t]*(@(?!comment\b)[a-z]+)\b(?![@.])", re.MULTILINE | re.IGNORECASE)


def broken_block(source: Source, start: int, block: str, told: str) -> Iterator[Diagnostic]:
    """About a block that the parser gave up, for the reason it told; `start` is its place."""
    head = _HEAD.match(block)
    kind = head[1].lower() if head else ""
    if kind == "comment":
        return  # BibTeX reads the entries inside, and so does the parser
    begin = head.end() if head else 0
    key = _KEY.match(source.text, start + begin) if kind != "string" else None
    what = f"entry `{normal_key(key[0])}`" if key else f"`@{kind}`"
    span = source.span(key.start(), key.end()) if key else source.span(start, start + begin)
    reason, trouble = _reason(block, told)
    hints = () if trouble is None else (_place_hint(source, start + trouble),)
    yield error("bib-broken-entry", f"{what} is ignored: {reason}", span, *hints)


def text_between(source: Source, start: int, text: str, last: str) -> Iterator[Diagnostic]:
    """About text outside entries that looks like the rest of the last one, or like an entry that begins wrongly."""
    strays = [found for found in _STRAY_ENTRY.finditer(text) if found[2].lower() != "comment"]
    for found in strays:
        key = normal_key(found[3])
        message = f"entry `{key}` is ignored: `{' '.join(found[1].split())}` is not how an entry begins"
        hint = f"write `@{found[2].replace('-', '')}{{{key},`"
        yield error("bib-broken-entry", message, source.span(start + found.start(3), start + found.end(3)), hint)
    text = text[: strays[0].start()] if strays else text
    if last and (outside := _LOST_FIELD.search(text)):
        message = f"field `{outside[1]}` stands outside entry `{last}`: a brace before it closes the entry"
        yield error("bib-broken-entry", message, source.span(start + outside.start(1), start + outside.end(1)))
    if unopened := _UNOPENED.search(text):
        message = f"`{unopened[1]}` has no `{{` after it; the text is ignored"
        yield error("bib-broken-entry", message, source.span(start + unopened.start(1), start + unopened.end(1)))


def swallowed_entries(
    source: Source, starts: Collection[int], broken: Sequence[tuple[int, int]]
) -> Iterator[Diagnostic]:
    """About entries that a plain look at the file shows and that begin at none of the parser's places.

    `broken` are the blocks that could not be read, in order: what begins anywhere in one of them is lost."""
    openings = [start for start, _ in broken]
    for found in _ENTRY_START.finditer(source.text):
        place = found.start()
        if place in starts:
            continue
        before = source.text[source.text.rfind("\n", 0, place) + 1 : place].strip()
        index = bisect_right(openings, place) - 1
        if before in ("", "}", "},") or (index >= 0 and place < broken[index][1] and not before.startswith("%")):
            what = f"entry `{normal_key(found[1])}`" if found[1] else "an entry without a key"
            span = source.span(*found.span(1 if found[1] else 0))
            yield error("bib-broken-entry", f"{what} is ignored: it begins inside another entry", span)


def _reason(block: str, told: str) -> tuple[str, int | None]:
    """Why the parser gave a block up, and the place of the mistake in it, if that is not its beginning."""
    expected = told.startswith("Expected") and "found `@" not in told and "found @" not in told
    if expected and "comma after entry key" in told:
        return "no comma after its key", None
    if expected and "found the end" in told:
        return f"field `{_last_part(block[:-1])}` has no value", len(block) - 1
    if expected:
        name = _last_part(block)
        return (f"no `=` after `{name}`" if name else "a comma too many"), len(block)
    unclosed = _unclosed_field(block)
    if unclosed is None:
        return "no brace closes it", None
    name, place = unclosed
    return f"the value of `{name}` is not closed", place


def _last_part(block: str) -> str:
    """What stands between the last comma or brace and the place where the parser gave up."""
    return re.split(r"[,{(]", block.rstrip("=}"))[-1].strip(' \t\r\n"')


def _place_hint(source: Source, offset: int) -> str:
    place = source.position(offset)
    return f"the mistake is at {source.path}:{place.line}:{place.column}"


def _unclosed_field(block: str) -> tuple[str, int] | None:
    """The first field whose value runs on to the end of the block, or over the next field."""
    place = 0
    while found := _FIELD.search(block, place):
        place = found.end()
        match block[place : place + 1]:
            case "{":
                closing = closing_brace(block, place)
                if closing is None or _LOST_FIELD.search(block, place, closing):
                    return found[1].lower(), place
            case '"':
                closing = block.find('"', place + 1)
                if closing < 0:
                    return found[1].lower(), place
            case _:
                continue
        place = closing
    return None
