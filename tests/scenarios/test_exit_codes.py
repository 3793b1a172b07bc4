"""docs/reference/exit_codes.md holds for every verb."""

import json
import os
import re
import subprocess

import pytest

import program
from answers import answered

PAGE = program.ROOT / "docs" / "reference" / "exit_codes.md"
GOLDEN = program.ROOT / "tests" / "golden" / "linux"


def verbs():
    text = program.call("--help").stdout
    listed = text[text.index("Run and draw"):text.index("Examples:")]
    return set(re.findall(r"^  ([a-z][a-z-]*)  ", listed, re.MULTILINE))


@pytest.fixture(name="quick")
def write_quick(tmp_path):
    file = tmp_path / "quick.json"
    file.write_text(json.dumps({
        "study": "quick", "machine": "letter_2012_fitted", "sweep": {"targets": [1, 8]},
        "precision": {"half_width_percent": 50, "max_simulated_s": 0.002, "min_simulated_s": 0.002},
        "curves": [{"name": "sq", "set": {"controller.num_queues": 1, "guest.policy": "single_queue"}},
                   {"name": "mq", "set": {"controller.num_queues": 4}}]}), encoding="utf-8")
    return file


def test_the_page_has_every_verb_and_every_code():
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)} == verbs()
    assert [int(row) for row in rows if row.strip().isdigit()] == [0, 1, 2, 130]


def test_0_where_all_is_good(quick, tmp_path):
    out = tmp_path / "out"
    good = [["run", quick, "--out", out, "--no-figures"], ["explain", out, "--no-figures"],
            ["predict", quick, "--against", out], ["check", quick], ["list"], ["schema"],
            ["compare", quick, "--policy", "per_vcpu", "--seeds", "1,2", "--out", tmp_path / "c", "--no-figures"],
            ["ablate", quick, "--only", "halts", "--seeds", "1,2", "--out", tmp_path / "a", "--no-figures"],
            ["order", "single_queue", "--requests", "2"],
            ["ring", "replay", next(GOLDEN.glob("linux61.s01*.json.gz"))]]
    for words in good:
        done = program.call(*words, cwd=tmp_path)
        assert done.returncode == 0, (words, done.stderr)


WRONG = {
    "run": [["run", "none.json"], ["run", "quick.json", "--jobs", "0"], ["run", "quick.json", "--wat"],
            ["run", "quick.json", "--set", "targts=1"], ["run", "quick.json", "--out", "quick.json"]],
    "compare": [["compare", "quick.json"], ["compare", "none.json", "--policy", "all"],
                ["compare", "quick.json", "--policy", "nobody"],
                ["compare", "quick.json", "--policy", "per_vcpu", "--out", "quick.json/x"]],
    "design": [["design"], ["design", "none.json"], ["design", "quick.json", "--policy", "per_vcpu"],
               ["design", "quick.json", "--curves", "sq,mq", "--at", "targets=3"],
               ["design", "quick.json", "--metric", "speed", "--out", "quick.json/x"]],
    "tune": [["tune"], ["tune", "nobody", "quick.json"], ["tune", "per_vcpu", "quick.json"],
             ["tune", "least_loaded", "none.json"], ["tune", "least_loaded", "quick.json", "--keep", "p99"],
             ["tune", "least_loaded", "quick.json", "--out", "quick.json/x"]],
    "worst": [["worst"], ["worst", "nobody"], ["worst", "per_vcpu", "--against", "per_vcpu"],
              ["worst", "per_vcpu", "--machine", "none"], ["worst", "per_vcpu", "--out", "quick.json/x"]],
    "ablate": [["ablate"], ["ablate", "none.json"], ["ablate", "quick.json", "--only", "nothing"]],
    "claims": [["claims", "none.json"], ["claims", "quick.json"]],
    "calibrate": [["calibrate"], ["calibrate", "quick.json"], ["calibrate", "quick.json", "--data", "hex.csv"]],
    "predict": [["predict"], ["predict", "none.json"], ["predict", "quick.json", "--against", "none"]],
    "explain": [["explain"], ["explain", "none"], ["explain", "quick.json"]],
    "order": [["order"], ["order", "nobody"], ["order", "per_vcpu", "--requests", "0"]],
    "policy": [["policy"], ["policy", "try"], ["policy", "try", "none.cpp"], ["policy", "try", "nobody"],
               ["policy", "try", "per_vcpu{row=1}"]],
    "ring": [["ring"], ["ring", "replay"], ["ring", "replay", "none.json"], ["ring", "qemu", "--ring", "round"]],
    "cache": [["cache", "nothing"], ["cache", "--max-size", "much"], ["cache", "--older-than", "-1"]],
    "merge": [["merge"], ["merge", "none", "--out", "out"], ["merge", "quick.json", "--out", "out"]],
    "work": [["work"], ["work", "none", "0"], ["work", ".", "0"]],
    "overlay": [["overlay"], ["overlay", "none", "--measured", "hex.csv"], ["overlay", ".", "--measured", "hex.csv"]],
    "diff": [["diff"], ["diff", "."], ["diff", ".", "none"], ["diff", ".", "."]],
    "report": [["report"], ["report", "none"], ["report", "."], ["report", ".", "-o", "."],
               ["report", ".", "-o", "hex.csv"]],
    "explore": [["explore", "none.json"], ["explore", "hex.csv"], ["explore", "quick.json", "--port", "0"]],
    "artifact": [["artifact"], ["artifact", "none", "-o", "a.zip"], ["artifact", ".", "-o", "a.zip"],
                 ["artifact", ".", "-o", "a.tar"]],
    "trace": [["trace"], ["trace", "none.json", "-o", "a"], ["trace", "quick.json"],
              ["trace", "quick.json", "--for", "soon"]],
    "plot": [["plot"], ["plot", "none"], ["plot", "."]],
    "import": [["import"], ["import", "--fio", "none.fio"], ["import", "--fio", "hex.csv", "-o", "made.json"],
               ["import", "--libvirt", "hex.csv"], ["import", "--qemu", "hex.csv", "--strict"]],
    "export": [["export"], ["export", "none.json", "-o", "out"], ["export", "hex.csv", "-o", "out"]],
    "check": [["check"], ["check", "none.json"], ["check", "hex.csv"]],
    "list": [["list", "colours"]],
    "schema": [["schema", "--machine", "--markdown"], ["schema", "more"]],
    "man": [["man", "nobody"], ["man", "run", "--all", "pages"]],
    "complete": [["complete", "--colour"]],
    "new-policy": [["new-policy"], ["new-policy", "per_vcpu"], ["new-policy", "No Name"]],
}


