"""The linker: fragments → one PDF, with the numbers that are known only now."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from report.pdf.attachments import Embedded, embed
from report.pdf.exchange import output_intent
from report.pdf.file import LEVEL, Block, Writer, assembled, header
from report.pdf.fragment import TOTAL, Anchor, Bookmark, Face, Fonts, Fragment
from report.pdf.metadata import Information, information, is_archival, srgb, version, xmp
from report.pdf.outline import Entry, tree
from report.pdf.relocate import NOTHING, Destination, Known, relocate
from report.pdf.values import coordinate, identifier, name_tree, reference, text

POINTS = 0.75
"""In a CSS px."""


class Placed(Struct, frozen=True):
    """A fragment with the number of its first page in the report."""

    fragment: Fragment
    start: int


class Part(Struct, frozen=True):
    """Where a fragment stands in a file."""

    begin: int
    end: int
    """The bytes of its objects."""
    known: Known
    """The numbers it prints."""


class Assembled(Struct, frozen=True):
    """A finished file, and what is needed to read it again."""

    content: bytes
    fonts: Part
    parts: tuple[Part, ...]
    """One for each fragment."""
    names: frozenset[str]
    """The destinations that links may have."""
    entries: int
    """How many its outline has."""
    attachments: int


def faces(fragments: Iterable[Fragment]) -> tuple[Face, ...]:
    """The faces of all fragments by name, each with every glyph that is used of it."""
    found: dict[str, list[Face]] = {}
    for fragment in fragments:
        for face in fragment.faces:
            found.setdefault(face.name, []).append(face)
    return tuple(_united(found[name]) for name in sorted(found))


def _united(same: Sequence[Face]) -> Face:
    widths: dict[int, float] = {}
    unicode: dict[int, str] = {}
    for face in reversed(same):
        widths |= face.widths
        unicode |= face.to_unicode
    return replace(same[0], widths=dict(sorted(widths.items())), to_unicode=dict(sorted(unicode.items())))


Relocate: TypeAlias = Callable[[Fragment, Destination, Known], Sequence[Block]]
"""What finds the objects of a fragment and relocates them, or has done so before."""


def assemble(
    placed: Sequence[Placed],
    fonts: Fonts,
    numbers: Mapping[str, str],
    labels: Sequence[tuple[int, str]],
    document: Information,
    relocated: Relocate,
) -> Assembled:
    """The PDF of the fragments in order; the same fragments give the same bytes.

    `numbers` are those that the text prints, by name; `labels` are (sheet from 0, style) where page labels begin anew.
    """
    total = sum(one.fragment.page_count for one in placed)
    linker = _Linker(document, {TOTAL: str(total), **numbers}, total)
    linker.link_fonts(fonts)
    linker.place([one.fragment for one in placed])
    for one in placed:
        linker.link(one, relocated)
    return linker.finished(labels)


FILES = 13
"""The number of the first object that holds an attachment; those before are the document's."""

NUMBERS, KEYS = 1024, 256
"""By how many fragments take object numbers, and keys of the parent tree: those behind one that grows keep theirs."""


