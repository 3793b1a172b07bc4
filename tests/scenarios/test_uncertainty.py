"""Results on plausible machines: two bands, verdicts, the same bytes however they are made."""

import csv
import json
import signal
import subprocess
import time

import pytest

import program
from analysis.compare import comparison
from analysis.compare.figures import gain_bands, gain_map
from analysis.figures import load, style
from analysis.figures.gain_map import gain_text
from analysis.run.figures import bandwidth_bands

SHORT = ["--set", "precision.half_width_percent=5", "--set", "precision.min_simulated_s=0.01", "--quiet", "--no-cache"]
TABLES = ("machines.csv", "points.csv", "bands.csv", "sensitivity.csv", "gains.csv")


def run(out, *arguments, machines=8):
    return program.call("run", program.SCENARIOS / "tutorial" / "04_reference.json", "--no-long-runs", "--uncertainty",
                        machines, *SHORT, "--out", out, *arguments)


def rows_of(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def tables(out):
    return {name: (out / "uncertainty" / name).read_bytes() for name in TABLES}


@pytest.fixture(name="whole", scope="module")
def whole_run(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    done = run(out, "--jobs", "1", "--no-figures")
    assert done.returncode == 0, done.stderr
    assert "inside the 90 % model band, whose median width is" in done.stdout
    assert "8 machines are too few to say which parameters matter" in done.stdout
    return out


def test_any_number_of_jobs_gives_the_same_bytes(tmp_path, whole):
    assert run(tmp_path, "--jobs", "3", "--no-figures").returncode == 0
    assert tables(tmp_path) == tables(whole)


def test_a_run_has_two_bands(whole):
    points = rows_of(whole / "points.csv")
    places = {(row["series"], row["targets"]) for row in points}
    drawn = rows_of(whole / "uncertainty" / "points.csv")
    own = [row for row in drawn if row["machine"] == "own"]
    others = [row for row in drawn if row["machine"] != "own"]
    assert len(others) == 8 * len(places) and {row["machine"] for row in others} == {str(i) for i in range(1, 9)}
    first = int(points[0]["seed"])
    assert all(int(row["seed"]) == first + int(row["machine"]) - 1 for row in others)
    seeds = {int(row["seed"]) for row in own}
    assert len(seeds) == 20 and len(own) == 20 * len(places) and not seeds & {int(row["seed"]) for row in others}
    published = 0
    for row in rows_of(whole / "uncertainty" / "bands.csv"):
        low, high = float(row["model_p5"]), float(row["model_p95"])
        assert low <= float(row["model_p50"]) <= high
        if row["metric"] == "bandwidth_mib_per_s":
            assert high > 1.05 * low  # costs with ranges of a factor of 5 and more
            assert float(row["chance_low"]) <= float(row["nominal"]) <= float(row["chance_high"])
        if row["published"]:
            published += 1
            assert (row["inside"] == "true") == (low <= float(row["published"]) <= high)
    assert published > 0
    record = json.loads((whole / "run.json").read_text(encoding="utf-8"))["uncertainty"]
    with style.applied():
        [figure] = bandwidth_bands.draw(load.load(whole))
    assert figure.table["model_p5"].notna().all() and len(figure.table) == len(places)
    assert record["machines"] == 8 and record["points_finished"] == record["points_total"] == len(drawn)
    machines = rows_of(whole / "uncertainty" / "machines.csv")
    assert list(machines[0])[1:] == list(record["parameters"])
    for name, one in record["parameters"].items():
        assert all(one["min"] <= float(machine[name]) <= one["max"] for machine in machines)
        assert one["min"] <= one["nominal"] <= one["max"]


def test_an_interrupted_run_goes_on(tmp_path, whole):
    part = tmp_path / "part"
    arguments = [program.binary(), "run", str(program.SCENARIOS / "tutorial" / "04_reference.json"), "--no-long-runs",
                 "--uncertainty", "8", *SHORT, "--out", str(part), "--no-figures", "--jobs", "1"]
    journal = part / "uncertainty" / "points.jsonl"
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") > 3):
            time.sleep(0.002)
        running.send_signal(signal.SIGINT)
        said = running.communicate()[1]
    assert running.returncode == 130 and "points on plausible machines are finished" in said, said
    before = journal.read_bytes()
    assert run(part, "--no-figures", "--resume").returncode == 0
    assert journal.read_bytes().startswith(before)
    assert tables(part) == tables(whole)


def test_another_number_of_machines_begins_anew_under_resume(tmp_path):
    out = tmp_path / "out"
    assert run(out, "--no-figures").returncode == 0
    done = run(out, "--no-figures", "--resume", machines=9)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["uncertainty"]["machines"] == 9


def test_shards_merge_to_the_same_results(tmp_path, whole):
    for i in (1, 2):
        done = run(tmp_path / f"shard_{i}", "--no-figures", "--shard", f"{i}/2")
        assert done.returncode == 0, done.stderr
    merged = tmp_path / "merged"
    done = program.call("merge", tmp_path / "shard_1", tmp_path / "shard_2", "--out", merged)
    assert done.returncode == 0, done.stderr
    assert tables(merged) == tables(whole)


def test_results_without_it_leave_nothing_of_before(tmp_path):
    out = tmp_path / "a"
    assert run(out, "--no-figures").returncode == 0
    done = program.call("run", program.SCENARIOS / "tutorial" / "04_reference.json", "--no-long-runs", *SHORT, "--out",
                        out, "--no-figures")
    assert done.returncode == 0, done.stderr
    assert not (out / "uncertainty").exists()
    assert "uncertainty" not in json.loads((out / "run.json").read_text(encoding="utf-8"))


def test_a_comparison_says_in_how_many_machines(tmp_path):
    done = program.call("compare", program.SCENARIOS / "tutorial" / "02_sweep.json", "--policy", "single_queue",
                        "--set", "sweep.targets=[1,8]", "--seeds", "1,2,3,4,5", "--uncertainty", "8", *SHORT, "--out",
                        tmp_path / "a", "--no-figures")
    assert done.returncode == 0, done.stderr
    assert "of 8 plausible machines" in done.stdout
    with style.applied():
        figures = list(gain_bands.draw(comparison.read(tmp_path / "a")))
        maps = list(gain_map.draw(comparison.read(tmp_path / "a")))
    assert [text.get_text().split("\n")[0].rstrip("?!") for text in maps[0].figure.axes[0].texts] == [
        gain_text(gain) for gain in maps[0].table["gain_percent"]]
    assert list(maps[0].table["machines"]) == [8, 8]
    assert [figure.name for figure in figures] == ["gain_bands_bandwidth", "gain_bands_p99_latency"]
    rows = rows_of(tmp_path / "a" / "comparison.csv")
    crowded = next(row for row in rows if row["targets"] == "8" and row["policy"] == "single_queue")
    # One lock and one interrupt for eight processes: a loss on any machine.
    assert (crowded["machines"], crowded["machines_ahead"], crowded["machines_behind"]) == ("8", "0", "8")
    assert float(crowded["gain_percent_p95"]) < 0
    assert all(row["machines"] == "" for row in rows if row["verdict"] == "baseline")
    record = json.loads((tmp_path / "a" / "comparison.json").read_text(encoding="utf-8"))
    assert record["uncertainty"]["machines"] == 8


def test_what_cannot_be_uncertain_is_refused_before_anything_is_written(tmp_path, whole):
    done = program.call("run", whole / "run.json", "--uncertainty", "8", "--out", tmp_path / "b")
    assert done.returncode == 2 and "no parameter that is uncertain" in done.stderr
    done = run(tmp_path / "b", "--uncertainty", "7")
    assert done.returncode == 2
    assert not (tmp_path / "b").exists()


def test_a_machine_says_what_is_known(tmp_path):
    scenario = tmp_path / "known.json"
    scenario.write_text(json.dumps({
        "study": "known", "machine": {"name": "m", "guest_costs": {"kick_ns": 1500}, "uncertainty": {
            "guest_costs.kick_ns": {"min": 1400, "max": 1600}, "guest_costs.add_ns": "exact"}}}), encoding="utf-8")
    done = program.call("run", scenario, "--no-long-runs", "--uncertainty", "8", *SHORT, "--out", tmp_path / "a",
                        "--no-figures")
    assert done.returncode == 0, done.stderr
    machines = rows_of(tmp_path / "a" / "uncertainty" / "machines.csv")
    assert all(1400 <= float(machine["guest_costs.kick_ns"]) <= 1600 for machine in machines)
    assert "guest_costs.add_ns" not in machines[0]
    spoiled = scenario.read_text(encoding="utf-8").replace("1400", "1550").replace("exact", "exakt")
    scenario.write_text(spoiled, encoding="utf-8")
    done = program.call("run", scenario, "--out", tmp_path / "b")
    assert done.returncode == 2 and not (tmp_path / "b").exists()
    assert '$.machine.uncertainty["guest_costs.kick_ns"]' in done.stderr and '"exakt"' in done.stderr
