"""The benchmarks' command line: ``python -m benchmarks --help``."""

from pathlib import Path

import click

from benchmarks import control, everything, funnel, linkage_commands

_FOLDER = click.Path(path_type=Path, file_okay=False)
_work = click.option(
    "--work", type=_FOLDER, default=Path("build/benchmarks"), show_default=True, help="Keeps draws and registers."
)


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


@click.group(help="Benchmarks of the project. Each prints its figures and adds them to benchmarks/results/.")
def main() -> None:
    """Group of the commands."""


for _command in linkage_commands.COMMANDS:
    main.add_command(_command)


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
@click.option("--failures/--no-failures", default=True, show_default=True, help="Failures of the whole file too.")
@_work
def check_command(register: Path | None, passages: int, seed: int, failures: bool, work: Path) -> None:
    """The rules."""
    from benchmarks import detection  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    detection.run(register or generated(1_000_000, work), passages, seed, work, has_failures=failures)


@main.command("check-speed", help="Speed and memory of `nirisation check`, report included.")
@click.option("--register", type=_FOLDER, help="A simulated register; one of a million persons is generated otherwise.")
@click.option("--passages", default=200_000, show_default=True, help="Of the largest deposit.")
@click.option("--runs", default=3, show_default=True, help="Runs per file, each in its own process.")
@click.option("--kinds", default="xml,csv", show_default=True, help="Of file.")
@_work
def check_speed_command(register: Path | None, passages: int, runs: int, kinds: str, work: Path) -> None:
    """The speed of the rules."""
    from benchmarks import check_speed  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    check_speed.run(register or generated(1_000_000, work), passages, runs, work, _listed(kinds))


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
@click.option("--small", is_flag=True, help="Five files from a register of 100,000.")
@_work
def forecast_command(
    registers: tuple[Path, ...], persons: tuple[int, ...], files: int, seed: int, small: bool, work: Path
) -> None:
    """The forecast."""
    from benchmarks import forecast  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    sizes = (100_000,) if small else persons or (() if registers else (1_000_000, 10_000_000))
    folders = [*registers, *(generated(number, work) for number in sizes)]
    forecast.run(folders, 5 if small else files, seed, work)


@main.command("explain", help="True causes, right corrections, and what sending again brings.")
@click.option("--register", "registers", type=_FOLDER, multiple=True, help="A register; may be repeated.")
@click.option("--persons", multiple=True, type=int, help="Or generate one of that many persons; may be repeated.")
@click.option("--passages", default=30_000, show_default=True, help="Of each deposit.")
@click.option("--profiles", default="typical,poor", show_default=True, help="Of the draws; `single` = one by type.")
@click.option("--seed", default=881, show_default=True, help="Of the draws.")
@_work
def explain_command(
    registers: tuple[Path, ...], persons: tuple[int, ...], passages: int, profiles: str, seed: int, work: Path
) -> None:
    """Explanations."""
    from benchmarks import explained  # noqa: PLC0415 - reads more than the other commands need
    from benchmarks.linkage import generated  # noqa: PLC0415 - same

    sizes = persons or (() if registers else (1_000_000,))
    every = [each for name in _listed(profiles) for each in (explained.SINGLES if name == "single" else (name,))]
    explained.run([*registers, *(generated(number, work) for number in sizes)], work, passages, every, seed)


@main.command("causes-model", help="Make the weights of causes that come with the package (extra: bench).")
@click.option("--register", "registers", type=_FOLDER, multiple=True, help="A simulated register; may be repeated.")
@click.option("--seed", default=771, show_default=True, help="Of the draws.")
@click.option("--small", is_flag=True, help="A quick run on 100,000 persons, whose weights are worth little.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("src/matching/explain/models/simulated.toml"),
    show_default=True,
    help="Where the weights are written.",
)
@_work
def causes_model_command(registers: tuple[Path, ...], seed: int, small: bool, output: Path, work: Path) -> None:
    """The weights of causes."""
    from benchmarks import fit_causes  # noqa: PLC0415 - its libraries are in the extra bench
    from benchmarks.linkage import generated  # noqa: PLC0415 - same
    from matching.register.folder import open_register  # noqa: PLC0415 - same

    folders = registers or [generated(100_000 if small else 10_000_000, work)]
    fit_causes.run([open_register(folder) for folder in folders], work, seed, output, 0.05 if small else 1.0)


@main.command("febrl", help="FEBRL1 to 4, outside data, by every linker (extra: bench).")
def febrl_command() -> None:
    """FEBRL4."""
    from benchmarks import febrl  # noqa: PLC0415 - its libraries are in the extra bench

    febrl.run()


@main.command("cases", help="What each strategy answers to the labelled pairs of cases.csv, and what changed.")
@click.option("--freeze", is_flag=True, help="Keep the answers as the frozen run.")
@click.option("--check", is_flag=True, help="Exit with 1 when an answer is not that of the frozen run.")
@click.option(
    "--failures",
    type=click.Choice(["cdc", "insi", "csns", "probabilistic"]),
    help="List the pairs that this strategy gets wrong or misses.",
)
def cases_command(freeze: bool, check: bool, failures: str | None) -> None:
    """The case table."""
    from benchmarks import cases  # noqa: PLC0415 - reads more than the other commands need

    cases.run(freeze=freeze, check=check, failures=failures)


@main.command("all", help="Every benchmark, or those that are named, then everything that is shown of them.")
@click.argument("questions", nargs=-1, type=click.Choice(list(everything.PLAN)))
@click.option(
    "--size", type=click.Choice([everything.SMALL, everything.FULL]), default=everything.SMALL, show_default=True
)
@click.option("--work", type=_FOLDER, help="Keeps draws and registers (default: one per size, in build).")
def all_command(questions: tuple[str, ...], size: str, work: Path | None) -> None:
    """All of them."""
    own = Path("build/benchmarks-small") if size == everything.SMALL else Path("build/benchmarks")
    everything.run(questions, size, work or own)


@main.command("render", help="RESULTS.md, its charts and the README's figures again, from the stored results alone.")
def render_command() -> None:
    """Everything that is shown."""
    from benchmarks import render  # noqa: PLC0415 - reads more than the other commands need

    for path in render.write():
        print(path)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
