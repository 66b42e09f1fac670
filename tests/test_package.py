"""The wheel installs outside the checkout and works there."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_is_pure_and_carries_its_tables(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "matching/py.typed",
        "sngi_mock/py.typed",
        "matching/reference/tables/communes.parquet",
        "matching/reference/tables/communes.toml",
        "matching/identity/sentences/deposit.toml",
        "matching/pages/templates/layout.html",
        "matching/pages/assets/site.css",
        "matching/pages/measured/RESULTS.md",
        "matching/pages/measured/charts/match-rate-by-error.svg",
    ):
        assert needed in names
    assert not [name for name in names if name.startswith(("tests/", "data/", "benchmarks/"))]


def test_an_install_elsewhere_runs_the_demo(wheel, tmp_path):
    """A new environment that sees this one's libraries, but not the checkout."""
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    binaries = tmp_path / "env" / "bin"
    site = Path(
        subprocess.run(
            [binaries / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    install = [sys.executable, "-m", "pip", "--python", str(binaries / "python"), "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True)
    # Written after the install, so that pip does not take the checkout's own install for this one.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    where = [binaries / "python", "-c", "import matching, sngi_mock; print(matching.__file__, sngi_mock.__file__)"]
    files = subprocess.run(where, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.split()
    assert all(Path(file).is_relative_to(site) for file in files)

    demo = [binaries / "nirisation", "demo", "--size", "5000", "--passages", "200", "--quiet"]
    shown = subprocess.run(demo, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert "Passages" in shown
    assert (tmp_path / "demo/results/receipt.xml").exists()
