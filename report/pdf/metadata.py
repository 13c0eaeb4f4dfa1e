"""What a PDF says of itself: the document information, XMP, the standards it meets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path

from report.pdf import exchange
from report.pdf.attachments import Attachment
from report.pdf.values import text
from report.prepress import STANDARD


@dataclass(frozen=True, slots=True)
class Information:
    """What is said of the document; empty where nothing is."""

    title: str
    authors: tuple[str, ...]
    subject: str
    keywords: tuple[str, ...]
    created: str
    """ISO 8601, as exact as it is known: `2026-11`."""
    language: str
    standard: str
    """Such as `a-3a` or `ua-1`."""
    attachments: tuple[Attachment, ...] = ()
    profile: bytes = b""
    """Of the press that a PDF/X-4 is for."""


PRODUCER = "WeasyPrint 70.0"
CREATOR = "Report"


def version(standard: str) -> str:
    """The version of PDF that a standard stands on."""
    if standard == STANDARD:
        return "1.6"
    return "2.0" if standard in ("ua-2", "a-4e", "a-4f") else "1.7"


def is_archival(standard: str) -> bool:
    """Whether it is one of PDF/A, which prescribe colours by a profile."""
    return standard.startswith("a-")


def information(document: Information) -> bytes:
    """The document information dictionary; PDF/A-4 allows none."""
    if document.standard.startswith("a-4"):
        return b"<<>>"
    entries = {
        "Producer": PRODUCER,
        "Creator": CREATOR,
        "Title": document.title,
        "Author": ", ".join(document.authors),
        "Subject": document.subject,
        "Keywords": ", ".join(document.keywords),
        "CreationDate": pdf_date(document.created),
    }
    written = b"".join(b"/%s %s" % (name.encode(), text(value)) for name, value in entries.items() if value)
    if document.profile:
        written += b"/ModDate %s/Trapped /False" % text(pdf_date(document.created))
    return b"<<" + written + b">>"


def pdf_date(date: str) -> str:
    """`D:20261120`, as in ISO 32000-1, 7.9.4; empty for what is no date of that form."""
    return f"D:{date.replace('-', '')}" if re.fullmatch(r"\d{4}(-\d{2}){0,2}", date) else ""


def xmp(document: Information) -> bytes:
    """The metadata stream: Dublin Core, and by which standard the file was made."""
    simple = {
        "pdf:Producer": PRODUCER,
        "xmp:CreatorTool": CREATOR,
        "pdf:Keywords": ", ".join(document.keywords),
        "xmp:CreateDate": document.created if pdf_date(document.created) else "",
    }
    if document.profile:
        simple |= exchange.claims(document.title, document.created)
    parts = [f"<{name}>{escape(value)}</{name}>" for name, value in simple.items() if value]
    if document.title:
        parts.append(f"<dc:title>{_alternatives(document.title)}</dc:title>")
    if document.authors:
        names = "".join(f"<rdf:li>{escape(name)}</rdf:li>" for name in document.authors)
        parts.append(f"<dc:creator><rdf:Seq>{names}</rdf:Seq></dc:creator>")
    if document.subject:
        parts.append(f"<dc:description>{_alternatives(document.subject)}</dc:description>")
    described = "".join((*parts, *_claims(document.standard)))
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" {names}>'
        f'{described}</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    **exchange.NAMESPACES,
}


def _alternatives(value: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(value)}</rdf:li></rdf:Alt>'


def _claims(standard: str) -> list[str]:
    """The part and level of the standard, as ISO 19005 and ISO 14289 have them."""
    found = re.fullmatch(r"(a|ua)-(\d)([a-z]?)", standard)
    if found is None:
        return []
    prefix, part, level = f"pdf{found[1]}id", found[2], found[3].upper()
    claims = {"part": part, "conformance": level}
    if (prefix, part) in (("pdfaid", "4"), ("pdfuaid", "2")):
        claims["rev"] = {"pdfaid": "2020", "pdfuaid": "2024"}[prefix]
    return [f"<{prefix}:{name}>{value}</{prefix}:{name}>" for name, value in claims.items() if value]


def srgb() -> bytes:
    """The ICC profile of sRGB, which comes with WeasyPrint."""
    found = find_spec("weasyprint")
    folders = found.submodule_search_locations if found else None
    return (Path(next(iter(folders or ()))) / "pdf" / "sRGB2014.icc").read_bytes()
