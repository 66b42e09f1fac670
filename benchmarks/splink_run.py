"""What a user of Splink would run on a deposit, as a program: ``python -m benchmarks.splink_run --help``.

From the XML to the best person of each passage, in one process. The register is ready, as the project's own index is:
in comparable columns, its frequencies counted.
"""

import json
from pathlib import Path

import click

from benchmarks.comparable import submitted
from benchmarks.contestants import by_weight
from benchmarks.splink_model import score, train
from matching.deposit.reader import read_deposit

FEWER_RANDOM_PAIRS = 1e6
"""A tenth of what the accuracy is measured with: what is timed is training at its cheapest."""

LEAST_BITS = 5.0
"""No pair below is ever accepted, nor makes a better one doubtful: storing them would only take memory."""


@click.command(help="Link DEPOSIT to REGISTER (in comparable columns) and write the best pairs to ANSWERS.")
@click.argument("deposit", type=click.Path(path_type=Path, exists=True))
@click.argument("register", type=click.Path(path_type=Path, exists=True))
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--model", type=click.Path(path_type=Path), help="A trained model; without it, train one first.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the model that was trained.")
def main(deposit: Path, register: Path, answers: Path, model: Path | None, save: Path | None) -> None:
    """One run."""
    passages = submitted(read_deposit(deposit).passages)
    if model is not None:
        trained = json.loads(model.read_text(encoding="utf-8"))
    else:
        trained = train(passages, register, random_pairs=FEWER_RANDOM_PAIRS)
    if save is not None:
        save.write_text(json.dumps(trained), encoding="utf-8")
    by_weight(score(trained, passages, register, LEAST_BITS), 0.0).best.write_parquet(answers)


if __name__ == "__main__":
    main()
