"""Imports go down, floors do not know their neighbours; every directive and rule has its manual and its cases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from cases import cases

from report.cache import Cache
from report.choices import Choices
from report.codes import MEANINGS
from report.diagnostics import Diagnostic
from report.directives import DIRECTIVES
from report.front import check, link
from report.lint import RULES, manual
from report.project import read

ROOT = Path(__file__).parent.parent / "report"

FLOORS = (
    ("__main__",),
    ("cli",),
    ("completing",),
    ("preview", "lsp"),
    ("building",),
    ("commands",),
    ("records", "manifest", "terminal", "telling", "corrections"),
    ("build",),
    ("findings",),
    ("pagination", "edition", "companion"),
    ("press", "exits"),
    ("front",),
    ("project", "styles", "templating", "markdown", "bibtex", "linking", "html", "pdf", "cache", "lint"),
    ("prepress",),
    ("metadata", "directives", "pictures", "typesetting", "sandbox"),
    ("data",),
    ("document", "csl"),
    ("verdict", "endings"),
    ("diagnostics", "edtf", "words", "fonts", "mathematics"),
    (
        "source",
        "files",
        "environment",
        "outputs",
        "starter",
        "codes",
        "lookalikes",
        "choices",
        "watch",
        "workers",
        "supervisor",
    ),
    ("machine", "confinement", "messages"),
    ("limits",),
)
"""Top to bottom; a room imports what is below it alone."""

NEIGHBOURS = {("linking", "bibtex"), ("lint", "bibtex"), ("files", "source"), ("edtf", "words")}
"""Rooms on one floor of which the first may import the second."""

DOORS = {
    "yaml": {"data"},
    "jinja2": {"sandbox", "templating", "html/frame"},
    "markdown_it": {"markdown"},
    "mdit_py_plugins": {"markdown"},
    "bibtexparser": {"bibtex/entries"},
    "pylatexenc": {"bibtex"},
    "weasyprint": {
        "pdf/layout",
        "pdf/drawing",
        "pdf/counters",
        "pdf/mending",
        "pdf/structure",
        "pdf/hiding",
        "pdf/lines",
        "pdf/measuring",
        "pdf/memory",
        "pdf/resuming",
        "pdf/painting",
        "pdf/standin",
        "pdf/glyphs",
        "pdf/spots",
        "pdf/proof",
        "pdf/fonts",
        "pdf/guard",
        "pdf/ink",
        "pdf/images",
        "environment",
    },
    "tinyhtml5": {"pdf/tree"},
    "pydyf": {
        "pdf/objects",
        "pdf/drawing",
        "pdf/structure",
        "pdf/fonts",
        "pdf/sheet",
        "pdf/images",
        "pdf/colours",
    },
    "pikepdf": {"pdf/impose", "pdf/appearance"},
    "pypdfium2_raw": {"pdf/pdfium"},
    "PIL": {"pdf/images", "pdf/colours", "pictures/decoding"},
    "click": {"cli", "completing", "building", "commands", "exits", "telling", "terminal", "preview/command"},
    "babel": {"edtf"},
    "ziamath": {"mathematics"},
    "latex2mathml": {"mathematics"},
    "fontTools": {"html/screen/fonts"},
    "tinycss2": {"html/screen/style", "pdf/memory"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
}
"""The modules that may import a library."""

DISK = {
    "files": "the project",
    "outputs/folder": "results",
    "outputs/lock": "results",
    "corrections": "the author's own files, by way of outputs/folder",
    "manifest": "the program",
    "cache": "the user's own folder",
    "machine": "the program",
    "environment": "the program and the machine",
    "starter": "the program, and a folder that is new",
    "fonts": "the program",
    "csl/packaged": "the program",
    "html/theme": "the program",
    "html/frame": "the program",
    "pdf/metadata": "the program",
    "workers": "the null device",
    "exits": "the null device, and what is kept of an internal error",
    "supervisor": "a temporary folder",
    "preview/watching": "when files of the project have changed",
    "preview/site": "the program",
}
"""The modules that may touch the disk, and what they have there; of a project's files, `files` is the only reader."""

ON_DISK = {
    *("read_bytes", "read_text", "write_bytes", "write_text", "iterdir", "glob", "rglob", "scandir", "listdir"),
    *("is_file", "is_dir", "is_symlink", "stat", "lstat", "unlink", "mkdir", "touch", "symlink_to", "readlink"),
    *("mkstemp", "mkdtemp", "samefile", "copyfile"),
}
"""Calls by which a module gives itself away."""

MODULES = sorted(ROOT.rglob("*.py"))


def room(module: Path) -> str:
    return module.relative_to(ROOT).with_suffix("").parts[0]


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(name), level=0, names=names):
                if name == "report":
                    yield from (f"report.{alias.name}" for alias in names)
                else:
                    yield name


