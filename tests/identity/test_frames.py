import polars as pl
import pytest

from matching.identity.errors import ContractError
from matching.identity.frames import DECISIONS, PASSAGES, REGISTER, TRUTH
from matching.identity.outcomes import Agreement, Message, Outcome

CONTRACTS = (PASSAGES, REGISTER, DECISIONS, TRUTH)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_an_empty_frame_keeps_its_contract(contract):
    assert contract.check(contract.empty()).columns == list(contract.columns)
    assert contract.required <= set(contract.columns)


def test_columns_beyond_the_contract_are_kept_last():
    frame = TRUTH.empty().select(pl.lit(1).alias("own"), pl.all())
    assert TRUTH.check(frame).columns == [*TRUTH.columns, "own"]


def test_a_missing_column_is_named(snapshot):
    with pytest.raises(ContractError) as caught:
        REGISTER.check(REGISTER.empty().drop("nir"))
    assert caught.value.sentence("fr") == snapshot
    assert str(caught.value) == snapshot


def test_another_type_is_named(snapshot):
    with pytest.raises(ContractError) as caught:
        REGISTER.check(REGISTER.empty().cast({"birth_year": pl.String}))
    assert caught.value.sentence("fr") == snapshot


def test_a_null_where_none_may_be_is_counted(snapshot):
    frame = pl.concat([TRUTH.empty(), pl.DataFrame(schema=TRUTH.columns, data=[[0], *[[None]] * 6])])
    with pytest.raises(ContractError) as caught:
        TRUTH.check(frame)
    assert caught.value.sentence("fr") == snapshot


def test_ok_is_two_outcomes_and_every_searched_one_has_an_insi_code():
    assert {outcome for outcome in Outcome if outcome.is_ok} == {Outcome.FOUND, Outcome.FOUND_RECTIFIED}
    assert {outcome for outcome in Outcome if outcome.insi_code is None} == {Outcome.INVALID}


def test_missing_and_different_are_two_values():
    assert len({Agreement.MISSING, Agreement.DIFFER, Agreement.AGREE}) == len(Agreement)


def test_messages_are_numbered_one_to_seven():
    assert [int(message) for message in Message] == list(range(1, 8))
