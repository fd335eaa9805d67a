"""Make addresses comparable: what two spellings of one street, town or house number share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from unidecode import unidecode

from app.domain.addresses import after_care_of

# Whole words that stand for one another. "St" is left as it is: it means Street at the end of a
# name and Saint before it, and a name that has it in one place hardly has a twin with the other.
_SAME_WORDS = {
    "str": "strasse",
    "straat": "strasse",
    "street": "st",
    "sankt": "st",
    "saint": "st",
    "sainte": "st",
    "ste": "st",
    "sta": "st",
    "sto": "st",
    "santa": "st",
    "santo": "st",
    "sao": "st",
    "avenue": "av",
    "avenida": "av",
    "ave": "av",
    "road": "rd",
    "drive": "dr",
    "doktor": "dr",
    "doctor": "dr",
    "doutor": "dr",
    "professor": "prof",
    "lane": "ln",
    "boulevard": "bd",
    "blvd": "bd",
    "court": "ct",
    "square": "sq",
    "highway": "hwy",
    "pl": "platz",
    "place": "platz",
    "plaza": "platz",
    "praca": "platz",
    "pc": "platz",
    "rua": "r",
    "rue": "r",
    "travessa": "tv",
    "trav": "tv",
    "largo": "lg",
    "estrada": "estr",
    "alameda": "al",
    "calle": "c",
    "ulica": "ul",
    "aleja": "al",
    "chaussee": "ch",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "und": "u",
}
_ENDINGS = {"str": "strasse", "straat": "strasse", "pl": "platz"}
"""Of words that are written together with the kind of street: Hauptstr., Marktpl."""
_DOTTED_ENDINGS = {"w": "weg", "g": "gasse", "all": "allee"}
"""Gartenw., Marieng.: only with their dot, as words end in these letters anyhow."""
_KNOWN_SHORT = frozenset(_SAME_WORDS) | frozenset(_SAME_WORDS.values())
_EMPTY_WORDS = frozenset(
    ("d", "da", "das", "de", "del", "della", "des", "di", "do", "dos", "du", "l", "la", "le")
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})
_TWO_LETTERS = re.compile("(?<![aeoq])([aou])e|aa")
"""One letter written as two; not the ue of Neue Straße and Auestraße, which are no Neustraße."""
_WORD = re.compile(r"[^\W_]+\.?")

_ONE_NUMBER = r"\d{1,5}(?:\s?(?:bis|ter|[a-z]))?(?![\w.])"
_NUMBERS = rf"{_ONE_NUMBER}(?:\s?[-/+&,;]\s?(?:{_ONE_NUMBER}|[a-z](?!\w)))*"
_SIGN = r"(?:(?:nr|no|n|num|haus|hausnummer|house)[.°º]*\s?|#\s?)?"
_NUMBER_LAST = re.compile(rf"(?P<street>.*?[^\W\d].*?)[\s,]+{_SIGN}(?P<number>{_NUMBERS})")
_NUMBER_FIRST = re.compile(rf"{_SIGN}(?P<number>{_NUMBERS})[\s,]+(?P<street>.*[^\W\d].*)")
_NUMBER_WITHIN = re.compile(
    rf"(?P<street>.*?[^\W\d].*?)[\s,]+{_SIGN}(?P<number>{_NUMBERS})[\s,;(/-]+(?=.*[^\W\d]{{2}}).+"
)
_NUMBER_ALONE = re.compile(rf"{_SIGN}(?P<number>{_NUMBERS})")
_GLUED = re.compile(r"(?<=[^\W\d][^\W\d][^\W\d])(?=\d{1,4}\s?[a-z]?$)|(?<=[^\W\d]\.)(?=\d)")
"""Where a blank is missing before the number: Hauptstr.5, Ringweg12a."""
_MAX_LINE = 200
_LONGEST_RANGE = 30
_MAX_NAMES = 4
_DASHES = str.maketrans("‐‑‒–—−", "------")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a line as a street and a house number; either may be empty."""

    street: str
    number: str


def readings(line: str) -> Iterator[Reading]:
    """The ways to read a line, the likelier ones first; at the end that it is all street."""
    line = _without_care_of(line[:_MAX_LINE]).casefold().translate(_DASHES)
    line = " ".join(line.split()).strip(" ,;.")
    line = _GLUED.sub(" ", line)
    if match := _NUMBER_ALONE.fullmatch(line):
        yield Reading("", number_key(match["number"]))
        return
    for pattern in (_NUMBER_LAST, _NUMBER_FIRST, _NUMBER_WITHIN):
        if match := pattern.fullmatch(line):
            yield Reading(match["street"].strip(" ,;"), number_key(match["number"]))
    words = after_care_of(line).split()
    for first in range(1, min(len(words) - 1, _MAX_NAMES + 1)):
        yield from readings(" ".join(words[first:]))
    if line:
        yield Reading(line, "")


