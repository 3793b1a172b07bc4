"""How often a star of `compare` is false, in null tournaments of real simulations."""

import csv
import os

import pytest

import program

pytestmark = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="ten thousand simulations; see VQLAB_DEEP")


@pytest.mark.parametrize("study", ["multiqueue_2012", "mixed_rw"])
def test_false_alarms_are_as_rare_as_promised(tmp_path, study):
    done = program.call("compare", program.SCENARIOS / "studies" / f"{study}.json", "--policy", "per_vcpu", "--seeds",
                        ",".join(map(str, range(1, 401))), "--set", "precision.half_width_percent=2.5",
                        "--null-tournaments", "1000", "--quiet", "--no-figures", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "null_tournaments.csv").read_text(encoding="utf-8").splitlines()))
    for scope in ("point", "overall"):
        for seeds in ("3", "5", "10"):
            # Kicks of mixed_rw are 0.25 in nearly every run, and differ too rarely to be called significant in 5 %.
            alarmed = [float(row["alarmed_percent"]) for row in rows
                       if (row["scope"], row["seeds"]) == (scope, seeds) and row["metric"] != "kicks_per_io"]
            assert len(alarmed) == 2 * 6
            # 1,000 tournaments from 400 seeds: one share is known within 2 points, the mean of twelve within 1.
            assert 3 <= sum(alarmed) / len(alarmed) <= 7, (scope, seeds, alarmed)
            assert max(alarmed) <= 9 and min(alarmed) >= 1.5, (scope, seeds, alarmed)
