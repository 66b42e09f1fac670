"""The benchmarks' command line: ``python -m benchmarks --help``."""

import click

from benchmarks import control, figures, funnel


@click.group(help="Benchmarks of the project. Each prints its figures and adds them to benchmarks/results/.")
def main() -> None:
    """Group of the commands."""


@main.command("control", help="Speed and memory of control 1 on generated deposits.")
@click.option("--passages", default=200_000, show_default=True, help="Passages of the largest file.")
@click.option("--runs", default=5, show_default=True, help="Runs per file, each in its own process.")
def control_command(passages: int, runs: int) -> None:
    """Control 1."""
    control.run(passages, runs)


@main.command("funnel", help="What the published funnel finds, rightly and wrongly, on drawn deposits.")
@click.option("--persons", default=1_000_000, show_default=True, help="Persons in the register.")
@click.option("--passages", default=30_000, show_default=True, help="Passages in each deposit.")
@click.option("--seed", default=11, show_default=True, help="Of the register and of the draws.")
def funnel_command(persons: int, passages: int, seed: int) -> None:
    """The funnel."""
    funnel.run(persons, passages, seed)


@main.command("peers", help="The funnel's first stage against recordlinkage (extra: bench).")
@click.option("--persons", default=1_000_000, show_default=True, help="Persons in the register.")
@click.option("--passages", default=30_000, show_default=True, help="Passages in the deposit.")
@click.option("--seed", default=11, show_default=True, help="Of the register and of the draw.")
def peers_command(persons: int, passages: int, seed: int) -> None:
    """The peers."""
    from benchmarks import peers  # noqa: PLC0415 - its libraries are in the extra bench

    peers.run(persons, passages, seed)


@main.command("figures", help="Put the figures of the committed results in the README.")
def figures_command() -> None:
    """The README's figures."""
    figures.write()


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
