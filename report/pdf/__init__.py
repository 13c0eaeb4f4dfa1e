"""HTML → pages → one PDF, with every note accounted for."""

from report.pdf.assemble import assemble
from report.pdf.labels import labels
from report.pdf.layout import Anchor, Fragment, PrintedNote, check_stylesheets, lay_out

__all__ = ["Anchor", "Fragment", "PrintedNote", "assemble", "check_stylesheets", "labels", "lay_out"]
