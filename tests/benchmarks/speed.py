"""How long builds take, beside one WeasyPrint pass over the HTML that we write for the same report, in alternation.

    python tests/benchmarks/speed.py [--rounds 5] [--sizes S,M,L]

Every run is a process of its own, but for the resident one; edits are new text each time. The table has medians, as
ratios to WeasyPrint's single pass (tagged, with contents and page numbers), with seconds behind. `typst` is the same
report compiled by Typst from nothing, where Python's package of it, or the program, is there.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import corpus
from msgspec import Struct, field

ROOT = Path(__file__).parent.parent.parent

SINGLE = """
import sys
from pathlib import Path
from report import environment
environment.prepare()
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse
root = Path(sys.argv[2])
class Fetcher(URLFetcher):
    def fetch(self, url, headers=None):
        scheme, _, path = url.partition(":")
        if scheme in ("asset", "theme"):
            folder = root if scheme == "asset" else Path(sys.argv[4])
            return URLFetcherResponse(url, (folder / path.lstrip("/")).read_bytes())
        return super().fetch(url, headers)
text = Path(sys.argv[1]).read_text("utf-8")
HTML(string=text, base_url="asset:/", url_fetcher=Fetcher()).write_pdf(sys.argv[3], pdf_tags=True)
"""

WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from single import layout_of, single
from report.front import link
from report.cache import Cache
from report.choices import Choices
from report.press import Press
from report.project import read
from report.workers import Workers
if __name__ == "__main__":
    project, cache = read(Path(sys.argv[1]), Choices()), Cache()
    linked = link(project, cache)
    with Workers(2) as workers:
        whole = single(project, linked, layout_of(project, linked, Press(cache, workers)))
    Path(sys.argv[2]).write_text(whole.html.replace("</head>", f"<style>{whole.css}</style></head>", 1), "utf-8")
"""

RESIDENT = """
import gc, re, sys, time
from pathlib import Path
from report import build as pipeline, front, outputs
from report.cache import Cache
from report.choices import Choices
from report.press import Press
from report.project import read
from report.workers import Workers
def once(root, press):
    project = read(root, Choices())
    pipeline.prepare(project, press)
    finished = pipeline.build(project, front.link(project, press.cache), press)
    outputs.write(root, {project.output_path("pdf"): finished.pdf})
    press.cache.trim()
if __name__ == "__main__":
    root, chapter = Path(sys.argv[1]), Path(sys.argv[2])
    with Workers(2) as workers:
        press = Press(Cache(Path(sys.argv[4])), workers)
        once(root, press)
        gc.freeze()
        for round in range(int(sys.argv[3]) + 1):
            text = chapter.read_text("utf-8")
            fresh = "\\n\\n\\\\1 of " + f"{time.time_ns()} "
            chapter.write_text(re.sub("\\n\\n([A-Z][a-z]+) ", fresh, text, count=1), "utf-8")
            start = time.perf_counter()
            once(root, press)
            if round:
                print(time.perf_counter() - start)
            chapter.write_text(text, "utf-8")
"""

TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


