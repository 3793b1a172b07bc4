"""What was simulated once is not simulated again, whatever verb asks, and results do not show it."""

import json
import os
from pathlib import Path

import pytest

from tests.scenarios import program

STUDY = {"study": "cached", "sweep": {"targets": [1, 2]}, "seeds": [1, 2],
         "controller": {"num_queues": 0}, "precision": {"half_width_percent": 10, "max_simulated_s": 1}}


@pytest.fixture
def study(tmp_path):
    file = tmp_path / "study.json"
    file.write_text(json.dumps(STUDY), encoding="utf-8")
    return file


def run(study, out, cache, *more, verb="run"):
    plain = [] if verb == "predict" else ["--no-figures"]
    done = program.call(verb, study, "--out", out, *plain, "--jobs", "1", *more,
                        env={**os.environ, "VQLAB_CACHE": str(cache)})
    assert done.returncode == 0, done.stderr
    return done


def files(out):
    names = ("points.csv", "stages.csv", "points.jsonl", "long_runs/points.csv")
    return {name: (out / name).read_text(encoding="utf-8") for name in names}


def segments(cache):
    return sorted(Path(cache).glob("points/*/*"))


def test_the_second_run_simulates_nothing_and_has_the_same_bytes(study, tmp_path):
    first = run(study, tmp_path / "a", tmp_path / "cache")
    assert "cache" not in first.stderr
    again = run(study, tmp_path / "b", tmp_path / "cache")
    assert "4 of 4 points were simulated before and come from the cache" in again.stderr
    none = run(study, tmp_path / "c", "")
    assert "cache" not in none.stderr
    assert files(tmp_path / "a") == files(tmp_path / "b") == files(tmp_path / "c")
    assert first.stdout.replace("/a/", "/b/") == again.stdout
    assert len(segments(tmp_path / "cache")) == 4, "two files for the points, two for the long runs"


def test_without_the_cache_nothing_is_kept_or_taken(study, tmp_path):
    run(study, tmp_path / "a", tmp_path / "cache", "--no-cache")
    assert segments(tmp_path / "cache") == []
    run(study, tmp_path / "a", tmp_path / "cache")
    assert "from the cache" not in run(study, tmp_path / "b", tmp_path / "cache", "--no-cache").stderr


def test_other_verbs_take_what_run_has_simulated(study, tmp_path):
    run(study, tmp_path / "a", tmp_path / "cache", "--no-long-runs")
    predicted = run(study, tmp_path / "b", tmp_path / "cache", verb="predict")
    assert "4 of 4 points" in predicted.stderr
    compared = run(study, tmp_path / "c", tmp_path / "cache", "--policy", "single_queue", "--seeds", "1,2,3",
                   verb="compare")
    assert "4 of 12 points" in compared.stderr


def test_what_changed_is_simulated(study, tmp_path):
    run(study, tmp_path / "a", tmp_path / "cache", "--no-long-runs")
    more = run(study, tmp_path / "b", tmp_path / "cache", "--no-long-runs", "--set", "sweep.targets=[2,3]")
    assert "2 of 4 points" in more.stderr
    other = run(study, tmp_path / "c", tmp_path / "cache", "--no-long-runs", "--set", "guest_costs.kick_ns=1234")
    assert "from the cache" not in other.stderr


def test_a_damaged_entry_is_simulated_again_and_replaced(study, tmp_path):
    run(study, tmp_path / "a", tmp_path / "cache", "--no-long-runs")
    points = next(one for one in segments(tmp_path / "cache") if one.suffix == ".points")
    text = bytearray(points.read_bytes())
    text[100] ^= 1
    points.write_bytes(text)
    second = run(study, tmp_path / "b", tmp_path / "cache", "--no-long-runs")
    assert "damaged" in second.stderr and "3 of 4 points" in second.stderr
    third = run(study, tmp_path / "c", tmp_path / "cache", "--no-long-runs")
    assert "damaged" not in third.stderr and "4 of 4 points" in third.stderr
    for out in ("b", "c"):
        assert (tmp_path / out / "points.csv").read_bytes() == (tmp_path / "a" / "points.csv").read_bytes()


def test_a_cache_that_cannot_be_written_fails_no_run(study, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(study, tmp_path / "a", tmp_path / "file", "--no-long-runs")
    assert done.stderr.count("the cache cannot be written") == 1


def test_the_verb_shows_checks_and_trims(study, tmp_path):
    def cache(*arguments, code=0):
        done = program.call("cache", *arguments, env={**os.environ, "VQLAB_CACHE": str(tmp_path / "cache")})
        assert done.returncode == code, done.stderr
        return done.stdout

    assert cache().startswith(str(tmp_path / "cache"))
    run(study, tmp_path / "a", tmp_path / "cache", "--no-long-runs")
    assert "this program" in cache() and " 4 " in cache()
    assert "every entry is as it was written" in cache("--check")
    points = next(one for one in segments(tmp_path / "cache") if one.suffix == ".points")
    points.write_bytes(points.read_bytes()[:-1])
    assert "1 damaged" in cache("--check", code=1)
    assert "every entry is as it was written" in cache("--check")
    assert " 3 " in cache("--older-than", "1", "--other-code", "--max-size", "1g")
    cache("--max-size", "0")
    assert segments(tmp_path / "cache") == []
    cache("--max-size", "much", code=2)
    assert program.call("cache", env={**os.environ, "VQLAB_CACHE": ""}).returncode == 2
