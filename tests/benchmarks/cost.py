"""What builds and checks cost by several checkouts of Report, in alternation: processor time, time on the clock.

    python tests/benchmarks/cost.py [--rounds 5] [--project DIR] CHECKOUT…

`CHECKOUT` is a folder with `.venv`; options for its commands may follow behind a comma, as in `.,--trust`. Each round
checks the project from nothing, then with nothing changed; and builds it from nothing, then after a changed sentence,
then with nothing changed. Processor time is that of all processes. Needs Linux, where orphans can be waited for.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

SET_CHILD_SUBREAPER = 36
"""Of prctl(2)."""

KINDS = ("check, from nothing", "check, nothing changed", "from nothing", "a sentence changed", "nothing changed")


def main() -> None:
    """Print a table with medians, and ratios to the first checkout."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("checkouts", nargs="+")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--project", type=Path, default=Path(__file__).parent.parent.parent)
    given = arguments.parse_args()
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for _ in range(given.rounds):
        for checkout in given.checkouts:
            for kind, cost in zip(KINDS, one_round(checkout, given.project), strict=True):
                found.setdefault((checkout, kind), []).append(cost)
    for kind in KINDS:
        first = None
        for checkout in given.checkouts:
            cpu, wall = (statistics.median(column) for column in zip(*found[checkout, kind], strict=True))
            first = first or cpu
            print(f"{kind:24} {checkout:40} {cpu:8.3f} s CPU {cpu / first:6.3f} {wall:8.3f} s")


def one_round(checkout: str, project: Path) -> list[tuple[float, float]]:
    """Processor time and time on the clock of the two checks and the three builds, in seconds."""
    root, *options = checkout.split(",")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "report"
        shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".*", "tests", "report", "out"))
        begin = [f"{root}/.venv/bin/python", "-P", "-m", "report"]
        check, command = [*begin, "check", str(copy), *options], [*begin, "build", "--jobs", "1", str(copy), *options]
        world = os.environ | {"XDG_CACHE_HOME": f"{folder}/of-checks"}
        costs = [timed(check, world), timed(check, world)]
        world = os.environ | {"XDG_CACHE_HOME": f"{folder}/of-builds"}
        costs.append(timed(command, world))
        chapter = sorted((copy / "chapters").glob("*.md"))[3]
        chapter.write_text(
            re.sub(r"\n\n([A-Z][a-z]+) ", r"\n\n\1 moreover ", chapter.read_text("utf-8"), count=1), "utf-8"
        )
        return [*costs, timed(command, world), timed(command, world)]


def timed(command: list[str], world: dict[str, str]) -> tuple[float, float]:
    """Of one command with all processes that it starts, those too that outlive it for a moment."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=world, check=True, capture_output=True)
    end = time.perf_counter()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, end - start


if __name__ == "__main__":
    main()
