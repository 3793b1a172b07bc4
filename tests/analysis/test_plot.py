import csv
import os
import subprocess
from pathlib import Path

import pytest

import synthetic
from analysis.figures import draw, plot, results

ROOT = Path(__file__).resolve().parents[2]


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def command(*arguments, **environment):
    return subprocess.run(["/usr/bin/python3", str(ROOT / "analysis/figures/plot.py"), *map(str, arguments)],
                          capture_output=True, text=True, env={**os.environ, **environment})


def test_letter_gives_three_figures_and_names_them(tmp_path, capsys):
    directory = synthetic.write(tmp_path / "letter", synthetic.letter_run(), synthetic.letter_rows())
    assert plot.main([str(directory)]) == 0
    expected = {f"{name}.{kind}" for name in ("bandwidth", "bandwidth_per_lun", "speedup")
                for kind in ("png", "svg", "csv")}
    assert {path.name for path in (directory / "figures").iterdir()} == {*expected, ".vqlab"}
    assert set(capsys.readouterr().out.split()) == {str(directory / "figures" / name) for name in expected}


def test_scaling_adds_curves_over_vcpus_and_a_heat_map(tmp_path):
    directory = synthetic.write(tmp_path / "scaling", synthetic.scaling_run(), synthetic.scaling_rows())
    assert plot.main([str(directory), "--out", str(tmp_path / "out")]) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"bandwidth_over_vcpus.png", "gain_map_vcpus.svg", "gain_map_vcpus.csv", "gain_map_vcpus_lines.csv"} <= names
    assert not (directory / "figures").exists()
    # One row per point of the 9 x 6 grid, also of those that have no panel; two curves.
    assert len(table(tmp_path / "out" / "bandwidth_over_vcpus.csv")) == 2 * 9 * 6
    assert len(table(tmp_path / "out" / "gain_map_vcpus.csv")) == 9 * 6


def test_csv_behind_each_figure_has_the_derived_values(tmp_path):
    rows = [row for row in synthetic.letter_rows() if row["targets"] == 8]
    for row, (value, half) in zip(rows, ((1000.0, 40.0), (1600.0, 48.0), (2000.0, 60.0))):
        row["bandwidth_mib_per_s"], row["bandwidth_mib_per_s_ci95"] = value, half
    run = synthetic.letter_run()
    run["scenario"]["luns_per_target"] = 2
    directory = synthetic.write(tmp_path / "letter", run, rows)
    assert plot.main([str(directory)]) == 0

    assert table(directory / "figures" / "bandwidth.csv")[2] == {
        "series": "multi_queue_8vcpu", "targets": "8", "vcpus": "8", "seeds": "1", "bandwidth_mib_per_s": "2000.0",
        "bandwidth_mib_per_s_ci95": "60.0", "published_bandwidth_mib_per_s": "2060.0", "state": "precise"}
    # 8 targets with 2 LUNs each: 2000 / 16 = 125, 60 / 16 = 3.75, published 2060 / 16 = 128.75.
    assert table(directory / "figures" / "bandwidth_per_lun.csv")[2] == {
        "series": "multi_queue_8vcpu", "targets": "8", "vcpus": "8", "luns": "16", "seeds": "1",
        "bandwidth_per_lun_mib_per_s": "125.0", "bandwidth_per_lun_mib_per_s_ci95": "3.75",
        "published_bandwidth_per_lun_mib_per_s": "128.75", "state": "precise"}
    # 1600 / 1000 = 1.6; relative half-widths 3 % and 4 % give 5 %: 0.08.
    speedup = table(directory / "figures" / "speedup.csv")[0]
    assert (speedup["series"], speedup["baseline"]) == ("multi_queue_4vcpu", "single_queue_4vcpu")
    assert float(speedup["speedup_ratio"]) == 1.6
    assert float(speedup["speedup_ratio_ci95"]) == pytest.approx(0.08)


def test_two_processes_write_the_same_bytes(tmp_path):
    directory = synthetic.write(tmp_path / "letter", synthetic.letter_run(), synthetic.letter_rows())
    assert command(directory, "--out", tmp_path / "a", PYTHONHASHSEED="1").returncode == 0
    assert command(directory, "--out", tmp_path / "b", PYTHONHASHSEED="2").returncode == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    assert b"<dc:date>" not in (tmp_path / "a" / "bandwidth.svg").read_bytes()


