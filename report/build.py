"""The back half of the pipeline: linked chapters → HTML → pages → PDF, or one page; the only module that knows all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from report import html, linking, pictures
from report.cache import Cache
from report.choices import Scheme
from report.diagnostics import Diagnostic
from report.document import Chapter, plain_text
from report.findings import of_imposed, of_layout, of_reading, of_stylesheets
from report.front import Linked, longest, together, told
from report.pagination import NO_PAGES, Layout, paginate
from report.pdf import diagnosing
from report.pdf.assemble import assemble
from report.pdf.attachments import Attachment
from report.pdf.fragment import OVER_EDGE, Unit
from report.pdf.impose import impose
from report.pdf.labels import label_ranges
from report.pdf.metadata import Information, pdf_date
from report.press import Lost, Press, assets, read_by
from report.project import Project, today
from report.verdict import Verdict, sentence
from report.watch import SILENT, Watch


class Report(Struct, frozen=True):
    """A finished report."""

    pdf: bytes
    diagnostics: tuple[Diagnostic, ...]
    verdict: Verdict
    layout: Layout
    keys: tuple[str, ...]
    """For each piece of the layout the digest of all that its pages in the file are made of."""
    is_sound: bool = True
    """Whether the finished file reads as it was laid out."""


class Page(Struct, frozen=True):
    """A finished HTML edition."""

    html: bytes
    diagnostics: tuple[Diagnostic, ...]
    verdict: Verdict


class Results(Struct, frozen=True):
    """What a build makes, by path, and what is said of all together."""

    contents: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...]
    verdict: str


def prepare(project: Project, press: Press, stays: bool = False) -> None:
    """Begin with what the back half needs in any case, while the front half is at work.

    Where the press stays, the same report will be built with it again and again.
    """
    theme = _theme(project, press.cache)
    sample = html.bind("<p>Hyphenation<em>,</em> <strong>fonts</strong> and a stylesheet.</p>", "body", theme)
    named = assets(theme.css, pictures.Assets(project.files, press.cache))
    press.prepare(Unit("(sample)", sample, theme.css, 1, False, 0, named, is_xml=theme.is_xml), stays)


def _theme(project: Project, cache: Cache) -> html.Theme:
    """The theme; Jinja2 is needed only where something in it changed."""
    files, metadata = project.files, project.metadata
    templates = files.listing(metadata.template, "") if metadata.template else ()
    profile = (metadata.print.profile,) if metadata.print.profile else ()
    named = (*templates, *profile, *(sheet.path for sheet in project.stylesheets))
    digests = (files.digest(path) for path in named)

    load = partial(html.load, metadata, project.stylesheets, files)
    return cache.get_or_make("theme", load, repr(metadata), *templates, *digests)


def build_each(
    project: Project, linked: Mapping[str, Linked], press: Press, schemes: Sequence[Scheme] = (), watch: Watch = SILENT
) -> Results:
    """The back half for each output, and what is imposed. Raises WorkerLost where a chapter cannot be laid out."""
    contents: dict[str, bytes] = {}
    said: list[tuple[Diagnostic, ...]] = []
    verdicts: list[Verdict] = []
    for output, one in linked.items():
        if output == "html":
            edition = page(project, one, press.cache, watch)
            contents[project.output_path(output)] = edition.html
            said.append(edition.diagnostics)
            verdicts.append(edition.verdict)
        else:
            report = build(project, one, press, watch)
            imposed = _imposed(project, report.pdf, schemes)
            contents |= {project.output_path(output): report.pdf, **imposed}
            said += [
                report.diagnostics,
                tuple(of_imposed(report.pdf, zip(schemes, imposed.items(), strict=True), press)),
            ]
            verdicts.append(report.verdict)
    told = together(project, said)
    return Results(contents, told, sentence(verdicts[0], told))


def build(
    project: Project,
    linked: Linked,
    press: Press,
    watch: Watch = SILENT,
    seen: Callable[[Report], None] = lambda _: None,
) -> Report:
    """The back half: pages, then the PDF, which `seen` is given, and which is read again.

    What does not read as it was laid out is made once more without the cache, in which something may be damaged.
    Raises workers.WorkerLost where a chapter cannot be laid out.
    """
    with suppress(Lost):
        report = _printed(project, linked, press, watch, seen)
        if report.is_sound:
            return report
    press.start_over()
    return _printed(project, linked, press, watch, seen)


def _printed(project: Project, linked: Linked, press: Press, watch: Watch, seen: Callable[[Report], None]) -> Report:
    theme = _theme(project, press.cache)
    identity = (str(project.files.root), project.output_path("pdf"))
    with watch.stage("layout"):
        believed = press.cache.get("pages", *identity) or NO_PAGES
        layout = paginate(linked, theme, pictures.Assets(project.files, press.cache), press, believed)
        press.cache.put("pages", layout.pages, *identity)
    with watch.stage("fonts"):
        fonts = press.embed(one.fragment for one in layout.placed)
    with watch.stage("assembly"):
        claimed = project.metadata.pdf_standard
        is_tagged = all(one.fragment.is_tagged for one in layout.placed)
        met = claimed if is_tagged and not any(one.fragment.missing for one in layout.placed) else ()
        information = _information(project, linked, met, theme.prepress.profile)
        assembled = assemble(
            layout.placed, fonts, layout.numbers, label_ranges(layout.body), information, press.relocated
        )
    found = (
        *linked.diagnostics,
        *theme.diagnostics,
        *of_stylesheets(project.stylesheets, press),
        *of_layout(project, linked, layout),
        *([] if met == claimed else [diagnosing.unmet_standards(claimed, is_tagged=is_tagged)]),
        *linking.unplaced(linked.chapters, linking.with_pages(linked.table, layout.pages.places)),
    )
    keys = read_by(assembled, layout.placed)
    report = Report(assembled.content, told(found, linked.parsed, project), _verdict(layout), layout, keys)
    seen(report)
    with watch.stage("reading"):
        misprints = press.read(assembled, layout.placed, keys)
    if not any(misprints):
        return report
    wrong = of_reading(misprints, project, linked, layout)
    return replace(report, diagnostics=told((*found, *wrong), linked.parsed, project), is_sound=False)


def page(project: Project, linked: Linked, cache: Cache, watch: Watch = SILENT) -> Page:
    """The back half of the HTML edition, without layout."""
    from report.edition import resolved  # a PDF has no use for it

    return _page(project, linked, resolved(linked.chapters, linked.table), cache, watch)


def traced(project: Project, linked: Linked, cache: Cache, watch: Watch = SILENT) -> tuple[Page, html.Origins]:
    """The same with marks on the page, and where they lead."""
    from report.edition import resolved

    chapters, origins = html.marked(resolved(linked.chapters, linked.table))
    return _page(project, linked, chapters, cache, watch), origins


def _page(project: Project, linked: Linked, chapters: Iterable[Chapter], cache: Cache, watch: Watch) -> Page:
    from report.edition import compose

    with watch.stage("page"):
        watch.at(longest(project))
        made = compose(
            chapters,
            project.metadata,
            project.stylesheets,
            pictures.Assets(project.files, cache),
            cache,
        )
    found = made.inventory
    problems = (*linked.diagnostics, *made.diagnostics, *map(diagnosing.left_out, found.missing))
    said = told(problems, linked.parsed, project)
    return Page(made.html.encode(), said, Verdict(found.paragraphs, found.notes))


def _imposed(project: Project, pdf: bytes, schemes: Sequence[Scheme]) -> dict[str, bytes]:
    """The files for printing that are made of a PDF, by their paths."""
    papersize = project.metadata.papersize
    return {project.imposed_path(scheme): impose(pdf, scheme, papersize) for scheme in schemes}


def _verdict(layout: Layout) -> Verdict:
    """What is on the pages."""
    whole = sum(layout.inventories, html.Inventory())
    fragments = [one.fragment for one in layout.placed]
    boxes = set().union(*(fragment.missing for fragment in fragments))
    outside = sum(fault.words == OVER_EDGE for fragment in fragments for fault in fragment.faults)
    return Verdict(whole.paragraphs, whole.notes, len(boxes), outside)


def _information(project: Project, linked: Linked, standards: tuple[str, ...], profile: bytes) -> Information:
    """What the PDF says of itself; one without a title goes by its first chapter's, for every reader wants one."""
    metadata = project.metadata
    written = {chapter.source.path for chapter in project.chapters}
    titles = (plain_text(chapter.title) for chapter in linked.chapters if chapter.path in written)
    return Information(
        title=metadata.title or next(filter(None, titles), "Report"),
        authors=tuple(author.name for author in metadata.author),
        subject=metadata.abstract,
        keywords=metadata.keywords,
        created=metadata.date if pdf_date(metadata.date) or not profile else today(),
        language=metadata.lang,
        standards=standards,
        attachments=tuple(_attachments(project)),
        profile=profile,
    )


def _attachments(project: Project) -> Iterator[Attachment]:
    for path in project.attachments:
        content = project.files.content(path)
        if isinstance(content, bytes):
            yield Attachment(path, content)
