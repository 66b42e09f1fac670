"""Frame contracts: the columns that cross from one stage to the next, declared once, checked at the borders.

Example:
    >>> import polars as pl
    >>> from matching.identity.frames import PASSAGES
    >>> PASSAGES.check(PASSAGES.empty()).height
    0

A contract is a name and its columns; ``check`` returns the frame with the columns in declared order, or raises
``ContractError`` naming the first column that is missing, of another type, or null where it may not be. Columns
beyond the contract are kept at the end: a stage may carry its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from matching.identity.errors import ContractError
from matching.identity.outcomes import Agreement, Outcome

SEX = pl.Enum(["M", "F"])
OUTCOME = pl.Enum([str(outcome) for outcome in Outcome])
AGREEMENT = pl.Enum([str(agreement) for agreement in Agreement])
BRANCH = pl.Enum(["titulaire", "dossier_formation", "identifiant_national"])
PLACE_KIND = pl.Enum(["insee", "postal", "none"])
STATUS = pl.Enum(["alive", "dead", "provisional"])
IDENTITY_KIND = pl.Enum(["official", "usage", "former"])
SEVERITIES = ("blocking", "likely_ko", "advice")
SEVERITY = pl.Enum(SEVERITIES)


@dataclass(frozen=True)
class Contract:
    """The columns of a frame.

    Attributes:
        name: What the frame is called in messages.
        columns: Column name → polars type, in order.
        required: Columns that may hold no null.
    """

    name: str
    columns: Mapping[str, pl.DataType | type[pl.DataType]]
    required: frozenset[str]

    def empty(self) -> pl.DataFrame:
        """A frame of this contract with no row."""
        return pl.DataFrame(schema=dict(self.columns))

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The same frame, contract columns first.

        Raises:
            ContractError: a column is missing, has another type, or is null where it may not be.
        """
        for column, dtype in self.columns.items():
            found = frame.schema.get(column)
            if found is None:
                raise ContractError("frames.missing_column", contract=self.name, column=column)
            if found != dtype:
                raise ContractError(
                    "frames.wrong_type", contract=self.name, column=column, expected=str(dtype), found=str(found)
                )
            if column in self.required and frame[column].null_count():
                raise ContractError(
                    "frames.null", contract=self.name, column=column, n=frame[column].null_count(), rows=frame.height
                )
        beyond = [column for column in frame.columns if column not in self.columns]
        return frame.select([*self.columns, *beyond])


PASSAGES = Contract(
    "passages",
    {
        "passage": pl.UInt32,  # 0, 1, 2 … in file order
        "id_technique": pl.String,
        "line": pl.UInt32,  # of the passage's start tag, 1-based; 0 for a passage that never stood in a file
        "branch": BRANCH,
        # The context the passage stands in, as submitted.
        "issuer": pl.String,  # emetteur/idClient
        "certification_index": pl.UInt32,  # 0-based rank of the certification block in the file
        "certification_type": pl.String,
        "certification_code": pl.String,
        "exam_start": pl.String,
        "exam_end": pl.String,
        "validity_start": pl.String,
        "validity_end": pl.String,  # null when nil: without end
        # The holder as submitted, blanks kept; null = element absent or nil.
        "raw_birth_name": pl.String,
        "raw_usage_name": pl.String,
        "raw_given_name_1": pl.String,
        "raw_given_name_2": pl.String,
        "raw_given_name_3": pl.String,
        "raw_birth_year": pl.String,
        "raw_birth_month": pl.String,
        "raw_birth_day": pl.String,
        "raw_sex": pl.String,
        "raw_insee_code": pl.String,
        "raw_postal_code": pl.String,
        "raw_place_label": pl.String,
        "raw_country_code": pl.String,
        "raw_country_label": pl.String,
        "file_number": pl.String,  # dossierFormation/idDossier
        "declared_nir": pl.String,  # identifiantNational/nir, 13 characters without the key
        # The same, trimmed, empty made null, numbers read; what cannot be read is null here and kept in raw.
        "birth_name": pl.String,
        "usage_name": pl.String,
        "given_name_1": pl.String,
        "given_name_2": pl.String,
        "given_name_3": pl.String,
        "sex": SEX,
        "birth_year": pl.Int16,
        "birth_month": pl.Int8,  # 1..12
        "birth_day": pl.Int8,  # 1..31
        "place_kind": PLACE_KIND,
        "place_code": pl.String,  # INSEE code or postal code, by place_kind
        "place_label": pl.String,
        "country_code": pl.String,  # the last three digits of 99xxx, as submitted
        "country_label": pl.String,
    },
    frozenset({"passage", "id_technique", "line", "branch", "certification_index", "place_kind"}),
)

