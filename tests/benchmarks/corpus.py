"""Made-up reports of three sizes, as a project of Report and as one of Typst; the same text for the same size.

python tests/benchmarks/corpus.py FOLDER S|M|L
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from msgspec import Struct

SIZES = {"S": (4, 6), "M": (20, 20), "L": (60, 25)}
"""Chapters, and paragraphs in each: about 12, 120 and 420 pages."""

SUBJECTS = (
    "the agency", "a ministry", "the council", "each district", "the customs office", "a committee", "the railway",
    "the provincial court", "an auditor", "the harbour board", "the survey", "a delegation", "the archive",
)  # fmt: skip
VERBS = (
    "recorded", "disputed", "published", "withdrew", "confirmed", "estimated", "revised", "inspected", "financed",
    "postponed", "approved", "described", "compared", "abandoned", "acknowledged", "administered",
)  # fmt: skip
OBJECTS = (
    "the annual tonnage", "an earlier census", "the tariff of that year", "the shipments of grain", "its own figures",
    "the treaty’s second article", "a considerable reserve", "the concession for the quay", "the report on irrigation",
    "several unresolved claims", "the administrative boundary", "the maintenance of the road", "comparable statistics",
)  # fmt: skip
TAILS = (
    "under the new procedure", "in the eastern province", "despite an objection", "for the second time",
    "without notice", "between two sessions", "on behalf of the municipality", "after a long correspondence",
    "in the course of the winter",
)  # fmt: skip
LINKS = ("although", "because", "while", "after", "before", "whereas", "since", "even though")
NAMES = (
    "Adler", "Baptiste", "Carver", "Dvořák", "Eriksen", "Fournier", "García", "Hoffmann", "Jansen", "Kowalski",
    "Lindqvist", "Müller", "Okafor", "Petrović", "Rossi", "Sørensen", "Thorne", "Vargas", "Whitlock", "Zhao",
)  # fmt: skip
PLACES = ("Arden", "Calder", "Dunmore", "Farrow", "Harrow", "Jorvik", "Lorne", "Ostrava", "Selby", "Varna")


class Texts(Struct):
    """The same passage in Markdown and in Typst's markup."""

    markdown: str
    typst: str

    def __add__(self, other: Texts) -> Texts:
        return Texts(self.markdown + other.markdown, self.typst + other.typst)


def same(text: str) -> Texts:
    return Texts(text, text)


