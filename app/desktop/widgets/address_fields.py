"""The fields of an address, with what the region's index knows like it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.desktop.tasks import Tasks
from app.desktop.theme import SPACING, icon
from app.desktop.widgets.candidates import told_apart
from app.desktop.widgets.elided_line_edit import ElidedLineEdit
from app.desktop.widgets.fields import FieldForm
from app.desktop.widgets.precision import PRECISION_ICONS, place_sentence, precision_text
from app.domain.addresses import Address, Place, Precision
from app.roads.addresses import Candidate
from app.services.addresses import AddressService

_DELAY_MS = 200
_SHOWN = 5
_KEYED = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class _FoundList(QListWidget):
    """Shows where one is who comes with the Tab key: on the first row, and one key down is next."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        first = self.item(0)
        if event.reason() in _KEYED and first is not None and not self.selectedItems():
            first.setSelected(True)


class AddressFields(QWidget):
    """Street, detail, postcode, city and country; a candidate that is chosen fills them in."""

    typed = Signal(object)
    """The Address, a moment after the last key."""
    place_chosen = Signal(object)
    """The Place of a candidate."""
    found_first = Signal(object)
    """The Place that is most like an address as typed, or None: of an address typed anew."""

    def __init__(self, parent: QWidget | None = None, *, is_of_order: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("address_fields")
        self._is_of_order = is_of_order
        self._candidates: tuple[Candidate, ...] = ()
        self._first = Address()
        self._first_place: Place | None = None
        self._chosen: Place | None = None
        self._is_asking = False
        self.form = FieldForm(6, self)
        self.street = self._line("street")
        self.detail = self._line("detail")
        self.postcode = self._line("postcode")
        self.city = self._line("city")
        self.country = self._line("country")
        self.form.add(self.tr("Street and number"), self.street, span=4)
        self.form.add(self.tr("Floor, entrance, c/o"), self.detail, span=2)
        self.form.add(self.tr("Postcode"), self.postcode, span=2)
        self.form.add(self.tr("City"), self.city, span=3)
        self.form.add(self.tr("Country"), self.country)
        self.country.setPlaceholderText("DE")
        self.found = _FoundList(self)
        self.found.setObjectName("address_candidates")
        self.found.setAccessibleName(self.tr("Addresses found"))
        self.found.setIconSize(QSize(14, 14))
        self.found.setFixedHeight(4 * (self.fontMetrics().height() + 4) + 4)
        # An empty box looks like something that is broken; its room stays, so that nothing jumps.
        policy = self.found.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.found.setSizePolicy(policy)
        self.found.hide()
        self.found.itemActivated.connect(self._on_found_activated)
        self.found.itemClicked.connect(self._on_found_activated)
        self.place_line = QLabel(self)
        self.place_line.setObjectName("address_place")
        self.place_line.setTextFormat(Qt.TextFormat.PlainText)
        self.place_line.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.form)
        layout.addWidget(self.place_line)
        layout.addWidget(self.found)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(lambda: self.typed.emit(self.address))

    @property
    def address(self) -> Address:
        return Address(
            street=self.street.text().strip(),
            detail=self.detail.text().strip(),
            postcode=self.postcode.text().strip(),
            city=self.city.text().strip(),
            country=self.country.text().strip().upper(),
        )

    @property
    def is_empty(self) -> bool:
        address = self.address
        return not (address.street or address.postcode or address.city)

    @property
    def is_asking(self) -> bool:
        """Whether it is still to be told what is like the typed address."""
        return self._is_asking

    @property
    def place(self) -> Place | None:
        """Where it is by a choice or since before; None where nobody has said yet."""
        if self._chosen is not None:
            return self._chosen
        return self._first_place if self._is_as_before else None

    def set_address(self, address: Address, place: Place | None) -> None:
        """Begin with an address and where it is so far."""
        self._first, self._first_place, self._chosen = address, place, None
        self._is_asking = False
        self._fill(address)
        self.set_candidates(())
        self._show_place(place)
        is_known = place is not None and (place.is_sure or place.is_confirmed)
        if not is_known and not self.is_empty:
            self._delay.start()

    def set_candidates(self, candidates: Sequence[Candidate]) -> None:
        """What is like the address, best first."""
        lines = told_apart(candidates[:_SHOWN])
        self._candidates = tuple(lines)
        self.found.clear()
        for candidate, line in lines.items():
            place = candidate.place
            percent = round(place.score * 100)
            text = f"{line}  ·  {precision_text(place.precision)}, {percent} %"
            QListWidgetItem(icon(PRECISION_ICONS[place.precision], "muted"), text, self.found)
        self.found.setVisible(bool(lines))
        if self.place is None and not self.is_empty:
            self._show_place(self._candidates[0].place if self._candidates else None)
        if self._is_asking:
            self._is_asking = False
            is_elsewhere = _without_detail(self.address) != _without_detail(self._first)
            best = self._candidates[0].place if self._candidates and is_elsewhere else None
            self.found_first.emit(best)

    @property
    def _otherwise(self) -> str:
        """What becomes of an address that nobody finds."""
        if self._is_of_order:
            return self.tr("it waits on hold until you place its pin on the map")
        return self.tr("copy where it is from any map into the field of the coordinates")

    @property
    def _is_as_before(self) -> bool:
        return self.address == self._first

    def _line(self, name: str) -> QLineEdit:
        line = ElidedLineEdit(self)
        line.setObjectName(name)
        line.textEdited.connect(self._on_text_edited)
        return line

    def _fill(self, address: Address) -> None:
        for line, text in (
            (self.street, address.street),
            (self.detail, address.detail),
            (self.postcode, address.postcode),
            (self.city, address.city),
            (self.country, address.country),
        ):
            with QSignalBlocker(line):
                line.setText(text)

    def _show_place(self, place: Place | None) -> None:
        if place is None:
            unknown = self.tr("No address like this is known in the region. Check it; else {0}.")
            self.place_line.setText("" if self.is_empty else unknown.format(self._otherwise))
        elif place.precision is Precision.GIVEN and not self._is_of_order:
            self.place_line.setText("")  # as its form shows the coordinates
        elif place.is_read_as:
            self.place_line.setText(self.tr("Read as {0}.").format(place.label))
        elif place.is_sure or place.is_confirmed:
            sentence = place_sentence(place, self.address)
            self.place_line.setText(f"{sentence} {place.label}".strip())
        else:
            self.place_line.setText(
                self.tr("Not quite known. If it is in the list, choose it; else {0}.").format(
                    self._otherwise
                )
            )
        is_good = (
            place is not None
            and place.precision.is_plannable
            and place.is_sure
            and not place.is_read_as
        )
        self.place_line.setProperty("kind", "muted" if is_good else "risk")
        self.place_line.style().unpolish(self.place_line)
        self.place_line.style().polish(self.place_line)

    def _on_text_edited(self) -> None:
        self._chosen = None
        self._is_asking = True
        self._show_place(self.place)
        self._delay.start()

    def _on_found_activated(self, item: QListWidgetItem) -> None:
        candidate = self._candidates[self.found.row(item)]
        known = candidate.address
        self._fill(
            Address(
                street=known.street,
                detail=self.detail.text(),
                postcode=known.postcode or self.postcode.text(),
                city=known.city or self.city.text(),
                country=known.country or self.country.text(),
            )
        )
        self._delay.stop()
        self._is_asking = False
        # A person recognised it: that is as sure as can be.
        self._chosen = replace(candidate.place, score=1.0)
        self._show_place(self._chosen)
        self.place_chosen.emit(self._chosen)


def _without_detail(address: Address) -> Address:
    return replace(address, detail="")


class AddressLookup(QObject):
    """Asks the region's index for what is typed; a newer question drops the older one."""

    def __init__(self, fields: AddressFields, addresses: AddressService, tasks: Tasks) -> None:
        super().__init__(fields)
        self._fields = fields
        self._addresses = addresses
        self._tasks = tasks
        self._asking: asyncio.Task[None] | None = None
        fields.typed.connect(self._on_typed)
        fields.destroyed.connect(self._on_destroyed)

    async def place(self) -> Place | None:
        """Where the address is: as chosen, as before, by a remembered pin, or the best match."""
        if self._fields.place is not None or self._fields.is_empty:
            return self._fields.place
        (found,) = await self._tasks.run_long(self._addresses.places, [self._fields.address])
        return found

    def _on_typed(self, address: Address) -> None:
        self._on_destroyed()
        self._asking = self._tasks.start(self._ask(address), self)

    def _on_destroyed(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self, address: Address) -> None:
        if self._fields.is_empty:
            self._fields.set_candidates(())
            return
        found = await self._tasks.run_long(self._addresses.candidates, address, _SHOWN)
        if self._fields.address == address:
            self._fields.set_candidates(found)
