"""The form in which an order is written or changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.desktop.orders.order_rules_box import OrderRulesBox
from app.desktop.orders.order_texts import (
    hold_text,
    kind_text,
    method_text,
    payment_text,
    priority_text,
)
from app.desktop.orders.promise_box import PromiseBox
from app.desktop.theme import SPACING
from app.desktop.widgets.address_fields import AddressFields
from app.desktop.widgets.elided_line_edit import ElidedLineEdit
from app.desktop.widgets.fields import (
    AmountField,
    ChoiceField,
    ClockSpan,
    DayField,
    FieldForm,
    TagField,
)
from app.desktop.widgets.form_dialog import FormDialog
from app.desktop.widgets.parsing import needed, parse_decimal
from app.domain.addresses import Place
from app.domain.fleet import Depot, Driver
from app.domain.ids import DepotId, DriverId
from app.domain.orders import (
    Method,
    Order,
    OrderKind,
    OrderStatus,
    Parcel,
    Payment,
    address_reason,
    barcodes,
    held,
    with_place,
)
from app.domain.times import TimeWindow, instant, local
from app.planning.promise import Offer

_MOST_PARCELS = 999
_WHOLE_DAY = (time(0, 0), time(23, 59))


class OrderForm(FormDialog):
    """Shows an order and gives back the changed one, at the place where it was before.

    Whoever saves it looks up where a changed address is.
    """

    def __init__(
        self, order: Order, depots: Sequence[Depot], zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        is_new = order.version == 0
        title = self.tr("New order") if is_new else self.tr("Order {0}").format(order.reference)
        super().__init__("order_form", title, parent)
        self._order = order
        self._zones: dict[DepotId | None, ZoneInfo] = {depot.id: depot.zone for depot in depots}
        self._default_zone = ZoneInfo(order.time_zone) if order.time_zone else zone
        # Both join the form where they stand in it: so the tab key finds them there.
        self.address = AddressFields(is_of_order=True)
        self._build_fields(depots)
        currency = next((d.currency for d in depots if order.depot in (None, d.id)), "EUR")
        self.more = OrderRulesBox(order, currency)
        self._build()
        self._show(order)

    def set_known_tags(self, tags: Sequence[str]) -> None:
        """What drivers and vehicles can do, as suggestions for requirements."""
        self.requirements.suggest(tags)

    def set_drivers(self, drivers: Sequence[Driver], on_duty: Iterable[DriverId]) -> None:
        """Who may be asked for, and who drives on the day."""
        self.more.set_drivers(drivers, on_duty)

    def value(self) -> Order | None:
        """The order as typed; None where something is wrong, which is shown beside its field."""
        who, what, when = self._who, self._what, self._when
        reference = who.checked(
            self.reference, lambda: needed(self.reference.text(), self.tr("This is needed."))
        )
        recipient = who.checked(self.recipient, self._read_recipient)
        who.checked(self.email, self._check_email)
        self.address.form.checked(self.address.street, self._check_address)
        window = when.checked(self.times, self._read_window)
        service = when.checked(self.service, lambda: self.service.amount() or 0)
        weight = what.checked(self.weight, lambda: self.weight.amount() or 0)
        volume = what.checked(self.volume, lambda: self.volume.amount() or 0)
        parcels = what.checked(self.parcels, self._read_parcel_count)
        codes = what.checked(self.barcodes, lambda: self._read_barcodes(parcels or 0))
        cash = what.checked(self.cash, self._read_cash)
        what.checked(self.currency, self._check_currency)
        rules = self.more.rules(window, self.day.day(), self._zone)
        more_load = self.more.more_load()
        if self.more.first_wrong is not None:
            self.more.set_open(True)
        forms = (who, self.address.form, when, what, self.more)
        wrong = next((field for form in forms if (field := form.first_wrong)), None)
        if wrong is not None:
            wrong.setFocus()
            return None
        return replace(
            self._order,
            reference=reference or "",
            recipient=recipient or "",
            company=self.company.text().strip(),
            phone=self.phone.text().strip(),
            email=self.email.text().strip(),
            address=self.address.address,
            day=self.day.day(),
            depot=self.depot.chosen,
            window=window,
            time_zone=self._zone.key,
            service_time=timedelta(seconds=service or 0),
            kind=self.kind.chosen or OrderKind.DELIVERY,
            method=self.method.chosen or Method.HOME,
            priority=self.priority.chosen or 0,
            requirements=self.requirements.tags,
            weight_g=weight or 0,
            volume_cm3=volume or 0,
            parcels=tuple(map(_parcel, codes))
            if codes
            else barcodes(reference or "", parcels or 0),
            payment=self.payment.chosen or Payment.PAID,
            cod_amount=cash,
            currency=self.currency.text().strip().upper(),
            notes=self.notes.toPlainText().strip(),
            rules=rules,
            more_load=more_load,
        )

    def draft(self) -> Order:
        """What is known of the order so far, for the price of its slots; refuses nothing."""
        return replace(
            self._order,
            day=self.day.day(),
            depot=self.depot.chosen,
            window=None,
            service_time=timedelta(seconds=_amount(self.service)),
            kind=self.kind.chosen or OrderKind.DELIVERY,
            requirements=self.requirements.tags,
            weight_g=_amount(self.weight),
            volume_cm3=_amount(self.volume),
            parcels=barcodes("", min(_amount(self.parcels), _MOST_PARCELS)),
        )

    @property
    def _zone(self) -> ZoneInfo:
        return self._zones.get(self.depot.chosen, self._default_zone)

    def _build_fields(self, depots: Sequence[Depot]) -> None:
        self.reference = self._line("reference")
        self.recipient = self._line("recipient")
        self.company = self._line("company")
        self.phone = self._line("phone")
        self.email = self._line("email")
        self.day = DayField(self)
        self.depot = ChoiceField[DepotId | None](
            [(None, self.tr("Any depot")), *((depot.id, depot.name) for depot in depots)], self
        )
        self.times = ClockSpan("window", self)
        self.times.set_placeholder(self.tr("any time"))
        self.service = AmountField(60, self)
        self.kind = ChoiceField[OrderKind]([(k, kind_text(k)) for k in OrderKind], self)
        self.method = ChoiceField[Method]([(m, method_text(m)) for m in Method], self)
        self.priority = ChoiceField[int]([(p, priority_text(p)) for p in range(4)], self)
        self.requirements = TagField(self)
        self.weight, self.volume = AmountField(1000, self), AmountField(1_000_000, self)
        self.weight.setObjectName("weight")
        self.volume.setObjectName("volume")
        self.parcels = AmountField(1, self)
        self.parcels.setObjectName("parcels")
        self.barcodes = QPlainTextEdit(self)
        self.barcodes.setObjectName("barcodes")
        self.barcodes.setPlaceholderText(self.tr("one a line; empty: our own"))
        self.payment = ChoiceField[Payment]([(p, payment_text(p)) for p in Payment], self)
        self.cash = self._line("cash")
        self.cash.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.currency = self._line("currency")
        self.notes = QPlainTextEdit(self)
        self.notes.setObjectName("notes")
        for text in (self.barcodes, self.notes):
            text.setTabChangesFocus(True)
            text.setFixedHeight(3 * self.fontMetrics().height() + 12)
        self.payment.currentIndexChanged.connect(self._on_payment_changed)
        self.depot.currentIndexChanged.connect(self._show_zone)
        self.promise = PromiseBox(self)
        self.promise.offer_chosen.connect(self._on_offer_chosen)

    def _build(self) -> None:
        self._who, self._when, self._what = FieldForm(2), FieldForm(4), FieldForm(6)
        who, when, what = self._who, self._when, self._what
        who.add(self.tr("Reference"), self.reference)
        who.add(self.tr("Phone"), self.phone)
        who.add(self.tr("Recipient"), self.recipient)
        who.add(self.tr("Company"), self.company)
        who.add(self.tr("E-mail"), self.email, span=2)
        when.add(self.tr("Day"), self.day, span=2)
        when.add(self.tr("Depot"), self.depot, span=2)
        when.add(self.tr("Window"), self.times, span=2)
        when.add(self.tr("Time at the door"), self.service, unit=self.tr("min"))
        when.add(self.tr("Priority"), self.priority)
        self._zone_line = QLabel(self)
        self._zone_line.setProperty("kind", "small")
        when.add_row(self._zone_line)
        when.add_row(self.promise)
        what.add(self.tr("Kind"), self.kind, span=2)
        what.add(self.tr("Handed over"), self.method, span=2)
        what.add(self.tr("Parcels"), self.parcels, span=2)
        what.add(self.tr("Weight"), self.weight, unit="kg", span=3)
        what.add(self.tr("Volume"), self.volume, unit="m³", span=3)
        what.add(self.tr("Payment"), self.payment, span=2)
        what.add(self.tr("Cash to collect"), self.cash, span=2)
        what.add(self.tr("Currency"), self.currency, span=2)
        what.add(self.tr("Needs"), self.requirements, span=6)
        what.add(self.tr("Barcodes"), self.barcodes, span=3)
        what.add(self.tr("Notes for the driver"), self.notes, span=3)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, parts in ((left, (who, self.address)), (right, (when, what))):
            column.setSpacing(3 * SPACING)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(6 * SPACING)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        layout = QVBoxLayout(self.body)
        layout.setSpacing(3 * SPACING)
        layout.addLayout(columns)
        layout.addWidget(self.more)
        self.finish(940, 600)

    def _show(self, order: Order) -> None:
        zone = self._default_zone
        self.reference.setText(order.reference)
        self.recipient.setText(order.recipient)
        self.company.setText(order.company)
        self.phone.setText(order.phone)
        self.email.setText(order.email)
        self.address.set_address(order.address, order.place)
        self.day.set_day(order.day)
        self.depot.choose(order.depot)
        if order.window is not None:
            start, end = local(order.window.start, zone), local(order.window.end, zone)
            self.times.set_clocks(start.time(), end.time())
        self.service.set_amount(int(order.service_time.total_seconds()))
        self.kind.choose(order.kind)
        self.method.choose(order.method)
        self.priority.choose(order.priority)
        self.requirements.set_tags(order.requirements)
        self.weight.set_amount(order.weight_g or None)
        self.volume.set_amount(order.volume_cm3 or None)
        self.parcels.set_amount(len(order.parcels))
        if order.parcels != barcodes(order.reference, len(order.parcels)):
            self.barcodes.setPlainText("\n".join(parcel.barcode for parcel in order.parcels))
        self.payment.choose(order.payment)
        self.cash.setText("" if order.cod_amount is None else str(order.cod_amount))
        self.currency.setText(order.currency)
        self.notes.setPlainText(order.notes)
        reason = hold_text(order)
        self.note.show_text(self.tr("On hold: {0}").format(reason) if reason else "", "risk")
        self.more.show_rules(zone)
        if self.more.is_open:
            self.grow()
        self.more.toggled.connect(lambda is_open: self.show_part(self.more) if is_open else None)
        self._on_payment_changed()
        self._show_zone()
        self.reference.setFocus()

    def _line(self, name: str) -> QLineEdit:
        line = ElidedLineEdit(self)
        line.setObjectName(name)
        return line

    # What is typed

    def _read_recipient(self) -> str:
        if self.company.text().strip():
            return self.recipient.text().strip()
        return needed(self.recipient.text(), self.tr("Give a recipient or a company."))

    def _check_email(self) -> None:
        email = self.email.text().strip()
        if email and ("@" not in email.strip("@") or " " in email):
            raise ValueError(self.tr("“{0}” is no mail address.").format(email))

    def _check_address(self) -> None:
        if self.address.is_empty:
            raise ValueError(self.tr("Give at least a street or a town."))

    def _read_window(self) -> TimeWindow | None:
        start, end = self.times.clocks()
        if start is None and end is None:
            return None
        day = self.day.day()
        begins = instant(day, start or _WHOLE_DAY[0], self._zone)
        ends = instant(day, end or _WHOLE_DAY[1], self._zone)
        if ends < begins:
            raise ValueError(self.tr("The window ends before it starts."))
        return TimeWindow(start=begins, end=ends)

    def _read_parcel_count(self) -> int:
        count = self.parcels.amount() or 0
        if count > _MOST_PARCELS:
            raise ValueError(self.tr("At most {0} parcels.").format(_MOST_PARCELS))
        return count

    def _read_barcodes(self, count: int) -> list[str]:
        lines = [line.strip() for line in self.barcodes.toPlainText().splitlines()]
        codes = [line for line in lines if line]
        if len(set(codes)) < len(codes):
            raise ValueError(self.tr("A barcode stands here twice."))
        if codes and len(codes) != count:
            raise ValueError(self.tr("{0} barcodes for {1} parcels.").format(len(codes), count))
        return codes

    def _read_cash(self) -> Decimal | None:
        if self.payment.chosen is not Payment.CASH_ON_DELIVERY:
            return None
        amount = parse_decimal(self.cash.text())
        if amount is None or amount <= 0:
            raise ValueError(self.tr("How much is to be collected?"))
        return amount

    def _check_currency(self) -> None:
        currency = self.currency.text().strip()
        if self.payment.chosen is Payment.CASH_ON_DELIVERY and not currency:
            raise ValueError(self.tr("In which currency?"))
        if currency and not (len(currency) == 3 and currency.isalpha()):
            raise ValueError(self.tr("Three letters, such as EUR."))

    def _on_offer_chosen(self, offer: Offer) -> None:
        start, end = local(offer.window.start, self._zone), local(offer.window.end, self._zone)
        self.day.set_day(offer.day)
        self.times.set_clocks(start.time(), end.time())

    def _on_payment_changed(self) -> None:
        is_cash = self.payment.chosen is Payment.CASH_ON_DELIVERY
        self.cash.setEnabled(is_cash)
        self.currency.setEnabled(is_cash)

    def _show_zone(self) -> None:
        self._zone_line.setText(self.tr("Times by the clocks of {0}").format(self._zone.key))


def placed(order: Order, place: Place | None) -> Order:
    """The order at its place; one that can't be found goes on hold with its reason."""
    if place is not None:
        return with_place(order, place)
    lost = replace(order, place=None)
    if order.status in (OrderStatus.OPEN, OrderStatus.ON_HOLD):
        return held(lost, address_reason(None))
    return lost


def _amount(field: AmountField) -> int:
    """What a field says so far; 0 while it is no number."""
    try:
        return field.amount() or 0
    except ValueError:
        return 0


def _parcel(barcode: str) -> Parcel:
    return Parcel(barcode=barcode)
