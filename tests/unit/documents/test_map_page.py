from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from app.documents import map_page
from app.documents.map_page import base_page, kept_page
from app.paths import resource
from tests.conftest import ROOT


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


def test_the_kept_page_is_the_one_that_was_made(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    assert kept_page(folder) == base_page()
    assert kept_page(folder) == base_page()
    assert len(list(folder.iterdir())) == 1


def test_a_kept_page_needs_neither_folium_nor_pandas(tmp_path: Path) -> None:
    kept_page(tmp_path)
    code = (
        "import sys; from pathlib import Path; from app.documents.map_page import kept_page; "
        "page = kept_page(Path(sys.argv[1])); "
        "assert 'map_wayboard' in page; print({'folium', 'pandas', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("newer", ["folium", "branca", "jinja2", "wayboard"])
def test_another_version_makes_the_page_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newer: str
) -> None:
    kept_page(tmp_path)
    (old,) = tmp_path.iterdir()
    old.write_text("<html>a page of before</html>")
    assert "of before" in kept_page(tmp_path)
    real = map_page.version
    monkeypatch.setattr(
        map_page, "version", lambda name: real(name) + ("9" if name == newer else "")
    )
    if newer == "wayboard":
        monkeypatch.setattr(map_page, "__version__", map_page.__version__ + "9")
    assert kept_page(tmp_path) == base_page()
    assert not old.exists()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_OPTIONS", {"location": (0.0, 0.0), "zoom_start": 3}),
        ("_OWN_SCRIPTS", ("map.js",)),
        ("_STYLES", ("map.css",)),
    ],
)
def test_another_content_makes_the_page_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    before = kept_page(tmp_path)
    monkeypatch.setattr(map_page, name, value)
    assert kept_page(tmp_path) == base_page() != before


def test_the_map_comes_although_nothing_can_be_kept(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.write_text("a file where the folder should be")
    assert kept_page(folder) == base_page()


def test_a_frozen_build_that_does_not_know_its_parts_keeps_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(map_page, "version", unknown)
    assert kept_page(tmp_path) == kept_page(tmp_path) == base_page()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("broken", [b"\xff\xfe\x00", b"", b"<!DOCTYPE html><html><head>"])
def test_a_kept_page_that_is_damaged_is_made_anew(tmp_path: Path, broken: bytes) -> None:
    kept_page(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(broken)
    assert kept_page(tmp_path) == base_page()
    assert file.read_text(encoding="utf-8") == base_page()
