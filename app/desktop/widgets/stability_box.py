"""The stability price as a choice: from touching nothing to the best cost."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.desktop.widgets.measures import money_text
from app.domain.errors import RuleError
from app.domain.stability import BEST_COST, Stability, Steadiness, named, stability

_NAMES = {
    Steadiness.BEST_COST: "Best cost",
    Steadiness.LOW: "Few changes",
    Steadiness.MEDIUM: "Fewer changes",
    Steadiness.HIGH: "Fewest changes",
    Steadiness.TOUCH_NOTHING: "Touch nothing",
}


class StabilityBox(QComboBox):
    """A price of one's own, from the command line, is a choice more."""

    chosen = Signal(object)
    """The Stability that a person chose."""

    def __init__(self, value: Stability, currency: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stability_field")
        self.setAccessibleName(self.tr("Stability price"))
        self.setToolTip(
            self.tr("What an order must save to get another driver; half of it for each hour.")
        )
        offered = [named(each) for each in Steadiness]
        if value not in offered:
            offered.append(value)
            offered.sort(key=lambda each: each.price)
        for each in offered:
            self.addItem(stability_text(each, currency), str(each))
        self.setCurrentIndex(self.findData(str(value)))
        self.activated.connect(lambda _index: self.chosen.emit(self.value))

    @property
    def value(self) -> Stability:
        return stability(str(self.currentData()))


def stability_text(value: Stability, currency: str = "") -> str:
    name = "" if value.name is None else QCoreApplication.translate("stability", _NAMES[value.name])
    if value.is_free or value.touches_nothing:
        return name
    price = money_text(value.price, currency) if currency else f"{value.price:g}"
    each = QCoreApplication.translate("stability", "{0} an order").format(price)
    return f"{name}: {each}" if name else each


def saved(text: str) -> Stability:
    """From the settings file, which somebody may have edited."""
    try:
        return stability(text)
    except RuleError:
        return BEST_COST
