"""The preview in a real browser: what is drawn, what is fetched again, what a click opens, what is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import Struct, field

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Page

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")

WAIT = 60_000
"""Milliseconds for a build on a machine that is busy with others."""

FILLING = "".join(
    f"\n\nParagraph {number} is there to fill the pages of a chapter. " + "Words follow. " * 40
    for number in range(1, 13)
)

CHAPTERS = {
    "01-one.md": f"# One {{#sec-one}}\n\nThe opening paragraph stands first.^[The note of the opening.]{FILLING}\n",
    "02-two.md": "# Two {#sec-two}\n\nThe second chapter begins.\n\n"
    f'![A square](square.svg){{#fig-square alt=""}}{FILLING}\n\n'
    "## Deeper[^deep]\n\nZebras close the report.\n\n[^deep]: A note of a heading.\n",
}

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><path d="M0 0h200v200H0z"/></svg>'


class Preview(Struct):
    """A preview that runs, and the log of its editor."""

    root: Path
    cache: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    address: str = ""
    fetched: list[str] = field(default_factory=list)
    tests: int = 0
    """That it was used in."""
    seen: int = 0
    """What of the log has been looked at."""

    def begin(self) -> None:
        command = f"{sys.executable} {self.root.parent / 'editor.py'} {{file}} {{line}} {{column}}"
        options = ("--no-open", "--port", str(self.port), "--editor", command)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "report", "preview", str(self.root), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "XDG_CACHE_HOME": str(self.cache)},
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.split(":")[2].partition("/")[0])

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(20)

    def save(self, name: str, old: str, new: str) -> None:
        path = self.root / "chapters" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def opened(self) -> list[list[str]]:
        """What the editor was asked to open; the file by its path in the project."""
        log = self.root.parent / "editor.log"
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [[str(Path(path).relative_to(self.root)), *place] for path, *place in calls]

    def asked(self, page: Page) -> list[str]:
        """What it is asked next."""
        for _ in range(200):
            if len(found := self.opened()) > self.seen:
                self.seen += 1
                return found[self.seen - 1]
            page.wait_for_timeout(50)
        raise AssertionError("the editor was not asked")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("preview")
    root = folder / "report"
    (root / "chapters").mkdir(parents=True)
    (root / "report.yml").write_text("title: Roads & Harbours\nlang: en\n")
    for name, text in CHAPTERS.items():
        (root / "chapters" / name).write_text(text)
    (root / "chapters" / "square.svg").write_text(SQUARE)
    (folder / "editor.py").write_text(
        "import json, sys\nfrom pathlib import Path\n"
        "with Path(__file__).with_name('editor.log').open('a') as log:\n    print(json.dumps(sys.argv[1:]), file=log)\n"
    )
    made = Preview(root, folder / "cache")
    made.begin()
    yield made
    made.end()


@pytest.fixture
def preview(running: Preview) -> Preview:
    """The preview of the report as it is above, in bytes that no build has seen before."""
    running.tests += 1
    for name, text in CHAPTERS.items():
        path = running.root / "chapters" / name
        if path.read_text().rstrip("\n") != text.rstrip("\n"):
            path.write_text(text + "\n" * running.tests)
    running.fetched.clear()
    (running.root.parent / "editor.log").unlink(missing_ok=True)
    running.seen = 0
    return running


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    """The preview's page, built; whatever it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    wrong: list[str] = []
    page = opened(context, preview, wrong)
    yield page
    context.close()
    assert wrong == []


def is_wrong(message: ConsoleMessage) -> bool:
    """Whether a message in the console is a complaint: a page of the build before may be gone when it is asked for."""
    is_gone = "404" in message.text and "/page/" in message.location["url"]
    return not is_gone and not re.search("ERR_|403", message.text)


