"""Files that travel inside the PDF (ISO 32000-1, 7.11.4; the relationship is PDF/A-3's)."""

from __future__ import annotations

import hashlib
import mimetypes
import zlib
from collections.abc import Mapping
from itertools import count

from msgspec import Struct

from report.pdf.file import LEVEL
from report.pdf.values import name_tree, reference, text


class Attachment(Struct, frozen=True):
    """A file by the path that the project has for it."""

    path: str
    content: bytes


class Embedded(Struct, frozen=True):
    """Attachments as objects by number."""

    plain: Mapping[int, bytes]
    streams: Mapping[int, tuple[bytes, bytes]]
    names: bytes
    """The name tree."""
    references: bytes
    """An array of all."""


def embed(attachments: tuple[Attachment, ...], first: int) -> Embedded:
    """The attachments as objects from the number `first` on, in the order of their names."""
    plain: dict[int, bytes] = {}
    streams: dict[int, tuple[bytes, bytes]] = {}
    entries: dict[str, bytes] = {}
    ordered = sorted(attachments, key=lambda one: text(one.path))
    for number, attachment in zip(count(first, 2), ordered, strict=False):
        name, kind = text(attachment.path), mimetypes.guess_type(attachment.path)[0] or "application/octet-stream"
        content = attachment.content
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest().encode()
        dictionary = b"<</Type /EmbeddedFile/Subtype /%s/Params <</Size %d/CheckSum <%s>>>/Filter /FlateDecode>>" % (
            kind.replace("/", "#2f").encode(), len(content), digest
        )  # fmt: skip
        streams[number] = (dictionary, zlib.compress(content, LEVEL))
        plain[number + 1] = b"<</Type /Filespec/F %s/UF %s/Desc %s/EF <</F %s>>/AFRelationship /Source>>" % (
            name, name, name, reference(number)
        )  # fmt: skip
        entries[attachment.path] = reference(number + 1)
    return Embedded(plain, streams, name_tree(entries), b"[%s]" % b" ".join(entries.values()))
