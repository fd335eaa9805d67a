"""Order files: every row is taken or refused with its line, its column and a reason."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.order_file import ReadOptions, RowResult, Severity, read_orders
from app.domain.errors import Cancelled, ImportErrors
from app.domain.geo import Bounds, Location
from app.domain.orders import OrderKind
from app.domain.times import TimeWindow
from tests.factories import DAY, at, window

NEUBRANDENBURG = Bounds(south=53.4382, west=13.1094, north=53.6153, east=13.4074)
OPTIONS = ReadOptions(zone=ZoneInfo("Europe/Berlin"), day=DAY, bounds=NEUBRANDENBURG)
JUDGED_BY_GEOCODING = ("house_number", "street_", "city_", "postcode_")


def results(path: Path, options: ReadOptions = OPTIONS) -> list[RowResult]:
    return list(read_orders(path, options))


def test_every_order_of_the_sample_is_taken_without_a_word(sample: Path) -> None:
    taken = results(sample / "orders.csv")
    assert len(taken) == 120
    assert [result.problems for result in taken if result.problems] == []
    first = taken[0].draft
    assert first is not None
    assert first.reference == "SO-100001"
    assert first.day == date(2024, 3, 5)
    assert first.window == window("12:00", "16:00")
    assert first.weight_g == 4_600
    assert first.volume_cm3 == 34_000
    assert first.parcels == 2
    assert first.service_time == timedelta(minutes=3)
    assert first.address.line == "Veilchenweg 6b, 17033 Neubrandenburg"
    assert taken[2].draft is not None
    assert taken[2].draft.kind is OrderKind.PICKUP


@pytest.mark.parametrize("name", ["orders-dirty-200", "orders-dirty-60-semicolon-coords"])
def test_each_planted_fault_is_answered_as_its_key_says(name: str, shared_data: Path) -> None:
    with (shared_data / "orders" / f"{name}.bad.csv").open(encoding="utf-8") as file:
        faults = {int(row["line"]): row for row in csv.DictReader(file)}
    wrong = []
    for result in results(shared_data / "orders" / f"{name}.csv"):
        fault = faults.pop(result.line, None)
        if fault is None or fault["code"].startswith(JUDGED_BY_GEOCODING):
            if result.problems or not result.is_taken:
                wrong.append((result.line, result.problems))
        elif not _is_answered(result, fault):
            wrong.append((result.line, fault, result.problems))
    assert wrong == []
    assert faults == {}, "rows that never came out of the file"


def _is_answered(result: RowResult, fault: dict[str, str]) -> bool:
    told = {(problem.severity.value, problem.column) for problem in result.problems}
    column = "" if fault["field"] == "(row)" else fault["field"]
    match fault["expected"]:
        case "reject":
            return result.is_refused and ("reject", column) in told
        case "review":
            return result.is_held and ("review", column) in told
        case "accept":
            return result.is_taken and not result.is_held and not told
        case expected:
            return result.is_taken and not result.is_held and told == {(expected, column)}


def file_of(folder: Path, header: str, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def only(folder: Path, header: str, row: str, options: ReadOptions = OPTIONS) -> RowResult:
    (result,) = results(file_of(folder, header, row), options)
    return result


def told(result: RowResult) -> list[tuple[Severity, str, str]]:
    return [(problem.severity, problem.column, problem.code) for problem in result.problems]


@pytest.mark.parametrize(
    ("name", "cell", "severity", "code"),
    [
        ("weight", "-1", Severity.REJECT, "negative"),
        ("weight", "5 stone", Severity.REJECT, "unit_unknown"),
        ("weight", "1e300", Severity.REJECT, "too_large"),
        ("weight", "=B2*2", Severity.REJECT, "number_unreadable"),
        ("weight", "#REF!", Severity.REJECT, "spreadsheet_error"),
        ("weight", "2 lb", Severity.NORMALISE, "normalised"),
        ("volume", "500 l", Severity.NORMALISE, "normalised"),
        ("volume", "200", Severity.WARN, "volume_absurd"),
        ("service time", "-3", Severity.REJECT, "out_of_range"),
        ("service time", "6 h", Severity.WARN, "service_long"),
        ("parcels", "2.5", Severity.REJECT, "out_of_range"),
        ("parcels", "1e9", Severity.REJECT, "out_of_range"),
        ("barcodes", "A1|A1", Severity.REJECT, "barcode_duplicate"),
        ("barcodes", "3.76E+17", Severity.REJECT, "digits_lost"),
        ("priority", "9", Severity.REJECT, "priority_unknown"),
        ("method", "by drone", Severity.REJECT, "method_unknown"),
        ("cod amount", "-5", Severity.REJECT, "out_of_range"),
        ("cod amount", "5", Severity.WARN, "cod_without_currency"),
        ("payment", "maybe", Severity.REVIEW, "payment_unknown"),
        ("payment", "pending", Severity.REVIEW, "payment_pending"),
        ("payment", "cod", Severity.REVIEW, "cash_unknown"),
        ("date", "2024-02-30", Severity.REJECT, "date_unreadable"),
        ("date", "0024-03-05", Severity.REJECT, "date_unlikely"),
        ("window", "morning", Severity.REJECT, "window_unreadable"),
        ("postcode", "1067", Severity.NORMALISE, ""),
        ("notes", "JÃ¶rg klingelt", Severity.WARN, "wrong_encoding"),
        ("notes", "a \ufffd b", Severity.WARN, "unreadable"),
    ],
)
def test_a_cell_is_answered_in_its_own_column(
    tmp_path: Path, name: str, cell: str, severity: Severity, code: str
) -> None:
    result = only(tmp_path, f"reference;address;recipient;{name}", f"A;Turmstraße 1;Eva;{cell}")
    answers = told(result)
    if code:
        assert (severity, name, code) in answers
    else:
        assert answers == []
    assert result.is_refused == (severity is Severity.REJECT)
    assert result.is_held == (severity is Severity.REVIEW)


def test_a_lost_zero_of_a_postcode_is_told(tmp_path: Path) -> None:
    result = only(tmp_path, "reference,address,postcode,country,name", "A,Weg 1,1067,DE,Eva")
    assert told(result) == [(Severity.WARN, "postcode", "postcode_short")]


@pytest.mark.parametrize(
    ("lat", "lon", "severity", "code"),
    [
        ("13.26", "53.55", Severity.REVIEW, "coordinates_swapped"),
        ("0", "0", Severity.REVIEW, "coordinates_zero"),
        ("53.55", "", Severity.REVIEW, "coordinates_half"),
        ("95", "200", Severity.REJECT, "coordinates_invalid"),
        ("north", "13.26", Severity.REJECT, "coordinates_invalid"),
        ("1e999", "13.26", Severity.REJECT, "coordinates_invalid"),
        ("48.1", "11.5", Severity.WARN, "outside_region"),
    ],
)
def test_coordinates_that_cannot_be_meant_are_told(
    tmp_path: Path, lat: str, lon: str, severity: Severity, code: str
) -> None:
    result = only(tmp_path, "reference,address,name,lat,lon", f"A,Weg 1,Eva,{lat},{lon}")
    assert [(s, c) for s, _, c in told(result)] == [(severity, code)]
    if severity is Severity.REVIEW:
        assert result.draft is not None
        assert result.draft.location is None


def test_exchanged_coordinates_are_noticed_without_a_region_where_no_latitude_is_so_large(
    tmp_path: Path,
) -> None:
    options = ReadOptions(zone=ZoneInfo("America/New_York"), day=DAY)
    result = only(tmp_path, "reference,address,name,lat,lon", "A,Weg 1,Eva,-118.2,34.1", options)
    assert [code for _, _, code in told(result)] == ["coordinates_swapped"]


def test_orders_with_coordinates_need_no_address_column(tmp_path: Path) -> None:
    result = only(tmp_path, "reference;name;lat;lon", "A;Eva;53,55;13,26")
    assert result.draft is not None
    assert result.draft.location == Location(lat=53.55, lon=13.26)
    assert result.problems == ()


def test_a_duplicate_names_the_line_it_repeats(tmp_path: Path) -> None:
    path = file_of(tmp_path, "reference,address,name", "A,Weg 1,Eva", "B,Weg 2,Ida", "A,Weg 3,Uwe")
    third = results(path)[2]
    assert third.is_refused
    assert third.problems[-1].text == "the reference A is in line 2 already"


def test_a_refused_row_does_not_take_its_reference_away(tmp_path: Path) -> None:
    path = file_of(tmp_path, "reference,address,name,weight", "A,Weg 1,Eva,-1", "A,Weg 1,Eva,1")
    assert [result.is_taken for result in results(path)] == [False, True]


def test_a_row_without_reference_is_held_under_the_same_one_each_time(tmp_path: Path) -> None:
    path = file_of(tmp_path, "reference,address,name", ",Weg 1,Eva", ",Weg 2,Ida", ",Weg 1,Eva")
    first, again = results(path), results(path)
    assert [r.reference for r in first] == [r.reference for r in again]
    assert first[0].is_held
    assert first[0].reference != first[1].reference
    assert first[2].is_refused, "the very same row once more"


def test_one_end_of_a_window_leaves_the_other_to_the_day(tmp_path: Path) -> None:
    header = "reference,address,name,from,to"
    early = only(tmp_path, header, "A,Weg 1,Eva,14:00,")
    late = only(tmp_path, header, "A,Weg 1,Eva,,09:00")
    assert early.draft is not None
    assert early.draft.window == TimeWindow(
        start=at("14:00"), end=at("00:00", DAY + timedelta(days=1))
    )
    assert late.draft is not None
    assert late.draft.window == TimeWindow(start=at("00:00"), end=at("09:00"))


def test_a_window_that_summer_time_turns_round_is_refused(tmp_path: Path) -> None:
    row = "A,Weg 1,Eva,2024-03-31,02:30,03:15"
    result = only(tmp_path, "reference,address,name,date,from,to", row)
    assert [code for _, _, code in told(result)] == ["time_skipped", "window_reversed"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("2024-03-31,02:00,06:00", "time_skipped"),
        ("2024-10-27,02:30,06:00", "time_twice"),
        ("2024-10-27,01:30,03:00", None),
        ("2024-03-31,,24:00", None),
    ],
)
def test_a_clock_time_that_the_change_of_the_clocks_skips_or_repeats_is_told(
    tmp_path: Path, cells: str, code: str | None
) -> None:
    result = only(tmp_path, "reference,address,name,date,from,to", f"A,Weg 1,Eva,{cells}")
    assert result.draft is not None
    assert [each for _, _, each in told(result)] == ([code] if code else [])


def test_times_with_an_offset_are_those_instants(tmp_path: Path) -> None:
    row = "A,Weg 1,Eva,2024-03-05T10:00:00Z,2024-03-05T12:00:00+02:00"
    result = only(tmp_path, "reference,address,name,from,to", row)
    assert [code for _, _, code in told(result)] == ["window_short"]
    assert result.draft is not None
    assert result.draft.window == TimeWindow(start=at("11:00"), end=at("11:00"))


def test_a_window_on_another_day_than_the_order_is_refused(tmp_path: Path) -> None:
    row = "A,Weg 1,Eva,2024-03-05,2024-03-06 08:00,2024-03-06 10:00"
    result = only(tmp_path, "reference,address,name,date,from,to", row)
    assert (Severity.REJECT, "from", "window_other_day") in told(result)


def test_an_ambiguous_date_without_any_other_day_is_refused(tmp_path: Path) -> None:
    options = ReadOptions(zone=ZoneInfo("Europe/Berlin"))
    result = only(tmp_path, "reference,address,name,date", "A,Weg 1,Eva,3/4/2024", options)
    assert result.is_refused
    assert "3 Apr 2024 or 4 Mar 2024" in result.problems[0].text


def test_several_reasons_to_hold_stand_each_on_a_line(tmp_path: Path) -> None:
    result = only(tmp_path, "reference,address,name,payment", ',"53.5, 13.2",Eva,pending')
    assert result.draft is not None
    assert len(result.draft.hold_reason.split("\n")) == 3


def test_a_cancelled_import_stops_with_a_word(tmp_path: Path) -> None:
    path = file_of(tmp_path, "reference,address", *(f"{i},Weg {i}" for i in range(2_000)))
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 1

    taken = []
    with pytest.raises(Cancelled):
        taken.extend(read_orders(path, OPTIONS, cancelled=cancelled))
    assert 0 < asked <= 3


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    path = file_of(tmp_path, "reference,address", *(f"{i},Weg {i}" for i in range(20_000)))
    heard: list[float] = []
    count = sum(1 for _ in read_orders(path, OPTIONS, report=lambda share, _: heard.append(share)))
    assert count == 20_000
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) > 10


def test_a_file_with_headers_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportErrors, match="column headers, but no row below"):
        results(file_of(tmp_path, "reference,address"))


VISIBLE = st.characters(exclude_categories=("Cc", "Cs"))


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(st.text(VISIBLE, max_size=12), min_size=24, max_size=24))
def test_any_cells_are_taken_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "orders.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerow(["A", "Weg 1", *cells])
    found = results(path)
    assert len(found) >= 1
    for result in found:
        assert result.is_taken or result.is_refused
        assert all(problem.text and problem.line >= 2 for problem in result.problems)


COLUMNS = (
    "reference", "address", "recipient", "company", "detail", "postcode", "city", "country",
    "lat", "lon", "date", "window_start", "window_end", "service_min", "weight_kg", "volume_m3",
    "parcels", "barcodes", "kind", "method", "payment", "cod_amount", "currency", "priority",
    "requirements", "notes",
)  # fmt: skip


def test_the_severities_of_the_key_are_those_of_the_program(shared_data: Path) -> None:
    with (shared_data / "orders" / "orders-dirty-200.bad.csv").open(encoding="utf-8") as file:
        expected = {row["expected"] for row in csv.DictReader(file)}
    assert expected - {"accept"} <= {severity.value for severity in Severity}


def test_decimal_commas_are_told_once_for_each_column(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = "".join(f"SO-{n};Eva;Weg {n};17033;1,5;0,2{n}\n" for n in range(1, 4))
    header = "reference;recipient;address;postcode;weight;volume\n"
    path.write_text(header + rows + "SO-9;Eva;Weg 9;17033;2 lb;0,2\n", encoding="utf-8")
    found = results(path)
    assert [result.draft and result.draft.weight_g for result in found] == [1500, 1500, 1500, 907]
    told = [(p.line, p.column, p.code) for result in found for p in result.problems]
    assert told == [
        (2, "weight", "decimal_comma"),
        (2, "volume", "decimal_comma"),
        (5, "weight", "normalised"),
    ]