def opened(context: object, preview: Preview, wrong: list[str]) -> Page:
    page: Page = context.new_page()  # type: ignore[attr-defined]
    page.on("request", lambda request: preview.fetched.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(preview.address)
    page.wait_for_timeout(600)  # a build of what was written just now has begun by then
    page.wait_for_selector("body[data-phase=built] .sheet img", timeout=WAIT)
    return page


def rebuilt(page: Page, phase: str = "built", than: str | None = None) -> None:
    """Wait for a build after the one that is shown."""
    build = than if than is not None else page.get_attribute("body", "data-build")
    page.wait_for_selector(f"body[data-phase={phase}]:not([data-build='{build}'])", timeout=WAIT)


def numbers(page: Page, selector: str) -> list[int]:
    return page.locator(f".sheet{selector}").evaluate_all("found => found.map((one) => one.number)")  # type: ignore[no-any-return]


def drawn(page: Page, number: int) -> None:
    """Wait until what is shown of a page is what it has."""
    sheet = page.locator(".sheet").nth(number)
    for _ in range(200):
        if sheet.get_attribute("data-id") == sheet.get_attribute("data-drawn"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the page is not drawn")


def edit(page: Page, preview: Preview, name: str, old: str, new: str, phase: str = "built") -> None:
    build = page.get_attribute("body", "data-build")
    preview.fetched.clear()
    preview.save(name, old, new)
    rebuilt(page, phase, build)


def top(page: Page) -> float:
    return float(page.evaluate("desk.scrollTop"))


def go(page: Page, number: int) -> None:
    page.evaluate(f"go({number})")
    drawn(page, number)
    page.wait_for_timeout(300)


def test_pages_are_drawn_at_the_resolution_of_the_screen(browser: Browser, preview: Preview) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 700}, device_scale_factor=2)
    page = opened(context, preview, [])
    width, shown = page.locator(".sheet img").first.evaluate("image => [image.naturalWidth, image.clientWidth]")
    assert width == 2 * shown
    assert page.title() == "Roads & Harbours — preview"
    far = page.locator(".sheet").count() - 1
    assert far >= 4
    assert page.locator(".sheet").nth(far).locator("img").count() == 0, "what nobody sees is not drawn"
    go(page, far)
    assert page.locator(".sheet").nth(far).locator("img").count() == 1
    context.close()


def test_what_changed_is_replaced_and_nothing_else_is_fetched(page: Page, preview: Preview) -> None:
    go(page, 2)
    before = page.locator(".sheet").evaluate_all("found => found.map((one) => one.dataset.id)")
    page.evaluate("nodes.forEach((node) => { const image = node.querySelector('img'); if (image) image.kept = true; })")
    place = top(page)
    edit(page, preview, "01-one.md", "Paragraph 4 is", "Paragraph 4 was")
    changed = numbers(page, ".changed")
    after = page.locator(".sheet").evaluate_all("found => found.map((one) => one.dataset.id)")
    assert [place for place, one in enumerate(after) if one != before[place]] == changed
    assert 1 <= len(changed) <= 2
    for number in changed:
        drawn(page, number)
    page.wait_for_timeout(500)
    pictures = [url for url in preview.fetched if "/page/" in url]
    assert {re.search(r"/page/(\w+)/", url)[1] for url in pictures} <= {after[number] for number in changed}  # type: ignore[index]
    kept = page.locator(".sheet:not(.changed) img").evaluate_all("found => found.every((image) => image.kept)")
    assert kept, "the pictures of other pages are the same elements"
    if 2 in changed:
        assert abs(top(page) - place) < 900


def test_a_page_more_keeps_the_place(page: Page, preview: Preview) -> None:
    last = page.locator(".sheet").count() - 1
    go(page, last)
    shown = page.locator(".sheet").nth(last).get_attribute("data-id")
    offset = page.evaluate(f"nodes[{last}].offsetTop - desk.scrollTop")
    longer = "The opening paragraph" + "\n\nMore of it comes before. " * 60 + "\n\nThe opening paragraph"
    preview.save("02-two.md", "Zebras close", "Zebras end")
    rebuilt(page)
    page.wait_for_timeout(800)
    shown = page.locator(".sheet").nth(last).get_attribute("data-id")
    offset = page.evaluate(f"nodes[{last}].offsetTop - desk.scrollTop")
    page.evaluate("followChange = () => {}")
    edit(page, preview, "01-one.md", "The opening paragraph", longer)
    assert page.locator(".sheet").count() > last + 1
    page.wait_for_timeout(300)
    index = page.locator(".sheet").count() - 1
    assert abs(page.evaluate(f"nodes[{index}].offsetTop - desk.scrollTop") - offset) < 3
    assert shown


def test_saving_scrolls_to_the_change(page: Page, preview: Preview) -> None:
    go(page, 0)
    edit(page, preview, "02-two.md", "Zebras close", "Gazelles close")
    page.wait_for_timeout(1500)
    last = page.locator(".sheet").count() - 1
    assert page.evaluate("current()") == last
    edit(page, preview, "01-one.md", "opening paragraph stands", "opening paragraph stood")
    page.wait_for_timeout(1500)
    assert page.evaluate("current()") < last


