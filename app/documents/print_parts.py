"""What can be chosen of a print: its parts, its labels' sheet, its unit of distance."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What can be printed of a day, in the order in which it stands in the file."""

    SUMMARY = "summary"
    CHANGES = "changes"
    MANIFEST = "manifest"
    LOAD_LIST = "load_list"
    RETURN_SLIPS = "return_slips"
    LABELS = "labels"


class LabelSheet(StrEnum):
    A6 = "a6"
    """One label a page, for a label printer."""
    A4 = "a4"
    """Four labels a page, to be cut or torn."""


class DistanceUnit(StrEnum):
    KM = "km"
    MILES = "mi"
