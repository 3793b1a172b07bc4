"""`vqlab overlay`: which point a measurement belongs to, and what is said of it."""

import csv
import json
import shutil
from pathlib import Path

import pytest

import synthetic
from analysis.figures import load
from analysis.overlay import overlay, places

FIO = Path(__file__).resolve().parent / "fio"
POINTS = ("series", "targets", "job.iodepth")


def depth_rows(depths=(4, 8)):
    """The letter's points with 1, 2 and 8 targets, at two depths."""
    return synthetic.add_latencies([
        {"point": 0, "series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"], "job.iodepth": depth,
         **{key: row[key] for key in list(row)[4:]}}
        for row in synthetic.letter_rows() if row["targets"] in (1, 2, 8) for depth in depths])


@pytest.fixture(name="result")
def write_result(tmp_path):
    return synthetic.write(tmp_path / "result", synthetic.letter_run(), depth_rows())


def run(result, *words, code=0):
    assert overlay.main([f"--result={result}", "--no-figures", *map(str, words)]) == code


def record(result):
    return json.loads((result / "overlay" / "overlay.json").read_text(encoding="utf-8"))["overlay"]


def rows_of(result):
    with open(result / "overlay" / "overlay.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name, found", [
    ("targets=2_mode=multi_queue_4vcpu", {"series": "multi_queue_4vcpu", "targets": "2"}),
    ("targets=2_curve=multi_queue_4vcpu_run3", {"series": "multi_queue_4vcpu", "targets": "2"}),
    ("curve=multi_queue_8vcpu_t2", {"series": "multi_queue_8vcpu", "targets": "2"}),
    ("t2-qd8", {"targets": "2", "job.iodepth": "8"}),
    ("t2-q8", {"targets": "2", "job.iodepth": "8"}),
    ("single_queue_4vcpu_iodepth_8", {"series": "single_queue_4vcpu", "job.iodepth": "8"}),
    ("multi-queue-8vcpu targets=8_run1", {"series": "multi_queue_8vcpu", "targets": "8"}),
    ("run_17", {}),
    ("fio-3.33", {})])
def test_names_say_where_a_file_belongs(result, name, found):
    said, unclear = places.from_name(Path(f"/x/{name}.json"), load.load(result))
    assert said == found and unclear == []


def test_a_folder_says_what_its_files_leave_open(result):
    study = load.load(result)
    said, _ = places.from_name(Path("/x/curve=multi_queue_8vcpu_targets=8/targets=2.json"), study)
    assert said == {"series": "multi_queue_8vcpu", "targets": "2"}


def test_one_letter_with_two_meanings_is_not_used(tmp_path):
    rows = depth_rows()
    rows = [{**{key: row[key] for key in list(row)[:5]}, "controller.num_queues": queues,
             **{key: row[key] for key in list(row)[5:]}} for row in rows for queues in (1, 8)]
    study = load.load(synthetic.write(tmp_path / "r", synthetic.letter_run(), rows))
    said, unclear = places.from_name(Path("/x/t2-q8.json"), study)
    assert said == {"targets": "2"}
    assert unclear == ["q8 in the name may be job.iodepth or controller.num_queues: not used"]


def test_job_options_say_it_and_the_name_counts_more(result, tmp_path):
    """The recorded job has depth 4 and two files; a copy of it is called depth 8."""
    for name in ("single_queue_4vcpu", "single_queue_4vcpu_qd8"):
        shutil.copy(FIO / "one_job.json", tmp_path / f"{name}.json")
    run(result, tmp_path / "single_queue_4vcpu.json", tmp_path / "single_queue_4vcpu_qd8.json")
    first, second = record(result)["compared"]
    assert first["place"] == "single_queue_4vcpu targets=2 job.iodepth=4"
    assert first["known_from"]["job.iodepth"] == "job options" and first["known_from"]["series"] == "name"
    assert second["place"] == "single_queue_4vcpu targets=2 job.iodepth=8"
    assert "its name says job.iodepth=8, its job options 4: the name counts" in second["notes"]


def test_words_of_the_command_line_count_most(result, capsys):
    run(result, "--curve", "multi_queue_8vcpu", "--axis", "targets=8", "--axis", "iodepth=8", FIO / "one_job.json")
    assert record(result)["compared"][0]["place"] == "multi_queue_8vcpu targets=8 job.iodepth=8"
    assert "command line" in capsys.readouterr().out


def test_runs_one_after_another_are_points_of_their_own(result):
    run(result, "--curve", "single_queue_4vcpu", FIO / "groups.json")
    assert [one["place"] for one in record(result)["compared"]] == [
        "single_queue_4vcpu targets=1 job.iodepth=4", "single_queue_4vcpu targets=1 job.iodepth=8"]