def answer_of(words, done):
    """With --json; a verb that is made of others has no schema of its own."""
    verb = " ".join(words[:2] if words[0] in ("ring", "policy") else words[:1])
    return json.loads(done.stdout) if verb in ("ring", "policy") else answered(verb, done)


@pytest.mark.parametrize("verb", sorted(WRONG))
def test_2_and_nothing_written_where_the_input_is_wrong(quick, tmp_path, verb):
    (tmp_path / "hex.csv").write_text("targets,sq\n1,0x10\n", encoding="utf-8")
    before = sorted(path for path in tmp_path.rglob("*"))
    for words in WRONG[verb]:
        answers = verb not in ("work", "complete")
        done = program.call(*words, *["--json"] * answers, cwd=tmp_path)
        assert done.returncode == 2 and done.stderr, (words, done.stdout, done.stderr)
        if answers:
            faults = answer_of(words, done)["faults"]
            assert faults, words
            for one in faults:
                assert one["found"] and (one["accepted"] or one["kind"] == "refused"), (words, one)
        assert sorted(path for path in tmp_path.rglob("*")) == before, words
    assert quick.exists()


def test_every_verb_is_tried_with_wrong_input():
    assert set(WRONG) == verbs()


def test_1_where_what_was_run_fails(quick, tmp_path):
    trace = next(GOLDEN.glob("linux61.s01*.json.gz"))
    text = json.loads(subprocess.run(["gunzip", "-c", trace], capture_output=True, check=True).stdout)
    assert text
    for words in (["order", "per_vcpu", "--promise", "per_target"], ["order", "single_queue", "--most-states", "2"],
                  ["ring", "qemu", "--binary", tmp_path / "no_qemu"]):
        done = program.call(*words, cwd=tmp_path)
        assert done.returncode == 1, (words, done.stderr)
    out = tmp_path / "out"
    assert program.call("run", quick, "--out", out, "--no-figures").returncode == 0
    if os.geteuid() != 0:
        (out / "figures").mkdir()
        (out / "figures").chmod(0o500)
        assert program.call("plot", out).returncode == 1


@pytest.mark.parametrize("words, accepted", [
    (["design", "quick.json", "--measurement-error-percent", "nan"], "a number from 0.01 to 100"),
    (["design", "quick.json", "--discrepancy-percent", "nan"], "a number from 0 to 100"),
    (["cache", "--older-than", "nan"], "a number from 0 to 36500"),
    (["order", "single_queue", "--seconds", "nan"], "a number from 0.001 to 1000000"),
    (["order", "single_queue", "--seconds", "1e300"], "a number from 0.001 to 1000000"),
    (["policy", "try", "single_queue", "--seconds", "nan"], "a number from 0.001 to 1000000"),
    (["order", "single_queue", "--vectors", "3x"], "a whole number"),
    (["order", "single_queue", "--vcpus", "-1"], "a whole number"),
    (["run", "quick.json", "--jobs", "1.5"], "a whole number from 1 to 4096")])
def test_numbers_that_are_none(words, accepted, quick):
    done = program.call(*words, cwd=quick.parent)
    assert done.returncode == 2
    assert f'{words[-2]}: found "{words[-1]}", accepted: {accepted}\n' in done.stderr


def test_order_takes_no_bounds_beside_seconds(tmp_path):
    given = ["--isolated", "1", "--requests", "2", "--vcpus", "2", "--ring", "packed", "--no-event-idx"]
    done = program.call("order", "target_sticky", "--seconds", "1", *given, cwd=tmp_path)
    assert done.returncode == 2
    for option in (word for word in given if word.startswith("--")):
        assert f"{option}: option: found one that has no effect beside --seconds" in done.stderr


def test_order_has_one_number_of_queues(tmp_path):
    done = program.call("order", "target_sticky", "--isolated", "1", "--requests", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "from 2 vCPUs over 1 queue," in done.stdout and "2 queues" not in done.stdout
