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
