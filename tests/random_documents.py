"""Random reports in Markdown, and what becomes of their notes on the pages.

python tests/random_documents.py --documents 400 --seed 1 [--letter] [--two-sided] [--jobs 2] [--guard on|off]
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from msgspec import Struct

from report import html, linking
from report.cache import Cache
from report.choices import Choices
from report.diagnostics import Severity
from report.front import link
from report.pdf import worker
from report.pdf.audit import note_parts
from report.pdf.fragment import OUT_OF_ORDER, OVER_EDGE, Fault, Unit
from report.pdf.guard import guarded
from report.pictures import Assets
from report.press import assets
from report.project import read

WORDS = """
harbour register load carrier toll year ministry council district customs railway court auditor survey archive tonnage
census tariff shipment grain treaty reserve concession quay irrigation boundary road statistics procedure province
objection session notice correspondence municipality winter administrative considerable approximately
intergovernmental reconstruction of the in by and to from with under after before although because which that paid
kept wrote said closed opened at on a an it was were had not no two three 1904 1921 “first” don’t cross-border
""".split()

FOREIGN = (
    '[وزارة الخارجية السورية]{lang="ar"}',
    '[محضر الجلسة رقم 12]{lang="ar"}',
    '[משרד החוץ]{lang="he"}',
    "soft\u00adhyphen\u00adated",
    "https://archive.example.org/collections/harbour/registers/1921/loads-and-tolls?page=12&view=full",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "*an emphasised clause* that goes on",
    "**strong words**",
    "`code_in_line()`",
    "ﬁne oﬃces",
    "UNHCR",
    "H~2~O and x^2^",
    "~~struck out~~",
    "[small capitals]{.smallcaps}",
)

STYLE = """.columns { columns: 2; column-gap: 12pt }
.boxed { border: 1pt solid; padding: 6pt; break-inside: avoid }
.beside { float: right; width: 120pt; margin: 0 0 6pt 12pt; font-size: 9pt }
.loud { text-transform: uppercase }
"""

SIDES = """@page :left { margin-left: 120pt; margin-right: 126pt }
@page :right { @top-right { content: counter(page) } }
"""

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 410 {0}" width="410" height="{0}">
<rect width="400" height="{0}" fill="#36648b"/><text x="9" y="20">Words in a picture</text></svg>
"""


