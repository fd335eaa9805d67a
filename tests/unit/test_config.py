from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from app.config import load_settings, save_settings
from app.domain.errors import DispatchError
from app.secrets import hide_password, with_password


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


def test_an_unreadable_settings_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(DispatchError, match=r"settings\.json can't be read .* Mend or delete it"):
        load_settings(tmp_path)


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


def test_a_password_lives_in_the_keyring_and_not_in_the_settings() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(_Keyring())
    try:
        bare = hide_password("postgresql://ana:s3cret@server/depot")
        assert "s3cret" not in bare
        assert "s3cret" in with_password(bare)
    finally:
        keyring.set_keyring(before)