REGISTER = Contract(
    "register",
    {
        "person": pl.UInt32,
        "nir": pl.String,  # 15 characters, key included
        "status": STATUS,
        "kind": IDENTITY_KIND,  # one row per (person, identity); "usage" carries the usage name as birth_name
        "birth_name": pl.String,
        "given_names": pl.List(pl.String),  # all of the birth certificate, in order
        "sex": SEX,
        "birth_year": pl.Int16,
        "birth_month": pl.Int8,  # null when unknown
        "birth_day": pl.Int8,  # null when unknown
        "birth_place": pl.String,  # COG code in force at birth, or 99xxx
    },
    frozenset({"person", "nir", "status", "kind", "birth_name", "given_names", "sex", "birth_year", "birth_place"}),
)
REGISTER_CONTRACT_VERSION = 1
REGISTER_FILE = "register.toml"  # beside the shards, in the register's folder

DECISIONS = Contract(
    "decisions",
    {
        "passage": pl.UInt32,
        "id_technique": pl.String,
        "outcome": OUTCOME,
        "message": pl.UInt8,  # Message number of a KO; null = OK in the receipt
        "person": pl.UInt32,
        "nir": pl.String,
        "probability": pl.Float64,  # 0..1, null when the strategy gives none
        "runner_up_bits": pl.Float64,  # distance to the next candidate, null when the strategy gives none
        # Name of the evidence level reached by each trait; null when the strategy has none.
        "level_birth_name": pl.String,
        "level_given_names": pl.String,
        "level_sex": pl.String,
        "level_birth_date": pl.String,
        "level_birth_place": pl.String,
        "ask_for": pl.String,  # trait that would tell several people apart, null when the strategy gives none
        "stages": pl.List(pl.UInt32),  # candidates left after each stage that ran; null = none ran
        "agree_birth_name": AGREEMENT,  # null when no person was chosen
        "agree_given_names": AGREEMENT,
        "agree_sex": AGREEMENT,
        "agree_birth_date": AGREEMENT,
        "agree_birth_place": AGREEMENT,
        "flagged": pl.Boolean,  # OK although date or place contradict the register
        "incoherent_nir": pl.List(pl.String),  # parts of the NIR that contradict the declared identity
        "assumption": pl.String,  # code of the hypothesis that decided, when one did
    },
    frozenset({"passage", "id_technique", "outcome", "flagged"}),
)

TRUTH = Contract(
    "truth",
    {
        "passage": pl.UInt32,
        "id_technique": pl.String,
        "person": pl.UInt32,  # null = a stranger, absent from the register
        "error": pl.String,  # E01 … E43; null = the row only says who the passage is
        "trait": pl.String,  # column of PASSAGES that the error changed
        "before": pl.String,
        "after": pl.String,
    },
    frozenset({"passage", "id_technique"}),
)

FINDINGS = Contract(
    "findings",
    {
        "code": pl.String,  # of a rule, see matching.identity.rules
        "severity": SEVERITY,
        "passage": pl.UInt32,  # null = the whole file
        "id_technique": pl.String,
        "line": pl.UInt32,  # of the passage in what was submitted, 0 when it never stood in a file
        "field": pl.String,  # key of matching.identity.rules.ELEMENTS; null = the passage, or the file, as a whole
        "value": pl.String,  # as submitted; null = absent
        "proposal": pl.String,  # what to write instead; null = nobody can tell from the file alone
        "detail": pl.String,  # the one other fact that the rule's message names
    },
    frozenset({"code", "severity"}),
)

FOUND = {name: FINDINGS.columns[name] for name in ("code", "passage", "field", "value", "proposal", "detail")}
"""What a finder gives: a finding without what its rule and its passage say."""

FORECASTS = Contract(
    "forecasts",
    {
        "passage": pl.UInt32,
        "namesakes": pl.Float64,  # expected others in the register: same birth name, given name, sex, birth year
        "ok": pl.Float64,  # 0..1, OK for whoever it is
        "wrong_person": pl.Float64,  # 0..1, OK for another person: a part of ok
        **{f"message_{number}": pl.Float64 for number in range(1, 8)},  # 0..1, KO with this message
    },
    frozenset({"passage", "namesakes", "ok", "wrong_person"}),
)
