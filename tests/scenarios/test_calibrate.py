"""A fit of the simulator to what it gave itself, and what is left of one that is killed."""

import csv
import json
import signal
import subprocess
import time

import jsonschema
import pytest

import program

SUBMIT_NS = 12000


@pytest.fixture(name="study")
def study_file(tmp_path):
    path = tmp_path / "own.json"
    path.write_text(json.dumps({
        "study": "own",
        "guest": {"vcpus": 2},
        "precision": {"half_width_percent": 2},
        "sweep": {"targets": [1, 4]},
        "calibration": {"free": ["guest_costs.submit_ns"], "simulated_s": 0.05, "jacobian_runs": 2},
    }), encoding="utf-8")
    return path


@pytest.fixture(name="table")
def table_file(study, tmp_path):
    """What the simulator gives with another submit_ns, as if it had been published."""
    done = program.call("run", study, "--set", f"guest_costs.submit_ns={SUBMIT_NS}", "--seeds", "77", "--out",
                        tmp_path / "truth", "--no-figures", "--quiet")
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader((tmp_path / "truth" / "points.csv").read_text(encoding="utf-8").splitlines())
    path = tmp_path / "table.csv"
    path.write_text("targets,default\n" + "".join(f"{row['targets']},{row['bandwidth_mib_per_s']}\n" for row in rows),
                    encoding="utf-8")
    return path


def calibrate(study, table, tmp_path, *arguments):
    return ["calibrate", study, "--data", table, "--out", tmp_path / "found.json", "--results", tmp_path / "fit",
            *arguments]


def test_the_fit_finds_what_made_the_table(study, table, tmp_path):
    done = program.call(*calibrate(study, table, tmp_path))
    assert done.returncode == 0, done.stderr
    machine = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    # Its start is 7300. The table is good to 2 %, of which a submission is a seventh, and the fit has runs of 0.05 s.
    assert machine["guest_costs"]["submit_ns"] == pytest.approx(SUBMIT_NS, rel=0.15)
    jsonschema.validate(machine, json.loads(program.call("schema", "--machine").stdout))
    assert program.call("check", "--machine", tmp_path / "found.json").returncode == 0
    assert "iteration 1: MAPE" in done.stderr
    assert "identified" in done.stdout
    assert done.stdout.splitlines()[-2:] == [str(tmp_path / "fit" / "fit.json"), str(tmp_path / "found.json")]


@pytest.mark.skipif(program.is_sanitized(), reason="a fit is a thousand simulations; once is enough")
def test_a_killed_fit_goes_on_to_the_same_bytes(study, table, tmp_path):
    more = ["--set", "calibration.runs=4", "--jobs", "1"]
    whole = program.call(*calibrate(study, table, tmp_path, *more))
    assert whole.returncode == 0, whole.stderr
    results = {name: (tmp_path / name).read_bytes() for name in ("found.json", "fit/fit.json")}
    (tmp_path / "found.json").unlink()

    with subprocess.Popen([program.binary(), *map(str, calibrate(study, table, tmp_path, *more))],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        journal = tmp_path / "fit" / "points.jsonl"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not 20 <= len(journal.read_text().splitlines()) < 60:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "--resume" in errors
    assert not (tmp_path / "found.json").exists()

    done = program.call(*calibrate(study, table, tmp_path, *more, "--resume"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == whole.stdout
    for name, content in results.items():
        assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("plan", sorted(program.SCENARIOS.glob("calibrations/*.json")), ids=lambda path: path.stem)
def test_every_plan_is_good(plan, tmp_path):
    """What is wrong with a plan is said before anything runs: here nothing but the name of held values."""
    done = program.call("calibrate", plan, "--hold", "no_such_values", "--out", tmp_path, "--results", tmp_path / "fit")
    assert done.returncode == 2
    assert done.stderr.startswith("--hold no_such_values: ") and done.stderr.count("\n") == 1
    assert not (tmp_path / "fit").exists()


@pytest.mark.skipif(program.is_sanitized(), reason="the stand-ins of tests/analysis are sanitized")
def test_a_plan_finds_the_guest_of_two_hosts(tmp_path):
    """Two hosts, one guest, and tables that the simulator made with another cost of that guest."""
    settings = {"precision": {"half_width_percent": 5}, "guest": {"vcpus": 2}, "sweep": {"targets": [1, 4]}}
    for name, pop_ns in (("slow", 6000), ("fast", 3000)):
        machine = {"name": f"{name}_host", "host_costs": {"pop_ns": pop_ns}}
        (tmp_path / f"{name}_host.json").write_text(json.dumps(machine), encoding="utf-8")
        study = {"study": name, "machine": f"./{name}_host.json", **settings}
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(study), encoding="utf-8")
        done = program.call("run", path, "--set", f"guest_costs.submit_ns={SUBMIT_NS}", "--seeds", "77", "--out",
                            tmp_path / "truth" / name, "--no-figures", "--quiet")
        assert done.returncode == 0, done.stderr
        rows = csv.DictReader((tmp_path / "truth" / name / "points.csv").read_text(encoding="utf-8").splitlines())
        study["reference"] = {"metric": "iops", "axis": "targets", "source": "itself",
                              "values": {"default": {row["targets"]: float(row["iops"]) for row in rows}}}
        path.write_text(json.dumps(study), encoding="utf-8")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({
        "plan": "both", "simulated_s": 0.05, "jacobian_runs": 2, "iterations": 4,
        "studies": [{"study": "slow.json", "writes": "slow_found"}, {"study": "fast.json", "writes": "fast_found"}],
        "same": ["guest_costs"],
        "free": [{"param": "guest_costs.submit_ns"}],
    }), encoding="utf-8")
    done = program.call("calibrate", plan, "--out", tmp_path, "--results", tmp_path / "fit", "--quiet")
    assert done.returncode == 0, done.stderr
    for name in ("slow", "fast"):
        found = json.loads((tmp_path / f"{name}_found.json").read_text(encoding="utf-8"))
        # The tables are good to 5 %.
        assert found["guest_costs"]["submit_ns"] == pytest.approx(SUBMIT_NS, rel=0.1)
        assert program.call("check", "--machine", tmp_path / f"{name}_found.json").returncode == 0
