"""`report lsp` as an editor meets it: messages over a pipe, and what they come to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from speaking import Editor

from report import cli

CHAPTER = """\
# Roads {#sec-roads}

😀 السلام Roads are old [@smith2001, p. 3].[^one] See @fig-map and [the start](#sec-roads).

[^one]: As *Doe* says [@doe2004].

![A map](map.svg){#fig-map alt="A map"}
"""
LIBRARY = """\
@book{smith2001,
  author = {Smith, John}, title = {Old Roads}, date = {2001}, publisher = {Press}, location = {Rome},
  abstract = {About *roads* and <b>bridges</b>.},
}
@book{doe2004, author = {García, José}, title = {Water}, date = {2004}, publisher = {Press}, location = {Rome}}
@inbook{part2001, author = {Smith, John}, title = {A Part}, pages = {1--2}, crossref = {smith2001}}
"""
IMAGE = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lsp") / "a report"
    (root / "chapters").mkdir(parents=True)
    (root / "report.yml").write_text("title: Roads\nchapters: [chapters/a.md, chapters/b.md]\nnocite: [part2001]\n")
    (root / "chapters" / "a.md").write_text(CHAPTER, "utf-8")
    (root / "chapters" / "b.md").write_text("# More {#sec-more}\n\nAs said [@smith2001] in @fig-map.\n", "utf-8")
    (root / "chapters" / "map.svg").write_text(IMAGE)
    (root / "refs.bib").write_text(LIBRARY, "utf-8")
    return root


@pytest.fixture(scope="module")
def started(project: Path) -> Iterator[Editor]:
    found = Editor(project)
    yield found
    found.end()


@pytest.fixture
def editor(started: Editor, project: Path) -> Iterator[Editor]:
    """The editor with the first chapter open, as it is on the disk."""
    started.open(project / "chapters" / "a.md")
    started.ask("textDocument/hover", started.at(project / "chapters" / "a.md", 0, 0))  # when all is looked at
    yield started
    for path in ("chapters/a.md", "report.yml", "refs.bib"):
        started.close(project / path)


def codes(found: list[dict[str, Any]]) -> set[str]:
    return {one["code"] for one in found}


def position(text: str, words: str, more: int = 0) -> tuple[int, int]:
    """Line and character in UTF-16 of words in a text."""
    before = text[: text.index(words) + more]
    line = before.rpartition("\n")[2]
    return before.count("\n"), len(line.encode("utf-16-le")) // 2


def cut(text: str, place: dict[str, Any]) -> str:
    """What stands in a range of one line."""
    line = text.split("\n")[place["start"]["line"]].encode("utf-16-le")
    return line[2 * place["start"]["character"] : 2 * place["end"]["character"]].decode("utf-16-le")


def changed(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one["range"]["start"]["line"], -one["range"]["start"]["character"])):
        number = edit["range"]["start"]["line"]
        line = lines[number].encode("utf-16-le")
        start, end = (2 * edit["range"][side]["character"] for side in ("start", "end"))
        lines[number] = (line[:start] + edit["newText"].encode("utf-16-le") + line[end:]).decode("utf-16-le")
    return "\n".join(lines)


def test_unsaved_text_counts_and_what_is_mended_goes_away(editor: Editor, project: Path) -> None:
    chapter = project / "chapters" / "a.md"
    text = CHAPTER.replace("@smith2001, p. 3", "@smith2010, p. 3")
    editor.change(chapter, text)
    (found,) = (one for one in editor.said(chapter, lambda all: "cite-unknown" in codes(all)) if one["severity"] == 1)
    assert found["source"] == "report"
    assert cut(text, found["range"]) == "@smith2010"
    editor.change(chapter, CHAPTER)
    editor.said(chapter, lambda all: "cite-unknown" not in codes(all))
    assert chapter.read_text("utf-8") == CHAPTER


def test_the_project_is_found_above_the_folder_that_is_open(project: Path) -> None:
    editor = Editor(project / "chapters")
    chapter = project / "chapters" / "a.md"
    editor.open(chapter, CHAPTER.replace("@smith2001, p. 3", "@smith2010, p. 3"))
    assert "cite-unknown" in codes(editor.said(chapter, lambda all: "cite-unknown" in codes(all)))
    editor.end()


def test_files_that_are_not_open_are_told_of(editor: Editor, project: Path) -> None:
    library = project / "refs.bib"
    editor.open(library, LIBRARY.replace("smith2001", "other2001"))
    found = editor.said(project / "chapters" / "b.md", lambda all: "cite-unknown" in codes(all))
    assert found[0]["range"]["start"]["line"] == 2


def opened(project: Path) -> Editor:
    """An editor of its own with the first chapter open."""
    editor = Editor(project)
    editor.open(project / "chapters" / "a.md")
    return editor


def completed(editor: Editor, project: Path, before: str) -> list[dict[str, Any]]:
    chapter = project / "chapters" / "a.md"
    text = CHAPTER + "\n" + before
    editor.change(chapter, text)
    answer = editor.ask(
        "textDocument/completion", editor.at(chapter, *position(text + "\0", before + "\0", len(before)))
    )
    return list(answer["items"] if isinstance(answer, dict) else answer)


@pytest.mark.parametrize("begun", ["[@smith", "[see @old", "[@2001", "[-@Smi", "@{smith"])
def test_sources_are_found_by_author_title_year_and_key(editor: Editor, project: Path, begun: str) -> None:
    found = {item["label"]: item for item in completed(editor, project, begun)}
    assert "smith2001" in found
    assert found["smith2001"]["detail"] == "Smith, Old Roads (2001)"
    assert "doe2004" not in found


def test_sources_are_found_without_accents_by_a_filter_that_an_editor_keeps(editor: Editor, project: Path) -> None:
    (item,) = completed(editor, project, "[@garcia")
    assert item["label"] == "doe2004"
    assert "García" in item["filterText"] or "garcia" in item["filterText"]
    assert item["textEdit"]["newText"].endswith("doe2004")


@pytest.mark.parametrize(
    ("begun", "label"),
    [("@fig-", "fig-map"), ("](#sec", "sec-more"), ("[^o", "one"), ("::: {.call", "callout-note"), ("{.", "figure")],
)
def test_labels_notes_and_classes_are_proposed(editor: Editor, project: Path, begun: str, label: str) -> None:
    assert label in {item["label"] for item in completed(editor, project, begun)}


@pytest.mark.parametrize(("begun", "first"), [("[@", "source"), ("@se", "label"), ("@smi", "source")])
def test_what_is_most_likely_meant_comes_first(begun: str, first: str, editor: Editor, project: Path) -> None:
    found = sorted(completed(editor, project, begun), key=lambda item: item["sortText"])
    labels = ("sec-more", "fig-map", "sec-roads")
    assert ("label" if found[0]["label"] in labels else "source") == first
    assert any(item["label"] in labels for item in found) == (begun != "@smi")


def test_keys_of_settings_are_proposed_with_their_meaning(editor: Editor, project: Path) -> None:
    settings = project / "report.yml"
    editor.open(settings, "title: Roads\nsub")
    items = editor.ask("textDocument/completion", editor.at(settings, 1, 3))
    found = {item["label"]: item for item in (items["items"] if isinstance(items, dict) else items)}
    assert "Subtitle" in str(found["subtitle"])


def hovered(editor: Editor, project: Path, words: str, more: int = 2) -> str:
    chapter = project / "chapters" / "a.md"
    found = editor.ask("textDocument/hover", editor.at(chapter, *position(CHAPTER, words, more)))
    return str(found["contents"]["value"])


def test_a_citation_shows_its_note_and_abstract_with_nothing_that_is_markup(editor: Editor, project: Path) -> None:
    shown = hovered(editor, project, "@smith2001")
    assert "Old Roads" in shown
    assert "Press" in shown
    assert r"\*roads\*" in shown
    assert "<b>" not in shown.replace(r"\<b", "")


def test_a_label_shows_its_number_and_title(editor: Editor, project: Path) -> None:
    shown = hovered(editor, project, "@fig-map")
    assert "1" in shown
    assert "A map" in shown


def test_a_note_shows_its_text(editor: Editor, project: Path) -> None:
    assert "As " in hovered(editor, project, "[^one]")


def test_a_setting_shows_its_meaning(editor: Editor, project: Path) -> None:
    settings = project / "report.yml"
    editor.open(settings)
    found = editor.ask("textDocument/hover", editor.at(settings, 0, 2))
    assert "Title of the report" in found["contents"]["value"]


def defined(editor: Editor, path: Path, line: int, character: int) -> tuple[str, int]:
    found = editor.ask("textDocument/definition", editor.at(path, line, character))
    found = found[0] if isinstance(found, list) else found
    return found["uri"], found["range"]["start"]["line"]


@pytest.mark.parametrize(
    ("words", "file", "line"),
    [("@smith2001", "refs.bib", 0), ("@fig-map", "chapters/a.md", 6), ("[^one]", "chapters/a.md", 4)],
)
def test_definitions_are_found(editor: Editor, project: Path, words: str, file: str, line: int) -> None:
    place = position(CHAPTER, words, 3)
    assert defined(editor, project / "chapters" / "a.md", *place) == ((project / file).as_uri(), line)


def test_the_name_of_a_chapter_leads_to_it(editor: Editor, project: Path) -> None:
    settings = project / "report.yml"
    editor.open(settings)
    assert defined(editor, settings, 1, 30) == ((project / "chapters" / "b.md").as_uri(), 0)


def renamed(editor: Editor, project: Path, words: str, new: str) -> dict[str, str]:
    """The texts of the project after a renaming."""
    place = editor.at(project / "chapters" / "a.md", *position(CHAPTER, words, 3))
    edit = editor.ask("textDocument/rename", {**place, "newName": new})
    files = edit.get("changes") or {one["textDocument"]["uri"]: one["edits"] for one in edit["documentChanges"]}
    paths = [path for path in project.rglob("*") if path.is_file()]
    return {
        path.name: changed(path.read_text("utf-8"), files[path.as_uri()]) for path in paths if path.as_uri() in files
    }


def test_a_key_is_renamed_everywhere(editor: Editor, project: Path) -> None:
    found = renamed(editor, project, "@smith2001", "smith:roads")
    assert found == {
        "a.md": CHAPTER.replace("smith2001", "smith:roads"),
        "b.md": "# More {#sec-more}\n\nAs said [@smith:roads] in @fig-map.\n",
        "refs.bib": LIBRARY.replace("smith2001", "smith:roads"),
    }


def test_a_label_is_renamed_everywhere(editor: Editor, project: Path) -> None:
    found = renamed(editor, project, "@fig-map", "fig-plan")
    assert found["a.md"] == CHAPTER.replace("fig-map", "fig-plan")
    assert found["b.md"].endswith("in @fig-plan.\n")


def test_a_note_is_renamed(editor: Editor, project: Path) -> None:
    assert renamed(editor, project, "[^one]", "first") == {"a.md": CHAPTER.replace("[^one]", "[^first]")}


def test_what_is_renamed_is_shown_to_the_character(editor: Editor, project: Path) -> None:
    chapter = project / "chapters" / "a.md"
    found = editor.ask("textDocument/prepareRename", editor.at(chapter, *position(CHAPTER, "@smith2001", 3)))
    assert cut(CHAPTER, found.get("range", found)) == "smith2001"
    answer = editor.request("textDocument/prepareRename", editor.at(chapter, *position(CHAPTER, "are old")))
    assert not answer.get("result")


@pytest.mark.parametrize(
    ("words", "new"), [("@smith2001", "doe2004"), ("@smith2001", "a b"), ("@smith2001", ""), ("@fig-map", "sec-roads")]
)
def test_a_name_that_cannot_be_is_refused_with_a_message(editor: Editor, project: Path, words: str, new: str) -> None:
    place = editor.at(project / "chapters" / "a.md", *position(CHAPTER, words, 3))
    assert editor.request("textDocument/rename", {**place, "newName": new})["error"]["message"]


def test_references_are_found_in_all_files(editor: Editor, project: Path) -> None:
    place = editor.at(project / "chapters" / "a.md", *position(CHAPTER, "@smith2001", 3))
    found = editor.ask("textDocument/references", {**place, "context": {"includeDeclaration": True}})
    assert {one["uri"].rpartition("/")[2] for one in found} == {"a.md", "b.md", "refs.bib"}


def test_the_outline_has_headings_and_figures(editor: Editor, project: Path) -> None:
    found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": (project / "chapters/a.md").as_uri()}})
    names = str([one["name"] for one in found] + [str(one.get("children")) for one in found])
    assert "Roads" in names
    assert "A map" in names


def test_the_outline_of_a_bibliography_has_its_entries(editor: Editor, project: Path) -> None:
    bibliography = project / "refs.bib"
    found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": bibliography.as_uri()}})
    lines = bibliography.read_text().splitlines()
    assert {one["name"] for one in found} == set(re.findall(r"@\w+\{([^,]+),", bibliography.read_text()))
    smith = next(one for one in found if one["name"] == "smith2001")
    assert "Smith" in smith["detail"]
    start, end = smith["selectionRange"]["start"], smith["selectionRange"]["end"]
    assert lines[start["line"]][start["character"] : end["character"]] == "smith2001"
    assert smith["range"]["end"]["line"] >= start["line"]


def test_what_can_be_mended_is_offered(editor: Editor, project: Path) -> None:
    chapter = project / "chapters" / "a.md"
    text = CHAPTER.replace("Roads are old", "Roads roads are are old")
    editor.change(chapter, text)
    found = editor.said(chapter, lambda all: "word-repeated" in codes(all))
    problem = next(one for one in found if one["code"] == "word-repeated")
    context = {"diagnostics": [problem]}
    document = {"uri": chapter.as_uri()}
    actions = editor.ask(
        "textDocument/codeAction", {"textDocument": document, "range": problem["range"], "context": context}
    )
    edit = actions[0]["edit"]
    edits = edit["changes"][chapter.as_uri()] if "changes" in edit else edit["documentChanges"][0]["edits"]
    assert len(changed(text, edits)) < len(text)


def test_a_settings_file_that_is_broken_is_told_of_and_mended(editor: Editor, project: Path) -> None:
    settings = project / "report.yml"
    editor.open(settings, "title: [Roads\n")
    editor.said(settings, lambda all: "yaml-syntax" in codes(all))
    editor.change(settings, settings.read_text())
    editor.said(settings, lambda all: not all)


def test_a_folder_without_a_report_and_a_file_of_none_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\n[@a")
    editor = Editor(tmp_path)
    editor.open(tmp_path / "notes.md")
    place = editor.at(tmp_path / "notes.md", 2, 3)
    for method in ("completion", "hover", "definition"):
        assert not (editor.ask(f"textDocument/{method}", place) or {}).get("items")
    assert editor.leave() == 0


def test_nonsense_is_survived(project: Path) -> None:
    editor = opened(project)
    editor.send(b"{not json")
    editor.send(b"[]")
    editor.send(b'{"jsonrpc": "2.0", "id": 900, "method": "textDocument/hover", "params": {"textDocument": 3}}')
    assert "error" in editor.request("report/nothing", {})
    outside = editor.at(Path("/etc/passwd"), 0, 3)
    assert editor.ask("textDocument/hover", outside) is None
    assert editor.ask("textDocument/hover", editor.at(project / "chapters" / "a.md", 10_000, 10_000)) is None
    assert "Old Roads" in hovered(editor, project, "@smith2001")
    assert editor.leave() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system sets no limits")
@pytest.mark.parametrize(
    ("limit", "words"), [("cpu=2", "Many words of text. " * 900_000), ("memory=200", "a\n\n" * 300_000)]
)
def test_a_chapter_that_takes_too_much_is_told_of_and_mended(project: Path, limit: str, words: str) -> None:
    editor = Editor(project, options=("--limit", limit))
    chapter, code = project / "chapters" / "a.md", f"limit-{limit.partition('=')[0]}"
    editor.open(chapter)
    assert "Old Roads" in hovered(editor, project, "@smith2001")
    bomb = f"{CHAPTER}\n{words}\n\n[@smi"
    editor.change(chapter, bomb)
    (found,) = editor.said(chapter, lambda all: code in codes(all))
    assert f"`--limit {limit.partition('=')[0]}=" in found["message"]
    place = editor.at(chapter, *position(bomb + "\0", "\0"))
    assert "smith2001" in [item["label"] for item in editor.ask("textDocument/completion", place)["items"]]
    assert editor.ask("textDocument/hover", place) is None
    editor.change(chapter, CHAPTER)
    assert code not in codes(editor.said(chapter, lambda all: code not in codes(all)))
    assert "Old Roads" in hovered(editor, project, "@smith2001")
    assert editor.leave() == 0


def test_settings_and_profiles_count(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    chapter = tmp_path / "chapters" / "a.md"
    chapter.write_text("# A\n\nRoads roads, {{ params.place }}.\n")
    (tmp_path / "report.yml").write_text("title: Roads\n")
    (tmp_path / "report-long.yml").write_text("params: {place: Rome}\n")
    editor = Editor(tmp_path, options=("--profile", "long", "--set", "lint.word-repeated=error"))
    (found,) = editor.said(chapter, lambda all: all)
    assert (found["code"], found["severity"]) == ("word-repeated", 1)
    assert editor.leave() == 0


def test_a_setting_that_is_none_is_told_of(project: Path) -> None:
    editor = Editor(project, options=("--set", "toc"))
    (found,) = editor.said(project / "report.yml", lambda all: all)
    assert found["message"] == "`toc` is not of the form key=value"
    assert editor.leave() == 0


def test_without_the_extra_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setattr(sys, "argv", ["report", "lsp"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 3
    assert "pip install 'report-brief[lsp]'" in capfd.readouterr().err


def test_files_that_others_change_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    chapter = tmp_path / "chapters" / "a.md"
    chapter.write_text("# A\n\nAs said [@roads 2001].\n")
    (tmp_path / "report.yml").write_text("title: Roads\n")
    editor = Editor(tmp_path, capabilities={"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    editor.wait(lambda message: message.get("method") == "client/registerCapability")
    editor.said(chapter, lambda all: "cite-unknown" in codes(all))
    (tmp_path / "refs.bib").write_text("@book{roads, author = {A, B}, title = {T}, date = {2001}}\n")
    library = {"uri": (tmp_path / "refs.bib").as_uri(), "type": 1}
    editor.tell("workspace/didChangeWatchedFiles", {"changes": [library]})
    editor.said(chapter, lambda all: "cite-unknown" not in codes(all))
    assert editor.leave() == 0


def test_an_editor_that_ends_without_leave_ends_the_server(project: Path) -> None:
    editor = Editor(project)
    assert editor.process.stdin
    editor.process.stdin.close()
    editor.process.wait(60)
