"""What the documents say is so: commands run, pages made from the code are fresh, links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from docs.build import pages

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])


def commands(page: str) -> list[list[str]]:
    """The commands of the page's shell blocks, in order, comments left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [body for kind, body in FENCED.findall(text) if kind == "sh"]
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    return [words for words in lines if words and words[0] != "make"]


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / words[0]
    small = ["20000" if word == "200000" else word for word in words]
    return subprocess.run([program, *small[1:]], cwd=folder, capture_output=True, text=True, check=False)


def test_the_readme_s_commands_run_one_after_the_other(tmp_path):
    told = commands("README.md")
    assert {words[0] for words in told} == {"nirisation", "sngi-mock"}
    for words in told:
        done = run(words, tmp_path)
        assert done.returncode == 0, f"{words}: {done.stderr}"
    code = next(body for kind, body in FENCED.findall((ROOT / "README.md").read_text("utf-8")) if kind == "python")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Summary(passages=5000" in done.stdout


def test_make_demo_ends_as_the_readme_says(tmp_path):
    shown = run(["nirisation", "demo", "--quiet"], tmp_path).stdout
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = next(body for kind, body in FENCED.findall(text) if kind == "text")
    assert told.strip() in shown


def test_the_guide_s_commands_are_known():
    for words in commands("docs/guide.md"):
        done = run([*words[:2], "--help"], ROOT)
        assert done.returncode == 0
        for option in (word for word in words if word.startswith("--")):
            assert option in done.stdout


def test_the_two_commands_of_the_readme_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        assert f"make {target}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_generated_page_is_fresh(path):
    assert path.read_text(encoding="utf-8") == pages()[path], "run: python docs/build.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("program", ["nirisation", "sngi-mock"])
def test_help_is_in_english_and_names_every_command(program):
    shown = run([program, "--help"], ROOT).stdout
    assert "Commands:" in shown
    assert os.linesep not in shown.splitlines()[0]
