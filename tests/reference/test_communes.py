"""Communes through time: known facts, then what must hold for all of them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reference.communes import (
    arrondissements,
    commune,
    comparable,
    departement,
    departement_of,
    find,
    links,
    postal_codes,
    predecessors,
    same_place,
    same_place_pairs,
    successors,
    table,
)
from matching.reference.countries import former_territories, former_territory
from tests.golden_rows import golden

A_DAY = timedelta(days=1)
ROWS = st.integers(0, table().height - 1).map(lambda row: table().row(row, named=True))
LINKS = st.integers(0, links().height - 1).map(lambda row: links().row(row, named=True))
PAIRS = st.integers(0, same_place_pairs().height - 1).map(lambda row: same_place_pairs().row(row, named=True))
DAYS = st.dates(date(1943, 1, 1), date(2026, 12, 31))

ANSWERS = {
    "label": lambda code, on: {found.label} if (found := commune(code, on)) else set(),
    "departement": lambda code, on: {departement(code, on)},
    "same_place": same_place,
    "successors": successors,
    "predecessors": predecessors,
}


@pytest.mark.parametrize("row", golden("communes.csv"), ids=lambda row: " ".join([*row.values()][:3]))
def test_known_facts(row: dict[str, str]):
    expected = {row["expected"]} if row["question"] == "label" else set(row["expected"].split())
    assert ANSWERS[row["question"]](row["code"], date.fromisoformat(row["on"])) == expected - {""}


def test_the_communes_of_2019_are_all_there():
    on = date(2019, 1, 1)
    communes = table().filter(pl.col("kind") == "COM", ~pl.col("departement").str.contains("975|977|978|98."))
    begun, not_ended = (
        pl.col("start").is_null() | (pl.col("start") <= on),
        pl.col("end").is_null() | (pl.col("end") > on),
    )
    then = communes.filter(begun & not_ended)["code"]
    assert len(then) == then.n_unique() == 34_970
    now = communes.filter(pl.col("end").is_null())["code"]
    assert len(set(then) - set(now)) == 107


def test_every_code_that_is_gone_has_a_successor():
    ended = table().filter(pl.col("end").is_not_null())
    assert ended.filter(pl.col("successors").list.len() == 0).is_empty()
    gone = set(table()["code"]) - set(table().filter(pl.col("end").is_null())["code"])
    assert gone <= set(links().filter(pl.col("relation") != "restored")["before"])


def test_a_successor_holds_the_place_from_the_day_the_interval_ends():
    handed = table().filter(pl.col("end").is_not_null()).select("end", heir="successors").explode("heir")
    assert all(commune(heir, end) for end, heir in handed.iter_rows())


def test_intervals_go_forward_and_one_code_is_one_commune_at_a_time():
    following = pl.col("start").shift(-1).over("code")
    assert table().filter(pl.col("start") >= pl.col("end")).is_empty()
    assert table().filter(following.is_not_null() & (pl.col("end").is_null() | (following < pl.col("end")))).is_empty()
    assert table().filter(pl.col("start").is_null())["code"].is_unique().all()


def test_the_45_arrondissements():
    counts = dict(arrondissements().group_by("city_code").len().iter_rows())
    assert counts == {"75056": 20, "69123": 9, "13055": 16}
    assert all(commune(code, date(1990, 1, 1)) for row in arrondissements().iter_rows() for code in row)


@pytest.mark.parametrize(("postal_code", "code"), [("75007", "75107"), ("69007", "69387"), ("13008", "13208")])
def test_a_postal_code_of_a_great_city_is_an_arrondissement(postal_code: str, code: str):
    assert [found.code for found in find(postal_code=postal_code, on=date(2020, 1, 1))] == [code]


def test_postal_codes_are_well_formed_and_known():
    assert postal_codes()["postal_code"].str.contains(r"^\d{5}$").all()
    assert set(postal_codes()["code"]) <= set(table()["code"])
    assert postal_codes().select("postal_code", "code").is_unique().all()
    assert postal_codes().filter(pl.col("label").str.contains("CEDEX")).is_empty()
    assert len(find(postal_code="01400", on=date(2020, 1, 1))) > 1


def test_a_label_alone_is_ambiguous_and_a_departement_settles_it():
    assert len(find(label="SAINT DENIS", on=date(2020, 1, 1))) > 1
    assert [c.code for c in find(label="saint-denis", departement="93", on=date(2020, 1, 1))] == ["93066"]
    assert [c.code for c in find(label="saint-denis", departement="75", on=date(1960, 1, 1))] == ["75066"]
    assert find(label="Villeneuve-sur-Nulle-Part", on=date(2020, 1, 1)) == []


def test_labels_compare_without_accents_case_and_punctuation():
    assert comparable("L’Haÿ-les-Roses") == comparable("l hay les roses") == "L HAY LES ROSES"
    assert comparable("Cœuvres-et-Valsery") == "COEUVRES ET VALSERY"


def test_communes_merged_into_a_third_are_not_the_same_place():
    pairs = set(same_place_pairs().select("code", "other").iter_rows())
    tourlaville, querqueville, cherbourg = "50602", "50416", "50129"
    assert {(tourlaville, cherbourg), (querqueville, cherbourg)} <= pairs
    assert (tourlaville, querqueville) not in pairs


def test_the_pairs_go_both_ways_with_the_reverse_relation():
    reverse = {"recoded": "recoded", "within": "contains", "contains": "within"}
    pairs = same_place_pairs()
    turned = pairs.select(
        code="other", other="code", relation=pl.col("relation").cast(pl.String).replace_strict(reverse)
    )
    straight = pairs.select("code", "other", pl.col("relation").cast(pl.String))
    assert straight.sort("code", "other").equals(turned.sort("code", "other"))
    assert straight.select("code", "other").is_unique().all()
    assert pairs.filter(pl.col("code") == pl.col("other")).is_empty()


def test_no_commune_has_a_code_that_meant_algeria_morocco_or_tunisia_then():
    for prefix, until in former_territories().select("department", "until").iter_rows():
        begun = table().filter(pl.col("code").str.starts_with(prefix))["start"]
        assert begun.null_count() == 0
        assert begun.is_empty() or begun.min() >= until


def test_a_former_territory_answers_where_the_communes_do_not():
    assert former_territory("91352", date(1950, 1, 1)) == "99352"
    assert commune("91352", date(1950, 1, 1)) is None
    assert former_territory("91228", date(1980, 1, 1)) is None
    assert commune("91228", date(1980, 1, 1))


@given(ROWS, DAYS)
def test_a_commune_is_found_under_its_code_label_and_postal_code(row: dict[str, object], on: date):
    found = commune(row["code"], on)
    if found:
        assert found.code == row["code"]
        assert found in find(label=found.label, on=on)
        assert found in find(label=found.label.upper(), departement=found.departement, on=on)
        assert found.departement == departement(found.code, on) == departement_of(found.code)
        assert found.code in same_place(found.code, on)
    else:
        assert row["code"] not in same_place(row["code"], on)


@given(ROWS)
def test_an_interval_answers_from_its_first_day_to_its_last(row: dict[str, object]):
    first, after = row["start"], row["end"]
    assert commune(row["code"], first or date(1900, 1, 1)).label == row["label"]
    assert commune(row["code"], (after - A_DAY) if after else date(2100, 1, 1)).label == row["label"]
    assert not after or (now := commune(row["code"], after)) is None or now.start == after


@given(LINKS)
def test_predecessors_and_successors_are_inverse(link: dict[str, object]):
    before, after, day = link["before"], link["after"], link["date"]
    assert after in successors(before, day - A_DAY)
    assert before in predecessors(after, day)
    assert commune(before, day - A_DAY)
    assert commune(after, day)
    assert (commune(before, day) is None) == (link["relation"] != "restored")


@given(PAIRS, DAYS)
def test_a_pair_answers_in_its_period_when_the_other_code_is_in_force(pair: dict[str, object], on: date):
    in_period = (pair["since"] or date.min) <= on < (pair["until"] or date.max)
    assert (pair["other"] in same_place(pair["code"], on)) == (in_period and commune(pair["other"], on) is not None)


@given(LINKS)
def test_what_became_another_is_the_same_place(link: dict[str, object]):
    before, after, day = link["before"], link["after"], link["date"]
    assert before in same_place(after, day - A_DAY)
    assert (after in same_place(before, day)) == (link["relation"] != "restored")


@given(st.text(max_size=6), DAYS)
def test_any_text_is_answered(text: str, on: date):
    assert commune(text, on) is None or len(text) == 5
    assert all(len(code) == 5 for code in same_place(text, on))
    assert departement(text, on) is not None
    assert find(postal_code=text, label="Nulle-Part", on=on) == []
