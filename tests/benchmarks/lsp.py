"""How long an editor waits for completion, over the pipe, with a bibliography of many entries.

    python tests/benchmarks/lsp.py [--entries 5000] [--requests 200]

Says the median and the 95th percentile of the time from request to answer, in milliseconds.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from speaking import Editor

FAMILIES = "Smith Doe Nguyen García Müller Haddad Okafor Tanaka Ivanova Rossi Silva Khan Novak Dubois Larsen".split()
WORDS = "archive border crossing water policy region health court record evidence camp river trade witness road".split()


def entry(number: int) -> str:
    family, year = random.choice(FAMILIES), random.randint(1950, 2024)
    title = " ".join(random.sample(WORDS, 5)).capitalize()
    return f"@book{{{family.lower()}{number}, author={{{family}, A.}}, title={{{title}}}, date={{{year}}}}}\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        chapter = root / "chapters" / "a.md"
        chapter.parent.mkdir()
        (root / "report.yml").write_text("title: Roads\n")
        (root / "refs.bib").write_text("".join(map(entry, range(given.entries))), "utf-8")
        chapter.write_text("# Roads\n\nText.\n")
        editor = Editor(root)
        editor.open(chapter)
        editor.ask("textDocument/hover", editor.at(chapter, 0, 0))
        times = sorted(measured(editor, chapter) for _ in range(given.requests))
        editor.leave()
    median, late = statistics.median(times), times[int(0.95 * len(times))]
    print(f"{given.entries} entries, {given.requests} requests: median {median:.1f} ms, 95 % {late:.1f} ms")


def measured(editor: Editor, chapter: Path) -> float:
    """The milliseconds for one more letter of a word that is begun: the change of the text, then the request."""
    word = random.choice((*FAMILIES, *WORDS))[: random.randint(1, 5)]
    editor.change(chapter, f"# Roads\n\nText [@{word}\n")
    start = time.perf_counter()
    editor.ask("textDocument/completion", editor.at(chapter, 2, 7 + len(word)))
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
