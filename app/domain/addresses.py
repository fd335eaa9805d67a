"""Postal addresses and how exactly we know where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.geo import Location


class Precision(StrEnum):
    """How exactly a location stands for an address, best first."""

    CONFIRMED = "confirmed"
    """A person placed the pin."""
    GIVEN = "given"
    """The coordinates came with the order."""
    ROOFTOP = "rooftop"
    INTERPOLATED = "interpolated"
    STREET = "street"
    """The middle of the street: the house number is not known."""
    PLACE = "place"
    """Only the town or the postcode area is known."""
    UNKNOWN = "unknown"

    @property
    def is_plannable(self) -> bool:
        """Whether a van can be sent there; anything less precise than a street can't."""
        return self not in (Precision.PLACE, Precision.UNKNOWN)


_NUMBER = re.compile(r"\d(?!\d*\s?\.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as it was typed; every part may be empty."""

    street: str = ""
    """Street and house number in one line, in the order they were typed."""
    detail: str = ""
    """Floor, entrance, c/o."""
    postcode: str = ""
    city: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2 where known."""

    @property
    def has_number(self) -> bool:
        """Whether a house number is typed; the 17 of “Straße des 17. Juni” is none."""
        return _NUMBER.search(self.street.rstrip(". ")) is not None

    @property
    def line(self) -> str:
        """One line for people."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.street, self.detail, town) if part)


_CARE_OF = re.compile(
    r"\s*(?:c\s?/\s?o|a/c|p/a|z\.?\s?hd?[.:]?|attn?[.:]?|t\.a\.v\.?)\s+(?=\S)", re.IGNORECASE
)


def after_care_of(text: str) -> str:
    """What follows c/o, z. Hd., attn. and the like; empty where the text does not begin so."""
    match = _CARE_OF.match(text)
    return text[match.end() :] if match else ""


_OF_REGION = (Precision.ROOFTOP, Precision.INTERPOLATED, Precision.STREET)
SURE_SCORE = 0.85
"""From here on street and town are certain; what scores less is for a person to decide."""
UNLIKE_SCORE = 0.65
"""What scores less lies in another town, or hardly has the same name."""
READ_AS_SCORE = 0.905
"""A house that scores less was typed otherwise, or without its town, but can be no other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an address is, and how sure that is."""

    location: Location
    precision: Precision
    score: float = 1.0
    """Likeness of the found address to the typed one, 0 to 1."""
    label: str = ""
    """The address that was found, for people."""

    @property
    def is_sure(self) -> bool:
        """Whether the address that was found is certainly the one that was typed."""
        return self.score >= SURE_SCORE

    @property
    def is_read_as(self) -> bool:
        """Whether it is sure only because nothing else is like it: people should be told."""
        is_house = self.precision in (Precision.ROOFTOP, Precision.INTERPOLATED)
        return is_house and self.is_sure and self.score < READ_AS_SCORE

    def lacks_town(self, typed: Address) -> bool:
        """Whether a town was typed, and the region doesn't know which the street is in."""
        is_found = self.precision in _OF_REGION and self.label != ""
        return is_found and typed.city.strip() != "" and ", " not in self.label

    @property
    def is_confirmed(self) -> bool:
        return self.precision is Precision.CONFIRMED
