"""fio job files become scenarios: each option is classed, and numbers are read as fio itself reads them."""

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import program

JOBS = sorted((Path(__file__).parent / "fio").glob("*.fio"))
CLASSES = {"modelled", "harmless", "approximated", "refused"}
NOT_TAKEN = "fio does not take it"  # begins the words of a line that fio refuses
RANDOM_FILES = 1000 if os.environ.get("VQLAB_DEEP") else 12


def imported(file, *more, cwd=None):
    done = program.call("import", "--fio", file, "--json", *more, cwd=cwd)
    answer = json.loads(done.stdout)
    return done, answer["answer"] and {**answer["answer"], "faults": answer["faults"]}


def write(folder, text, name="job.fio"):
    (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder / name


def fio(*arguments, cwd):
    assert shutil.which("fio"), "fio is one of `lab packages tests`"
    return subprocess.run(["fio", *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd)


def option_lines(file):
    """Numbers of the lines that say an option."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if re.match(r"\s*[^\s;#\[]", line)]


def test_nine_of_ten_files_run_and_each_option_is_classed(tmp_path):
    assert len(JOBS) >= 60
    made = []
    for file in JOBS:
        out = tmp_path / f"{file.stem}.json"
        done, report = imported(file, "-o", out)
        rows = {row["line"] for row in report["options"]}
        assert set(option_lines(file)) <= rows, file
        assert all(row["class"] in CLASSES and row["words"] for row in report["options"]), file
        assert not any(row["words"].startswith(NOT_TAKEN) for row in report["options"]), done.stderr
        refused = [row for row in report["options"] if row["class"] == "refused"]
        assert done.returncode == (2 if refused or report["faults"] else 0), done.stderr
        assert out.exists() == (done.returncode == 0)
        made += [out] if done.returncode == 0 else []
    assert len(made) >= 0.9 * len(JOBS)
    checked = program.call("check", *made)
    assert checked.returncode == 0, checked.stderr


def test_fio_takes_these_files(tmp_path):
    done = fio("--parse-only", *JOBS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def numbers_of_fio(text):
    """What `--debug=parse` says that fio took for the first number of each option, the last time that it was said."""
    said = {}
    for name, number in re.findall(r"__handle_option=(\S+), type=.*\n.*ret=0, out=(\d+)", text):
        said[name] = int(number)
    return said


def bytes_of(text):
    """Of a size in a scenario."""
    letters = "kmgt"
    power = letters.find(str(text)[-1]) + 1
    return int(str(text)[:-1]) * 1024**power if power else int(text)


# What is compared: fio's name, and the key of the job and how it is read there.
COMPARED = {"bs": bytes_of, "size": bytes_of, "iodepth": int, "numjobs": int, "rate": bytes_of, "thinktime": int,
            "fsync": int, "rwmixread": int}


def random_job(draw):
    """A job file, most of which fio takes, in many spellings."""
    suffix = draw.choice(["", "k", "K", "kb", "kB", "m", "M"])
    size = draw.choice(["64m", "1g", "3G", "2GB", "0x4000000", "70000000", "100MiB", "64Mi"])
    direction = draw.choice(["randread", "randwrite", "randrw"])
    lines = ["ioengine=libaio", "direct=1", "filename=/dev/sdb", f"rw={direction}",
             f"bs={512 * draw.randint(1, 64) if suffix == '' else draw.randint(1, 8)}{suffix}", f"size={size}"]
    more = [f"iodepth={draw.choice(['1', '8', ' 16', '0x20', '1k', '64 '])}", f"numjobs={draw.randint(1, 9)}",
            f"rate={draw.randint(1, 90)}{draw.choice(['k', 'm', 'kib', 'MB'])}",
            f"thinktime={draw.randint(1, 90)}{draw.choice(['', 'us', 'ms', 's', 'usec'])}",
            f"fsync={draw.randint(0, 64)}", f"rwmixread={draw.randint(0, 100)}", "kb_base=1000", "group_reporting",
            "time_based", "runtime=30s", "norandommap=1", "percentile_list=50:99", "description=a text ; no more"]
    wrong = ["iodepth=0", "iodepth=none", "rw=both", "direct=2", "rwmixread=101", "nice=20", "no_such_option=1",
             "bsrange=4k", "invalidate", "runtime=", "random_distribution=zipf:1", "hipri", "time_based=x",
             "thinktime=(1+1)", "latency_percentile=101", "verify=none_such", "rwmixcycle=1"]
    lines += draw.sample(more, draw.randint(0, 6)) + (draw.sample(wrong, 1) if draw.random() < 0.3 else [])
    draw.shuffle(lines)
    split = draw.randint(0, len(lines))
    return "\n".join(["[global]", *lines[:split], "[job]", *lines[split:]]) + "\n"


def test_random_files_are_read_as_fio_reads_them(tmp_path):
    draw = random.Random(2012)
    compared = 0
    for _ in range(RANDOM_FILES):
        text = random_job(draw)
        file = write(tmp_path, text)
        theirs = fio("--debug=parse", "--parse-only", file, cwd=tmp_path)
        done, report = imported(file)
        taken = not any(row["words"].startswith(NOT_TAKEN) for row in report["options"])
        assert taken == (theirs.returncode == 0), f"{text}\n{theirs.stderr}\n{done.stderr}"
        if done.returncode != 0:
            continue
        job = report["scenario"]["jobs"][0]
        for name, number in numbers_of_fio(theirs.stdout).items():
            # In a mix the limits of reads and writes are added up.
            if name in COMPARED and name in job and not (name == "rate" and job["rw"] == "randrw"):
                assert COMPARED[name](job[name]) == number, f"{name}\n{text}"
                compared += 1
    assert compared > RANDOM_FILES


def test_every_option_of_fio_is_known(tmp_path):
    """Each of `--cmdhelp=all` is a line of a job file whose row is no fault of its name."""
    names = [line.split(":")[0].split()[0] for line in fio("--cmdhelp=all", cwd=tmp_path).stdout.splitlines() if line]
    assert len(names) > 200
    file = write(tmp_path, "[a]\n" + "".join(f"{name}=1\n" for name in names))
    _, report = imported(file)
    assert len(report["options"]) >= len(names)
    assert not [fault for fault in report["faults"] if "that fio does not have" in fault["found"]]


def test_what_fio_has_not_is_named(tmp_path):
    done, report = imported(write(tmp_path, "[a]\nrw=read\niodpeth=4\n[b]\nrw=reed\n"))
    assert done.returncode == 2 and "scenario" not in report
    assert [fault["path"] for fault in report["faults"]] == ["line 3 [a] iodpeth", "line 5 [b] rw"]
    told = program.call("import", "--fio", tmp_path / "job.fio").stderr
    assert 'did you mean "iodepth"?' in told and "randread" in told


def test_a_file_that_includes_others(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPTH", "16")
    (tmp_path / "more").mkdir()
    write(tmp_path, "\ufeff[global]\r\ninclude more/common.inc\r\n[a]\r\niodepth=${DEPTH}\r\n")
    write(tmp_path / "more", "ioengine=libaio\nbs=8k\ndirect=1\nfilename=/dev/sdb\nrw=randread\n", "common.inc")
    done, report = imported(tmp_path / "job.fio")
    assert done.returncode == 0, done.stderr
    job = report["scenario"]["jobs"][0]
    assert (job["iodepth"], job["bs"]) == (16, "8k")
    assert any(row["file"].endswith("common.inc") and row["option"] == "bs" for row in report["options"])
    write(tmp_path, "[a]\ninclude job.fio\n", "job.fio")
    done, report = imported(tmp_path / "job.fio")
    assert done.returncode == 2 and report["faults"]


def test_phases_keep_their_times(tmp_path):
    _, report = imported(next(file for file in JOBS if file.stem == "ssd_steps"))
    jobs = report["scenario"]["jobs"]
    assert [job.get("stonewall", 0) for job in jobs] == [0, 1, 1, 1]
    assert {job["runtime"] for job in jobs} == {"1s"}


def test_words_of_fio_for_the_system_are_those_of_the_guest(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/sda\ndirect=1\nrw=randread\nnumjobs=$ncpus\nbs=$pagesize\n")
    guest = tmp_path / "vm.txt"
    guest.write_text("qemu-system-x86_64 -smp 6 -device virtio-scsi-pci -drive file=a,if=none,id=a "
                     "-device scsi-hd,drive=a\n", encoding="utf-8")
    _, report = imported(file, "--qemu", guest)
    job, = report["scenario"]["jobs"]
    assert (job["numjobs"], job["bs"]) == (6, "4k")
    done, report = imported(file)
    assert done.returncode == 2 and "no --qemu or --libvirt says" in report["faults"][0]["found"]


def test_what_fio_passes_over_is_told(tmp_path):
    _, report = imported(write(tmp_path, "[a]\nfilename=/dev/sda\nrw=randread\nthinktime=5parsecs\n"))
    row, = [row for row in report["options"] if row["option"] == "thinktime"]
    assert row["class"] == "modelled" and 'passes over the rest of "5parsecs"' in row["words"]


def test_faults_of_the_scenario_are_told_by_lines_of_the_file(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/sda\nioengine=libaio\ndirect=1\nrw=randread\niodepth=9999\n"
                           "[b]\nfilename=/dev/sda\nread_iolog=none.log\n")
    done, report = imported(file)
    assert done.returncode == 2
    depth, trace = sorted(report["faults"], key=lambda fault: fault["path"])
    assert depth["path"] == "line 6 [a] iodepth" and depth["file"] == str(file)
    assert trace["path"].startswith("line 9 [b] read_iolog, ") and trace["file"] == str(file)
    row, = [row for row in report["options"] if row["option"] == "iodepth"]
    assert (row["class"], row["words"]) == ("refused", "see below")


def test_names_that_say_no_disk_of_the_machine_are_approximated(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_fast\ndirect=1\nrw=randread\n")
    guest = tmp_path / "vm.txt"
    line = "qemu-system-x86_64 -smp 2 -device virtio-scsi-pci -drive file=a,if=none,id=slow -device scsi-hd,drive=slow"
    for disks, wanted in ((1, "modelled"), (2, "approximated")):
        more = " -drive file=b,if=none,id=fast -device scsi-hd,drive=fast" * (disks - 1)
        guest.write_text(line + more, encoding="utf-8")
        _, report = imported(file, "--qemu", guest)
        row, = [row for row in report["options"] if row["option"] == "filename"]
        assert row["class"] == wanted, row


def test_strict_refuses_what_is_approximated(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/sdb\ndirect=0\nrw=randread\nsize=1g\ntime_based\nruntime=9\n")
    assert imported(file)[0].returncode == 0
    done, report = imported(file, "--strict")
    assert done.returncode == 2 and "scenario" not in report and "which --strict refuses" in done.stderr


def test_a_file_that_is_there_stays(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/sdb\ndirect=1\nrw=randread\n")
    out = write(tmp_path, "mine", "out.json")
    done = program.call("import", "--fio", file, "-o", out)
    assert done.returncode == 2 and out.read_text(encoding="utf-8") == "mine"
    assert program.call("import", "--fio", file, "-o", out, "--force").returncode == 0
    assert json.loads(out.read_text(encoding="utf-8"))["study"] == "job"


@pytest.mark.parametrize("text", ["", "rw=read\n", "[", "[a]\n", "[global]\nrw=read\n", "[a]\nfilename=\n", "\0[a]\n"])
def test_odd_files_end_well(tmp_path, text):
    done, report = imported(write(tmp_path, text))
    assert done.returncode in (0, 2), done.stderr
    assert done.returncode == 0 or report["faults"]


def test_run_takes_a_job_file(tmp_path):
    file = write(tmp_path, "[a]\nfilename=/dev/sda\ndirect=1\nioengine=libaio\niodepth=4\nbs=4k\nrw=randread\n")
    out = tmp_path / "out"
    done = program.call("run", file, "--set", "precision.max_simulated_s=0.02", "--set",
                        "precision.half_width_percent=50", "--out", out, "--no-figures", "--no-long-runs")
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["scenario"]["jobs"][0]["name"] == "a"
    assert "modelled" in done.stderr