class Corpus:
    """Writes one report; one use."""

    def __init__(self, size: str) -> None:
        self.chapters, self.paragraphs = SIZES[size]
        self.random = random.Random(f"report {size}")
        self.keys = [
            f"{name.lower()}{year}".encode("ascii", "ignore").decode() for name in NAMES for year in range(1990, 1994)
        ]
        self.figures: dict[str, str] = {}

    def clause(self) -> str:
        choose = self.random.choice
        return f"{choose(SUBJECTS)} {choose(VERBS)} {choose(OBJECTS)} {choose(TAILS)}"

    def sentence(self) -> Texts:
        text = self.clause()
        if self.random.random() < 0.5:
            text += f", {self.random.choice(LINKS)} {self.clause()}"
        text = text[0].upper() + text[1:]
        roll = self.random.random()
        if roll < 0.17:
            key, page = self.random.choice(self.keys), self.random.randint(1, 480)
            return Texts(f"{text} [@{key}, p. {page}].", f"{text}.#cite(<{key}>, supplement: [{page}])")
        if roll < 0.2:
            note = self.clause().capitalize()
            return Texts(f"{text}.^[{note}.]", f"{text}.#footnote[{note}.]")
        if roll < 0.22:
            chapter = self.random.randint(1, self.chapters)
            return Texts(f"{text} (see @sec-c{chapter:02}).", f"{text} (see @c{chapter:02}).")
        return same(f"{text}.")

    def paragraph(self) -> Texts:
        result = self.sentence()
        for _ in range(self.random.randint(2, 6)):
            result = result + same("\n") + self.sentence()
        return result + same("\n\n")

    def table(self) -> Texts:
        rows = [
            (place, self.random.randint(1900, 1999), self.random.randint(100, 99999))
            for place in self.random.sample(PLACES, 6)
        ]
        markdown = "| Place | Year | Volume |\n|:--|--:|--:|\n" + "".join(f"| {a} | {b} | {c} |\n" for a, b, c in rows)
        cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
        caption = self.clause().capitalize()
        typst = f"#figure(table(columns: 3, [Place], [Year], [Volume], {cells}), caption: [{caption}])\n\n"
        return Texts(f"{markdown}\n: {caption}\n\n", typst)

    def figure(self, chapter: int) -> Texts:
        name = f"figure-{chapter:02}.svg"
        bars = "".join(
            f'<rect x="{20 + 38 * place}" y="{150 - height}" width="28" height="{height}" fill="#36648b"/>'
            for place, height in enumerate(self.random.randint(10, 130) for _ in range(10))
        )
        self.figures[name] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 410 160" width="410" height="160">{bars}</svg>\n'
        )
        caption = self.clause().capitalize()
        return Texts(
            f'![{caption}]({name}){{alt="Bars"}}\n\n', f'#figure(image("{name}", width: 80%), caption: [{caption}])\n\n'
        )

    def chapter(self, number: int) -> Texts:
        title = f"{self.random.choice(OBJECTS).capitalize()} {number}"
        result = Texts(f"# {title} {{#sec-c{number:02}}}\n\n", f"= {title} <c{number:02}>\n\n")
        for place in range(self.paragraphs):
            if place % 5 == 0:
                heading = f"{self.random.choice(SUBJECTS).capitalize()} of {self.random.choice(PLACES)}"
                result += Texts(f"## {heading}\n\n", f"== {heading}\n\n")
            result += self.paragraph()
            if place == 3:
                result += self.table() if number % 2 else self.figure(number)
            if place == 6:
                items = [self.clause().capitalize() for _ in range(4)]
                result += same("".join(f"- {item}.\n" for item in items) + "\n")
        return result

    def bibliography(self) -> str:
        entries = []
        for place, key in enumerate(self.keys):
            year = key[-4:]
            author = f"{NAMES[place // 4]}, {self.random.choice(['Anna', 'Omar', 'Petra', 'Hugo'])}"
            title = f"{self.random.choice(OBJECTS).capitalize()} {self.random.choice(TAILS)}"
            fields = {"author": author, "title": title, "year": year}
            if place % 2:
                fields |= {"journal": "Quarterly of Ports", "volume": str(place), "pages": f"{place}--{place + 20}"}
            else:
                fields |= {"publisher": "Harbour Press", "address": self.random.choice(PLACES)}
            body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
            entries.append(f"@{'article' if place % 2 else 'book'}{{{key},\n{body}\n}}\n")
        return "\n".join(entries)


def write(folder: Path, size: str) -> None:
    """The projects `report` and `typst` in a folder."""
    corpus = Corpus(size)
    ours, theirs = folder / "report", folder / "typst"
    (ours / "chapters").mkdir(parents=True)
    theirs.mkdir(parents=True)
    bibliography = corpus.bibliography()
    (ours / "refs.bib").write_text(bibliography, "utf-8")
    (theirs / "refs.bib").write_text(bibliography, "utf-8")
    (ours / "report.yml").write_text(f"title: Benchmark {size}\nlang: en-GB\ndate: 2026-01-01\n", "utf-8")
    whole = [
        '#set document(title: "Benchmark")\n#set page("a4", numbering: "1")\n#set text(10.5pt, lang: "en")\n'
        '#set heading(numbering: "1.1")\n#show heading.where(level: 1): it => pagebreak(weak: true) + it\n'
        "#outline()\n\n"
    ]
    for number in range(1, corpus.chapters + 1):
        chapter = corpus.chapter(number)
        (ours / "chapters" / f"{number:02}.md").write_text(chapter.markdown, "utf-8")
        (theirs / f"{number:02}.typ").write_text(chapter.typst, "utf-8")
        whole.append(f'#include "{number:02}.typ"\n')
    whole.append('#bibliography("refs.bib", style: "chicago-notes")\n')
    (theirs / "main.typ").write_text("".join(whole), "utf-8")
    for name, figure in corpus.figures.items():
        (ours / "chapters" / name).write_text(figure, "utf-8")
        (theirs / name).write_text(figure, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
