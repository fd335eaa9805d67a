"""What tests of paper share."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from app.documents.day_pdf import DayDocuments, write_day_pdf
from app.documents.print_parts import Part
from app.domain.manifests import Manifest


@pytest.fixture
def write(tmp_path):
    """Write parts of a day and give back the pages."""

    def write_it(day: DayDocuments | Manifest, *parts: Part) -> PdfReader:
        if isinstance(day, Manifest):
            day = DayDocuments(manifests=(day,))
        path = tmp_path / "day.pdf"
        write_day_pdf(path, day, parts, lambda _fraction, _text: None, lambda: False)
        return PdfReader(path)

    return write_it
