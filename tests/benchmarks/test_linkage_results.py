"""What the commands about linkage write: where it comes from, and twice the same."""

from pathlib import Path

import polars as pl
import pytest

from benchmarks import calibration, errors, linkage, samples, silent_risk
from benchmarks.draws import short_digest
from benchmarks.machine import record
from benchmarks.samples import Sample
from matching.identity.frames import PASSAGES
from sngi_mock.noise.catalogue import CATALOGUE

NAMES = ["exact", "cdc", "probabilistic"]
TIMES = ["date", "seconds"]


@pytest.fixture(scope="module")
def every(small_register) -> list[Sample]:
    return samples.samples(small_register, 40, seed=5)


def measured(folder: Path, draw, monkeypatch) -> dict[str, pl.DataFrame]:
    """The files of a run, timings aside."""
    monkeypatch.setattr("benchmarks.machine.RESULTS", folder)
    work = draw.folder.parents[1]
    linkage.run([draw.register.folder], linkage.Choices(900, [0.1], ["poor"], NAMES, 3), work)
    errors.run([draw.register.folder], errors.Choices(15, NAMES, 3, 300), work)
    calibration.run([draw.register.folder], 900, ["poor"], NAMES, strangers=0.1, seed=3, work=work)
    return {path.name: pl.read_csv(path, infer_schema=False) for path in folder.glob("*.csv")}


@pytest.fixture(scope="module")
def twice(draw, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        return [measured(tmp_path_factory.mktemp("results"), draw, patch) for _ in range(2)]


def test_a_run_twice_gives_the_same_bytes_timings_aside(twice):
    one, other = ({name: rows.drop(TIMES, strict=False) for name, rows in run.items()} for run in twice)
    assert set(one) == set(other) >= {"linkage.csv", "errors.csv", "errors_tests.csv", "calibration.csv"}
    assert {name: rows.write_csv() for name, rows in one.items()} == {
        name: rows.write_csv() for name, rows in other.items()
    }


def test_every_row_says_its_seed_and_the_digests_of_what_it_read(twice, draw):
    for name, rows in twice[0].items():
        assert set(rows["register"]) == {short_digest(draw.register)}, name
        assert set(rows["seed"]) == {"3"}
        told = "sample" if name.startswith("errors") else "deposit"
        assert (rows[told].str.len_chars() == 12).all()
    assert set(twice[0]["linkage.csv"]["deposit"]) == {draw.digest}


def test_the_operating_points_stand_on_the_plane_of_the_curve(twice):
    curves = twice[0]["linkage_curves.csv"].filter(pl.col("contender") == "probabilistic")
    assert set(curves["rule"]) == {"curve", "own", "probability", "tuned"}
    best = curves.filter(pl.col("rule") == "curve").select(pl.col("wrong", "right").cast(pl.Int64))
    for wrong, right in curves.filter(pl.col("rule") == "tuned").select("wrong", "right").cast(pl.Int64).rows():
        allowed = best.filter(pl.col("wrong") <= wrong)["right"].max()
        assert right <= (allowed or 0)


def test_new_columns_are_added_to_a_file_and_old_rows_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.machine.RESULTS", tmp_path)
    record("some", [{"a": 1, "b": 2}])
    record("some", [{"a": 3, "c": 4}])
    path = record("some", [{"a": 5}])
    assert pl.read_csv(path).drop("date").rows() == [(1, 2, None), (3, None, 4), (5, None, None)]


def test_there_is_a_sample_of_every_record_error_and_two_without(every):
    assert [each.error for each in every] == ["none", *(error.id for error in CATALOGUE), "E43"]
    for each in every:
        assert each.passages.columns == list(PASSAGES.columns)
        assert each.passages["passage"].to_list() == each.truth["passage"].to_list()
        assert 0 < each.passages.height <= 40
    assert len({each.digest for each in every}) == len(every)


def test_a_sample_has_its_error_alone(every, small_register):
    """What differs from the register's date, sex or surname is what the type damages."""
    official = pl.concat(small_register.shards()).filter(pl.col("kind") == "official")
    sent = {each.error: each.passages.join(each.truth, on="passage").join(official, on="person") for each in every}
    differs = {
        "date": pl.any_horizontal(
            pl.col(f"birth_{part}").ne_missing(pl.col(f"birth_{part}_right")) for part in ("year", "month", "day")
        ),
        "sex": pl.col("sex").cast(pl.String).ne_missing(pl.col("sex_right").cast(pl.String)),
        "surname": pl.col("birth_name").ne_missing(pl.col("birth_name_right")),
    }
    families = {error.id: error.family for error in CATALOGUE if error.id not in {"E39", "E05", "E11", "E23"}}
    for error, rows in sent.items():
        for family, is_other in differs.items():
            number = rows.filter(is_other).height
            wanted = rows.height if families.get(error) == family else 0
            if error in families or error == "none":
                assert number == wanted, (error, family)


def test_people_with_a_namesake_share_their_names_and_year(every, small_register):
    found = every[-1]
    official = pl.concat(small_register.shards()).filter(pl.col("kind") == "official")
    key = [pl.col("birth_name"), pl.col("given_names").list.first().alias("given"), pl.col("sex"), pl.col("birth_year")]
    shared = official.select("person", pl.len().over(key).alias("alike"))
    alike = found.truth.join(shared, on="person")["alike"]
    assert found.truth.height > 0
    assert alike.min() > 1


def test_all_samples_together_are_numbered_through_and_keep_their_truth(every):
    passages, truth = errors.together(every)
    assert passages["passage"].to_list() == truth["passage"].to_list() == list(range(passages.height))
    assert truth.group_by("sample", maintain_order=True).len()["len"].to_list() == [
        each.passages.height for each in every
    ]


def test_paired_tests_count_who_alone_is_right(every):
    sample = every[0]
    one = pl.Series([True] * 30 + [False] * 10)
    other = pl.Series([True] * 20 + [False] * 20)
    (row,) = errors.paired_tests([sample], {"one": [one], "other": [other]})
    assert (row["only_contender"], row["only_other"], row["p"]) == (10, 0, "0.001953")
    assert row["p_holm"] == row["p"]


def test_the_funnel_s_variants_only_refuse_what_the_funnel_accepts(draw):
    funnel, date, both = silent_risk.silent_risk(draw)
    assert [row["strategy"] for row in (funnel, date, both)] == list(silent_risk.VARIANTS)
    assert funnel["refused"] == 0 <= both["refused"] <= date["refused"] <= funnel["silent"]
    assert date["refused"] > 0
    for row in (date, both):
        assert row["refused"] == row["refused_right"] + row["refused_wrong"] == funnel["ok"] - row["ok"]
        assert row["wrong"] == funnel["wrong"] - row["refused_wrong"]


def test_a_probability_is_judged_by_group(twice):
    rows = twice[0]["calibration.csv"]
    assert set(rows["contender"]) == {"probabilistic"}
    assert set(rows["fit"]) == {"other profile"}
    whole = int(rows.filter(pl.col("stratum") == "all")["passages"].item())
    for stratum in ("birth", "sex", "born", "surname"):
        parts = rows.filter(pl.col("stratum") == stratum)["passages"].cast(pl.Int64)
        assert 0.98 * whole < parts.sum() <= whole  # a group may be unknown
