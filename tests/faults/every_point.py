"""Runs with the faults preloaded: every fault at every call of a write, and what the results are then.

`every_point.py FOLDER` prints a JSON object: the tries, how often the old results stayed, how often the new ones came,
and what went wrong.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections import Counter
from pathlib import Path

from report import outputs

KINDS = ("ENOSPC", "EIO", "EIO-DONE", "ENOSPC-ON", "EIO-ON", "KILL", "INT", "TERM")
NAMES = ("out/a.pdf", "out/a-booklet.pdf", "out/a.html")
BEFORE = {"all": NAMES, "none": (), "one": NAMES[1:2]}
"""Which results there are before."""

FAULTS = ctypes.CDLL(None)
DONE, REFUSED, INTERRUPTED = 0, 3, 130


def contents(version: str) -> dict[str, bytes]:
    """Results that no part of another version is a part of."""
    return {name: (b"<p>" if "html" in name else b"%PDF-") + version.encode() * 30_000 for name in NAMES}


OLD, NEW, NEXT = contents("old"), contents("new"), contents("next")


def child(work: object) -> int:
    """The exit status of a process that does the work, negative for a signal."""
    process = os.fork()
    if not process:
        status = 70
        try:
            work()
            status = DONE
        except OSError:
            status = REFUSED
        except KeyboardInterrupt:
            status = INTERRUPTED
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def seen(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in NAMES if (root / name).exists()}


def left(root: Path) -> list[str]:
    return [name for name in os.listdir(root / "out") if f"out/{name}" not in NAMES]


def reset(root: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    folder = root / "out"
    for name in os.listdir(folder):
        (folder / name).unlink()
    for name in names:
        (root / name).write_bytes(OLD[name])
    return {name: OLD[name] for name in names}


def calls(root: Path, names: tuple[str, ...]) -> int:
    """How many calls a write makes that is let alone."""
    reset(root, names)
    reading, writing = os.pipe()

    def work() -> None:
        FAULTS.fault_arm(os.fsencode(root / "out"), 0, b"")
        outputs.write(root, NEW)
        os.write(writing, str(FAULTS.fault_count()).encode())

    assert child(work) == DONE
    return int(os.read(reading, 20))


def wrong(root: Path, kind: str, before: dict[str, bytes], tally: Counter[str]) -> list[str]:
    """What is wrong after a write with a fault and the command after it."""
    found = seen(root)
    problems = [f"{name} is torn" for name, content in found.items() if content not in (before.get(name), NEW[name])]
    tally["old at once" if found == before else "new at once" if found == NEW else "decided, not yet done"] += 1
    if found not in (before, NEW) and not (kind in ("KILL", "ENOSPC-ON", "EIO-ON") and left(root)):
        problems.append(f"a mixture: {sorted(found)}")
    if child(lambda: outputs.remove(root, ("out/another.pdf",))) != DONE:
        problems.append("the next command fails")
    found = seen(root)
    tally["old" if found == before else "new" if found == NEW else "neither"] += 1
    if found not in (before, NEW) or left(root):
        problems.append(f"after the next command: {sorted(found)}, {left(root)}")
    if child(lambda: outputs.write(root, NEXT)) != DONE or seen(root) != NEXT or left(root):
        problems.append("after the next build")
    return problems


def tried(root: Path, kind: str, point: int, names: tuple[str, ...], tally: Counter[str]) -> list[str]:
    before = reset(root, names)

    def work() -> None:
        FAULTS.fault_arm(os.fsencode(root / "out"), point, kind.encode())
        outputs.write(root, NEW)

    status = child(work)
    expected = {"KILL": (-9,), "TERM": (-15,), "INT": (INTERRUPTED,)}.get(kind, (DONE, REFUSED))
    problems = [] if status in expected else [f"status {status}"]
    if status == DONE and seen(root) != NEW:
        problems.append("said to be done")
    if status == REFUSED and kind in ("ENOSPC", "EIO", "EIO-DONE") and seen(root) != before:
        problems.append("said to be as it was")
    return problems + wrong(root, kind, before, tally)


def main(root: Path) -> None:
    (root / "out").mkdir()
    tally: Counter[str] = Counter()
    problems = []
    for state, names in BEFORE.items():
        points = calls(root, names)
        tally[f"calls, {state} there before"] = points
        for kind in KINDS:
            for point in range(1, points + 1):
                tally["tries"] += 1
                found = tried(root, kind, point, names, tally)
                problems += [f"{state} {kind} {point}: {problem}" for problem in found]
    print(json.dumps({"tally": tally, "problems": problems}))


main(Path(sys.argv[1]).resolve())
