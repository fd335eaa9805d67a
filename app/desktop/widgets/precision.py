"""How exactly a place is known, in a sign, a word and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.tones import Tone
from app.domain.addresses import Address, Place, Precision

PRECISION_TONES = {
    Precision.CONFIRMED: Tone.GOOD,
    Precision.GIVEN: Tone.QUIET,
    Precision.ROOFTOP: Tone.QUIET,
    Precision.INTERPOLATED: Tone.QUIET,
    Precision.STREET: Tone.RISK,
    Precision.PLACE: Tone.BAD,
    Precision.UNKNOWN: Tone.BAD,
}

PRECISION_ICONS = {
    Precision.CONFIRMED: "map-marker-check",
    Precision.GIVEN: "crosshairs-gps",
    Precision.ROOFTOP: "home-outline",
    Precision.INTERPOLATED: "home-map-marker",
    Precision.STREET: "road-variant",
    Precision.PLACE: "city-variant-outline",
    Precision.UNKNOWN: "map-marker-question-outline",
}


def precision_text(precision: Precision) -> str:
    """One word, for the badge."""
    tr = QCoreApplication.translate
    match precision:
        case Precision.CONFIRMED:
            return tr("orders", "pinned")
        case Precision.GIVEN:
            return tr("orders", "given")
        case Precision.ROOFTOP:
            return tr("orders", "door")
        case Precision.INTERPOLATED:
            return tr("orders", "near")
        case Precision.STREET:
            return tr("orders", "street")
        case Precision.PLACE:
            return tr("orders", "town")
        case Precision.UNKNOWN:
            return tr("orders", "unknown")


def place_sentence(place: Place | None, typed: Address) -> str:
    """What the badge means for the driver; of a doubtful find, that it is one."""
    tr = QCoreApplication.translate
    if place is None:
        return precision_sentence(Precision.UNKNOWN)
    if place.precision.is_plannable and not place.is_sure:
        return tr("orders", "Perhaps {0}: not confirmed yet.").format(place.label)
    if place.lacks_town(typed):
        text = tr("orders", "The region does not know its town: see whether the pin is in {0}.")
        return text.format(typed.city)
    if place.precision is Precision.STREET and not typed.has_number:
        return tr("orders", "No house number is given: the pin is at the middle of the street.")
    return precision_sentence(place.precision)


def place_tone(place: Place | None) -> Tone:
    """How good a place is to drive to."""
    if place is not None and place.precision.is_plannable and not place.is_sure:
        return Tone.RISK
    return PRECISION_TONES[Precision.UNKNOWN if place is None else place.precision]


def precision_sentence(precision: Precision) -> str:
    """What the badge means for the driver."""
    tr = QCoreApplication.translate
    match precision:
        case Precision.CONFIRMED:
            return tr("orders", "A person placed the pin.")
        case Precision.GIVEN:
            return tr("orders", "The coordinates came with the order.")
        case Precision.ROOFTOP:
            return tr("orders", "The pin is at the house.")
        case Precision.INTERPOLATED:
            return tr("orders", "The pin is between the known house numbers next to it.")
        case Precision.STREET:
            return tr(
                "orders", "The house number was not found: the pin is at the middle of the street."
            )
        case Precision.PLACE:
            return tr("orders", "Only the town or postcode area was found: place the pin.")
        case Precision.UNKNOWN:
            return tr("orders", "The address was not found: place the pin.")
