"""What must hold of any project: nothing raises, places lie in their files, no word is lost, the page runs nothing."""

from __future__ import annotations

import re
import shutil
import traceback
from collections.abc import Iterator
from html import unescape
from itertools import accumulate, pairwise
from pathlib import Path

import tinyhtml5
from draw import MARKER, Sample
from msgspec import Struct

from report import bibtex, html, linking
from report.cache import Cache
from report.choices import Choices
from report.data import Mapping, parse_yaml
from report.diagnostics import FORMATS, Diagnostic, Hint
from report.front import Linked, link
from report.html import screen
from report.pictures import Assets
from report.project import Project, read
from report.source import Source


class Fault(Struct, frozen=True):
    """What does not hold; `kind` and `place` are the same for what has most likely one cause."""

    kind: str
    place: str
    detail: str = ""


def faults(sample: Sample, folder: Path) -> list[Fault]:
    """What is wrong with the front half of a build, and with the chapters as they are written."""
    try:
        return list(_faults(sample, folder))
    except Exception as raised:
        return [crash(raised)]


def page_faults(sample: Sample, folder: Path) -> list[Fault]:
    """What is wrong with the HTML edition."""
    try:
        project = placed(sample, folder)
        linked = link(project, Cache(), output="html")
        resolved = (
            linking.resolve(linking.without_pages(one), place, linked.table)
            for place, one in enumerate(linked.chapters)
        )
        written = screen.page(resolved, project.metadata, project.stylesheets, Assets(project.files, Cache()), _uncut)
        return list(_active(written.html))
    except Exception as raised:
        return [crash(raised)]


def _uncut(font: bytes, characters: str) -> bytes:
    """A font of no letters: cutting one takes longer than all the rest."""
    return b""


def crash(raised: BaseException) -> Fault:
    """An exception, by the innermost line of ours that it passed through."""
    frames = traceback.extract_tb(raised.__traceback__)
    ours = [frame for frame in frames if "/report/" in frame.filename] or frames
    place = f"{type(raised).__name__} {ours[-1].filename.rpartition('/report/')[2]}:{ours[-1].lineno}" if ours else ""
    return Fault("crash", place, f"{raised} ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})"[:300])