class _Linker:
    """Puts blocks one behind the other; one use."""

    def __init__(self, document: Information, numbers: Mapping[str, str], total: int) -> None:
        self.document = document
        self.numbers = numbers
        self.total = total
        self.is_2 = version(document) >= "2.0"
        self.catalog, self.information, self.pages, self.root, self.structure, self.parents = range(1, 7)
        self.outlines, self.names, self.metadata, self.profile, self.namespace, self.identifiers = range(7, 13)
        self.fonts = 0
        self.next = NUMBERS
        self.keys = 0
        self.blocks: list[Block] = []
        self.images: dict[str, int] = {}
        self.nodes: list[bytes] = []
        self.parts: list[bytes] = []
        self.leaves: list[bytes] = []
        self.destinations: dict[str, bytes] = {}
        self.notes: dict[str, bytes] = {}
        self.elements: dict[str, int] = {}
        self.bookmarks: list[tuple[int, Entry]] = []
        self.known: list[Known] = []

    def link_fonts(self, fonts: Fonts) -> None:
        """Put in the fonts, which every fragment refers to."""
        self.fonts = self.next + fonts.dictionary
        self._append(relocate(fonts.objects, Destination(self.next, 0, 0, 0, 0, (b"", b""), (), ())))

    def place(self, fragments: Iterable[Fragment]) -> None:
        """Find out which object will be the structure element at each anchor."""
        base = self.next
        for fragment in fragments:
            for name, number in fragment.elements.items():
                self.elements.setdefault(name, base + number)
            base = _rounded(base + fragment.size + 1, NUMBERS)

    def link(self, placed: Placed, relocated: Relocate) -> None:
        """Put in a fragment, and note what the document must know of it."""
        fragment, base = placed.fragment, self.next
        images = tuple((digest, self.images[digest]) for digest, _ in fragment.images if digest in self.images)
        destination = Destination(
            first=base,
            first_key=self.keys,
            fonts=self.fonts,
            document=self.structure,
            pages=self.pages,
            types=(b"/FENote/NS " + reference(self.namespace), b"/Description") if self.is_2 else (b"/Note", b"/None"),
            targets=tuple(self.elements.get(name, 0) for name in fragment.targets),
            images=images,
        )
        numbers = tuple((name, self.numbers[name]) for name in fragment.names)
        self.known.append(Known(placed.start - fragment.start, numbers))
        self._append(*relocated(fragment, destination, self.known[-1]))
        self.keys += _rounded(fragment.keys, KEYS)
        self.images = {**{digest: base + number for digest, number in fragment.images}, **self.images}
        self.nodes.append(reference(base + fragment.node))
        self.parts.append(reference(base + fragment.part))
        self.leaves.append(reference(base + fragment.parents))
        self.notes.update((identifier(name), reference(base + number)) for name, number in fragment.notes.items())
        for name, anchor in fragment.anchors.items():
            target = self._target(fragment, base, anchor, fragment.elements.get(name))
            entry = b"<<%s>>" % target if self.is_2 else target.removeprefix(b"/D ")
            self.destinations.setdefault(identifier(name), entry)
        for mark in fragment.bookmarks:
            target = self._target(fragment, base, mark, _element_at(fragment, mark))
            way = b"/A <</S /GoTo%s>>" % target if self.is_2 else b"/Dest" + target.removeprefix(b"/D")
            self.bookmarks.append((mark.level, Entry(mark.label, way, mark.is_open)))

    def _target(self, fragment: Fragment, base: int, place: Anchor | Bookmark, element: int | None) -> bytes:
        """A place on a page; in PDF 2.0 with the structure element that stands there (ISO 32000-2, 12.3.2.3)."""
        top = fragment.heights_px[place.page] - place.top_px
        where = b"/XYZ %s %s 0]" % (coordinate(place.left_px * POINTS), coordinate(top * POINTS))
        page = b"/D [%s %s" % (reference(base + fragment.pages[place.page]), where)
        if not self.is_2:
            return page
        owner = fragment.part if element is None else element
        return b"%s/SD [%s %s" % (page, reference(base + owner), where)

    def _append(self, *blocks: Block) -> None:
        self.blocks += blocks
        self.next = _rounded(blocks[0].first + blocks[0].count, NUMBERS)

    def finished(self, labels: Sequence[tuple[int, str]]) -> Assembled:
        """The whole file, with what belongs to the document and not to a fragment."""
        document = self.document
        outline = dict(_outline(self.outlines, tree(self.bookmarks), self.next))
        root = outline.pop(self.outlines, b"null")
        files = embed(document.attachments, FILES)
        plain = {
            self.catalog: self._catalog(labels, files),
            self.information: information(document) or b"null",
            self.pages: b"<</Type /Pages/Count %d/Kids [%s]>>" % (self.total, b" ".join(self.nodes)),
            self.root: b"<</Type /StructTreeRoot/K [%s]/IDTree %s/ParentTree %s/ParentTreeNextKey %d%s>>"
            % (
                reference(self.structure),
                reference(self.identifiers),
                reference(self.parents),
                self.keys,
                self._space(b"/Namespaces [%s]"),
            ),
            self.structure: b"<</Type /StructElem/S /Document/P %s/K [%s]%s>>"
            % (reference(self.root), b" ".join(self.parts), self._space(b"/NS %s")),
            self.outlines: root,
            self.parents: b"<</Kids [%s]>>" % b" ".join(self.leaves),
            self.names: name_tree(self.destinations),
            self.namespace: b"<</Type /Namespace/NS (http://iso.org/pdf2/ssn)>>" if self.is_2 else b"null",
            self.identifiers: name_tree(self.notes),
            **files.plain,
        }
        streams = {self.metadata: (b"<</Type /Metadata/Subtype /XML>>", xmp(document)), **files.streams}
        if is_archival(document):
            streams[self.profile] = (b"<</N 3/Filter /FlateDecode>>", zlib.compress(srgb(), LEVEL))
        elif document.profile:
            streams[self.profile] = (b"<</N 4/Filter /FlateDecode>>", zlib.compress(document.profile, LEVEL))
        opening = _block(1, plain, streams)
        closing = (_block(self.next, outline, {}),) if outline else ()
        content = assembled(
            version(document), (opening, *self.blocks, *closing), self.catalog, 0 if self.is_2 else self.information
        )
        fonts, *parts = self._parts(len(header(version(document))) + len(opening.content))
        names = frozenset(self.destinations)
        return Assembled(content, fonts, tuple(parts), names, len(self.bookmarks), len(document.attachments))

    def _parts(self, begin: int) -> Iterator[Part]:
        """Where the blocks of the fonts and of each fragment stand, the first from a byte on."""
        fonts, *others = (len(block.content) for block in self.blocks)
        yield Part(begin, begin + fonts, NOTHING)
        begin += fonts
        for known, lengths in zip(self.known, zip(others[::2], others[1::2], strict=True), strict=True):
            yield Part(begin, begin + sum(lengths), known)
            begin += sum(lengths)

    def _catalog(self, labels: Sequence[tuple[int, str]], files: Embedded) -> bytes:
        ranges = b" ".join(b"%d <</S /%s>>" % (sheet, style.encode()) for sheet, style in labels)
        entries = {
            b"Type": b"/Catalog",
            b"Pages": reference(self.pages),
            b"PageLabels": b"<</Nums [%s]>>" % ranges,
            b"Names": b"<</Dests %s%s>>"
            % (reference(self.names), b"/EmbeddedFiles " + files.names if files.plain else b""),
            b"StructTreeRoot": reference(self.root),
            b"MarkInfo": b"<</Marked true>>",
            b"Lang": text(self.document.language),
            b"ViewerPreferences": b"<</DisplayDocTitle true>>",
            b"PageMode": b"/UseOutlines",
            b"Metadata": reference(self.metadata),
        }
        if files.plain:
            entries[b"AF"] = files.references
        if self.bookmarks:
            entries[b"Outlines"] = reference(self.outlines)
        if is_archival(self.document):
            entries[b"OutputIntents"] = _SRGB % reference(self.profile)
        elif self.document.profile:
            from report.pdf.colours import description  # Pillow takes its time

            entries[b"OutputIntents"] = output_intent(description(self.document.profile), reference(self.profile))
        return b"<<" + b"".join(b"/%s %s" % entry for entry in entries.items()) + b">>"

    def _space(self, form: bytes) -> bytes:
        """A reference to the namespace of PDF 2.0, in a file of that version."""
        return form % reference(self.namespace) if self.is_2 else b""


