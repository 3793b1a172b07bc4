import pandas as pd
import pytest

from analysis.figures import load
from analysis.run import coverage


def rows_of(values, half_widths):
    return pd.DataFrame({"point": range(len(values)), "series": "s", "targets": 8, "seed": range(len(values)),
                         "iops": values, "iops_ci95": half_widths})


def test_counts_the_intervals_that_hold_the_mean():
    # 12 runs at 90 and 12 at 110: mean 100. 18 half-widths of 10 reach it, 6 of 9 do not: 75 %, with a standard error
    # of sqrt(0.75 * 0.25 / 24) = 8.839 %. Scatter: sqrt(24 * 100 / 23) = 10.2151; mean half-width 9.75.
    table = coverage.coverage(rows_of([90.0, 110.0] * 12, [10.0] * 18 + [9.0] * 6))
    row = table.iloc[0]
    assert (row["targets"], row["quantity"], row["runs"], row["percent"]) == (8, "iops", 24, 75.0)
    assert row["error_percent"] == pytest.approx(8.839, abs=1e-3)
    assert row["width"] == pytest.approx(9.75 / (1.959964 * 10.2151), rel=1e-4)


def test_runs_without_an_interval_do_not_count():
    table = coverage.coverage(rows_of([100.0] * 20 + [500.0], [1.0] * 20 + [float("nan")]))
    assert (table.iloc[0]["runs"], table.iloc[0]["percent"]) == (20, 100.0)


def test_asks_for_seeds_and_for_columns_that_are_there():
    with pytest.raises(load.InputError, match="more --seeds"):
        coverage.coverage(rows_of([1.0], [1.0]))
    with pytest.raises(load.InputError, match="no interval for seeed; there are iops"):
        coverage.coverage(rows_of([1.0], [1.0]), ["seeed"])


def test_command_prints_the_table_or_says_what_is_wrong(tmp_path, capsys):
    assert coverage.main([str(tmp_path)]) == 2
    assert "points.csv" in capsys.readouterr().err
    rows_of([90.0, 110.0] * 12, [10.0] * 24).to_csv(tmp_path / "points.csv", index=False)
    assert coverage.main([str(tmp_path), "--columns", "iops"]) == 0
    assert "100.00" in capsys.readouterr().out


def test_the_truth_of_longer_runs_finds_what_the_runs_agree_in():
    # The runs agree on 100 +- 1; the longer ones say 102 +- 0.1 at 1.96 sd / sqrt(n): all runs are wrong.
    rows = rows_of([99.9, 100.1] * 10, [1.0] * 20)
    truth = rows_of([101.8, 102.2] * 10, [0.2] * 20)
    row = coverage.coverage(rows, truth=truth).iloc[0]
    assert (row["percent"], row["verdict"]) == (0, "too narrow")
    assert row["truth_error"] == pytest.approx(1.959964 * 0.2052 / 20**0.5, rel=1e-3)
    unsure = rows_of([92.0, 112.0] * 10, [0.2] * 20)
    assert coverage.coverage(rows, truth=unsure).iloc[0]["verdict"] == "truth unsure"
    with pytest.raises(load.InputError, match="the truth has 0 runs"):
        coverage.coverage(rows, truth=truth.assign(series="another"))


def test_what_is_not_settled_makes_no_promise():
    rows = rows_of([100.0] * 20 + [500.0] * 5, [1.0] * 25)
    rows["not_settled"] = [""] * 20 + ["kicks_per_io"] * 5
    row = coverage.coverage(rows, truth=rows_of([100.0] * 20, [1.0] * 20)).iloc[0]
    assert (row["runs"], row["not_settled"], row["percent"], row["verdict"]) == (25, 5, 100.0, "too wide")
    rows["not_settled"] = "iops"
    assert coverage.coverage(rows).iloc[0]["verdict"] == "not settled"