def test_wrong_input_exits_2_and_writes_nothing(tmp_path):
    directory = synthetic.write(tmp_path / "letter", {**synthetic.letter_run(), "schema_version": 99},
                                synthetic.letter_rows())
    ended = command(directory, "--out", tmp_path / "out")
    assert ended.returncode == 2
    assert "schema_version is 99" in ended.stderr and "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in directory.iterdir()) == ["points.csv", "run.json"]


def test_figures_that_are_drawn_no_more_go_and_those_of_a_person_stay(tmp_path):
    directory = synthetic.write(tmp_path / "letter", synthetic.letter_run(), synthetic.letter_rows())
    assert plot.main([str(directory)]) == 0
    figures = directory / "figures"
    (figures / "mine.png").write_bytes(b"mine")
    (figures / "speedup.svg").write_bytes(b"edited by hand")
    synthetic.write(directory, synthetic.letter_run(),
                    [row for row in synthetic.letter_rows() if row["series"] != "single_queue_4vcpu"])
    assert plot.main([str(directory)]) == 0
    kept = {path.name for path in figures.iterdir()}
    assert {"mine.png", "speedup.svg", "bandwidth.png"} <= kept
    assert not {"speedup.png", "speedup.csv"} & kept
    assert subprocess.run(["sha256sum", "--check", "--quiet", ".vqlab"], cwd=figures, check=False).returncode == 0


def test_missing_directory_exits_2(tmp_path, capsys):
    assert plot.main([str(tmp_path / "nothing")]) == 2
    assert "run.json: cannot be read" in capsys.readouterr().err


def test_without_a_single_queue_the_rest_is_drawn(tmp_path, capsys):
    run = synthetic.letter_run()
    run["scenario"]["curves"][0]["set"]["controller.num_queues"] = 2
    directory = synthetic.write(tmp_path / "letter", run, synthetic.letter_rows())
    assert plot.main([str(directory)]) == 0
    assert not (directory / "figures" / "speedup.png").exists()
    assert "no speed-up figure: no curve has a single queue" in capsys.readouterr().err


def test_every_file_of_the_folder_is_a_figure():
    assert "run" in results.question_names()
    for question in results.question_names():
        files = {path.stem for path in (ROOT / "analysis" / question / "figures").glob("[!_]*.py")}
        assert {module.__name__.rsplit(".", 1)[1] for module in draw.figure_modules(question)} == files
        assert all(callable(module.draw) for module in draw.figure_modules(question))


def test_figures_of_the_same_results_are_drawn_once(tmp_path, monkeypatch):
    first = synthetic.write(tmp_path / "a", synthetic.letter_run(), synthetic.letter_rows())
    again = synthetic.letter_run() | {"started_utc": "2030-01-01T00:00:00Z", "wall_s": 9}
    second = synthetic.write(tmp_path / "b", again, synthetic.letter_rows())
    cache = ["--cache", str(tmp_path / "cache")]
    assert plot.main([str(first), *cache]) == 0
    monkeypatch.setattr(plot, "drawn", lambda directory: ({}, "they were drawn again"))
    assert plot.main([str(second), *cache]) == 0
    made = {file.name: file.read_bytes() for file in (first / "figures").iterdir()}
    assert len(made) > 3 and made == {file.name: file.read_bytes() for file in (second / "figures").iterdir()}


def test_other_results_and_damaged_figures_are_drawn(tmp_path, monkeypatch):
    directory = synthetic.write(tmp_path / "a", synthetic.letter_run(), synthetic.letter_rows())
    cache = tmp_path / "cache"
    assert plot.main([str(directory), "--cache", str(cache)]) == 0
    one = next(cache.glob("*/*.png"))
    one.write_bytes(one.read_bytes()[:-1])
    drawings = []
    monkeypatch.setattr(plot, "drawn", lambda folder: drawings.append(folder) or ({"a.png": b"x"}, ""))
    assert plot.main([str(directory), "--cache", str(cache)]) == 0
    assert plot.main([str(directory), "--cache", str(cache)]) == 0
    assert len(drawings) == 1
    points = directory / "points.csv"
    points.write_text(points.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    assert plot.main([str(directory), "--cache", str(cache)]) == 0
    assert len(drawings) == 2
