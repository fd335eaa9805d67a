"""How exactly a place is known, in a sign, a word and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.tones import Tone
from app.domain.addresses import Precision

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
