"""What limits each point of a result, and where its latency goes."""

import csv
import hashlib
import json

import program
import pytest

TUTORIAL = program.SCENARIOS / "tutorial" / "03_two_curves.json"


@pytest.fixture(name="result")
def run(tmp_path):
    out = tmp_path / "out"
    done = program.call("run", TUTORIAL, "--set", "precision.half_width_percent=5", "--out", out, "--no-figures",
                        "--no-long-runs", "--quiet")
    assert done.returncode == 0, done.stderr
    return out


def rows(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_a_result_is_explained(result):
    done = program.call("explain", result, "--no-figures", "--quiet")
    assert done.returncode == 0, done.stderr
    assert "limited by" in done.stdout and "Little's law" in done.stdout

    resources = rows(result / "explanation" / "resources.csv")
    points = {(row["series"], row["targets"]) for row in rows(result / "points.csv")}
    assert {(row["series"], row["targets"]) for row in resources} == points
    for point in points:
        here = [row for row in resources if (row["series"], row["targets"]) == point]
        # Nothing but a timer's own time is left out. The job has none, the scheduler's tick wakes nearly nobody.
        assert abs(sum(float(row["path_share"]) for row in here) - 1) < 1e-4
        assert 1 <= [row["bottleneck"] for row in here].count("true") <= 2  # two that tie

    for file in (result / "stages.csv", result / "explanation" / "stages.csv"):
        for curve, targets in points:
            measured = [float(row["latency_mean_us"]) for row in rows(result / "points.csv")
                        if (row["series"], row["targets"]) == (curve, targets)]
            stages = [row for row in rows(file) if (row["series"], row["targets"]) == (curve, targets)]
            runs = len({row.get("seed") for row in stages})
            latency = sum(float(row["latency_us"]) for row in stages) / runs
            assert abs(latency / (sum(measured) / len(measured)) - 1) < 1e-9

    # What was traced is on disk: the same command only reads it.
    journal = (result / "explanation" / "points.jsonl").read_bytes()
    again = program.call("explain", result, "--no-figures", "--quiet")
    assert again.stdout == done.stdout
    assert (result / "explanation" / "points.jsonl").read_bytes() == journal


def test_a_result_that_was_changed_is_refused(result):
    journal = result / "points.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[1])
    row["completed_ios"] += 1
    journal.write_text("\n".join([lines[0], json.dumps(row), *lines[2:]]) + "\n", encoding="utf-8")
    done = program.call("explain", result, "--no-figures", "--quiet")
    assert done.returncode == 2 and "points.jsonl: line 2: found " in done.stderr


def test_a_result_of_another_program_is_said(result):
    journal = result / "points.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[1])
    row["completed_ios"] += 1
    del row["check"]
    body = json.dumps(row, separators=(",", ":"))[:-1]
    salt = hashlib.sha256(lines[0].encode()).hexdigest()
    lines[1] = f'{body},"check":"{hashlib.sha256((salt + body).encode()).hexdigest()[:16]}"}}'
    journal.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = program.call("explain", result, "--no-figures", "--quiet")
    assert done.returncode == 1 and "differ from those in" in done.stderr


def test_what_is_no_result_is_refused(tmp_path):
    done = program.call("explain", tmp_path)
    assert done.returncode == 2
    assert "run.json" in done.stderr and "points.jsonl" in done.stderr
    assert not list(tmp_path.iterdir())
