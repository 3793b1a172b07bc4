"""Shards of a run, put together, are the run; shards that are not those of one run are refused."""

import json
import shutil

import pytest

from tests.scenarios import program

STUDY = {"study": "sharded", "sweep": {"targets": [1, 2, 3]}, "seeds": [1, 2],
         "controller": {"num_queues": 0}, "precision": {"half_width_percent": 10, "max_simulated_s": 1}}
FILES = ("points.csv", "stages.csv", "points.jsonl", "long_runs/points.csv", "long_runs/points.jsonl")


def run(study, out, *more, code=0, verb="run"):
    done = program.call(verb, study, "--out", out, "--no-figures", "--jobs", "1", "--quiet", *more)
    assert done.returncode == code, done.stderr
    return done


def merge(*arguments, code=2):
    done = program.call("merge", *arguments)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study, and both shards of it."""
    folder = tmp_path_factory.mktemp("shards")
    study = folder / "study.json"
    study.write_text(json.dumps(STUDY), encoding="utf-8")
    for number in (1, 2):
        done = run(study, folder / f"shard_{number}", "--shard", f"{number}/2")
        assert f"shard {number}/2 has ended; {(4, 2)[number - 1]} of 6 points" in done.stderr
    return folder


def test_two_shards_are_one_run(made, tmp_path):
    whole = run(made / "study.json", tmp_path / "whole")
    merged = merge(made / "shard_2", made / "shard_1", "--out", tmp_path / "merged", code=0)
    for name in FILES:
        assert (tmp_path / "merged" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert json.loads((tmp_path / "merged" / "run.json").read_text())["complete"] is True
    assert merged.stdout.replace("/merged/", "/whole/") == whole.stdout
    assert "/6]" not in merged.stderr, "nothing was simulated"


def test_a_verb_with_one_journal_is_merged_too(made, tmp_path):
    more = ("--policy", "single_queue", "--seeds", "1,2,3")
    run(made / "study.json", tmp_path / "whole", *more, verb="compare")
    for number in (1, 2):
        run(made / "study.json", tmp_path / str(number), *more, "--shard", f"{number}/2", verb="compare")
    merge(tmp_path / "1", tmp_path / "2", "--out", tmp_path / "merged", code=0)
    for name in ("points.csv", "comparison.csv", "points.jsonl"):
        assert (tmp_path / "merged" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_an_explanation_is_merged_into_its_result(made, tmp_path):
    result = tmp_path / "result"
    run(made / "study.json", result, "--no-long-runs")
    options = ("--no-figures", "--jobs", "1", "--quiet")
    whole = program.call("explain", result, *options)
    assert whole.returncode == 0, whole.stderr
    files = ("points.jsonl", "resources.csv", "stages.csv", "halved_1/points.jsonl", "halved_2/points.jsonl")
    expected = {name: (result / "explanation" / name).read_bytes() for name in files
                if (result / "explanation" / name).exists()}
    assert "halved_1/points.jsonl" in expected
    shutil.rmtree(result / "explanation")

    for number, more in ((1, ()), (2, ("--out", tmp_path / "second"))):
        done = program.call("explain", result, *options, "--shard", f"{number}/2", *more)
        assert done.returncode == 0, done.stderr
        assert f"shard {number}/2 has ended; {(2, 1)[number - 1]} of 3 points" in done.stderr
    shards = (result / "explanation" / "shard_1_of_2", tmp_path / "second")
    elsewhere = merge(*shards, "--out", tmp_path / "elsewhere")
    assert f"accepted: {result / 'explanation'}" in elsewhere.stderr
    merged = merge(*shards, "--out", result / "explanation", code=0)
    assert merged.stdout == whole.stdout
    assert "/3]" not in merged.stderr, "nothing was simulated"
    for name, text in expected.items():
        assert (result / "explanation" / name).read_bytes() == text, name


def test_what_is_no_whole_run_is_refused(made, tmp_path):
    out = tmp_path / "out"
    assert "none for 2/2" in merge(made / "shard_1", "--out", out).stderr
    double = merge(made / "shard_1", made / "shard_1", made / "shard_2", "--out", out).stderr
    assert f"1/2 again, after {made / 'shard_1'}" in double

    run(made / "study.json", tmp_path / "other", "--shard", "2/2", "--set", "guest_costs.kick_ns=1234")
    foreign = merge(made / "shard_1", tmp_path / "other", "--out", out).stderr
    assert "kick_ns=1234" in foreign and "another scenario" in foreign

    shutil.copytree(made / "shard_2", tmp_path / "cut")
    record = tmp_path / "cut" / "shard.json"
    record.write_text(record.read_text().replace("true", "false"), encoding="utf-8")
    assert "2/2, which was interrupted" in merge(made / "shard_1", tmp_path / "cut", "--out", out).stderr
    record.unlink()
    nothing = merge(made / "shard_1", tmp_path / "cut", "--out", out).stderr
    assert "none, or not one of this program" in nothing and "none for 2/2" in nothing, "every fault at once"
    assert not out.exists()


def test_a_damaged_row_is_named(made, tmp_path):
    shutil.copytree(made / "shard_2", tmp_path / "bad")
    journal = tmp_path / "bad" / "points.jsonl"
    text = bytearray(journal.read_bytes())
    text[-20] ^= 1
    journal.write_bytes(text)
    assert "line 3" in merge(made / "shard_1", tmp_path / "bad", "--out", tmp_path / "out").stderr


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"])
def test_a_part_is_a_number_of_a_number(made, tmp_path, shard):
    done = program.call("run", made / "study.json", "--out", tmp_path / "out", f"--shard={shard}")
    assert done.returncode == 2 and "is no part, such as 3/10" in done.stderr
    assert not (tmp_path / "out").exists()
