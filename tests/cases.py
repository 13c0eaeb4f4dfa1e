"""Cases in text files: a chapter, the files beside it, and what the author sees of it.

    === title of the case
    the chapter
    --- refs.bib            any name with a dot: a file of the project; `report.yml` too
    @book{…}
    --- html                the chapter as it is written after linking
    <p>…</p>
    --- diagnostics         what is said about it; without this section, nothing may be said
    chapters/a.md:1:1: error[…]: …

What stands before the first case is shared by all cases of the file: `--- refs.bib` there is theirs, unless they have
their own.
In the folder `lint` that is what `report check` says, elsewhere what a build says before layout.
`␍` is a carriage return, `␀` a null, `�` a byte that is not UTF-8.

Other expectations: `--- notes` (each note as text), `--- bibliography`, `--- contents`, `--- index` (as text).
`ACCEPT=1 pytest` writes what was found into the file, to be read before it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from report import front, html, linking
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import as_text
from report.document import BibliographyEntry, Chapter, ContentsEntry, IndexEntry, Note, plain_text, walk
from report.project import read

CHAPTER = "chapters/a.md"


class Case(Struct, frozen=True):
    file: Path
    title: str
    sections: tuple[tuple[str, str], ...]
    """Name and text; the first, named after the chapter, is the input."""
    shared: tuple[tuple[str, str], ...] = ()
    """Files of all cases in the same file."""

    @property
    def files(self) -> dict[str, str]:
        return {name: text for name, text in (*self.shared, *self.sections) if "." in name}

    @property
    def expected(self) -> dict[str, str]:
        return {name: text for name, text in self.sections if "." not in name}


def cases(file: Path) -> Iterator[Case]:
    opening, *parts = re.split(r"^=== ", file.read_text("utf-8"), flags=re.MULTILINE)
    _, *shared = _sections(opening)
    for part in parts:
        title, _, body = part.partition("\n")
        yield Case(file, title, _sections(body), tuple(shared))


def _sections(text: str) -> tuple[tuple[str, str], ...]:
    first, *pieces = re.split(r"^--- (\S+)\n", text, flags=re.MULTILINE)
    sections = [(CHAPTER, first), *zip(pieces[::2], pieces[1::2], strict=True)]
    return tuple((name, text.rstrip("\n") + "\n") for name, text in sections)


def found(case: Case, folder: Path) -> dict[str, str]:
    """What the author sees: the sections that the case expects, and diagnostics where there are any."""
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        written = text.replace("␍", "\r").replace("␀", "\0").replace("�", "\udcff")
        path.write_bytes(written.encode("utf-8", "surrogateescape"))
    if not (folder / "report.yml").exists():
        (folder / "report.yml").write_text("toc: false\n")
    project = read(folder, Choices())
    linked = front.link(project, Cache())
    resolved = [linking.resolve(chapter, place, linked.table) for place, chapter in enumerate(linked.chapters)]
    seen = {name: _VIEWS[name](resolved).rstrip("\n") + "\n" for name in case.expected if name in _VIEWS}
    is_linted = case.file.parent.name == "lint"
    told = front.check(project, Cache()) if is_linted else linked.diagnostics
    said = as_text(told, project.files.texts)
    return seen | ({"diagnostics": said.rstrip("\n") + "\n"} if said or "diagnostics" in case.expected else {})


def accept(case: Case, seen: dict[str, str]) -> None:
    """Put what was found into the file of the case."""
    sections = [(name, text if "." in name else seen.get(name, "")) for name, text in case.sections]
    sections += [(name, text) for name, text in seen.items() if name not in dict(sections)]
    sections = [section for section in sections if section[1].strip() or "." in section[0]]
    rewritten = replace(case, sections=tuple(sections))
    parts = [rewritten if other.title == case.title else other for other in cases(case.file)]
    shared = "".join(f"--- {name}\n{text}" for name, text in case.shared)
    case.file.write_text("\n".join((*([shared] if shared else []), *map(_written, parts))), "utf-8")


def _written(case: Case) -> str:
    (_, chapter), *rest = case.sections
    return f"=== {case.title}\n{chapter}" + "".join(f"--- {name}\n{text}" for name, text in rest)


def _html(chapters: list[Chapter]) -> str:
    chapter = next(chapter for chapter in chapters if chapter.path == CHAPTER)
    text = html.write(replace(chapter, title=())).partition("</header>")[2].removesuffix("</section>\n")
    text = re.sub(r"<style>.*?</style>|<path [^>]*/>| data-(?:number|free)=\"[^\"]*\"", "", text, flags=re.DOTALL)
    blocks = r"(</(?:p|h[1-6]|li|ul|ol|dl|div|blockquote|table|caption|tr|figcaption|figure|aside|dt|dd|pre)>)"
    return re.sub(blocks, r"\1\n", text) + "\n"


def _notes(chapters: list[Chapter]) -> str:
    nodes = (node for chapter in chapters for node in (*walk(chapter.title), *walk(chapter.blocks)))
    return "".join(f"{node.number}. {plain_text(node.blocks)}\n" for node in nodes if isinstance(node, Note))


def _bibliography(chapters: list[Chapter]) -> str:
    nodes = (node for chapter in chapters for node in walk(chapter.blocks))
    return "".join(f"{plain_text(node.children)}\n" for node in nodes if isinstance(node, BibliographyEntry))


def _contents(chapters: list[Chapter]) -> str:
    nodes = (node for chapter in chapters for node in walk(chapter.blocks) if isinstance(node, ContentsEntry))
    lines = ("  " * (node.level - 1) + f"{node.number} {plain_text(node.children)}".strip() for node in nodes)
    return "".join(f"{line}\n" for line in lines)


def _index(chapters: list[Chapter]) -> str:
    nodes = (node for chapter in chapters for node in walk(chapter.blocks) if isinstance(node, IndexEntry))
    return "".join(f"{node.initial or ' '} {node.entry}{f', see {node.see}' if node.see else ''}\n" for node in nodes)


_VIEWS: dict[str, Callable[[list[Chapter]], str]] = {
    "html": _html,
    "notes": _notes,
    "bibliography": _bibliography,
    "contents": _contents,
    "index": _index,
}
