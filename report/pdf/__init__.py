"""HTML → pages → one PDF, with every note accounted for."""

from report.pdf.assemble import assemble
from report.pdf.labels import labels
from report.pdf.layout import Anchor, Fragment, PrintedNote, lay_out

__all__ = ["Anchor", "Fragment", "PrintedNote", "assemble", "labels", "lay_out"]
