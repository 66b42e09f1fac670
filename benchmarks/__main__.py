"""The benchmarks' command line: ``python -m benchmarks --help``."""

from pathlib import Path

import click

from benchmarks import control, figures, funnel

_FOLDER = click.Path(path_type=Path, file_okay=False)
_work = click.option(
    "--work", type=_FOLDER, default=Path("build/benchmarks"), show_default=True, help="Keeps draws and registers."
)


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


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


@main.command("linkage", help="Who is found, and who is somebody else, by strategy and peer, strangers and promise.")
@click.option("--register", "registers", type=_FOLDER, multiple=True, help="A register; may be repeated.")
@click.option("--persons", multiple=True, type=int, help="Or generate one of that many persons; may be repeated.")
@click.option("--passages", default=30_000, show_default=True, help="Of people of the register, in each draw.")
@click.option("--strangers", default=".01,.05,.10", show_default=True, help="Shares of strangers.")
@click.option("--profiles", default="typical,poor", show_default=True, help="Profiles of the draws.")
@click.option("--strategies", default="cdc,probabilistic", show_default=True, help="Strategies; may be empty.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Measure the peers too (extra: bench).")
@click.option("--seed", default=101, show_default=True, help="Of the draws that are judged.")
@_work
def linkage_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    passages: int,
    strangers: str,
    profiles: str,
    strategies: str,
    peers: bool,
    seed: int,
    work: Path,
) -> None:
    """Accuracy."""
    from benchmarks import linkage  # noqa: PLC0415 - reads more than the other commands need

    choices = linkage.Choices(
        passages, [float(share) for share in _listed(strangers)], _listed(profiles), _listed(strategies), peers, seed
    )
    folders = [*registers, *(linkage.generated(number, work) for number in persons)]
    linkage.run(folders, choices, work)


@main.command("blocking", help="Who is lost before anybody is compared, by blocking pass and place of birth.")
@click.option("--register", "registers", type=_FOLDER, multiple=True, required=True, help="May be repeated.")
@click.option("--passages", default=30_000, show_default=True, help="Of people of the register, in each draw.")
@click.option("--profiles", default="typical,poor", show_default=True, help="Profiles of the draws.")
@click.option("--strangers", default=0.05, show_default=True, help="Share of strangers.")
@click.option("--seed", default=101, show_default=True, help="Of the draws.")
@_work
def blocking_command(
    registers: tuple[Path, ...], passages: int, profiles: str, strangers: float, seed: int, work: Path
) -> None:
    """Blocking."""
    from benchmarks import blocking  # noqa: PLC0415 - reads more than the other commands need

    blocking.run(registers, passages, _listed(profiles), strangers=strangers, seed=seed, work=work)


@main.command("linkage-speed", help="Time and memory from the XML to the decisions, ours beside Splink's.")
@click.option("--register", type=_FOLDER, required=True, help="A register.")
@click.option("--passages", default="100000,500", show_default=True, help="Of each deposit.")
@click.option("--runs", default=5, show_default=True, help="Of each program, in turn.")
@click.option("--strategy", default="probabilistic", show_default=True, help="Ours.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Measure Splink too (extra: bench).")
@_work
def linkage_speed_command(register: Path, passages: str, runs: int, strategy: str, peers: bool, work: Path) -> None:
    """Speed."""
    from benchmarks import linkage_speed  # noqa: PLC0415 - reads more than the other commands need

    sizes = [int(size) for size in _listed(passages)]
    linkage_speed.run(register, sizes, runs, strategy, work, has_peers=peers)


