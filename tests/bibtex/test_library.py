"""Keys, relations, search, sources in a row, places, and the promise that no text makes anything raise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report import bibtex
from report.source import Source

TEXT = r"""
@string{press = "Harbour Press"}
@book{Tanaka2001, author = {Tanaka, Yuki}, title = {Ropes and Knots}, publisher = press, year = 2001,
  keywords = {rope, {knots}, caf\'e}}
@article{mueller, ids = {muller99}, author = {M{\"u}ller, J{\o}rn}, title = {The {NASA} Ropes}, date = {1999-05}}
@online{note, title = {Ropes Online}, relatedtype = {citedin}, related = {Tanaka2001, missing, mueller}}
@book{köln, title = {Köln}, editor = {Tanaka, Yuki}}
"""


def _library(*texts: str) -> bibtex.Library:
    return bibtex.parse([Source(f"{number}.bib", text) for number, text in enumerate(texts)])


def _keys(entries: tuple[bibtex.Entry, ...]) -> list[str]:
    return [entry.key for entry in entries]


def test_keys_are_compared_in_nfc_and_by_alias() -> None:
    library = _library(TEXT)
    for key in ("k\u00f6ln", "ko\u0308ln", " köln "):
        entry = library.get(key)
        assert entry is not None
        assert entry.key == "k\u00f6ln"
    alias = library.get("muller99")
    assert alias is not None
    assert alias.key == "mueller"
    assert library.get("tanaka2001") is None
    assert library.get("") is None
    assert library.keys() == ("Tanaka2001", "mueller", "note", "köln")


def test_items_are_made_once_and_only_of_the_keys() -> None:
    library = _library(TEXT)
    items = bibtex.items(library, ["mueller", "nobody", "muller99", "mueller"]).items
    assert [item["id"] for item in items] == ["mueller"]


def test_relations_name_entries_that_exist() -> None:
    library = _library(TEXT)
    assert bibtex.related(library, "note") == (("citedin", "Tanaka2001"), ("citedin", "mueller"))
    assert bibtex.related(library, "mueller") == ()
    assert bibtex.related(library, "nobody") == ()


def test_keywords() -> None:
    entry = _library(TEXT).get("Tanaka2001")
    assert entry is not None
    assert bibtex.keywords(entry) == ("rope", "knots", "café")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("ropes", ["Tanaka2001", "mueller", "note"]),
        ("MULLER", ["mueller"]),
        ("jorn 1999", ["mueller"]),
        ("tanaka", ["Tanaka2001", "köln"]),
        ("koln", ["köln"]),
        ("nasa rop", ["mueller"]),
        ("tanaka 1999", []),
        ("", []),
        ("(", []),
    ],
)
def test_search(query: str, keys: list[str]) -> None:
    assert _keys(bibtex.search(_library(TEXT), query)) == keys


def test_titles_as_they_are() -> None:
    library = _library(TEXT)
    (item,) = bibtex.items(library, ["mueller"], titles="as-is").items
    assert item["title"] == 'The <span class="nocase">NASA</span> Ropes'


def test_titles_follow_the_language_of_the_report() -> None:
    library = _library(TEXT)
    (item,) = bibtex.items(library, ["Tanaka2001"], lang="de-DE").items
    assert item["title"] == "Ropes and Knots"


def test_words_of_keys_follow_the_language_of_the_report() -> None:
    library = _library("@phdthesis{a, title = {A}, school = {B}, pubstate = {inpress}}")
    (item,) = bibtex.items(library, ["a"], lang="de-DE").items
    assert (item["genre"], item["issued"]) == ("Dissertation", {"literal": "im Druck"})


def test_macros_hold_in_later_files() -> None:
    library = _library('@string{press = "Harbour Press"}', "@book{a, publisher = press}")
    entry = library.get("a")
    assert entry is not None
    assert entry.value("publisher") == "Harbour Press"
    assert not library.diagnostics


def test_a_month_may_be_defined_anew() -> None:
    library = _library('@string{may = "Mai"}\n@book{a, title = {A}, month = may, year = 2000}')
    entry = library.get("a")
    assert entry is not None
    assert entry.value("month") == "Mai"


def test_places_are_exact() -> None:
    library = _library(TEXT)
    for entry in library.entries.values():
        assert TEXT[entry.span.start : entry.span.end] == entry.key
        for name, field in entry.fields.items():
            written = TEXT[field.span.start : field.span.end]
            assert written in (field.value, "press"), name


def test_places_after_windows_lines_and_a_byte_order_mark() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    library = _library(text)
    entry = library.get("mueller")
    assert entry is not None
    assert not library.diagnostics
    span = entry.fields["title"].span
    assert text[span.start : span.end] == "The {NASA} Ropes"


def test_a_broken_entry_costs_no_other() -> None:
    entries = [f"@book{{key{number},\n  title = {{Title {number}}},\n  year = {{2000}}\n}}\n" for number in range(5000)]
    entries[2500] = "@book{broken,\n  title = {Title {2500},\n  year = {2000}\n}\n"
    text = "\n".join(entries)
    library = _library(text)
    assert len(library.entries) == 4999
    (diagnostic,) = library.diagnostics
    assert diagnostic.code == "bib-broken-entry"
    assert diagnostic.span is not None
    assert text[diagnostic.span.start : diagnostic.span.end] == "broken"


def test_private_fields_stay_in_the_library() -> None:
    names = (
        "file",
        "annote",
        "annotation",
        "pdf",
        "owner",
        "local-url",
        "timestamp",
        "groups",
        "bdsk-file-1",
        "options",
    )
    fields = ", ".join(f"{name} = {{SECRET}}" for name in names)
    library = _library(f"@book{{a, title = {{A}}, {fields}}}")
    assert "SECRET" not in json.dumps(bibtex.items(library, ["a"]).items)


def test_every_field_is_text() -> None:
    """One hostile string in every field comes out escaped."""
    names = """
        title subtitle journaltitle booktitle note publisher volume number pages doi url isbn edition series year date
        langid keywords abstract type location version eprint eprinttype shorttitle author editor
    """
    fields = ", ".join(f"{name} = {{<script>x</script>&<b>}}" for name in names.split())
    (item,) = bibtex.items(_library(f"@article{{a, {fields}}}"), ["a"]).items
    allowed = re.compile(r'</?(?:i|b|sup|sub)>|<span class="nocase">|</span>')
    text = json.dumps({key: value for key, value in item.items() if key != "id"})
    assert "<script" not in text
    assert "<" not in allowed.sub("", text.replace('\\"', '"'))
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


def test_deep_groups_do_not_exhaust_the_stack() -> None:
    deep = "{" * 20_000 + "x" + "}" * 20_000
    commands = "\\emph" * 5_000 + "{x}" + "\\'" * 5_000
    library = _library(f"@book{{a, title = {{{deep}}}, note = {{{commands}}}, author = {{{deep}}}}}")
    (item,) = bibtex.items(library, ["a"]).items
    assert item["title"] == '<span class="nocase">x</span>'
    assert item["author"] == [{"literal": "x"}]


def test_inheritance_is_bounded() -> None:
    chain = "".join(f"@xdata{{a{number}, xdata = {{a{number + 1}}}}}\n" for number in range(900))
    fan = "".join(f"@xdata{{b{number}, xdata = {{b{number + 1},b{number + 1}}}}}\n" for number in range(18))
    leaf = "@xdata{b18, publisher = {P}, xdata = {nothing}}\n@book{c, xdata = {a0}}\n@book{d, xdata = {b0}}"
    items = bibtex.items(_library(chain + fan + leaf), ["c", "d"])
    assert [one.code for one in items.diagnostics] == ["bib-crossref-circle", "bib-crossref"]
    assert items.items[1]["publisher"] == "P"


def test_nothing_of_the_parser_is_imported_early() -> None:
    code = "import sys, report.bibtex; sys.exit('bibtexparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PIECES = st.sampled_from(
    [
        *(
            "@book{",
            "@article(",
            "@string{",
            "@comment{",
            "@preamble{",
            "@",
            "key",
            "key2,",
            "title",
            "=",
            "{",
            "}",
            '"',
        ),
        *(
            ",",
            "#",
            ")",
            "\n",
            " ",
            "%",
            "\\",
            "\\emph{",
            "\\'",
            "\\href{",
            "$",
            "^",
            "_",
            "~",
            "--",
            "author = {",
            "É",
        ),
        *("a and b, c, d, e and {", "date = {", "2001-0", "/", "19XX", "?", "-", "jan", "crossref = {key}", "ids = {"),
        *(
            "xdata = {key2,key}",
            "family=",
            "month = ",
            "year = ",
            "99999",
            "\0",
            "\ud800",
            "\u202e",
            "<i>",
            "&",
            "url = {",
        ),
        *("related = {key}", "options={useprefix}"),
    ]
)


def _never_raises(text: str) -> None:
    library = _library(text)
    items = bibtex.items(library, library.keys())
    json.dumps(items.items)
    bibtex.search(library, text[:30])
    for diagnostic in (*library.diagnostics, *items.diagnostics):
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    for entry in library.entries.values():
        bibtex.keywords(entry)
        for field in entry.fields.values():
            assert 0 <= field.span.start <= field.span.end <= len(text)


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_file_raises(text: str) -> None:
    _never_raises(text)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_value_raises(text: str) -> None:
    fields = (
        "title",
        "author",
        "date",
        "year",
        "month",
        "pages",
        "note",
        "url",
        "doi",
        "edition",
        "langid",
        "publisher",
    )
    written = ",\n".join(f"{name} = {{{text}}}" for name in fields)
    _never_raises(f"@article{{one,\n{written}\n}}\n@book{{two, title = {{B}}}}\n")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_raises(text: str) -> None:
    _never_raises(text)


@given(st.lists(st.text(alphabet='ab{}",=\\ ', max_size=12), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_every_entry_is_there_or_named(values: list[str]) -> None:
    text = "".join(f"@book{{key{number},\n  title = {{{value}}},\n}}\n" for number, value in enumerate(values))
    library = _library(text)
    named = {text[one.span.start : one.span.end] for one in library.diagnostics if one.span}
    for number in range(len(values)):
        assert f"key{number}" in library.entries or f"key{number}" in named


HEAD = re.compile(r"^@(?:book|article)[{(](\w+),", re.MULTILINE)
ENTRIES = tuple(
    f'@book{{key{number},\n  author = {{A, B and C}},\n  title = {{Title "{number}"}},\n  year = 2000\n}}\n\n'
    for number in range(6)
)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.sampled_from('{}",=@#()%\\\n ab')), max_size=4))
@settings(max_examples=400, deadline=None)
def test_a_damaged_file_names_what_it_loses(damages: list[tuple[int, int, str]]) -> None:
    text = "".join(ENTRIES)
    for place, length, mark in damages:
        text = text[:place] + mark + text[place + length :]
    library = _library(text)
    said = " ".join(problem.message for problem in library.diagnostics)
    for key in HEAD.findall(text):
        assert key in library.entries or f"`{key}`" in said


def test_a_large_file_is_told_by_example_where_nothing_is_lost() -> None:
    text = "".join(f"@book{{k{number}, title = {{A}} year = {{2000}}}}\n" for number in range(500))
    library = _library(text + "@book{broken, title = {A\n" * 30)
    told = list(bibtex.told(library, ["k400"]))
    commas = [problem for problem in told if problem.code == "bib-missing-comma"]
    assert any("`k400`" in problem.message for problem in commas)
    assert len(commas) == 11
    assert any("489 more of this kind" in str(problem.hints) for problem in commas)
    assert len([problem for problem in told if problem.code == "bib-broken-entry"]) == 30
    assert list(bibtex.told(library, library.entries)) == list(library.diagnostics)


def test_ten_thousand_entries_are_read_quickly() -> None:
    """Well above the 0.8 s it may take: a busy machine passes, work that grows as a square does not."""
    fields = 'author = {Smith, J. and M{\\"u}ller, A.},\n  title = {A {Title}},\n  year = 2000,\n'
    text = "".join(f"@article{{key{number},\n  {fields}}}\n" for number in range(10_000))
    start = time.process_time()
    library = _library(text)
    bibtex.items(library, library.keys()[::125])
    assert time.process_time() - start < 3
