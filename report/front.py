"""The front half of the pipeline: project → chapters → symbol table, with all that can be said before layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from report import bibtex, csl, linking, lint, markdown, pictures
from report.bibtex import Library
from report.cache import Cache
from report.choices import OUTPUTS
from report.diagnostics import Diagnostic, Severity, in_reading_order, judged, odd_characters
from report.directives import Setting
from report.document import Chapter, ChapterKind
from report.files import Files
from report.linking import SymbolTable
from report.metadata import Metadata
from report.project import FILE, ChapterFile, Project, output_problems
from report.source import Source
from report.styles import citation_style
from report.watch import SILENT, Watch


class Linked(Struct, frozen=True):
    """A report before layout: its chapters, numbered, with those that Report makes; and what their names stand for."""

    chapters: tuple[Chapter, ...]
    table: SymbolTable
    diagnostics: tuple[Diagnostic, ...]
    found: tuple[Diagnostic, ...]
    """The same before settings and comments lowered or silenced any."""
    parsed: tuple[Chapter, ...]
    """The chapters as their authors wrote them."""
    library: Library
    fresh: frozenset[str] = frozenset()
    """The paths of the chapters that were not in the cache: they are likely to need layout."""


def link_each(project: Project, cache: Cache, outputs: Sequence[str], watch: Watch = SILENT) -> dict[str, Linked]:
    """The front half for each output; done once where no chapter tells them apart."""
    linked: dict[str, Linked] = {}
    for output in outputs:
        same = next(iter(linked.values()), None)
        is_shared = same is not None and not any(chapter.by_output for chapter in same.chapters)
        linked[output] = same if same is not None and is_shared else link(project, cache, watch, output)
    return linked


def together(project: Project, found: Iterable[tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
    """What is said of several outputs, each thing once."""
    return in_reading_order((problem for problems in found for problem in problems), project.paths)


def link(project: Project, cache: Cache, watch: Watch = SILENT, output: str = OUTPUTS[0]) -> Linked:
    """The front half, without layout: what `report check` runs."""
    metadata = project.metadata
    with watch.stage("chapters"):
        parsed = [_compiled(chapter, project, cache, output, watch) for chapter in project.chapters]
        compiled = tuple(chapter for chapter, _ in parsed)
        printed = tuple(chapter for chapter in compiled if chapter.printed)
    with watch.stage("bibliography"):
        watch.at(", ".join(source.path for source in project.bibliographies) or FILE)
        library = _library(project, cache)
        style, wrong = _style(project)
    with watch.stage("linking"):
        watch.at(longest(project))
        listed = _lists_anything(printed, library, style, metadata)
        chapters = linking.number(linking.complete(compiled, metadata, has_bibliography=listed), metadata, style)
        table = linking.link(chapters, library, style, metadata, _processor(project, cache))
    registry = pictures.Assets(project.files, cache)
    found = (
        *project.diagnostics,
        *(problem for chapter in printed for problem in chapter.diagnostics),
        *bibtex.told(library, _cited(compiled, library, metadata)),
        *(problem for source in project.bibliographies for problem in odd_characters(source)),
        *wrong,
        *_told_once(table.diagnostics, project),
        *_unknown_nocite(project, library),
        *pictures.problems(printed, registry),
        *(problem for sheet in project.stylesheets for problem in pictures.stylesheet_problems(sheet, registry)),
        *output_problems(project),
    )
    found = tuple(_once(in_reading_order(found, project.paths), "math-missing"))
    fresh = frozenset(chapter.path for chapter, is_fresh in parsed if is_fresh)
    return Linked(chapters, table, told(found, compiled, project), found, compiled, library, fresh)


def check(
    project: Project, cache: Cache, outputs: Sequence[str] = OUTPUTS[:1], watch: Watch = SILENT
) -> tuple[Diagnostic, ...]:
    """All that `report check` says, without layout: what is wrong for any of the outputs, and what the linter finds."""
    return check_linked(project, tuple(link_each(project, cache, outputs, watch).values()), watch)


def check_linked(project: Project, linked: Sequence[Linked], watch: Watch = SILENT) -> tuple[Diagnostic, ...]:
    """The same, where the front half is done."""
    with watch.stage("rules"):
        glossary = lint.read_glossary(project.files)
        texts = project.files.texts
        written = [lint.Manuscript(one.parsed, one.library, project.metadata, texts, glossary) for one in linked]
        found = [*glossary.diagnostics, *(problem for one in linked for problem in one.found)]
        found += [problem for one in written for problem in lint.check(one)]
        marks = _suppressions(project, *(one.parsed for one in linked))
        said = lint.silenced(found, marks, texts, _silenceable(project))
        kept = [problem for problem, mark in said if mark is None]
        used = [mark for _, mark in lint.silenced(found, marks, texts, _MILD) if mark is not None]
        kept += lint.unused(marks, used, found)
    return in_reading_order(judged(kept, project.metadata.lint), project.paths)


def told(found: Iterable[Diagnostic], chapters: tuple[Chapter, ...], project: Project) -> tuple[Diagnostic, ...]:
    """What is said of what was found: without what comments silence, as severe as settings say, in order."""
    marks = _suppressions(project, chapters)
    said = lint.silenced(found, marks, project.files.texts, _silenceable(project))
    kept = (problem for problem, mark in said if mark is None)
    return in_reading_order(judged(kept, project.metadata.lint), project.paths)


def _suppressions(project: Project, *chapters: tuple[Chapter, ...]) -> lint.Suppressions:
    return lint.suppressions((chapter for some in chapters for chapter in some), project.files.texts)


def _silenceable(project: Project) -> tuple[Severity, ...]:
    """What comments may silence; where warnings fail the build, no project lowers them."""
    return (Severity.INFO,) if project.is_strict else _MILD


_MILD = (Severity.WARNING, Severity.INFO)


def _library(project: Project, cache: Cache) -> bibtex.Library:
    """The entries of all bibliographies; reading many is costly, and few change."""
    digests = (source.digest for source in project.bibliographies)
    return cache.get_or_make("bibtex", partial(bibtex.parse, project.bibliographies), *digests)


def _processor(project: Project, cache: Cache) -> linking.Process:
    """`csl.process`, which is done again where the style, an item or a citation is another."""
    metadata = project.metadata
    own = project.files.digest(metadata.csl) if metadata.csl.endswith(".csl") else ""

    def process(
        style: csl.Style,
        language: str,
        items: Sequence[csl.Item],
        citations: Sequence[csl.Citation],
        options: csl.Options,
    ) -> csl.Rendered:
        inputs = (style.name, own, language, repr(items), repr(citations), repr(options))
        return cache.get_or_make("csl", partial(csl.process, style, language, items, citations, options), *inputs)

    return process


def _cited(chapters: tuple[Chapter, ...], library: bibtex.Library, metadata: Metadata) -> Iterator[str]:
    """The keys of all works that are cited or listed."""
    yield from (use.name for chapter in chapters for use in chapter.symbols.keys)
    for key in metadata.nocite:
        yield from library.entries if key in ("*", "@*") else (key.removeprefix("@"),)


def _lists_anything(
    chapters: tuple[Chapter, ...], library: bibtex.Library, style: csl.Style, metadata: Metadata
) -> bool:
    """Whether there is a bibliography to print."""
    cited = (library.get(use.name) for chapter in chapters for use in chapter.symbols.keys)
    return style.has_bibliography and (any(cited) or bool(metadata.nocite))


def longest(project: Project) -> str:
    """The chapter to name where work on all of them together has no end."""
    chapters = [chapter.source for chapter in project.chapters if chapter.printed]
    return max(chapters, key=lambda source: len(source.text)).path if chapters else FILE


def find(project: Project, query: str, cache: Cache) -> tuple[linking.Found, ...]:
    """The entries of the bibliography with all words of a query: what `report cite` shows."""
    return linking.find(_library(project, cache), _style(project)[0], project.metadata, query)


def shown(project: Project, library: bibtex.Library, entry: bibtex.Entry) -> linking.Found:
    """One entry, as `report cite` shows it."""
    return linking.shown(library, _style(project)[0], project.metadata, (entry,))[0]


def _compiled(file: ChapterFile, project: Project, cache: Cache, output: str, watch: Watch) -> tuple[Chapter, bool]:
    """A chapter, from the cache where neither it nor a file that it reads has changed; and whether it is fresh."""
    source, files = file.source, project.files
    watch.at(source.path)
    values = _values(project) if _may_have_templates(source.text) else {}
    setting = Setting(files.watched(), project.metadata.lang, output, project.profiles, project.metadata.html)
    inputs = (source.path, source.text, setting.language, repr(setting.profiles), str(setting.html), repr(values))
    kept = (cache.get("chapter", *inputs, *only) for only in ((), (output,)))  # most are the same in every output
    found = next((one for one in kept if one is not None and _is_current(one, files)), None)
    if found is not None:
        for path in found.read:
            files.text(path)  # for diagnostics to quote
        chapter = found.chapter
    else:
        chapter = _parsed(source, values, setting)
        only = (output,) if chapter.by_output else ()
        cache.put("chapter", _Compiled(chapter, setting.files.digests), *inputs, *only)
    return chapter.once(_used, file.kind, file.printed), found is None


def _used(chapter: Chapter, kind: ChapterKind, printed: bool) -> Chapter:
    """The chapter as the project uses it."""
    return replace(chapter, kind=kind, printed=printed)


def _is_current(compiled: _Compiled, files: Files) -> bool:
    return all(files.digest(path) == digest for path, digest in compiled.read.items())


class _Compiled(Struct, frozen=True):
    """A chapter with the digests of the other files that were read for it."""

    chapter: Chapter
    read: dict[str, str]


def _parsed(source: Source, values: dict[str, object], setting: Setting) -> Chapter:
    """A chapter with its templates carried out; where they fail, with the names it defines and no other complaint."""
    if not _may_have_templates(source.text):
        return markdown.parse(source, setting)
    from report.templating import expand  # Jinja2 takes its time, and most chapters do without

    expanded = expand(source, values, setting.files)
    chapter = markdown.parse(expanded.source or source, setting)
    problems = chapter.diagnostics if expanded.source else ()
    return replace(chapter, diagnostics=(*expanded.diagnostics, *problems))


def _may_have_templates(text: str) -> bool:
    """Whether there is anything in a text that could be Jinja's."""
    return any(mark in text for mark in ("{{", "{%", "{##"))


