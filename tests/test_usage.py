"""The command line in odd hands: wrong words, odd folders, odd settings, an interruption."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commanding import Run

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Roads\n", "utf-8")
    (tmp_path / "chapters/01-first.md").write_text("# First\n\nText.\n", "utf-8")
    (tmp_path / "chapters/02-second.md").write_text("# Second\n\nSee [@missing, p. 3].\n", "utf-8")
    return tmp_path


def test_errors_in_the_text_are_exit_one_and_go_to_standard_error(run: Run, project: Path) -> None:
    outcome = run("check", project)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("chapters/02-second.md:3:6: error[cite-unknown]: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere"),
        ("check", ".", "--set", "title"),
        ("check", ".", "--set", "=x"),
        ("check", ".", "--set", "titel=x"),
        ("check", ".", "--set", "toc=maybe"),
        ("check", ".", "--profile", "nope"),
        ("check", ".", "--only", "nope"),
        ("build", ".", "--only", "nope"),
        ("check", ".", "--format", "xml"),
        ("check", "report.yml"),
        ("check", ".", "."),
        ("nonsense",),
        ("completion", "tcsh"),
        ("new", ""),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_two(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(project)
    outcome = run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err
    assert not (project / "out").exists()


def test_a_wrong_setting_in_report_yml_is_exit_two(run: Run, project: Path) -> None:
    (project / "report.yml").write_text("titel: Roads\n", "utf-8")
    outcome = run("check", project, "--only", "first")
    assert outcome.status == 2
    assert outcome.err.startswith("report.yml:1:1: error[metadata-unknown-key]: ")


def test_settings_and_profiles_are_laid_over_report_yml(run: Run, project: Path) -> None:
    (project / "report-public.yml").write_text("params: {place: Homs}\n", "utf-8")
    (project / "chapters/02-second.md").write_text("# {{ params.place }} [@{{ params.key }}]\n", "utf-8")
    outcome = run("check", project, "--profile", "public", "--set", "params.key=none")
    assert outcome.status == 1
    assert "no entry `none`" in outcome.err


@pytest.mark.parametrize("choice", ["02-second", "second", "02-second.md", "chapters/02-second.md"])
def test_only_takes_a_chapter_by_any_of_its_names(run: Run, project: Path, choice: str) -> None:
    assert "cite-unknown" in run("check", project, "--only", choice).err
    assert run("check", project, "--only", "first").status == 0


def test_only_knows_the_labels_of_the_other_chapters(run: Run, project: Path) -> None:
    (project / "chapters/01-first.md").write_text("# First {#sec-first}\n", "utf-8")
    (project / "chapters/02-second.md").write_text("# Second\n\nSee @sec-first.\n", "utf-8")
    assert run("check", project, "--only", "second") == (0, "", "")


@pytest.mark.parametrize("name", ["odd [x] é", "a'b\"c", "-dash", "日本"])
def test_odd_folders(run: Run, project: Path, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("odd") / name
    project.rename(folder)
    assert run("build", folder, "--only", "first").out.strip() == str(folder / "out/roads.pdf")
    folder.rename(project)


@pytest.mark.parametrize(
    ("setting", "name"), [("title=É / .. * x", "e-x"), ("title='日本'", "report"), ("output-file=mine.pdf", "mine")]
)
def test_the_name_of_the_pdf(run: Run, project: Path, setting: str, name: str) -> None:
    assert run("build", project, "--only", "first", "--set", setting).out.strip() == str(project / f"out/{name}.pdf")


@pytest.mark.parametrize("setting", ["output-file=../../evil", "output-file=/evil", "output-dir=../evil"])
def test_nothing_is_written_outside_the_project(run: Run, project: Path, setting: str) -> None:
    run("build", project, "--only", "first")

    def outside() -> set[Path]:
        kept = Path(os.environ["XDG_CACHE_HOME"])
        return {path for path in project.parent.rglob("*") if not {project, kept} & set(path.parents)}

    before = outside()
    outcome = run("build", project, "--only", "first", "--set", setting)
    assert outcome.status == 2
    assert outside() == before


def test_the_date_of_today_is_that_of_source_date_epoch(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    (project / "report.yml").write_text("title: Roads\ndate: today\n", "utf-8")
    (project / "chapters/02-second.md").write_text("# [@on-{{ date }}]\n", "utf-8")
    assert "no entry `on-1970-01-02`" in run("check", project).err


def test_colours_are_for_terminals_alone(run: Run, project: Path) -> None:
    assert "\x1b" not in run("check", project).err


def test_an_interrupted_build_is_exit_130_and_keeps_the_last_pdf(run: Run, project: Path) -> None:
    run("build", project, "--only", "first")
    before = (project / "out/roads.pdf").read_bytes()
    (project / "chapters/01-first.md").write_text("# First\n\n" + "word " * 60_000, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", _LISTENING, "build", str(project), "--only", "first"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "interrupted: results are as they were")
    assert (project / "out/roads.pdf").read_bytes() == before
    assert sorted(path.name for path in (project / "out").iterdir()) == ["roads.pdf"]


_LISTENING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from report import cli
print("ready", flush=True)
cli.main()
"""


def test_help_names_every_command_of_the_contract(run: Run) -> None:
    text = run("--help").out
    names = set(re.findall(r"^  (\w+)  ", text, re.MULTILINE))
    assert {"build", "check", "new", "clean", "doctor", "schema", "completion"} <= names
