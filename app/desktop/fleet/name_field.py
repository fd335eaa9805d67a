"""The name of a depot, vehicle or driver, which nothing else of its kind may have."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QLineEdit, QWidget


class NameField(QLineEdit):
    """Fleet files, commands and typed moves say who or what they mean by its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("name")
        self._taken: dict[str, str] = {}

    def keep_apart(self, others: Iterable[str]) -> None:
        """The names of all others of its kind."""
        self._taken = {name.casefold(): name for name in others}

    def name(self) -> str:
        """Raises ValueError for none, and for that of another."""
        name = self.text().strip()
        if not name:
            raise ValueError(self.tr("Give a name."))
        taken = self._taken.get(name.casefold())
        if taken is not None:
            raise ValueError(
                self.tr("There is one called {0} already: give another name.").format(taken)
            )
        return name
