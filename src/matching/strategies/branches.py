"""Holders that are not given by their traits: by a training file number, or by their NIR. The same for every strategy.

A file number (dossierFormation) points to a file that is not public: the passage is accepted unseen, an assumption
that a setting withdraws. A declared NIR is looked up, and its birth name must be the one sent.

Example:
    >>> decide_others(passages.filter(pl.col("branch") != "titulaire"), register, Settings())
"""

import polars as pl

from matching.identity.frames import AGREEMENT, OUTCOME
from matching.identity.outcomes import Message, Outcome
from matching.normalize.text import funnel_text
from matching.register.folder import Register
from matching.strategies.answers import answers
from matching.strategies.lookups import scan
from matching.strategies.settings import Settings


def decide_others(passages: pl.DataFrame, register: Register, settings: Settings) -> pl.DataFrame:
    """One decision per passage, of branch ``dossier_formation`` or ``identifiant_national``; contract DECISIONS."""
    named = passages.select(
        "passage", "id_technique", "branch", "declared_nir", key_birth_name=funnel_text(passages["birth_name"])
    )
    known = _by_number(named["declared_nir"].drop_nulls(), register)
    decided = named.join(known, on=["declared_nir", "key_birth_name"], how="left", maintain_order="left")
    by_file_number = pl.col("branch") == "dossier_formation"
    found = pl.col("person").is_not_null()
    agreed = pl.when(found)
    accepted = by_file_number & pl.lit(settings.accept_file_number)
    return answers(
        decided.with_columns(
            outcome=pl.when(by_file_number)
            .then(pl.lit(str(Outcome.INVALID)))
            .when(found)
            .then(pl.lit(str(Outcome.FOUND)))
            .otherwise(pl.lit(str(Outcome.NONE)))
            .cast(OUTCOME),
            message=pl.when(~found & ~accepted).then(pl.lit(int(Message.NOBODY), pl.UInt8)),
            stages=pl.when(~by_file_number).then(pl.concat_list(found.cast(pl.UInt32))),
            agree_birth_name=agreed.then(pl.lit("agree").cast(AGREEMENT)),
            **{
                f"agree_{trait}": agreed.then(pl.lit("missing").cast(AGREEMENT))
                for trait in ("given_names", "sex", "birth_date", "birth_place")
            },
            flagged=pl.lit(value=False),
            incoherent_nir=agreed.then(pl.lit([], pl.List(pl.String))),
            assumption=pl.when(accepted).then(pl.lit("file_number_accepted")),
        )
    )


def _by_number(numbers: pl.Series, register: Register) -> pl.DataFrame:
    """The official identities of the register that bear these numbers of 13 characters."""
    of_number = pl.col("nir").str.slice(0, 13).is_in(numbers.unique().implode())

    def keep(shard: pl.DataFrame) -> pl.DataFrame:
        return shard.filter((pl.col("kind") == "official") & of_number)

    rows = scan(register, ("person", "nir", "kind", "birth_name"), keep) if len(numbers) else keep(_NOBODY)
    return rows.select(
        "person", "nir", declared_nir=pl.col("nir").str.slice(0, 13), key_birth_name=funnel_text(rows["birth_name"])
    )


_NOBODY = pl.DataFrame(schema={"person": pl.UInt32, "nir": pl.String, "kind": pl.String, "birth_name": pl.String})
