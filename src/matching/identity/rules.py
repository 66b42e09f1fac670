"""The rules that a file is checked against before it is sent: one record each, in ``rules/<family>.toml``.

Example:
    >>> rule("birth_date_impossible").severity
    'likely_ko'
    >>> rule("birth_date_impossible").texts["fr"]["title"]
    'La date de naissance n’existe pas'

A record is all that is said of a rule; what finds it stands in ``matching.quality``. Texts are in French and English:

- ``title``: a full sentence that heads the findings of the rule;
- ``message``: the sentence of one finding; it may name ``{field}``, ``{value}``, ``{proposal}`` and ``{detail}``;
- ``why``: how it makes a KO, in terms of the controls and of the funnel's stages;
- ``remedy``: what to do;
- ``if_right``: what to do when the value is right after all.

Sources are those of the record, read on 2026-11-23.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import polars as pl

from matching.identity.catalogue import Lang, french, sentence
from matching.identity.frames import SEVERITY
from matching.identity.outcomes import Message

Severity = Literal["blocking", "likely_ko", "advice"]
FAMILIES = ("structure", "passage", "names", "given_names", "sex", "nirs", "dates", "places", "rows", "file")
"""In the order of the report; each is a file of records."""

TEXTS = ("title", "message", "why", "remedy", "if_right")

ELEMENTS = {
    "birth_name": "nomNaissance",
    "usage_name": "nomUsage",
    "given_name_1": "prenom1",
    "given_name_2": "prenom2",
    "given_name_3": "prenom3",
    "sex": "sexe",
    "birth_date": "anneeNaissance/moisNaissance/jourNaissance",
    "birth_year": "anneeNaissance",
    "birth_month": "moisNaissance",
    "birth_day": "jourNaissance",
    "insee_code": "codeInsee",
    "postal_code": "codePostal",
    "place_label": "libelleCommuneNaissance",
    "country_code": "codePaysNaissance",
    "country_label": "libellePaysNaissance",
    "file_number": "idDossier",
    "declared_nir": "nir",
    "id_technique": "idTechnique",
    "certification_type": "type",
    "certification_code": "code",
    "exam_start": "dateDebutExamen",
    "exam_end": "dateFinExamen",
    "validity_start": "dateDebutValidite",
    "validity_end": "dateFinValidite",
    "language_level": "niveauLangueEuropeen",
    "vae_path": "voieAccessVAE",
    "score": "scoring",
    "id_flux": "idFlux",
    "timestamp": "horodatage",
    "issuer": "emetteur/idClient",
    "certifier": "certificateur/idClient",
    "contract": "idContrat",
}
"""Field of a finding → element of the deposit file, as the data dictionary spells it."""

PERSONAL = frozenset(
    {
        *("birth_name", "usage_name", "given_name_1", "given_name_2", "given_name_3"),
        *("birth_date", "birth_year", "birth_month", "birth_day"),
        *("insee_code", "postal_code", "place_label", "file_number", "declared_nir"),
    }
)
"""Fields whose values tell who a person is: masked unless asked for."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        code: Stable key.
        family: One of ``FAMILIES``.
        severity: ``blocking``: control 1 or messages 5 to 7 refuse it for certain; ``likely_ko``: the nirisation
            will probably fail, or find somebody else; ``advice``: worth a look, seldom a KO by itself.
        fields: Keys of ``ELEMENTS`` that it may name; empty = the passage or the file as a whole.
        is_safe: True when its proposal changes the format only and may be applied without asking the holder.
        errors: Error types of the noise catalogue that it is meant to see, for the benchmarks.
        texts: Language → ``TEXTS`` and ``source``, as written.
        refusal: Message that refuses what it finds, whatever the holder: 5, 6 or 7. None of the others: control 1
            refuses it, or the funnel may.
    """

    code: str
    family: str
    severity: Severity
    fields: tuple[str, ...]
    is_safe: bool
    errors: tuple[str, ...]
    texts: Mapping[Lang, Mapping[str, str]]
    refusal: Message | None = None

    def text(self, name: str, lang: Lang = "fr") -> str:
        """One of ``TEXTS``, or ``source``, with the typography of the language."""
        written = self.texts[lang][name]
        return french(written) if lang == "fr" else written


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of families and of their files."""
    folder = resources.files(__package__).joinpath("rules")
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        records = tomllib.loads(folder.joinpath(f"{family}.toml").read_text(encoding="utf-8"))
        found |= {code: _rule(code, family, record) for code, record in records.items()}
    return found


def rule(code: str) -> Rule:
    """The rule of that code.

    Raises:
        KeyError: there is none: a fault of the program.
    """
    return rules()[code]


def with_severity(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with the severity of their rule, which the columns of a finder lack."""
    severity = {code: record.severity for code, record in rules().items()}
    return findings.with_columns(pl.col("code").replace_strict(severity, return_dtype=SEVERITY).alias("severity"))


def field_name(field: str, lang: Lang) -> str:
    """A field in words, with its element: « nom de naissance (nomNaissance) »."""
    return sentence("fields.named", lang, name=sentence(f"fields.{field}", lang), element=ELEMENTS[field])


def fields_of(record: Rule, lang: Lang) -> str:
    """The fields of a rule in words."""
    if not record.fields:
        return sentence("fields.whole", lang)
    if len(record.fields) > _MOST_NAMED:
        return sentence("fields.any", lang)
    return ", ".join(field_name(field, lang) for field in record.fields)


def messages(findings: pl.DataFrame, lang: Lang) -> pl.Series:
    """The sentence of each finding, in order.

    Args:
        findings: Columns ``code``, ``field``, ``value``, ``proposal``, ``detail`` of contract FINDINGS, masked or not.
        lang: Of the sentences.
    """
    names = {field: field_name(field, lang) for field in ELEMENTS}
    blank = sentence("fields.blank", lang)
    facts = findings.select(
        "code",
        pl.col("field").replace_strict(names, default="").alias("{field}"),
        *(pl.col(fact).fill_null(blank).alias(f"{{{fact}}}") for fact in ("value", "proposal", "detail")),
    ).with_row_index("row")
    parts = [
        part.select("row", _filled(rule(str(code)).text("message", lang)).alias("message"))
        for (code,), part in facts.partition_by("code", as_dict=True).items()
    ]
    told = pl.concat(parts) if parts else pl.DataFrame(schema={"row": pl.UInt32, "message": pl.String})
    return told.sort("row")["message"]


def _filled(message: str) -> pl.Expr:
    """The message as an expression: its literal parts and, between them, the columns it names."""
    parts: list[pl.Expr] = []
    rest = message
    while rest:
        named = [(rest.find(mark), mark) for mark in _MARKS if mark in rest]
        at, mark = min(named, default=(len(rest), ""))
        parts.append(pl.lit(rest[:at]))
        parts += [pl.col(mark)] if mark else []
        rest = rest[at + len(mark) :]
    return pl.concat_str(parts)


_MOST_NAMED = 8  # fields: a rule that has more is about any of them
_MARKS = ("{field}", "{value}", "{proposal}", "{detail}")


def _rule(code: str, family: str, record: Mapping[str, Any]) -> Rule:
    return Rule(
        code=code,
        family=family,
        severity=record["severity"],
        fields=tuple(record["fields"]),
        is_safe=record.get("is_safe", False),
        errors=tuple(record.get("errors", ())),
        texts={"fr": record["fr"], "en": record["en"]},
        refusal=Message(record["refusal"]) if "refusal" in record else None,
    )
