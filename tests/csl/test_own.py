"""The cases of `own/*.txt`: real styles on own entries, with lines checked against the printed style guides.

=== title
style: chicago-notes-bibliography
locale: de-DE                         (optional; so are restart: chapters and nocite: id id)
--- citations
1: @id                                a note with its number; no number stands for the text
2: see @id {23}; @id {chapter 4}      prefix, locator with its kind, several cites
3: -@id and so on                     without author; the rest of a cite is its suffix
4 says @id {5}                        author in the running text
# chapter 2                           positions start anew if asked
--- expected
one line per citation; ` || ` before what goes into the note
--- bibliography
one line per entry (optional)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from report.csl import Citation, Cite, Item, Options, Rendered, Tree, parse_style, process, style_text, to_html

OWN = Path(__file__).parent / "own"


@dataclass(frozen=True, slots=True)
class Case:
    """One case and its place."""

    title: str
    path: Path
    head: dict[str, str]
    parts: dict[str, list[str]] = field(hash=False)


def entries() -> list[Item]:
    """All entries of the own cases, with the field names of CSL-JSON."""
    return [{"id": key, **item} for key, item in yaml.safe_load((OWN / "entries.yml").read_text("utf-8")).items()]


def read() -> list[Case]:
    """All cases."""
    return [case for path in sorted(OWN.glob("*.txt")) for case in _read(path)]


def _read(path: Path) -> list[Case]:
    chunks = re.split(r"^=== (.*)\n", path.read_text("utf-8"), flags=re.M)[1:]
    return [_case(title, body, path) for title, body in zip(chunks[::2], chunks[1::2], strict=True)]


def _case(title: str, body: str, path: Path) -> Case:
    head, *chunks = re.split(r"^--- (\w+)\n", body, flags=re.M)
    fields = dict(line.split(": ", 1) for line in head.splitlines() if line)
    parts = dict(zip(chunks[::2], ([line for line in c.splitlines() if line] for c in chunks[1::2]), strict=True))
    return Case(title, path, fields, parts)


def render(case: Case) -> dict[str, list[str]]:
    """What the processor makes of a case, in the form of its expectations."""
    name = case.head["style"]
    text = style_text(name)
    assert text is not None, name
    style = parse_style(text, name)
    options = Options(restart_positions="restart" in case.head, nocite=tuple(case.head.get("nocite", "").split()))
    rendered = process(style, case.head.get("locale", ""), entries(), _citations(case.parts["citations"]), options)
    return {"expected": _lines(rendered), "bibliography": [_html(entry.content) for entry in rendered.bibliography]}


def _lines(rendered: Rendered) -> list[str]:
    return [
        f"{_html(citation.text)} || {_html(citation.note)}" if citation.note else _html(citation.text)
        for citation in rendered.citations
    ]


def _html(tree: Tree) -> str:
    html = re.sub(r"</?a\b[^>]*>", "", to_html(tree))
    return html.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def _citations(lines: list[str]) -> list[Citation]:
    chapter, found = 0, []
    for line in lines:
        if line.startswith("# chapter "):
            chapter = int(line.removeprefix("# chapter "))
            continue
        match = re.match(r"(?:(\d+)?(:| says|says) )?(.*)", line)
        assert match is not None
        says = match[2] is not None and "says" in match[2]
        cites = tuple(_cite(part) for part in match[3].split("; "))
        found.append(Citation(cites, int(match[1] or 0), "author-in-text" if says else "normal", chapter))
    return found


def _cite(text: str) -> Cite:
    match = re.fullmatch(r"(.*?)(-?)@([\w-]+)(?: \{(?:([a-z-]+) )?(.*?)\})?(.*)", text)
    assert match is not None, text
    prefix, minus, id, label, locator, suffix = match.groups()
    return Cite(id, locator or "", label or "page", prefix, suffix, "suppress-author" if minus else "normal")


@pytest.mark.parametrize("case", read(), ids=lambda case: f"{case.path.stem}: {case.title}")
def test_case(case: Case) -> None:
    got = render(case)
    wanted = {name: lines for name, lines in case.parts.items() if name != "citations"}
    assert wanted, "a case expects something"
    assert {name: got[name] for name in wanted} == wanted
