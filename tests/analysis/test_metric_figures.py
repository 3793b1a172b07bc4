"""Figures of any metric: what --metric and --over draw, what is published, percentiles, latency and throughput."""

import csv
import json

import pytest

import synthetic
from analysis.figures import load, metrics, plot, style, words
from analysis.figures.metrics import Metric
from analysis.run.figures import latency_percentiles, metrics as metric_figures, throughput_latency


def study_of(directory, run=None, rows=None):
    return load.load(synthetic.write(directory, run or synthetic.letter_run(),
                                     rows or synthetic.add_latencies(synthetic.letter_rows())))


def drawn(module, study):
    with style.applied():
        return list(module.draw(study))


def table_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def title_of(drawing):
    return drawing.figure.texts[0].get_text().replace("\n", " ").replace("\u00a0", " ")


def test_metric_draws_what_was_asked_for_over_each_axis(tmp_path, monkeypatch):
    directory = synthetic.write(tmp_path / "s", synthetic.scaling_run(), synthetic.add_latencies(
        [row for row in synthetic.scaling_rows() if row["targets"] in (1, 8) and row["vcpus"] in (1, 4)]))
    study = load.load(directory)
    metrics.want(study, ["kicks"], ["vcpus", "targets"])
    drawings = {drawing.name: drawing for drawing in drawn(metric_figures, study)}
    assert set(drawings) == {"kicks_per_io_over_vcpus", "kicks_per_io"}
    over = drawings["kicks_per_io_over_vcpus"].figure.axes
    assert (over[0].get_xlabel(), over[0].get_ylabel()) == ("number of vCPUs", "kicks per I/O")
    table = drawings["kicks_per_io"].table
    assert list(table.loc[table["targets"] == 8, "kicks_per_io"].unique()) == [1 / 8]
    # The command line goes there.
    seen = []
    monkeypatch.setattr(plot, "drawn", lambda folder, *wanted: seen.append(wanted) or ({"a.png": b"x"}, ""))
    assert plot.main([str(directory), "--metric", "iops,p99", "--metric", "cpu", "--over", "vcpus"]) == 0
    assert seen == [(("iops", "p99", "cpu"), ("vcpus",))]


def test_a_scenario_chooses_its_figures(tmp_path):
    run = synthetic.scaling_run()
    run["scenario"]["figures"] = {"metrics": ["iops"], "over": ["guest.vcpus"]}
    rows = synthetic.add_latencies([row for row in synthetic.scaling_rows() if row["targets"] in (1, 8)])
    study = study_of(tmp_path / "s", run, rows)
    assert [drawing.name for drawing in drawn(metric_figures, study)] == ["iops_over_vcpus"]
    # The command line adds metrics; its axes take the place of the scenario's.
    metrics.want(study, ["kicks"], ["targets"])
    assert [drawing.name for drawing in drawn(metric_figures, study)] == ["iops", "kicks_per_io"]


def test_seeds_are_averaged_with_their_interval(tmp_path):
    rows = synthetic.add_latencies(synthetic.letter_rows((1, 2))[:2])
    for row, iops in zip(rows, (1000.0, 1004.0)):
        row["iops"], row["iops_ci95"] = iops, 10.0
    [row] = metrics.averaged(study_of(tmp_path / "r", rows=rows), "iops").to_dict("records")
    # sqrt(10^2 + 10^2) / 2 = 7.07; the runs differ by less than that explains.
    assert (row["iops"], row["seeds"]) == (1002.0, 2) and row["iops_ci95"] == pytest.approx(7.07, abs=0.01)


@pytest.mark.parametrize("words_given, said", [
    (["--metric", "speed"], 'metric: found "speed"'), (["--metric", "latency_p98_us"], "did you mean latency_p9"),
    (["--over", "vcpsu"], "did you mean vcpus?")])
def test_what_is_unknown_is_said_with_what_is_near(tmp_path, capsys, words_given, said):
    directory = synthetic.write(tmp_path / "r", synthetic.letter_run(),
                                synthetic.add_latencies(synthetic.letter_rows()))
    assert plot.main([str(directory), *words_given]) == 2
    assert said in capsys.readouterr().err and not (directory / "figures").exists()


def test_other_results_have_no_metrics(tmp_path, capsys):
    directory = synthetic.write(tmp_path / "c", synthetic.claims_run(), synthetic.claims_rows())
    assert plot.main([str(directory), "--metric", "iops"]) == 2
    assert "is a result of `vqlab claims`" in capsys.readouterr().err


