"""One browser for all tests of pages; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stress import write_stress

from report.build import page
from report.cache import Cache
from report.choices import Choices
from report.front import link
from report.project import read

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

ROOT = Path(__file__).parent.parent.parent


def html_of(root: Path) -> str:
    """The HTML edition of a project that has nothing to complain of."""
    project, cache = read(root, Choices(outputs=("html",))), Cache()
    made = page(project, link(project, cache, output="html"), cache)
    assert made.diagnostics == ()
    return made.html.decode()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The briefing in this repository, and a report that makes it hard."""
    folder = tmp_path_factory.mktemp("pages")
    write_stress(folder / "stress")
    found = {}
    for name, root in (("briefing", ROOT), ("stress", folder / "stress")):
        found[name] = folder / f"{name}.html"
        found[name].write_text(html_of(root), "utf-8")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    if CHROMIUM is None:
        pytest.skip("Chromium is missing")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, pages: dict[str, Path]) -> Iterator[object]:
    """Opens a page at a width; whatever it asks for besides itself, or complains of, fails the test."""
    contexts, wrong = [], []

    def opened(name: str, width: int = 1400, scheme: str = "light", **more: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        found = context.new_page()
        address = pages[name].as_uri()
        found.on("request", lambda request: request.url.startswith((address, "data:")) or wrong.append(request.url))
        found.on("console", lambda message: wrong.append(message.text))
        found.on("pageerror", lambda error: wrong.append(str(error)))
        found.goto(address)
        found.evaluate("document.fonts.ready")
        return found

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
