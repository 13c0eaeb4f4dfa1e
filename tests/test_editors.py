"""What editors, shells and pre-commit get: tasks with a problem matcher, the schema, completion, a hook."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from commanding import Run

from report.codes import MEANINGS
from report.data import parse_yaml, plain
from report.source import Source

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    assert run("new", folder).status == 0
    return folder


def tasks(project: Path) -> list[dict[str, object]]:
    return json.loads((project / ".vscode/tasks.json").read_text("utf-8"))["tasks"]


def test_tasks_are_commands_that_there_are(run: Run, project: Path) -> None:
    for task in tasks(project):
        assert task["command"] == "report"
        assert run(*task["args"], "--to", "html", project).status == 0


def test_the_problem_matcher_finds_every_diagnostic_with_a_place(run: Run, project: Path) -> None:
    (project / "chapters/01-first.md").write_text("# One\n\nThe the road.[@nobody]\n\n| A |\n|---|\n| 1 |\n\n: B\n")
    said = run("check", project).err
    for task in tasks(project):
        pattern = task["problemMatcher"]["pattern"]
        found = [re.match(pattern["regexp"], line) for line in said.splitlines()]
        records = [
            [one[pattern[part]] for part in ("file", "line", "column", "severity", "code")] for one in found if one
        ]
        assert records[:2] == [
            ["chapters/01-first.md", "3", "5", "warning", "word-repeated"],
            ["chapters/01-first.md", "3", "15", "error", "cite-unknown"],
        ]
        assert len(records) == said.count("]: ")


def test_the_editor_has_the_schema_of_report_yml(run: Run, project: Path) -> None:
    settings = json.loads((project / ".vscode/settings.json").read_text("utf-8"))
    ((path, names),) = settings["yaml.schemas"].items()
    assert (project / path).read_text("utf-8") == run("schema").out
    assert "report.yml" in names


def test_the_schema_knows_every_code(run: Run) -> None:
    codes = json.loads(run("schema").out)["properties"]["lint"]["properties"]
    assert list(codes) == list(MEANINGS)
    assert codes["word-repeated"] == {
        "description": MEANINGS["word-repeated"],
        "enum": ["off", "info", "warning", "error"],
    }


def test_the_hook_runs_where_its_folder_is(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("hooks", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    value, problems = parse_yaml(source)
    assert not problems
    (hook,) = plain(value)
    assert hook["id"] == "report-check"
    assert hook["pass_filenames"] is False
    assert all(re.search(hook["files"], name) for name in ("chapters/a.md", "refs.bib", "report.yml", "glossary.yml"))
    monkeypatch.chdir(project)
    name, *arguments = shlex.split(hook["entry"])
    assert name == "report"
    assert run(*arguments) == (0, "", "")
    (project / "chapters/01-first.md").write_text("# One\n\nA claim.[@nobody]\n")
    assert run(*arguments).status == 1


@pytest.fixture
def offered(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    def offered(line: str) -> list[str]:
        monkeypatch.setenv("_REPORT_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(shlex.split(line)) - (not line.endswith(" "))))
        return [text.partition(",")[2] for text in run().out.split()]

    return offered


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("report ch", ["check"]),
        ("report check --ex", ["--explain"]),
        ("report check --explain word-", ["word-repeated"]),
        ("report check --format s", ["sarif"]),
        ("report build --to ", ["pdf", "html", "pdf,html"]),
        ("report build --limit c", ["cpu="]),
        ("report build --only ", ["01-first"]),
        ("report build --only 01", ["01-first"]),
        ("report build --profile ", ["public"]),
        ("report check --set tit", ["title=", "titles="]),
        ("report check --set lint.word", ["lint.word-repeated="]),
        ("report completion z", ["zsh"]),
    ],
)
def test_shells_complete(
    offered: Callable[[str], list[str]], project: Path, monkeypatch: pytest.MonkeyPatch, line: str, some: list[str]
) -> None:
    (project / "report-public.yml").write_text("title: For everybody\n")
    monkeypatch.chdir(project)
    assert offered(line) == some


def test_every_code_is_offered(offered: Callable[[str], list[str]]) -> None:
    assert offered("report check --explain ") == list(MEANINGS)


def test_chapters_of_another_folder_are_offered(offered: Callable[[str], list[str]], project: Path) -> None:
    assert offered(f"report build {project} --only ") == ["01-first"]
    assert offered(f"report build {project / 'chapters'} --only ") == []
