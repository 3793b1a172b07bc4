import json
import math
import time

import pytest

import synthetic
from analysis.figures import estimate, load
from analysis.figures.load import BANDWIDTH, PUBLISHED
from analysis.run.speedup_table import PUBLISHED_SPEEDUP, SPEEDUP, speedups


def rows_of(*cells, **more):
    """Rows from (curve, targets, vcpus, seed, bandwidth, half-width)."""
    names = ("series", "targets", "vcpus", "seed", BANDWIDTH, estimate.interval_of(BANDWIDTH))
    return [{"point": i, **dict(zip(names, cell)), **more} for i, cell in enumerate(cells)]


def study_of(tmp_path, run, rows):
    return load.load(synthetic.write(tmp_path / "study", run, rows))


def test_letter_has_one_axis_since_vcpus_differ_between_curves_only(tmp_path):
    study = study_of(tmp_path, synthetic.letter_run(), synthetic.letter_rows())
    assert study.axes == ["targets"]
    assert study.baseline.name == "single_queue_4vcpu"  # the curve that sets num_queues to 1
    assert [curve.label for curve in study.curves][2] == "multiqueue, 8 vCPUs"
    assert len(study.points) == 21


def test_results_from_before_curves_had_their_name_are_read(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["series"] = run["scenario"].pop("curves")
    study = study_of(tmp_path, run, synthetic.letter_rows())
    assert [curve.label for curve in study.curves][2] == "multiqueue, 8 vCPUs"


def test_scaling_has_two_axes_targets_first(tmp_path):
    study = study_of(tmp_path, synthetic.scaling_run(), synthetic.scaling_rows())
    assert study.axes == ["targets", "vcpus"]
    assert not study.has_published


def test_seeds_that_agree_combine_in_quadrature(tmp_path):
    # Mean of 100 and 102 is 101. Half-widths 6 and 8 give sqrt(36 + 64) / 2 = 5. The runs lie 1 from the mean, far
    # within their intervals, so nothing is widened.
    study = study_of(tmp_path, synthetic.letter_run(),
                     rows_of(("multi_queue_4vcpu", 1, 4, 1, 100.0, 6.0), ("multi_queue_4vcpu", 1, 4, 2, 102.0, 8.0)))
    point = study.points.iloc[0]
    assert (point[BANDWIDTH], point[estimate.interval_of(BANDWIDTH)], point["seeds"]) == (101.0, 5.0, 2)
    assert "Mean over 2 seeds." in study.notes


def test_seeds_that_disagree_widen_the_interval():
    # Means 90 and 110, half-widths 1.959964, that is, standard errors 1. Each run lies 10 standard errors from the
    # mean: chi-square 200 with one degree of freedom, factor sqrt(200). Combined half-width 1.959964 / sqrt(2).
    import numpy as np

    mean, half = estimate.over_seeds(np.array([90.0, 110.0]), np.array([1.959964, 1.959964]))
    assert mean == 100.0
    assert half == pytest.approx(1.959964 / math.sqrt(2) * math.sqrt(200))


def test_a_run_without_interval_leaves_the_mean_without():
    import numpy as np

    mean, half = estimate.over_seeds(np.array([90.0, 110.0]), np.array([1.0, math.nan]))
    assert mean == 100.0 and math.isnan(half)


def test_ratio_adds_relative_half_widths_in_quadrature():
    # 300 +- 9 (3 %) over 100 +- 4 (4 %): 3 +- 5 % of 3 = 0.15.
    assert estimate.ratio(300, 9, 100, 4) == pytest.approx((3.0, 0.15))
    assert math.isnan(estimate.ratio(300, 9, 0, 0)[0])


def test_speedup_of_the_letter_compares_8_vcpus_with_the_only_single_queue(tmp_path):
    rows = rows_of(("single_queue_4vcpu", 8, 4, 1, 1000.0, 40.0), ("single_queue_4vcpu", 1, 4, 1, 500.0, 5.0),
                   ("multi_queue_8vcpu", 8, 8, 1, 2000.0, 60.0), ("multi_queue_8vcpu", 2, 8, 1, 900.0, 9.0))
    table = speedups(study_of(tmp_path, synthetic.letter_run(), rows))
    # 2000/1000 = 2; sqrt(3 %^2 + 4 %^2) = 5 %: 0.1. With 2 targets there is no single queue to compare with.
    assert len(table) == 1
    assert table.iloc[0][SPEEDUP] == 2.0
    assert table.iloc[0][estimate.interval_of(SPEEDUP)] == pytest.approx(0.1)
    # Published: 2060 over 1136.
    assert table.iloc[0][PUBLISHED_SPEEDUP] == pytest.approx(2060 / 1136)


def test_speedup_of_a_sweep_compares_at_equal_vcpus(tmp_path):
    rows = rows_of(("single_queue", 8, 1, 1, 100.0, 1.0), ("single_queue", 8, 2, 1, 200.0, 1.0),
                   ("multiqueue", 8, 1, 1, 150.0, 1.0), ("multiqueue", 8, 2, 1, 800.0, 1.0))
    table = speedups(study_of(tmp_path, synthetic.scaling_run(), rows))
    assert list(table[SPEEDUP]) == [1.5, 4.0]  # 150/100 and 800/200


def test_baseline_key_wins_over_the_first_single_queue(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["baseline"] = "multi_queue_4vcpu"
    assert study_of(tmp_path, run, synthetic.letter_rows()).baseline.name == "multi_queue_4vcpu"


def test_misspelt_baseline_names_the_nearest(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["baseline"] = "multi_queue_4cpu"
    with pytest.raises(load.InputError, match="did you mean multi_queue_4vcpu"):
        study_of(tmp_path, run, synthetic.letter_rows())


def test_no_speedup_without_a_finished_baseline(tmp_path):
    rows = [row for row in synthetic.letter_rows() if row["series"] != "single_queue_4vcpu"]
    assert "no finished point" in study_of(tmp_path, synthetic.letter_run(), rows).no_baseline_because


def test_published_values_join_on_curve_and_targets(tmp_path):
    points = study_of(tmp_path, synthetic.letter_run(), synthetic.letter_rows()).points
    row = points[(points["series"] == "multi_queue_8vcpu") & (points["targets"] == 16)].iloc[0]
    assert row[PUBLISHED] == 2474


def test_published_values_are_not_shown_where_another_axis_is_swept_too(tmp_path):
    run = synthetic.scaling_run()
    run["scenario"]["reference"] = {"metric": BANDWIDTH, "axis": "targets", "values": {"single_queue": {"1": 540}}}
    study = study_of(tmp_path, run, synthetic.scaling_rows())
    assert not study.has_published
    assert any("not shown" in note for note in study.notes)


def test_luns_per_target_is_read_from_the_curve_then_the_scenario(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["luns_per_target"] = 2
    run["scenario"]["curves"][1]["set"]["luns_per_target"] = 4
    points = study_of(tmp_path, run, synthetic.letter_rows()).points
    luns = {row["series"]: row["luns"] for _, row in points[points["targets"] == 8].iterrows()}
    assert luns == {"single_queue_4vcpu": 16, "multi_queue_4vcpu": 32, "multi_queue_8vcpu": 16}


def test_a_table_without_intervals_is_drawn_without_them(tmp_path):
    rows = synthetic.letter_rows()
    for row in rows:
        del row["bandwidth_mib_per_s_ci95"]
    assert study_of(tmp_path, synthetic.letter_run(), rows).points[estimate.interval_of(BANDWIDTH)].isna().all()


def test_vcpus_under_their_path_are_the_same_axis(tmp_path):
    rows = [{"point": row["point"], "series": row["series"], "targets": row["targets"], "guest.vcpus": row["vcpus"],
             **{key: row[key] for key in list(row)[3:]}} for row in synthetic.scaling_rows()]
    assert study_of(tmp_path, synthetic.scaling_run(), rows).axes == ["targets", "vcpus"]
    for row in rows:
        del row["vcpus"]
    assert study_of(tmp_path, synthetic.scaling_run(), rows).axes == ["targets", "vcpus"]


def test_a_swept_number_of_queues_makes_no_curve_single_queue(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["sweep"]["controller.num_queues"] = [1, 2]
    assert study_of(tmp_path, run, synthetic.letter_rows()).baseline is None


def test_unfinished_and_imprecise_are_said(tmp_path):
    run, rows = synthetic.letter_run(), synthetic.letter_rows()
    run["complete"] = False
    rows[0]["precise"] = 0
    for row in rows:
        row["not_settled"] = ""
    rows[1]["not_settled"] = "kicks_per_io interrupts_per_io"
    study = study_of(tmp_path, run, rows[:5])
    assert "had not finished" in " ".join(study.notes)
    assert list(study.points["state"]) == ["not precise", "not settled", "precise", "precise", "precise"]


def test_missing_long_runs_are_said(tmp_path):
    run = {**synthetic.letter_run(), "complete": False, "points_total": 63, "points_finished": 63,
           "long_runs_total": 21, "long_runs_finished": 4}
    notes = " ".join(study_of(tmp_path, run, synthetic.letter_rows()).notes)
    assert "17 of 21 long runs were missing" in notes and "had not finished" not in notes


@pytest.mark.parametrize("text, expected", [
    (json.dumps({"schema_version": 3}), "schema_version is 3; this program reads 1, 2"),
    (json.dumps({"study": "x"}), "schema_version is null"),
    ("{", "not valid JSON"),
    ("[]", "expected a JSON object"),
])
def test_run_json_of_another_kind_is_refused(tmp_path, text, expected):
    directory = synthetic.write(tmp_path / "study", synthetic.letter_run(), synthetic.letter_rows())
    (directory / "run.json").write_text(text)
    with pytest.raises(load.InputError, match=expected):
        load.load(directory)


HEADER = "series,targets,seed,bandwidth_mib_per_s\n"


@pytest.mark.parametrize("text, expected", [
    ("", "not a table"),
    ("series,seed\na,1\n", "has no column targets, bandwidth_mib_per_s"),
    (HEADER, "no finished point"),
    (HEADER + "a,1,1,fast\n", "line 2: bandwidth_mib_per_s is 'fast', not a number"),
    (HEADER + "a,1,1,5\na,2,1,0x1p3\n", "line 3: bandwidth_mib_per_s is '0x1p3', not a decimal number"),
    (HEADER + "a,1,1,5\na,inf,1,5\n", "line 3: targets is 'inf'"),
    (HEADER + "a,1,1,-Infinity\n", "line 2: bandwidth_mib_per_s is '-Infinity'"),
    (HEADER + "a,1,1,NaN\n", "line 2: bandwidth_mib_per_s is 'NaN'"),
    (HEADER + "a,1,1,5\na,2,1\n", "line 3: has 3 fields, the heading 4"),
    (HEADER + "a,1,1,5,6\n", "line 2: has 5 fields, the heading 4"),
    (HEADER + "a,1,1,5\na,2,1,5\na,1,1,5\n", "line 4: its curve, configuration and seed"),
    (HEADER + 'a,1,1,5\n"a,2,1,5\n', "line 3: is not a line of CSV"),
    (HEADER.replace("seed", "targets"), "two columns 'targets'"),
    (HEADER + "a,1,1,5\n\0", "line 3: has a NUL"),
    (HEADER + "a,1,1,\n", "is empty"),
    (HEADER + "a,,1,5\n", "targets has empty cells"),
])
def test_points_csv_of_another_kind_is_refused(tmp_path, text, expected):
    directory = synthetic.write(tmp_path / "study", synthetic.letter_run(), synthetic.letter_rows())
    (directory / "points.csv").write_text(text)
    with pytest.raises(load.InputError, match=expected):
        load.load(directory)


def test_bytes_that_are_no_text_are_named_by_their_line(tmp_path):
    directory = synthetic.write(tmp_path / "study", synthetic.letter_run(), synthetic.letter_rows())
    (directory / "points.csv").write_bytes(HEADER.encode() + b"a,1,1,5\n\xff,2,1,5\n")
    with pytest.raises(load.InputError, match="line 3: is no UTF-8"):
        load.load(directory)


def test_a_curve_may_be_called_nan(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["curves"][0]["name"] = "nan"
    rows = [{**row, "series": row["series"].replace("single_queue_4vcpu", "nan")} for row in synthetic.letter_rows()]
    assert "nan" in {curve.name for curve in study_of(tmp_path, run, rows).curves}


def test_a_table_of_many_lines_is_refused_at_once(tmp_path):
    directory = synthetic.write(tmp_path / "study", synthetic.letter_run(), synthetic.letter_rows())
    (directory / "points.csv").write_text(HEADER + "a,1,1,5\n" * 500_000 + "a,1,1,inf\n")
    begun = time.monotonic()
    with pytest.raises(load.InputError, match="line 500002"):
        load.load(directory)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("value, expected", [("inf", "'inf' is not a number"), ("0x10", "'0x10' is not a number")])
def test_published_values_are_numbers(tmp_path, value, expected):
    run = synthetic.letter_run()
    run["scenario"]["reference"]["values"]["single_queue_4vcpu"]["1"] = value
    with pytest.raises(load.InputError, match=expected):
        study_of(tmp_path, run, synthetic.letter_rows())


def test_a_record_with_an_infinity_is_no_json(tmp_path):
    directory = synthetic.write(tmp_path / "study", synthetic.letter_run(), synthetic.letter_rows())
    (directory / "run.json").write_text('{"schema_version": 1, "wall_s": Infinity}')
    with pytest.raises(load.InputError, match="Infinity is no number of JSON"):
        load.load(directory)


def test_a_job_of_a_list_has_its_own_values():
    scenario = {"job": {"iodepth": 4, "rw": "read", "bs": ""}, "jobs": [{"name": "a", "iodepth": 64, "rw": "randread"}]}
    assert [load.resolved(scenario, {}, f"job.{name}") for name in ("iodepth", "rw", "bs")] == [64, "randread", ""]
    scenario["jobs"].append({"name": "b", "iodepth": 8})
    assert load.resolved(scenario, {}, "job.iodepth") is None and load.resolved(scenario, {}, "job.rw") is None
    assert load.resolved(scenario, {"set": {"jobs": []}}, "job.iodepth") == 4
