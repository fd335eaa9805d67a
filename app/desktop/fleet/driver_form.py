"""The form of a driver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.desktop.fleet.name_field import NameField
from app.desktop.theme import SPACING
from app.desktop.widgets.address_fields import AddressFields
from app.desktop.widgets.fields import CoordinatesField, FieldForm, TagField
from app.desktop.widgets.form_dialog import FormDialog
from app.desktop.widgets.found_coordinates import FoundCoordinates
from app.domain.addresses import Address
from app.domain.fleet import Driver


class DriverForm(FormDialog):
    """The home is kept as a place; its address serves to find it."""

    def __init__(
        self,
        driver: Driver,
        known_skills: Iterable[str],
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        title = self.tr("New driver") if is_new else self.tr("Driver {0}").format(driver.name)
        super().__init__("driver_form", title, parent)
        self._driver = driver
        self.name, self.phone = NameField(self), QLineEdit(self)
        self.phone.setObjectName("phone")
        self.skills = TagField(self)
        self.skills.suggest(known_skills)
        self.is_active = QCheckBox(self.tr("Employed"), self)
        self.address = AddressFields(self)
        self.home = CoordinatesField(self)
        self.home.setObjectName("home")
        form = self._form = FieldForm(2, self)
        form.add(self.tr("Name"), self.name)
        form.add(self.tr("Phone"), self.phone)
        form.add(self.tr("Skills, such as forklift or piano"), self.skills, span=2)
        form.add(self.tr("Status"), self.is_active, span=2)
        where = self._where = FieldForm(1, self)
        where.add(self.tr("Latitude, longitude of the home"), self.home)
        home_title = QLabel(self.tr("Home, for shifts that start or end there"), self)
        home_title.setProperty("kind", "title")
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addWidget(form)
        layout.addWidget(home_title)
        layout.addWidget(self.address)
        layout.addWidget(where)
        layout.addStretch(1)
        self._found = FoundCoordinates(self.address, self.home, where)
        self._show(driver)
        self.finish(560)

    def value(self) -> Driver | None:
        form = self._form
        name = form.checked(self.name, self.name.name)
        home = self._where.checked(self.home, self._found.location)
        wrong = form.first_wrong or self._where.first_wrong
        if wrong is not None:
            wrong.setFocus()
            return None
        return replace(
            self._driver,
            name=name or "",
            phone=self.phone.text().strip(),
            skills=self.skills.tags,
            home=home,
            is_active=self.is_active.isChecked(),
        )

    def _show(self, driver: Driver) -> None:
        self.name.setText(driver.name)
        self.phone.setText(driver.phone)
        self.skills.set_tags(driver.skills)
        self.is_active.setChecked(driver.is_active)
        self.address.set_address(Address(), None)
        self._found.begin(driver.home)
        self.name.setFocus()
