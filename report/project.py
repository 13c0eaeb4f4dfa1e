"""The project: `report.yml` with its profiles, the chapters in order, bibliographies, stylesheets."""

from __future__ import annotations

import dataclasses
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from report import edtf
from report.choices import OUTPUTS, SCHEMES, Choices, Scheme
from report.codes import MEANINGS
from report.data import Value, parse_yaml
from report.diagnostics import Diagnostic, did_you_mean, error, odd_characters, unreadable
from report.document import ChapterKind
from report.files import Files, Unreadable
from report.metadata import Decoded, Metadata, allows_attachments, conflict, decode, merge, with_settings
from report.metadata.decode import Path as KeyPath
from report.metadata.fields import Wanted
from report.prepress import STANDARD, fault
from report.source import Source, Span

FILE = "report.yml"

NAME_BYTES, PATH_BYTES = 255, 1024
"""The longest name of a file, and the longest path from the project folder."""


class ChapterFile(Struct, frozen=True):
    """A chapter to compile."""

    source: Source
    kind: ChapterKind
    printed: bool = True
    """False where `--only` names other chapters; the report's numbers and labels count it all the same."""


class Project(Struct, frozen=True):
    """Everything that a build reads, except what chapters name themselves."""

    files: Files
    metadata: Metadata
    places: dict[KeyPath, Span]
    chapters: tuple[ChapterFile, ...]
    bibliographies: tuple[Source, ...]
    stylesheets: tuple[Source, ...]
    attachments: tuple[str, ...]
    """The paths of files that can be read."""
    profiles: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    lacks_bibliography: bool = False
    """Whether a bibliography that is named could not be read."""
    is_strict: bool = False
    """Whether warnings fail the build: nothing in the project lowers them then."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the report in reading order, those that could not be read as well."""
        chapters = (chapter.source.path for chapter in self.chapters)
        named = (*self.metadata.chapters, *chapters, *self.metadata.appendices)
        return tuple(dict.fromkeys((FILE, *named, *(source.path for source in self.bibliographies))))

    @property
    def configuration(self) -> tuple[str, ...]:
        """The files, and the command line's settings, that make the metadata."""
        return (FILE, *(_profile_path(profile) for profile in self.profiles), "--set")

    def output_path(self, output: str) -> str:
        """The path of what is built, by its kind, from the project folder."""
        given = re.sub(rf"\.({'|'.join(OUTPUTS)})$", "", self.metadata.output_file)
        return f"{self.metadata.output_dir}/{given or _slug(self.metadata.title) or 'report'}.{output}"

    def imposed_path(self, scheme: Scheme) -> str:
        """The path of the file that has its pages two by two."""
        return f"{self.output_path('pdf').removesuffix('.pdf')}-{scheme}.pdf"

    @property
    def manifest_path(self) -> str:
        """The path of the file that says what made the results."""
        return self.output_path("manifest.json")

    @property
    def output_paths(self) -> tuple[str, ...]:
        """The paths of everything that can be built."""
        return (*map(self.output_path, OUTPUTS), *map(self.imposed_path, SCHEMES), self.manifest_path)

    def place(self, *path: str | int) -> Span:
        """Where a value of `report.yml` stands."""
        return self.places.get(path) or Span(FILE)


class NoProject(Exception):
    """There is no `report.yml` in the folder; the message says what to do."""


def read(root: Path, choices: Choices, unsaved: Mapping[str, str] | None = None) -> Project:
    """The project in a folder; texts of an editor that are `unsaved`, by path, count for what is on the disk.

    Raises NoProject where the folder has no `report.yml`, ValueError for a choice that cannot be.
    """
    files = Files(root, unsaved or {})
    found = files.text(FILE)
    if isinstance(found, Unreadable) and not files.exists(FILE):
        raise NoProject(f"no {FILE} in {root}")
    decoded, profiles, problems = _metadata(files, found, choices)
    lint = _not_lowered(decoded) if choices.strict else decoded.record.lint
    metadata = _dated(dataclasses.replace(decoded.record, draft=decoded.record.draft or choices.draft, lint=lint))
    reader = _Reader(files, decoded.places)
    chapters = reader.chapters(metadata, choices.only)
    named = metadata.bibliography or _default_bibliography(files)
    bibliographies = reader.texts(named, "bibliography")
    stylesheets = reader.texts(metadata.css, "css")
    attachments = reader.attachments(metadata)
    reader.check_template(metadata.template)
    reader.check_profile(metadata)
    return Project(
        files,
        metadata,
        decoded.places,
        chapters,
        bibliographies,
        stylesheets,
        attachments,
        profiles,
        (*problems, *decoded.diagnostics, *_date_problem(decoded), *_unknown_codes(decoded), *reader.diagnostics),
        lacks_bibliography=len(bibliographies) < len(named),
        is_strict=choices.strict,
    )


