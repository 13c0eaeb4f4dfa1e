"""What the loss gate costs of a build from nothing: processor time in each of its layers, beside that of all the rest.

    python tests/benchmarks/gates.py [--rounds 3] [--project DIR]

Everything is done in one process, a new one for each round, so that nothing is known from the round before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent))

from watching import Here

import report.html
import report.pdf.layout
import report.pdf.reading
from report import build, front
from report.cache import Cache
from report.choices import Choices
from report.press import Press
from report.project import read

LAYERS = (
    ("HTML held against chapters", report.html, "inventory"),
    ("pages audited", report.pdf.layout, "audit"),
    ("proof of pages", report.pdf.layout, "proof"),
    ("finished file read", report.pdf.reading, "read"),
    ("digests of what was read", build, "read_by"),
)


def main() -> None:
    """Print seconds of each layer, and how much more a build takes by all of them: medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--project", type=Path, default=Path(__file__).parent.parent.parent)
    given = arguments.parse_args()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        rounds = [pool.apply(one_round, (given.project,)) for _ in range(given.rounds)]
    for name, _, _ in LAYERS:
        print(f"{name:28} {statistics.median(spent[name] for _, spent in rounds):7.3f} s CPU")
    shares = [sum(spent.values()) / (total - sum(spent.values())) for total, spent in rounds]
    total = statistics.median(total for total, _ in rounds)
    print(f"{'of a build':28} {total:7.3f} s CPU: {statistics.median(shares):.1%} more by the gate")


def one_round(project: Path) -> tuple[float, Counter[str]]:
    """Seconds of a build, and of each layer in it."""
    spent: Counter[str] = Counter()
    for name, module, function in LAYERS:
        setattr(module, function, timed(getattr(module, function), name, spent))
    start = time.process_time()
    found, cache = read(project, Choices()), Cache()
    made = build.build(found, front.link(found, cache), Press(cache, Here()))  # type: ignore[arg-type]
    assert made.is_sound
    return time.process_time() - start, spent


def timed(function: Callable[..., Any], name: str, spent: Counter[str]) -> Callable[..., Any]:
    """The function, whose time is added up."""

    def counted(*values: Any) -> Any:
        start = time.process_time()
        result = function(*values)
        spent[name] += time.process_time() - start
        return result

    return counted


if __name__ == "__main__":
    main()
