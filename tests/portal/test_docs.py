"""The examples of docs/portal.md do what it says, on a portal that starts as ``nirisation serve`` does."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from matching.deposit.receipt import read_receipt

PAGE = (Path(__file__).parents[2] / "docs/portal.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TOLD = "http://127.0.0.1:8765"


@pytest.fixture
def folder(deposit, tmp_path):
    """A folder with the file of the examples."""
    place = tmp_path / "client"
    place.mkdir()
    (place / "janvier.xml").write_bytes(deposit("A-1", strangers=["A-2"]))
    return place


def test_the_python_example(deposit_portal, folder):
    code = next(body for kind, body in BLOCKS if kind == "python").replace(TOLD, deposit_portal.url)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "Traité avec erreurs - 1 OK, 1 KO\n"
    assert read_receipt(folder / "accuse.xml").ok == ("A-1",)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_examples(deposit_portal, folder):
    lines = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if TOLD in line]
    shown = []
    for line in lines:
        words = shlex.split(line.replace(TOLD, deposit_portal.url))
        done = subprocess.run([words[0], "-sS", "--fail", *words[1:]], cwd=folder, capture_output=True, check=True)
        shown.append(done.stdout.decode())
    received, again, treated, _, listed = shown
    assert '"numero":503958' in received
    assert '"fichier":"janvier.xml"' in again
    assert '"statut":"Traité avec erreurs"' in treated
    assert listed.count('"numero"') == 2
    receipt = next(path for path in folder.iterdir() if path.name.startswith("Accus"))
    assert read_receipt(receipt).treatment_id == "503958"


def test_the_example_of_a_test(folder):
    """With the plugin alone: the register is made by the generator, as on a machine that has none."""
    plugin, test = (body for kind, body in BLOCKS if kind == "py")
    (folder / "conftest.py").write_text(plugin, encoding="utf-8")
    head = 'import requests\nfrom pathlib import Path\n\nfichier = Path("janvier.xml").read_bytes()\n\n'
    (folder / "test_mine.py").write_text(head + test, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(words, cwd=folder, env=alone, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout
