"""What `vqlab diff` says of results that differ in known ways."""

import copy
import csv
import json
import types
import unittest.mock

import pytest

import synthetic
from analysis.diff import diff
from analysis.figures import answer


def results(tmp_path, change, seeds=(1, 2, 3), seeds_after=None, run_after=None):
    """Two results; `change` is called with each row of the second."""
    rows = synthetic.add_latencies(synthetic.letter_rows(seeds))
    after = synthetic.add_latencies(synthetic.letter_rows(seeds_after or seeds))
    kept = [row for row in after if change(row) is not False]
    a = synthetic.write(tmp_path / "a", synthetic.letter_run(), rows)
    b = synthetic.write(tmp_path / "b", run_after or synthetic.letter_run(), kept)
    return [str(a), str(b)]


def record(capsys, words, code):
    given = types.SimpleNamespace(given={"answer": {}, "files": [], "faults": [], "notes": []})
    with unittest.mock.patch.object(answer, "_answer", given):
        assert diff.main(words) == code
    capsys.readouterr()
    return given.given["answer"]


def at(found, curve, targets, metric):
    [row] = [row for row in found["differences"]
             if (row["series"], row["axes"]["targets"], row["metric"]) == (curve, targets, metric)]
    return row


def test_the_same_result_has_not_moved(tmp_path, capsys):
    words = results(tmp_path, lambda row: None)
    found = record(capsys, words, 0)
    assert {row["what"] for row in found["differences"]} == {"same"} and found["settings"] == []
    assert diff.main(words) == 0
    text = capsys.readouterr().out
    assert "No setting differs." in text and "21 points in both" in text


def test_pairs_of_seeds_find_what_the_intervals_hide(tmp_path, capsys):
    """0.5, 0.6 and 0.7 % more under each seed is within the runs' 1 %, and no chance."""
    def change(row):
        if (row["series"], row["targets"]) == ("multi_queue_4vcpu", 8):
            row["iops"] *= 1.004 + 0.001 * row["seed"]

    found = record(capsys, results(tmp_path, change), 1)
    row = at(found, "multi_queue_4vcpu", 8, "iops")
    assert (row["what"], row["test"], row["pairs"]) == ("moved", "paired", 3)
    assert row["difference_percent"] == pytest.approx(0.6, abs=0.01)
    # Of the percentages: standard deviation 0.1, half-width 4.303 * 0.1 / sqrt(3) = 0.248; the values themselves
    # differ by a few percent, so about.
    assert row["difference_percent_ci95"] == pytest.approx(0.248, rel=0.1)
    # t = 0.6 / (0.1 / sqrt(3)) = 10.4 with two degrees of freedom: p = 0.009. The only test of its metric.
    assert row["p"] == row["p_holm"] == pytest.approx(0.009, rel=0.15)
    assert sum(row["what"] == "moved" for row in found["differences"]) == 1


def test_a_difference_in_one_seed_is_chance(tmp_path, capsys):
    def change(row):
        if row["targets"] == 4 and row["seed"] == 2:
            row["latency_mean_us"] *= 1.01

    found = record(capsys, results(tmp_path, change), 0)
    assert at(found, "single_queue_4vcpu", 4, "latency_mean_us")["what"] == "chance"


@pytest.mark.parametrize("seeds, after", [((1,), (1,)), ((1, 2), (3, 4))])
def test_without_pairs_the_intervals_judge(tmp_path, capsys, seeds, after):
    """Half-widths of 1 % on both sides: 1 % is chance, 4 % is not, also as one of 21 tests."""
    def change(row):
        row["iops"] *= {8: 1.01, 16: 1.04}.get(row["targets"], 1)

    found = record(capsys, results(tmp_path, change, seeds, after), 1)
    assert at(found, "multi_queue_8vcpu", 8, "iops")["what"] == "chance"
    row = at(found, "multi_queue_8vcpu", 16, "iops")
    assert (row["what"], row["test"]) == ("moved", "intervals")


def test_holm_counts_the_tests_of_a_metric(tmp_path, capsys):
    """1.6 % with half-widths of 1 % on both sides has p = 0.027: more than chance alone, not among 21 such."""
    def everywhere(row):
        row["iops"] *= 1.016

    def once(row):
        if (row["series"], row["targets"]) == ("multi_queue_8vcpu", 16):
            row["iops"] *= 1.016

    assert record(capsys, results(tmp_path / "x", once, (1,)), 1)
    assert {row["what"] for row in record(capsys, results(tmp_path / "y", everywhere, (1,)), 0)["differences"]
            if row["metric"] == "iops"} == {"chance"}


def test_points_of_one_alone_and_settings_are_listed(tmp_path, capsys):
    after = copy.deepcopy(synthetic.letter_run())
    after["scenario"]["host_costs"] = {"pop_ns": 2500}
    words = results(tmp_path, lambda row: row["targets"] != 32, run_after=after)
    found = record(capsys, words, 1)
    assert len(found["only_a"]) == 3 and found["only_b"] == []
    assert "multi_queue_8vcpu targets=32" in found["only_a"]
    assert found["settings"] == [{"path": "host_costs", "a": None, "b": {"pop_ns": 2500}}]
    assert diff.main(words) == 1
    text = capsys.readouterr().out
    assert "In A alone, 3 points: single_queue_4vcpu targets=32," in text
    assert 'host_costs: not there -> {"pop_ns": 2500}' in text


def test_an_axis_of_one_is_filled_from_the_scenario_of_the_other(tmp_path, capsys):
    """A is swept over a size, B has one: B's points stand beside A's of that size."""
    rows = [{"point": 0, "series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"],
             "controller.virtqueue_size": size, **{key: row[key] for key in list(row)[4:]}}
            for row in synthetic.letter_rows() for size in (128, 256)]
    a = synthetic.write(tmp_path / "a", synthetic.letter_run(), rows)
    run = synthetic.letter_run()
    b = synthetic.write(tmp_path / "b", run, synthetic.letter_rows())
    assert diff.main([str(a), str(b)]) == 2
    assert "is swept over controller.virtqueue_size" in capsys.readouterr().err
    run["scenario"]["controller"] = {"virtqueue_size": 128, "num_queues": 0}
    synthetic.write(tmp_path / "b", run, synthetic.letter_rows())
    found = record(capsys, [str(a), str(b)], 1)
    assert len(found["only_a"]) == 21 and {row["what"] for row in found["differences"]} == {"same"}


def test_the_table_is_written_where_it_is_asked_for(tmp_path, capsys):
    words = results(tmp_path, lambda row: None)
    assert diff.main([*words, "--metric", "p99,kicks", "--out", str(tmp_path / "out")]) == 0
    with open(tmp_path / "out" / "diff.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 21 and {row["metric"] for row in rows} == {"latency_p99_us", "kicks_per_io"}
    assert capsys.readouterr().out


@pytest.mark.parametrize("words, said", [
    (["--metric", "speed,iopsy"], ['found "speed"', '"iopsy", which the results do not have; did you mean iops?'])])
def test_wrong_words_are_said_at_once(tmp_path, capsys, words, said):
    both = results(tmp_path, lambda row: None)
    assert diff.main([*both, *words]) == 2
    error = capsys.readouterr().err
    assert all(part in error for part in said)


def test_both_results_are_said_to_be_unreadable(tmp_path, capsys):
    assert diff.main([str(tmp_path / "x"), str(tmp_path / "y")]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path / 'x'}/run.json: cannot be read" in error and f"{tmp_path / 'y'}/run.json" in error