def click(page: Page, words: str) -> None:
    """Click on words of a page where they are printed."""
    found = page.evaluate(
        "(words) => fetch(`/search?q=${encodeURIComponent(words)}`).then((reply) => reply.json())", words
    )
    number, ((left, upper, right, lower), *_), _ = found[-1]
    go(page, number)
    page.evaluate(f"go({number}, {upper})")
    page.wait_for_timeout(200)
    box = page.locator(".sheet").nth(number).bounding_box()
    scale = page.evaluate(f"nodes[{number}].clientWidth / nodes[{number}].points[0]")
    assert box is not None
    page.mouse.click(box["x"] + (left + right) / 2 * scale, box["y"] + (upper + lower) / 2 * scale)
    page.wait_for_selector("#toast:not([hidden])")


def line(preview: Preview, name: str, words: str) -> str:
    text = (preview.root / "chapters" / name).read_text()
    return str(text[: text.index(words)].count("\n") + 1)


def test_a_click_opens_the_editor_at_the_line(page: Page, preview: Preview) -> None:
    for name, words, source in (
        ("01-one.md", "opening paragraph", "The opening"),
        ("01-one.md", "note of the opening", "The note"),
        ("02-two.md", "Paragraph 7", "Paragraph 7"),
        ("02-two.md", "Deeper", "## Deeper"),
        ("02-two.md", "A square", "![A square"),
        ("02-two.md", "Zebras", "Zebras"),
    ):
        click(page, words)
        assert preview.asked(page)[:2] == [f"chapters/{name}", line(preview, name, source)], words


@pytest.mark.parametrize(("name", "title"), [("01-one.md", "One"), ("02-two.md", "Two")])
def test_a_click_on_a_title_of_one_word_opens_its_chapter(page: Page, preview: Preview, name: str, title: str) -> None:
    number, down = page.evaluate(f"state.outline.find(([, words]) => words.endsWith('{title}')).slice(2)")
    page.evaluate(f"open({{ sheet: nodes[{number}].dataset.id, x: 150, y: {down} + 12 }})")
    assert preview.asked(page)[:2] == [f"chapters/{name}", line(preview, name, f"# {title}")]
    page.keyboard.press("h")
    page.frame_locator("#edition").locator("h2", has_text=title).click(timeout=WAIT)
    assert preview.asked(page)[:2] == [f"chapters/{name}", line(preview, name, f"# {title}")]


def test_a_click_into_a_figure_opens_its_line(page: Page, preview: Preview) -> None:
    found = page.evaluate("fetch('/search?q=A%20square').then((reply) => reply.json())")
    number, ((left, upper, _, _), *_), _ = found[-1]
    page.evaluate(f"open({{ sheet: nodes[{number}].dataset.id, x: {left} + 60, y: {upper} + 90 }})")
    page.wait_for_selector("#toast:not([hidden])")
    assert preview.asked(page)[:2] == ["chapters/02-two.md", line(preview, "02-two.md", "![A square")]


def test_lines_move_and_clicks_follow(page: Page, preview: Preview) -> None:
    edit(page, preview, "02-two.md", "# Two", "<!-- a comment\n\n\n\nof lines -->\n\n# Two")
    click(page, "Zebras")
    assert preview.asked(page)[:2] == ["chapters/02-two.md", line(preview, "02-two.md", "Zebras")]


def test_a_broken_build_keeps_the_last_good_pages(page: Page, preview: Preview) -> None:
    before = numbers(page, "")
    edit(page, preview, "01-one.md", "stands first.", "stands first.[@nobody]", "broken")
    assert "cannot be built: the last good pages are shown" in page.inner_text("#said")
    assert numbers(page, "") == before
    assert page.locator(".sheet img").count() > 0
    assert page.inner_text("#faults-button").startswith("1 error")
    fault = page.locator("#faults li.error")
    assert "nobody" in fault.locator(".message").inner_text()
    assert "^^^^^^^" in fault.locator("pre").inner_text()
    fault.locator(".place").click()
    page.wait_for_selector("#toast:not([hidden])")
    assert preview.asked(page) == ["chapters/01-one.md", "3", "37"]
    edit(page, preview, "01-one.md", "[@nobody]", "")
    assert page.locator("#faults li.error").count() == 0
    assert page.inner_text("#said").startswith("Built in")


def test_a_server_that_ends_and_begins_again(page: Page, preview: Preview) -> None:
    preview.end()
    page.wait_for_selector("body[data-phase=lost]", timeout=WAIT)
    assert "not running" in page.inner_text("#said")
    assert page.locator(".sheet img").count() > 0
    preview.save("01-one.md", "stands first", "stood first")
    preview.begin()
    other = page.context.new_page()
    other.goto(preview.address)  # as report itself opens it
    page.bring_to_front()
    page.wait_for_selector("body[data-phase=built]", timeout=WAIT)
    assert page.inner_text("#said").startswith("Built in")