def floor(name: str) -> int:
    return next(index for index, rooms in enumerate(FLOORS) if name in rooms)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_imports_go_down(module: Path) -> None:
    here = room(module)
    if here == "__init__":
        return
    for name in imports(module):
        if not name.startswith("report.") or name == "report.__version__":
            continue
        there = name.split(".")[1]
        allowed = there == here or floor(there) > floor(here) or (here, there) in NEIGHBOURS
        assert allowed, f"{here} imports {there}"
        if here == "csl":
            assert there == "csl", "csl imports nothing of ours"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_libraries_have_one_door(module: Path) -> None:
    path = module.relative_to(ROOT).with_suffix("").as_posix()
    for name in imports(module):
        doors = DOORS.get(name.split(".")[0])
        if doors is not None:
            assert any(path == door or path.startswith(f"{door}/") for door in doors), f"{path} imports {name}"


def reaches(node: ast.Call) -> bool:
    match node.func:
        case ast.Name(id="open") | ast.Attribute(value=ast.Name(id="os" | "io"), attr="open" | "walk"):
            return True
        case ast.Attribute(attr="exists"):
            return not node.args  # with a path it is ours
        case ast.Attribute(attr=name):
            return name in ON_DISK
    return False


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_one_module_reads_the_project(module: Path) -> None:
    path = module.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__")
    calls = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
    found = [ast.unparse(node) for node in calls if reaches(node)]
    assert not found or path in DISK, f"{path} touches the disk: {found[0]}"


@pytest.mark.parametrize("directive", DIRECTIVES, ids=lambda directive: directive.__name__.rpartition(".")[2])
def test_directives_have_cases_and_an_example_that_runs(directive: object, tmp_path: Path) -> None:
    name = directive.__name__.rpartition(".")[2]
    assert (Path(__file__).parent / "directives" / f"{name}.txt").exists()
    example = "\n".join(line[4:] for line in (directive.__doc__ or "").split("\n") if line.startswith("    "))
    assert ":::" in example
    (tmp_path / "chapters" / "data").mkdir(parents=True)
    (tmp_path / "chapters" / "data.csv").write_text("a,b\n1,2\n")
    (tmp_path / "chapters" / "data" / "crossings.csv").write_text("month,people\nMay,3\n")
    for image in ("north.svg", "south.svg", "map.svg"):
        (tmp_path / "chapters" / image).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "chapters" / "a.md").write_text(f"# Title\n\nText [@source].\n\n{example}\n")
    (tmp_path / "refs.bib").write_text("@book{source, title={T}, date={2001}, keywords={archive}}")
    (tmp_path / "report.yml").write_text("title: T\n")
    assert link(read(tmp_path, Choices()), Cache()).diagnostics == ()


CASES = Path(__file__).parent / "lint"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_rules_have_cases_that_fire_and_cases_that_do_not(rule: ModuleType) -> None:
    assert rule.CODE.replace("-", "_") == rule.__name__.rpartition(".")[2]
    fires = [f"[{rule.CODE}]: " in case.expected.get("diagnostics", "") for case in cases(CASES / f"{rule.CODE}.txt")]
    assert {*fires} == {True, False}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
def test_examples_of_rules_do_what_they_say(rule: ModuleType, tmp_path: Path) -> None:
    page = manual(rule.CODE)
    fires, _, does_not = page.partition("\nFires:\n")[2].partition("\nDoes not:\n")
    assert fires
    assert does_not
    for number, example in enumerate((fires, does_not)):
        files = example_files(example)
        said = [problem.code for problem in checked(tmp_path / str(number), files, rule.CODE)]
        assert (rule.CODE in said) == (number == 0)
        assert {*said} <= {rule.CODE}


def example_files(page: str) -> dict[str, str]:
    """The chapter in an example, and the bibliography or glossary that it begins with."""
    lines = [line[4:] for line in page.split("\n") if not line or line.startswith("    ")]
    text = "\n".join(lines)
    entries = re.findall(r"^@\w+\{.*?^\}$", text, re.DOTALL | re.MULTILINE)
    names = re.findall(r"^[^\W\d].*: \[.*\]$", text, re.MULTILINE)
    for part in (*entries, *names):
        text = text.replace(part, "")
    return {"chapters/a.md": f"# Title\n\n{text}\n", "refs.bib": "\n".join(entries), "glossary.yml": "\n".join(names)}


def checked(folder: Path, files: dict[str, str], code: str) -> tuple[Diagnostic, ...]:
    (folder / "chapters").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "report.yml").write_text(f"lint: {{{code}: warning}}\n")
    return check(read(folder, Choices()), Cache())


def test_every_code_has_its_meaning() -> None:
    texts = [module.read_text("utf-8") for module in MODULES if module.name != "codes.py"]
    quoted = {text for module in texts for text in re.findall(r'"([a-z]+(?:-[a-z]+)+|layout)"', module)}
    assert set(MEANINGS) <= quoted, "codes that nothing says"
    said = {
        code
        for module in texts
        for code in re.findall(r'(?:error|warning|complain|unreadable)\(\s*(?:\w+, )?"([a-z-]+)"', module)
    }
    assert said <= set(MEANINGS), "codes without a meaning"
