"""WeasyPrint's private parts: laid-out pages → a fragment, whose numbers the linker can replace.

Written for one version of WeasyPrint; with any other, fonts stay in the fragments and numbers stay as they are: the
pages are right, and builds are slow.
"""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pydyf
import weasyprint.document
import weasyprint.draw
from msgspec import Struct
from msgspec.structs import replace
from weasyprint import DEFAULT_OPTIONS, pdf
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import get_hb_object_data

from report.pdf import colours, sheet
from report.pdf.counters import Finder, Run, furniture, kerned, standing_free
from report.pdf.fragment import DOCUMENT, FONTS, NOTE_TYPE, NUMBERING, PAGE, PAGES, TOTAL, Face, Objects, Site
from report.pdf.glyphs import Glyphs
from report.pdf.images import Drawn, Pictures
from report.pdf.objects import Collector, Key, Marked, Reference, number_of, plain_stream, written
from report.pdf.painting import Painter
from report.pdf.standin import KNOWN, in_place
from report.pdf.structure import DESCRIPTION, NOTE, Structure, Tagger
from report.prepress import Prepress


class Drawing(Struct, frozen=True):
    """Pages as PDF objects."""

    objects: Objects
    pages: tuple[int, ...]
    node: int
    part: int
    parents: int
    elements: Mapping[str, int]
    notes: Mapping[str, int]
    faces: tuple[Face, ...]
    font_files: Mapping[str, bytes]
    """By digest."""
    fixed: Mapping[str, str]
    pictures: tuple[Drawn, ...]


class Numbers(Struct, frozen=True):
    """The numbers that a document prints."""

    start: int
    """The number of its first page."""
    total: int
    """What `counter(pages)` prints."""
    written: Mapping[str, str]
    """Those in its text, by name."""
    free: frozenset[str]
    """The names of those that are meant to stand free."""


def draw(document: Any, given: Numbers, prepress: Prepress, glyphs: Glyphs) -> Drawing:
    """The pages of a document; margin boxes are drawn into streams of their own, as artifacts."""
    count = len(document.pages)
    if not KNOWN:
        pages = [_with_links_once(page) for page in document.pages]
        made = _generated(document.copy(pages), document, prepress)
        fixed = {**given.written, PAGE: str(given.start), TOTAL: str(given.total)}
        return _collected(made, _plain_structure(made), count, Finder({}, set()), fixed, {}, prepress)
    margins, fixed = furniture(document, given.start, str(given.total))
    free = {id(box) for page in document.pages for box in standing_free(page)} if given.free else set()
    numbers = Finder(margins, free, glyphs.draw_text)
    parted = document.copy([*map(_without_margins, document.pages), *map(_margins_alone, document.pages)])
    tagger, pictures, painter = Tagger(count), Pictures(prepress), Painter(numbers)
    with (
        pictures.drawing(),
        glyphs.in_use(),
        in_place(weasyprint.document.Page, "paint", lambda *given: painter.paint(*given)),
        in_place(weasyprint.draw, "draw_text", numbers.draw),
        in_place(pdf, "add_tags", tagger.add_tags),
        in_place(pdf, "build_fonts_dictionary", _linked_fonts),
    ):
        made = _generated(parted, document, prepress)
    drawing = _collected(made, tagger.structure, count, numbers, fixed, parted.fonts, prepress)
    for page in document.pages:
        for *_, box in page.links:
            box.link_annotation = None  # it is an object of this file; the box may be drawn into another
    return replace(drawing, pictures=tuple(pictures.drawn))


def _generated(pages: Any, document: Any, prepress: Prepress) -> Any:
    """pydyf's PDF of the pages; one for the press has no links."""
    for page in pages.pages if prepress.profile else ():
        page.links = []
    first = pages.pages[0]
    # Links to anchors that are on no page would be dropped.
    first.anchors = {**first.anchors, **dict.fromkeys(sorted(_elsewhere(document)), (0, 0, 0, 0))}
    if KNOWN:
        return pdf.generate_pdf(pages, None, 1, **{**DEFAULT_OPTIONS, "pdf_tags": True})
    made: list[Any] = []
    pages.write_pdf(io.BytesIO(), finisher=lambda _, pdf: made.append(pdf), pdf_tags=True)
    return made[0]


