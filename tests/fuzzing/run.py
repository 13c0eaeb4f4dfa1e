"""Random texts for as long as one likes: what crashes, hangs, loses words or points outside its file.

python tests/fuzzing/run.py markdown --minutes 30 --seed 1 --keep /tmp/found
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

sys.path.append(str(Path(__file__).parent.parent))

from draw import MARKER, Sample
from minimise import minimised
from properties import Fault, faults, page_faults
from targets import PROJECT, TARGETS, encoded

HANG_SECONDS = 5
"""Of processor time, so that a busy machine makes nothing hang; waiting sixty times as long is a hang as well."""

MEMORY_BYTES = 3 * 1024**3

PAGE_EVERY = 40
"""One text in so many is written as an HTML edition too."""

MOST_KEPT = 60
"""Findings of one run that are minimised."""

CONTEXT = multiprocessing.get_context("fork")


def sample_of(target: str, seed: str, number: int) -> Sample:
    return TARGETS[target].sample(Random(f"{target} {seed} {number}"))


def tried(target: str, sample: Sample, number: int, folder: Path) -> list[Fault]:
    """What is wrong with a sample; the kernel ends the process where that takes too long."""
    with_page = number % PAGE_EVERY == 0 and target != "csl"
    _limit(HANG_SECONDS)
    found = faults(sample, folder)
    if with_page and not found:
        _limit(HANG_SECONDS * 2)
        found = page_faults(sample, folder)
    _limit(0)
    return found


def _limit(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * 60)


def _confine() -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(target: str, seed: str, first: int, end: float, folder: Path, current: Any, pipe: Any) -> None:
    """Tries one sample after another and says what is found and what took longest."""
    faults(Sample(encoded(PROJECT), "report.yml", frozenset()), folder)  # whatever is loaded late
    _confine()
    number, slowest = first, 0.0
    while time.time() < end:
        current.value = number
        sample = sample_of(target, seed, number)
        before = time.process_time()
        found = tried(target, sample, number, folder)
        taken = time.process_time() - before
        if found or taken > slowest:
            slowest = max(slowest, taken)
            pipe.send((number, taken, found))
        number += 1
    pipe.close()


def survey(target: str, minutes: float, seed: str, keep: Path) -> int:
    """Runs, prints what is found, and gives the number of different findings."""
    started = time.time()
    end = started + minutes * 60
    current = CONTEXT.Value("q", 0)
    seen: dict[tuple[str, str], tuple[int, Fault]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    slowest = (0.0, 0)
    first = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name) / "project"
        while time.time() < end:
            receiver, sender = CONTEXT.Pipe(duplex=False)
            worker = CONTEXT.Process(target=_work, args=(target, seed, first, end, folder, current, sender))
            worker.start()
            sender.close()
            for number, taken, found in _received(receiver):
                slowest = max(slowest, (taken, number))
                for fault in found:
                    _note(fault, number, seen, counts)
            worker.join()
            first = current.value + 1
            if worker.exitcode:
                kind = "hang" if worker.exitcode in (-signal.SIGPROF, -signal.SIGALRM) else "killed"
                _note(Fault(kind, f"#{current.value}", str(worker.exitcode)), current.value, seen, counts)
        seconds = time.time() - started
        _report(target, seed, first, seconds, slowest, seen, counts)
        for number, fault in list(seen.values())[:MOST_KEPT]:
            _keep(target, seed, number, fault, folder, keep)
        _keep(target, seed, slowest[1], Fault("slowest", f"{slowest[0]:.2f} s"), folder, keep)
    return len(seen)


def _received(receiver: Any) -> Any:
    while True:
        try:
            yield receiver.recv()
        except EOFError:
            return


def _note(fault: Fault, number: int, seen: dict[Any, Any], counts: Counter[Any]) -> None:
    key = (fault.kind, fault.place)
    counts[key] += 1
    if key not in seen:
        seen[key] = (number, fault)
        print(f"{fault.kind} #{number}: {fault.place}: {fault.detail}", flush=True)


def _report(
    target: str, seed: str, count: int, seconds: float, slowest: tuple[float, int], seen: dict[Any, Any], counts: Any
) -> None:
    kinds = Counter(kind for kind, _ in seen)
    print(
        f"== {target} seed {seed}: {count} executions in {seconds / 60:.1f} min, {count / seconds:.0f}/s; slowest "
        f"{slowest[0]:.2f} s (#{slowest[1]}); findings {dict(kinds) or 'none'}, {sum(counts.values())} times",
        flush=True,
    )


def _keep(target: str, seed: str, number: int, fault: Fault, folder: Path, keep: Path) -> None:
    """Writes a finding, minimised, with what is wrong beside it."""
    sample = sample_of(target, seed, number)
    content = sample.files[sample.main]
    if fault.kind not in ("slowest",):
        content = _shortest(target, sample, fault, number, folder)
    place = keep / target
    place.mkdir(parents=True, exist_ok=True)
    shown = re.sub(MARKER.encode(), b"W", content)
    name = f"{fault.kind}-{hashlib.sha256(shown if fault.kind == 'loss' else fault.place.encode()).hexdigest()[:8]}"
    if (place / name).exists():
        return
    (place / name).write_bytes(content)
    record = {"seed": seed, "number": number, "kind": fault.kind, "place": fault.place, "detail": fault.detail}
    (place / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False) + "\n", "utf-8")
    print(f"-- {name}: {fault.place}: {fault.detail}\n{content[:600]!r}", flush=True)


def _shortest(target: str, sample: Sample, fault: Fault, number: int, folder: Path) -> bytes:
    """The shortest text with the same fault; each try in a process of its own where it may hang."""
    in_process = fault.kind not in ("hang", "killed")

    def holds(content: bytes) -> bool:
        changed = replace(sample, files=sample.files | {sample.main: content})
        if not in_process:
            return _ends(target, changed, number, folder) == fault.kind
        if fault.kind == "loss" and fault.detail.encode() not in content:
            return False
        found = page_faults(changed, folder) if fault.kind == "active" else faults(changed, folder)
        same = (one.kind == fault.kind and (one.place == fault.place or one.detail == fault.detail) for one in found)
        return any(same)

    receiver, sender = CONTEXT.Pipe(duplex=False)

    def work() -> None:
        if in_process:
            _confine()
            _limit(60)
        sender.send_bytes(minimised(sample.files[sample.main], holds, 20 if in_process else 120))

    worker = CONTEXT.Process(target=work)
    worker.start()
    sender.close()
    try:
        return bytes(receiver.recv_bytes())
    except EOFError:
        return sample.files[sample.main]
    finally:
        worker.join()


def _ends(target: str, sample: Sample, number: int, folder: Path) -> str:
    """How a process that tries the sample ends: `hang`, `killed`, or nothing."""

    def work() -> None:
        _confine()
        tried(target, sample, number, folder)

    worker = CONTEXT.Process(target=work)
    worker.start()
    worker.join()
    if not worker.exitcode or worker.exitcode > 0:
        return ""
    return "hang" if worker.exitcode in (-signal.SIGPROF, -signal.SIGALRM) else "killed"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--seed", default="1")
    options.add_argument("--keep", type=Path, default=None, help="folder for what is found; else a temporary one")
    options.add_argument("--show", type=int, default=None, help="print the text of that number, and what is wrong")
    given = options.parse_args()
    if given.show is not None:
        sample = sample_of(given.target, given.seed, given.show)
        sys.stdout.write(sample.files[sample.main].decode("utf-8", "backslashreplace"))
        return
    keep = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-found-"))
    found = survey(given.target, given.minutes, given.seed, keep)
    print(f"{found} findings in {keep}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