def _without_care_of(line: str) -> str:
    """The line without its parts that only say who takes the goods: c/o Meier, Ringstr. 5."""
    parts = re.split(r"[,;\n]", line)
    kept = [part for part in parts if not after_care_of(part)]
    return ", ".join(kept) if 0 < len(kept) < len(parts) else line


def number_key(number: str) -> str:
    """A house number without blanks and case; lists with "/" and ranges with "-"."""
    compact = re.sub(r"\s+", "", number.casefold().translate(_DASHES))
    return re.sub(r"[+&,;/]+", "/", compact).strip("/-")


def number_parts(key: str) -> tuple[str, ...]:
    """The single numbers in a list or range: "37-41" is 37, 39 and 41, "6a/b" is 6a and 6b."""
    parts: list[str] = []
    for piece in key.split("/"):
        first, _, last = piece.partition("-")
        parts.append(_with_number_of(parts, first))
        if not last:
            continue
        last = _with_number_of(parts, last)
        parts += [*_between(parts[-1], last), last]
    return tuple(dict.fromkeys(part for part in parts if part))


def _between(low: str, high: str) -> list[str]:
    first, last = split_number(low), split_number(high)
    if not first or not last:
        return []
    if first[0] == last[0] and len(first[1]) == len(last[1]) == 1:
        letters = range(ord(first[1]) + 1, ord(last[1]))
        return [f"{first[0]}{chr(letter)}" for letter in letters]
    distance = last[0] - first[0]
    if first[1] or last[1] or not 0 < distance <= _LONGEST_RANGE:
        return []
    return [str(number) for number in range(first[0], last[0], 2 - distance % 2)][1:]


def split_number(number: str) -> tuple[int, str] | None:
    """The figure and the letters of a single house number."""
    match = re.fullmatch(r"(\d{1,6})([a-z]*)", number)
    return (int(match[1]), match[2]) if match else None


@lru_cache(maxsize=20_000)
def street_key(name: str) -> str:
    """What all spellings of a street's name share: no case, accents, blanks; words shortened.

    ä, ae and a become the same; so do Straße, Strasse and Str., written apart or not.
    """
    return "".join(street_words(name))


def street_words(name: str) -> tuple[str, ...]:
    """The words of a street's key."""
    words = _WORD.findall(name.casefold())
    return tuple(folded(word) for word in words if word not in _EMPTY_WORDS)


@lru_cache(maxsize=20_000)
def town_words(name: str) -> tuple[str, ...]:
    """The words of a town's name in comparable form, without what stands in brackets."""
    words = _WORD.findall(re.sub(r"\(.*?\)", " ", name.casefold()))
    return tuple(folded(word) for word in words)


def postcode_key(postcode: str) -> str:
    """A postcode without blanks, dashes and the country before it (D-17033)."""
    compact = re.sub(r"[\W_]+", "", postcode.upper())
    return re.sub(r"^(?:[A-Z]{1,3})(?=\d{4,}$)", "", compact)


def stem_length(key: str) -> int:
    """How much of a street's key tells it from others: the kind of street says little."""
    return len(key) - sum(len(kind) for kind in ("strasse", "platz") if key.endswith(kind))


def _with_number_of(parts: list[str], piece: str) -> str:
    """The "b" in "6a/b" means 6b."""
    if piece.isalpha() and len(piece) == 1 and parts:
        before = split_number(parts[-1])
        return f"{before[0]}{piece}" if before else piece
    return piece


def whole_words(name: str) -> list[str]:
    """The telling words of a name as they are typed, in small letters and with their dots."""
    return [word for word in _WORD.findall(name.casefold()) if word not in _EMPTY_WORDS]


def is_short(word: str) -> bool:
    """Whether a word is the beginning of another one: an initial, or with a dot."""
    bare = word.removesuffix(".")
    return len(bare) == 1 or (word != bare and bare not in _KNOWN_SHORT)


def plain(word: str) -> str:
    """A word's letters and figures alone, without accents."""
    return re.sub(r"[^a-z0-9]", "", unidecode(word.translate(_UMLAUTS)).casefold())


def folded(word: str) -> str:
    """What all spellings of a word share."""
    bare = plain(word)
    if bare in _SAME_WORDS:
        return _SAME_WORDS[bare]
    if word.endswith("."):
        for short, full in _DOTTED_ENDINGS.items():
            if bare.endswith(short) and len(bare) > len(short) + 2:
                bare = bare.removesuffix(short) + full
                break
    for short, full in _ENDINGS.items():
        if bare.endswith(short) and len(bare) > len(short) + 1:
            bare = bare.removesuffix(short) + full
            break
    return _TWO_LETTERS.sub(lambda match: match[0][0], bare)