def test_three_runs_have_an_interval_and_one_has_none(result, tmp_path):
    [row] = [row for row in depth_rows() if tuple(row[name] for name in POINTS) == ("multi_queue_4vcpu", 8, 4)]
    iops = row["iops"]
    table = write_csv(tmp_path / "real.csv", "curve,targets,iodepth,run,iops,p99",
                      *(f"multi_queue_4vcpu,8,4,{i},{times * iops},{2 * row['latency_p99_us']}"
                        for i, times in enumerate((0.99, 1.0, 1.01))),
                      f"multi_queue_4vcpu,1,4,1,{iops},")
    run(result, table)
    found = {(one["targets"], one["metric"]): one for one in rows_of(result) if one["measured"]}
    three = found["8", "iops"]
    assert float(three["measured"]) == pytest.approx(iops)
    # Standard deviation 1 %, half-width 4.303 * 1 % / sqrt(3) = 2.484 %.
    assert float(three["measured_ci95"]) == pytest.approx(0.02484 * iops, rel=1e-3)
    assert (three["measured_runs"], three["beyond_intervals"]) == ("3", "false")
    assert abs(float(three["error_percent"])) < 1e-6
    p99 = found["8", "latency_p99_us"]
    assert float(p99["error_percent"]) == pytest.approx(-50)
    assert p99["beyond_intervals"] == "true"  # the same three times: a half-width of 0, and 1 % of the simulation's
    assert found["1", "iops"]["measured_ci95"] == "" and found["1", "iops"]["beyond_intervals"] == ""
    # Every point of the curve is in the table, blank where nothing was measured.
    assert len([one for one in rows_of(result) if one["metric"] == "iops"]) == 6


def test_the_verdict_names_metric_points_and_size(result, tmp_path, capsys):
    lines = ["curve,targets,iodepth,iops,p99"]
    for row in depth_rows():
        if row["series"] == "multi_queue_4vcpu" and row["job.iodepth"] == 4:
            off = 0.5 if row["targets"] == 8 else 1.0
            lines.append(f"{row['series']},{row['targets']},4,{row['iops']},{row['latency_p99_us'] / off}")
    run(result, write_csv(tmp_path / "real.csv", *lines))
    assert record(result)["verdict"] == [
        "IOPS: nowhere off, by the simulated 95 % interval where the measured value has none; the error is 0 % at 3 "
        "points.",
        "p99 latency: off at 1 of 3 points, by the simulated 95 % interval where the measured value has none: "
        "simulated 50 % too low at multi_queue_4vcpu targets=8 job.iodepth=4."]
    scores = {one["metric"]: one for one in record(result)["scores"]}
    # One of three points is 50 % too low: on average 16.7 %, with its sign -16.7 %.
    assert scores["latency_p99_us"]["absolute_percent"] == pytest.approx(50 / 3)
    assert scores["latency_p99_us"]["signed_percent"] == pytest.approx(-50 / 3)
    assert scores["latency_p99_us"]["largest_at"] == "multi_queue_4vcpu targets=8 job.iodepth=4"
    assert scores["latency_p99_us"]["beyond"] is None and scores["latency_p99_us"]["outside"] is None
    assert "-16.7 %" in capsys.readouterr().out


def test_the_band_of_the_model_is_held_against(tmp_path):
    """A model that knows its IOPS within 20 % is not off by 10 %, whatever the intervals say."""
    rows, plain = depth_rows((4,)), synthetic.letter_run()
    result = synthetic.write(tmp_path / "r", {**plain, "uncertainty": {"machines": 100}}, rows)
    (result / "uncertainty").mkdir()
    bands = [f"{row['series']},{row['targets']},{row['vcpus']},4,{metric},{row[metric]},,,100,{low * row[metric]},"
             f"{row[metric]},{high * row[metric]},0,,"
             for row in rows for metric, low, high in (("iops", 0.8, 1.2), ("bandwidth_mib_per_s", 0.8, 1.2))]
    write_csv(result / "uncertainty" / "bands.csv",
              "series,targets,vcpus,job.iodepth,metric,nominal,chance_low,chance_high,machines,model_p5,model_p50,"
              "model_p95,discrepancy_percent,published,inside", *bands)
    first, second = (row for row in rows if row["series"] == "multi_queue_4vcpu" and row["targets"] in (1, 2))
    run(result, write_csv(tmp_path / "real.csv", "curve,targets,iops", f"multi_queue_4vcpu,1,{1.1 * first['iops']}",
                          f"multi_queue_4vcpu,2,{1.3 * second['iops']}"))
    [score] = record(result)["scores"]
    assert score["outside"] == 1
    assert record(result)["verdict"] == [
        "IOPS: off at 1 of 2 points, by the model's 90 % band: simulated 23 % too low at multi_queue_4vcpu targets=2."]


