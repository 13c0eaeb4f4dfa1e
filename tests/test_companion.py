"""A process that a server keeps at hand: what it says when it cannot go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.companion import Companion, Lost
from report.endings import broken

MODULE = """
from report.companion import attend

class Attendant:
    def answer(self, kind, content, send):
        if kind == b"x":
            raise {fault}
        send(b"a", content[::-1])

    def rest(self):
        pass

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
