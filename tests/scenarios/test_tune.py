"""A tuning of real simulations, and what is wrong with a command line."""

import csv
import json
import shutil

import program


# Four points with short runs: what comes out does not matter here.
STUDY = {"study": "small", "guest": {"vcpus": 4, "pinned_vcpus": 4}, "job": {"numjobs": 3},
         "sweep": {"targets": [1, 2, 3, 4]}, "precision": {"half_width_percent": 50, "max_simulated_s": 0.02}}


def tune(out, *arguments, policy="sticky_timeout", changes=None):
    study = out.parent / "small.json"
    study.write_text(json.dumps({**STUDY, **(changes or {})}), encoding="utf-8")
    return program.call("tune", policy, study, "--settings", "3", "--quiet", "--out", out, *arguments)


def test_a_tuning(tmp_path):
    done = tune(tmp_path / "a", "--keep", "p99<=1.5", "--jobs", "4")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a" / "figures" / "setting.png").exists()
    record = json.loads((tmp_path / "a" / "tune.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((tmp_path / "a" / "tune.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == record["tried"] >= 4
    assert rows[0]["usual"] == "true" and rows[0]["sticky_timeout.idle_us"] == "1000"
    assert float(rows[0]["gain_percent"]) == 0
    (best,) = [row for row in rows if row["best"] == "true"]
    assert best["setting"] == record["best"] and best["keeps"] == "true"
    # No setting that keeps its bounds is ahead of the best.
    assert float(best["gain_percent"]) == max(float(row["gain_percent"]) for row in rows if row["keeps"] == "true")
    assert record["training_places"] == record["held_out_places"] == 2

    # The same bytes whoever finishes first, and from half of the journal.
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    journal = tmp_path / "b" / "points.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:len(lines) // 2]), encoding="utf-8")
    done = tune(tmp_path / "b", "--keep", "p99<=1.5", "--jobs", "1", "--no-figures", "--resume")
    assert done.returncode == 0, done.stderr
    for name in ("tune.csv", "tune.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_all_faults_at_once(tmp_path):
    done = tune(tmp_path / "a", "--objective", "p9", "--keep", "bandwidth", "--keep", "bandwidth>=x", policy="per_vcpu")
    assert done.returncode == 2 and not (tmp_path / "a").exists()
    assert "adaptive, least_loaded" in done.stderr  # policies that have parameters
    assert 'did you mean "p99"?' in done.stderr
    assert "--keep bandwidth: " in done.stderr and "--keep 'bandwidth>=x': " in done.stderr
    done = tune(tmp_path / "a", policy="sticky_timeout{idle_us=5}")
    assert done.returncode == 2 and "all set" in done.stderr


def test_bounds_that_no_setting_keeps(tmp_path):
    for name, bounds in (("a", ["bandwidth>=2"]), ("b", ["bandwidth>=1.5", "bandwidth<=0.5"])):
        out = tmp_path / name
        done = tune(out, *(word for bound in bounds for word in ("--keep", bound)))
        assert done.returncode == 0, done.stderr
        assert "No setting of sticky_timeout keeps the bounds" in done.stdout
        assert "usual, breaks a bound" in done.stdout and "Keep sticky_timeout" not in done.stdout
        record = json.loads((out / "tune.json").read_text(encoding="utf-8"))
        assert record["best"] is None and record["parameters"]["sticky_timeout.idle_us"]["best_ci95"] == [None, None]
        assert not record["distinguishable"] and "held_out" not in record
        rows = list(csv.DictReader((out / "tune.csv").read_text(encoding="utf-8").splitlines()))
        assert {(row["best"], row["keeps"]) for row in rows} == {("false", "false")}
        assert "keeps the bounds" in (out / "figures" / "setting.svg").read_text(encoding="utf-8")


def test_few_points_are_judged_where_they_chose(tmp_path):
    out = tmp_path / "a"
    done = tune(out, policy="two_choices", changes={"sweep": {"targets": [4]}})
    record = json.loads((out / "tune.json").read_text(encoding="utf-8"))
    assert record["held_out"] and record["judged_on_other_points"] is False
    words = " ".join(done.stdout.split())
    assert "on the points that chose it, under other seeds" in words and "did not choose it" not in words
    figure = (out / "figures" / "setting.svg").read_text(encoding="utf-8")
    assert "where it was not chosen" not in figure


def test_a_parameter_that_changes_nothing_has_no_best_value(tmp_path):
    # One job never leaves its queue: all settings have the same gain.
    done = tune(tmp_path / "a", "--no-figures", changes={"job": {"numjobs": 1}})
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "a" / "tune.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((tmp_path / "a" / "tune.csv").read_text(encoding="utf-8").splitlines()))
    assert {float(row["gain_percent"]) for row in rows} == {0}
    values = [float(row["sticky_timeout.idle_us"]) for row in rows]
    assert record["parameters"]["sticky_timeout.idle_us"]["best_ci95"] == [min(values), max(values)]
    assert record["best"] == "sticky_timeout{idle_us=1000}" and record["usual_stays_best_share"] == 1


def test_a_study_that_is_given_twice(tmp_path):
    done = tune(tmp_path / "a", tmp_path / "small.json")
    assert done.returncode == 2 and not (tmp_path / "a").exists()
    assert "the same points as in study small, which was given before" in done.stderr
