"""Files are there whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.documents.atomic_file import replacing, write_bytes
from app.domain.errors import DispatchError


def test_a_block_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_bytes(b"old")

    def half_written() -> None:
        with replacing(path) as part:
            part.write_bytes(b"half")
            raise ValueError("power cut")

    with pytest.raises(ValueError, match="power cut"):
        half_written()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_written_file_may_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        mask = os.umask(0o022)
        os.umask(mask)
        assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_folder_in_the_way_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "day.csv").mkdir()
    with pytest.raises(DispatchError, match=r"day\.csv can't be written: .*another folder"):
        write_bytes(tmp_path / "day.csv", b"new")
    assert list(tmp_path.iterdir()) == [tmp_path / "day.csv"]


def test_parts_of_a_killed_program_go_with_the_next_writing_and_nothing_else(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day [1].pdf"
    left = tmp_path / ".day [1].pdf.ab12_xyz.part"
    kept = [
        tmp_path / ".day [1].pdf.young123.part",  # somebody may be writing it just now
        tmp_path / ".other.pdf.ab12_xyz.part",
        tmp_path / "day [1].pdf.ab12_xyz.part",
        tmp_path / ".day [1].pdf.part",
    ]
    hours_ago = time.time() - 7_200
    for each in (left, *kept):
        each.write_bytes(b"half")
        if "young" not in each.name:
            os.utime(each, (hours_ago, hours_ago))
    write_bytes(path, b"whole")
    assert sorted(tmp_path.iterdir()) == sorted([path, *kept])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk needs /dev/full")
def test_a_full_disk_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"

    def write_too_much() -> None:
        with replacing(path), open("/dev/full", "wb", buffering=0) as disk:
            disk.write(b"more than there is room for")

    with pytest.raises(DispatchError, match=r"the disk is full\. Free some space"):
        write_too_much()
    assert list(tmp_path.iterdir()) == []
