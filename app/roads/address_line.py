"""Split an address typed in one line into street, postcode and town, by what a region knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from app.domain.addresses import Address, after_care_of
from app.roads.address_store import PlaceRow, StreetRow
from app.roads.address_text import postcode_key, town_words

_MOST_TOWN_WORDS = 5
_AFTER_NUMBER = re.compile(
    r"""(?P<street>.*[^\W\d].*?[\s,]\d{1,4}(?:\s?[a-z])?   # up to the house number
        |\d{1,4}(?:\s?[a-z])?\s[^,]*[^\W\d][^,]*(?=,))    # or from it to a comma
        [\s,]+
        (?P<code>\d{4}-\d{3}|\d{4,6})?\s*
        (?P<town>[^\d,;]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_WITHIN_HOUSE = re.compile(
    "haus|hinterhaus|vorderhaus|seitenflugel|hinterhof|hof|nebenhaus|anbau|eg|og|dg|ug|etage|stock"
    "|stockwerk|wohnung|whg|zimmer|links|rechts|mitte|aufgang|eingang|nebeneingang|treppe|keller"
    "|garage|laden|buro|praxis|lager|tor|rampe|empfang|firma|fa|gmbh|kg|ag|ohg|ltd|inc|lda"
    "|apt|apartment|flat|unit|floor|suite|building|block|rear|back|front|left|right|entrance|door"
    "|gate|ground|first|second|third|basement|reception|office|andar|esq|esquerdo|dto|direito"
    "|frente|cave|loja|bloco|fracao|res|chao|appartement|batiment|escalier|gauche|droite|porte|rez"
    "|piso|puerta|izquierda|izq|derecha|dcha|bajo|local|planta|scala|piano|interno|palazzina|bus"
    "|verdieping"
)
"""Words that say where in a house, or whose it is."""


class LineSplitter:
    """Knows the towns and postcodes of a region."""

    def __init__(self, streets: Iterable[StreetRow], places: Iterable[PlaceRow]) -> None:
        names = {street.city for street in streets} | {place.name for place in places}
        self._towns = {town_words(name) for name in names if name}
        self._codes = {postcode_key(place.postcode) for place in places if place.postcode}

    def split(self, line: str, rest: Address) -> Address:
        """`rest` with street, postcode and town of the line; all street if it names neither.

        A town that the region doesn't know is one all the same: the street is not in another.
        """
        parts = [part.strip() for part in re.split(r"[,;\n]", line) if part.strip()]
        code = town = ""
        street: list[str] = []
        for part in parts:
            words = part.split()
            at = next((i for i, word in enumerate(words) if self._is_code(word)), None)
            # a figure at the very start of the line is a house number before its street
            if (
                at is not None
                and not code
                and not (
                    at == 0 and part == parts[0] and len(words) > 1 and not self._is_town(words[1:])
                )
            ):
                code = words[at]
                town = town or " ".join(words[at + 1 :])
                words = words[:at]
            elif not town and street and self._is_town(words):
                town, words = part, []
            if words:
                street.append(" ".join(words))
        if not town and street:
            street[-1], town = self._tail(street[-1])
        if not town and not code:
            street, code, town = _foreign(street)
        return replace(rest, street=", ".join(s for s in street if s), postcode=code, city=town)

    def _is_code(self, word: str) -> bool:
        return postcode_key(word) in self._codes

    def _is_town(self, words: list[str]) -> bool:
        return town_words(" ".join(words)) in self._towns

    def _tail(self, text: str) -> tuple[str, str]:
        """A town at the end of a line without a comma: "Ringstraße 5 Burg Stargard"."""
        words = text.split()
        for count in range(min(_MOST_TOWN_WORDS, len(words) - 1), 0, -1):
            if self._is_town(words[-count:]):
                return " ".join(words[:-count]), " ".join(words[-count:])
        return text, ""


def _foreign(parts: list[str]) -> tuple[list[str], str, str]:
    """Street, postcode and town where what follows the house number is none of the region's."""
    match = _AFTER_NUMBER.fullmatch(", ".join(parts))
    if match is None:
        return parts, "", ""
    code, town = match["code"] or "", match["town"].strip()
    words = town_words(town)
    is_town = any(len(word) > 2 for word in words) and not any(map(_WITHIN_HOUSE.fullmatch, words))
    if after_care_of(town) or not (is_town or (code and not words)):
        return parts, "", ""
    return [match["street"].rstrip(" ,")], code, town
