"""The form of a depot."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.desktop.fleet.aims_box import AimsBox
from app.desktop.fleet.name_field import NameField
from app.desktop.fleet.traffic_grid import TrafficGrid
from app.desktop.theme import SPACING
from app.desktop.widgets.address_fields import AddressFields
from app.desktop.widgets.fields import CoordinatesField, FieldForm
from app.desktop.widgets.form_dialog import FormDialog
from app.desktop.widgets.found_coordinates import FoundCoordinates
from app.domain.addresses import Place, Precision
from app.domain.fleet import Depot
from app.domain.geo import Location
from app.domain.slots import parse_slots, slots_text


class DepotForm(FormDialog):
    def __init__(self, depot: Depot, *, is_new: bool, parent: QWidget | None = None) -> None:
        title = self.tr("New depot") if is_new else self.tr("Depot {0}").format(depot.name)
        super().__init__("depot_form", title, parent)
        self._depot = depot
        self.name = NameField(self)
        self.zone = QComboBox(self)
        self.zone.setObjectName("zone")
        self.zone.setEditable(True)
        self.zone.addItems(sorted(available_timezones()))
        completer = self.zone.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(completer.CompletionMode.PopupCompletion)
        self.currency = QLineEdit(self)
        self.currency.setObjectName("currency")
        self.slots = QLineEdit(self)
        self.slots.setObjectName("delivery_slots")
        self.slots.setPlaceholderText(self.tr("none; such as 08:00-10:00, 10:00-12:00"))
        self.address = AddressFields(self)
        self.coordinates = CoordinatesField(self)
        self.coordinates.setObjectName("coordinates")
        self.aims = AimsBox(depot.currency, self)
        self.traffic = TrafficGrid(self)
        self._form = FieldForm(4, self)
        self._form.add(self.tr("Name"), self.name, span=4)
        self._form.add(self.tr("Time zone"), self.zone, span=3)
        self._form.add(self.tr("Currency"), self.currency)
        self._form.add(self.tr("Delivery slots offered with new orders"), self.slots, span=4)
        self._where = FieldForm(1, self)
        self._where.add(self.tr("Latitude, longitude of the gate"), self.coordinates)
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(self._form)
        layout.addWidget(self.address)
        layout.addWidget(self._where)
        layout.addWidget(self.aims)
        layout.addWidget(self.traffic)
        layout.addStretch(1)
        self._found = FoundCoordinates(self.address, self.coordinates, self._where)
        self._show(depot, is_new=is_new)
        self.finish(720)

    def value(self) -> Depot | None:
        form = self._form
        name = form.checked(self.name, self.name.name)
        zone = form.checked(self.zone, self._read_zone)
        currency = form.checked(self.currency, self._read_currency)
        slots = form.checked(self.slots, lambda: parse_slots(self.slots.text()))
        location = self._where.checked(self.coordinates, self._read_location)
        aims = self.aims.aims()
        wrong = form.first_wrong or self._where.first_wrong or self.aims.first_wrong
        if wrong is not None:
            wrong.setFocus()
            return None
        assert location is not None
        return replace(
            self._depot,
            name=name or "",
            address=self.address.address,
            location=location,
            time_zone=zone or "",
            currency=currency or "",
            traffic=self.traffic.week,
            aims=aims,
            delivery_slots=slots or (),
        )

    def _show(self, depot: Depot, *, is_new: bool) -> None:
        self.name.setText(depot.name)
        self.zone.setCurrentText(depot.time_zone)
        self.currency.setText(depot.currency)
        self.aims.show_aims(depot.aims)
        self.traffic.set_week(depot.traffic)
        self.slots.setText(slots_text(depot.delivery_slots))
        place = Place(location=depot.location, precision=Precision.GIVEN)
        self.address.set_address(depot.address, None if is_new else place)
        self._found.begin(None if is_new else depot.location)
        self.name.setFocus()

    def _read_zone(self) -> str:
        typed = self.zone.currentText().strip()
        known = available_timezones()
        if typed in known:
            return typed
        # A city says enough where there is one zone of its name.
        city = typed.replace(" ", "_").casefold()
        zones = [zone for zone in known if zone.casefold().rpartition("/")[2] == city]
        if len(zones) != 1:
            raise ValueError(self.tr("Choose a time zone of the list, such as Europe/Berlin."))
        return zones[0]

    def _read_currency(self) -> str:
        currency = self.currency.text().strip().upper()
        if not (len(currency) == 3 and currency.isalpha()):
            raise ValueError(self.tr("Three letters, such as EUR."))
        return currency

    def _read_location(self) -> Location:
        location = self._found.location()
        if location is None:
            raise ValueError(self.tr("Choose an address above, or type where the gate is."))
        return location
