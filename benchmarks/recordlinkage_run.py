"""What a user of recordlinkage would run on a deposit, as a program: ``python -m benchmarks.recordlinkage_run --help``.

From the XML to the best person of each passage, in one process, training included. The register is ready, in
comparable columns.
"""

from pathlib import Path

import click
import polars as pl

from benchmarks.comparable import submitted
from benchmarks.contestants import by_weight
from benchmarks.recordlinkage_contender import weighed
from matching.deposit.reader import read_deposit


@click.command(help="Link DEPOSIT to REGISTER (in comparable columns) and write the best pairs to ANSWERS.")
@click.argument("deposit", type=click.Path(path_type=Path, exists=True))
@click.argument("register", type=click.Path(path_type=Path, exists=True))
@click.argument("answers", type=click.Path(path_type=Path))
def main(deposit: Path, register: Path, answers: Path) -> None:
    """One run."""
    passages = submitted(read_deposit(deposit).passages)
    by_weight(weighed(passages, pl.read_parquet(register / "*.parquet")), 0.0).best.write_parquet(answers)


if __name__ == "__main__":
    main()
