"""The machine under the report: libraries, packages and fonts it needs, and the command that gets what is missing."""

from __future__ import annotations

import atexit
import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from msgspec import Struct


class Part(Struct, frozen=True):
    """Something this machine has."""

    name: str
    version: str


class Problem(Struct, frozen=True):
    """Something this machine lacks."""

    name: str
    message: str
    command: str
    """What to type on this platform to mend it."""
    needed: bool = True
    """False: reports are made without it too."""


class Library(Struct, frozen=True):
    """A shared library that WeasyPrint loads; `stem` and `number` make its file name on every platform."""

    name: str
    stem: str
    number: str

    @property
    def file_name(self) -> str:
        """`libpango-1.0.so.0`, `libpango-1.0.dylib`, `libpango-1.0-0.dll`."""
        match sys.platform:
            case "win32":
                return f"lib{self.stem}-{self.number}.dll"
            case "darwin":
                return f"lib{self.stem}.dylib"
            case _:
                return f"lib{self.stem}.so.{self.number}"


GOBJECT = Library("GObject", "gobject-2.0", "0")
HARFBUZZ = Library("HarfBuzz", "harfbuzz", "0")
FONTCONFIG = Library("Fontconfig", "fontconfig", "1")
PANGO = Library("Pango", "pango-1.0", "0")
PANGOFT2 = Library("PangoFT2", "pangoft2-1.0", "0")
LIBRARIES = (PANGO, PANGOFT2, FONTCONFIG, HARFBUZZ, GOBJECT)
"""What WeasyPrint cannot do without."""

SUBSETTER = Library("HarfBuzz-Subset", "harfbuzz-subset", "0")
"""Cuts fonts down to the characters used; without it WeasyPrint takes fontTools: slower, and it dates the fonts."""

_TOOLS = frozenset(
    (
        "ruff",
        "mypy",
        "mypy-extensions",
        "pytest",
        "pytest-xdist",
        "hypothesis",
        "execnet",
        "iniconfig",
        "pluggy",
        "pikepdf",
    )
)
"""Packages of the lock file that only the tests need."""

OLDEST_PYTHON = (3, 11)
OLDEST_PANGO = (1, 44)

LOCK = Path(__file__).parent.parent / ".ci" / "requirements.txt"
FONTS = Path(__file__).parent / "html" / "fonts"


@cache
def prepare() -> None:
    """Imports WeasyPrint, once and safely; a later `import weasyprint` finds it there.

    Libraries that the set-up unpacked without root are loaded first, Fontconfig gets a configuration where the machine
    has none, and no compiler or linker is run through PATH. OSError with the line of `missing_library` if there is one:
    WeasyPrint itself would print to stdout.
    """
    if message := missing_library():
        raise OSError(message)
    _configure_fontconfig()
    with _without_search():
        import weasyprint  # noqa: F401


def missing_library(libraries: tuple[Library, ...] = LIBRARIES) -> str | None:
    """One line that names the library WeasyPrint could not load and the command that gets it; None when all are there.

    Quick: nothing of WeasyPrint is imported.
    """
    problem = _missing(libraries)
    return f"{problem.message}; install it with `{problem.command}`" if problem else None


def problems(output: Path) -> tuple[Problem, ...]:
    """What keeps this machine from writing a report into the folder `output`, or makes it slower; basics first."""
    return (
        *_python_problems(),
        *_library_problems(),
        *_package_problems(),
        *_font_problems(),
        *_output_problems(output),
    )


def parts() -> tuple[Part, ...]:
    """What is there, with versions: Python, the libraries of Pango's family, the packages."""
    python = Part("Python", ".".join(map(str, sys.version_info[:3])))
    packages = (Part(name, found) for name, _, found in _packages() if found and name not in _TOOLS)
    return (python, *_library_parts(), *packages)


def libraries() -> tuple[Part, ...]:
    """The libraries of Pango's family, with versions."""
    return tuple(_library_parts())


# Loading libraries


def _load_unpacked() -> None:
    """Loads the libraries of the Debian packages under `sys.prefix`/debian; WeasyPrint then finds them by their names.

    Each can be loaded only after those it needs: what fails is tried again after the others.
    """
    packages = Path(sys.prefix) / "debian"
    waiting = sorted({*packages.glob("*/usr/lib/*/lib*.so.*"), *packages.glob("*/lib/*/lib*.so.*")})
    while waiting:
        failed = [path for path in waiting if _open(str(path)) is None]
        if len(failed) == len(waiting):
            return
        waiting = failed


def _load(library: Library) -> ctypes.CDLL | None:
    if sys.platform == "darwin":
        from ctypes.util import find_library

        _search_homebrew()
        return _open(find_library(library.stem) or library.file_name)
    if sys.platform == "win32":
        _search_msys2()
    return _open(library.file_name)


