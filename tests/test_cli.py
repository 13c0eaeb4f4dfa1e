"""The command line as a user meets it: exit statuses, streams, diagnostics, results that appear whole or not at all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from report.cli import main

ROOT = Path(__file__).parent.parent


class Outcome(Struct, frozen=True):
    status: int
    out: str
    err: str


class Terminal:
    """Runs commands in this process and tells what they did."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capfd = capfd

    def __call__(self, *arguments: object) -> Outcome:
        self.monkeypatch.setattr(sys, "argv", ["report", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            main()
        captured = self.capfd.readouterr()
        return Outcome(int(ending.value.code or 0), captured.out, captured.err)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capfd)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: A test\ntoc: false\n")
    (tmp_path / "chapters" / "a.md").write_text("# One\n\nText.^[A note.]\n")
    return tmp_path


def test_a_new_project_builds_at_once_and_in_silence(run: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "my report"
    made = run("new", folder)
    assert made.status == 0
    assert str(folder / "report.yml") in made.out
    built = run("build", folder)
    assert built.status == 0
    assert re.fullmatch(r"printed \d\d? paragraphs, \d notes, nothing lost\n", built.err)
    assert run("build", folder).err == built.err, "a build with nothing to do has the same verdict"
    assert Path(built.out.strip()).read_bytes().startswith(b"%PDF-")
    assert run("check", folder, "--strict") == Outcome(0, "", "")


def test_new_writes_into_no_folder_that_holds_something(run: Terminal, project: Path) -> None:
    before = sorted(project.rglob("*"))
    refused = run("new", project)
    assert refused.status == 2
    assert "is not an empty folder" in refused.err
    assert sorted(project.rglob("*")) == before


def test_an_error_keeps_the_last_good_pdf(run: Terminal, project: Path) -> None:
    path = Path(run("build", project).out.strip())
    good = path.read_bytes()
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    failed = run("build", project)
    assert failed.status == 1
    assert failed.out == ""
    assert "chapters/a.md:3:10: error[cite-unknown]: no entry `nobody`" in failed.err
    assert path.read_bytes() == good
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_draft_is_printed_in_spite_of_errors(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    drafted = run("build", project, "--draft")
    assert drafted.status == 1
    assert Path(drafted.out.strip()).exists()


def test_a_failed_write_leaves_the_old_pdf(run: Terminal, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(run("build", project).out.strip())
    good = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    failed = run("build", project, "--set", "subtitle=another")
    assert failed.status == 3
    assert "No space left on device" in failed.err
    assert path.read_bytes() == good
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_warnings_fail_with_strict_alone(run: Terminal, project: Path) -> None:
    (project / "chapters" / "b.md").write_text("No title.\n")
    assert run("check", project).status == 0
    assert run("check", project, "--strict").status == 1
    assert run("check", project, "--strict", "--set", "lint.chapter-untitled=off").status == 0


@pytest.mark.parametrize("wanted", ["off", "info"])
def test_a_project_cannot_weaken_strict(run: Terminal, project: Path, wanted: str) -> None:
    (project / "chapters" / "b.md").write_text("No title.\n")
    (project / "report-calm.yml").write_text(f"lint: {{chapter-untitled: {wanted}}}\n")
    with (project / "report.yml").open("a") as settings:
        settings.write(f"profiles: [calm]\nlint: {{chapter-untitled: {wanted}}}\n")
    assert "warning" not in run("check", project).err
    for command in ("check", "build"):
        strict = run(command, project, "--strict")
        assert strict.status == 1
        assert strict.err.startswith("chapters/b.md:1:1: warning[chapter-untitled]: ")
    by_command = run("check", project, "--strict", "--set", f"lint.chapter-untitled={wanted}")
    assert by_command.status == 0


def test_a_build_that_a_project_keeps_quiet_is_none_for_strict(run: Terminal, project: Path) -> None:
    (project / "chapters" / "b.md").write_text("No title.\n")
    with (project / "report.yml").open("a") as settings:
        settings.write("draft: true\nlint: {chapter-untitled: off}\n")
    assert run("build", project).status == 0
    for _ in range(2):
        strict = run("build", project, "--strict")
        assert strict.status == 1
        assert "warning[chapter-untitled]" in strict.err


def test_a_draft_by_report_yml_is_printed_and_fails(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    with (project / "report.yml").open("a") as settings:
        settings.write("draft: true\n")
    for _ in range(2):
        drafted = run("build", project)
        assert drafted.status == 1
        assert Path(drafted.out.strip()).exists()
        assert "in spite of 1 error\n" in drafted.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("bild",),
        ("build", "--nonsense"),
        ("check", "--set", "titel=x"),
        ("check", "--set", "title"),
        ("check", "--profile", "nowhere"),
        ("check", "--only", "nowhere"),
    ],
)
def test_wrong_usage_and_configuration(
    run: Terminal, project: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(project)
    outcome = run(*arguments)
    assert outcome.status == 2
    assert outcome.err


def test_a_folder_without_report_yml_is_told_what_to_do(run: Terminal, tmp_path: Path) -> None:
    outcome = run("check", tmp_path)
    assert outcome.status == 2
    assert "report new" in outcome.err


def test_diagnostics_as_json(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    (found,) = json.loads(run("check", project, "--format", "json").err)
    assert found["code"] == "cite-unknown"
    assert (found["path"], found["line"], found["column"], found["end_column"]) == ("chapters/a.md", 3, 10, 17)
    assert json.loads(run("check", ROOT, "--format", "json").err) == []


def test_diagnostics_as_sarif(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    (log,) = json.loads(run("check", project, "--format", "sarif").err)["runs"]
    (result,) = log["results"]
    assert (result["ruleId"], result["level"]) == ("cite-unknown", "error")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (3, 10)


def test_diagnostics_as_annotations(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\nA claim [@nobody].\n")
    line = run("check", project, "--format", "github").err
    assert line.startswith(
        "::error file=chapters/a.md,line=3,col=10,endLine=3,endColumn=17,title=cite-unknown::no entry"
    )


def test_a_diagnostic_cannot_steer_the_terminal(run: Terminal, project: Path) -> None:
    (project / "chapters" / "a.md").write_text("# One\n\n@{a\x1b]0;evil\x07} says.\n")
    assert "\x1b" not in run("check", project).err


def test_clean_removes_results_alone(run: Terminal, project: Path) -> None:
    path = Path(run("build", project).out.strip())
    assert path.is_relative_to(project)
    (path.parent / "mine.txt").write_text("kept")
    assert run("clean", project).out.strip() == str(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["mine.txt"]


def test_a_booklet_is_written_with_its_pdf_and_missed_where_it_is_gone(run: Terminal, project: Path) -> None:
    first = run("build", project, "--booklet", "--2up")
    assert [Path(line).name for line in first.out.split()] == ["a-test.pdf", "a-test-booklet.pdf", "a-test-2up.pdf"]
    paths = [Path(line) for line in first.out.split()]
    contents = [path.read_bytes() for path in paths]
    assert "nothing changed" in run("build", project, "--booklet", "--2up", "--timings").err
    paths[1].unlink()
    again = run("build", project, "--booklet", "--2up", "--timings")
    assert (again.out, "nothing changed" in again.err) == (first.out, False)
    assert [path.read_bytes() for path in paths] == contents
    assert run("clean", project).out == first.out


def test_where_a_booklet_cannot_be_written_the_pdf_is_not_written_either(run: Terminal, project: Path) -> None:
    (project / "out" / "a-test-booklet.pdf").mkdir(parents=True)
    failed = run("build", project, "--booklet")
    assert failed.status == 3
    assert "a-test-booklet.pdf" in failed.err
    assert [entry.name for entry in (project / "out").iterdir()] == ["a-test-booklet.pdf"]


def test_a_profile_is_merged_over_report_yml(run: Terminal, project: Path) -> None:
    (project / "report-public.yml").write_text("title: For everybody\n")
    assert run("build", project, "--profile", "public").out.strip().endswith("for-everybody.pdf")


def test_cite_finds_an_entry_by_any_word(run: Terminal) -> None:
    found = run("cite", "ORTON islamic", ROOT)
    assert found.status == 0
    assert found.out.startswith("orton2018\n    Kyle Orton, “Islamic State Admits")
    assert run("cite", "no such words at all", ROOT).status == 1
    (record,) = json.loads(run("cite", "orton2018", ROOT, "--format", "json").out)
    assert (record["key"], record["path"]) == ("orton2018", "refs.bib")


def test_the_schema_is_the_keys_of_report_yml(run: Terminal) -> None:
    schema = json.loads(run("schema").out)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert {"title", "toc-depth", "pdf-standard", "output-file"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(run: Terminal, shell: str) -> None:
    assert "_REPORT_COMPLETE" in run("completion", shell).out


LISTING = """
import sys
sys.argv = {arguments}
try:
    import report.cli
    report.cli.main()
finally:
    print(*sys.modules)
"""


def test_help_imports_nothing_heavy() -> None:
    code = LISTING.format(arguments=["report", "--help"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "Compile Markdown chapters" in done.stdout
    assert not {"weasyprint", "jinja2", "yaml", "markdown_it", "bibtexparser", "pikepdf"} & set(done.stdout.split())


def test_two_builds_in_two_folders_and_two_worlds_give_the_same_bytes(tmp_path: Path) -> None:
    results = []
    for name, seed, zone in (("a", "1", "UTC"), ("b ß", "2", "Asia/Damascus")):
        folder = tmp_path / name
        (folder / "chapters").mkdir(parents=True)
        (folder / "report.yml").write_text("title: Same\ndate: 2026-11-20\n")
        (folder / "chapters" / "a.md").write_text("# One\n\nText.^[A note.] [Term]{.index}\n")
        world = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "report", "build", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=world)
        results.append(Path(done.stdout.strip()).read_bytes())
    assert results[0] == results[1]
