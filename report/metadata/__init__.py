"""`report.yml` and chapters' front matter: YAML → Metadata, with the place of every value, and its JSON schema."""

from report.metadata.decode import Decoded, decode
from report.metadata.fields import Author, ChapterMetadata, Fonts, Margins, Metadata
from report.metadata.merge import merge, with_settings
from report.metadata.schema import front_matter_schema, keys, schema
from report.metadata.standards import allows_attachments, conflict

__all__ = [
    "Author",
    "ChapterMetadata",
    "Decoded",
    "Fonts",
    "Margins",
    "Metadata",
    "allows_attachments",
    "conflict",
    "decode",
    "front_matter_schema",
    "keys",
    "merge",
    "schema",
    "with_settings",
]
