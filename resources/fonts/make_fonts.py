"""Cut the fonts that the printed documents need down to the scripts that names are written in.

    python make_fonts.py DEJAVU_FOLDER DROID_FOLDER

reads DejaVuSansCondensed.ttf, DejaVuSansCondensed-Bold.ttf and DroidSansFallbackFull.ttf (Debian:
fonts-dejavu-extra and fonts-droid-fallback) and writes beside this file. Needs fonttools.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

# Latin with all its extensions, Greek, Cyrillic, Armenian, Hebrew, Arabic with its presentation
# forms, Georgian, punctuation, currencies, arrows, mathematical signs, geometric shapes, dingbats.
ALPHABETS = (
    (0x0020, 0x007E), (0x00A0, 0x036F), (0x0370, 0x052F), (0x0531, 0x058A), (0x0591, 0x05F4),
    (0x0600, 0x06FF), (0x10A0, 0x10FF), (0x1E00, 0x1FFF), (0x2000, 0x209F), (0x20A0, 0x20CF),
    (0x2100, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x27BF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF),
    (0xFB00, 0xFDFF), (0xFE70, 0xFEFF), (0xFFFD, 0xFFFD),
)  # fmt: skip
IDEOGRAPHS = ((0x3000, 0x9FFF), (0xFF00, 0xFFEF))


def main(dejavu: Path, droid: Path) -> None:
    alphabets = {point for first, last in ALPHABETS for point in range(first, last + 1)}
    for name in ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"):
        cut(dejavu / name, alphabets)
    cut(droid / "DroidSansFallbackFull.ttf", filter(is_common, ideographs()))


def ideographs() -> Iterable[int]:
    return (point for first, last in IDEOGRAPHS for point in range(first, last + 1))


def is_common(point: int) -> bool:
    """Whether a national standard counts the sign among those in daily use."""
    for encoding, last in (("gb2312", 0xFF), ("shift_jis", 0xFF), ("big5", 0xC6)):
        try:
            if chr(point).encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


def cut(source: Path, points: Iterable[int]) -> None:
    options = subset.Options(
        hinting=False, layout_features=[], legacy_cmap=False, notdef_outline=True
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "FFTM", "MATH"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    subset.save_font(font, str(Path(__file__).with_name(source.name)), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
