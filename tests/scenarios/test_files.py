"""What the program does with the folders, descriptors, limits and words that it is given."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import pytest

import program

QUICK = {"machine": "letter_2012_fitted",
         "precision": {"half_width_percent": 50, "max_simulated_s": 0.002, "min_simulated_s": 0.002}}
SLOW = ["--set", "precision.half_width_percent=0.01", "--set", "precision.max_simulated_s=1000"]


@pytest.fixture(name="study")
def write_study(tmp_path):
    def write(name, **members):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"study": name, **QUICK, **members}), encoding="utf-8")
        return file
    return write


def run(study, out, *more, **options):
    return program.call("run", study, "--out", out, "--no-figures", "--quiet", *more, **options)


def started(*words, cwd=None):
    return subprocess.Popen([program.binary(), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, cwd=cwd)


def wait_for_points(journal, count):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (journal.exists() and journal.read_text().count("\n") > count):
        time.sleep(0.002)


def test_the_second_writer_is_told_who_the_first_is(study, tmp_path):
    out = tmp_path / "out"
    first = started("run", study("s"), "--out", out, "--no-figures", *SLOW)
    while not (out / "points.jsonl").exists():
        time.sleep(0.01)
    second = run(study("s"), out, "--resume")
    assert second.returncode == 2
    assert f"is being written by process {first.pid} (" in second.stderr and "--no-figures" in second.stderr
    first.kill()
    first.wait()
    assert run(study("s"), out).returncode == 0  # the lock has died with its process


def test_another_study_or_verb_is_not_written_over_unasked(study, tmp_path):
    out = tmp_path / "out"
    assert run(study("first"), out).returncode == 0
    points = (out / "points.csv").read_bytes()
    for words in (["run", study("second")], ["compare", study("first"), "--policy", "per_vcpu"],
                  ["predict", study("first")]):
        done = program.call(*words, "--out", out, "--quiet")
        assert done.returncode == 2 and "--force" in done.stderr
        assert (out / "points.csv").read_bytes() == points
    assert run(study("second"), out, "--force").returncode == 0


def test_claims_and_runs_do_not_share_a_folder(study, tmp_path):
    out = tmp_path / "out"
    assert run(study("s"), out).returncode == 0
    points = (out / "points.csv").read_bytes()
    done = program.call("claims", program.ROOT / "tests" / "scenarios" / "claims" / "two_queues.json", "--out", out)
    assert done.returncode == 2 and "another verb" in done.stderr
    assert (out / "points.csv").read_bytes() == points
    assert program.call("predict", study("s"), "--no-simulation", "--out", tmp_path / "p").returncode == 0
    assert run(study("s"), tmp_path / "p").returncode == 2
    assert (tmp_path / "p" / "predictions.csv").exists()


def test_after_an_interrupt_what_is_finished_is_explained(study, tmp_path):
    out = tmp_path / "out"
    many = study("s", sweep={"targets": [1, 2, 4, 8]}, seeds=[1, 2])
    assert run(many, out).returncode == 0
    assert program.call("explain", out, "--no-figures", "--quiet").returncode == 0
    old = (out / "points.jsonl").read_bytes()
    process = started("run", many, "--out", out, "--no-figures", "--jobs", "1", "--set",
                      "sweep.targets=[8,4,2,1]", "--set", "precision.half_width_percent=0.01", "--set",
                      "precision.max_simulated_s=0.02")
    while (out / "points.jsonl").read_bytes()[:400] == old[:400]:
        time.sleep(0.002)
    wait_for_points(out / "points.jsonl", 3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    finished = {line.split(",")[2] for line in (out / "points.csv").read_text().splitlines()[1:]}
    done = program.call("explain", out, "--no-figures")
    assert done.returncode == 0, done.stderr
    missing = set(re.findall(r"^  default targets=(\d+)", done.stderr, re.MULTILINE))
    assert missing and missing | finished == {"1", "2", "4", "8"} and not missing & finished
    explained = (out / "explanation" / "resources.csv").read_text().splitlines()[1:]
    assert {line.split(",")[1] for line in explained} == finished


def test_closed_descriptors_do_not_get_a_table(study, tmp_path):
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        out = tmp_path / f"out{len(closed)}"
        words = f"{program.binary()} run {study('s')} --out {out} --no-figures {closed}"
        assert subprocess.run(["sh", "-c", words], capture_output=True, check=False).returncode == 0
        for file in ("points.jsonl", "points.csv", "run.json"):
            assert "MiB/s" not in (out / file).read_text() and "points.csv\n" not in (out / file).read_text()
        json.loads((out / "run.json").read_text())


def test_a_thousand_jobs_fit_the_descriptors(study, tmp_path):
    many = study("s", seeds=list(range(1, 31)))
    done = run(many, tmp_path / "out", "--jobs", "1000",
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out" / "points.csv").read_text().splitlines()) == 31
    assert len(done.stderr.splitlines()) <= 1


def test_too_large_a_testbed_is_refused_with_its_estimate(study, tmp_path):
    large = study("s", targets=16384, controller={"devices": 64}, job={"numjobs": 64, "iodepth": 256})
    done = run(large, tmp_path / "out")
    assert done.returncode == 2
    assert re.search(r"needs about \d+ GB for the state of 268435456 requests in flight", done.stderr)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(program.is_sanitized(), reason="the sanitizer takes terabytes of address space")
def test_memory_that_cannot_be_had_is_said(study, tmp_path):
    limit = 150_000_000
    done = run(study("s", targets=1024, controller={"devices": 4}, job={"iodepth": 256}), tmp_path / "out",
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert done.returncode in (1, 2)
    assert " GB for the state of 262144 requests in flight" in done.stderr


# With what a shell would take apart in it.
def test_the_hint_after_ctrl_c_can_be_pasted(study, tmp_path):
    odd = tmp_path / "it's a $HOME"
    odd.mkdir()
    many = study("s", seeds=list(range(1, 7)), sweep={"targets": [1, 8]})
    words = ["run", many, "--out", "my out", "--jobs", "1", "--no-figures", "--set", "title=a 'b' $c \"d\""]
    whole = program.call(*words, cwd=odd)
    assert whole.returncode == 0
    expected = (odd / "my out" / "points.csv").read_bytes()
    shutil.rmtree(odd / "my out")
    process = started(*words, cwd=odd)
    wait_for_points(odd / "my out" / "points.jsonl", 1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("it was over before the signal came")
    assert process.returncode == 130
    hint = errors.splitlines()[-1].removeprefix("to continue: ")
    assert "--jobs 1" in hint and "--no-figures" in hint
    pasted = subprocess.run(["sh", "-c", hint], cwd=odd, capture_output=True, text=True, check=False)
    assert pasted.returncode == 0, pasted.stderr
    assert (odd / "my out" / "points.csv").read_bytes() == expected
    assert "a 'b' $c" in pasted.stdout


def test_figures_of_fewer_results_do_not_stay_beside_new_tables(study, tmp_path):
    out = tmp_path / "out"
    both = study("s", sweep={"targets": [1, 2]})
    assert program.call("run", both, "--out", out, "--quiet").returncode == 0
    assert (out / "figures" / "bandwidth.png").exists()
    (out / "figures" / "mine.txt").write_text("mine", encoding="utf-8")
    assert run(both, out, "--set", "job.iodepth=8").returncode == 0
    assert [path.name for path in (out / "figures").iterdir()] == ["mine.txt"]


def test_a_full_disk_is_said_and_loses_nothing(study, tmp_path):
    out = tmp_path / "out"
    many = study("s", seeds=[1, 2, 3, 4])
    assert run(many, tmp_path / "whole").returncode == 0
    limit = (tmp_path / "whole" / "points.jsonl").stat().st_size * 2 // 3
    done = run(many, out, "--jobs", "1", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert done.returncode == 1 and "points.jsonl" in done.stderr and "File too large" in done.stderr
    assert run(many, out, "--resume").returncode == 0
    assert (out / "points.csv").read_bytes() == (tmp_path / "whole" / "points.csv").read_bytes()


def test_what_cannot_be_printed_is_no_good_end():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        for words in (["list"], ["schema"], ["--help"], ["--version"]):
            done = subprocess.run([program.binary(), *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                  check=False)
            assert done.returncode == 1 and "standard output" in done.stderr, words
