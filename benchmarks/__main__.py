"""The benchmarks' command line: ``python -m benchmarks --help``."""

import click

from benchmarks import control


@click.group(help="Benchmarks of the project. Each prints its figures and adds them to benchmarks/results/.")
def main() -> None:
    """Group of the commands."""


@main.command("control", help="Speed and memory of control 1 on generated deposits.")
@click.option("--passages", default=200_000, show_default=True, help="Passages of the largest file.")
@click.option("--runs", default=5, show_default=True, help="Runs per file, each in its own process.")
def control_command(passages: int, runs: int) -> None:
    """Control 1."""
    control.run(passages, runs)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