def _without_margins(page: Any) -> Any:
    """The page without its margin boxes."""
    result = _with_links_once(page)
    box = page._page_box
    result._page_box = box.copy_with_children([one for one in box.children if not isinstance(one, boxes.MarginBox)])
    return result


def _with_links_once(page: Any) -> Any:
    """The page with each link once: WeasyPrint links an `a` and each box in it, most of which lie inside it."""
    result = copy.copy(page)
    kept: dict[Any, list[Any]] = {}
    for link in page.links:
        same = kept.setdefault(link[:2], [])
        if not any(_lies_in(link[2], other[2]) for other in same):
            same.append(link)
    ours = {id(link) for links in kept.values() for link in links}
    result.links = [link for link in page.links if id(link) in ours]
    return result


def _lies_in(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    """Whether a rectangle (left, top, right, bottom) in px lies in another, by and large."""
    left, top, right, bottom = outer
    return (
        inner[0] >= left - 1 and inner[1] >= top - 1 and inner[2] <= right + 1 and inner[3] <= bottom + 1
    )  # fmt: skip


def _margins_alone(page: Any) -> Any:
    """A page of margin boxes."""
    result = copy.copy(page)
    box = page._page_box
    result._page_box = box.copy_with_children([one for one in box.children if isinstance(one, boxes.MarginBox)])
    result._page_box.painted = box.__dict__.get("painted_margins")
    result._page_box.background = result._page_box.canvas_background = None
    result.links, result.anchors, result.bookmarks, result.forms = [], {}, [], {None: []}
    return result


def _elsewhere(document: Any) -> set[str]:
    """The anchors that are linked to and lie in other fragments."""
    own = {anchor for page in document.pages for anchor in page.anchors}
    return {link[1] for page in document.pages for link in page.links if link[0] == "internal"} - own


def _linked_fonts(*_: object) -> Any:
    """A dictionary of fonts that the linker replaces: it puts fonts into the file once."""
    return pydyf.Dictionary({_LINKED: 1})


_LINKED = "Linked"


def _collected(
    made: Any,
    structure: Structure,
    count: int,
    numbers: Finder,
    fixed: Mapping[str, str],
    fonts: Mapping[Any, Any],
    prepress: Prepress,
) -> Drawing:
    """The objects that the pages and their structure reach."""
    part, parents = made.objects[structure.part], made.objects[structure.parents]
    pages = made.pages["Kids"][::3]
    faces, files, renamed = _faces(fonts)
    furniture = {number_of(made.objects[page]["Contents"]) for page in pages[count:]}
    for page, margins in zip(pages[:count], pages[count:], strict=False):
        body = made.objects[page]
        body["Contents"] = pydyf.Array([body["Contents"], made.objects[margins]["Contents"]])
    if prepress.profile:
        colours.convert(made.objects, colours.conversion(prepress.profile))
    for page in pages[:count]:
        sheet.finish(made, made.objects[page], prepress)
    nums = parents.pop("Nums")
    kept = [place for place in range(0, len(nums), 2) if nums[place] < count or nums[place] >= len(pages)]
    parents["Limits"] = pydyf.Array([Key(nums[kept[0]]), Key(nums[kept[-1]])])
    parents["Nums"] = pydyf.Array([value for place in kept for value in (Key(nums[place]), nums[place + 1])])
    part.update({"S": "/Part", "P": Reference(_DOCUMENT)})
    part.pop("NS", None)
    made.pages.update(
        {"Count": count, "Parent": Reference(_TOP), "Kids": pydyf.Array([b"%d 0 R" % page for page in pages[:count]])}
    )
    externals = {_TOP: PAGES, _DOCUMENT: DOCUMENT, NOTE: NOTE_TYPE, DESCRIPTION: NUMBERING}
    fonts_of = (item for item in made.objects if isinstance(item, pydyf.Dictionary) and _LINKED in item)
    externals |= {item.number: FONTS for item in fonts_of}
    collector = Collector(
        made.objects,
        externals,
        partial(_content, numbers.runs, furniture, renamed),
        {nums[place]: key for key, place in enumerate(kept)},
    )
    node, element, leaf = (collector.number(item.number) for item in (made.pages, part, parents))
    numbered = tuple(collector.number(page) for page in pages[:count])
    return Drawing(
        objects=collector.collected(),
        pages=numbered,
        node=node,
        part=element,
        parents=leaf,
        elements={name: collector.number(number) for name, number in structure.elements.items()},
        notes={name: collector.number(number) for name, number in structure.notes.items()},
        faces=faces,
        font_files=files,
        fixed={**fixed, **numbers.fixed},
        pictures=(),
    )


_TOP, _DOCUMENT = -1, -2
"""Numbers of objects that are the linker's."""


def _plain_structure(made: Any) -> Structure:
    """WeasyPrint's own; its names of header cells tell those of one document alone apart."""
    for item in made.objects:
        if isinstance(item, pydyf.Dictionary) and "S" in item:
            item.pop("ID", None)
            item.get("A", {}).pop("Headers", None)
    root = made.objects[number_of(made.catalog["StructTreeRoot"])]
    return Structure(number_of(root["K"][0]), number_of(root["ParentTree"]), {}, {})


def _content(runs: list[Run], furniture: set[int], renamed: Mapping[bytes, bytes], stream: Any) -> Marked:
    """What is in a stream, with its numbers; where it is a page's margin boxes, as an artifact."""
    if "Subtype" in stream.extra and stream.extra["Subtype"] == "/Image":
        return plain_stream(stream)
    found = {id(run.item): run for run in runs if run.stream is stream}
    parts: list[bytes] = []
    sites: list[Site] = []
    position = 0
    items = stream.stream
    if stream.number in furniture:
        _, *drawn = items  # the first turns the page upright, which the stream before has done
        items = [b"/Artifact <</Type /Pagination>> BDC", b"q", *_unmarked(drawn), b"Q", b"EMC"]
    for item in items:
        text = written(item)
        if text.startswith(b"/") and text.endswith(b" Tf"):
            name, rest = text[1:].split(b" ", 1)
            text = b"/" + renamed.get(name, name) + b" " + rest
        run = found.get(id(item))
        if run is not None:
            sites += [_placed(site, position) for site in run.sites]
        elif text.endswith(b"] TJ"):
            text = kerned(text)
        parts.append(text)
        position += len(text) + 1
    return Marked(b"\n".join(parts), tuple(sites))


def _placed(site: Site, position: int) -> Site:
    indent = position + site.indent if site.indent else 0
    return replace(site, start=position + site.start, end=position + site.end, indent=indent)


def _unmarked(items: list[Any]) -> Iterator[Any]:
    """Content without marks: those of margin boxes lead to elements that are in no structure tree."""
    for item, after in zip(items, (*items[1:], b""), strict=True):
        opens = isinstance(item, str) and item.startswith("/") and (after == b"BMC" or isinstance(after, dict))
        if not (opens or isinstance(item, dict) or item in (b"BMC", b"BDC", b"EMC")):
            yield item


def _faces(fonts: Mapping[Any, Any]) -> tuple[tuple[Face, ...], dict[str, bytes], dict[bytes, bytes]]:
    """What is used of each font, the files, and new names.

    A font in which glyphs are missing gets a name of its own: what its spare codes stand for is the fragment's.
    """
    faces, files, renamed = [], {}, {}
    for font in fonts.values():
        state = {key: value for key, value in vars(font).items() if key not in _NOT_STATE}
        content = get_hb_object_data(font.hb_face)
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        files[digest] = content
        if font.missing:
            suffix = hashlib.blake2b(repr(sorted(font.missing.items())).encode(), digest_size=4).hexdigest()
            renamed[font.hash.encode()] = f"{font.hash}{suffix}".encode()
        name = renamed.get(font.hash.encode(), font.hash.encode()).decode()
        faces.append(Face(name, digest, state, font.widths, font.to_unicode))
    return tuple(faces), files, renamed


_NOT_STATE = ("hb_font", "hb_face", "file_content", "widths", "to_unicode")
