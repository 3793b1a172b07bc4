"""What a point is exported as: fio and QEMU take it, and nothing of it is left out without a word."""

import json
import shutil
import subprocess

import pytest

import program

STUDY = {"study": "s", "machine": "iothread_2023", "targets": 3, "guest": {"vcpus": 2},
         "job": {"bs": "4k", "iodepth": 8},
         "jobs": [{"name": "db", "rw": "randrw", "targets": "0-1"},
                  {"name": "log", "rw": "write", "ioengine": "psync", "fsync": 1, "targets": "2"}]}


def export(folder, study, *more):
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    return program.call("export", path, "-o", folder / "out", *more)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    done = export(folder, STUDY)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_a_section_for_each_disk(exported):
    text = (exported / "job.fio").read_text(encoding="utf-8")
    assert text.count("[db]") == 2 and text.count("[log]") == 1
    assert [line for line in text.splitlines() if line.startswith("filename")] == [
        "filename=/dev/sda", "filename=/dev/sdb", "filename=/dev/sdc"]


@pytest.mark.skipif(shutil.which("fio") is None, reason="fio is not installed")
def test_fio_takes_the_job_file(exported):
    done = subprocess.run(["fio", "--parse-only", exported / "job.fio"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is not installed")
def test_qemu_takes_the_line(exported):
    for disk in ("t0l0.img", "t1l0.img", "t2l0.img"):
        (exported / disk).write_bytes(b"\0" * 1048576)
    line = (exported / "qemu.txt").read_text(encoding="utf-8").rstrip().replace("aio=native", "aio=threads")
    line = line.replace("accel=kvm:tcg", "accel=tcg") + " -display none -S -monitor stdio"
    done = subprocess.run(["sh", "-c", line], cwd=exported, input="quit\n", capture_output=True, text=True, check=False,
                          timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_script_is_one(exported):
    assert subprocess.run(["sh", "-n", exported / "run.sh"], check=False).returncode == 0
    alone = subprocess.run([exported / "run.sh"], capture_output=True, text=True, check=False)
    assert alone.returncode == 2 and "IMAGE" in alone.stdout


def test_what_no_file_says_is_listed(exported):
    text = (exported / "README.md").read_text(encoding="utf-8")
    assert "`guest.driver`" in text and "`controller.num_queues`" not in text


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine", encoding="utf-8")
    done = export(tmp_path, STUDY)
    assert done.returncode == 2 and "--force" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_a_point_that_is_none_is_refused(tmp_path):
    done = export(tmp_path, STUDY, "--point", "7")
    assert done.returncode == 2 and "from 0 to 0" in done.stderr and not (tmp_path / "out").exists()