def _open(path: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return None


def _search_homebrew() -> None:
    """Python reads this variable whenever it looks for a library; only Homebrew's own Python looks there without it."""
    os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/opt/local/lib:/usr/lib")


def _search_msys2() -> None:
    """The folders that WeasyPrint adds as well, when it is imported."""
    if sys.platform == "win32":
        folders = os.environ.get("WEASYPRINT_DLL_DIRECTORIES", r"C:\msys64\ucrt64\bin;C:\msys64\mingw64\bin")
        for folder in folders.split(";"):
            with suppress(OSError):
                os.add_dll_directory(folder)


@contextmanager
def _without_search() -> Iterator[None]:
    """On Linux, ctypes looks for a library by running ldconfig, gcc and ld, the last two from wherever PATH says.

    WeasyPrint asks for thirty names; the right ones it then loads by file name, without that search. Saves 0.2 s.
    """
    import ctypes.util

    if sys.platform == "darwin":
        _search_homebrew()
    if sys.platform in ("darwin", "win32"):
        yield
        return
    names = vars(ctypes.util)
    search = names["find_library"]
    names["find_library"] = lambda name: None
    try:
        yield
    finally:
        names["find_library"] = search


_FONTS_CONF = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{machine}</include>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>{fonts}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <cachedir>{folder}</cachedir>
  <match target="font">
    <test name="slant" compare="eq"><const>roman</const></test>
    <test target="pattern" name="slant" compare="not_eq"><const>roman</const></test>
    <edit name="matrix" mode="assign"><times><name>matrix</name>
      <matrix><double>1</double><double>0.2</double><double>0</double><double>1</double></matrix></times></edit>
    <edit name="slant" mode="assign"><const>oblique</const></edit>
  </match>
  <match target="font">
    <test name="weight" compare="less_eq"><const>medium</const></test>
    <test target="pattern" name="weight" compare="more_eq"><const>bold</const></test>
    <edit name="embolden" mode="assign"><bool>true</bool></edit>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
</fontconfig>
"""
"""Slants and emboldens a face that has no italic or bold, as the configuration of every distribution does."""


def _configure_fontconfig() -> None:
    """Only where Fontconfig has no configuration or no cache to write to (it complains on stderr), or has no font.

    Without a font Pango ends the process on the first text for which no @font-face rule brings one. The theme has such
    rules for all of its fonts: the pages are the same everywhere.
    """
    fontconfig = _load(FONTCONFIG)
    if fontconfig is None:
        return
    machine = _fonts_conf(fontconfig)
    if machine and _has_cache() and _has_fonts(fontconfig):
        return
    from shutil import rmtree
    from tempfile import mkdtemp
    from xml.sax.saxutils import escape

    folder = Path(mkdtemp(prefix="report-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    paths = {name: escape(str(path)) for name, path in (("machine", machine), ("fonts", FONTS), ("folder", folder))}
    (folder / "fonts.conf").write_text(_FONTS_CONF.format_map(paths), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")


def _has_cache() -> bool:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    return folder.is_absolute() and _is_writable(folder)  # an account without a home keeps the `~`


def _is_writable(folder: Path) -> bool:
    return os.access(_nearest(folder), os.W_OK | os.X_OK)


def _nearest(path: Path) -> Path:
    """The path itself or the first folder above it that exists."""
    return next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.exists())


def _fonts_conf(fontconfig: ctypes.CDLL) -> str:
    """The path of the machine's configuration, by Fontconfig's own rules; empty when there is none.

    An empty configuration is asked, as loading the default one would print the complaint.
    """
    fontconfig.FcConfigCreate.restype = ctypes.c_void_p
    fontconfig.FcConfigGetFilename.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    fontconfig.FcConfigGetFilename.restype = ctypes.c_char_p
    return os.fsdecode(fontconfig.FcConfigGetFilename(fontconfig.FcConfigCreate(), None) or b"")


def _has_fonts(fontconfig: ctypes.CDLL) -> bool:
    """Whether the first member of the set of system fonts, their number, is not 0."""
    fontconfig.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    fontconfig.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(ctypes.c_int)
    system_fonts = fontconfig.FcConfigGetFonts(fontconfig.FcInitLoadConfigAndFonts(), 0)
    return bool(system_fonts and system_fonts[0])


# What is there


def _library_parts() -> Iterator[Part]:
    _load_unpacked()
    if pango := _load(PANGO):
        yield Part(PANGO.name, _string(pango, "pango_version_string"))
    if harfbuzz := _load(HARFBUZZ):
        yield Part(HARFBUZZ.name, _string(harfbuzz, "hb_version_string"))
    if fontconfig := _load(FONTCONFIG):
        number = fontconfig.FcGetVersion()
        yield Part(FONTCONFIG.name, f"{number // 10000}.{number // 100 % 100}.{number % 100}")


def _string(library: ctypes.CDLL, name: str) -> str:
    function = library[name]
    function.restype = ctypes.c_char_p
    return str(function().decode("ascii"))


def _packages() -> Iterator[tuple[str, str, str | None]]:
    """Name, wanted version and version found of each package that the lock file names for every platform.

    Without the lock file, where the project is installed as a package: those it requires directly.
    """
    from importlib import metadata

    try:
        wanted = LOCK.read_text(encoding="utf-8").splitlines() if LOCK.exists() else metadata.requires("report-brief")
    except metadata.PackageNotFoundError:
        wanted = None
    for line in wanted or ():
        if pin := re.fullmatch(r"([\w.-]+)==([\w.]+) *\\?", line):
            yield pin[1], pin[2], next((found.version for found in metadata.distributions(name=pin[1])), None)


# What is missing


def _python_problems() -> Iterator[Problem]:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        yield Problem("Python", f"Python {found} is older than 3.11", _command(_PYTHON_COMMANDS))


def _library_problems() -> Iterator[Problem]:
    if problem := _missing(LIBRARIES):
        yield problem
    elif problem := _missing((SUBSETTER,)):
        yield Problem(problem.name, f"{problem.message}: fonts are cut down more slowly", problem.command, needed=False)


def _missing(libraries: tuple[Library, ...]) -> Problem | None:
    _load_unpacked()
    for library in libraries:
        if _load(library) is None:
            message = f"{library.name} is missing ({library.file_name})"
            return Problem(library.name, message, _command(_PANGO_COMMANDS))
    pango = next((part for part in _library_parts() if part.name == PANGO.name), None)
    if pango and tuple(map(int, pango.version.split(".")[:2])) < OLDEST_PANGO:
        return Problem(pango.name, f"Pango {pango.version} is older than 1.44", _command(_PANGO_COMMANDS))
    return None


def _package_problems() -> Iterator[Problem]:
    for name, wanted, found in _packages():
        if found != wanted and name not in _TOOLS:
            state = f"is {found}, not {wanted}" if found else "is missing"
            yield Problem(name, f"the package {name} {state}", _package_command(name, wanted))


def _package_command(name: str, version: str) -> str:
    from importlib.util import find_spec

    if find_spec("pip"):
        return f'"{sys.executable}" -m pip install {name}=={version}'
    return f'uv pip install --python "{sys.executable}" {name}=={version}'


def _font_problems() -> Iterator[Problem]:
    if not any(FONTS.glob("*")):
        yield Problem("fonts", f"the text fonts are missing ({FONTS})", f'git checkout -- "{FONTS}"')


def _output_problems(output: Path) -> Iterator[Problem]:
    folder = _nearest(output)
    if not folder.is_dir():
        yield Problem("output", f"{folder} is a file, not a folder", f'mv "{folder}" "{folder}.old"')
    elif not _is_writable(folder):
        yield Problem("output", f"{folder} cannot be written to", f'sudo chown -R "$USER" "{folder}"')


_PYTHON_COMMANDS = {
    "win32": "winget install Python.Python.3.13",
    "darwin": "brew install python",
    "debian": "apt-get install python3",
    "fedora": "dnf install python3",
    "arch": "pacman -S python",
    "alpine": "apk add python3",
    "suse": "zypper install python313",
    "linux": "install Python 3.11 or newer with the package manager",
}

_PANGO_COMMANDS = {
    "win32": r"winget install MSYS2.MSYS2; C:\msys64\usr\bin\pacman -S mingw-w64-ucrt-x86_64-pango",
    "darwin": "brew install pango",
    "debian": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "dnf install pango",
    "arch": "pacman -S pango",
    "alpine": "apk add so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0 so:libharfbuzz-subset.so.0",
    "suse": "zypper install libpango-1_0-0",
    "linux": "install Pango 1.44 or newer with the package manager",
}


def _command(commands: dict[str, str]) -> str:
    """The command for this platform; for Linux, that of the distribution or the first one it says it is like."""
    if sys.platform in commands and sys.platform != "linux":
        return commands[sys.platform]
    import platform

    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    names = (release.get("ID", ""), *release.get("ID_LIKE", "").split())
    command = next((commands[name] for name in names if name in commands), commands["linux"])
    return command if command == commands["linux"] or _is_root() else f"sudo {command}"


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


if __name__ == "__main__":
    # The set-up asks this way, with `all` for what is only useful as well.
    sys.exit(missing_library((*LIBRARIES, SUBSETTER) if "all" in sys.argv else LIBRARIES))
