"""What a PDF/X-4 says of itself (ISO 15930-7): its standard in XMP, the press it is meant for by a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from report.pdf.values import text

NAMESPACES = {
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
}


def claims(title: str, moment: str) -> Iterator[tuple[str, str]]:
    """The properties that the standard asks for, by name; the same for the same title and moment."""
    yield "pdfxid:GTS_PDFXVersion", "PDF/X-4"
    yield "pdf:Trapped", "False"
    yield "xmp:ModifyDate", moment
    yield "xmp:MetadataDate", moment
    yield "xmpMM:DocumentID", f"uuid:{uuid5(NAMESPACE_URL, f'{title} {moment}')}"
    yield "xmpMM:VersionID", "1"
    yield "xmpMM:RenditionClass", "default"


def output_intent(description: str, profile: bytes) -> bytes:
    """The intent for a press whose profile has that description; `profile` is a reference to it."""
    known = re.search(r"\bFOGRA ?(\d\d)", description, re.IGNORECASE)
    condition = f"FOGRA{known[1]}" if known else "Custom"
    registry = b"/RegistryName (http://www.color.org)" if known else b""
    return b"[<</Type /OutputIntent/S /GTS_PDFX/OutputConditionIdentifier %s%s/Info %s/DestOutputProfile %s>>]" % (
        text(condition), registry, text(description or condition), profile
    )  # fmt: skip
