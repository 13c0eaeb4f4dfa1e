"""The machine: WeasyPrint loads without running a program, without fonts too; the lock fits pyproject.toml."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from report import environment
from report.environment import LIBRARIES, LOCK, Library, Problem

ROOT = Path(__file__).parent.parent
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux loader")


def run(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own: libraries and environment variables stay in the process that prepares."""
    command = [sys.executable, "-W", "error::UserWarning", "-c", program]
    environ = os.environ | {"SOURCE_DATE_EPOCH": "0"} | variables
    return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, check=False)


WITHOUT_PROGRAMS = """
import sys
def no_programs(event, arguments):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"):
        raise SystemExit(f"{event}{arguments}")
sys.addaudithook(no_programs)
from report import environment
environment.prepare()
import ctypes.util
assert ctypes.util.find_library.__module__ == "ctypes.util"
assert "weasyprint" in sys.modules
"""

PRINT = """
from report import environment
environment.prepare()
import weasyprint
face = environment.FONTS / "SourceSans3-Regular.ttf"
style = f"<style>@font-face {{ font-family: Face; src: url({face.as_uri()}) }} body {{ font-family: Face }}</style>"
text = "<h1>Palmyra</h1><p>Tadmur <i>and</i> <b>Ṣaydnāyā</b>"
print(weasyprint.HTML(string=style + text).write_pdf().hex())
"""


def test_weasyprint_is_imported_without_running_a_program() -> None:
    done = run(WITHOUT_PROGRAMS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@LINUX
def test_machine_without_fonts_or_configuration_or_home_prints_the_same_pages(tmp_path: Path) -> None:
    bare = tmp_path / "fonts.conf"
    bare.write_text("<fontconfig></fontconfig>")
    usual = run(PRINT)
    assert usual.returncode == 0, usual.stderr
    no_home = {"HOME": os.devnull, "XDG_CACHE_HOME": ""}
    for variables in ({"FONTCONFIG_FILE": "/nonexistent"}, {"FONTCONFIG_FILE": str(bare)}, no_home):
        done = run(PRINT, **variables)
        assert (done.returncode, done.stderr) == (0, ""), variables
        assert done.stdout == usual.stdout, variables


@LINUX
def test_text_without_any_font_does_not_end_the_process(tmp_path: Path) -> None:
    done = run(PRINT.replace("@font-face", "@ignored"), FONTCONFIG_FILE=str(tmp_path / "none"))
    assert (done.returncode, done.stderr) == (0, "")


@LINUX
def test_unpacked_libraries_are_taken_before_those_of_the_machine(tmp_path: Path) -> None:
    """Only their file names are asked for, as WeasyPrint does; what one needs is found whatever the order."""
    ask = "import ctypes, sys; from report import environment; {}; print(open('/proc/self/maps').read())"
    before = libraries_in(run(ask.format("0")).stdout)
    machine = libraries_in(run(ask.format("environment.missing_library()")).stdout) - before
    folder = tmp_path / "debian" / "pango" / "usr" / "lib" / "any"
    folder.mkdir(parents=True)
    for library in machine:
        shutil.copy(library, folder)
    prefix = f"sys.prefix = {str(tmp_path)!r}"
    taken = libraries_in(run(ask.format(f"{prefix}; environment.missing_library()")).stdout)
    assert {str(folder / Path(library).name) for library in machine} <= taken


def libraries_in(maps: str) -> set[str]:
    """The paths of the shared libraries in the text of /proc/self/maps."""
    return {fields[5].strip() for line in maps.splitlines() if ".so" in line and (fields := line.split(maxsplit=5))}


def test_machine_that_runs_these_tests_has_every_library() -> None:
    assert environment.missing_library() is None
    assert {"Python", "Pango", "HarfBuzz", "Fontconfig"} <= {part.name for part in environment.parts()}


def test_missing_library_is_one_line_with_its_command() -> None:
    message = environment.missing_library((*LIBRARIES, Library("Pango", "no-such-pango", "0")))
    assert message is not None
    assert re.fullmatch(r"Pango is missing \(\S*no-such-pango\S*\); install it with `.+`", message)


@LINUX
def test_damaged_libraries_end_with_that_line_before_weasyprint_is_imported(tmp_path: Path) -> None:
    for library in LIBRARIES:
        (tmp_path / library.file_name).write_bytes(b"\x7fELF")
    program = "import sys; sys.prefix = ''; from report import environment; environment.prepare()"
    done = run(program, LD_LIBRARY_PATH=str(tmp_path))
    assert done.stdout == ""
    message = r"OSError: Pango is missing \(libpango-1\.0\.so\.0\); install it with `.+`"
    assert re.fullmatch(message, done.stderr.splitlines()[-1])


def test_output_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    folder = tmp_path / "out"
    (problem,) = (problem for problem in environment.problems(folder) if problem.name == "output")
    assert problem == Problem("output", f"{folder} is a file, not a folder", f'mv "{folder}" "{folder}.old"')
    assert not [problem for problem in environment.problems(tmp_path / "new") if problem.name == "output"]


def test_importing_the_module_imports_nothing_slow() -> None:
    done = run("import sys, json; from report import environment; print(json.dumps(sorted(sys.modules)))")
    modules = set(json.loads(done.stdout))
    assert not modules & {"weasyprint", "fontTools", "importlib.metadata", "tempfile", "ctypes.util"}


def test_lock_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {*project["project"]["dependencies"], *project["dependency-groups"]["dev"]}
    locked = set(re.findall(r"^(\S+==\S+)", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {pin.lower() for pin in wanted} <= locked


def test_lock_has_a_hash_for_every_package_and_no_address() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in lock
    assert "index" not in lock