def output_problems(project: Project) -> Iterator[Diagnostic]:
    """Results whose names no disk takes, or that would take the place of what the report is made of."""
    named = (project.places.get((key,)) for key in ("output-file", "output-dir", "title"))
    place = next(filter(None, named), Span(FILE))
    folder = project.metadata.template
    templates = project.files.listing(folder, "") if folder else ()
    read = {_folded(path): path for path in (*project.files.found, *templates)}
    for path in project.output_paths:
        taken = next((read[part] for part in _ways(_folded(path)) if part in read), None)
        if taken is not None:
            message = f"the result `{path}` would take the place of `{taken}`, which the report is made of"
            yield error("metadata-output", message, place, "set `output-dir` or `output-file` to another name")
            return
        longest = max(len(part.encode("utf-8", "replace")) for part in path.split("/"))
        if longest > NAME_BYTES or len(path.encode("utf-8", "replace")) > PATH_BYTES:
            message = f"the result `{path[:40]}…` has a name that is longer than disks take"
            yield error("metadata-output", message, place, f"keep names below {NAME_BYTES} bytes")
            return


def _folded(path: str) -> str:
    """The path as a file system reads it that knows neither capitals nor forms of accents."""
    return unicodedata.normalize("NFC", path).casefold()


def _ways(path: str) -> tuple[str, ...]:
    """The path, and the folders that it leads through."""
    parts = path.split("/")
    return tuple("/".join(parts[:count]) for count in range(len(parts), 0, -1))


def _metadata(
    files: Files, found: Source | Unreadable, choices: Choices
) -> tuple[Decoded[Metadata], tuple[str, ...], tuple[Diagnostic, ...]]:
    if isinstance(found, Unreadable):
        return decode(None, Metadata, FILE), choices.profiles, (unreadable(found, "file-missing", Span(FILE), files),)
    value, problems = _values(found)
    base = decode(value, Metadata, FILE)
    profiles = choices.profiles or base.record.profiles
    for index, profile in enumerate(profiles):
        over, wrong = _profile(files, profile, base.places.get(("profiles", index)))
        value, problems = merge(value, over), (*problems, *wrong)
    value = with_settings(value, choices.settings)
    return decode(value, Metadata, FILE), profiles, problems


@lru_cache(maxsize=4)
def _values(source: Source) -> tuple[Value | None, tuple[Diagnostic, ...]]:
    value, problems = parse_yaml(source)
    return value, (*problems, *odd_characters(source))


def _profile(files: Files, name: str, place: Span | None) -> tuple[Value | None, tuple[Diagnostic, ...]]:
    path = _profile_path(name)
    found = files.text(path)
    if not isinstance(found, Unreadable):
        return _values(found)
    known = [entry.removeprefix("report-").removesuffix(".yml") for entry in _profile_files(files)]
    hints = did_you_mean(name, known) or (f"profiles: {', '.join(known) or 'none'}",)
    return None, (error("profile-missing", f"profile `{name}`: `{path}` {found.reason}", place, *hints),)


def _profile_path(name: str) -> str:
    return f"report-{name}.yml"


def _profile_files(files: Files) -> list[str]:
    return [path for path in files.listing("", ".yml") if path.startswith("report-")]


def _default_bibliography(files: Files) -> tuple[str, ...]:
    return ("refs.bib",) if files.exists("refs.bib") else ()


def _date_problem(decoded: Decoded[Metadata]) -> tuple[Diagnostic, ...]:
    """A date that looks like one and is none."""
    date = decoded.record.date
    if not re.match(r"-?\d{4}(-|/|$)", date) or edtf.parse(date):
        return ()
    return (error("metadata-date", f"`{date}` is no date", decoded.places.get(("date",)), "write it as 2026-11-20"),)


def _unknown_codes(decoded: Decoded[Metadata]) -> Iterator[Diagnostic]:
    for code in decoded.record.lint:
        if code not in MEANINGS:
            place = decoded.places.get(("lint", code))
            yield error("metadata-unknown-key", f"unknown key `{code}` in `lint`", place, *did_you_mean(code, MEANINGS))


def _not_lowered(decoded: Decoded[Metadata]) -> dict[str, Wanted]:
    """The severities that raise a diagnostic, or that the command line itself sets: no project weakens `--strict`."""
    return {
        code: wanted
        for code, wanted in decoded.record.lint.items()
        if wanted in ("warning", "error") or decoded.places[("lint", code)].path == "--set"
    }


def _dated(metadata: Metadata) -> Metadata:
    """`date: today` as a date."""
    return dataclasses.replace(metadata, date=today()) if metadata.date == "today" else metadata


