"""What an order asks beyond the everyday, in its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.widgets.amount_rows import AmountRows, Amounts, RowWords
from app.desktop.widgets.fields import AmountField, ClockField, ClockSpan, FieldForm, TagField
from app.desktop.widgets.fold import Fold
from app.domain.fleet import Driver
from app.domain.ids import DriverId
from app.domain.orders import Order
from app.domain.rules import NO_ORDER_RULES, OrderRules, Overrun
from app.domain.times import TimeWindow, instant, local

_CENTS = 10_000
_GRAMS = 1_000


class OrderRulesBox(Fold):
    """It stands open where something is asked; what it does not show stays as it is."""

    def __init__(self, order: Order, currency: str, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("order_form", "More rules"), parent)
        self._order = order
        self._are_drivers_known = False
        self.window2 = ClockSpan("window2", self)
        self.ready = ClockField(self)
        self.setup = AmountField(60, self)
        self.late, self.late_price = AmountField(60, self), AmountField(_CENTS, self)
        self.drivers, self.barred = DriversField(self), DriversField(self)
        self.preferred = DriversField(self)
        self.goods, self.apart = TagField(self), TagField(self)
        self.back, self.back_parcels = AmountField(_GRAMS, self), AmountField(1, self)
        self.drop_price = AmountField(_CENTS, self)
        self.loads = AmountRows("loads", self)
        by_type = RowWords(
            name=self.tr("type, such as bike"),
            amount=self.tr("minutes"),
            lacks_name=self.tr("For which type of vehicle? Shifts name theirs."),
            lacks_amount=self.tr("How many minutes with {0}?"),
        )
        self.service_by_type = AmountRows("service_by_type", self, unit=60, words=by_type)
        for name, field in (
            ("ready", self.ready),
            ("setup", self.setup),
            ("late", self.late),
            ("late_price", self.late_price),
            ("back", self.back),
            ("back_parcels", self.back_parcels),
            ("drop_price", self.drop_price),
            ("drivers", self.drivers),
            ("barred", self.barred),
            ("preferred", self.preferred),
            ("goods", self.goods),
            ("apart", self.apart),
        ):
            field.setObjectName(name)
        self.drop_price.setPlaceholderText(self.tr("never by choice"))
        self.late.setPlaceholderText(self.tr("not at all"))
        self._build(currency)

    def show_rules(self, zone: ZoneInfo) -> None:
        rules, loads = self._order.rules, self._order.more_load
        if rules.more_windows:
            first = rules.more_windows[0]
            self.window2.set_clocks(local(first.start, zone).time(), local(first.end, zone).time())
        if rules.released_at is not None:
            self.ready.set_clock(local(rules.released_at, zone).time())
        self.setup.set_amount(_seconds(rules.setup_time) or None)
        if rules.lateness is not None:
            self.late.set_amount(_seconds(rules.lateness.most))
            self.late_price.set_amount(round(rules.lateness.per_hour * _CENTS))
        grams, _, parcels, *_ = (*rules.takes_back, 0, 0, 0)
        self.back.set_amount(grams or None)
        self.back_parcels.set_amount(parcels or None)
        if rules.drop_price is not None:
            self.drop_price.set_amount(round(rules.drop_price * _CENTS))
        self.goods.set_tags(rules.goods)
        self.apart.set_tags(rules.apart_from)
        self.loads.set_amounts(loads)
        self.service_by_type.set_amounts(
            [(name, _seconds(time)) for name, time in rules.service_by_type]
        )
        hidden = replace(
            NO_ORDER_RULES,
            setup_by_type=rules.setup_by_type,
            collected_by=rules.collected_by,
        )
        self.set_open(bool(loads) or rules != hidden)

    def set_drivers(self, drivers: Sequence[Driver], on_duty: Iterable[DriverId]) -> None:
        """Who there is, and who drives on the day; until then the order keeps its drivers."""
        today = set(on_duty) or {driver.id for driver in drivers if driver.is_active}
        rules = self._order.rules
        named = rules.drivers | rules.barred_drivers | rules.preferred_drivers
        gone = sorted(named - {driver.id for driver in drivers})
        names = _names(
            [*((driver.name, driver.id) for driver in drivers)]
            + [(self.tr("Removed driver"), key) for key in gone]
        )
        self._are_drivers_known = True
        for field, chosen in (
            (self.drivers, rules.drivers),
            (self.barred, rules.barred_drivers),
            (self.preferred, rules.preferred_drivers),
        ):
            field.set_known(names, today)
            field.choose(chosen)

    def rules(self, window: TimeWindow | None, day: date, zone: ZoneInfo) -> OrderRules:
        """As typed; what is wrong stands beside its field."""
        form = self._form
        kept = self._order.rules.moved(day - self._order.day, zone)
        others = kept.more_windows[1:]
        second = form.checked(self.window2, lambda: self._read_window(window, others, day, zone))
        if self._are_drivers_known:
            kept = self._with_drivers(kept)
        late = form.checked(self.late, self._read_late)
        price = form.checked(self.drop_price, self.drop_price.amount)
        setup_s = form.checked(self.setup, self.setup.amount)
        rules = replace(
            kept,
            more_windows=(*([second] if second is not None else []), *others),
            released_at=form.checked(self.ready, lambda: self._read_ready(kept, day, zone)),
            setup_time=timedelta(seconds=setup_s or 0),
            service_by_type=tuple(
                (name, timedelta(seconds=seconds))
                for name, seconds in form.checked(
                    self.service_by_type, self.service_by_type.amounts
                )
                or ()
            ),
            goods=frozenset(map(_word, self.goods.tags)),
            apart_from=frozenset(map(_word, self.apart.tags)),
            takes_back=kept.taking_back(
                grams=form.checked(self.back, self.back.amount) or 0,
                parcels=form.checked(self.back_parcels, self.back_parcels.amount) or 0,
            ),
            drop_price=None if price is None else price / _CENTS,
            lateness=late,
        )
        return NO_ORDER_RULES if rules == NO_ORDER_RULES else rules

    def more_load(self) -> Amounts:
        return self._form.checked(self.loads, self.loads.amounts) or ()

    @property
    def first_wrong(self) -> QWidget | None:
        return self._form.first_wrong

    def _build(self, currency: str) -> None:
        minutes = self.tr("min")
        form = self._form = FieldForm(12, self.body)
        form.add(self.tr("Second window"), self.window2, span=3)
        form.add(self.tr("Goods ready at"), self.ready, span=2)
        form.add(self.tr("Setup"), self.setup, unit=minutes, span=2)
        form.add(self.tr("May be late by"), self.late, unit=minutes, span=2)
        form.add(self.tr("An hour late costs"), self.late_price, unit=currency, span=3)
        form.add(self.tr("Only these drivers"), self.drivers, span=4)
        form.add(self.tr("Not these drivers"), self.barred, span=4)
        form.add(self.tr("Preferred drivers"), self.preferred, span=4)
        form.add(self.tr("Class of its goods, such as food"), self.goods, span=4)
        form.add(self.tr("Not in one van with"), self.apart, span=4)
        form.add(self.tr("Takes back"), self.back, unit="kg", span=2)
        form.add(self.tr("Parcels back"), self.back_parcels, span=2)
        form.add(self.tr("Leaving it out costs"), self.drop_price, unit=currency, span=4)
        form.add(self.tr("Further loads"), self.loads, span=4)
        form.add(self.tr("Service by type of vehicle"), self.service_by_type, span=4)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(form)

    def _read_window(
        self,
        first: TimeWindow | None,
        others: Iterable[TimeWindow],
        day: date,
        zone: ZoneInfo,
    ) -> TimeWindow | None:
        start, end = self.window2.clocks()
        if start is None and end is None:
            return None
        if start is None or end is None:
            raise ValueError(self.tr("Give both times, such as 16:00 and 18:00."))
        begins, ends = instant(day, start, zone), instant(day, end, zone)
        if ends < begins:
            raise ValueError(self.tr("The window ends before it starts."))
        if first is None:
            raise ValueError(self.tr("Give the first window too."))
        for each in (first, *others):
            if begins <= each.end and each.start <= ends:
                raise ValueError(self.tr("It overlaps another window."))
        return TimeWindow(start=begins, end=ends)

    def _read_ready(self, kept: OrderRules, day: date, zone: ZoneInfo) -> datetime | None:
        """On the day of the order, or as far from it as before."""
        clock = self.ready.clock()
        if clock is None:
            return None
        on = day if kept.released_at is None else local(kept.released_at, zone).date()
        return instant(on, clock, zone)

    def _with_drivers(self, rules: OrderRules) -> OrderRules:
        form = self._form
        only = form.checked(self.drivers, self.drivers.chosen) or frozenset()
        return replace(
            rules,
            drivers=only,
            barred_drivers=form.checked(self.barred, lambda: self._read_barred(only))
            or frozenset(),
            preferred_drivers=form.checked(self.preferred, self.preferred.chosen) or frozenset(),
        )

    def _read_barred(self, only: frozenset[DriverId]) -> frozenset[DriverId]:
        barred = self.barred.chosen()
        if barred & only:
            raise ValueError(self.tr("A driver is both allowed and not."))
        return barred

    def _read_late(self) -> Overrun | None:
        most = self.late.amount()
        price = self._form.checked(self.late_price, self.late_price.amount)
        if not most and price:
            raise ValueError(self.tr("How late may it be?"))
        if not most:
            return None
        return Overrun(most=timedelta(seconds=most), per_hour=(price or 0) / _CENTS)


class DriversField(TagField):
    """Drivers by their names, which may have commas in them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: Mapping[str, DriverId] = {}

    def set_known(self, names: Mapping[str, DriverId], suggested: Iterable[DriverId]) -> None:
        self._ids = names
        now = set(suggested)
        self.suggest(name for name, key in names.items() if key in now)

    def choose(self, drivers: Iterable[DriverId]) -> None:
        chosen = set(drivers)
        self.set_tags(name for name, key in self._ids.items() if key in chosen)

    def chosen(self) -> frozenset[DriverId]:
        """Raises ValueError for a name that nobody has."""
        known = {name.casefold(): key for name, key in self._ids.items()}
        for name in self.tags:
            if name.casefold() not in known:
                raise ValueError(self.tr("There is no driver called {0}.").format(name))
        return frozenset(known[name.casefold()] for name in self.tags)

    def _take_typed(self) -> None:
        typed = self.entry.text().strip(" ,;")
        if name := next((n for n in self._ids if n.casefold() == typed.casefold()), ""):
            self.entry.clear()
            self._add(name)
        elif not any(n.casefold().startswith(f"{typed},".casefold()) for n in self._ids):
            super()._take_typed()


def _names(drivers: Iterable[tuple[str, DriverId]]) -> dict[str, DriverId]:
    """Two of one name are told apart by a number."""
    names: dict[str, DriverId] = {}
    for each, key in drivers:
        name, count = each, 1
        while name in names:
            count += 1
            name = f"{each} ({count})"
        names[name] = key
    return names


def _word(text: str) -> str:
    return " ".join(text.split()).casefold()


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
