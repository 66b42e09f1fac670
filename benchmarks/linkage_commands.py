"""The commands about linkage: ``quality``, ``errors``, ``calibration``, ``blocking``, ``speed``, ``scale``.

``--size small`` runs each in under a minute on two cores, on a generated register of 100,000 persons; ``--size full``
is what the committed results were measured with. Any other option stands for the size's choice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(path_type=Path, file_okay=False)
Command = Callable[..., Any]


@dataclass(frozen=True)
class Size:
    """What a size chooses.

    Attributes:
        persons: Of the registers that are generated.
        passages: Of people of the register, in each draw.
        strangers: Shares.
        profiles: Of the draws.
        of_each: Records of each type of error.
        runs: Of each program that is timed.
        deposits: Passages of the files that are timed.
        growing: Persons of the registers whose growth is timed.
    """

    persons: tuple[int, ...]
    passages: int
    strangers: tuple[float, ...]
    profiles: tuple[str, ...]
    of_each: int
    runs: int
    deposits: tuple[int, ...]
    growing: tuple[int, ...]


# fmt: off
SIZES = {
    "small": Size((100_000,), 2_000, (0.05,), ("typical",), 400, 1, (500,), (20_000, 100_000)),
    "full": Size(
        (1_000_000, 10_000_000), 30_000, (0.01, 0.05, 0.10), ("typical", "poor"), 3_600, 5,
        (100_000, 500), (100_000, 1_000_000, 10_000_000),
    ),
}
# fmt: on
"""Of each type 3 600 are asked for, so that 3 500 are left where a slip now and then changes nothing."""

_work = click.option(
    "--work", type=_FOLDER, default=Path("build/benchmarks"), show_default=True, help="Keeps draws and registers."
)
_size = click.option("--size", type=click.Choice(list(SIZES)), default="full", show_default=True, help="How much.")
_registers = click.option("--register", "registers", type=_FOLDER, multiple=True, help="A register; may be repeated.")
_persons = click.option("--persons", multiple=True, type=int, help="Or generate one of that many; may be repeated.")
_strategies = click.option(
    "--strategy",
    "strategies",
    multiple=True,
    help="A contender: exact, a strategy of the project, a peer, or module:function; may be repeated (default: all).",
)
_seed = click.option("--seed", default=101, show_default=True, help="Of what is judged.")
_passages = click.option("--passages", type=int, help="Of people of the register, in each draw (default: the size's).")


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _folders(registers: Sequence[Path], persons: Sequence[int], size: str, work: Path) -> list[Path]:
    from benchmarks.linkage import generated  # noqa: PLC0415 - reads more than --help needs

    wanted = persons or (() if registers else SIZES[size].persons)
    return [*registers, *(generated(number, work) for number in wanted)]


def _names(strategies: Sequence[str]) -> list[str]:
    """The contenders that are asked for; by default all, the peers where they are installed.

    Raises:
        click.BadParameter: there is no such contender here.
    """
    from benchmarks.contestants import theirs  # noqa: PLC0415 - reads more than --help needs
    from benchmarks.roster import BASELINE, OURS, PEERS  # noqa: PLC0415 - same

    has_peers = find_spec("splink") is not None and find_spec("recordlinkage") is not None
    known = [BASELINE, *OURS, *(PEERS if has_peers else ())]
    for name in strategies:
        if ":" in name:
            try:
                theirs(name)
            except ValueError as error:
                raise click.BadParameter(str(error), param_hint="--strategy") from error
        elif name not in known:
            less = "" if has_peers else " (peers need the extra bench)"
            told = f"{name!r} is none of {', '.join(known)}{less}, nor module:function"
            raise click.BadParameter(told, param_hint="--strategy")
    return list(strategies) or known


@click.command("quality", help="Who is found, and who is somebody else: contenders, profiles, strangers, promises.")
@_registers
@_persons
@_size
@_strategies
@_passages
@click.option("--strangers", help="Shares, with commas between (default: the size's).")
@click.option("--profiles", help="Profiles, with commas between (default: the size's).")
@_seed
@_work
def quality_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    strategies: tuple[str, ...],
    passages: int | None,
    strangers: str | None,
    profiles: str | None,
    seed: int,
    work: Path,
) -> None:
    """Accuracy."""
    from benchmarks import linkage  # noqa: PLC0415 - reads more than --help needs

    chosen = SIZES[size]
    shares = [float(share) for share in _listed(strangers)] if strangers else chosen.strangers
    kinds = _listed(profiles) if profiles else chosen.profiles
    choices = linkage.Choices(passages or chosen.passages, shares, kinds, _names(strategies), seed)
    linkage.run(_folders(registers, persons, size, work), choices, work)


@click.command("errors", help="What each type of error costs each contender, on records with that error alone.")
@_registers
@_persons
@_size
@_strategies
@click.option("--of-each", type=int, help="Records of each type, where the register has them (default: the size's).")
@_seed
@_work
def errors_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    strategies: tuple[str, ...],
    of_each: int | None,
    seed: int,
    work: Path,
) -> None:
    """Types of error."""
    from benchmarks import errors  # noqa: PLC0415 - reads more than --help needs

    chosen = SIZES[size]
    choices = errors.Choices(of_each or chosen.of_each, _names(strategies), seed, chosen.passages)
    errors.run(_folders(registers, persons or chosen.persons[:1] if not registers else (), size, work), choices, work)


@click.command("blocking", help="Who is lost before anybody is compared, by blocking pass and place of birth.")
@_registers
@_persons
@_size
@_passages
@click.option("--profiles", help="Profiles, with commas between (default: the size's).")
@click.option("--strangers", default=0.05, show_default=True, help="Share of strangers.")
@_seed
@_work
def blocking_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    passages: int | None,
    profiles: str | None,
    strangers: float,
    seed: int,
    work: Path,
) -> None:
    """Blocking."""
    from benchmarks import blocking  # noqa: PLC0415 - reads more than --help needs

    chosen = SIZES[size]
    kinds = _listed(profiles) if profiles else chosen.profiles
    folders = _folders(registers, persons, size, work)
    blocking.run(folders, passages or chosen.passages, kinds, strangers=strangers, seed=seed, work=work)


@click.command("calibration", help="Whether a probability means what it says: other seeds, other profiles, by group.")
@_registers
@_persons
@_size
@_strategies
@_passages
@click.option("--profiles", default="typical,clean,poor,ocr", show_default=True, help="Of the draws.")
@click.option("--strangers", default=0.05, show_default=True, help="Share of strangers.")
@_seed
@_work
def calibration_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    strategies: tuple[str, ...],
    passages: int | None,
    profiles: str,
    strangers: float,
    seed: int,
    work: Path,
) -> None:
    """Calibration."""
    from benchmarks import calibration  # noqa: PLC0415 - reads more than --help needs

    folders, names = _folders(registers, persons, size, work), _names(strategies)
    present, kinds = passages or SIZES[size].passages, _listed(profiles)
    calibration.run(folders, present, kinds, names, strangers=strangers, seed=seed, work=work)


@click.command("speed", help="Time and memory from the XML to the decisions, ours beside the peers', runs in turn.")
@_registers
@_persons
@_size
@click.option(
    "--strategy",
    "strategies",
    multiple=True,
    help="A strategy, splink or recordlinkage; may be repeated, the first is the reference (default: probabilistic, "
    "cdc and the peers that are installed).",
)
@click.option("--passages", help="Of each deposit, with commas between (default: the size's).")
@click.option("--runs", type=int, help="Of each program, in turn (default: the size's).")
@_work
def speed_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    strategies: tuple[str, ...],
    passages: str | None,
    runs: int | None,
    work: Path,
) -> None:
    """Speed."""
    from benchmarks import linkage_speed  # noqa: PLC0415 - reads more than --help needs
    from benchmarks.roster import LARGEST_IN_PANDAS  # noqa: PLC0415 - same
    from matching.register.folder import open_register  # noqa: PLC0415 - same

    chosen = SIZES[size]
    sizes = [int(each) for each in _listed(passages)] if passages else chosen.deposits
    for folder in _folders(registers, persons, size, work):
        peers = [name for name in ("splink", "recordlinkage") if find_spec(name) is not None]
        if open_register(folder).persons > LARGEST_IN_PANDAS:
            peers = [name for name in peers if name != "recordlinkage"]
        linkage_speed.run(folder, sizes, runs or chosen.runs, strategies or ("probabilistic", "cdc", *peers), work)


@click.command("scale", help="How time and memory grow with the register and the file: warm, cold, without an index.")
@_registers
@_persons
@_size
@click.option("--strategy", "strategies", multiple=True, default=("probabilistic",), show_default=True, help="Ours.")
@click.option("--passages", help="Of each deposit, with commas between (default: the size's).")
@click.option("--runs", type=int, help="In each state (default: the size's).")
@click.option("--states", default="warm,cold,one-shot", show_default=True, help="With commas between.")
@_work
def scale_command(  # noqa: PLR0913, PLR0917 - one parameter per command-line option
    registers: tuple[Path, ...],
    persons: tuple[int, ...],
    size: str,
    strategies: tuple[str, ...],
    passages: str | None,
    runs: int | None,
    states: str,
    work: Path,
) -> None:
    """Scale."""
    from benchmarks import scale  # noqa: PLC0415 - reads more than --help needs

    chosen = SIZES[size]
    sizes = [int(each) for each in _listed(passages)] if passages else chosen.deposits
    wanted = persons or (() if registers else chosen.growing)
    folders = _folders(registers, wanted, size, work)
    for state in set(_listed(states)) - set(scale.STATES):
        raise click.BadParameter(f"{state!r} is none of {', '.join(scale.STATES)}", param_hint="--states")
    scale.run(folders, sizes, runs or chosen.runs, strategies, work, _listed(states))


COMMANDS = (quality_command, errors_command, calibration_command, blocking_command, speed_command, scale_command)
