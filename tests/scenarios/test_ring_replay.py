"""`vqlab ring replay` as a user meets it."""

import gzip
import json

import pytest

import program

TRACES = sorted((program.ROOT / "tests" / "golden" / "linux").glob("*.json.gz"))


@pytest.fixture(name="trace")
def _trace():
    return json.loads(gzip.open(TRACES[0]).read())


def written(folder, name, document):
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def test_all_agree():
    done = program.call("ring", "replay", *TRACES)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(TRACES) == 102
    for file, line in zip(TRACES, lines):
        steps = len(json.loads(gzip.open(file).read())["steps"])
        assert line == f"{file}: ok, {steps} steps"


def test_one_differs_and_the_others_are_replayed(tmp_path, trace):
    plain = written(tmp_path, "plain.json", trace)
    trace["steps"][2]["driver"]["num_free"] += 1
    operation = trace["steps"][2]["op"]
    free = trace["steps"][2]["driver"]["num_free"]
    changed = written(tmp_path, "changed.json", trace)
    done = program.call("ring", "replay", changed, plain)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{changed}: differs at step 3, {operation}: driver.num_free: expected {free}, found {free - 1}",
        f"{plain}: ok, {len(trace['steps'])} steps",
    ]


def test_what_is_no_trace_is_said_and_the_others_are_replayed(tmp_path, trace):
    plain = written(tmp_path, "plain.json", trace)
    trace["steps"][1]["op"] = "kik"
    trace["config"]["num"] = 3
    wrong = written(tmp_path, "wrong.json", trace)
    text = written(tmp_path, "text.json", "no trace")
    done = program.call("ring", "replay", wrong, text, tmp_path, tmp_path / "nowhere", plain)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [f"{plain}: ok, {len(trace['steps'])} steps"]
    faults = done.stderr.splitlines()
    assert [fault.split(": ")[0] for fault in faults] == [
        str(file) for file in (wrong, text, tmp_path, tmp_path / "nowhere")]
    assert all("found" in fault and "accepted" in fault for fault in faults)
    assert "$.config.num: found 3" in faults[0]


def test_a_difference_counts_more_than_a_fault(tmp_path, trace):
    trace["steps"][0]["result"]["rc"] = 1
    changed = written(tmp_path, "changed.json", trace)
    assert program.call("ring", "replay", changed, tmp_path / "nowhere").returncode == 1


@pytest.mark.parametrize("arguments", [["ring"], ["ring", "replay"], ["ring", "rewind"]])
def test_wrong_command_lines(arguments):
    done = program.call(*arguments)
    assert done.returncode == 2
    assert done.stderr


def test_help_has_the_operations():
    text = program.call("ring", "replay", "--help").stdout
    for words in ("add TOKEN oLEN+LEN... iLEN+LEN...", "dcomplete TOKEN LEN", "Exit codes"):
        assert words in text
