from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from app.paths import migrations_folder, resource

ROOT = Path(__file__).resolve().parents[2]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {normal(re.split(r"[\[; ]", line)[0]) for line in wanted}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {normal(line.split("==")[0]) for line in lines if "==" in line}
    assert names - pinned == set()


def test_the_constraints_name_versions_and_nothing_else() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[0-9][\w.]*", line), line


def test_the_web_lock_file_holds_checksums_but_no_download_addresses() -> None:
    lock = json.loads(resource("web", "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("resolved" not in package for package in packages.values())
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_the_web_packages_are_asked_for_in_exact_versions() -> None:
    package = json.loads(resource("web", "package.json").read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"[\d.]+", version) for version in package["dependencies"].values())


def test_the_programs_own_files_are_found() -> None:
    assert resource("web", "map.js").is_file()
    assert (migrations_folder() / "env.py").is_file()
