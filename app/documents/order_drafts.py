"""What an order file gives: drafts in the trade's words, and what is wrong with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.documents.tables import Row
from app.domain.addresses import Address
from app.domain.geo import Location
from app.domain.ids import DriverId
from app.domain.orders import Method, OrderKind, Payment
from app.domain.times import TimeWindow


class Severity(StrEnum):
    """What became of a row, or of a cell, because of a problem."""

    REJECT = "reject"
    """The row was refused; it can be corrected in the report file."""
    SKIP = "skip"
    """The row was left out on purpose: nothing is to be delivered."""
    REVIEW = "review"
    """Taken on hold until a person decides."""
    WARN = "warn"
    """Taken as it is; somebody should look."""
    SUGGEST = "suggest"
    """Taken; there is a likelier reading."""
    NORMALISE = "normalise"
    """Taken in our own spelling."""
    NEUTRALISE = "neutralise"
    """Taken as text; what could do harm elsewhere does none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    line: int
    column: str
    """The header as it stands in the file; empty where the whole row is meant."""
    code: str
    text: str
    """A sentence for people, without its full stop."""
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAsks:
    """What an order asks beyond the everyday.

    None where the file has no column for it: an order that is there keeps what it asks.
    """

    more_windows: tuple[TimeWindow, ...] | None = None
    released_at: tuple[datetime, ...] | None = None
    """Empty, or the one moment."""
    setup_time: timedelta | None = None
    service_by_type: tuple[tuple[str, timedelta], ...] | None = None
    setup_by_type: tuple[tuple[str, timedelta], ...] | None = None
    drivers: frozenset[DriverId] | None = None
    barred_drivers: frozenset[DriverId] | None = None
    preferred_drivers: frozenset[DriverId] | None = None
    goods: frozenset[str] | None = None
    apart_from: frozenset[str] | None = None
    takes_back: tuple[int | None, int | None] | None = None
    """Grams and pieces."""
    drop_price: tuple[float, ...] | None = None
    """Empty, or the one price."""
    collected_by: str | None = None
    """The pickup's reference, or empty."""
    more_load: tuple[tuple[str, int], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """One order as a file describes it, not yet placed on the map."""

    line: int
    reference: str
    day: date
    recipient: str
    address: Address
    company: str = ""
    location: Location | None = None
    """Only where the file gives coordinates."""
    window: TimeWindow | None = None
    service_time: timedelta | None = None
    """None where the file does not say."""
    weight_g: int = 0
    volume_cm3: int = 0
    parcels: int = 1
    barcodes: tuple[str, ...] = ()
    """Empty, or one for each parcel."""
    kind: OrderKind = OrderKind.DELIVERY
    method: Method = Method.HOME
    payment: Payment = Payment.PAID
    cod_amount: Decimal | None = None
    currency: str = ""
    priority: int = 0
    requirements: frozenset[str] = frozenset()
    phone: str = ""
    email: str = ""
    notes: str = ""
    asks: OrderAsks | None = None
    """None where the file has no column for any of it."""
    hold_reason: str = ""
    """Why it is taken on hold, one reason a line; empty where it is not."""
    notices: tuple[str, ...] = ()
    """What somebody should look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of one order of the file: of one row, or of its item rows together."""

    line: int
    last_line: int
    reference: str
    draft: OrderDraft | None
    """None where the order was refused or left out."""
    problems: tuple[RowProblem, ...]
    rows: tuple[Row, ...]
    """As they stand in the file."""

    @property
    def is_taken(self) -> bool:
        return self.draft is not None

    @property
    def is_held(self) -> bool:
        return self.draft is not None and self.draft.hold_reason != ""

    @property
    def is_refused(self) -> bool:
        return any(problem.severity is Severity.REJECT for problem in self.problems)

    @property
    def is_left_out(self) -> bool:
        return self.draft is None and not self.is_refused
