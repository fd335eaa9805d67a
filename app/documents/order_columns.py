"""The fields of an order that a column can stand for, and the presets that name the columns."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.documents.cells import DateOrder
from app.documents.named_columns import named_field

FIELDS: Mapping[str, str] = {
    "reference": "order reference",
    "recipient": "recipient",
    "first_name": "first name",
    "last_name": "last name",
    "company": "company",
    "address": "street and house number",
    "house_number": "house number, where it has its own column",
    "detail": "floor, entrance, second address line",
    "postcode": "postcode",
    "city": "city",
    "country": "country",
    "one_line": "whole address in one cell",
    "lat": "latitude",
    "lon": "longitude",
    "date": "day of service",
    "window_start": "earliest time",
    "window_end": "latest time",
    "window": "time window in one cell",
    "service_min": "service time in minutes",
    "weight_kg": "weight in kilograms",
    "weight_g": "weight in grams",
    "volume_m3": "volume in cubic metres",
    "volume_l": "volume in litres",
    "parcels": "number of parcels",
    "barcodes": "barcodes of the parcels",
    "kind": "delivery or pickup",
    "method": "how it is handed over",
    "cod_amount": "cash to collect",
    "currency": "currency",
    "payment": "paid or not",
    "priority": "priority",
    "requirements": "required skills and features",
    "phone": "phone",
    "email": "mail address",
    "notes": "notes",
    "window2_start": "second window: earliest time",
    "window2_end": "second window: latest time",
    "ready_at": "goods ready at the depot from",
    "setup_min": "setup time in minutes, before the service",
    "drivers": "only these drivers",
    "not_drivers": "not these drivers",
    "preferred_drivers": "preferred drivers",
    "goods_class": "class of the goods, such as food",
    "not_with": "classes of goods that may not be in the same van",
    "back_kg": "weight in kilograms that a delivery takes back, such as empties",
    "back_parcels": "pieces that a delivery takes back",
    "drop_price": "price of leaving it out",
    "collected_by": "reference of the pickup that brings its goods",
}
"""What a person can map a column to, with its name for people."""

PROBLEM_COLUMNS = ("problem line", "problem column", "problem")
"""What the report of refused rows puts before the file's own columns."""

_WORD_BREAK = re.compile(r"[\s_\-]+")


def normalised(header: str) -> str:
    """A header as it is compared: case, marks, blanks, `_` and `-` make no difference."""
    return _WORD_BREAK.sub(" ", header.replace("\ufeff", "").strip(" \t\"'*:")).strip().casefold()


def header_signature(headers: Iterable[str]) -> str:
    """The same for files with the same columns in any order: what a mapping is remembered under."""
    names = {normalised(header) for header in headers} - {"", *PROBLEM_COLUMNS}
    text = "\n".join(sorted(names))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """How the files of one program look."""

    key: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    """Field → headers that mean it, normalised; the first that the file has is taken.

    Where the file has the field `item`, neighbouring rows of one reference are one order's items.
    """
    needed: tuple[tuple[str, ...], ...]
    """Of each group of fields the file must have one."""
    marks: tuple[str, ...] = ()
    """Normalised headers by which the file is recognised: all of them must be there.

    `a|b` stands for either.
    """
    date_order: DateOrder = None
    """Of dates like 3/4/2024; None where such a date stays open."""
    requirement_breaks: str = ",;|\n"
    aliases: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Header → field."""

    def __post_init__(self) -> None:
        aliases: dict[str, str] = {}
        for name, headers in self.columns.items():
            for header in headers:
                aliases.setdefault(header, name)
        object.__setattr__(self, "aliases", aliases)


def columns_of(preset: Preset, headers: Sequence[str]) -> dict[str, str]:
    """Field → header of the file, for what the preset recognises."""
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(normalised(header), header)
    found = {}
    for name, aliases in preset.columns.items():
        alias = next((alias for alias in aliases if alias in by_name), None)
        if alias is not None:
            found[name] = by_name[alias]
    for header in headers:
        if named := named_field(header):
            found.setdefault(named, header)
    return found


def is_marked(preset: Preset, headers: Iterable[str]) -> bool:
    """Whether all marks of the preset are there."""
    names = {normalised(header) for header in headers}
    return all(not names.isdisjoint(mark.split("|")) for mark in preset.marks)


def missing(preset: Preset, columns: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The groups of fields of which the file has none."""
    return tuple(
        group for group in preset.needed if not any(_is_there(part, columns) for part in group)
    )


def _is_there(part: str, columns: Mapping[str, str]) -> bool:
    """`lat+lon` stands for both."""
    return all(name in columns for name in part.split("+"))
