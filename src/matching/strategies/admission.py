"""Messages 5, 6 and 7: what refuses a passage before, or after, anybody is looked for.

Message 5, already accepted: the same (issuer, idTechnique) in an earlier deposit, or earlier in this very file.
Message 6, certification: the code is not of the declared type, or not in the list of known codes.
Message 7, validity: it ends before it starts.

Hypotheses: 6 and 7 come before the holder is looked for, 5 before both; in one file the first accepted passage of
an idTechnique wins and the later ones are "already accepted".

Example:
    >>> decisions = admit(decisions, passages, Admission(known_codes=frozenset({"RS6042"})))
"""

from dataclasses import dataclass, field

import polars as pl

from matching.identity.frames import DECISIONS
from matching.identity.outcomes import Message

_SHAPES = {"RS": r"^RS\d+$", "RNCP": r"^RNCP\d+$"}  # other types are not described anywhere: nothing is refused


@dataclass(frozen=True)
class Admission:
    """What the portal remembers and knows.

    Attributes:
        accepted: (issuer, idTechnique) accepted in earlier deposits: columns ``issuer``, ``id_technique``; a null
            issuer stands for any.
        known_codes: Certification codes that exist; None when no list is given, and only the shape is checked.
    """

    accepted: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"issuer": pl.String, "id_technique": pl.String})
    )
    known_codes: frozenset[str] | None = None


def admit(decisions: pl.DataFrame, passages: pl.DataFrame, admission: Admission) -> pl.DataFrame:
    """The decisions with messages 5, 6 and 7 in place of the funnel's, and no person where they refuse.

    The outcome keeps saying what the search found; the message says why the passage is KO.
    """
    reasons = passages.with_row_index("row").select(
        "passage",
        "issuer",
        reason=pl.when(_is_accepted(passages, admission))
        .then(int(Message.ALREADY_ACCEPTED))
        .when(_is_certification_wrong(admission))
        .then(int(Message.CERTIFICATION))
        .when(_is_validity_wrong())
        .then(int(Message.VALIDITY_DATES))
        .cast(pl.UInt8),
    )
    judged = decisions.join(reasons, on="passage", how="left").with_columns(message=pl.coalesce("reason", "message"))
    is_ok = pl.col("message").is_null()
    again = is_ok & (is_ok.cast(pl.UInt32).cum_sum().over("issuer", "id_technique") > 1)
    judged = judged.with_columns(
        message=pl.when(again).then(pl.lit(int(Message.ALREADY_ACCEPTED), pl.UInt8)).otherwise("message")
    )
    refused = pl.col("message").is_not_null()
    return judged.with_columns(
        flagged=pl.col("flagged") & ~refused,
        assumption=pl.when(~refused).then("assumption"),
        **{column: pl.when(~refused).then(column) for column in ("person", "nir", "incoherent_nir")},
    ).select(*DECISIONS.columns)


def newly_accepted(decisions: pl.DataFrame, passages: pl.DataFrame) -> pl.DataFrame:
    """What the next deposit must not send again: ``issuer, id_technique`` of the OK passages."""
    ok = decisions.filter(pl.col("message").is_null()).select("passage")
    return passages.join(ok, on="passage", how="semi").select("issuer", "id_technique")


def _is_accepted(passages: pl.DataFrame, admission: Admission) -> pl.Series:
    anywhere = admission.accepted.filter(pl.col("issuer").is_null())["id_technique"]
    known = passages.select(
        here=pl.struct("issuer", "id_technique").is_in(
            admission.accepted.select(pl.struct("issuer", "id_technique").implode()).to_series()
        ),
        anywhere=pl.col("id_technique").is_in(anywhere.implode()),
    )
    return known["here"] | known["anywhere"]


def _is_certification_wrong(admission: Admission) -> pl.Expr:
    kind, code = pl.col("certification_type").str.strip_chars(), pl.col("certification_code").str.strip_chars()
    wrong = pl.lit(value=False)
    for declared, shape in _SHAPES.items():
        wrong = wrong | ((kind == declared) & ~code.str.contains(shape))
    if admission.known_codes is not None:
        wrong = wrong | ~code.is_in(sorted(admission.known_codes))
    return wrong.fill_null(value=True)


def _is_validity_wrong() -> pl.Expr:
    start, end = (pl.col(name).str.strip_chars().str.to_date("%Y-%m-%d", strict=False) for name in _VALIDITY)
    return (end < start).fill_null(value=False)


_VALIDITY = ("validity_start", "validity_end")
