"""What the plans of a depot should be like, in its form."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from app.desktop.widgets.fields import AmountField, FieldForm
from app.desktop.widgets.fold import Fold
from app.domain.rules import DEPOT_AIMS, Aims, Balance, Objective

_CENTS = 10_000


class AimsBox(Fold):
    """It stands open where something else is wished than usual."""

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("depot_form", "What a plan should be like")
        super().__init__(title, parent)
        self._aims = DEPOT_AIMS
        self.objective, self.balance = QComboBox(self), QComboBox(self)
        for objective, text in (
            (Objective.CHEAPEST, self.tr("the least cost")),
            (Objective.FASTEST, self.tr("the fewest hours")),
            (Objective.FEWEST_VEHICLES, self.tr("as few drivers as possible")),
        ):
            self.objective.addItem(text, objective)
        for balance, text in (
            (Balance.NONE, self.tr("no matter")),
            (Balance.HOURS, self.tr("hours")),
            (Balance.STOPS, self.tr("stops")),
        ):
            self.balance.addItem(text, balance)
        self.every = QCheckBox(self.tr("use every driver"), self)
        self.imbalance, self.idle = AmountField(_CENTS, self), AmountField(_CENTS, self)
        self.preferred, self.area = AmountField(_CENTS, self), AmountField(_CENTS, self)
        for name, field in (
            ("objective", self.objective),
            ("balance", self.balance),
            ("every_driver", self.every),
            ("imbalance_price", self.imbalance),
            ("idle_price", self.idle),
            ("preferred_price", self.preferred),
            ("area_price", self.area),
        ):
            field.setObjectName(name)
        self._build(currency)
        self.balance.currentIndexChanged.connect(self._refresh)
        self.every.toggled.connect(self._refresh)
        self._refresh()

    def show_aims(self, aims: Aims) -> None:
        self._aims = aims
        self.objective.setCurrentIndex(self.objective.findData(aims.objective))
        self.balance.setCurrentIndex(self.balance.findData(aims.balance))
        self.every.setChecked(aims.use_every_shift)
        for field, price in (
            (self.imbalance, aims.per_imbalance),
            (self.idle, aims.idle_shift),
            (self.preferred, aims.other_than_preferred),
            (self.area, aims.outside_area),
        ):
            field.set_amount(round(price * _CENTS) or None)
        self.set_open(aims != DEPOT_AIMS)

    def aims(self) -> Aims:
        """As typed; what is wrong stands beside its field."""
        aims = replace(
            self._aims,
            objective=Objective(self.objective.currentData()),
            balance=self._balance(),
            use_every_shift=self.every.isChecked(),
            per_imbalance=self._price(self.imbalance),
            idle_shift=self._price(self.idle),
            other_than_preferred=self._price(self.preferred),
            outside_area=self._price(self.area),
        )
        if aims.balance is not Balance.NONE and not aims.per_imbalance:
            self._form.say(self.imbalance, self.tr("What is an hour, or a stop, of it worth?"))
        if self._form.first_wrong is not None:
            self.set_open(True)
        return aims

    @property
    def first_wrong(self) -> QWidget | None:
        return self._form.first_wrong

    def _balance(self) -> Balance:
        # Qt gives back the text of an enumeration of texts.
        return Balance(self.balance.currentData())

    def _price(self, field: AmountField) -> float:
        return (self._form.checked(field, field.amount) or 0) / _CENTS

    def _build(self, currency: str) -> None:
        form = self._form = FieldForm(6, self.body)
        form.add(self.tr("Aim for"), self.objective, span=2)
        form.add(self.tr("Spread evenly over the drivers"), self.balance, span=2)
        form.add(
            self.tr("An hour or stop off the mean costs"), self.imbalance, unit=currency, span=2
        )
        form.add(self.tr("Drivers"), self.every, span=2)
        form.add(self.tr("A driver left idle costs"), self.idle, unit=currency, span=2)
        form.skip(2)
        form.add(
            self.tr("Another driver than preferred costs"), self.preferred, unit=currency, span=3
        )
        form.add(self.tr("Outside the area of its shift costs"), self.area, unit=currency, span=3)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(form)

    def _refresh(self) -> None:
        self.imbalance.setEnabled(self._balance() is not Balance.NONE)
        self.idle.setEnabled(self.every.isChecked())
