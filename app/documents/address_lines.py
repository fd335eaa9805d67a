"""Takes addresses apart that were typed into one cell."""

from __future__ import annotations

import re
from dataclasses import replace

from app.domain.addresses import Address, after_care_of

_PAIR = re.compile(r"\(?\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*[,;/\s]\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*\)?")
_POSTCODE_FIRST = re.compile(
    r"(?:(?P<country>[A-Z]{1,3})[- ])?"
    r"(?P<postcode>\d{4,6}|\d{3}\s\d{2}|\d{4}-\d{3}|\d{4}\s?[A-Z]{2})\s+(?P<city>\D{2,})"
)
_POSTCODE_LAST = re.compile(
    r"(?P<city>\D{2,}?)[\s,]+(?P<postcode>\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})"
)
_COUNTRIES = {
    "germany": "DE", "deutschland": "DE", "d": "DE", "ger": "DE", "deu": "DE",
    "austria": "AT", "österreich": "AT", "a": "AT", "aut": "AT",
    "switzerland": "CH", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "che": "CH",
    "liechtenstein": "LI", "fl": "LI", "lie": "LI",
    "france": "FR", "frankreich": "FR", "fra": "FR", "italy": "IT", "italia": "IT", "ita": "IT",
    "spain": "ES", "españa": "ES", "esp": "ES", "portugal": "PT", "prt": "PT",
    "netherlands": "NL", "nederland": "NL", "nld": "NL", "belgium": "BE", "belgië": "BE",
    "belgique": "BE", "bel": "BE", "luxembourg": "LU", "lux": "LU", "poland": "PL",
    "polska": "PL", "pol": "PL", "czechia": "CZ", "czech republic": "CZ", "česko": "CZ",
    "cze": "CZ", "denmark": "DK", "danmark": "DK", "dnk": "DK", "sweden": "SE", "sverige": "SE",
    "swe": "SE", "norway": "NO", "norge": "NO", "nor": "NO", "finland": "FI", "suomi": "FI",
    "united kingdom": "GB", "great britain": "GB", "uk": "GB", "gbr": "GB", "ireland": "IE",
    "irl": "IE", "united states": "US", "united states of america": "US", "usa": "US",
    "canada": "CA", "can": "CA", "greece": "GR", "ελλάδα": "GR", "grc": "GR",
}  # fmt: skip


def country_code(text: str) -> str:
    """The two letters of a country where they are known, else the text as it is."""
    if len(text) == 2 and text.isascii() and text.isalpha():
        known = _COUNTRIES.get(text.casefold())
        return known or text.upper()
    return _COUNTRIES.get(text.casefold(), text)


def typed_coordinates(text: str) -> tuple[float, float] | None:
    """Two numbers typed where an address belongs, in their order; None for anything else."""
    match = _PAIR.fullmatch(text)
    if match is None:
        return None
    # A house number and a flat are two whole numbers too: one of a pair has a fraction, or both 0.
    numbers = (match[1].replace(",", "."), match[2].replace(",", "."))
    first, second = float(numbers[0]), float(numbers[1])
    has_fraction = "." in numbers[0] and "." in numbers[1]
    return (first, second) if has_fraction or (first, second) == (0, 0) else None


def from_one_line(text: str) -> Address:
    """`Street 1, 12345 City, Country` or `Street 1, City 12345`, as far as it is recognised."""
    parts = [part.strip() for part in re.split(r"[,\n;]", text) if part.strip()]
    address = Address()
    if len(parts) > 1 and _is_country(parts[-1]):
        address = replace(address, country=country_code(parts.pop()))
    for index in range(len(parts) - 1, -1, -1):
        found = _POSTCODE_FIRST.fullmatch(parts[index]) or _POSTCODE_LAST.fullmatch(parts[index])
        if found is not None and (index > 0 or len(parts) == 1):
            country = found.groupdict().get("country") or ""
            address = replace(
                address,
                postcode=found["postcode"],
                city=found["city"].strip(),
                country=country_code(country) if country else address.country,
            )
            del parts[index]
            break
    # a line that only names who takes the goods may stand before the street
    parts.sort(key=lambda part: after_care_of(part) != "")
    return replace(address, street=parts[0] if parts else "", detail=", ".join(parts[1:]))


def from_magento(text: str) -> Address:
    """`Street 1,City,Region,12345`: Magento's grid; the street itself may have commas."""
    parts = [part.strip() for part in text.rsplit(",", 3)]
    if len(parts) < 4:
        return from_one_line(text)
    street, _, detail = parts[0].replace("\n", ",").partition(",")
    return Address(street=street.strip(), detail=detail.strip(), city=parts[1], postcode=parts[3])


def _is_country(text: str) -> bool:
    return text.casefold() in _COUNTRIES or (len(text) == 2 and text.isalpha() and text.isupper())