def test_two_tabs_show_the_same(page: Page, preview: Preview) -> None:
    other = page.context.browser.new_context()  # type: ignore[union-attr]
    second = opened(other, preview, [])
    edit(page, preview, "01-one.md", "stands first", "stood first")
    build = page.get_attribute("body", "data-build")
    second.wait_for_selector(f"body[data-phase=built][data-build='{build}']", timeout=WAIT)
    ids = "found => found.map((one) => one.dataset.id)"
    assert second.locator(".sheet").evaluate_all(ids) == page.locator(".sheet").evaluate_all(ids)
    other.close()


def test_words_are_found(page: Page, preview: Preview) -> None:
    page.keyboard.press("/")
    page.keyboard.type("zebras")
    page.wait_for_selector("#found li")
    assert page.inner_text("#hits") == "1 / 1"
    last = page.locator(".sheet").count() - 1
    assert page.evaluate("current()") == last
    assert page.locator(".sheet .mark.now").count() == 1
    assert page.locator("#found b").inner_text() == "Zebras"
    page.fill("#search", "paragraph")
    page.wait_for_selector("#found li:nth-child(20)")
    page.keyboard.press("Enter")
    first = page.inner_text("#hits")
    page.keyboard.press("Enter")
    assert page.inner_text("#hits") != first
    page.keyboard.press("Escape")
    assert page.locator(".mark").count() == 0
    assert page.locator("#outline").is_visible()


def test_keys(page: Page, preview: Preview) -> None:
    def now() -> int:
        page.wait_for_timeout(100)
        return int(page.evaluate("current()"))

    last = page.locator(".sheet").count() - 1
    page.keyboard.press("j")
    assert now() == 1
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert now() == 1
    page.keyboard.press("G")
    assert now() == last
    page.keyboard.press("g")
    assert now() == 0
    width = page.locator(".sheet").first.evaluate("one => one.clientWidth")
    page.keyboard.press("-")
    assert page.locator(".sheet").first.evaluate("one => one.clientWidth") < width
    page.keyboard.press("0")
    assert page.locator(".sheet").first.evaluate("one => one.clientWidth") == width
    page.keyboard.press("t")
    assert page.get_attribute("html", "data-tone") == "dim"
    page.keyboard.press("o")
    assert page.locator("#side").is_hidden()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#help").is_hidden()


DEAF = "listenIn = () => { looking = setInterval(lookIn, 150); }"
"""Makes the page do as in WebKit, which is not at hand here: no listener is called in the edition's frame."""


def edition(page: Page) -> FrameLocator:
    """Shows the edition."""
    page.keyboard.press("h")
    frame = page.frame_locator("#edition")
    frame.get_by_text("Zebras close").wait_for(timeout=WAIT)
    page.wait_for_selector("#edition:not(.waiting)")
    return frame


def test_the_edition_stands_in_a_frame_that_runs_nothing(page: Page, preview: Preview) -> None:
    frame = edition(page)
    assert page.get_attribute("#edition", "sandbox") == "allow-same-origin"
    edit(page, preview, "02-two.md", "Zebras close", "Gazelles close")
    frame.locator("text=Gazelles close").wait_for(timeout=WAIT)
    page.keyboard.press("p")
    assert page.locator("#desk").is_visible()


def test_a_click_in_the_edition_opens_the_editor_at_the_line(page: Page, preview: Preview) -> None:
    frame = edition(page)
    for words, name, source in (
        ("Zebras close", "02-two.md", "Zebras"),
        ("Deeper", "02-two.md", "## Deeper"),
        ("The note of the opening", "01-one.md", "The opening"),
    ):
        frame.locator("main").get_by_text(words).last.click()
        assert preview.asked(page)[:2] == [f"chapters/{name}", line(preview, name, source)], words
    frame.locator("figure img, figure svg").click()
    assert preview.asked(page)[:2] == ["chapters/02-two.md", line(preview, "02-two.md", "![A square")]
    count = len(preview.opened())
    frame.locator("sup.call a").first.click()
    page.wait_for_timeout(400)
    assert len(preview.opened()) == count


def test_a_click_is_known_where_the_frame_calls_no_listener(page: Page, preview: Preview) -> None:
    page.evaluate(DEAF)
    frame = edition(page)
    for _ in range(2):  # the same place once more, too
        frame.get_by_text("Zebras close").click()
        assert preview.asked(page)[:2] == ["chapters/02-two.md", line(preview, "02-two.md", "Zebras")]
    frame.locator("sup.call a").first.click()
    frame.get_by_text("Zebras close").select_text()
    page.wait_for_timeout(700)
    assert len(preview.opened()) == 2


