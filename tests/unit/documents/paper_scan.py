"""Printed pages as a scanner sees them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument


def scanned(path: Path, page: int = 0, dpi: int = 72) -> NDArray[np.uint8]:
    """The greys of a page on white paper, row by row."""
    document = QPdfDocument()
    assert document.load(str(path)) == QPdfDocument.Error.None_
    points = document.pagePointSize(page)
    size = QSize(round(points.width() * dpi / 72), round(points.height() * dpi / 72))
    image = document.render(page, size).convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    document.close()
    rows = np.frombuffer(image.constBits(), dtype=np.uint8)
    colours = rows.reshape(image.height(), image.bytesPerLine() // 4, 4)[:, : image.width()]
    inks = colours[:, :, :3].mean(axis=2)
    return (inks + (255 - colours[:, :, 3])).clip(0, 255).astype(np.uint8)
