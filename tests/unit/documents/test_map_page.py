from __future__ import annotations

import base64
import hashlib
import re

from app.documents.map_page import base_page
from app.paths import resource


def policy(page: str) -> dict[str, list[str]]:
    content = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert content
    rules = (rule.split() for rule in content.group(1).split(";"))
    return {name: values for name, *values in rules}


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="([^"]*)"', page)


def test_the_page_takes_everything_from_our_own_scheme() -> None:
    found = addresses(base_page())
    assert len(found) > 5
    assert all(address.startswith("wayboard:/") for address in found)
    assert "http" not in base_page().replace("http-equiv", "")


def test_every_file_the_page_asks_for_is_there() -> None:
    for address in addresses(base_page()):
        path = address.removeprefix("wayboard:/")
        assert path == "qwebchannel.js" or resource("web", *path.split("/")).is_file(), path


def test_only_named_scripts_may_run() -> None:
    page = base_page()
    rules = policy(page)
    assert rules["default-src"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & {v for vs in rules.values() for v in vs}
    for text in re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules["script-src"]


def test_the_policy_stands_before_the_first_script() -> None:
    page = base_page()
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_the_page_is_the_same_every_time() -> None:
    assert base_page() == base_page()