class Writer:
    """Writes one random chapter; one use."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.definitions: list[str] = []
        self.labels: list[str] = []
        self.note_rate = self.random.choice((0.1, 0.4, 0.4, 0.4, 0.7))
        self.longest = self.random.choice((120, 120, 400, 2000))

    def chapter(self) -> str:
        """Markdown."""
        parts = [f"# {self.title()}\n\n"]
        for _ in range(self.random.randint(14, 30)):
            parts.append(self.block())
            parts.append(self.defined())
        return "".join(parts)

    def block(self) -> str:
        kinds = (
            (30, self.paragraph),
            (6, self.heading),
            (4, self.items),
            (3, self.short_table),
            (1, self.long_table),
            (3, self.quotation),
            (2, self.figure),
            (3, self.box),
            (2, self.columns),
            (2, self.definition_list),
            (1, self.code),
            (1, self.pull),
            (1, self.page_break),
            (1, self.landscape),
            (1, self.beside),
            (1, self.timeline),
        )
        weights, makers = zip(*kinds, strict=True)
        made: str = self.random.choices(makers, weights)[0]()
        return made

    def defined(self) -> str:
        """The definitions of notes that were called since the last time."""
        texts, self.definitions = self.definitions, []
        return "".join(texts)

    def words(self, low: int, high: int) -> str:
        count = self.random.randint(low, high)
        return " ".join(
            self.random.choice(FOREIGN) if self.random.random() < 0.012 else self.random.choice(WORDS)
            for _ in range(count)
        )

    def clause(self, low: int = 5, high: int = 22) -> str:
        text = self.words(low, high)
        return text[0].upper() + text[1:]

    def title(self) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(2, 6))).capitalize()

    def sentence(self) -> str:
        return self.clause() + "." + self.notes(self.note_rate)

    def notes(self, rate: float) -> str:
        """One to three notes, or none."""
        if self.random.random() >= rate:
            return ""
        return "".join(self.note() for _ in range(self.random.choice((1, 1, 1, 2, 3))))

    def note(self) -> str:
        roll = self.random.random()
        if self.labels and roll < 0.03:
            return f"[^{self.random.choice(self.labels)}]"
        if roll < 0.7:
            return f"^[{self.note_text()}]"
        label = f"n{len(self.labels) + 1}"
        self.labels.append(label)
        more = [f"    {line}\n" for part in self.note_blocks() for line in part]
        self.definitions.append(f"[^{label}]: {self.note_text()}\n\n" + "".join(more) + "\n")
        return f"[^{label}]"

    def note_text(self) -> str:
        """5 to 2,000 words, mostly few."""
        length = min(self.longest, max(5, int(self.random.lognormvariate(2.8, 0.9))))
        texts = []
        while length > 0:
            part = min(length, self.random.choice((8, 15, 25, 60, 300)))
            texts.append(self.clause(part, part))
            length -= part
        return ". ".join(texts) + "."

    def note_blocks(self) -> Iterator[list[str]]:
        """Further paragraphs and lists of a note, as lines."""
        while self.random.random() < 0.35:
            kind = self.random.choice(("paragraph", "list", "numbers", "quote", "code"))
            if kind == "paragraph":
                yield [self.note_text(), ""]
            elif kind == "quote":
                yield [f"> {self.note_text()}", ""]
            elif kind == "code":
                yield ["```", *(self.words(3, 8) for _ in range(self.random.randint(1, 20))), "```", ""]
            else:
                mark = "-" if kind == "list" else "1."
                yield [*(f"{mark} {self.clause(3, 30)}." for _ in range(self.random.choice((2, 4, 9, 40)))), ""]

    def text(self, low: int = 1, high: int = 8) -> str:
        return " ".join(self.sentence() for _ in range(self.random.randint(low, high)))

    def paragraph(self) -> str:
        opening = "[Loud words]{.loud}. " if self.random.random() < 0.03 else ""
        return f"{opening}{self.text()}\n\n"

    def heading(self) -> str:
        return f"{'#' * self.random.choice((2, 2, 3))} {self.title()}{self.notes(0.2)}\n\n"

    def items(self) -> str:
        mark = self.random.choice(("-", "1."))
        lines = []
        for _ in range(self.random.randint(2, 7)):
            lines.append(f"{mark} {self.text(1, 2)}\n")
            if self.random.random() < 0.25:
                lines += [f"    - {self.text(1, 1)}\n" for _ in range(self.random.randint(1, 3))]
        return "".join(lines) + "\n"

    def table(self, rows: int) -> str:
        width = self.random.randint(2, 5)

        def row(rate: float) -> str:
            cells = (self.clause(1, 6).replace("|", "") + self.notes(rate) for _ in range(width))
            return "| " + " | ".join(cells) + " |\n"

        caption = f"\n: {self.clause(3, 9)}{self.notes(0.4)}\n" if self.random.random() < 0.6 else ""
        return f"{row(0.12)}|{'--|' * width}\n{''.join(row(0.12) for _ in range(rows))}{caption}\n"

    def short_table(self) -> str:
        return self.table(self.random.randint(1, 8))

    def long_table(self) -> str:
        return self.table(self.random.randint(15, 60))

    def quotation(self) -> str:
        return f"> {self.text(1, 4)}\n\n"

    def figure(self) -> str:
        name = self.random.choice(("low.svg", "high.svg"))
        return f'![{self.clause(3, 12)}{self.notes(0.4)}]({name}){{alt="Bars"}}\n\n'

    def box(self) -> str:
        opening = self.random.choice(('.callout-note title="A box"', ".panel", ".boxed", ".callout-warning"))
        return f"::: {{{opening}}}\n{self.text(1, 4)}\n\n{self.text(1, 3)}\n:::\n\n"

    def columns(self) -> str:
        inner = "".join(f"{self.text(1, 4)}\n\n" for _ in range(self.random.randint(1, 4)))
        return f"::: {{.columns}}\n{inner}:::\n\n"

    def definition_list(self) -> str:
        return "".join(f"{self.title()}\n\n: {self.text(1, 3)}\n\n" for _ in range(self.random.randint(1, 4)))

    def code(self) -> str:
        lines = "\n".join(self.words(3, 14) for _ in range(self.random.randint(2, 30)))
        return f"```\n{lines}\n```\n\n"

    def pull(self) -> str:
        return f"::: {{.pull}}\n{self.clause(8, 20)}.{self.notes(0.3)}\n:::\n\n"

    def page_break(self) -> str:
        return "::: {.pagebreak}\n:::\n\n"

    def landscape(self) -> str:
        return (
            f"::: {{.landscape}}\n{self.text(2, 6)}\n\n{self.table(self.random.randint(3, 20))}{self.defined()}:::\n\n"
        )

    def beside(self) -> str:
        return f"::: {{.beside}}\n{self.text(1, 2)}\n:::\n\n"

    def timeline(self) -> str:
        rows = "".join(f"{1990 + year}\n: {self.sentence()}\n\n" for year in range(self.random.randint(2, 8)))
        return f"::: {{.timeline}}\n{rows}:::\n\n"


class Setting(Struct, frozen=True):
    """How random documents are laid out."""

    letter: bool = False
    two_sided: bool = False
    guarded: bool = True
    repaired: bool = True


def unit(seed: str, setting: Setting, folder: Path) -> Unit:
    """A random document, as HTML to be laid out; its project is written into the folder."""
    (folder / "chapters").mkdir(parents=True)
    (folder / "styles").mkdir()
    (folder / "chapters" / "a.md").write_text(Writer(seed).chapter(), "utf-8")
    for name, height in (("low.svg", 90), ("high.svg", 300)):
        (folder / "chapters" / name).write_text(PICTURE.format(height), "utf-8")
    (folder / "styles" / "random.css").write_text(STYLE + SIDES * setting.two_sided, "utf-8")
    settings = (
        "title: Random\nlang: en-GB\ntoc: false\ncss: styles/random.css\n" + "papersize: letter\n" * setting.letter
    )
    (folder / "report.yml").write_text(settings, "utf-8")
    project = read(folder, Choices())
    linked = link(project, Cache())
    if any(problem.severity is Severity.ERROR for problem in linked.diagnostics):
        raise ValueError(f"{seed}: {linked.diagnostics}")
    theme = html.load(project.metadata, project.stylesheets, project.files)
    text = html.bind(html.write(linking.resolve(linked.chapters[0], 0, linked.table)), "body", theme)
    named = assets(text + theme.css, Assets(project.files, Cache()))
    return Unit("a", text, theme.css, 1, False, 2 * setting.two_sided, named, is_xml=theme.is_xml)


COLUMNS = {
    "is on no page": "lost",
    "is printed more than once": "doubled",
    "is laid over the text": "overlapping",
    "is laid over a note": "overlapping",
    "is laid over another note": "overlapping",
    "runs into the notes": "overlapping",
    "reaches outside the text block": "outside",
    "runs off the page": "outside",
    "is off the page": "outside",
    "is cut off": "outside",
    "stands before its call": "out of order",
    OUT_OF_ORDER: "out of order",
    "is not printed": "not printed",
    OVER_EDGE: "over the edge",
}
"""What faults are counted as."""


def examined(setting: Setting, seed: str) -> tuple[Counter[str], tuple[Fault, ...]]:
    """What is counted of a random document, and what is wrong with it in the end."""
    from report.pdf import layout

    assert worker
    with tempfile.TemporaryDirectory() as folder:
        one = unit(seed, setting, Path(folder) / "project")
    layout.MAX_PASSES = layout.MAX_PASSES if setting.repaired else 1
    layout.guarded = guarded if setting.guarded else nullcontext
    gc.disable()
    settled = layout.settle(one, one.html, 1)
    gc.enable()
    parts = note_parts(one.html)
    first = {part.call: part for part in reversed(parts)}.values()
    anchors = settled.anchors
    is_wrong = any(fault.words != OVER_EDGE for fault in settled.faults)
    counts = Counter(COLUMNS[fault.words] for fault in settled.faults)
    counts += Counter(
        {
            "documents": 1,
            "notes": len(first),
            "parts": len(parts),
            "pages": len(settled.document.pages),
            "late": sum(
                anchors[part.anchor].page > anchors[part.call].page
                for part in first
                if {part.anchor, part.call} <= anchors.keys()
            ),
            "words missing": sum(fault.missing for fault in settled.faults),
            "repaired": settled.passes > 1 and not is_wrong,
            "failed": is_wrong,
            "passes": settled.passes,
        }
    )
    return counts, settled.faults


ORDER = (
    "documents", "notes", "parts", "pages", "lost", "doubled", "overlapping", "outside", "late", "out of order",
    "not printed", "words missing", "over the edge", "repaired", "failed", "passes", "crashed",
)  # fmt: skip


def survey(seeds: Iterable[str], setting: Setting, jobs: int) -> Counter[str]:
    """The sums over random documents; what is wrong with one is printed."""
    sums: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs) as pool:
        for seed, (counts, faults) in zip(seeds, pool.map(partial(safely, setting), seeds), strict=True):
            sums += counts
            for fault in faults:
                if fault.words != OVER_EDGE:
                    print(f"{seed}: {fault}", flush=True)
    return sums


def safely(setting: Setting, seed: str) -> tuple[Counter[str], tuple[Fault, ...]]:
    """As `examined`; a crash is counted too."""
    try:
        return examined(setting, seed)
    except Exception:
        traceback.print_exc()
        return Counter({"documents": 1, "crashed": 1}), (Fault("", f"crashes {seed}"),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first document; each has the next one")
    parser.add_argument("--letter", action="store_true")
    parser.add_argument("--two-sided", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--no-guard", action="store_true", help="leave WeasyPrint as it is")
    parser.add_argument("--no-repair", action="store_true", help="lay out once")
    chosen = parser.parse_args()
    setting = Setting(chosen.letter, chosen.two_sided, not chosen.no_guard, not chosen.no_repair)
    seeds = [str(seed) for seed in range(chosen.seed, chosen.seed + chosen.documents)]
    sums = survey(seeds, setting, chosen.jobs)
    for name in ORDER:
        print(f"{name:14} {sums[name]:6}")


if __name__ == "__main__":
    main()
