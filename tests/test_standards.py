"""veraPDF finds nothing to complain of, whichever standards a file claims to meet."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_pages import ROOT
from verapdf import complaints, libraries

from report.build import build
from report.cache import Cache
from report.choices import Choices
from report.front import link
from report.press import Press
from report.project import read
from report.workers import Workers

PROFILES = {
    "[a-3a, ua-1]": ["PDF/A-3a", "PDF/UA-1"],
    "[a-2a, ua-1]": ["PDF/A-2a", "PDF/UA-1"],
    "[a-4, ua-2]": ["PDF/A-4", "PDF/UA-2 + Tagged PDF"],
    "[a-4f, ua-2]": ["PDF/A-4f", "PDF/UA-2 + Tagged PDF"],
    "a-2b": ["PDF/A-2b"],
    "a-2u": ["PDF/A-2u"],
    "a-3b": ["PDF/A-3b"],
    "a-3u": ["PDF/A-3u"],
    "a-4e": ["PDF/A-4e"],
    "ua-1": ["PDF/UA-1"],
    "ua-2": ["PDF/UA-2 + Tagged PDF"],
}
"""What veraPDF calls the profiles of each claim."""

EVERYTHING = ROOT / "tests" / "reports" / "everything"
ATTACHED = ("[a-3a, ua-1]", "[a-4f, ua-2]")


@pytest.mark.parametrize(
    ("folder", "claims"), [(EVERYTHING, tuple(PROFILES)), (ROOT, tuple(PROFILES)[:3])], ids=["everything", "briefing"]
)
def test_a_file_meets_the_standards_that_it_claims(folder: Path, claims: tuple[str, ...], tmp_path: Path) -> None:
    libraries()
    cache = Cache()
    with Workers(1) as workers:
        for index, standards in enumerate(claims):
            attached = "attachments=[refs.bib, report.yml]" if standards in ATTACHED else "attachments=[]"
            project = read(folder, Choices(settings=(f"pdf-standard={standards}", attached)))
            report = build(project, link(project, cache), Press(cache, workers))
            (tmp_path / f"{index:02}.pdf").write_bytes(report.pdf)
    expected = {f"{index:02}.pdf": {name: [] for name in PROFILES[claim]} for index, claim in enumerate(claims)}
    assert complaints(tmp_path) == expected


def test_verapdf_sees_what_is_wrong(tmp_path: Path) -> None:
    libraries()
    project, cache = read(ROOT / "tests" / "reports" / "notes", Choices()), Cache()
    with Workers(1) as workers:
        made = build(project, link(project, cache), Press(cache, workers)).pdf
    (tmp_path / "broken.pdf").write_bytes(made.replace(b"%PDF-1.7\n%", b"%PDF-1.7\n ", 1))
    assert complaints(tmp_path)["broken.pdf"]["PDF/A-3a"] != []
