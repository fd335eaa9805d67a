"""Amounts by a name that people give: one row each, and an empty one for the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QWidget

from app.desktop.theme import SPACING
from app.desktop.widgets.fields import AmountField
from app.domain.fleet import dimension_name

Amounts = tuple[tuple[str, int], ...]


class RowWords(NamedTuple):
    """What the rows of one list say."""

    name: str
    """Stands in an empty name, such as "such as cages"."""
    amount: str
    """Stands in an empty amount."""
    lacks_name: str
    lacks_amount: str
    """With {0} for the name."""


class AmountRows(QWidget):
    """A row whose name is taken out is gone; names in capitals and small letters are the same."""

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        unit: int = 1,
        words: RowWords | None = None,
    ) -> None:
        """`unit` is how many one of what is typed makes, such as 60 s a minute."""
        super().__init__(parent)
        self.setObjectName(name)
        self._unit = unit
        self._words = words or RowWords(
            name=self.tr("such as cages"),
            amount=self.tr("number"),
            lacks_name=self.tr("Give the amount a name, such as cages."),
            lacks_amount=self.tr("How many {0}?"),
        )
        self._known: list[str] = []
        self.rows: list[tuple[QLineEdit, AmountField]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(SPACING)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 1)
        self._add()

    def suggest(self, names: Iterable[str]) -> None:
        """Names that are in use already."""
        self._known = sorted(names)
        for field, _ in self.rows:
            self._complete(field)

    def set_amounts(self, amounts: Sequence[tuple[str, int]]) -> None:
        for name, amount in amounts:
            field, number = self.rows[-1]
            field.setText(name)
            number.set_amount(amount)

    def amounts(self) -> Amounts:
        """Raises ValueError where a row is not whole, or a name stands twice."""
        found: dict[str, int] = {}
        for field, number in self.rows:
            name, amount = dimension_name(field.text()), number.amount()
            if not name and amount is None:
                continue
            if not name:
                raise ValueError(self._words.lacks_name)
            if amount is None:
                raise ValueError(self._words.lacks_amount.format(name))
            if name in found:
                raise ValueError(self.tr("{0} stands here twice.").format(name))
            found[name] = amount
        return tuple(sorted(found.items()))

    def _add(self) -> None:
        row = len(self.rows)
        field, number = QLineEdit(self), AmountField(self._unit, self)
        field.setObjectName(f"{self.objectName()}_name_{row}")
        field.setPlaceholderText(self._words.name)
        field.setAccessibleName(self.tr("Name"))
        number.setObjectName(f"{self.objectName()}_amount_{row}")
        number.setPlaceholderText(self._words.amount)
        number.setAccessibleName(self._words.amount)
        field.textChanged.connect(self._on_text_changed)
        self._complete(field)
        self.rows.append((field, number))
        self._grid.addWidget(field, row, 0)
        self._grid.addWidget(number, row, 1)
        if row == 0:
            self.setFocusProxy(field)

    def _complete(self, field: QLineEdit) -> None:
        if self._known:
            field.setCompleter(QCompleter(self._known, field))

    def _on_text_changed(self) -> None:
        if self.rows[-1][0].text().strip():
            self._add()
