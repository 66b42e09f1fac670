"""``run.json``: what was checked, with what, and the figures; for programs, and for comparing two runs.

Example:
    >>> quality_facts(report)["findings"]["usage_name_as_birth_name"]
    {'severity': 'likely_ko', 'findings': 214, 'passages': 214, 'gain': 0.016}

It holds no identity, and nothing of the day: the same input, settings and version give the same bytes.
"""

import json
from pathlib import Path
from typing import Any

from matching.identity.forecast import CONFIDENCE, Forecast
from matching.report.model import QualityReport

_DECIMALS = 6


def quality_facts(report: QualityReport) -> dict[str, Any]:
    """The figures of a report. Shares are 0..1."""
    source = report.source
    return {
        "program": {"name": "nirisation", "version": source.version},
        "input": {"file": source.file, "kind": source.kind, "digest": source.digest, "facts": list(source.facts)},
        "shows_names": report.shows_names,
        "verdict": report.verdict.value,
        "passages": report.passages,
        "control_errors": source.control,
        "complete": _rounded(report.complete),
        "forecast": None if report.forecast is None else _forecast(report.forecast),
        "outcomes": report.outcomes,
        "findings": {
            group.rule.code: {
                "severity": group.rule.severity,
                "findings": group.findings,
                "passages": group.passages,
                "gain": _rounded(group.gain),
            }
            for group in report.groups
        },
    }


def write_run(report: QualityReport, path: Path) -> None:
    """Write them, indented."""
    path.write_text(json.dumps(quality_facts(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _forecast(forecast: Forecast) -> dict[str, Any]:
    low, high = forecast.interval
    return {
        "model": forecast.model,
        "persons": forecast.persons,
        "ok": _rounded(forecast.ok),
        "interval": [_rounded(low), _rounded(high)],
        "confidence": CONFIDENCE,
        "corrected": _rounded(forecast.corrected),
        "wrong_person": _rounded(forecast.wrong_person),
        "messages": {str(number): _rounded(share) for number, share in sorted(forecast.messages.items())},
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DECIMALS)
