import synthetic
from analysis.compare import steering_overview


def overall(policy, percent, significant, baseline="target_sticky", metric="bandwidth_mib_per_s", state="precise"):
    return {"scope": "overall", "policy": policy, "baseline": baseline, "metric": metric,
            "difference_percent": percent, "significant": significant, "state": state}


def comparison(directory, study, rows):
    return synthetic.write(directory / study, {**synthetic.comparison_run(), "study": study}, rows)


def test_a_row_for_each_policy_and_a_column_for_each_study(tmp_path):
    one = comparison(tmp_path, "one", [overall("target_sticky", "", "false"), overall("adaptive", 1.26, "true"),
                                       overall("per_vcpu", -0.04, "false"),
                                       overall("per_vcpu", 9, "true", metric="latency_p99_us")])
    two = comparison(tmp_path, "two", [overall("target_sticky", "", "false"), overall("per_vcpu", 123.4, "true")])
    assert steering_overview.overview([one, two], "bandwidth_mib_per_s").splitlines() == [
        "| policy | one | two |",
        "|---|---|---|",
        "| `adaptive` | +1.3* |  |",
        "| `per_vcpu` | 0.0 | +123* |",
    ]
    assert "| `per_vcpu` | +9.0* |  |" in steering_overview.overview([one, two], "latency_p99_us")


def test_what_is_not_settled_is_marked_and_the_mark_explained(tmp_path):
    one = comparison(tmp_path, "one", [overall("adaptive", 1.26, "true", state="not settled"),
                                       overall("per_vcpu", 2, "false", state="not precise")])
    lines = steering_overview.overview([one], "bandwidth_mib_per_s").splitlines()
    assert lines[2:4] == ["| `adaptive` | +1.3*? |", "| `per_vcpu` | +2.0! |"]
    assert [line[:14] for line in lines[4:] if line] == ["? not settled:", "! not precise:"]


def test_plausible_machines_have_a_table_of_their_own(tmp_path, capsys):
    on_machines = {"machines": 100, "machines_ahead": 93, "machines_behind": 2, "gain_percent_p5": -0.04,
                   "gain_percent_p95": 19.23}
    alike = {**on_machines, "gain_percent_p5": 0.51, "gain_percent_p95": 0.51}
    one = comparison(tmp_path, "one", [{**overall("adaptive", 1.26, "true"), **on_machines},
                                       {**overall("per_vcpu", 0.5, "false"), **alike}])
    assert steering_overview.plausible_overview([one], "bandwidth_mib_per_s").splitlines() == [
        "| policy | one |",
        "|---|---|",
        "| `adaptive` | 93 : 2, 0.0 to +19.2 |",
        "| `per_vcpu` | 93 : 2, +0.5 |",
    ]
    two = comparison(tmp_path, "two", [overall("adaptive", 1, "true")])
    assert steering_overview.main(["--plausible", str(one), str(two)]) == 2
    assert "compared without --uncertainty: two" in capsys.readouterr().err


def test_different_baselines_are_refused(tmp_path, capsys):
    one = comparison(tmp_path, "one", [overall("adaptive", 1, "true")])
    two = comparison(tmp_path, "two", [overall("adaptive", 1, "true", baseline="per_vcpu")])
    assert steering_overview.main([str(one), str(two)]) == 2
    assert "different baselines: per_vcpu, target_sticky" in capsys.readouterr().err
