"""Before sending: read a deposit or a table, control it, check it, foresee its nirisation.

Example:
    >>> checked = check_file(Path("janvier.xml"))
    >>> checked.findings["code"].unique().to_list(), checked.forecast.ok
    (['usage_name_is_birth_name'], 0.934)

With ``chain``, the command line and the portal, this is where stages meet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from matching.deposit.control import ControlReport
from matching.deposit.dictionary import Version
from matching.deposit.findings import control_findings
from matching.deposit.reader import Deposit, read_controlled, read_deposit
from matching.deposit.receipt import read_receipt
from matching.identity.catalogue import Lang
from matching.identity.digest import digest_of
from matching.identity.errors import DepositError
from matching.identity.forecast import Forecast
from matching.identity.frames import PASSAGES
from matching.quality.check import as_findings, check
from matching.quality.forecasting.exposure import NATIONAL
from matching.quality.forecasting.forecast import forecast
from matching.quality.submitted import Submitted
from matching.tables.build import table_findings
from matching.tables.read import read_table
from matching.tables.table import Table

Step = Callable[[str, int, int], None]
"""Progress: called with (step: "control" or "check", done, in all)."""

_CHECKED_TOO = frozenset(
    {"access", "vae_route", "has_language_level", "language_level", "obtained_by", "score"}
)  # what rules ask of a passage besides its holder
_HEAD = 64  # bytes that tell what a file is
_MOST_ERRORS = 5_000  # of control 1, described: a finding each; all are counted


@dataclass(frozen=True)
class Checked:
    """What is known of a file before it is sent.

    Attributes:
        file: The file.
        name: What its owner calls it.
        digest: Of its bytes.
        submitted: Its passages, dates read; none when it is no XML.
        findings: Contract FINDINGS.
        control: Control 1; None for a table, which is controlled once it is a deposit.
        table: How a table was read; None for a deposit.
        forecast: What to expect; None when there is no passage.
    """

    file: Path
    name: str
    digest: str
    submitted: Submitted
    findings: pl.DataFrame
    control: ControlReport | None
    table: Table | None
    forecast: Forecast | None

    @property
    def kind(self) -> str:
        """``xml``, ``csv``, ``xlsx`` or ``ods``."""
        return "xml" if self.table is None else self.table.kind


@dataclass(frozen=True)
class Known:
    """What the user knows besides the file.

    Attributes:
        accepted: Keys of passages already acquired.
        codes: Certification codes that exist; None when not told.
        columns: Which column of a table is what, a TOML; None = guessed.
        version: Schema version; None = found in the file.
        is_deposit: What the file is; None = told by its name and its first bytes.
    """

    accepted: frozenset[str] = frozenset()
    codes: frozenset[str] | None = None
    columns: Path | None = None
    version: Version | None = None
    is_deposit: bool | None = None


def check_file(
    file: Path,
    known: Known | None = None,
    *,
    name: str | None = None,
    persons: int = NATIONAL,
    lang: Lang = "fr",
    progress: Step | None = None,
) -> Checked:
    """Everything that can be said of a file without any register.

    Args:
        file: Deposit (XML) or table (CSV, XLSX, ODS).
        known: What the user knows besides.
        name: What its owner calls the file, where it stands under another name.
        persons: In the register the forecast is made for; the national one by default.
        lang: Of the sentences of control 1, which findings keep.
        progress: Called as the work goes.

    Raises:
        DepositError: the file cannot be read at all.
        InputError: the table or its TOML cannot be read.
    """
    known = known or Known()
    control, table, submitted, structure = _read(file, known, lang, progress)
    passages = submitted.passages
    step = None if progress is None else partial(progress, "check")
    findings = _with_structure(structure, check(submitted, step), passages)
    expected = None if passages.is_empty() else forecast(submitted, findings, persons)
    name = name or file.name
    table = None if table is None else replace(table, file=name)
    return Checked(file, name, digest_of(file), submitted, findings, control, table, expected)


def findings_of(file: Path) -> pl.DataFrame:
    """The findings alone: contract FINDINGS."""
    _, _, submitted, structure = _read(file, Known(), "fr", None)
    return _with_structure(structure, check(submitted), submitted.passages)


def accepted_in(receipts: Iterable[Path]) -> frozenset[str]:
    """Keys of the passages that receipts say are OK.

    Raises:
        ReceiptError: one cannot be read.
    """
    return frozenset(key for file in receipts for key in read_receipt(file).ok)


def _with_structure(structure: pl.DataFrame, findings: pl.DataFrame, passages: pl.DataFrame) -> pl.DataFrame:
    """The findings, those of control 1 first, but for what another rule refuses too and explains better."""
    trait = pl.col("field").replace(dict.fromkeys(("birth_year", "birth_month", "birth_day"), "birth_date"))
    explained = findings.filter(pl.col("severity") == "blocking").select("passage", trait.alias("trait"))
    left = structure.with_columns(trait.alias("trait")).join(explained, on=["passage", "trait"], how="anti")
    return pl.concat([as_findings(left.drop("trait"), passages), findings])


def _read(
    file: Path, known: Known, lang: Lang, progress: Step | None
) -> tuple[ControlReport | None, Table | None, Submitted, pl.DataFrame]:
    """Control 1 of a deposit, how a table was read, what is checked, and the findings of structure."""
    if not (is_deposit(file, file.name) if known.is_deposit is None else known.is_deposit):
        table = read_table(file, known.columns)
        submitted = _submitted(table.passages, {}, known, is_order_told=table.dialect.is_order_told)
        return None, table, submitted, table_findings(table, lang)
    step = None if progress is None else partial(progress, "control")
    read = read_controlled(file, known.version, max_shown=_MOST_ERRORS, optional=_CHECKED_TOO, progress=step)
    deposit = read.deposit or _refused(file)
    structure = control_findings(read.report, lang)
    if deposit is None:
        return read.report, None, _submitted(PASSAGES.empty(), {}, known), structure
    header = {name: text for name, text in asdict(deposit.header).items() if text is not None}
    return read.report, None, _submitted(deposit.passages, header, known), structure


def _submitted(
    passages: pl.DataFrame, header: Mapping[str, str], known: Known, *, is_order_told: bool = False
) -> Submitted:
    return Submitted.of(passages, header, accepted=known.accepted, known_codes=known.codes, is_order_told=is_order_told)


def is_deposit(file: Path, name: str) -> bool:
    """True of a name that says so and of a text that starts with an element, whatever its encoding."""
    if name.lower().endswith(".xml"):
        return True
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False  # which the reading of a table says better
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<")


def _refused(file: Path) -> Deposit | None:
    """What a file refused by control 1 holds all the same; None when it is no XML."""
    try:
        return read_deposit(file, optional=_CHECKED_TOO)
    except DepositError:
        return None
