"""The order files of shops and other programs, each recognised by its headers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.documents.order_columns import header_signature
from app.documents.order_detection import detect
from app.documents.order_file import (
    ReadOptions,
    open_orders,
    read_orders,
)
from app.documents.order_presets import PRESETS
from app.domain.errors import ImportErrors
from app.domain.geo import Location
from app.domain.orders import OrderKind, Payment
from tests.factories import BERLIN, DAY, window
from tests.unit.documents.order_files import OPTIONS, only, results, written


def test_the_shopify_export_groups_its_item_rows(shared_data: Path) -> None:
    found = results(shared_data / "orders" / "shopify-layout-40.csv", "shopify")
    assert len(found) == 40
    first = found[0]
    assert (first.line, first.last_line, first.reference) == (2, 3, "#1001")
    assert first.draft is not None
    assert first.draft.address.postcode == "17033"
    assert first.draft.phone == "+49 30 23125 744"
    assert first.draft.recipient == "Vera Schröder"
    assert all(result.is_taken and not result.is_held for result in found)
    (cash,) = [r.draft for r in found if r.draft and r.draft.cod_amount is not None]
    assert (cash.payment, cash.currency) == (Payment.CASH_ON_DELIVERY, "EUR")


def test_the_woocommerce_export_is_read(shared_data: Path) -> None:
    found = results(shared_data / "orders" / "woocommerce-layout-40.csv", "woocommerce")
    drafts = [result.draft for result in found if result.draft]
    assert len(drafts) == 40
    assert drafts[0].recipient == "Clara Möller"
    assert drafts[0].address.line == "Franz-Lehar-Str. 17, 17033 Neubrandenburg"
    assert Counter(draft.payment for draft in drafts) == {
        Payment.PAID: 39,
        Payment.CASH_ON_DELIVERY: 1,
    }


def test_the_magento_grid_is_read_and_waits_for_its_payment(shared_data: Path) -> None:
    found = results(shared_data / "orders" / "magento-layout-40.csv", "magento")
    drafts = [result.draft for result in found if result.draft]
    assert len(drafts) == 40
    assert drafts[0].address.line == "Fohlenwinkel 10, 17034 Neubrandenburg"
    assert {draft.hold_reason for draft in drafts} == {"the payment is not confirmed"}


SHOPIFY = (
    "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Lineitem name,"
    "Lineitem requires shipping,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,"
    "Cancelled at,Payment Method\n"
)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("#1,,paid,,EUR,5,Mug,true,Eva,Turmstraße 1,Ort,'17033,2024-03-05,manual", "cancelled"),
        ("#1,,refunded,,EUR,5,Mug,true,Eva,Turmstraße 1,Ort,'17033,,manual", "refunded"),
        ("#1,,paid,,EUR,5,Voucher,false,Eva,Turmstraße 1,Ort,'17033,,manual", "no_shipping"),
    ],
)
def test_what_a_shop_does_not_send_is_left_out_with_its_reason(
    tmp_path: Path, cells: str, code: str
) -> None:
    (result,) = results(written(tmp_path, SHOPIFY + cells + "\n"), "shopify")
    assert result.is_left_out
    assert not result.is_refused
    assert [problem.code for problem in result.problems] == [code]


@pytest.mark.parametrize("status", ["pending", "authorized", "partially_paid"])
def test_an_unpaid_shop_order_is_held(tmp_path: Path, status: str) -> None:
    row = f"#1,,{status},,EUR,5,Mug,true,Eva,Turmstraße 1,Ort,'17033,,manual\n"
    draft = only(written(tmp_path, SHOPIFY + row), "shopify")
    assert draft.payment is Payment.PENDING
    assert "payment is not confirmed" in draft.hold_reason


def test_items_that_disagree_on_their_order_are_refused(tmp_path: Path) -> None:
    rows = (
        "#1,,paid,,EUR,5,Mug,true,Eva,Turmstraße 1,Ort,'17033,,manual\n"
        "#1,,,,,,Cup,true,,Other street 2,,,,\n"
    )
    (result,) = results(written(tmp_path, SHOPIFY + rows), "shopify")
    assert result.is_refused
    (problem,) = result.problems
    assert (problem.line, problem.column) == (3, "Shipping Address1")


def test_woocommerce_items_in_rows_are_one_order_billed_where_it_is_shipped(
    tmp_path: Path,
) -> None:
    draft = only(
        written(
            tmp_path,
            "order_number,status,order_total,order_currency,payment_method,billing_first_name,"
            "billing_last_name,billing_address_1,billing_city,billing_postcode,"
            "shipping_address_1,shipping_city,shipping_postcode,item_name\n"
            "7,wc-processing,10,EUR,cod,Eva,Groß,Turmstraße 1,Ort,17033,,,,Mug\n"
            "7,wc-processing,10,EUR,cod,Eva,Groß,Turmstraße 1,Ort,17033,,,,Cup\n",
        ),
        "woocommerce",
    )
    assert draft.recipient == "Eva Groß"
    assert draft.address.line == "Turmstraße 1, 17033 Ort"
    assert (draft.payment, draft.cod_amount) == (Payment.CASH_ON_DELIVERY, Decimal("10.00"))


def test_optimoroute(tmp_path: Path) -> None:
    draft = only(
        written(
            tmp_path,
            "Order ID;Order type;Date;Priority;Location name;Address;Latitude;Longitude;"
            "Time window from;Time window to;Duration;Vehicle features;Skills;Notes\n"
            'A1;P;05/03/2024;H;Eva;"Turmstraße 1, 17033 Neubrandenburg, Germany";53,55;13,26;'
            "08:00;12:00;7;COLD;TWO;Ring\n",
        ),
        "optimoroute",
    )
    assert draft.kind is OrderKind.PICKUP
    assert draft.day == DAY
    assert draft.priority == 2
    assert draft.address.line == "Turmstraße 1, 17033 Neubrandenburg"
    assert draft.address.country == "DE"
    assert draft.location == Location(lat=53.55, lon=13.26)
    assert draft.window == window("08:00", "12:00")
    assert draft.service_time == timedelta(minutes=7)
    assert draft.requirements == {"cold", "two"}


def test_circuit_orders_get_a_reference_of_their_contents(tmp_path: Path) -> None:
    text = (
        "Address Line 1,Address Line 2,City,State,Zip,Country,Earliest Time,Latest Time,"
        "Time at stop,Notes,Recipient Name\n"
        "Turmstraße 1,2nd floor,Ort,,17033,Germany,8:00 AM,12:00 PM,5,Ring,Eva\n"
    )
    draft = only(written(tmp_path, text), "circuit")
    assert draft.reference.startswith("NOREF-")
    assert draft.hold_reason == ""
    assert draft.window == window("08:00", "12:00")
    assert draft.address.detail == "2nd floor"
    assert only(written(tmp_path, text), "circuit").reference == draft.reference
    other = only(written(tmp_path, text.replace("Eva", "Ida")), "circuit")
    assert other.reference != draft.reference


def test_detrack(tmp_path: Path) -> None:
    draft = only(
        written(
            tmp_path,
            "D.O. No.,Date,Address,Deliver to,Delivery time,Tracking No.,Phone No.,SKU,Quantity\n"
            'D1,2024-03-05,"Turmstraße 1, 17033 Ort",Eva,09:00 - 11:00,T-1,+49 30 1234,X,2\n'
            'D1,2024-03-05,"Turmstraße 1, 17033 Ort",Eva,09:00 - 11:00,T-1,+49 30 1234,Y,1\n',
        ),
        "detrack",
    )
    assert draft.window == window("09:00", "11:00")
    assert draft.barcodes == ("T-1",)
    assert draft.parcels == 1


def test_cartrack_stops_of_one_job_are_orders_of_their_own(tmp_path: Path) -> None:
    found = results(
        written(
            tmp_path,
            "Job Reference Number,Stop Type,Stop No,Date,Priority,Lat,Lng,Country Code,"
            "Address Line 1\n"
            "J1,P,1,2024-03-05 08:00,regular,53.55,13.26,DE,Turmstraße 1\n"
            "J1,D,2,2024-03-05 08:00,high,53.56,13.27,DE,Turmstraße 2\n",
        ),
        "cartrack",
    )
    drafts = [result.draft for result in found if result.draft]
    assert [(draft.reference, draft.kind.value, draft.priority) for draft in drafts] == [
        ("J1-1", "pickup", 0),
        ("J1-2", "delivery", 2),
    ]
    assert drafts[0].notices[-1] == (
        "only its day is taken; the time 08:00 is none of the order's time windows"
    )


def test_loads_that_are_only_numbered_are_named_with_a_remedy(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Order ID,Order type,Date,Address,Duration,Load #1,Load #2,Load #1 (kg)\n"
        'A1,D,05/03/2024,"Turmstraße 1, 17033 Ort",7,12,3,8\n',
    )
    with open_orders(path, OPTIONS) as file:
        (notice,) = file.notices
        (result,) = file.results()
    assert notice.startswith("Load #1, Load #2: not taken")
    assert "Load: crates" in notice
    assert result.draft is not None
    assert result.draft.weight_g == 8_000


def test_fleetbase(tmp_path: Path) -> None:
    draft = only(
        written(
            tmp_path,
            "order_ref,order_type,scheduled_at,priority,time_window_start,time_window_end,service_time_min,"
            "required_skills,dropoff_name,dropoff_street1,dropoff_city,dropoff_postal_code,"
            "dropoff_lat,dropoff_lng,weight_kg,volume_m3,parcels,cod_amount,cod_currency\n"
            "F1,transport,2024-03-05 08:00,100,09:00,11:00,4,cold,Eva,Turmstraße 1,Ort,17033,"
            "53.55,13.26,2,0.1,2,9.50,EUR\n",
        ),
        "fleetbase",
    )
    assert (draft.day, draft.priority, draft.parcels) == (DAY, 3, 2)
    assert (draft.cod_amount, draft.currency) == (Decimal("9.50"), "EUR")
    assert draft.window == window("09:00", "11:00")


def test_cartoway_takes_visits_with_both_their_windows(tmp_path: Path) -> None:
    found = results(
        written(
            tmp_path,
            "planning_date,stop_type,ref_visit,name*,street,postalcode,city,lat,lng,"
            "time_window_start_1,time_window_end_1,time_window_start_2,time_window_end_2,"
            "duration,priority,"
            "quantity[kg],tags\n"
            "2024-03-05,store,S,Depot,Warliner Straße 6,17034,Ort,,,,,,,,,,\n"
            "2024-03-05,visit,V1,Eva,Turmstraße 1,17033,Ort,53.5,13.2,08:00,10:00,,,"
            "00:05:00,4,2,x\n"
            "2024-03-05,visit,V2,Ida,Turmstraße 2,17033,Ort,,,08:00,10:00,14:00,16:00,"
            "00:05:00,0,2,\n",
        ),
        "cartoway",
    )
    assert [result.is_left_out for result in found] == [True, False, False]
    first, second = found[1].draft, found[2].draft
    assert first is not None
    assert second is not None
    assert (first.recipient, first.priority, first.weight_g) == ("Eva", 3, 2_000)
    assert first.service_time == timedelta(minutes=5)
    assert second.hold_reason == ""
    assert second.asks is not None
    assert second.asks.more_windows == (window("14:00", "16:00"),)


@pytest.mark.parametrize(
    ("preset", "header", "row"),
    [
        (
            "optimoroute",
            "Order ID,Order type,Date,Priority,Location ID,Address,Duration min,Load #1",
            'O,D,05/03/2024,H,7,"Turmstraße 1, 17033 Ort",5,12',
        ),
        (
            "circuit",
            "Address Line 1,Address Line 2,City,State,Country,Time at stop (min),Notes",
            "Turmstraße 1,,Ort,,Germany,5,Ring",
        ),
        (
            "detrack",
            "type,do_number,date,address,deliver_to_collect_from,tracking_number,job_type",
            'Delivery,D,2024-03-05,"Turmstraße 1, 17033 Ort",Eva,T,Delivery',
        ),
    ],
)
def test_other_layouts_of_a_program_are_recognised_too(
    tmp_path: Path, preset: str, header: str, row: str
) -> None:
    draft = only(written(tmp_path, f"{header}\n{row}\n"), preset)
    assert draft.address.street == "Turmstraße 1"
    assert draft.day == DAY


def test_every_preset_is_recognised_by_its_own_first_headers() -> None:
    for preset in PRESETS.values():
        headers = [names[0] for names in preset.columns.values()]
        assert detect(headers)[0].preset is preset


def test_headers_match_whatever_their_case_marks_and_separators(tmp_path: Path) -> None:
    draft = only(
        written(
            tmp_path, "\ufeffORDER-ID , Street_Address,Zip Code,CITY\nA,Turmstraße 1,17033,Ort\n"
        ),
        "wayboard",
    )
    assert draft.address.line == "Turmstraße 1, 17033 Ort"


def test_a_file_without_an_address_column_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "Referenz;Strase;Plz\nA;Turmstraße 1;17033\n")
    with pytest.raises(ImportErrors, match="not recognised") as refusal:
        list(read_orders(path, OPTIONS))
    problems = "\n".join(refusal.value.problems)
    assert "missing: street and house number" in problems
    assert "found: Referenz, Strase, Plz" in problems
    assert "“Strase” looks like street and house number" in problems


def test_a_persons_mapping_replaces_the_preset(tmp_path: Path) -> None:
    path = written(tmp_path, "Kennung,Wohin,Was\nA,Turmstraße 1,2\n")
    columns = {"reference": "Kennung", "address": "Wohin", "parcels": "was"}
    options = ReadOptions(zone=BERLIN, day=DAY, preset="wayboard", columns=columns)
    (result,) = read_orders(path, options)
    assert result.draft is not None
    assert (result.draft.reference, result.draft.parcels) == ("A", 2)


def test_a_mapping_to_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "Kennung,Wohin\nA,Turmstraße 1\n")
    columns = {"reference": "Kennung", "address": "Adresse"}
    with pytest.raises(ImportErrors, match="address is mapped to “Adresse”"):
        list(read_orders(path, ReadOptions(zone=BERLIN, day=DAY, columns=columns)))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "reference,address,Address\nA,Turmstraße 1,Turmstraße 2\n")
    with pytest.raises(ImportErrors, match="Two columns are called address"):
        list(read_orders(path, OPTIONS))


def test_a_shop_file_without_a_day_asks_for_it(shared_data: Path) -> None:
    path = shared_data / "orders" / "shopify-layout-40.csv"
    with pytest.raises(ImportErrors, match="Give the day"):
        list(read_orders(path, ReadOptions(zone=BERLIN)))


def test_an_unknown_preset_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "reference,address\nA,Turmstraße 1\n")
    with pytest.raises(ImportErrors, match="Known are auto, wayboard, shopify"):
        list(read_orders(path, ReadOptions(zone=BERLIN, day=DAY, preset="bogus")))


def test_a_mapping_is_remembered_for_files_with_the_same_columns_in_any_order() -> None:
    known = header_signature(["Reference", "Address", ""])
    assert known == header_signature(["address", "REFERENCE"])
    assert known == header_signature(["problem line", "problem", "Address", "Reference"])
    assert known != header_signature(["reference", "address", "city"])


@pytest.mark.parametrize("key", ["shopify", "woocommerce", "magento"])
def test_one_column_mapped_otherwise_leaves_a_shop_file_what_it_is(
    shared_data: Path, key: str
) -> None:
    path = shared_data / "orders" / f"{key}-layout-40.csv"
    with open_orders(path, OPTIONS) as file:
        changed = {name: header for name, header in file.columns.items() if name != "email"}
        plain = list(file.results())
    with open_orders(path, replace(OPTIONS, columns=changed)) as file:
        assert file.preset.key == key
        mapped = list(file.results())
    assert [each.reference for each in mapped] == [each.reference for each in plain]
    assert [each.draft and each.draft.payment for each in mapped] == [
        each.draft and each.draft.payment for each in plain
    ]
