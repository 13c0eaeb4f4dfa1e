"""`report check` as an author meets it: silence where nothing is wrong, manual pages, corrections, comments, speed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commanding import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_properties import PIECES, SETTINGS, STYLE

from report import corrections
from report.cache import Cache
from report.choices import Choices
from report.codes import MEANINGS
from report.front import check
from report.lint import RULES
from report.outputs import Unwritable
from report.project import read

ROOT = Path(__file__).parent.parent
PROJECTS = sorted((Path(__file__).parent / "lint" / "projects").iterdir())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "report.yml").write_text("title: Roads\n", "utf-8")
    return tmp_path


def write(project: Path, text: str | bytes, name: str = "chapters/a.md") -> Path:
    path = project / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("folder", [ROOT, *PROJECTS], ids=lambda folder: folder.name)
def test_there_are_no_false_alarms(run: Run, folder: Path) -> None:
    assert run("check", folder, "--strict", "--to", "pdf,html") == (0, "", "")


def test_the_briefing_sources_every_claim(run: Run) -> None:
    assert run("check", ROOT, "--set", "lint.claim-unsourced=info") == (0, "", "")


def test_the_readme_lists_every_rule() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (off|info|warning) \| (.*) \|$", (ROOT / "README.md").read_text(), re.M)
    assert listed == [(rule.CODE, rule.SEVERITY, rule.__doc__.splitlines()[0]) for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_a_rule_explains_itself(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: object) -> None:
    monkeypatch.chdir(tmp_path)
    page = run("check", "--explain", rule.CODE)
    assert page.status == 0
    assert page.out.startswith(f"{rule.__doc__.splitlines()[0]}\n\n")
    assert "\nFires:\n\n    " in page.out


def test_other_codes_are_explained_in_a_line(run: Run) -> None:
    assert run("check", "--explain", "cite-unknown").out == f"cite-unknown: {MEANINGS['cite-unknown']}.\n"


def test_an_unknown_code_is_told_the_nearest(run: Run) -> None:
    refused = run("check", "--explain", "word-repeted")
    assert refused.status == 2
    assert "did you mean `word-repeated`?" in refused.err


FAULTY = "# One\n\nThe road was closed [^1], and and the\nthe harbour was not. To Deir Ezzor.\n\n[^1]: By order.\n"
MENDED = "# One\n\nThe road was closed,[^1] and the harbour was not. To Deir ez-Zour.\n\n[^1]: By order.\n"


def test_what_needs_no_thought_is_mended_once(run: Run, project: Path) -> None:
    write(project, "Deir ez-Zour: [Deir Ezzor]\n", "glossary.yml")
    path = write(project, FAULTY)
    fixed = run("check", project, "--fix")
    assert (fixed.status, fixed.err) == (0, "")
    assert [line.partition("]: ")[0] + "]" for line in fixed.out.splitlines()] == [
        "chapters/a.md:3:20: fixed[note-space]",
        "chapters/a.md:3:21: fixed[note-position]",
        "chapters/a.md:3:30: fixed[word-repeated]",
        "chapters/a.md:3:38: fixed[word-repeated]",
        "chapters/a.md:4:25: fixed[name-variant]",
    ]
    assert path.read_text("utf-8") == MENDED
    assert run("check", project, "--fix") == (0, "", "")


def test_all_else_in_a_file_stays_as_it_is(run: Run, project: Path) -> None:
    write(project, "Deir ez-Zour: [Deir Ezzor]\n", "glossary.yml")
    path = write(project, b"\xef\xbb\xbf" + FAULTY.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert run("check", project, "--fix").status == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["a.md"]


def test_corrections_reach_included_files_and_nothing_that_templates_made(run: Run, project: Path) -> None:
    write(project, "title: Roads\nparams: {again: the the}\n", "report.yml")
    part = write(project, "So so it was: the the road.\n", "chapters/part.txt")
    path = write(project, '# One\n\nIt is {{ params.again }} road.\n\n{% include "part.txt" %}\n')
    before = path.read_bytes()
    fixed = run("check", project, "--fix")
    assert fixed.out == "chapters/part.txt:1:18: fixed[word-repeated]: `the` is repeated\n"
    assert part.read_text() == "So so it was: the road.\n"
    assert path.read_bytes() == before
    assert fixed.err.startswith("chapters/a.md:3:1: warning[word-repeated]")


def test_what_is_silenced_is_not_mended(run: Run, project: Path) -> None:
    text = "# One\n\n<!-- report: ignore word-repeated -->\nThe the road.\n"
    path = write(project, text)
    assert run("check", project, "--fix") == (0, "", "")
    assert path.read_text() == text


def test_what_is_left_is_said_and_decides_the_status(run: Run, project: Path) -> None:
    write(project, "# One\n\nThe the road.[@nobody]\n")
    fixed = run("check", project, "--fix")
    assert fixed.status == 1
    assert fixed.out == "chapters/a.md:3:4: fixed[word-repeated]: `The` is repeated\n"
    assert fixed.err.startswith("chapters/a.md:3:11: error[cite-unknown]")


@pytest.mark.parametrize("change", ["readonly", "link"])
def test_a_file_that_may_not_be_written_is_left(run: Run, project: Path, change: str) -> None:
    path = write(project, "# One\n\nThe the road.\n")
    if change == "readonly":
        path.chmod(0o440)
    else:
        path.rename(project / "elsewhere.md")
        path.symlink_to(project / "elsewhere.md")
    fixed = run("check", project, "--fix")
    assert fixed.status == (3 if change == "readonly" else 1)
    assert "chapters/a.md" in fixed.err
    assert path.read_text() == "# One\n\nThe the road.\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.md"]


def correction(start: int, end: int, old: str, new: str) -> corrections.Correction:
    return corrections.Correction("word-repeated", "twice", (corrections.Change(start, end, old, new),))


def test_a_file_that_says_something_else_by_now_is_left(project: Path) -> None:
    path = write(project, "# One\n\nThe long road.\n")
    assert corrections.correct(project, "chapters/a.md", [correction(10, 14, " the", "")]) == ()
    assert path.read_text() == "# One\n\nThe long road.\n"


def test_corrections_that_meet_wait_for_each_other(project: Path) -> None:
    path = write(project, "a b c d\n")
    first, second = correction(0, 3, "a b", "x"), correction(2, 5, "b c", "y")
    assert len(corrections.correct(project, "chapters/a.md", [second, first])) == 1
    assert path.read_text() == "x c d\n"


@pytest.mark.parametrize("path", ["../outside.md", "/etc/hostname", "chapters/missing.md"])
def test_nothing_is_corrected_outside_of_the_project(project: Path, path: str) -> None:
    (project.parent / "outside.md").write_text("a b\n")
    with pytest.raises(Unwritable):
        corrections.correct(project, path, [correction(0, 1, "a", "b")])
    assert (project.parent / "outside.md").read_text() == "a b\n"


def test_comments_of_a_project_do_not_weaken_strict(run: Run, project: Path) -> None:
    write(project, "# One\n\n<!-- report: ignore word-repeated -->\nThe the road.\n")
    assert run("check", project) == (0, "", "")
    strict = run("check", project, "--strict")
    assert strict.status == 1
    assert "warning[word-repeated]" in strict.err
    assert run("check", project, "--strict", "--set", "lint.word-repeated=off").status == 1
    assert "ignore-unused" in run("check", project, "--strict", "--set", "lint.word-repeated=off").err


def test_severities_of_rules_are_the_projects(run: Run, project: Path) -> None:
    write(project, "# One\n\nThe the road.\n")
    write(project, "lint: {word-repeated: error}\n", "report.yml")
    assert run("check", project).status == 1
    write(project, "lint: {word-repeated: off}\n", "report.yml")
    assert run("check", project) == (0, "", "")


def test_a_build_says_nothing_of_rules_and_heeds_comments(run: Run, project: Path) -> None:
    write(project, "# One\n\nThe the road.\n\n<!-- report: ignore image-alt -->\n![](a.svg)\n")
    write(project, '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>', "chapters/a.svg")
    built = run("build", project, "--to", "html")
    assert built.status == 0
    assert "[" not in built.err


WORDS = (
    "the the ", "The the\n", "had had ", "and ", "In 2016 ", "40% ", "accused ", "HRC ",
    "Harbour Registry Commission (HRC) ",
    "“one two three four”", "“", "”", "«", "» ", "Deir", "Deir Ezzor ", ". ", ".", ", ", " ", "e.g. ", "A. ",
    "<!-- report: ignore word-repeated -->", "<!-- report: ignore-file x -->", "\n<!-- report: ignore note-space -->\n",
)  # fmt: skip


@given(text=st.lists(st.sampled_from((*PIECES, *WORDS, *WORDS)), max_size=30).map("".join))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_checked_and_mended_to_the_end(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "chapters").mkdir()
    for name, content in (
        ("report.yml", SETTINGS),
        ("small.csl", STYLE),
        ("glossary.yml", "Deir ez-Zour: [Deir Ezzor]\n"),
    ):
        write(folder, content, name)
    path = write(folder, f"# Title\n\n{text}".encode("utf-8", "replace"))
    for _ in range(8):
        project = read(folder, Choices())
        said = check(project, Cache())
        for problem in said:
            if problem.span and problem.span.path in project.files.texts:
                assert (
                    0 <= problem.span.start <= problem.span.end <= len(project.files.texts[problem.span.path].text) + 1
                )
        found = dict(corrections.encode(said))
        before = path.read_bytes()
        if not [
            line for name, one in found.items() for line in corrections.correct(folder, name, corrections.decode(one))
        ]:
            break
        assert path.read_bytes() != before
    else:
        pytest.fail("corrections without end")


LISTING = """
import sys
sys.argv = ["report", "check", {folder!r}, "--trust"]
try:
    import report.cli
    report.cli.main()