_SRGB = b"[<</Type /OutputIntent/S /GTS_PDFA1/OutputConditionIdentifier (sRGB)/Info (sRGB)/DestOutputProfile %s>>]"
"""The colours of PDF/A."""


def _block(first: int, plain: Mapping[int, bytes], streams: Mapping[int, tuple[bytes, bytes]]) -> Block:
    """Objects of the document itself, by number."""
    writer = Writer(first, max((*plain, *streams)) - first + 1)
    for stream, (dictionary, body) in streams.items():
        writer.write_stream(stream, dictionary, body)
    parts = [part for value in plain.values() for part in (value, b"\n")]
    writer.write_objects(list(plain), parts, range(2, len(parts) + 1, 2))
    return writer.block()


def _element_at(fragment: Fragment, mark: Bookmark) -> int | None:
    """The structure element of the anchor that stands where a bookmark leads."""
    above = [
        (anchor.top_px, name)
        for name, anchor in fragment.anchors.items()
        if anchor.page == mark.page and anchor.top_px <= mark.top_px + 1 and name in fragment.elements
    ]
    return fragment.elements[max(above)[1]] if above else None


def _outline(root: int, top: Entry, first: int) -> Iterator[tuple[int, bytes]]:
    """The objects of the outline (ISO 32000-1, 12.3.3), those below the root from the number `first` on."""
    if top.below:
        numbers = count(first)
        below = _taken(numbers, top)
        yield root, b"<</Type /Outlines%s>>" % _ends(below, top)
        yield from _entries(root, below, top, numbers)


def _entries(parent: int, own: Sequence[int], over: Entry, numbers: Iterator[int]) -> Iterator[tuple[int, bytes]]:
    for place, (number, entry) in enumerate(zip(own, over.below, strict=True)):
        inner = _taken(numbers, entry)
        before = b"/Prev " + reference(own[place - 1]) if place else b""
        after = b"/Next " + reference(own[place + 1]) if number != own[-1] else b""
        ends = _ends(inner, entry) if inner else b""
        yield number, b"<</Title %s%s/Parent %s%s%s%s>>" % (
            text(entry.label), entry.destination, reference(parent), before, after, ends
        )  # fmt: skip
        yield from _entries(number, inner, entry, numbers)


def _taken(numbers: Iterator[int], over: Entry) -> list[int]:
    return [next(numbers) for _ in over.below]


def _ends(own: Sequence[int], over: Entry) -> bytes:
    visible = over.visible if over.is_open else -over.visible
    return b"/First %s/Last %s/Count %d" % (reference(own[0]), reference(own[-1]), visible)


def _rounded(value: int, step: int) -> int:
    return -(-value // step) * step
