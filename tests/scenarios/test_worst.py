"""A search for a policy's worst workload with real simulations, and the table of docs/how-to/worst.md."""

import csv
import json
import os
import shutil

import program


def worst(out, *arguments, policy="single_queue", **options):
    return program.call("worst", policy, "--evaluations", "12", "--quiet", "--out", out, *arguments, **options)


def cached(tmp_path):
    """Of this test alone, so that the same points are simulated once."""
    return {**os.environ, "VQLAB_CACHE": str(tmp_path / "cache")}


def test_a_search(tmp_path):
    done = worst(tmp_path / "a", "--against", "target_sticky", "--jobs", "4", env=cached(tmp_path))
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "a" / "worst.json").read_text(encoding="utf-8"))
    assert record["policy"] == "single_queue" and record["against"] == "target_sticky"
    rows = list(csv.DictReader((tmp_path / "a" / "worst.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == record["scenarios"]
    losses = [(row["runs"] != "1", float(row["sure_loss_percent"])) for row in rows]
    assert losses == sorted(losses, reverse=True) and losses[0][1] > 0
    assert f"{record['loss_percent']:.1f} % worse" in done.stdout

    # The machine and the targets are named, members or not.
    document = json.loads((tmp_path / "a" / "single_queue_worst.json").read_text(encoding="utf-8"))
    assert record["targets"] == document.get("targets", 1)
    assert f"machine {record['machine']}, targets {record['targets']}, " in done.stdout

    # The file gives the loss that is reported, to whoever runs it.
    scenario = tmp_path / "a" / "single_queue_worst.json"
    assert program.call("check", scenario).returncode == 0
    assert f"{record['loss_percent']:.1f} % worse" in document["description"]
    again = program.call("compare", scenario, "--policy", "single_queue", "--quiet", "--no-figures", "--out",
                         tmp_path / "again", env=cached(tmp_path))
    assert again.returncode == 0, again.stderr
    table = csv.DictReader((tmp_path / "again" / "comparison.csv").read_text(encoding="utf-8").splitlines())
    (row,) = [row for row in table if row["scope"] == "overall" and row["policy"] == "single_queue"
              and row["metric"] == record["metric"]]
    assert abs(float(row["difference_percent"]) + record["loss_percent"]) < 1e-3

    # The same bytes whoever finishes first, and from half of the journal.
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    journal = tmp_path / "b" / "points.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:len(lines) // 2]), encoding="utf-8")
    assert worst(tmp_path / "b", "--against", "target_sticky", "--jobs", "1", "--resume").returncode == 0
    for name in ("worst.csv", "worst.json", scenario.name):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_all_faults_at_once(tmp_path):
    done = worst(tmp_path / "a", "--against", "per_vcpus", "--metric", "p9", policy="least_loadet")
    assert done.returncode == 2 and not (tmp_path / "a").exists()
    for suggestion in ("least_loaded", "per_vcpu", "p99"):
        assert f'did you mean "{suggestion}"?' in done.stderr
    done = worst(tmp_path / "a", "--machine", "letter_2013")
    assert done.returncode == 2 and "--machine" in done.stderr
