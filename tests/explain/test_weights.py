"""The weights that come with the package: one for every kind, stage and message, and where they come from."""

from dataclasses import fields

from matching.explain.corrections.kinds import FAMILIES, kinds
from matching.explain.weights import CauseWeights, load_weights
from matching.identity.rules import rules


def test_every_kind_family_and_message_has_its_weight():
    weights = load_weights()
    assert set(weights.kinds) == set(kinds())
    assert set(weights.exponents) == {*FAMILIES, "exposure"}
    assert set(weights.absent) == set(weights.nothing) == {1, 2, 3, 4}
    assert {rule.severity for rule in rules().values()} == set(weights.found)
    assert set(weights.doubtful) == set(weights.found) - {"advice"}
    assert set(weights.stages) >= {(message, stage) for message in (1, 2, 3) for stage in range(1, message + 1)}


def test_weights_are_positive():
    weights = load_weights()
    tables = (getattr(weights, field.name) for field in fields(CauseWeights))
    for table in tables:
        values = table.values() if isinstance(table, dict) else [table]
        assert all(value > 0 for value in values if isinstance(value, float))


def test_their_origin_is_told():
    provenance = load_weights().provenance
    assert {"made_by", "date", "registers", "draws", "seed", "refusals"} <= set(provenance)
    assert all(register.startswith("simulated") for register in provenance["registers"])