finally:
    print(*sys.modules)
"""


def modules(folder: Path, cache: Path) -> tuple[set[str], str]:
    """What a check imports where it does all in one process, and what it says."""
    world = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LISTING.format(folder=str(folder))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=world)
    return set(done.stdout.split()), done.stderr


def test_a_check_lays_nothing_out(tmp_path: Path) -> None:
    imported, said = modules(ROOT, tmp_path)
    assert said == ""
    assert {"markdown_it", "jinja2", "bibtexparser"} <= imported
    assert not {"weasyprint", "pydyf", "pikepdf", "PIL", "ziamath", "latex2mathml", "pypdfium2_raw"} & imported
    assert not {"report.build", "report.press", "report.html", "report.pdf", "multiprocessing"} & imported


def test_a_second_check_reads_a_record(tmp_path: Path, project: Path) -> None:
    write(project, "# One\n\nThe the road.\n")
    first, said = modules(project, tmp_path / "own")
    assert "warning[word-repeated]" in said
    again, same = modules(project, tmp_path / "own")
    assert same == said
    assert {"markdown_it", "yaml", "report.front"} <= first
    assert not {"markdown_it", "yaml", "report.front"} & again
    write(project, "# One\n\nThe road.\n")
    assert modules(project, tmp_path / "own")[1] == ""


@pytest.mark.parametrize("change", ["glossary.yml", "report-other.yml", "chapters/b.md"])
def test_a_new_file_is_noticed(run: Run, project: Path, change: str) -> None:
    write(project, "# One\n\nThe road to Deir.\n")
    write(project, "profiles: [other]\n", "report.yml")
    before = run("check", project)
    written = {"glossary.yml": "Dayr: [Deir]\n", "report-other.yml": "title: Other\n", "chapters/b.md": "No title.\n"}
    write(project, written[change], change)
    assert run("check", project).err != before.err