def test_what_belongs_to_no_point_is_listed(result, tmp_path, capsys):
    table = write_csv(tmp_path / "real.csv", "curve,targets,iodepth,iops", "multi_queue_4vcpu,8,4,1",
                      "multi_queue_4vcpu,3,4,1", "another,8,4,1", "multi_queue_4vcpu,8,,1")
    run(result, table)
    out = " ".join(capsys.readouterr().out.split())
    assert "1 measurement of 1 point, 3 not compared" in out
    assert "line 3: the result has no point with targets=3; it has 1, 2, 8" in out
    assert 'line 4: "another" is no curve of the result; accepted: single_queue_4vcpu,' in out
    assert "line 5: 2 points fit: not known beside series=multi_queue_4vcpu, targets=8: job.iodepth" in out
    assert len(record(result)["not_compared"]) == 3


def test_nothing_is_written_where_nothing_fits(result, capsys):
    before = sorted(result.rglob("*"))
    run(result, FIO / "one_job.json", code=2)
    assert "no measurement belongs to a point" in capsys.readouterr().err
    assert sorted(result.rglob("*")) == before


def test_all_faults_come_at_once(result, tmp_path, capsys):
    broken = tmp_path / "broken.json"
    broken.write_text('{"jobs": [', encoding="utf-8")
    (tmp_path / "binary.json").write_bytes(b"{\n\xff")
    table = write_csv(tmp_path / "wrong.csv", "curve,targets,speed,iops", "multi_queue_4vcpu,8,1,fast")
    run(result, "--curve", "nobody", "--axis", "targets=3", "--axis", "colour=red", "--reference", tmp_path / "x.txt",
        broken, tmp_path / "binary.json", tmp_path / "none.json", table, code=2)
    error = capsys.readouterr().err
    for said in ("broken.json: line 1: the JSON ends", "binary.json: line 2: is no UTF-8", "none.json: cannot be read",
                 'wrong.csv: line 1: found the column "speed"', "iops is 'fast', not a number",
                 '--curve: found "nobody"', '--axis: found "targets=3"; accepted: targets = 1, 2, 8',
                 '--axis: found "colour=red"', "a name that ends in .json or .csv"):
        assert said in error, said
    assert not (result / "overlay").exists()


def test_two_columns_that_are_the_same_are_a_fault(result, tmp_path, capsys):
    run(result, write_csv(tmp_path / "x.csv", "curve,targets,p99,latency_p99_us", "multi_queue_4vcpu,8,1,2"), code=2)
    assert 'found "p99" and "latency_p99_us", which are the same' in capsys.readouterr().err


def test_another_workload_is_said(tmp_path, capsys):
    plain = synthetic.letter_run()
    plain["scenario"]["job"] = {"rw": "randwrite", "bs": 4096, "iodepth": 4}
    result = synthetic.write(tmp_path / "r", plain, synthetic.add_latencies(synthetic.letter_rows()))
    run(result, "--curve", "single_queue_4vcpu", FIO / "one_job.json")
    out = " ".join(capsys.readouterr().out.split())
    assert "measured with rw=randread, simulated with randwrite" in out
    assert "measured with bs" not in out and "measured with iodepth" not in out


def test_the_reference_is_what_was_measured(result, tmp_path):
    table = write_csv(tmp_path / "real.csv", "curve,targets,iodepth,iops", "multi_queue_4vcpu,8,4,100",
                      "multi_queue_4vcpu,8,4,300", "single_queue_4vcpu,1,8,50")
    run(result, "--reference", tmp_path / "ref.json", "--metric", "iops", table)
    block = json.loads((tmp_path / "ref.json").read_text(encoding="utf-8"))["reference"]
    assert (block["metric"], block["axis"]) == ("iops", ["job.iodepth", "targets"])
    assert block["values"] == {"single_queue_4vcpu": {"8": {"1": 50}}, "multi_queue_4vcpu": {"4": {"8": 200}}}


def test_the_table_of_calibrate_has_a_column_for_each_curve(tmp_path):
    result = synthetic.write(tmp_path / "r", synthetic.letter_run(), synthetic.add_latencies(synthetic.letter_rows()))
    table = write_csv(tmp_path / "real.csv", "curve,targets,bandwidth_mib_per_s", "multi_queue_4vcpu,8,100",
                      "single_queue_4vcpu,1,50")
    run(result, "--reference", tmp_path / "ref.csv", table)
    assert (tmp_path / "ref.csv").read_text(encoding="utf-8") == (
        "targets,single_queue_4vcpu,multi_queue_4vcpu\n1,50,\n8,,100\n")


def test_figures_stand_beside_the_table(result, tmp_path, capsys):
    table = write_csv(tmp_path / "real.csv", "curve,targets,iodepth,iops,p99", "multi_queue_4vcpu,8,4,100000,300")
    assert overlay.main([f"--result={result}", str(table)]) == 0
    names = {path.name for path in (result / "overlay" / "figures").glob("*.png")}
    assert names == {"overlay_iops.png", "overlay_latency_p99_us.png", "overlay_errors.png"}
    assert "overlay_iops.png" in capsys.readouterr().out
