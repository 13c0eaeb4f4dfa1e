"""The press: chapters as HTML → fragments, from the cache or from worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from itertools import accumulate
from typing import Any
from urllib.parse import unquote

from report.cache import Cache, Renewed, digest_of
from report.choices import Scheme
from report.files import Unreadable
from report.pdf.assemble import Assembled, Part, Placed, faces
from report.pdf.file import Block
from report.pdf.fragment import ASSET, PAGE, TOTAL, Fonts, Fragment, LaidOut, Objects, Spots, Unit
from report.pdf.misprints import Frame, Misprint, Piece, Reading, Sheet
from report.pdf.numbers import bound, masked, without_free
from report.pdf.relocate import Destination, Known, bind, relocate
from report.pictures import Assets
from report.prepress import Prepress
from report.source import Source
from report.watch import SILENT, Watch
from report.workers import Workers


class Lost(Exception):
    """What belongs to a fragment is not in the cache any more, or not whole: it must be laid out again."""


class Unprintable(Exception):
    """WeasyPrint ends with an exception of that kind at a chapter, or at a stylesheet."""

    def __init__(self, path: str, kind: str) -> None:
        super().__init__(path, kind)
        self.path = path
        self.kind = kind


class Press:
    """Lays out chapters and keeps what it laid out; for one build after another."""

    def __init__(self, cache: Cache, workers: Workers, watch: Watch = SILENT) -> None:
        self.cache = cache
        self.workers = workers
        self.watch = watch
        """Is told of each chapter that is laid out."""
        self.fonts: dict[str, bytes] = {}
        self.stays = False
        """Whether it will build the same report again and again."""
        self.written: dict[str, Any] = {}
        """Chapters as HTML, by name; where it stays, with all that they were made of."""

    def start_over(self) -> None:
        """Forget what was laid out, for it cannot be used; what is laid out from now on takes its place."""
        self.workers.stop()
        self.cache = Renewed(self.cache.folder)
        self.fonts.clear()

    def prepare(self, sample: Unit, stays: bool) -> None:
        """Have a worker read stylesheet and fonts, by a sample, while this process does other things.

        Workers that stay will lay out the same chapters again, and keep more of them in memory.
        """
        self.stays = stays
        self.workers.begin_with(_prepare, (sample, stays))

    def rest(self) -> None:
        """Have the workers do what nobody waits for."""
        self.workers.all_do(_rest)

    def lay_out(self, units: Iterable[Unit]) -> dict[str, Fragment]:
        """The fragments of the units by name; one that has to be laid out is under way before the next is asked for.

        Raises workers.WorkerLost or Unprintable where one cannot be.
        """
        fragments: dict[str, Fragment] = {}
        waiting: dict[str, str] = {}

        def wanted() -> Iterator[Unit]:
            for unit in units:
                kept = self._kept(unit)
                if kept is None:
                    waiting[unit.name] = unit.path
                    self.watch.at(next(iter(waiting.values())))
                    yield unit
                else:
                    fragments[unit.name] = kept

        for unit, laid in self.workers.do(_lay_out, wanted(), lambda unit: unit.name):
            fragments[unit.name] = self._keep(unit, laid)
            self.watch.laid_out(unit.name, laid.fragment.page_count)
            del waiting[unit.name]
            self.watch.at(next(iter(waiting.values()), unit.path))
        return fragments

    def _kept(self, unit: Unit) -> Fragment | None:
        for key in _keys(unit):
            found = self.cache.get("fragment", key)
            if isinstance(found, Fragment) and self._is_whole(found):
                return found
        return None

    def _is_whole(self, fragment: Fragment) -> bool:
        """Whether all that belongs to a fragment is there still."""
        has_fonts = all(self._has_font(face.digest) for face in fragment.faces)
        return has_fonts and all(self.cache.has(stage, fragment.digest) for stage in ("objects", "spots"))

    def _has_font(self, digest: str) -> bool:
        return digest in self.fonts or self.cache.has("font", digest)

    def _keep(self, unit: Unit, laid: LaidOut) -> Fragment:
        self.fonts.update(laid.fonts)
        for digest, content in laid.fonts.items():
            if not self.cache.has("font", digest):
                self.cache.put("font", content, digest)
        self.cache.put("objects", laid.objects, laid.fragment.digest)
        self.cache.put("spots", laid.spots, laid.fragment.digest)
        self.cache.put("fragment", laid.fragment, _key(unit, laid.fragment))
        return laid.fragment

    def embed(self, fragments: Iterable[Fragment]) -> Fonts:
        """The fonts of the fragments. Raises Lost."""
        wanted = faces(fragments)
        key = digest_of(*(f"{face.name} {face.digest} {sorted(face.to_unicode.items())}" for face in wanted))
        found = self.cache.get("fonts", key)
        if not isinstance(found, Fonts):
            files = {face.digest: self._font(face.digest) for face in wanted}
            ((_, found),) = self.workers.do(_embed, [(wanted, files)])
            self.cache.put("fonts", found, key)
        return found

    def relocated(self, fragment: Fragment, destination: Destination, known: Known) -> tuple[Block, Block]:
        """The objects of a fragment in their place; most are in the same place the next time. Raises Lost."""
        inputs = fragment.digest, repr(destination)
        return (
            self.cache.get_or_make("block", lambda: relocate(self._objects(fragment), destination), *inputs),
            self.cache.get_or_make(
                "numbers", lambda: bind(self._objects(fragment), destination, known), *inputs, repr(known)
            ),
        )

    def read(
        self, assembled: Assembled, placed: Sequence[Placed], keys: Sequence[str]
    ) -> tuple[tuple[Misprint, ...], ...]:
        """What is wrong in the finished file with each fragment, and last with what is around them. Raises Lost.

        What was read before, to the byte, is not read again: the keys are those of `read_by`.
        """
        found = {key: self.cache.get("reading", key) for key in keys}
        sheets = accumulate((one.fragment.page_count for one in placed), initial=0)
        parts = zip(keys, assembled.parts, placed, sheets, strict=False)
        pieces = tuple(self._piece(*part) for part in parts if found[part[0]] is None)
        frame = Frame(sum(one.fragment.page_count for one in placed), assembled.entries, assembled.attachments)
        around: tuple[Misprint, ...] = ()
        for reading, (*misprints, last) in self.workers.do(_read, _shares(assembled, pieces, frame, self.workers.jobs)):
            around += last
            for piece, wrong in zip(reading.pieces, misprints, strict=True):
                self.cache.put("reading", wrong, piece.key)
                found[piece.key] = wrong
        return (*(found[key] for key in keys), around)

    def unlike(self, pdf: bytes, imposed: bytes, scheme: Scheme) -> tuple[Misprint, ...]:
        """What a file with the pages of a PDF two by two does not have of it."""
        ((_, found),) = self.workers.do(_compare, [(pdf, imposed, scheme)])
        return found

    def _piece(self, key: str, part: Part, placed: Placed, sheet: int) -> Piece:
        """A fragment as it is to be read from a sheet on."""
        numbers = dict(part.known.numbers)
        shift = 0 if PAGE in placed.fragment.fixed else part.known.shift
        proof = self._objects(placed.fragment).proof
        sheets = (
            Sheet(number, tuple((note, bound(text, numbers, shift)) for note, text in page.runs), page.is_within)
            for number, page in enumerate(proof, sheet)
        )
        return Piece(key, tuple(sheets), part.begin, part.end)

    def _objects(self, fragment: Fragment) -> Objects:
        found = self.cache.get("objects", fragment.digest)
        if not isinstance(found, Objects):
            raise Lost(fragment.digest)
        return found

    def spots(self, fragment: Fragment) -> Spots:
        """What stands where on the pages of a fragment; nothing where that is lost."""
        found = self.cache.get("spots", fragment.digest)
        return found if isinstance(found, tuple) else ()

    def _font(self, digest: str) -> bytes:
        content = self.fonts.get(digest) or self.cache.get("font", digest)
        if not isinstance(content, bytes):
            raise Lost(digest)
        return content

    def stylesheet_messages(self, sheet: Source) -> tuple[str, ...]:
        """What WeasyPrint does not understand in a stylesheet."""
        found = self.cache.get("stylesheet", sheet.path, sheet.digest)
        if found is None:
            ((_, found),) = self.workers.do(_read_stylesheet, [(sheet.text, sheet.path)])
            self.cache.put("stylesheet", found, sheet.path, sheet.digest)
        return tuple(found)


def read_by(assembled: Assembled, placed: Sequence[Placed]) -> tuple[str, ...]:
    """For each fragment the digest of all that its pages in the file are made of, and are held against."""
    content = assembled.content
    fonts = digest_of(content[assembled.fonts.begin : assembled.fonts.end])
    return tuple(
        digest_of(one.fragment.digest, repr(part.known), fonts, content[part.begin : part.end])
        for part, one in zip(assembled.parts, placed, strict=True)
    )


def _shares(assembled: Assembled, pieces: Sequence[Piece], frame: Frame, jobs: int) -> Iterator[Reading]:
    """What is to be read, for as many readers as it is worth; the first reads what is around the pages as well."""
    sheets = sum(len(piece.sheets) for piece in pieces)
    readers = max(1, min(jobs, sheets // SHEETS_OF_A_READER))
    for place in range(readers):
        own = tuple(pieces[place::readers])
        yield Reading("the finished file", assembled.content, assembled.names, own, None if place else frame)


SHEETS_OF_A_READER = 20
"""A process takes as long to load what it reads with as it reads that many."""


def assets(text: str, registry: Assets) -> dict[str, bytes | str]:
    """The files of the project that HTML or a stylesheet names, or why one cannot be had."""
    found: dict[str, bytes | str] = {}
    for name in ASSET.findall(text):
        path = unquote(unescape(name))
        content = registry.get(path)
        found[path] = f"{content.path} {content.reason}" if isinstance(content, Unreadable) else content
    return found


def _keys(unit: Unit) -> Iterator[str]:
    """The digests under which a fragment may be kept, the likeliest first."""
    for start in ("", str(unit.start)):
        yield _digest(unit, masked(without_free(unit.html)), start)
        yield _digest(unit, masked(unit.html), start)
        yield _digest(unit, unit.html, start)


def _key(unit: Unit, fragment: Fragment) -> str:
    """The digest of all that must be the same for the fragment to be right."""
    start = str(unit.start) if PAGE in fragment.fixed else ""
    if fragment.fixed.keys() - {PAGE, TOTAL}:
        return _digest(unit, unit.html, start)
    return _digest(unit, masked(unit.html) if fragment.rigid else masked(without_free(unit.html)), start)


def _digest(unit: Unit, *texts: str) -> str:
    files = (part for path in sorted(unit.assets) for part in (path, unit.assets[path]))
    return digest_of(
        unit.name, unit.css, str(unit.is_roman), str(unit.sheet), *_of_press(unit.prepress), *texts, *files
    )


def _of_press(prepress: Prepress) -> tuple[str | bytes, ...]:
    return repr((prepress.bleed_pt, prepress.marks, prepress.image_dpi)), prepress.profile


# What workers do: imported where it is done, for WeasyPrint is loaded there alone.


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """What WeasyPrint raises says which file it was at; its own classes stay where they are."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as fault:
        raise Unprintable(path, type(fault).__name__) from None


def _lay_out(unit: Unit) -> LaidOut:
    from report.pdf import worker

    with _naming(unit.path):
        return worker.lay_out(unit)


def _prepare(request: tuple[Unit, bool]) -> None:
    from report.pdf import worker

    worker.prepare(*request)


def _rest(_: None) -> None:
    from report.pdf import worker

    worker.rest()


def _read(reading: Reading) -> tuple[tuple[Misprint, ...], ...]:
    from report.pdf.reading import read

    return read(reading)


def _compare(request: tuple[bytes, bytes, Scheme]) -> tuple[Misprint, ...]:
    from report.pdf.impose import sides
    from report.pdf.reading import texts, unlike

    pdf, imposed, scheme = request
    pages = texts(pdf)
    sheets = [[pages[place] for place in side if place is not None] for side in sides(len(pages), scheme)]
    return tuple(unlike(sheets, imposed))


def _embed(request: object) -> Fonts:
    from report.pdf import worker

    return worker.embed_fonts(request)  # type: ignore[arg-type]


def _read_stylesheet(sheet: tuple[str, str]) -> tuple[str, ...]:
    from report.pdf import worker

    with _naming(sheet[1]):
        return worker.read_stylesheet(sheet)
