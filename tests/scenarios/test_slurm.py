"""Points that Slurm's tasks simulate: the bytes of a local run, whatever becomes of tasks and of who waits for them.

Slurm itself is in test_real_slurm.py. Here its commands are those of fake_slurm.py."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.scenarios import program

STUDY = {"study": "on_slurm", "sweep": {"targets": [1, 2, 3]}, "seeds": [1, 2],
         "controller": {"num_queues": 0}, "precision": {"half_width_percent": 20, "max_simulated_s": 0.05}}
FILES = ("points.csv", "stages.csv")
# So that there are runs that are long.
PRECISELY = ("--set", "precision.half_width_percent=10", "--set", "precision.max_simulated_s=1")


class Slurm:
    """A machine with Slurm's commands, and a study on it."""

    def __init__(self, folder):
        self.folder = folder
        self.state = folder / "state"
        (self.state / "jobs").mkdir(parents=True)
        commands = folder / "bin"
        commands.mkdir()
        for name in ("sbatch", "squeue", "scancel", "scontrol"):
            command = commands / name
            command.write_text(f"#!{sys.executable} -S\n" + Path(__file__).with_name("fake_slurm.py").read_text(
                encoding="utf-8").replace("__file__", repr(str(commands / "fake_slurm.py"))), encoding="utf-8")
            command.chmod(0o755)
        shutil.copy(Path(__file__).with_name("fake_slurm.py"), commands)
        self.environment = {**os.environ, "FAKE_SLURM": str(self.state),
                            "PATH": f"{commands}:{os.environ['PATH']}"}
        self.study = folder / "study.json"
        self.study.write_text(json.dumps(STUDY), encoding="utf-8")

    def command(self, out, *more, verb="run", slurm=True):
        on_slurm = ("--executor", "slurm") if slurm else ()
        return [verb, self.study, "--out", out, "--no-figures", "--jobs", "1", *on_slurm, *more]

    def run(self, out, *more, code=0, **how):
        done = program.call(*self.command(out, *more, **how), env=self.environment)
        assert done.returncode == code, done.stderr
        return done

    def calls(self, name):
        return [line for line in (self.state / "calls").read_text(encoding="utf-8").splitlines()
                if line.startswith(name + " ")]


