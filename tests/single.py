"""One WeasyPrint pass over a whole report, its page numbers given: what linked fragments must look like."""

from __future__ import annotations

from msgspec import Struct

from report import html, linking
from report.cache import Cache
from report.front import Linked
from report.pagination import NO_PAGES, Layout, paginate
from report.pictures import Assets
from report.press import Press, assets
from report.project import Project


class Single(Struct, frozen=True):
    """The HTML of a whole report with its stylesheet, and the files that they name."""

    html: str
    css: str
    assets: dict[str, bytes | str]


def single(project: Project, linked: Linked, layout: Layout) -> Single:
    """The report in one piece, page numbers as in a layout of fragments."""
    theme = html.load(project.metadata, project.stylesheets, project.files)
    table = linking.with_pages(linked.table, layout.pages.places)
    zones: list[tuple[str, list[str]]] = []
    for place, chapter in enumerate(linked.chapters):
        zone = "front" if chapter.kind == "front" else "body"
        if not zones or zones[-1][0] != zone:
            zones.append((zone, []))
        zones[-1][1].append(html.write(linking.resolve(chapter, place, table)))
    zones[0][1].insert(0, theme.opening)
    body = "".join(html.zoned("".join(sections), zone, theme) for zone, sections in zones)
    before, behind = theme.frame
    opening = layout.pages.counts.get("(cover)", 0) + 1
    opening += theme.opens_right and opening % 2 == 0
    counters = (
        f"@page :nth(1 of front) {{ counter-reset: page {opening} }} @page :nth(1 of body) {{ counter-reset: page 1 }}"
    )
    cover = f'<div class="cover-zone">{theme.cover}</div>' if theme.cover else ""
    whole = f"{before}{cover}{body}{behind}"
    whole = whole.replace("</head>", f"<style>{counters}</style></head>", 1)
    return Single(whole, theme.css, assets(whole + theme.css, Assets(project.files, Cache())))


def layout_of(project: Project, linked: Linked, press: Press) -> Layout:
    theme = html.load(project.metadata, project.stylesheets, project.files)
    return paginate(linked, theme, Assets(project.files, press.cache), press, NO_PAGES)


def printed(one: Single) -> bytes:
    """The PDF, tagged, by one pass of WeasyPrint."""
    from report.pdf import worker  # loads WeasyPrint
    from report.pdf.guard import guarded
    from report.pdf.layout import HTML, _Fetcher, stylesheet

    assert worker
    sheet = stylesheet(one.css, one.assets)
    source = HTML(string=one.html, base_url="asset:/", url_fetcher=_Fetcher(one.assets))
    with guarded():
        document = source.render(font_config=sheet.fonts, stylesheets=[sheet.css])
    pdf: bytes = document.write_pdf(pdf_tags=True)
    return pdf
