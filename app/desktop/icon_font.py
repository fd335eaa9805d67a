"""The font of Material Design Icons out of QtAwesome's files.

Not through its module: that imports QtPy, which loads most of Qt once more, and all nine of its
fonts, and takes a quarter of a second of every start.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

_FONT = "materialdesignicons6-webfont-*.ttf"
_NAMES = "materialdesignicons6-webfont-charmap-*.json"


@cache
def glyphs() -> dict[str, str]:
    """The character of each icon, by its name."""
    codes = json.loads(_file(_NAMES).read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


def icon_font() -> QFont:
    """A new font of that family, in no particular size."""
    return QFont(_family())


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_file(_FONT)))
    return QFontDatabase.applicationFontFamilies(number)[0]


def _file(pattern: str) -> Path:
    package = find_spec("qtawesome")
    folders = package.submodule_search_locations if package is not None else None
    if not folders:
        raise ModuleNotFoundError("QtAwesome, which has the icons, is not installed.")
    (file,) = (Path(folders[0]) / "fonts").glob(pattern)
    return file
