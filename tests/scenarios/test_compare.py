"""A comparison of real simulations: the same bytes whoever finishes first, and figures."""

import csv
import json

import program
from analysis.compare import comparison
from analysis.compare.figures import pareto
from analysis.figures import style

SHORT = ["--set", "precision.half_width_percent=5", "--set", "precision.min_simulated_s=0.01", "--quiet", "--no-cache"]


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
    assert len(rows) == 7 * 3 * 2  # metrics; two points and all of them; policies
    crowded = next(row for row in rows if row["targets"] == "8" and row["policy"] == "single_queue")
    # One lock and one interrupt for eight processes: a third is lost, far more than three seeds differ by.
    assert crowded["verdict"] == "worse" and float(crowded["difference_percent"]) < -10
    assert "significantly worse" in done.stdout


def rows_of(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_what_is_best_for_what_and_what_policies_trade(tmp_path):
    done = compare(tmp_path, "--policy", "per_vcpu", "--jobs", "1", "--no-figures")
    assert done.returncode == 0, done.stderr
    assert "Best for what, over all points" in done.stdout
    best = [row for row in rows_of(tmp_path / "best_for.csv") if row["scope"] == "overall"]
    assert len(best) == 7 * 3
    for metric in {row["metric"] for row in best}:
        ranked = sorted((row for row in best if row["metric"] == metric), key=lambda row: int(row["rank"]))
        assert ranked[0]["policy"] == ranked[0]["best"] and ranked[0]["within_noise"] == "true"
    # One queue shares one interrupt among all: the fewest interrupts, and the least bandwidth.
    known = {(row["metric"], row["policy"]): row for row in best}
    assert known["interrupts_per_io", "single_queue"]["best"] == "single_queue"
    assert known["bandwidth_mib_per_s", "single_queue"]["within_noise"] == "false"
    record = json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))["comparison"]["best_for"]
    assert "single_queue" not in record["bandwidth_mib_per_s"]["within_noise"]
    dominated = {(row["metric"], row["policy"]): row["dominated_by"] for row in rows_of(tmp_path / "trade_offs.csv")}
    assert dominated["interrupts_per_io", "single_queue"] == ""
    assert dominated["latency_p99_us", "single_queue"] in ("target_sticky", "per_vcpu")
    with style.applied():
        [figure] = pareto.draw(comparison.read(tmp_path))
    assert len(figure.table) == 6 * 3 and {row["dominated_by"] for _, row in figure.table.iterrows()} > {""}


def test_level_is_said_with_what_would_have_been_seen(tmp_path):
    done = compare(tmp_path, "--policy", "per_vcpu", "--jobs", "1", "--no-figures")
    assert "Seen from: differences of so many % or more" in done.stdout
    for row in rows_of(tmp_path / "comparison.csv"):
        if row["p"]:
            # With 3 seeds and 2 degrees of freedom power is dear: several half-widths of the interval. All seeds may
            # agree to the last bit.
            if float(row["difference_percent_ci95"]) < 1e-8:
                assert row["detectable_percent_95"] == row["detectable_percent_80"] == ""
                continue
            assert float(row["detectable_percent_95"]) > float(row["detectable_percent_80"])
            assert float(row["detectable_percent_80"]) >= float(row["difference_percent_ci95"])


def test_null_tournaments_are_judged_as_any_other(tmp_path):
    done = program.call("compare", program.SCENARIOS / "tutorial" / "02_sweep.json", "--policy", "per_vcpu", "--set",
                        "sweep.targets=[2,3]", *SHORT, "--seeds", ",".join(map(str, range(1, 41))),
                        "--null-tournaments", "200", "--jobs", "1", "--no-figures", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "200 null tournaments of each policy: 2 times itself at 2 points" in done.stdout
    rows = rows_of(tmp_path / "null_tournaments.csv")
    assert {row["seeds"] for row in rows} == {"3", "5"}  # 40 seeds are four tournaments of twice 5
    assert len(rows) == 2 * 2 * 7 * 2
    # A pool of 40 seeds is small: what it says of all metrics, scopes and policies together is known within 3 points.
    tested = [float(row["alarmed_percent"]) for row in rows if row["comparisons"] != "0"]
    assert 2 < sum(tested) / len(tested) < 8
    done = program.call("compare", program.SCENARIOS / "tutorial" / "02_sweep.json", "--policy", "per_vcpu",
                        "--null-tournaments", "400", "--out", tmp_path / "none")
    assert done.returncode == 2 and "at least 24 with 2 policies" in done.stderr
    assert not (tmp_path / "none").exists()
