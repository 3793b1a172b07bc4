"""A comparison of real simulations: the same bytes whoever finishes first, and figures."""

import csv

import program


def compare(out, *arguments):
    return program.call("compare", program.SCENARIOS / "tutorial" / "02_sweep.json", "--policy", "single_queue",
                        "--set", "sweep.targets=[1,8]", "--set", "precision.half_width_percent=5", "--seeds", "1,2,3",
                        "--quiet", "--out", out, *arguments)


def test_a_comparison(tmp_path):
    done = compare(tmp_path / "a", "--jobs", "4")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a" / "figures" / "gain_map_bandwidth.png").exists()
    assert compare(tmp_path / "b", "--jobs", "1", "--no-figures").returncode == 0
    assert ((tmp_path / "a" / "comparison.csv").read_bytes() == (tmp_path / "b" / "comparison.csv").read_bytes())

    rows = list(csv.DictReader((tmp_path / "a" / "comparison.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 6 * 3 * 2  # metrics; two points and all of them; policies
    crowded = next(row for row in rows if row["targets"] == "8" and row["policy"] == "single_queue")
    # One lock and one interrupt for eight processes: a third is lost, far more than three seeds differ by.
    assert crowded["verdict"] == "worse" and float(crowded["difference_percent"]) < -10
    assert "significantly worse" in done.stdout
