"""The verbs overlay, diff and plot on results of the program itself."""

import json

import pytest

import program

FIO = program.ROOT / "tests" / "analysis" / "fio"


def scenario(path, **more):
    path.write_text(json.dumps({
        "study": "quick", "machine": "letter_2012_fitted", "sweep": {"targets": [1, 2]},
        "precision": {"half_width_percent": 50, "max_simulated_s": 0.004, "min_simulated_s": 0.004},
        "curves": [{"name": "sq", "set": {"controller.num_queues": 1, "guest.policy": "single_queue"}},
                   {"name": "mq", "set": {"controller.num_queues": 4}}], **more}), encoding="utf-8")
    return path


@pytest.fixture(name="folder", scope="module")
def run_quick(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlay")
    run = ["run", scenario(folder / "quick.json"), "--no-figures", "--no-long-runs", "--quiet", "--seeds", "1,2,3"]
    done = program.call(*run, "--out", folder / "a")
    assert done.returncode == 0, done.stderr
    (folder / "table.txt").write_text(done.stdout, encoding="utf-8")
    # A slower kick: every point moves.
    done = program.call(*run, "--out", folder / "b", "--set", "guest_costs.kick_ns=50000")
    assert done.returncode == 0, done.stderr
    return folder


def test_seeds_are_one_row_with_an_interval(folder):
    lines = (folder / "table.txt").read_text(encoding="utf-8").splitlines()
    [heading] = [line for line in lines if line.startswith("curve ")]
    assert heading.split()[:4] == ["curve", "targets", "vcpus", "seeds"] and heading.count("95 %") == 4
    rows = [line.split() for line in lines if line.startswith(("sq ", "mq "))]
    assert [(row[0], row[1], row[3]) for row in rows] == [("sq", "1", "3"), ("sq", "2", "3"), ("mq", "1", "3"),
                                                          ("mq", "2", "3")]
    values = [float(line.split(",")[column]) for line in (folder / "a" / "points.csv").read_text().splitlines()[1:4]
              for column in [7 + 2]]
    shown = rows[0][4].rstrip("!?")
    assert float(shown) == pytest.approx(sum(values) / 3, abs=0.06)


def test_what_fio_measured_becomes_the_reference_of_a_study(folder):
    done = program.call("overlay", folder / "a", "--measured", FIO / "one_job.json", "--curve", "mq", "--no-figures",
                        "--reference", folder / "ref.json", "--metric", "iops")
    assert done.returncode == 0, done.stderr
    assert "1 measurement of 1 point, 0 not compared" in done.stdout
    assert "mq targets=2" in done.stdout and (folder / "a" / "overlay" / "overlay.csv").exists()
    block = json.loads((folder / "ref.json").read_text(encoding="utf-8"))
    held = program.call("check", scenario(folder / "held.json", **block))
    assert held.returncode == 0, held.stderr


def test_what_was_measured_is_fitted(folder):
    rows = {"sq": (40000, 60000), "mq": (45000, 80000)}
    (folder / "real.csv").write_text("curve,targets,iops\n" + "".join(
        f"{curve},{targets},{iops}\n" for curve, values in rows.items() for targets, iops in zip((1, 2), values)))
    done = program.call("overlay", folder / "a", "--measured", folder / "real.csv", "--no-figures",
                        "--reference", folder / "measured.json", "--metric", "iops")
    assert done.returncode == 0, done.stderr
    words = ["calibrate", folder / "quick.json", "--data", folder / "measured.json", "--free", "guest_costs.submit_ns",
             "--set", "calibration.simulated_s=0.004", "--set", "calibration.iterations=1", "--set",
             "calibration.runs=1", "--set", "calibration.jacobian_runs=2", "--out", folder / "fitted.json",
             "--results", folder / "fit"]
    done = program.call(*words)
    assert done.returncode == 0, done.stderr
    assert "iops: here, published" in done.stdout
    fitted = json.loads((folder / "fit" / "fit.json").read_text(encoding="utf-8"))
    assert {(cell["series"], cell["published"]) for cell in fitted["cells"]} == {
        (curve, value) for curve, values in rows.items() for value in values}
    # What is wrong in it is said of the file.
    block = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    block["reference"]["metric"] = "iopps"
    words[3] = folder / "wrong.json"
    words[3].write_text(json.dumps(block), encoding="utf-8")
    done = program.call(*words)
    assert done.returncode == 2
    assert f"--data {words[3]}: $.reference.metric: found \"iopps\"" in done.stderr
    assert 'did you mean "iops"?' in done.stderr
    words[3].write_text("{}", encoding="utf-8")
    done = program.call(*words)
    assert done.returncode == 2 and 'an object with the member "reference"' in done.stderr


def test_a_run_that_begins_anew_removes_the_overlay(folder):
    again = folder / "again"
    words = ["run", folder / "quick.json", "--no-figures", "--no-long-runs", "--quiet", "--out", again]
    assert program.call(*words).returncode == 0
    assert program.call("overlay", again, "--measured", FIO / "one_job.json", "--curve", "mq",
                        "--no-figures").returncode == 0
    assert program.call(*words).returncode == 0
    assert not (again / "overlay" / "overlay.csv").exists()


def test_diff_finds_what_a_cost_moves_and_nothing_in_a_copy(folder):
    same = program.call("diff", folder / "a", folder / "a")
    assert same.returncode == 0 and "No setting differs." in same.stdout
    moved = program.call("diff", folder / "a", folder / "b", "--metric", "latency_mean_us", "--json")
    assert moved.returncode == 1, moved.stderr
    found = json.loads(moved.stdout)["answer"]
    assert [one["path"] for one in found["settings"]] == ["guest_costs.kick_ns.mean_ns"]
    assert "moved" in {row["what"] for row in found["differences"]}
    assert all(row["difference"] > 0 and row["pairs"] == 3 for row in found["differences"])


def test_plot_says_what_it_cannot_draw(folder):
    done = program.call("plot", folder / "a", "--metric", "speed", "--over", "colour")
    assert done.returncode == 2 and 'metric: found "speed"' in done.stderr
    assert not (folder / "a" / "figures").exists()
