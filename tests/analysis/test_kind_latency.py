"""p99 of each job and kind, from jobs.csv."""

import synthetic
from analysis.figures import load, style
from analysis.run.figures import kind_latency


def figures_of(tmp_path, kinds, seeds=(1,)):
    """A p99 of 100 us for each target and kind's number, and 10 us more with the second seed."""
    run, rows = synthetic.letter_run(), synthetic.letter_rows(seeds)
    directory = synthetic.write(tmp_path, run, rows)
    keys = ("point", "series", "targets", "vcpus", "seed")
    jobs = [{**{key: row[key] for key in keys}, "job": job, "kind": kind,
             "latency_p99_us": 100 * row["targets"] * (number + 1) + 10 * (row["seed"] - 1),
             "latency_p99_us_ci95": 3} for row in rows for number, (job, kind) in enumerate(kinds)]
    synthetic._write_table(directory / "jobs.csv", jobs)
    with style.applied():
        return {drawing.name: drawing for drawing in kind_latency.draw(load.load(directory))}


def test_each_job_and_kind_has_a_figure(tmp_path):
    drawn = figures_of(tmp_path, [("database", "read"), ("backup", "write")], seeds=(1, 2))
    assert list(drawn) == ["latency_p99_database_read", "latency_p99_backup_write"]
    table = drawn["latency_p99_backup_write"].table
    row = table[(table["series"] == "multi_queue_4vcpu") & (table["targets"] == 8)].iloc[0]
    # 100 * 8 * 2, and the mean of 0 and 10 us. Chance: sqrt(2 * 3^2) / 2 = 2.12, times the root of chi-square, which
    # is 2 * (5 / (3 / 1.959964))^2 = 21.3.
    assert row["latency_p99_us"] == 1605
    assert abs(row["latency_p99_us_ci95"] - 2.1213 * 21.34**0.5) < 0.01
    assert row["state"] == "precise"


def test_one_kind_alone_is_that_of_the_study(tmp_path):
    assert not figures_of(tmp_path, [("job", "read")])


def test_results_of_before_have_none(tmp_path):
    directory = synthetic.write(tmp_path, synthetic.letter_run(), synthetic.letter_rows())
    assert not list(kind_latency.draw(load.load(directory)))
