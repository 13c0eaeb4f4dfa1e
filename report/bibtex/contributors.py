"""Who made a work: the name fields of an entry under CSL's roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report.bibtex import names
from report.bibtex.model import Field
from report.bibtex.names import CslName
from report.bibtex.tables import words
from report.diagnostics import Diagnostic, warning

_CSL_ROLES = words(
    "chair collection-editor compiler composer contributor curator director editorial-director executive-producer "
    "guest host illustrator interviewer narrator organizer original-author performer producer recipient "
    "reviewed-author script-writer series-creator"
)
_ROLES: Mapping[str, str] = {
    "author": "author",
    "bookauthor": "container-author",
    "editor": "editor",
    "editora": "editor",
    "editorb": "editor",
    "editorc": "editor",
    "translator": "translator",
    "serieseditor": "collection-editor",
    "origauthor": "original-author",
    "reviewedauthor": "reviewed-author",
    **dict.fromkeys(words("annotator commentator introduction foreword afterword"), "contributor"),
    **{name: name for name in _CSL_ROLES},
}
"""Fields and their variables; CSL has one, `contributor`, for all who wrote about or around a work."""

_EDITORS: Mapping[str, str] = {
    **dict.fromkeys(words("editor founder continuator redactor reviser reviewer"), "editor"),
    **dict.fromkeys(words("collaborator contributor commentator annotator"), "contributor"),
    **{role: role for role in (*_CSL_ROLES, "translator")},
    "scriptwriter": "script-writer",
    "serieseditor": "collection-editor",
}
"""Variables by the value of `editortype` and its like."""


def contributors(fields: Mapping[str, Field]) -> tuple[dict[str, list[CslName]], tuple[Diagnostic, ...]]:
    """The names of each variable, and those that are no names."""
    people: dict[str, list[CslName]] = {}
    diagnostics: list[Diagnostic] = []
    for name, variable in _ROLES.items():
        if name in fields:
            role = _editorial_role(fields, name, variable)
            found = names.parse(fields[name].value, _useprefix(fields))
            people[role] = [*people.get(role, []), *(one for one in found.names if one not in people.get(role, []))]
            diagnostics += _wrong(fields[name], name, found.wrong)
    return _settled(fields, people), tuple(diagnostics)


def _editorial_role(fields: Mapping[str, Field], name: str, variable: str) -> str:
    if not name.startswith("editor") or f"{name}type" not in fields:
        return variable
    return _EDITORS.get(fields[f"{name}type"].value.strip().lower(), "contributor")


def _useprefix(fields: Mapping[str, Field]) -> bool:
    options = fields["options"].value if "options" in fields else ""
    options += f",useprefix={fields['useprefix'].value}" if "useprefix" in fields else ""
    given = [option.replace(" ", "").lower() for option in options.split(",")]
    return "useprefix=true" in given or "useprefix" in given


def _wrong(written: Field, name: str, wrong: Sequence[str]) -> list[Diagnostic]:
    hint = "names are parted by `and`; a body's name goes in braces of its own"
    return [
        warning("bib-name", f"`{one}` in `{name}` has too many commas for a name", written.part(one), hint)
        for one in wrong
    ]


def _settled(fields: Mapping[str, Field], people: dict[str, list[CslName]]) -> dict[str, list[CslName]]:
    """A patent without author is its holder's; a book's author who is also the part's is not named twice."""
    if "author" not in people and "holder" in fields:
        people = {"author": list(names.parse(fields["holder"].value).names), **people}
    if people.get("container-author") == people.get("author"):
        people.pop("container-author", None)
    for role in ("author", "editor"):
        if role in people and f"short{role}" in fields:
            people[role] = _shortened(people[role], names.parse(fields[f"short{role}"].value).names)
    return {role: found for role, found in people.items() if found}


def _shortened(people: list[CslName], short: Sequence[CslName]) -> list[CslName]:
    """Literals with `short`, their abbreviated form, for which CSL has no word of its own."""
    if len(people) != len(short):
        return people
    return [
        name | {"short": brief.get("literal") or brief.get("family", "")} if "literal" in name else name
        for name, brief in zip(people, short, strict=True)
    ]
