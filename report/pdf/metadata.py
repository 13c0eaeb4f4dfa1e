"""What a PDF says of itself: the document information, XMP, the standards it meets."""

from __future__ import annotations

import re
from html import escape
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from report.metadata import standards
from report.pdf import exchange
from report.pdf.attachments import Attachment
from report.pdf.values import text


class Information(Struct, frozen=True):
    """What is said of the document; empty where nothing is."""

    title: str
    authors: tuple[str, ...]
    subject: str
    keywords: tuple[str, ...]
    created: str
    """ISO 8601, as exact as it is known: `2026-11`."""
    language: str
    standards: tuple[str, ...]
    """Such as `a-3a` and `ua-1`."""
    attachments: tuple[Attachment, ...] = ()
    profile: bytes = b""
    """Of the press that a PDF/X-4 is for."""


PRODUCER = "WeasyPrint 70.0"
CREATOR = "Report"


def version(document: Information) -> str:
    """The version of PDF that its standards stand on."""
    return max(map(standards.version, document.standards), default="1.7")


def is_archival(document: Information) -> bool:
    """Whether it is to meet one of PDF/A, which prescribe colours by a profile."""
    return any(standards.family(name) == "a" for name in document.standards)


def information(document: Information) -> bytes:
    """The document information dictionary; empty in PDF 2.0, where the metadata stream says it all."""
    if version(document) == "2.0":
        return b""
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
    parts += (claim for name in document.standards for claim in _claims(name))
    if is_archival(document) and version(document) < "2.0" and "ua-1" in document.standards:
        parts.append(_EXTENSION)
    described = "".join(parts)
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
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    **exchange.NAMESPACES,
}

_EXTENSION = (
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    f"<pdfaSchema:namespaceURI>{_NAMESPACES['pdfuaid']}</pdfaSchema:namespaceURI>"
    '<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
)
"""PDF/A wants every schema described that it does not know itself (ISO 19005-3, 6.6.2.3)."""


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
