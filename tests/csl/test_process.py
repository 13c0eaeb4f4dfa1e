"""What a style may not be, what an item may be, and the shape of what comes out."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.csl import (
    Citation,
    Cite,
    Cited,
    Link,
    Options,
    Style,
    StyleError,
    Tree,
    parse_style,
    process,
    style_names,
    style_text,
    to_html,
    to_text,
    with_ibid,
)

STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
  <info><title>Tiny</title></info>
  <macro name="who">
    <names variable="author"><name form="short"/></names>
  </macro>
  <citation>
    <layout prefix="(" suffix=")" delimiter="; ">
      <group delimiter=" "><text macro="who"/><text variable="locator"/><text variable="URL"/></group>
    </layout>
  </citation>
</style>
"""


@cache
def named(name: str) -> Style:
    text = style_text(name)
    assert text is not None
    return parse_style(text, name)


def changed(before: str, after: str) -> StyleError:
    assert before in STYLE
    with pytest.raises(StyleError) as caught:
        parse_style(STYLE.replace(before, after), "tiny")
    return caught.value


def test_unknown_macro_names_its_line() -> None:
    error = changed('<text macro="who"/>', '<text macro="whom"/>')
    assert (error.line, error.column) == (8, 28)
    assert error.message == "no macro `whom`"
    assert error.hint == "did you mean `who`?"


def test_macro_that_calls_itself_names_its_line() -> None:
    error = changed('<name form="short"/></names>', '</names><text macro="who"/>')
    assert error.line == 4
    assert error.message == "macro `who` calls itself: who → who"


def test_broken_xml_names_its_line() -> None:
    error = changed("</citation>", "</citatoin>")
    assert error.line == 10
    assert error.message.startswith("broken XML")


def test_document_types_are_refused() -> None:
    assert "document type" in changed("<style ", '<!DOCTYPE style SYSTEM "x"><style ').message


def test_other_versions_are_refused() -> None:
    assert changed('version="1.0"', 'version="0.8"').message == "not a CSL 1.0 style: version `0.8`"


def test_styles_need_a_citation() -> None:
    assert changed("citation>", "quotation>").message == "the style has no `citation` element"


def test_dependent_style_names_its_parent() -> None:
    style = named("3d-printing-in-medicine")
    assert "3d-printing-in-medicine" in style_names()
    assert style.title == "3D Printing in Medicine"
    assert style.parent
    assert style.citation is not None


def test_dependent_style_without_its_parent() -> None:
    link = '<title>Tiny</title><link href="http://example.org/lost" rel="independent-parent"/>'
    error = changed("<title>Tiny</title>", link)
    assert (error.line, error.message) == (2, "the style depends on `lost`, which is not at hand")


def test_ibid_variant() -> None:
    assert with_ibid("chicago-notes-bibliography") == "chicago-notes-bibliography-subsequent-ibid"
    assert with_ibid("chicago-notes-bibliography-no-url") == "chicago-notes-bibliography-subsequent-ibid-no-url"
    assert with_ibid("apa") == "apa"


def test_unknown_locale_is_a_warning() -> None:
    rendered = process(named("apa"), "xx-YY", [{"id": "a", "title": "T"}], [Citation((Cite("a"),))])
    assert rendered.warnings == ("no locale `xx-YY`; en-US is used instead",)
    assert to_text(rendered.citations[0].text) == "(T, n.d.)"


def test_unknown_ids_print_nothing() -> None:
    rendered = process(named("apa"), "", [], [Citation((Cite("a"), Cite("b"))), Citation(())])
    assert rendered.unknown == ("a", "b")
    assert [citation.text for citation in rendered.citations] == [(), ()]


def test_cites_lead_to_entries_and_links_stand_apart() -> None:
    items = [{"id": "a", "author": [{"family": "Doe"}], "URL": "https://example.org"}]
    (citation,) = process(parse_style(STYLE, "tiny"), "", items, [Citation((Cite("a", "3"),))]).citations
    assert to_html(citation.text) == (
        '(<a href="#ref-a">Doe 3 </a><a href="https://example.org">https://example.org</a>)'
    )
    plain = process(parse_style(STYLE, "tiny"), "", items, [Citation((Cite("a"),))], Options(link_citations=False))
    assert not any(isinstance(node, Cited) for node in plain.citations[0].text)


