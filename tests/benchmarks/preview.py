"""From saving a one-word change to the changed page on the screen, in Chromium; and what the preview weighs after many.

    python tests/benchmarks/preview.py [--edits 20] [--reports briefing,M] [--saves 200]

For each report: the median, and where the time goes: until the build is shown as begun (the watch), until it is done
(the build), until the changed page that is looked at has its new picture (the page). Memory is that of all processes
of the preview together, after the first edits and after all `--saves` of them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import corpus
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent

SETTLED = 20
"""Edits after which memory is looked at first."""

WATCH = """
window.seen = {};
new MutationObserver(() => {
  const { phase, build } = document.body.dataset, now = Date.now() / 1000;
  if (phase === 'building') seen.building ||= now;
  if (phase === 'built' && build !== seen.build) { seen.build = build; seen.built = now; }
  const [top, bottom] = [desk.scrollTop, desk.scrollTop + desk.clientHeight];
  const isSeen = (node) => node.offsetTop < bottom && node.offsetTop + node.clientHeight > top;
  const asked = nodes.filter((node) => node.classList.contains('changed') && isSeen(node));
  const isDrawn = asked.length && asked.every((node) => node.dataset.drawn === node.dataset.id);
  if (phase === 'built' && isDrawn) seen.drawn ||= now;
}).observe(document.body, {
  attributes: true, subtree: true, attributeFilter: ['data-phase', 'data-build', 'data-drawn'],
});
"""
"""Notes when what was seen; in the page, for the clock of this process reads the same."""


def copied(name: str, folder: Path) -> Path:
    """A report to be edited: the briefing of this repository, or a made-up one."""
    if name == "briefing":
        for part in ("chapters", "styles", "refs.bib", "report.yml"):
            (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, folder / part)
    else:
        corpus.write(folder, name)
        return folder / "report"
    return folder


@contextmanager
def previewed(root: Path, home: Path) -> Iterator[tuple[Page, int]]:
    """The page of a preview, built, and the process of the server."""
    command = [sys.executable, "-P", "-m", "report", "preview", str(root), "--no-open"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(address)
        page.wait_for_selector("body[data-phase=built] .sheet img", timeout=600_000)
        page.evaluate(WATCH)
        yield page, process.pid
        browser.close()
    process.terminate()
    process.wait(30)


def places(root: Path) -> list[tuple[Path, int]]:
    """Words in the middle of paragraphs of chapters, each with its file: where edits may be made."""
    found = []
    for path in sorted((root / "chapters").glob("*.md")):
        text, start = path.read_text("utf-8"), 0
        for paragraph in text.split("\n\n"):
            at = paragraph.find(" the ", 40)
            if at >= 0 and paragraph[0].isupper():
                found.append((path, start + at + 1))
            start += len(paragraph) + 2
    return found


def edited(page: Page, path: Path, at: int, number: int) -> tuple[float, float, float]:
    """Seconds from saving until the build begins, is done, and its page is seen."""
    text = path.read_text("utf-8")
    page.evaluate("seen.drawn = seen.built = seen.building = 0")
    build = page.get_attribute("body", "data-build")
    changed = f"{text[:at]}the word{number} {text[at + 4 :]}"
    began = time.time()
    path.write_text(changed, "utf-8")
    page.wait_for_selector(f"body[data-phase=built]:not([data-build='{build}'])", timeout=120_000)
    while not page.evaluate("seen.drawn"):
        time.sleep(0.01)
    times = page.evaluate("[seen.building, seen.built, seen.drawn]")
    path.write_text(text, "utf-8")
    page.wait_for_selector(f"body[data-phase=built]:not([data-build='{int(build or 0) + 1}'])", timeout=120_000)
    page.wait_for_timeout(700)
    building, built, drawn = (moment - began for moment in times)
    return building, built, drawn


def weight(process: int) -> dict[int, float]:
    """The memory of a process and of all that it has begun, in MiB (proportional set size)."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    own = {process}
    for _ in range(6):
        own |= {pid for pid, parent in pairs if parent in own}
    found = {}
    for pid in own:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found[pid] = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return found


def quickly(page: Page, root: Path, process: int, saves: int) -> tuple[float, float]:
    """Memory after the first of many saves, and after all of them; every one is built."""
    path, at = places(root)[0]
    text, first = path.read_text("utf-8"), 0.0
    for number in range(saves):
        build = page.get_attribute("body", "data-build")
        path.write_text(f"{text[:at]}the save{number} {text[at + 4 :]}", "utf-8")
        page.wait_for_selector(f"body[data-phase=built]:not([data-build='{build}'])", timeout=120_000)
        if number == SETTLED:
            first = sum(weight(process).values())
    path.write_text(text, "utf-8")
    return first, sum(weight(process).values())


def main() -> None:
    """Measure, and print."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--edits", type=int, default=20)
    given.add_argument("--reports", default="briefing,M")
    given.add_argument("--saves", type=int, default=200)
    options = given.parse_args()
    for name in options.reports.split(","):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
            root = copied(name, Path(folder))
            with previewed(root, Path(home)) as (page, process):
                sheets = page.locator(".sheet").count()
                wanted = places(root)
                chosen = [wanted[number * len(wanted) // options.edits] for number in range(options.edits)]
                edited(page, *chosen[-1], 999)
                times = [edited(page, *place, number) for number, place in enumerate(chosen)]
                begun, built, drawn = (statistics.median(column) for column in zip(*times, strict=True))
                print(
                    f"{name}, {sheets} pages: median {drawn:.2f} s of {len(times)} edits "
                    f"(watch {begun:.2f} s, build {built - begun:.2f} s, page {drawn - built:.2f} s; "
                    f"from {min(one[2] for one in times):.2f} to {max(one[2] for one in times):.2f} s)",
                    flush=True,
                )
                if options.saves:
                    first, last = quickly(page, root, process, options.saves)
                    print(
                        f"{name}: {first:.0f} MiB after {SETTLED} saves, {last:.0f} MiB after {options.saves} "
                        f"({100 * (last / first - 1):+.1f} %)",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
