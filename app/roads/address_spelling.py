"""The streets of a region by name: as it is typed, almost so, in part, or with words shortened."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.roads.address_store import StreetRow
from app.roads.address_text import (
    folded,
    is_short,
    plain,
    stem_length,
    street_key,
    street_words,
    whole_words,
)

_UNSURE = 0.8
_SHORTENED = 0.97
_MISSPELT = 0.84
_LETTERS_PER_SLIP = 6
_KIND_LETTERS = 3
_FUZZY_LIMIT = 8
_SHORTEST_PART = 6
_TELLING_LETTERS = 5
_LETTERS_WITH_ANOTHER = 7
"""Of a name in which one letter stands for another: Birken- and Birnenstraße are two names."""
_TELLING_WORD = 3
_KINDS = ("strasse", "platz", "weg", "gasse", "ring", "allee", "damm", "ufer", "hof")
_SHORTEST_KIND = 4
"""Up to so many letters, one slip makes another word of it."""
_NAME = 4


class StreetNames:
    """All streets of a region; only read, so for any thread."""

    def __init__(self, streets: Iterable[StreetRow]) -> None:
        self._by_key: dict[str, list[StreetRow]] = defaultdict(list)
        for street in streets:
            self._by_key[street.key].append(street)
        self._keys = sorted(self._by_key)

    def named(self, key: str) -> Sequence[StreetRow]:
        return self._by_key.get(key, ())

    def beginning(self, start: str) -> Iterator[StreetRow]:
        """Those whose keys begin so, in order."""
        for key in islice(self._keys, bisect_left(self._keys, start), None):
            if not key.startswith(start):
                return
            yield from self._by_key[key]

    def alike(self, name: str) -> Iterator[tuple[StreetRow, float]]:
        """Streets whose names are spelt almost so, or of which this is the first or last part."""
        key = street_key(name)
        if not any(letter.isalpha() for letter in key):
            return
        length = stem_length(key)
        scores = {
            other: min(_MISSPELT, 1 - slips / (max(length, stem_length(other)) + _KIND_LETTERS))
            for other, slips in self._near(key, 1 + length // _LETTERS_PER_SLIP, _FUZZY_LIMIT)
        }
        if len(key) >= _SHORTEST_PART:
            for other in self._keys:
                if other != key and (other.endswith(key) or other.startswith(key)):
                    scores.setdefault(other, _UNSURE)
        for street in self._shortened(name):
            scores[street.key] = _SHORTENED
        for other, score in scores.items():
            for street in self._by_key[other]:
                yield street, score

    def only_meant(self, name: str, is_there: Callable[[StreetRow], bool]) -> str | None:
        """The key of the one street there that a single mistyped letter can mean; else None.

        A name that any street of the region has is no slip, and one that a second letter would
        make another street there could be that one: a person has to say.
        """
        key = street_key(name)
        if self.named(key):
            return None
        near = [
            (other, slips)
            for other, slips in self._near(key, 2)
            if any(is_there(street) for street in self._by_key[other])
        ]
        if len(near) != 1 or near[0][1] > 1:
            return None
        meant = near[0][0]
        kind = next((kind for kind in _KINDS if meant.endswith(kind)), "")
        stem = meant.removesuffix(kind)
        is_exchanged = len(key) == len(meant) and sorted(key) != sorted(meant)
        least = _LETTERS_WITH_ANOTHER if is_exchanged else _TELLING_LETTERS
        is_telling = len(stem) >= least or (len(kind) > _SHORTEST_KIND and key.startswith(stem))
        is_word = any(_differ_in_a_word(name, street.name) for street in self._by_key[meant])
        return meant if is_telling and is_word else None

    def _shortened(self, name: str) -> Iterator[StreetRow]:
        """Those whose first words `name` shortens: F.-Engels-Ring, Joh.-Seb.-Bach-Str."""
        words = whole_words(name)
        if not any(is_short(word) for word in words[:-1]):
            return
        end = folded(words[-1])
        for key in self._keys:
            if key.endswith(end):
                for street in self._by_key[key]:
                    if _stands_for(words, whole_words(street.name)):
                        yield street

    def _near(self, key: str, most: int, limit: int | None = None) -> Iterator[tuple[str, int]]:
        for other, slips, _ in process.extract(
            key, self._keys, scorer=OSA.distance, score_cutoff=most, limit=limit
        ):
            if other != key:
                yield other, int(slips)


def _differ_in_a_word(name: str, other: str) -> bool:
    """Not in a number, nor in a letter that stands for one: Planstraße A is not Planstraße B."""
    a, b = Counter(street_words(name)), Counter(street_words(other))
    return all(
        len(word) >= _TELLING_WORD and word.isalpha() for word in ((a - b) + (b - a)).elements()
    )


def _stands_for(words: Sequence[str], full: Sequence[str]) -> bool:
    """Whether these are the full words with some of the first ones shortened."""
    has_short = False
    for count, (word, whole) in enumerate(zip(words, full, strict=False), start=1):
        if folded(word) != folded(whole):
            if not is_short(word) or not plain(whole).startswith(plain(word)):
                return False
            has_short = True
        rest = "".join(map(folded, words[count:]))
        if has_short and len(rest) >= _NAME and rest == "".join(map(folded, full[count:])):
            return True
    return False
