"""Formatted text as a row of runs, and its form in CSL-JSON: the mini-HTML of CSL 1.0.2, where all else is escaped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

NOCASE = "nocase"

_OPENING = {
    "i": "<i>",
    "b": "<b>",
    "sup": "<sup>",
    "sub": "<sub>",
    "sc": '<span style="font-variant:small-caps;">',
    NOCASE: '<span class="nocase">',
}
_CLOSING = {tag: "</span>" if opening.startswith("<span") else f"</{tag}>" for tag, opening in _OPENING.items()}
_SPACES = re.compile(r"[ \t\r\n]+")


class Run(Struct, frozen=True):
    """Characters of one format."""

    text: str
    tags: tuple[str, ...] = ()
    """From the outside in: `i`, `b`, `sup`, `sub`, `sc`, `nocase`; each once."""


Rich = tuple[Run, ...]


def tidy(runs: Iterable[Run]) -> Rich:
    """The same text with single spaces, none at its ends, in NFC, neighbours of one format joined."""
    joined: list[Run] = []
    for run in runs:
        text = _SPACES.sub(" ", run.text)
        if text.startswith(" ") and (not joined or joined[-1].text.endswith(" ")):
            text = text[1:]
        if text and joined and joined[-1].tags == run.tags:
            joined[-1] = Run(joined[-1].text + text, run.tags)
        elif text:
            joined.append(Run(text, run.tags))
    if joined and joined[-1].text.endswith(" "):
        joined[-1] = Run(joined[-1].text[:-1], joined[-1].tags)
    normal = [Run(unicodedata.normalize("NFC", run.text), run.tags) for run in joined if run.text]
    return tuple(_with_needed_protection(normal))


def _with_needed_protection(runs: list[Run]) -> Iterable[Run]:
    """The runs, of which those without capital or small letters are protected only inside others that are."""
    protected = [False, *(NOCASE in run.tags for run in runs), False]
    for index, run in enumerate(runs):
        alone = not protected[index] and not protected[index + 2]
        if alone and run.text.lower() == run.text.upper():
            yield Run(run.text, _uncased(run.tags))
        else:
            yield run


def plain(runs: Iterable[Run]) -> str:
    """The characters alone, not escaped."""
    return "".join(run.text for run in runs)


def without_case(runs: Iterable[Run]) -> Rich:
    """The same text with nothing protected: what fields other than titles hold."""
    return tidy(Run(run.text, _uncased(run.tags)) for run in runs)


def joined(parts: Iterable[Rich], separator: str) -> Rich:
    """The parts that are not empty, with the separator between."""
    runs: list[Run] = []
    for part in parts:
        if part:
            runs += [Run(separator), *part] if runs else part
    return tidy(runs)


def html(runs: Iterable[Run]) -> str:
    """CSL's mini-HTML."""
    written: list[str] = []
    open_tags: tuple[str, ...] = ()
    for run in runs:
        kept = _common(open_tags, run.tags)
        written += [_CLOSING[tag] for tag in reversed(open_tags[kept:])]
        written += [_OPENING[tag] for tag in run.tags[kept:]]
        written.append(escaped(run.text))
        open_tags = run.tags
    written += [_CLOSING[tag] for tag in reversed(open_tags)]
    return "".join(written)


def escaped(text: str) -> str:
    """Text in which no character is markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _uncased(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if tag != NOCASE)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
