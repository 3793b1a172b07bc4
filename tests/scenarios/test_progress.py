"""What a run shows on a terminal while it runs, and elsewhere."""

import json
import os
import pty
import re
import signal
import subprocess

import pytest

from tests.scenarios import program

# Its only point takes minutes.
LONG = {"study": "long", "job": {"loops": 1000000}, "precision": {"min_simulated_s": 1000, "max_simulated_s": 1000}}


@pytest.fixture(name="study")
def study_file(tmp_path):
    path = tmp_path / "long.json"
    path.write_text(json.dumps(LONG), encoding="utf-8")
    return path


def shown_until(pattern, arguments):
    """What the program shows on a terminal until the pattern is there; it is interrupted then."""
    ours, terminal = pty.openpty()
    with subprocess.Popen([program.binary(), *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=terminal) as run:
        os.close(terminal)
        shown = ""
        while not re.search(pattern, shown):
            part = os.read(ours, 4096).decode()
            assert part, shown
            shown += part
        run.send_signal(signal.SIGINT)
        while True:
            try:
                part = os.read(ours, 4096).decode()
            except OSError:  # Linux: nobody has the terminal open any more
                break
            shown += part
        assert run.wait() == 130, shown
    os.close(ours)
    return shown


def test_a_point_that_runs_is_seen_to_move(study, tmp_path):
    """Before it is over."""
    shown = shown_until(r"0/1  1 %.*0/1  2 %.*left", ["run", study, "--out", tmp_path / "out", "--jobs", "1"])
    assert "interrupted; 0 of 1 points are finished" in shown
    for line in re.findall(r"\x1b\[K(\[[^\r]*)", shown):
        assert len(line) <= 78, line


def test_a_fit_shows_its_points_too(tmp_path):
    study, table = tmp_path / "fit.json", tmp_path / "table.csv"
    study.write_text(json.dumps(LONG | {
        "study": "fit", "sweep": {"targets": [1]},
        "calibration": {"free": ["guest_costs.submit_ns"], "simulated_s": 1e4}}), encoding="utf-8")
    table.write_text("targets,default\n1,500\n", encoding="utf-8")
    shown_until(r"0/\d+  \d+ %", ["calibrate", study, "--data", table, "--results", tmp_path / "fit", "--out",
                                 tmp_path / "found.json", "--jobs", "1"])
