"""The form of a vehicle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from app.desktop.fleet.fleet_texts import profile_text
from app.desktop.fleet.name_field import NameField
from app.desktop.theme import SPACING
from app.desktop.widgets.amount_rows import AmountRows
from app.desktop.widgets.fields import AmountField, ChoiceField, FieldForm, TagField
from app.desktop.widgets.fold import Fold
from app.desktop.widgets.form_dialog import FormDialog
from app.domain.fleet import UNLIMITED, Costs, Load, Vehicle
from app.domain.travel import Profile

_CENTS = 10_000
"""Costs are typed with up to four decimals."""


class VehicleForm(FormDialog):
    """Capacities left empty are without limit; costs left empty are none."""

    def __init__(
        self,
        vehicle: Vehicle,
        currency: str,
        known_features: Iterable[str],
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        title = self.tr("New vehicle") if is_new else self.tr("Vehicle {0}").format(vehicle.name)
        super().__init__("vehicle_form", title, parent)
        self._vehicle = vehicle
        self.name, self.plate = NameField(self), QLineEdit(self)
        self.profile = ChoiceField[Profile]([(p, profile_text(p)) for p in Profile], self)
        self.is_active = QCheckBox(self.tr("In use"), self)
        self.weight = AmountField(1_000, self)
        self.volume = AmountField(1_000_000, self)
        self.parcels = AmountField(1, self)
        self.fixed = AmountField(_CENTS, self)
        self.per_km = AmountField(_CENTS, self)
        self.per_hour = AmountField(_CENTS, self)
        self.more = Fold(self.tr("Further capacities"), self)
        self.loads = AmountRows("loads", self.more.body)
        self.features = TagField(self)
        self.features.suggest(known_features)
        for name, field in (
            ("plate", self.plate),
            ("weight", self.weight),
            ("volume", self.volume),
            ("parcels", self.parcels),
            ("fixed", self.fixed),
            ("per_km", self.per_km),
            ("per_hour", self.per_hour),
        ):
            field.setObjectName(name)
        for amount in (self.weight, self.volume, self.parcels):
            amount.setPlaceholderText(self.tr("no limit"))
        for amount in (self.fixed, self.per_km, self.per_hour):
            amount.setPlaceholderText("0")
        form = self._form = FieldForm(6, self)
        form.add(self.tr("Name"), self.name, span=3)
        form.add(self.tr("Plate"), self.plate, span=3)
        form.add(self.tr("Drives as"), self.profile, span=3)
        form.add(self.tr("Status"), self.is_active, span=3)
        form.add(self.tr("Weight at most"), self.weight, unit="kg", span=2)
        form.add(self.tr("Volume at most"), self.volume, unit="m³", span=2)
        form.add(self.tr("Parcels at most"), self.parcels, span=2)
        form.add(self.tr("Cost of a shift"), self.fixed, unit=currency, span=2)
        form.add(self.tr("Cost of a kilometre"), self.per_km, unit=currency, span=2)
        form.add(self.tr("Cost of an hour"), self.per_hour, unit=currency, span=2)
        form.add(self.tr("Features, such as cold or tail-lift"), self.features, span=6)
        more = self._more = FieldForm(1, self.more.body)
        more.add(self.tr("Such as roll cages or pallets; not named is without limit"), self.loads)
        inner = QVBoxLayout(self.more.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(more)
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(form)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self._show(vehicle)
        self.finish(560)

    def value(self) -> Vehicle | None:
        form = self._form
        name = form.checked(self.name, self.name.name)
        weight = form.checked(self.weight, lambda: _limit(self.weight))
        volume = form.checked(self.volume, lambda: _limit(self.volume))
        parcels = form.checked(self.parcels, lambda: _limit(self.parcels))
        fixed = form.checked(self.fixed, lambda: (self.fixed.amount() or 0) / _CENTS)
        per_km = form.checked(self.per_km, lambda: (self.per_km.amount() or 0) / _CENTS)
        per_hour = form.checked(self.per_hour, lambda: (self.per_hour.amount() or 0) / _CENTS)
        loads = self._more.checked(self.loads, self.loads.amounts)
        if self._more.first_wrong is not None:
            self.more.set_open(True)
        wrong = form.first_wrong or self._more.first_wrong
        if wrong is not None:
            wrong.setFocus()
            return None
        return replace(
            self._vehicle,
            name=name or "",
            plate=self.plate.text().strip(),
            profile=self.profile.chosen or Profile.VAN,
            capacity=Load.of((weight or 0, volume or 0, parcels or 0), loads or ()),
            costs=Costs(fixed=fixed or 0.0, per_km=per_km or 0.0, per_hour=per_hour or 0.0),
            features=self.features.tags,
            is_active=self.is_active.isChecked(),
        )

    def _show(self, vehicle: Vehicle) -> None:
        self.name.setText(vehicle.name)
        self.plate.setText(vehicle.plate)
        self.profile.choose(Profile(vehicle.profile))
        self.is_active.setChecked(vehicle.is_active)
        for field, amount in zip(
            (self.weight, self.volume, self.parcels), vehicle.capacity.amounts, strict=True
        ):
            field.set_amount(None if amount >= UNLIMITED else amount)
        costs = vehicle.costs
        for field, cost in (
            (self.fixed, costs.fixed),
            (self.per_km, costs.per_km),
            (self.per_hour, costs.per_hour),
        ):
            field.set_amount(round(cost * _CENTS) or None)
        self.features.set_tags(vehicle.features)
        self.loads.set_amounts(vehicle.capacity.more)
        self.more.set_open(bool(vehicle.capacity.more))
        self.more.toggled.connect(lambda is_open: self.show_part(self.more) if is_open else None)
        self.name.setFocus()


def _limit(field: AmountField) -> int:
    amount = field.amount()
    return UNLIMITED if amount is None else amount
