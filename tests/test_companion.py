"""A process that a server keeps at hand: what it says when it cannot go on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from report.companion import Companion, Lost
from report.endings import broken
from report.limits import Limits

MODULE = """
from report.companion import attend

class Attendant:
    limits = None

    def answer(self, kind, content, send):
        if kind == b"x":
            raise {fault}
        send(b"a", content[::-1])

    def rest(self):
        pass

def main():
    attend(lambda setting: Attendant())
"""

BUSY = """
import time
from report.companion import attend
from report.limits import Limits

def work():
    end = time.process_time() + 1.8
    while time.process_time() < end:
        pass

class Attendant:
    limits = Limits(cpu=2)

    def answer(self, kind, content, send):
        work()
        send(b"a", content[::-1])

    def rest(self):
        work()

def main():
    attend(lambda setting: Attendant())
"""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("KeyError('note')", "a fault of Report itself"),
        ("OSError(28, 'No space left on device', 'cache')", "cache: No space left on device"),
    ],
)
def test_a_fault_is_said_and_the_next_question_answered(
    fault: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "faulty.py").write_text(MODULE.format(fault=fault))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    companion = Companion("faulty", "{}", None)
    answers: list[tuple[bytes, bytes]] = []
    with pytest.raises(Lost) as lost:
        companion.ask(b"x", b"", lambda *answer: answers.append(answer))
    assert said in capfd.readouterr().err
    problem = broken(lost.value.passed, "chapters/a.md", lost.value.signal, None)
    assert "a fault of Report or of the machine, not of your text" in problem.message
    companion.ask(b"q", b"abc", lambda *answer: answers.append(answer))
    assert answers == [(b"a", b"cba")]
    companion.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system sets no limits")
def test_no_answer_is_charged_with_what_was_done_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "busy.py").write_text(BUSY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    companion = Companion("busy", "{}", Limits(cpu=2))
    answers: list[tuple[bytes, bytes]] = []
    for question in (b"abc", b"def", b"ghi"):
        companion.ask(b"q", question, lambda *answer: answers.append(answer))
    companion.close()
    assert answers == [(b"a", b"cba"), (b"a", b"fed"), (b"a", b"ihg")]


def test_one_that_ended_while_nobody_waited_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sound.py").write_text(MODULE.format(fault="KeyError"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    companion = Companion("sound", "{}", None)
    answers: list[tuple[bytes, bytes]] = []
    companion.ask(b"q", b"abc", lambda *answer: answers.append(answer))
    companion.stop()
    time.sleep(0.5)
    companion.ask(b"q", b"def", lambda *answer: answers.append(answer), is_first=True)
    companion.close()
    assert answers == [(b"a", b"cba"), (b"a", b"fed")]