@main.command("weights", help="Make the weight table that comes with the package (extra: bench).")
@click.option("--register", type=_FOLDER, required=True, help="A simulated register; a million persons are enough.")
@click.option("--passages", default=90_000, show_default=True, help="Of people of the register, in each draw.")
@click.option("--seeds", default="201,202,203", show_default=True, help="Of the draws.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("src/matching/linkage/weight_tables/typical.toml"),
    show_default=True,
    help="Where the table is written.",
)
@_work
def weights_command(register: Path, passages: int, seeds: str, output: Path, work: Path) -> None:
    """The weight table."""
    from benchmarks import fit_weights  # noqa: PLC0415 - its libraries are in the extra bench
    from matching.register.folder import open_register  # noqa: PLC0415 - same

    fit_weights.run(open_register(register), work, passages, [int(seed) for seed in _listed(seeds)], output)


@main.command("check", help="What the rules see of each type of error, and what they see where there is none.")
@click.option("--register", type=_FOLDER, help="A simulated register; one of a million persons is generated otherwise.")
@click.option("--passages", default=100_000, show_default=True, help="Of each deposit.")
@click.option("--seed", default=71, show_default=True, help="Of the draws.")
@_work
def check_command(register: Path | None, passages: int, seed: int, work: Path) -> None:
    """The rules."""
    from benchmarks import detection  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    detection.run(register or generated(1_000_000, work), passages, seed, work)


@main.command("check-speed", help="Speed and memory of `nirisation check`, report included.")
@click.option("--register", type=_FOLDER, help="A simulated register; one of a million persons is generated otherwise.")
@click.option("--passages", default=200_000, show_default=True, help="Of the largest deposit.")
@click.option("--runs", default=3, show_default=True, help="Runs per file, each in its own process.")
@_work
def check_speed_command(register: Path | None, passages: int, runs: int, work: Path) -> None:
    """The speed of the rules."""
    from benchmarks import check_speed  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    check_speed.run(register or generated(1_000_000, work), passages, runs, work)


@main.command("forecast-model", help="Make the model of the forecast that comes with the package (extra: bench).")
@click.option("--register", "registers", type=_FOLDER, multiple=True, help="Instead of those that are generated.")
@click.option("--seeds", default="501,502", show_default=True, help="Of the files of the model, of its interval.")
@click.option("--small", is_flag=True, help="A quick run, whose model is worth nothing.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("src/matching/quality/forecasting/models/simulated.toml"),
    show_default=True,
    help="Where the model is written.",
)
@_work
def forecast_model_command(registers: tuple[Path, ...], seeds: str, small: bool, output: Path, work: Path) -> None:
    """The model of the forecast."""
    from benchmarks import fit_forecast  # noqa: PLC0415 - its libraries are in the extra bench

    of_model, of_interval = (int(seed) for seed in _listed(seeds))
    folders = registers or fit_forecast.own_registers(work, small=small)
    fit_forecast.run(folders, work, (of_model, of_interval), output, small=small)


@main.command("forecast", help="The forecast beside what comes back, on whole files that its model never saw.")
@click.option("--register", "registers", type=_FOLDER, multiple=True, help="A register; may be repeated.")
@click.option("--persons", multiple=True, type=int, help="Or generate one of that many persons; may be repeated.")
@click.option("--files", default=200, show_default=True, help="In all.")
@click.option("--seed", default=90_001, show_default=True, help="Of the files.")
@click.option("--small", is_flag=True, help="Ten files from a register of 100,000.")
@_work
def forecast_command(
    registers: tuple[Path, ...], persons: tuple[int, ...], files: int, seed: int, small: bool, work: Path
) -> None:
    """The forecast."""
    from benchmarks import forecast  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    sizes = (100_000,) if small else persons or (() if registers else (1_000_000, 10_000_000))
    folders = [*registers, *(generated(number, work) for number in sizes)]
    forecast.run(folders, 10 if small else files, seed, work)


@main.command("febrl", help="FEBRL4, an outside data set, by every linker (extra: bench).")
def febrl_command() -> None:
    """FEBRL4."""
    from benchmarks import febrl  # noqa: PLC0415 - its libraries are in the extra bench

    febrl.run()


@main.command("figures", help="Put the figures of the committed results in the README.")
def figures_command() -> None:
    """The README's figures."""
    figures.write()


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
