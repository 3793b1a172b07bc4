"""The command line as a user meets it."""

import csv
import json
import re
import shlex
import signal
import subprocess
import time

import pytest

import program

STUDY = program.SCENARIOS / "tutorial" / "02_sweep.json"


@pytest.mark.parametrize("verb", ["run", "calibrate", "check", "list", "plot", "schema", "ring", "order", "new-policy",
                                  "claims"])
def test_every_verb_has_help(verb):
    done = program.call(verb, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout or "checked-in" in done.stdout


def test_help_has_examples_and_exit_codes():
    text = program.call("--help").stdout
    assert "vqlab run scenarios/studies/multiqueue_2012.json" in text
    for code in ("0 done", "1 something", "2 the input", "130 interrupted"):
        assert code in text.replace("\n", " ")


def test_version():
    done = program.call("--version")
    assert done.returncode == 0
    assert re.match(r"vqlab \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("arguments", [[], ["walk"], ["check"], ["list", "colours"], ["run", STUDY, "--jobs", "0"],
                                       ["run", STUDY, "--wat"], ["run", "none.json"], ["check", "none.json"]])
def test_wrong_input_exits_with_2(arguments, tmp_path):
    done = program.call(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr


@pytest.mark.parametrize("what,word", [("policies", "target_sticky"), ("servers", "iothreads"),
                                       ("aio", "native"), ("backends", "page_cache"), ("parts", "flash.channels"),
                                       ("machines", "letter_2012"), ("costs", "guest_costs.submit_ns")])
def test_list(what, word):
    assert word in program.call("list", what).stdout
    assert word in program.call("list").stdout


def test_what_the_reference_says_is_listed_is_listed():
    reference = program.call("schema", "--markdown").stdout
    listings = set(re.findall(r"`vqlab list (\w+)`", reference))
    assert {"servers", "aio", "backends", "policies", "parts"} <= listings
    for listing in listings:
        assert program.call("list", listing).returncode == 0


def test_costs_are_listed_with_sources():
    text = program.call("list", "costs").stdout
    assert text.count("source: ") == text.count(" plausible ") > 10


def test_a_wrong_scenario_writes_nothing(tmp_path):
    done = program.call("run", STUDY, "--set", "guest.polcy=x", "--set", "targets=0", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert 'did you mean "policy"?' in done.stderr
    assert not (tmp_path / "out").exists()


def test_faults_of_a_machine_file_name_that_file(tmp_path):
    (tmp_path / "m.json").write_text('{"hardware": {"clock_ghz": 0}, "job": {}}', encoding="utf-8")
    (tmp_path / "s.json").write_text('{"study": "s", "machine": "./m.json"}', encoding="utf-8")
    done = program.call("check", tmp_path / "s.json")
    assert done.returncode == 2
    assert all("m.json: $." in line for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()) == 2


def test_an_unknown_machine_names_the_known_ones(tmp_path):
    (tmp_path / "s.json").write_text('{"study": "s", "machine": "leter_2012"}', encoding="utf-8")
    done = program.call("check", tmp_path / "s.json")
    assert 'did you mean "letter_2012"?' in done.stderr


def test_run_writes_what_it_names_long_runs_too(tmp_path):
    done = program.call("run", STUDY, "--out", tmp_path / "out", "--no-figures")
    assert done.returncode == 0, done.stderr
    named = [line for line in done.stdout.splitlines() if line.startswith(str(tmp_path))]
    assert sorted(named) == sorted(str(path) for path in (tmp_path / "out").rglob("*")
                                   if path.is_file() and path.name != ".vqlab")
    rows, longer = (list(csv.DictReader((tmp_path / "out" / name).open(encoding="utf-8")))
                    for name in ("points.csv", "long_runs/points.csv"))
    assert len(rows) == len(longer) == 4
    assert all(float(one["simulated_s"]) >= 2 * float(row["simulated_s"]) for row, one in zip(rows, longer))
    assert done.stderr.count("[4/4]") == 2  # no terminal: plain lines
    assert program.call("run", STUDY, "--out", tmp_path / "out", "--no-figures", "--no-long-runs").returncode == 0
    assert not (tmp_path / "out" / "long_runs").exists()  # those of other results
    assert "\033" not in done.stderr + done.stdout


def test_the_resolved_scenario_gives_the_same_points(tmp_path):
    first = program.points_of(STUDY, tmp_path / "first")
    resolved = json.loads((tmp_path / "first" / "run.json").read_text(encoding="utf-8"))["scenario"]
    (tmp_path / "resolved.json").write_text(json.dumps(resolved), encoding="utf-8")
    assert program.points_of(tmp_path / "resolved.json", tmp_path / "second") == first
    assert program.points_of(tmp_path / "first" / "run.json", tmp_path / "third") == first


@pytest.mark.parametrize("option", [["--seeds", "1"], ["--set", "targets=1"]])
def test_options_may_stand_before_the_file(tmp_path, option):
    done = program.call("run", "--no-figures", "--quiet", "--out", tmp_path / "out", "--set", "sweep.targets=[1]" if
                        option[0] == "--seeds" else "guest.vcpus=2", "--no-long-runs", *option, STUDY)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out" / "points.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_what_makes_no_difference_is_said(tmp_path):
    """The page cache serves reads and writes, here and there, alike."""
    wanted = ["--set", "job.rw=randread", "--set", "targets=1"]
    noted = r"note: --set job.rw=randread|note: .*job\.rw: .*makes no difference here: it does only if host.backend"
    assert re.search(noted, program.call("check", STUDY, *wanted).stdout)
    done = program.call("run", STUDY, *wanted, "--out", tmp_path / "out", "--no-figures", "--no-long-runs")
    assert done.returncode == 0 and re.search(noted, done.stderr)


def test_a_machine_may_say_what_some_guest_on_its_host_reads(tmp_path):
    (tmp_path / "m.json").write_text('{"guest": {"driver": "blk_mq", "policy": "per_vcpu", "buffer_api": "add_buf"}, '
                                     '"host": {"backend": "null"}, "guest_costs": {"target_lock_ns": 60}}')
    assert program.call("check", "--machine", tmp_path / "m.json").returncode == 0
    (tmp_path / "m.json").write_text('{"host": {"backend": "page_cache"}, "flash": {"channels": 4}, '
                                     '"mechanisms": {"cstates": false}, "host_costs": {"cstate_ns": 9000}}')
    done = program.call("check", "--machine", tmp_path / "m.json")
    assert done.returncode == 2
    assert [re.search(r"\$\.[\w.]+", line)[0] for line in done.stderr.splitlines()] == ["$.flash.channels",
                                                                                      "$.host_costs.cstate_ns"]
    assert done.stderr.count("has no effect on any guest of this machine, because") == 2


def test_every_machine_and_study_is_good():
    studies = sorted(program.SCENARIOS.glob("studies/*.json")) + program.TUTORIAL
    done = program.call("check", *studies)
    assert done.returncode == 0, done.stderr


def test_overrides_and_seeds(tmp_path):
    done = program.call("run", STUDY, "--out", tmp_path / "out", "--set", "targets=2", "--seeds", "5,6", "--no-figures",
                        "--no-long-runs")
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out" / "points.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[2:5] for row in rows[1:]] == [["2", "4", "5"], ["2", "4", "6"]]


def test_a_reference_ends_the_table_with_the_mean_error(tmp_path):
    done = program.call("run", program.SCENARIOS / "tutorial" / "04_reference.json", "--out", tmp_path / "out",
                        "--no-figures", "--no-long-runs", "--quiet")
    assert done.returncode == 0, done.stderr
    table = done.stdout.split("\n" + str(tmp_path))[0]
    assert re.match(r"MAPE \d+\.\d % over 4 cells, largest error \d+\.\d %$", table.strip().splitlines()[-1])


def test_a_run_tells_the_error_on_other_machines(tmp_path):
    study = json.loads((program.SCENARIOS / "tutorial" / "04_reference.json").read_text(encoding="utf-8"))
    study["reference"]["also_on"] = ["letter_2012"]
    path = tmp_path / "s.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    run = ["run", path, "--out", tmp_path / "out", "--no-figures", "--quiet"]
    done = program.call(*run)
    assert done.returncode == 0, done.stderr
    there = program.call(*run[:2], "--set", "machine=letter_2012", "--out", tmp_path / "there", *run[4:])
    table = done.stdout.split("\n" + str(tmp_path))[0].strip().splitlines()
    summary = there.stdout.split("\n" + str(tmp_path))[0].strip().splitlines()[-1]
    assert table[-1] == f"on letter_2012: {summary}" and not table[-2].endswith(summary)
    assert "on letter_2012" not in there.stdout  # the command line has chosen the machine
    assert (tmp_path / "out" / "on_letter_2012" / "points.csv").exists()
    assert program.call(*run, "--resume").stdout == done.stdout

    study["reference"]["also_on"] = ["letter_2021"]
    path.write_text(json.dumps(study), encoding="utf-8")
    done = program.call("check", path)
    assert done.returncode == 2
    assert "$.reference.also_on[0]" in done.stderr and 'did you mean "letter_2012"?' in done.stderr


def test_ctrl_c_leaves_finished_points_on_disk(tmp_path):
    # Far more precision than can be reached soon, so that the run is still busy when it is interrupted.
    slow = ["run", STUDY, "--out", tmp_path / "out", "--jobs", "1", "--no-figures", "--set",
            "precision.half_width_percent=0.5", "--set", "sweep.targets=" + json.dumps(list(range(1, 200)))]
    process = subprocess.Popen([program.binary(), *map(str, slow)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    journal = tmp_path / "out" / "points.jsonl"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (journal.exists() and len(journal.read_text().splitlines()) >= 3):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    hint = errors.splitlines()[-1].removeprefix("to continue: ")
    assert shlex.split(hint)[:2] == [program.binary(), "run"]
    words = shlex.split(hint)[2:]
    assert sorted(words) == sorted(map(str, [*slow[1:], "--resume"]))
    rows = (tmp_path / "out" / "points.csv").read_text(encoding="utf-8").splitlines()
    assert 2 <= len(rows) - 1 < 199
    assert len(rows) - 1 == json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["points_finished"]