def placed(sample: Sample, folder: Path) -> Project:
    """The project in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in sample.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return read(folder, Choices())


def _faults(sample: Sample, folder: Path) -> Iterator[Fault]:
    project = placed(sample, folder)
    linked = link(project, Cache())
    texts = project.files.texts
    yield from _misplaced(linked.diagnostics, texts)
    for form in FORMATS.values():
        form(linked.diagnostics, texts)
    written = _written(linked)
    yield from _lost(sample, project, linked, written)


def _written(linked: Linked) -> str:
    resolved = (linking.resolve(chapter, place, linked.table) for place, chapter in enumerate(linked.chapters))
    return "".join(html.write(chapter) for chapter in resolved)


def _misplaced(diagnostics: tuple[Diagnostic, ...], texts: dict[str, Source]) -> Iterator[Fault]:
    for found in diagnostics:
        span = found.span
        if span is None or span.path not in texts:
            continue
        if not 0 <= span.start <= span.end <= len(texts[span.path].text) + 1:
            yield Fault("place", found.code, f"{span} of {len(texts[span.path].text)}")


# loss

FAILED = ("template-", "file-encoding", "style-broken", "image-caption")
"""What keeps a whole file, or a note that stands elsewhere, out of print with an error or warning."""


def _lost(sample: Sample, project: Project, linked: Linked, written: str) -> Iterator[Fault]:
    found = project.files.text(sample.main)
    codes = {one.code for one in linked.diagnostics if one.span is None or one.span.path == sample.main}
    if not isinstance(found, Source) or any(code.startswith(FAILED) for code in codes):
        return
    if "division-unclosed" in codes and re.search(r"content-(?:visible|hidden)", found.text):
        return  # it hides all to the end of the chapter, and that is an error
    wanted = sample.printed
    if wanted is None:
        shown = _without_hidden(found.text, sample.main)
        wanted = frozenset(re.findall(MARKER, _whole_entries(shown) if sample.main.endswith(".bib") else shown))
    printed = _printed(sample, project, linked, written)
    named = _named(found, linked.diagnostics)
    for word in sorted(wanted):
        if word not in printed and word not in named:
            line = next((line for line in found.text.split("\n") if word in line), "")
            yield Fault("loss", re.sub(MARKER, "W", line).strip()[:60], word)


def _printed(sample: Sample, project: Project, linked: Linked, written: str) -> str:
    """All that is printed of the file that is tried; where nobody knows what should be, all that became of it."""
    match sample.main:
        case "report.yml":
            return repr(project.metadata).lower()
        case "refs.bib":
            return _of_entries(project, strict=sample.printed is not None).lower()
        case _ if sample.printed is None:
            return (written + repr(linked.chapters) + repr(linked.table)).lower()
        case _:
            shown = re.sub(r"<[^>]*?(?:title|alt|aria-label|href)=\"([^\"]*)\"[^>]*>", r" \1 ", written)
            return unescape(re.sub(r"<[^>]*>", "", shown)).lower()


PRIVATE = ("file", "annote", "abstract", "keywords")


def _of_entries(project: Project, *, strict: bool) -> str:
    library = bibtex.parse(project.bibliographies)
    fields = repr([[field.value for field in entry.fields.values()] for entry in library.entries.values()])
    return fields + repr(bibtex.items(library, library.entries)) + repr(list(library.entries)) + repr(library.aliases)


def _named(source: Source, diagnostics: tuple[Diagnostic, ...]) -> set[str]:
    """The markers that a diagnostic names, or on whose line one stands, or in whose value or entry."""
    lines = source.text.split("\n")
    covered: set[int] = set()
    said = ""
    for one in diagnostics:
        said += one.message + " ".join(hint for hint in one.hints if isinstance(hint, str))
        for span in (one.span, *(hint.span for hint in one.hints if isinstance(hint, Hint))):
            if span is not None and span.path == source.path:
                covered |= set(range(source.position(span.start).line - 1, source.position(span.end).line))
        whole_file = one.code in ("yaml-syntax", "yaml-character", "yaml-depth", "yaml-document")
        if whole_file and one.span is not None and one.span.path == source.path:
            covered |= set(range(len(lines)))
    if source.path.endswith(".yml"):
        covered |= set(_below(source, covered))
    whole: Iterator[str] = iter(())
    if source.path.endswith(".bib"):
        covered |= set(_of_value(lines, covered))
        whole = _of_refused(source, diagnostics)
    covered |= {number for number, line in enumerate(lines) if re.match(r"[ >]*(?:```|~~~)[ ]*\S+$", line)}
    seen = (*(lines[number] for number in covered if number < len(lines)), *whole, said)
    return {word for text in seen for word in re.findall(MARKER, text)}


def _below(source: Source, covered: set[int]) -> Iterator[int]:
    """The lines of the keys of the first level in which a diagnostic stands."""
    value, _ = parse_yaml(source)
    entries = value.entries if isinstance(value, Mapping) else ()
    firsts = [0, *(source.position(key.span.start).line - 1 for key, _ in entries), source.text.count("\n") + 1]
    for first, following in pairwise(firsts):
        if covered & set(range(first, following)):
            yield from range(first, following)


def _of_value(lines: list[str], covered: set[int]) -> Iterator[int]:
    """The lines on which the values go on of fields that a diagnostic names."""
    is_named = False
    for number, line in enumerate(lines):
        if re.match(r"@\w+ *[{(]|  [\w-]+ = |\s*\}", line):
            is_named = number in covered
        if is_named:
            yield number


def _of_refused(source: Source, diagnostics: tuple[Diagnostic, ...]) -> Iterator[str]:
    """The texts of entries that a diagnostic refuses as a whole."""
    refused = [
        one.span.start
        for one in diagnostics
        if one.code in ("bib-broken-entry", "bib-duplicate-key", "bib-key")
        and one.span
        and one.span.path == source.path
    ]
    heads = [found.start() for found in re.finditer(r"@\w+[ \t]*[{(]", source.text)]
    for start, end in zip([0, *heads], [*heads, len(source.text)], strict=True):
        if any(start <= place <= end for place in refused):
            yield source.text[start:end]


_HIDDEN = {
    ".md": r"\{%[-+]?\s*(?:if|for|macro|set|call|block|filter|extends|import|from).*\Z|<!--.*?-->|\{##.*?##\}|\{%.*?%\}"
    r"|^[ >]*(?:```|~~~).*?$|content-(?:visible|hidden).*\Z|\A---\n.*?\n---|^[^\n]*\]:[^\n]*$",
    ".yml": r"#.*?$",
    ".bib": r"@comment.*\Z|@string.*\Z|@preamble.*\Z|%.*?$",
    ".csl": r".*",
}
"""What need not be printed, in a text of which nobody knows what it means."""


def _without_hidden(text: str, path: str) -> str:
    pattern = next(pattern for ending, pattern in _HIDDEN.items() if path.endswith(ending))
    return re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE | re.IGNORECASE)


def _whole_entries(text: str) -> str:
    """The entries that begin on a line of their own and whose braces are paired; the rest may be read in many ways."""
    pieces = re.split(r"^(?=@)", text, flags=re.MULTILINE)
    return "".join(piece for piece in pieces if _is_whole(piece))


def _is_whole(piece: str) -> bool:
    depths = [*accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in piece.rstrip())]
    head = re.match(r"@(?!string|comment|preamble)\w+\{[^\s,{}=\"]+,", piece, re.IGNORECASE)
    return head is not None and depths[-1] == 0 and min(depths[piece.index("{") : -1]) > 0


# the page for screens

_FORBIDDEN = (
    "script",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "input",
    "link",
    "frame",
    "applet",
    "audio",
    "video",
)


def _active(text: str) -> Iterator[Fault]:
    """What a browser would run or fetch."""
    tree = tinyhtml5.parse(text, namespace_html_elements=False)
    head = tree.find("head")
    of_head = set(head.iter()) if head is not None else set()
    parents = {child: parent for parent in tree.iter() for child in parent}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        inside = parents[element].tag if element in parents else ""
        if tag in _FORBIDDEN or (tag == "style" and element not in of_head and "svg" not in str(inside)):
            yield Fault("active", tag, tinyhtml5_text(element))
        for name, value in element.attrib.items():
            yield from _active_attribute(str(name).rpartition("}")[2].lower(), value)


def tinyhtml5_text(element: object) -> str:
    return repr(element)[:80]


def _active_attribute(name: str, value: str) -> Iterator[Fault]:
    plain = re.sub(r"[\x00-\x20]", "", value).lower()
    if name.startswith("on") or name in ("srcdoc", "formaction", "action", "ping"):
        yield Fault("active", name, value[:80])
    if name in ("href", "src", "data", "poster") and re.match(
        r"(?!https?:|mailto:|data:(?:image/|font/|,$))[a-z][a-z0-9+.-]*:", plain
    ):
        yield Fault("active", f"{name} {plain.partition(':')[0]}", value[:80])
    if name == "style" and re.search(r"url\(|expression|@import", plain):
        yield Fault("active", "style", value[:80])