def _values(project: Project) -> dict[str, object]:
    """What templates in chapters may use."""
    metadata = project.metadata
    return {
        "params": metadata.params,
        "title": metadata.title,
        "subtitle": metadata.subtitle,
        "date": metadata.date,
        "edition": metadata.edition,
        "lang": metadata.lang,
        "profiles": project.profiles,
    }


def _style(project: Project) -> tuple[csl.Style, tuple[Diagnostic, ...]]:
    return citation_style(project.metadata, project.files, project.place("csl"))


def _told_once(found: tuple[Diagnostic, ...], project: Project) -> Iterator[Diagnostic]:
    """The diagnostics of linking; where a bibliography could not be read, without those about unknown keys."""
    return (problem for problem in found if not (project.lacks_bibliography and problem.code == "cite-unknown"))


def _once(found: tuple[Diagnostic, ...], code: str) -> Iterator[Diagnostic]:
    """The diagnostics, with the first of those alone that have a code about the machine."""
    first = next((problem for problem in found if problem.code == code), None)
    return (problem for problem in found if problem.code != code or problem is first)


def _unknown_nocite(project: Project, library: bibtex.Library) -> Iterator[Diagnostic]:
    for index, key in enumerate(project.metadata.nocite):
        wanted = key.removeprefix("@")
        if wanted != "*" and library.get(wanted) is None:
            yield linking.unknown_key(wanted, project.place("nocite", index), library)
