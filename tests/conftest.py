"""What all tests share: a cache of their own, and the command line; and what attacks came to, at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from commanding import Run, runner


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capfd)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What hostile projects asked of the system, and what the worst took."""
    if not (seen := [*_attacks(terminalreporter)]):
        return
    slowest, largest = (max(seen, key=lambda one: one[figure]) for figure in ("seconds", "memory"))
    asked = {name: sum(one[name] for one in seen) for name in ("sockets", "lookups", "reads", "programs")}
    terminalreporter.section(f"{len(seen)} attacks")
    terminalreporter.write_line(
        "{sockets} sockets, {lookups} lookups of names, {reads} reads outside, {programs} programs started".format(
            **asked
        )
    )
    terminalreporter.write_line(f"longest: {slowest['seconds']} s, {slowest['name']}")
    terminalreporter.write_line(f"largest: {largest['memory']} MB, {largest['name']}")


def _attacks(reporter: pytest.TerminalReporter) -> Iterator[dict[str, object]]:
    for reports in reporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                yield from (found for name, found in report.user_properties if name == "attack")
