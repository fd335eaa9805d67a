"""Which encoding the bytes of a text file are in."""

from __future__ import annotations

import codecs
import re
import unicodedata

FALLBACK = "cp1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = ("cp1252", "cp1250", "cp850", "mac_roman")
_OTHERS = [
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "shift_jis", "euc_jp",
    "gb18030", "big5", "euc_kr",
]  # fmt: skip
_MULTIBYTE = frozenset({"shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"})
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_NON_ASCII_RUN = re.compile(rb"[\x80-\xff]+")


def detect_encoding(sample: bytes) -> str | None:
    """The encoding of a file that begins with `sample`; None where it is no text at all.

    `utf-8` is the answer too where most, but not all, of the lines are UTF-8.
    """
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    if b"\0" in sample and (wide := _wide_encoding(sample)):
        return wide
    if _control_share(sample) > 0.02:
        return None
    *whole, last = sample.split(b"\n")
    # The sample may end in the middle of a line: that one counts only where no other tells.
    lines = [line for line in whole if not line.isascii()] or [last]
    valid = sum(_is_utf8(line) for line in lines)
    return "utf-8" if valid * 2 >= len(lines) else _legacy_encoding(b"\n".join(lines[:2_000]))


def decode_line(line: bytes, encoding: str) -> tuple[str, bool]:
    """The text of one line, and whether its bytes were not of `encoding`."""
    if encoding in _MULTIBYTE:
        return line.decode(encoding, "replace"), False
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        if encoding != "utf-8":
            return line.decode(encoding, "replace"), False
        return line.decode(FALLBACK, "replace"), True


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 without a mark shows as zeros in every second byte of western text."""
    half = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    if even > 0.3 and odd < 0.05:
        return "utf-16-be"
    return None


def _control_share(sample: bytes) -> float:
    controls = sum(
        sample.count(bytes((code,))) for code in range(32) if code not in (9, 10, 12, 13)
    )
    return controls / max(1, len(sample))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legacy_encoding(lines: bytes) -> str:
    """Words of Latin letters mix ASCII with single accents; other scripts come in long runs."""
    runs = _NON_ASCII_RUN.findall(lines)
    in_long_runs = sum(len(run) for run in runs if len(run) > 2)
    if in_long_runs * 2 >= sum(len(run) for run in runs):
        # Here and not above: few files need it, and every start of the program would load it.
        from charset_normalizer import from_bytes

        best = from_bytes(lines, cp_isolation=_OTHERS).best()
        if best is not None and not _mixes_scripts(lines.decode(best.encoding, "replace")):
            return best.encoding
    return max(_LATIN, key=lambda encoding: _plausibility(lines, encoding))


def _mixes_scripts(text: str) -> bool:
    """Whether most words with foreign letters have Latin ones too, which no language does."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(_ASCII_LETTER.search(word) is not None for word in words) * 2 > len(words)


def _plausibility(lines: bytes, encoding: str) -> int:
    """How many accented letters stand where a word has one, less what stands there oddly."""
    text = " " + lines.decode(encoding, "replace") + " "
    score = 0
    for before, char, after in zip(text, text[1:], text[2:], strict=False):
        if char.isascii():
            continue
        in_word = before.isalpha() or after.isalpha()
        if not char.isalpha() or "LATIN" not in unicodedata.name(char, ""):
            score -= 2 if in_word or char == "\ufffd" else 0
        elif char.isupper() and before.islower():
            score -= 1
        elif in_word:
            score += 1
    return score
