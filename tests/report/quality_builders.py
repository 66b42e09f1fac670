"""A file checked before sending, small enough to be read: its rules, its findings, what is expected of it."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from matching.identity.forecast import Forecast
from matching.identity.frames import FINDINGS, FORECASTS
from matching.identity.rules import Rule
from matching.report.model import QualityReport, Source, quality_report
from tests.builders import holder, passages_of

SOURCE = Source("janvier.xml", "deposit", "9f3c11ab" * 8, ("schéma 1.1.2",), 0, "0.3")


def rule_of(code: str, family: str, severity: str, *fields: str, is_safe: bool = False, message: str = "") -> Rule:
    """A rule whose texts say which they are."""
    told = {
        "title": f"Titre de {code}",
        "message": message or "« {value} » : lisez « {proposal} ».",
        "why": f"Pourquoi {code}",
        "remedy": f"Remède de {code}",
        "if_right": f"Si {code} est juste",
        "source": f"Source de {code}",
    }
    english = told | {"title": f"Title of {code}", "message": told["message"].replace("lisez", "read")}
    return Rule(code, family, severity, fields, is_safe, (), {"fr": told, "en": english})


RULES = [
    rule_of("value_empty", "structure", "blocking", "birth_name", message="{detail}"),
    rule_of("unknown_code", "passage", "blocking", "certification_code", message="« {value} » n'est pas {detail}."),
    rule_of("exam_late", "passage", "advice", "exam_end", message="L'examen finit le {value}, après le {detail}."),
    rule_of("hyphen_lost", "given_names", "likely_ko", "given_name_1", "given_name_2", is_safe=True),
    rule_of("rare_name", "names", "advice", "birth_name"),
    rule_of("sex_differs", "sex", "likely_ko", "sex", message="{value}, mais le prénom est {detail}."),
    rule_of("nir_differs", "sex", "likely_ko", "declared_nir", message="{value}"),
    rule_of("date_impossible", "dates", "likely_ko", "birth_date", message="{value} ou {detail} ?"),
    rule_of("place_differs", "places", "advice", "insee_code", "place_label", message="{value} n'est pas {detail}."),
    rule_of("days_low", "file", "likely_ko", "birth_day", message="{value} dates sur {detail}."),
]


def finding(code: str, passage: int | None = 0, field: str | None = None, **facts: str) -> dict[str, object]:
    """A finding; ``facts`` are value, proposal, detail."""
    severity = next(rule.severity for rule in RULES if rule.code == code)
    place = {} if passage is None else {"id_technique": f"T{passage}", "line": 10 + 40 * passage}
    return {"code": code, "severity": severity, "passage": passage, "field": field, **place, **facts}


def findings_of(*rows: dict[str, object]) -> pl.DataFrame:
    return FINDINGS.check(pl.DataFrame(list(rows), schema=dict(FINDINGS.columns)))


def forecast_of(passages: int, gains: dict[str, float] | None = None, **figures: object) -> Forecast:
    """A forecast in which every passage is alike."""
    row = {"namesakes": 0.2, "ok": 0.9, "wrong_person": 0.01}
    rows = pl.DataFrame([{"passage": rank, **row} for rank in range(passages)], schema=dict(FORECASTS.columns))
    told = [{"code": code, "passages": 1, "gain": gain} for code, gain in (gains or {}).items()]
    schema = {"code": pl.String, "passages": pl.UInt32, "gain": pl.Float64}
    known = Forecast(
        passages=passages,
        persons=115_000_000,
        ok=0.9,
        interval=(0.85, 0.94),
        wrong_person=0.01,
        messages={1: 0.06, 2: 0.01, 3: 0.01, 4: 0.015, 5: 0.005},
        corrected=0.95,
        rows=rows,
        gains=pl.DataFrame(told, schema=schema),
        model="essai",
    )
    return replace(known, **figures)


def people(n: int = 3) -> pl.DataFrame:
    """Fictional holders."""
    names = ("ROUVIERE", "ZELLAGUI", "MONTGAILLARD")
    return passages_of(
        *(holder(birth_name=names[rank % 3], given_name_1=("Jean Pierre", "Camille")[rank % 2]) for rank in range(n))
    )


def small_findings() -> pl.DataFrame:
    return findings_of(
        finding("days_low", None, "birth_day", value="12480", detail="12481"),
        finding("rare_name", 0, "birth_name", value="ROUVIERE", proposal="RIVIERE"),
        finding("hyphen_lost", 0, "given_name_1", value="Jean Pierre", proposal="JEAN-PIERRE"),
        finding("hyphen_lost", 2, "given_name_1", value="Jean Pierre", proposal="JEAN-PIERRE"),
        finding("hyphen_lost", 2, "given_name_2", value="Marie  Line", proposal="MARIE-LINE"),
        finding("unknown_code", 1, "certification_code", value="1710", detail="un code RS"),
        finding("sex_differs", 1, "sex", value="M", detail="CAMILLE"),
        finding("date_impossible", 1, "birth_date", value="1967-02-31", detail="1967-03-02"),
    )


def report_of(
    findings: pl.DataFrame | None = None,
    passages: pl.DataFrame | None = None,
    *,
    gains: Sequence[tuple[str, float]] = (("hyphen_lost", 0.034), ("sex_differs", 0.0104), ("rare_name", 0.0002)),
    **settings: object,
) -> QualityReport:
    """The report of a small file; ``settings`` are those of ``quality_report`` and its source and forecast."""
    passages = people() if passages is None else passages
    source = settings.pop("source", SOURCE)
    forecast = settings.pop("forecast", forecast_of(passages.height, dict(gains)))
    found = small_findings() if findings is None else findings
    return quality_report(source, passages, found, forecast, **settings)
