"""The coordinates of a place that is kept by them: they follow its address until they are typed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.widgets.address_fields import AddressFields
from app.desktop.widgets.fields import CoordinatesField, FieldForm
from app.domain.addresses import Place, Precision
from app.domain.geo import Location

_EXACT = (Precision.CONFIRMED, Precision.ROOFTOP, Precision.INTERPOLATED)


class FoundCoordinates(QObject):
    """Joins the fields of an address with the field below that says where it is."""

    def __init__(
        self, address: AddressFields, coordinates: CoordinatesField, form: FieldForm
    ) -> None:
        """`form` holds `coordinates`, and says what is wrong with them."""
        super().__init__(form)
        self._address = address
        self._coordinates = coordinates
        self._form = form
        self._first: Location | None = None
        address.place_chosen.connect(self._on_place_chosen)
        address.found_first.connect(self._on_found_first)

    def begin(self, location: Location | None) -> None:
        """With where it is so far."""
        self._first = location
        self._coordinates.set_location(location)

    def location(self) -> Location | None:
        """None where neither an address nor coordinates are given.

        Raises ValueError while it is not known where a given address is.
        """
        location = self._coordinates.location()
        if self._coordinates.isModified() and location is not None:
            return location
        if self._address.is_asking:
            raise ValueError(self.tr("The address is being looked up; save once it is found."))
        if location is None and not self._address.is_empty:
            raise ValueError(
                self.tr("Choose an address above, or copy here where a map says it is.")
            )
        return location

    def _on_place_chosen(self, place: Place) -> None:
        self._follow(place.location)

    def _on_found_first(self, place: Place | None) -> None:
        """What is like the typed address may be it: only a house that is certainly meant is."""
        if self._coordinates.isModified() and self._coordinates.text().strip():
            return
        is_it = (
            place is not None
            and place.is_sure
            and not place.is_read_as
            and place.precision in _EXACT
        )
        self._follow(place.location if is_it and place is not None else self._first)

    def _follow(self, location: Location | None) -> None:
        self._coordinates.set_location(location)
        if location is not None:
            self._form.say(self._coordinates, "")