@pytest.fixture
def slurm(tmp_path):
    return Slurm(tmp_path)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A run of this machine alone."""
    machine = Slurm(tmp_path_factory.mktemp("local"))
    machine.run(machine.folder / "out", slurm=False)
    return machine.folder / "out"


def same(out, local, *more):
    for name in (*FILES, *more):
        assert (out / name).read_bytes() == (local / name).read_bytes(), name
    assert not (out / "slurm").exists() and not (out / "long_runs" / "slurm").exists(), "nothing is left behind"
    return True


def test_an_array_gives_the_bytes_of_a_local_run(slurm, tmp_path):
    slurm.run(tmp_path / "local", *PRECISELY, slurm=False)
    done = slurm.run(tmp_path / "out", "--array-limit", "4", "--time", "1:00:00", "--partition", "large", *PRECISELY)
    assert same(tmp_path / "out", tmp_path / "local", "long_runs/points.csv")
    assert "[6/6]" in done.stderr, "progress as locally"
    points, longer = slurm.calls("sbatch")
    assert "--array=0-5%4" in points and "--array=0-1%4" in longer


def test_tasks_take_several_points_where_the_site_allows_few(slurm, local, tmp_path):
    slurm.environment["FAKE_ARRAY_SIZE"] = "3"
    slurm.run(tmp_path / "out")
    assert same(tmp_path / "out", local)
    assert "--array=0-1 " in slurm.calls("sbatch")[0]


def test_lost_tasks_run_again(slurm, local, tmp_path):
    for task, times in ((1, 1), (2, 2)):
        (slurm.state / f"lose_{task}").write_text(str(times), encoding="utf-8")
    done = slurm.run(tmp_path / "out")
    assert same(tmp_path / "out", local)
    assert "2 of Slurm's tasks ended early and run again" in done.stderr
    assert "--array=1-2 " in slurm.calls("sbatch")[1] and "--array=2 " in slurm.calls("sbatch")[2]


def test_tasks_that_never_bring_a_result_end_the_run_with_advice(slurm, tmp_path):
    for task in range(6):
        (slurm.state / f"lose_{task}").write_text("9", encoding="utf-8")
    done = slurm.run(tmp_path / "out", code=1)
    assert "printed nothing" in done.stderr and "Do all nodes see" in done.stderr and "--time" in done.stderr
    assert slurm.calls("scancel"), "what waits is not left there"


def test_a_task_that_is_lost_for_ever_fails_its_points_alone(slurm, local, tmp_path):
    (slurm.state / "lose_5").write_text("9", encoding="utf-8")
    done = slurm.run(tmp_path / "out", code=1)
    assert "1 of 6 points failed" in done.stdout and "task 5 ended 3 times without a result" in done.stderr
    rows = (local / "points.csv").read_text(encoding="utf-8").splitlines()
    assert len((tmp_path / "out" / "points.csv").read_text(encoding="utf-8").splitlines()) == len(rows) - 1
    (slurm.state / "lose_5").unlink()
    slurm.run(tmp_path / "out", "--resume", slurm=False)
    assert not (tmp_path / "out" / "slurm").exists()


def begin(slurm, out):
    """A run that has three results and waits for the last task, which does not end before the test lets it."""
    (slurm.state / "hold_5").touch()
    process = subprocess.Popen([program.binary(), *map(str, slurm.command(out))], env=slurm.environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = []
    while "[3/6]" not in "".join(lines):
        lines.append(process.stderr.readline())
        assert lines[-1], lines
    return process


def test_ctrl_c_cancels_the_array_and_resume_goes_on(slurm, local, tmp_path):
    process = begin(slurm, tmp_path / "out")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "to continue: " in errors
    assert slurm.calls("scancel") == ["scancel 101"]
    (slurm.state / "hold_5").unlink()
    slurm.run(tmp_path / "out", "--resume")
    assert same(tmp_path / "out", local)


def test_an_array_outlives_who_waits_for_it(slurm, local, tmp_path):
    process = begin(slurm, tmp_path / "out")
    process.kill()
    process.communicate()
    (slurm.state / "hold_5").unlink()
    while any((slurm.state / "jobs").iterdir()):
        time.sleep(0.05)
    (slurm.state / "calls").unlink()
    done = slurm.run(tmp_path / "out", "--resume")
    assert same(tmp_path / "out", local)
    assert not (slurm.state / "calls").exists() or not slurm.calls("sbatch"), "nothing is left to do: " + done.stderr


def test_an_exported_script_is_submitted_by_the_user(slurm, local, tmp_path):
    out = tmp_path / "out"
    done = slurm.run(out, "--export-script")
    script = out / "slurm" / "1" / "tasks.sh"
    assert f"to submit it: sbatch {script}" in done.stderr
    assert not (slurm.state / "calls").exists(), "no command of Slurm's was called"
    early = slurm.run(out, "--resume", code=2, slurm=False)
    assert "6 of 6 tasks" in early.stderr and "have not ended" in early.stderr
    assert "#SBATCH --array=0-5\n" in script.read_text(encoding="utf-8")
    for task in range(6):
        subprocess.run(["sh", script], env={**slurm.environment, "SLURM_ARRAY_TASK_ID": str(task)}, check=True)
    slurm.run(out, "--resume", slurm=False)
    assert same(out, local)


def test_results_go_to_the_cache(slurm, tmp_path):
    slurm.environment["VQLAB_CACHE"] = str(tmp_path / "cache")
    slurm.run(tmp_path / "a")
    again = slurm.run(tmp_path / "b")
    assert "6 of 6 points were simulated before" in again.stderr
    assert len(slurm.calls("sbatch")) == 1


def test_rounds_that_depend_on_results_are_simulated_there_too(slurm, local, tmp_path):
    copies = [shutil.copytree(local, tmp_path / name) for name in ("here", "there")]
    for out, more in zip(copies, ((), ("--executor", "slurm"))):
        done = program.call("explain", out, "--no-figures", "--jobs", "1", *more, env=slurm.environment)
        assert done.returncode == 0, done.stderr
    for name in ("resources.csv", "stages.csv"):
        assert (copies[0] / "explanation" / name).read_bytes() == (copies[1] / "explanation" / name).read_bytes()
    assert len(slurm.calls("sbatch")) >= 2


def test_what_slurm_refuses_is_told_with_advice(slurm, tmp_path):
    (slurm.state / "refuse").write_text("sbatch: error: invalid partition specified: fast", encoding="utf-8")
    done = slurm.run(tmp_path / "out", "--partition", "fast", code=2)
    assert "invalid partition specified: fast" in done.stderr and "SBATCH_ACCOUNT" in done.stderr


def test_without_slurm_the_other_ways_are_named(slurm, tmp_path):
    slurm.environment["PATH"] = str(tmp_path)
    done = slurm.run(tmp_path / "out", code=2)
    assert "there is no sbatch here" in done.stderr and "--shard" in done.stderr


def test_a_task_of_another_build_or_folder_says_so(slurm, tmp_path):
    slurm.run(tmp_path / "out", "--export-script")
    folder = tmp_path / "out" / "slurm" / "1"
    assert program.call("work", tmp_path, "0").returncode == 2
    assert "no points" in program.call("work", folder, "77").stderr
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    (folder / "job.json").write_text(json.dumps({**job, "program_sha256": "0"}), encoding="utf-8")
    assert "another build" in program.call("work", folder, "0").stderr
