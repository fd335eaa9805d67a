"""Reads words that orders and fleets have in common: skills, phones, mail addresses."""

from __future__ import annotations

import re

from app.documents.cells import shown
from app.documents.row_cells import RowCells

_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
_PHONE = re.compile(r"\+?[\d\s()/.\-–]+(?:(?:ext|x|app|dw)\.?\s?\d{1,6})?", re.IGNORECASE)


def requirements(cells: RowCells, name: str, breaks: str = ",;|\n") -> frozenset[str]:
    """Skills or features, each in our spelling: `Tail lift` is `tail-lift`."""
    text = cells.get(name)
    if not text:
        return frozenset()
    parts = re.split(f"[{re.escape(breaks)}]", text.casefold())
    return frozenset(re.sub(r"[\s_]+", "-", part.strip()) for part in parts if part.strip())


def check_contacts(cells: RowCells) -> None:
    """Tell of phone numbers and mail addresses that can't be used; they are kept as they are."""
    phone, email = cells.get("phone"), cells.get("email")
    if phone and not (_PHONE.fullmatch(phone) and 4 <= sum(map(str.isdecimal, phone)) <= 20):
        cells.warn("phone", "phone_invalid", f"“{shown(phone)}” is no phone number")
    if email and not _EMAIL.fullmatch(email):
        cells.warn("email", "email_invalid", f"“{shown(email)}” is no mail address")
