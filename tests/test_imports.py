"""The arrows between stages. The table below is the drawing: a stage imports what stands on its line, no more."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import matching

SRC = Path(matching.__file__).parents[1]
VOCABULARY = {"matching", "matching.identity", "matching.reference"}

ALLOWED = {
    "matching": set(),
    "matching.identity": set(),
    "matching.reference": {"matching.identity"},
    "matching.deposit": VOCABULARY,
    "matching.normalize": VOCABULARY,
    "matching.register": VOCABULARY,
    "matching.report": VOCABULARY,
    "matching.linkage": VOCABULARY,
    # What is checked has been read: quality sees the normalized values, tables become what a deposit file gives.
    "matching.quality": VOCABULARY | {"matching.normalize"},
    "matching.explain": VOCABULARY | {"matching.normalize", "matching.quality"},
    "matching.tables": VOCABULARY | {"matching.deposit", "matching.normalize"},
    "matching.strategies": VOCABULARY | {"matching.linkage", "matching.normalize", "matching.register"},
    # Stages meet here and nowhere else.
    "matching.chain": VOCABULARY | {"matching.deposit", "matching.register", "matching.strategies", "matching.report"},
    "matching.checking": VOCABULARY | {"matching.deposit", "matching.quality", "matching.tables"},
    "matching.checked_files": VOCABULARY | {"matching.checking", "matching.report"},
    "matching.trying": VOCABULARY | {"matching.explain", "matching.register", "matching.strategies"},
    "matching.explaining": VOCABULARY | {"matching.deposit", "matching.explain", "matching.quality", "matching.trying"},
    "matching.explained_files": VOCABULARY
    | {"matching.deposit", "matching.explain", "matching.explaining", "matching.report"},
    "matching.gathering": VOCABULARY | {"matching.deposit", "matching.explain"},
    "matching.following": VOCABULARY
    | {"matching.deposit", "matching.explain", "matching.gathering", "matching.report"},
    "matching.resending": VOCABULARY | {"matching.deposit", "matching.explain", "matching.tables"},
    "matching.cli_options": VOCABULARY | {"matching.deposit"},
    "matching.cli_engine": VOCABULARY
    | {"matching.cli_options", "matching.deposit", "matching.register", "matching.strategies", "matching.report"},
    "matching.cli_quality": VOCABULARY
    | {
        "matching.checked_files",
        "matching.checking",
        "matching.cli_options",
        "matching.deposit",
        "matching.quality",
        "matching.report",
    }
    | {"matching.strategies", "matching.tables"},
    "matching.cli_explain": VOCABULARY
    | {"matching.cli_options", "matching.deposit", "matching.explaining", "matching.following", "matching.quality"}
    | {"matching.explained_files", "matching.gathering", "matching.register"}
    | {"matching.report", "matching.resending", "matching.strategies", "matching.trying"},
    # The portal is the chain behind an address.
    "matching.portal": VOCABULARY | {"matching.chain", "matching.deposit", "matching.register", "matching.strategies"},
    # The page is the commands behind doors, beside the portal.
    "matching.pages": VOCABULARY
    | {"matching.checked_files", "matching.checking", "matching.explained_files", "matching.explaining"}
    | {"matching.deposit", "matching.portal", "matching.report", "matching.resending", "matching.strategies"}
    | {"matching.tables", "matching.trying"},
    "matching.cli_portal": VOCABULARY
    | {"matching.cli_options", "matching.pages", "matching.portal", "matching.strategies"},
    "matching.cli": VOCABULARY
    | {"matching.chain", "matching.deposit", "matching.register", "matching.strategies", "matching.report"}
    | {"matching.cli_options", "matching.cli_engine", "matching.cli_explain", "matching.cli_portal"}
    | {"matching.cli_quality"},
    "matching.__main__": {"matching.cli"},
    # The generator knows the vocabulary and how deposits and registers are written and opened; the engine, never.
    "sngi_mock": VOCABULARY
    | {"matching.deposit.writer", "matching.deposit.header", "matching.register.folder", "matching.register.shards"},
}


def stage_of(module: str) -> str:
    """The line of the table a module belongs to."""
    if module.startswith("sngi_mock"):
        return "sngi_mock"
    return ".".join(module.split(".")[:2])


def imports(path: Path) -> set[str]:
    """Modules of this project that a file imports, at any depth of its code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in {"matching", "sngi_mock"}}


def modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_stage_imports_what_its_line_allows(path):
    module = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    stage = stage_of(module)
    allowed = ALLOWED[stage] | {stage}
    for imported in imports(path):
        names = {imported, imported.rpartition(".")[0], stage_of(imported)}
        if names.isdisjoint(allowed) and stage_of(imported) != "matching":
            pytest.fail(f"{module} may not import {imported}")


def test_the_table_has_every_stage():
    stages = {stage_of(".".join(path.relative_to(SRC).with_suffix("").parts)) for path in modules()}
    assert {stage.removesuffix(".__init__") for stage in stages} == set(ALLOWED)


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("import matching", {"polars", "numpy", "lxml", "rich", "click"}),
        ("import matching.reference", {"polars.DataFrame.read_parquet", "lxml"}),
        ("import matching.cli", {"polars", "numpy", "lxml", "rich"}),
        ("import sngi_mock.cli", {"polars", "numpy", "lxml", "rich"}),
        ("import matching.deposit.control", {"polars", "numpy"}),
    ],
)
def test_heavy_imports_stay_where_they_are_needed(command, heavy):
    """``--help`` answers at once, and control 1 stays small."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{command}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert heavy.isdisjoint(shown)


def test_importing_the_tables_reads_none():
    code = (
        "import polars as pl; pl.read_parquet = None; "
        "import matching.reference.communes, matching.reference.names, matching.reference.countries"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
