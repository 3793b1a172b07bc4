"""Jobs by time, phases and traces, as the program's files show them."""

import csv
import hashlib
import json

import pytest

import mail_trace
import program

TRACE = "fio version 3 iolog\n" + "".join(f"{100 * i} disk read {4096 * i} 4096\n" for i in range(200))


def write(folder, **members):
    study = folder / "study.json"
    study.write_text(json.dumps({"study": "s", "machine": "iothread_2023", "targets": 2, **members}), encoding="utf-8")
    return study


def run(study, *options):
    return program.call("run", study, "--out", study.parent / "out", "--no-figures", "--quiet", *options)


def table(folder, name):
    with open(folder / "out" / f"{name}.csv", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_phases_have_rows_of_their_own(tmp_path):
    # A rate of 10,000 on each of two targets, but for what the ends of 10 ms cut off.
    study = write(tmp_path, job={"bs": "4k", "rate_iops": 10000},
                  jobs=[{"name": "database", "runtime": "30ms"},
                        {"name": "backup", "startdelay": "10ms", "runtime": "10ms"},
                        {"name": "check", "stonewall": 1, "runtime": "10ms"}])
    done = run(study)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = table(tmp_path, "phases")
    assert [(row["phase"], row["job"]) for row in rows] == [
        ("0", "database"), ("1", "database"), ("1", "backup"), ("2", "database"), ("3", "check")]
    assert all(float(row["iops"]) == pytest.approx(20000, rel=0.03) for row in rows)
    assert float(rows[1]["begin_s"]) == pytest.approx(0.01) and float(rows[1]["end_s"]) == pytest.approx(0.02)
    assert float(rows[4]["begin_s"]) >= 0.03
    jobs = {row["job"]: row for row in table(tmp_path, "jobs")}
    assert all(float(row["iops"]) == pytest.approx(20000, rel=0.03) and row["iops_ci95"] == "" for row in jobs.values())
    point = table(tmp_path, "points")[0]
    assert point["precise"] == "false" and point["not_settled"] == ""
    assert float(point["iops"]) == pytest.approx(20000 * (0.03 + 0.01 + 0.01) / 0.04, rel=0.03)
    assert "long_runs" not in {path.name for path in (tmp_path / "out").iterdir()}


def test_a_steady_state_has_no_phases(tmp_path):
    study = write(tmp_path, job={"startdelay": "5ms"},
                  precision={"half_width_percent": 50, "min_simulated_s": 0.02, "max_simulated_s": 0.02})
    assert run(study, "--no-long-runs").returncode == 0
    assert not (tmp_path / "out" / "phases.csv").exists()


def test_a_trace_is_replayed_and_belongs_to_the_run(tmp_path):
    (tmp_path / "disk.log").write_text(TRACE, encoding="utf-8")
    study = write(tmp_path, job={"read_iolog": "disk.log"})
    done = run(study)
    assert done.returncode == 0, done.stdout + done.stderr
    assert table(tmp_path, "points")[0]["completed_ios"] == "200"
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(TRACE.encode()).hexdigest()
    assert record["scenario"]["job"]["read_iolog"] == f"{tmp_path / 'disk.log'}#sha256:{digest}"
    again = program.call("run", tmp_path / "out" / "run.json", "--out", tmp_path / "again", "--no-figures", "--quiet")
    assert again.returncode == 0, again.stdout + again.stderr
    assert (tmp_path / "again" / "points.csv").read_bytes() == (tmp_path / "out" / "points.csv").read_bytes()
    # One read less is another run, and no file that the record could mean.
    (tmp_path / "disk.log").write_text(TRACE[:TRACE.rindex("19900")], encoding="utf-8")
    assert run(study, "--resume").returncode == 2
    changed = program.call("check", tmp_path / "out" / "run.json")
    assert changed.returncode == 2 and "another file" in changed.stdout + changed.stderr


def test_a_run_that_is_cut_says_so(tmp_path):
    study = write(tmp_path, jobs=[{"name": "endless", "loops": 1000000}, {"name": "never", "stonewall": 1}],
                  precision={"max_simulated_s": 0.02})
    done = run(study)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 points are incomplete: precision.max_simulated_s was over" in done.stdout
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["points_cut_short"] == 1


def test_a_point_without_numbers_fails(tmp_path):
    study = write(tmp_path, job={"size": "1m", "loops": 1, "ramp_time": 0.4})
    done = run(study)
    assert done.returncode == 1 and "nothing was measured" in done.stderr, done.stdout + done.stderr


def test_what_is_wrong_with_a_trace_is_told_with_its_lines(tmp_path):
    (tmp_path / "bad.log").write_text("fio version 3 iolog\n0 a reed 0 1\n1 a read x 512\n", encoding="utf-8")
    done = program.call("check", write(tmp_path, job={"read_iolog": "bad.log"}))
    said = done.stdout + done.stderr
    assert done.returncode == 2 and "bad.log: line 2" in said and "bad.log: line 3" in said


def test_the_trace_that_ships_is_what_its_script_writes():
    shipped = program.SCENARIOS / "traces" / "mail.log"
    assert shipped.read_text(encoding="utf-8") == mail_trace.text()
    assert shipped.stat().st_size <= 30_000


def test_predict_names_the_trace_and_not_what_it_replaces(tmp_path):
    (tmp_path / "disk.log").write_text(TRACE, encoding="utf-8")
    done = program.call("predict", write(tmp_path, machine="letter_2012", job={"read_iolog": "disk.log"}))
    assert done.returncode == 2
    assert "$.job.read_iolog" in done.stderr and "file_service_type" not in done.stderr, done.stderr