def test_identifiers_become_links_with_their_address() -> None:
    items = [{"id": "a", "type": "article-journal", "title": "T", "DOI": "10.5555/1"}]
    entry = process(named("apa"), "", items, [Citation((Cite("a"),))]).bibliography[0].content
    assert [to_text(node.children) for node in entry if isinstance(node, Link)] == ["https://doi.org/10.5555/1"]


def test_private_characters_pass_through() -> None:
    mark = "\U000f0001"
    cite = Cite("a", prefix=f"see {mark} ", suffix=f", {mark}<i>so</i>")
    (citation,) = process(named("apa"), "", [{"id": "a", "title": mark}], [Citation((cite,))]).citations
    assert to_text(citation.text) == f"(see {mark} {mark}, n.d., {mark}so)"


def test_nothing_is_changed_by_a_second_run() -> None:
    items = [{"id": "a", "author": [{"family": "Doe"}], "issued": {"date-parts": [[2000]]}, "title": "T"}]
    citations = [Citation((Cite("a"),), note_number=1), Citation((Cite("a"),), note_number=2)]
    style = named("chicago-notes-bibliography")
    assert process(style, "", items, citations) == process(style, "", items, citations)


SCRAPS = st.lists(
    st.sampled_from(
        ["a", "B", " ", "'", '"', "“", "’", "<i>", "</i>", '<span class="nocase">', "</span>", "1", "23", "-", "–",
         "p. ", ",", "&", ".", ":", "?", "é", "中", "ع", "ª", "\n", "van ", "d'", "iv", "²", "«", "\x00"]
    ),
    max_size=12,
).map("".join)  # fmt: skip
LEAVES = SCRAPS | st.none() | st.booleans() | st.integers() | st.floats()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["family", "given", "literal", "date-parts", "raw", "season"]), inner)
    ),
    max_leaves=8,
)
VARIABLES = st.sampled_from(
    ["type", "author", "editor", "title", "title-short", "issued", "accessed", "page", "volume", "edition", "note",
     "language", "DOI", "URL", "container-title", "number-of-pages"]
)  # fmt: skip
ITEMS = st.dictionaries(VARIABLES, VALUES)
CITES = st.builds(
    Cite,
    id=st.sampled_from(["a", "b", "c"]),
    locator=SCRAPS,
    label=st.sampled_from(["page", "chapter", "sub verbo", "nothing"]),
    prefix=SCRAPS,
    suffix=SCRAPS,
    mode=st.sampled_from(["normal", "suppress-author", "author-only"]),
)
CITATIONS = st.builds(
    Citation,
    cites=st.lists(CITES, max_size=3).map(tuple),
    note_number=st.integers(0, 3),
    mode=st.sampled_from(["normal", "author-in-text"]),
)


@pytest.mark.parametrize("name", ["apa", "chicago-notes-bibliography-subsequent-ibid", "ieee"])
@settings(max_examples=40, deadline=None)
@given(first=ITEMS, second=ITEMS, citations=st.lists(CITATIONS, max_size=4))
def test_any_item_renders(
    name: str, first: dict[str, object], second: dict[str, object], citations: list[Citation]
) -> None:
    items = [{**first, "id": "a"}, {**second, "id": "b"}]
    rendered = process(named(name), "", items, citations)
    trees: list[Tree] = [entry.content for entry in rendered.bibliography]
    trees += [tree for citation in rendered.citations for tree in (citation.text, citation.note)]
    for tree in trees:
        assert isinstance(to_html(tree), str)
        hash(tree)


def test_references_of_mini_html() -> None:
    item = {
        "id": "a",
        "title": "R&amp;D &lt;x&gt; & <i>y</i>",
        "URL": "https://example.org/?a=1&amp;b=2",
        "type": "webpage",
    }
    rendered = process(named("apa"), "", [item], [Citation((Cite("a", "1 &amp; 2"),))])
    assert to_text(rendered.citations[0].text) == "(R&D <X> & Y, n.d., pp. 1 & 2)"
    (link,) = [node for node in rendered.bibliography[0].content if isinstance(node, Link)]
    assert link.target == to_text(link.children) == "https://example.org/?a=1&b=2"