def today() -> str:
    """The day, as SOURCE_DATE_EPOCH says or the clock. Raises ValueError where the first says nothing."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise ValueError(f"SOURCE_DATE_EPOCH is no moment: {epoch}") from fault
    return now.date().isoformat()


class _Reader:
    """Reads the files that `report.yml` names; one use."""

    def __init__(self, files: Files, places: dict[KeyPath, Span]) -> None:
        self.files = files
        self.places = places
        self.diagnostics: list[Diagnostic] = []

    def chapters(self, metadata: Metadata, only: tuple[str, ...]) -> tuple[ChapterFile, ...]:
        """The chapters and appendices in order; raises ValueError where `only` names none of them."""
        named = metadata.chapters or tuple(
            path for path in self.files.listing("chapters", ".md") if path not in metadata.appendices
        )
        problem = "" if metadata.chapters else self.files.unlisted("chapters", ".md")
        if problem and self.files.exists("chapters"):
            self.diagnostics.append(error("chapter-missing", f"`chapters` {problem}", Span(FILE)))
        elif not named and not metadata.appendices:
            hint = "write chapters/01-first.md, or name files under `chapters`"
            self.diagnostics.append(error("chapters-none", "the report has no chapters", Span(FILE), hint))
        self._refuse_repeated(metadata)
        self._refuse_conflict(metadata)
        unknown = [name for name in only if not any(_chosen(path, (name,)) for path in (*named, *metadata.appendices))]
        if unknown:
            raise ValueError(f"no chapter `{unknown[0]}`; chapters: {', '.join((*named, *metadata.appendices))}")
        chapters = (
            *(ChapterFile(source, "chapter") for source in self.texts(named, "chapters")),
            *(ChapterFile(source, "appendix") for source in self.texts(metadata.appendices, "appendices")),
        )
        return tuple(replace(chapter, printed=not only or _chosen(chapter.source.path, only)) for chapter in chapters)

    def texts(self, paths: tuple[str, ...], key: str) -> tuple[Source, ...]:
        """The texts of files; each that cannot be read is a diagnostic at its name."""
        sources = []
        for index, path in enumerate(paths):
            found = self.files.text(path)
            if isinstance(found, Unreadable):
                place = self.places.get((key, index)) or self.places.get((key,)) or Span(found.path)
                code = {"chapters": "chapter-missing", "appendices": "chapter-missing"}.get(key, "file-missing")
                self.diagnostics.append(unreadable(found, code, place, self.files))
            else:
                sources.append(found)
        return tuple(sources)

    def attachments(self, metadata: Metadata) -> tuple[str, ...]:
        """The files for the PDF, where its standards let it have any."""
        if metadata.attachments and not allows_attachments(metadata.pdf_standard):
            message = f"a PDF by `{', '.join(metadata.pdf_standard)}` can have no attachments"
            place = self.places.get(("attachments",))
            self.diagnostics.append(error("metadata-attachments", message, place, "PDF/A-3 can: a-3a"))
            return ()
        found = []
        for index, path in enumerate(metadata.attachments):
            content = self.files.content(path)
            if isinstance(content, Unreadable):
                place = self.places.get(("attachments", index))
                self.diagnostics.append(unreadable(content, "file-missing", place, self.files))
            else:
                found.append(path)
        return tuple(found)

    def _refuse_repeated(self, metadata: Metadata) -> None:
        seen: set[str] = set()
        for key, paths in (("chapters", metadata.chapters), ("appendices", metadata.appendices)):
            for index, path in enumerate(paths):
                if path in seen:
                    place = self.places.get((key, index)) or self.places.get((key,))
                    self.diagnostics.append(error("chapter-repeated", f"`{path}` is listed twice", place, "keep one"))
                seen.add(path)

    def _refuse_conflict(self, metadata: Metadata) -> None:
        found = conflict(metadata.pdf_standard)
        if found:
            index, problem = found
            place = self.places.get(("pdf-standard", index))
            hint = "for archives and readers of all kinds: [a-3a, ua-1], or [a-4, ua-2]"
            self.diagnostics.append(error("metadata-standards", problem, place, hint))

    def check_template(self, folder: str) -> None:
        """A folder of templates that is not there."""
        if folder and not self.files.listing(folder, ""):
            message = f"`{folder}` is no folder with templates"
            self.diagnostics.append(
                error("file-missing", message, self.places.get(("template",)), "take `template` out")
            )

    def check_profile(self, metadata: Metadata) -> None:
        """A file for the printer without the profile of the press."""
        path = metadata.print.profile
        if STANDARD not in metadata.pdf_standard:
            return
        if not path:
            message = f"a PDF by `{STANDARD}` needs the profile of the press"
            hint = "write `print: {profile: styles/press.icc}`; the printer says which, and eci.org has most of them"
            self.diagnostics.append(error("metadata-profile", message, self.places.get(("pdf-standard",)), hint))
            return
        content, place = self.files.content(path), self.places.get(("print", "profile"))
        if isinstance(content, Unreadable):
            self.diagnostics.append(unreadable(content, "file-missing", place, self.files))
        elif reason := fault(content):
            self.diagnostics.append(error("metadata-profile", f"`{path}` {reason}", place))


def _chosen(path: str, only: tuple[str, ...]) -> bool:
    stem = PurePosixPath(path).stem
    return any(choice in (path, stem, PurePosixPath(path).name) or stem.endswith(f"-{choice}") for choice in only)


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
