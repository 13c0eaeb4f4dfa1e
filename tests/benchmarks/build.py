"""The briefing: a cold build beside WeasyPrint alone on the HTML that we write, in alternation; medians and ratios.

    python tests/benchmarks/build.py [ROUNDS]

Every run is a process of its own. WeasyPrint alone is one layout and one drawing of the HTML of the last round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

ALONE = """
import sys
from pathlib import Path
from report import environment
environment.prepare()
from weasyprint import HTML
from report.files import Files
from report.pdf.layout import _Fetcher
html = Path(sys.argv[1]).read_text("utf-8")
HTML(string=html, base_url="asset:/", url_fetcher=_Fetcher(Files(Path(sys.argv[2])))).write_pdf(sys.argv[3])
"""

HTML = """
import io, sys
import pikepdf
from pathlib import Path
from report import build, environment, html, project
environment.prepare()
from report.pdf import layout
written = []
real = layout._rendered
layout._rendered = lambda text, files: (written.append(text), real(text, files))[1]
read = project.read(Path(sys.argv[1]), project.Choices())
report = build.build(read, build.link(read))
Path(sys.argv[2]).write_text(written[-1], "utf-8")
with pikepdf.open(io.BytesIO(report.pdf)) as opened:
    print(len(written), len(opened.pages), written[-1].count('class="note-number"'))
"""


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        page, pdf = Path(name) / "report.html", Path(name) / "alone.pdf"
        layouts, pages, notes = run(HTML, ROOT, page)
        commands = {
            "WeasyPrint alone": [sys.executable, "-c", ALONE, str(page), str(ROOT), str(pdf)],
            "report build": [sys.executable, "-m", "report", "build", str(ROOT)],
            "report check": [sys.executable, "-m", "report", "check", str(ROOT)],
            "report --help": [sys.executable, "-m", "report", "--help"],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(measured(command))
    alone = statistics.median(wall for wall, _ in times["WeasyPrint alone"])
    print(f"{pages} pages, {notes} notes, {layouts} layouts; medians of {rounds}, seconds")
    for name, runs in times.items():
        wall = statistics.median(wall for wall, _ in runs)
        cpu = statistics.median(cpu for _, cpu in runs)
        print(f"  {name:17} {wall:6.2f} wall  {cpu:6.2f} CPU  {wall / alone:5.2f} of WeasyPrint alone")


def run(code: str, *arguments: Path) -> list[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment()).stdout.split()


def measured(command: list[str]) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