def test_the_edition_is_at_the_place_of_the_pages_and_they_are_at_its(page: Page, preview: Preview) -> None:
    page.locator("#outline button", has_text="Deeper").click()
    frame = edition(page)
    assert "Deeper" in page.locator("#outline [aria-current]").inner_text()
    assert frame.get_by_role("heading", name="Deeper").bounding_box()["y"] < 850  # type: ignore[index]
    page.locator("#outline button", has_text="Two").click()
    page.locator("#outline [aria-current]", has_text="Two").wait_for()
    page.keyboard.press("p")
    assert "Two" in page.locator("#outline [aria-current]").inner_text()
    begins = page.evaluate("state.outline.find(([, words]) => words.endsWith('Two'))[2]")
    assert page.evaluate("current()") == begins


def test_the_edition_follows_what_is_saved(page: Page, preview: Preview) -> None:
    go(page, 0)
    frame = edition(page)
    edit(page, preview, "02-two.md", "Zebras close", "Gazelles close")
    changed = frame.get_by_text("Gazelles close")
    changed.wait_for(timeout=WAIT)
    page.wait_for_selector("#edition:not(.waiting)")
    assert changed.evaluate("one => one.getBoundingClientRect().top") < 850
    assert changed.evaluate("one => one.getAnimations().length") == 1
    still = frame.locator(":root").evaluate("one => one.scrollTop")
    edit(page, preview, "02-two.md", "Gazelles close", "Giraffes close")
    frame.get_by_text("Giraffes close").wait_for(timeout=WAIT)
    page.wait_for_selector("#edition:not(.waiting)")
    assert frame.locator(":root").evaluate("one => one.scrollTop") == still


@pytest.mark.parametrize("is_deaf", [False, True])
def test_the_edition_scrolls_by_keys_as_soon_as_it_is_there(page: Page, preview: Preview, is_deaf: bool) -> None:
    if is_deaf:
        page.evaluate(DEAF)
    go(page, 0)
    frame = edition(page)
    page.keyboard.press("PageDown")
    page.wait_for_timeout(600)
    assert 300 < frame.locator(":root").evaluate("one => one.scrollTop") < 900
    page.keyboard.press("p")
    assert page.locator("#desk").is_visible()


def test_keys_are_heard_in_the_edition(page: Page, preview: Preview) -> None:
    frame = edition(page)
    frame.get_by_text("Zebras close").click()
    preview.asked(page)
    page.keyboard.press("g")
    assert frame.locator(":root").evaluate("one => one.scrollTop") == 0
    page.keyboard.press("End")
    page.wait_for_timeout(600)
    assert frame.locator(":root").evaluate("one => one.scrollTop") > 1000
    page.keyboard.press("g")
    page.keyboard.press("e")
    assert preview.asked(page)[:2] == ["chapters/01-one.md", "1"]
    assert page.locator("#zoom-in").is_disabled()
    page.keyboard.press("p")
    assert page.locator("#desk").is_visible()


def test_search_in_the_edition_shows_the_page(page: Page, preview: Preview) -> None:
    edition(page)
    page.keyboard.press("/")
    page.keyboard.type("Zebras", delay=200)
    page.wait_for_selector("#found li")
    assert page.input_value("#search") == "Zebras"
    assert page.locator("#desk").is_visible()
    assert page.evaluate("current()") == page.locator(".sheet").count() - 1


def test_the_place_in_the_pages_is_kept_behind_the_edition(page: Page, preview: Preview) -> None:
    page.evaluate("desk.scrollTop = 1500")
    before = page.evaluate("[current(), Math.round(desk.scrollTop)]")
    assert before[0] > 0
    edition(page)
    page.keyboard.press("p")
    assert page.evaluate("[current(), Math.round(desk.scrollTop)]") == before


def test_contents_lead_to_their_pages(page: Page, preview: Preview) -> None:
    page.locator("#outline button", has_text="Deeper").click()
    page.wait_for_timeout(200)
    assert page.evaluate("current()") == page.locator(".sheet").count() - 1
    assert "Deeper" in page.locator("#outline [aria-current]").inner_text()


def test_it_fits_a_narrow_window(page: Page, preview: Preview) -> None:
    page.set_viewport_size({"width": 480, "height": 800})
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 480
    assert page.evaluate("desk.scrollWidth <= desk.clientWidth + 1")
