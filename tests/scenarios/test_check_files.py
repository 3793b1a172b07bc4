"""`vqlab check` of the files that `vqlab import` takes: the same report, and nothing is written."""

import json
from pathlib import Path

import pytest

import program

HERE = Path(__file__).parent
JOB = HERE / "fio" / "randread.fio"
LINE = HERE / "qemu" / "proxmox_single.txt"
DOMAIN = HERE / "libvirt" / "pinned.xml"
MACHINE = "server_2024_qemu_10_0"
BAD_JOB = "[a]\nrw=rread\niodpeth=3\nzonemode=zbd\n"


@pytest.mark.parametrize("guest", [(), ("--qemu", LINE), ("--libvirt", DOMAIN)])
def test_it_says_what_import_says(guest, tmp_path):
    words = (*guest, "--machine", MACHINE)
    report = program.call("import", "--fio", JOB, *words, "-o", tmp_path / "made.json")
    checked = program.call("check", JOB, *words, cwd=tmp_path)
    assert (report.returncode, checked.returncode) == (0, 0), checked.stderr
    assert checked.stderr == report.stderr
    assert checked.stdout.startswith(f"{JOB}: good, 1 points")
    assert [file.name for file in tmp_path.iterdir()] == ["made.json"]


def test_a_guest_is_checked_alone():
    done = program.call("check", "--qemu", LINE, "--machine", MACHINE)
    assert done.returncode == 0 and done.stdout.startswith(f"{LINE}: good, 1 points"), done.stderr


def test_all_faults_come_with_their_lines(tmp_path):
    file = tmp_path / "bad.fio"
    file.write_text(BAD_JOB, encoding="utf-8")
    done = program.call("check", file)
    assert done.returncode == 2 and not done.stdout
    assert f'{file}: line 2 [a] rw: found "rread"; accepted: read, write' in done.stderr
    assert f"{file}: line 3 [a] iodpeth: found an option that fio does not have" in done.stderr
    refused, = [line for line in done.stderr.splitlines() if "zonemode=zbd" in line]
    assert refused.split()[:4] == ["4", "[a]", "zonemode=zbd", "refused"]


def test_faults_for_programs_have_kind_and_nearest_in_both_verbs(tmp_path):
    file = tmp_path / "bad.fio"
    file.write_text(BAD_JOB, encoding="utf-8")
    checked, = json.loads(program.call("check", file, "--json").stdout)["answer"]["checked"]
    imported = json.loads(program.call("import", "--fio", file, "--json").stdout)
    assert checked["faults"] == imported["faults"] and checked["options"] == imported["answer"]["options"]
    assert [(fault["kind"], fault.get("nearest")) for fault in checked["faults"]] == [
        ("meaning", None), ("meaning", "iodepth")]


def test_overrides_are_those_of_the_scenario_that_would_be_made():
    done = program.call("check", JOB, "--machine", MACHINE, "--set", "guest.vcpus=0")
    assert done.returncode == 2 and "--set guest.vcpus=0: $.guest.vcpus: found 0" in done.stderr


def test_machines_are_still_checked():
    machine = program.ROOT / "scenarios" / "machines" / f"{MACHINE}.json"
    for words in (("--machine", machine), (machine, "--machine")):
        done = program.call("check", *words)
        assert (done.returncode, done.stdout) == (0, f"{machine}: good\n"), done.stderr


@pytest.mark.parametrize("words, said", [
    ((), "check: found no file"),
    (("--machine",), "check: found no file"),
    (("--machine", "x.json", "--set", "targets=1"), "--set: found beside --machine"),
    ((program.ROOT / "scenarios" / "tutorial" / "02_sweep.json", "--qemu", LINE), "found with a file that is no fio"),
    ((program.ROOT / "scenarios" / "tutorial" / "02_sweep.json", "--strict"), "found with a file that is no fio"),
    (("--qemu", LINE, "--libvirt", DOMAIN), "excludes")])
def test_what_does_not_go_together_is_refused(words, said):
    done = program.call("check", *words)
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_domain_is_told_to_be_one():
    done = program.call("check", DOMAIN)
    assert done.returncode == 2 and f"--libvirt {DOMAIN}" in done.stderr