def test_what_is_published_of_another_metric_is_drawn_there(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["reference"] = {"metric": "iops", "axis": "targets", "source": "a table",
                                    "values": {"multi_queue_4vcpu": {"1": 150000, "8": 550000}}}
    study = study_of(tmp_path / "r", run)
    [drawing] = drawn(metric_figures, study)
    assert drawing.name == "iops"
    known = drawing.table.dropna(subset="published_iops")
    assert [(row["series"], row["targets"], row["published_iops"]) for _, row in known.iterrows()] == [
        ("multi_queue_4vcpu", 1, 150000), ("multi_queue_4vcpu", 8, 550000)]
    hollow = [line for line in drawing.figure.axes[0].get_lines() if line.get_markerfacecolor() == "none"]
    assert any(550000 in line.get_ydata() for line in hollow)
    assert not study.has_published


def test_percentiles_stand_above_each_other(tmp_path):
    [drawing] = drawn(latency_percentiles, study_of(tmp_path / "r"))
    # p99 is 3 / 0.8 = 3.75 times the median in every row.
    assert title_of(drawing) == "p99 latency is 3.75 times the median"
    assert len(drawing.figure.axes) == 3  # curves
    mean, *percentiles = [line.get_ydata()[0] for line in drawing.figure.axes[0].get_lines()
                          if line.get_linestyle() != "None"]
    assert len(percentiles) == 4
    assert percentiles == sorted(percentiles) and percentiles[0] == pytest.approx(0.8 * mean)


def test_results_without_percentiles_have_no_such_figure(tmp_path):
    study = study_of(tmp_path / "r", rows=synthetic.letter_rows())
    assert drawn(latency_percentiles, study) == drawn(throughput_latency, study) == []


def test_throughput_goes_right_and_latency_up(tmp_path):
    [drawing] = drawn(throughput_latency, study_of(tmp_path / "r"))
    mean, p99 = drawing.figure.axes
    assert (mean.get_ylabel(), p99.get_ylabel()) == ("mean latency (us)", "p99 latency (us)")
    line = next(line for line in mean.get_lines() if len(line.get_xdata()) == 7)
    rows = synthetic.add_latencies(synthetic.letter_rows())[:7]
    assert list(line.get_xdata()) == pytest.approx([row["iops"] / 1000 for row in rows])
    assert list(line.get_ydata()) == pytest.approx([row["latency_mean_us"] for row in rows])


def test_a_bound_that_is_out_of_the_frame_is_not_in_the_legend(tmp_path):
    from analysis.run.figures import bandwidth
    rows = synthetic.bounded_rows()
    for row in rows:
        row["bandwidth_bound_mib_per_s"] = 9000
    [drawing] = drawn(bandwidth, study_of(tmp_path / "far", rows=rows))
    assert not any(text.get_text().startswith("bound") for text in drawing.figure.legends[0].get_texts())


@pytest.mark.parametrize("value, text", [
    ("per_vcpu", "per_vcpu"), (4, "4"), (True, "true"),
    (json.dumps([{"iothread": "a", "vqs": [0, 1, 2, 5]}, {"iothread": "b", "vqs": [3, 4]}]), "a: 0-2 5, b: 3-4"),
    (json.dumps([{"iothread": "iothread-a"}, {"iothread": "iothread-b"}]), "iothread-a, iothread-b"),
    (json.dumps([{"iothread": f"t{i}", "vqs": [i]} for i in range(16)]), "16 iothreads: t0: 0 \u2026 t15: 15"),
    ("x" * 20 + "y" * 20, "x" * 14 + "\u2026" + "y" * 14)])
def test_long_names_are_short_on_an_axis(value, text):
    assert words.shown(value) == text


def test_long_names_that_look_alike_are_numbered():
    alike = ["x" * 20 + middle + "y" * 20 for middle in "ab"]
    assert words.distinct([*alike, "z"]) == [f"{i}: {'x' * 14}\u2026{'y' * 14}" for i in (1, 2)] + ["z"]


def test_words_of_columns():
    assert [Metric(name).label for name in ("iops", "latency_p99_9_us", "cpu_us_per_io", "main_loop_utilization",
                                            "vcpu3_utilization", "kicks_per_io")] == [
        "IOPS", "p99.9 latency (us)", "CPU time per I/O (us)", "main loop utilization (share)",
        "vCPU3 utilization (share)", "kicks per I/O"]
    assert Metric("iops").text(123456) == "123456" and Metric("latency_mean_us").text(3.14159) == "3.14 us"
    assert Metric("bus_utilization").text(0.25) == "25 %"
