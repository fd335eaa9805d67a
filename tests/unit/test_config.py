from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from sqlalchemy.engine import make_url

from app.config import load_settings, save_settings
from app.domain.errors import DispatchError, StorageUnavailable
from app.secrets import hide_password, with_password
from app.storage.database import Database


def test_a_trial_keeps_everything_in_the_folder_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYBOARD_DATA", str(tmp_path / "trial"))
    settings = load_settings()
    for path in (settings.database_file, settings.regions, settings.logs):
        assert path.is_relative_to(tmp_path / "trial")


def test_what_was_saved_is_read_at_the_next_start(tmp_path: Path) -> None:
    save_settings(replace(load_settings(tmp_path), region="Porto", seconds=30, is_metric=False))
    again = load_settings(tmp_path)
    assert (again.region, again.seconds, again.is_metric) == ("Porto", 30, False)


def test_a_value_of_the_wrong_kind_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"region": 7, "theme": "dark"}')
    settings = load_settings(tmp_path)
    assert (settings.region, settings.theme) == ("", "dark")


@pytest.mark.parametrize("content", [b"{", b"[]", b'"dark"', b"\xff\xfe{}"])
def test_an_unreadable_settings_file_is_named_with_its_remedy(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(DispatchError, match=r"settings\.json can't be read .* Mend or delete it"):
        load_settings(tmp_path)


@pytest.mark.parametrize("seconds", ["-5", "0", "NaN", "Infinity"])
def test_a_search_time_that_is_none_is_left_out(tmp_path: Path, seconds: str) -> None:
    (tmp_path / "settings.json").write_text(f'{{"seconds": {seconds}}}')
    assert load_settings(tmp_path).seconds == 10.0


def test_settings_that_cannot_be_written_are_named_and_stay_as_they_were(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    save_settings(settings)
    (tmp_path / "settings.part").mkdir()
    with pytest.raises(DispatchError, match=r"settings\.json can't be written"):
        save_settings(replace(settings, region="Porto"))
    assert load_settings(tmp_path).region == ""


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DispatchError, match="Choose another folder"):
        load_settings(tmp_path / "file" / "data")


class _Keyring(KeyringBackend):
    """A real backend that keeps its secrets for one test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def safe() -> Iterator[_Keyring]:
    before = keyring.get_keyring()
    own = _Keyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cret@server/depot",
        "postgresql://ana@server/depot?password=s3cret&sslmode=require",
    ],
)
def test_a_password_lives_in_the_keyring_and_not_in_the_settings(safe: _Keyring, url: str) -> None:
    bare = hide_password(url)
    assert "s3cret" not in bare
    assert list(safe.kept.values()) == ["s3cret"]
    parsed = make_url(with_password(bare))
    assert (parsed.password, parsed.host, parsed.database) == ("s3cret", "server", "depot")
    assert parsed.query == ({"sslmode": "require"} if "sslmode" in url else {})


@pytest.mark.usefixtures("safe")
def test_an_address_without_a_password_stays_as_it_is() -> None:
    for url in (
        "postgresql://ana@server/depot",
        "sqlite:///day.db",
        "no address at all",
        "p://a@b:c/d",
    ):
        assert with_password(url) == url
    assert hide_password("postgresql://ana@server/depot") == "postgresql://ana@server/depot"


def test_without_a_keyring_a_password_is_not_kept_anywhere() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    try:
        bare = hide_password("postgresql://ana:s3cret@server/depot")
        assert with_password(bare) == bare == "postgresql://ana@server/depot"
    finally:
        keyring.set_keyring(before)


def test_text_that_is_no_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(StorageUnavailable) as refused:
        Database("postgres//ana:s3cret@server")
    assert "s3cret" not in str(refused.value)