class Bench(Struct):
    """One size: its folders, and what its runs took."""

    size: str
    folder: Path
    times: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)

    @property
    def report(self) -> Path:
        return self.folder / "report"

    def prepare(self) -> None:
        corpus.write(self.folder, self.size)
        run([sys.executable, "-c", WRITE, str(self.report), str(self.folder / "single.html"), str(ROOT / "tests")])
        self.build("warm")

    def build(self, cache: str, *options: str) -> tuple[float, float]:
        command = [sys.executable, "-m", "report", "build", str(self.report), *options]
        return run(command, XDG_CACHE_HOME=str(self.folder / cache))

    def round(self, number: int) -> None:
        """Every scenario once."""
        self.timed("WeasyPrint, one pass", self.single)
        self.timed("cold, 1 job", lambda: self.cold("1"))
        self.timed("cold, 2 jobs", lambda: self.cold("2"))
        self.edited("one sentence changed", corpus.SIZES[self.size][0] // 2, changed)
        self.edited("a page more in chapter 1", 1, lengthened)
        self.edited("a citation more in chapter 1", 1, cited)
        self.timed("nothing changed", lambda: self.build("warm"))
        if typst := typst_command(self.folder / "typst"):
            self.timed("Typst, from nothing", lambda: run(typst))

    def timed(self, name: str, action: Callable[[], tuple[float, float]]) -> None:
        wall, cpu = action()
        self.times.setdefault(name, []).append(wall)
        self.cpu.setdefault(name, []).append(cpu)

    def single(self) -> tuple[float, float]:
        fonts = ROOT / "report" / "html"
        arguments = [self.folder / "single.html", self.report, self.folder / "single.pdf", fonts]
        return run([sys.executable, "-c", SINGLE, *map(str, arguments)])

    def cold(self, jobs: str) -> tuple[float, float]:
        shutil.rmtree(self.folder / "cold", ignore_errors=True)
        return self.build("cold", "--jobs", jobs)

    def edited(self, name: str, chapter: int, change: Callable[[str], str]) -> None:
        """The time of a build after an edit; the chapter is put back, and built, untimed."""
        path = self.report / "chapters" / f"{chapter:02}.md"
        text = path.read_text("utf-8")
        path.write_text(change(text), "utf-8")
        assert path.read_text("utf-8") != text
        self.timed(name, lambda: self.build("warm"))
        path.write_text(text, "utf-8")
        self.build("warm")

    def resident(self, rounds: int) -> None:
        path = self.report / "chapters" / f"{corpus.SIZES[self.size][0] // 2:02}.md"
        command = [
            sys.executable,
            "-c",
            RESIDENT,
            str(self.report),
            str(path),
            str(rounds),
            str(self.folder / "resident"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
        self.times["one sentence changed, resident"] = [float(line) for line in done.stdout.split()]

    def measure_memory(self) -> None:
        shutil.rmtree(self.folder / "cold", ignore_errors=True)
        self.peaks["cold, 2 jobs"] = peak(
            [sys.executable, "-m", "report", "build", str(self.report), "--jobs", "2"], self.folder / "cold"
        )


def changed(text: str) -> str:
    """The chapter with another word in its first sentence."""
    return re.sub(r"\n\n([A-Z][a-z]+) ", rf"\n\n\1 of {time.time_ns()} ", text, count=1)


def lengthened(text: str) -> str:
    """The chapter with a page of text more."""
    return f"{text}\n\n" + f"More of the same, as of {time.time_ns()}. " * 60


def cited(text: str) -> str:
    """The chapter with a citation at the end of its first sentence that has none."""
    return re.sub(r"([a-z])\.\n", rf"\1 [@adler1990, p. {time.time_ns() % 10**6}].\n", text, count=1)


def typst_command(folder: Path) -> list[str] | None:
    output = str(folder / "out.pdf")
    if shutil.which("typst"):
        return ["typst", "compile", str(folder / "main.typ"), output]
    if importlib.util.find_spec("typst"):
        return [sys.executable, "-c", TYPST, str(folder / "main.typ"), output]
    return None


def run(command: list[str], **more: str) -> tuple[float, float]:
    """Wall and CPU seconds of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment() | more)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def peak(command: list[str], cache: Path) -> float:
    """The most memory that one of a command's processes takes, in MB; Linux alone says."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env=environment() | {"XDG_CACHE_HOME": str(cache)}, start_new_session=True
    )
    found = [0.0]

    def watch() -> None:
        while process.poll() is None:
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    if os.getsid(int(status.parent.name)) == process.pid:
                        high = re.search(r"VmHWM:\s+(\d+)", status.read_text())
                        found[0] = max(found[0], int(high[1]) / 1024 if high else 0)
                except (OSError, ValueError):
                    continue
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    watcher.join()
    return found[0]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def table(benches: list[Bench]) -> str:
    names = [name for name in benches[0].times if name != "WeasyPrint, one pass"]
    rows = [["", *(bench.size for bench in benches)]]
    medians = {bench.size: {name: statistics.median(found) for name, found in bench.times.items()} for bench in benches}
    rows.append(
        ["WeasyPrint, one pass", *(f"1 ({medians[bench.size]['WeasyPrint, one pass']:.2f} s)" for bench in benches)]
    )
    for name in names:
        cells = [(medians[bench.size][name], medians[bench.size]["WeasyPrint, one pass"]) for bench in benches]
        rows.append([name, *(f"{wall / whole:.3f} ({wall:.2f} s)" for wall, whole in cells)])
    rows.append(
        ["nothing changed, CPU", *(f"{statistics.median(bench.cpu['nothing changed']):.3f} s" for bench in benches)]
    )
    rows.append(["largest process", *(f"{bench.peaks['cold, 2 jobs']:.0f} MB" for bench in benches)])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default="S,M,L")
    arguments = parser.parse_args()
    benches = []
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes.split(","):
            bench = Bench(size, Path(folder) / size)
            bench.prepare()
            for number in range(arguments.rounds):
                bench.round(number)
                print(
                    f"{size}: round {number + 1}",
                    {name: f"{found[-1]:.2f}" for name, found in bench.times.items()},
                    file=sys.stderr,
                )
            bench.resident(arguments.rounds)
            bench.measure_memory()
            benches.append(bench)
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    print(f"{machine}; medians of {arguments.rounds}")
    print(table(benches))


if __name__ == "__main__":
    main()
