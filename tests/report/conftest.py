"""Reports are tested with rules of their own: their wording is that of no rule, so that rules may change theirs."""

import pytest

from matching.identity import rules as records
from matching.report import groups
from tests.report.quality_builders import RULES


@pytest.fixture
def own_rules(monkeypatch):
    own = {rule.code: rule for rule in RULES}
    monkeypatch.setattr(records, "rules", lambda: own)
    monkeypatch.setattr(groups, "rules", lambda: own)
