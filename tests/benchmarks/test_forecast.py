import polars as pl

from benchmarks.forecast import _shared_out, summary


def rows(*files):
    """Files of 1,000 passages: (expected, low, high, found)."""
    kept = [dict(zip(("ok", "low", "high", "found_ok"), each, strict=True)) for each in files]
    nothing = dict.fromkeys([*(f"message_{n}" for n in range(1, 8)), *(f"found_{n}" for n in range(1, 8))], 0.0)
    return pl.DataFrame([each | nothing | {"passages": 1_000, "wrong": 0.002, "found_wrong": 0.001} for each in kept])


def test_a_summary_counts_what_the_interval_holds_and_by_how_much_it_is_wrong():
    told = summary(rows((0.9, 0.88, 0.92, 0.92), (0.8, 0.79, 0.81, 0.84)), "all")
    assert told["files"] == 2
    assert told["covered"] == 0.5
    assert told["mean_error_points"] == 3
    assert told["largest_error_points"] == 4
    assert told["mean_width_points"] == 3
    assert (told["wrong"], told["found_wrong"]) == (4.0, 2.0)


def test_files_are_shared_out():
    assert _shared_out(200, 2) == [150, 50]
    assert _shared_out(10, 1) == [10]
    assert sum(_shared_out(201, 3)) == 201
