"""`vqlab artifact`: an archive from which somebody else has the same numbers, and sees it if not."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile

import pytest

import program

STUDY = "04_reference"
RUN = ["--no-figures", "--no-long-runs", "--quiet"]


@pytest.fixture(scope="module", name="result")
def run_of_study(tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "reference"
    program.points_of(program.SCENARIOS / "tutorial" / f"{STUDY}.json", out)
    return out


@pytest.fixture(scope="module", name="archive")
def archive_of_result(result):
    file = result.parent / "mine.zip"
    done = program.call("artifact", result, "-o", file, "--title", "What | it <is>")
    assert (done.returncode, done.stdout) == (0, f"{file}\n"), done.stderr
    return file


@pytest.fixture(name="unpacked")
def unpack(archive, tmp_path):
    """With a `lab` that has built already."""
    subprocess.run(["unzip", "-q", archive, "-d", tmp_path], check=True)
    place = tmp_path / "mine"
    (place / "source/lab").write_text(f'#!/bin/sh\nexec "{program.binary()}" "$@"\n', encoding="utf-8")
    return place


def check(place):
    return subprocess.run([place / "check"], capture_output=True, text=True, check=False,
                          env=os.environ | {"VQLAB_CACHE": ""})


def test_it_has_all_that_it_takes(archive, result):
    with zipfile.ZipFile(archive) as files:
        names = {name.removeprefix("mine/") for name in files.namelist()}
        assert {"ARTIFACT.md", "check", "source/lab", "source/CMakeLists.txt", "scenarios/reference.json",
                "results/reference/points.csv", "results/reference/run.json"} <= names
        assert files.getinfo("mine/check").external_attr >> 16 & 0o111
        assert files.getinfo("mine/source/lab").external_attr >> 16 & 0o111
        text = files.read("mine/ARTIFACT.md").decode()
    points = (result / "points.csv").read_bytes()
    assert hashlib.sha256(points).hexdigest()[:16] in text
    assert re.search(r"\| 4 published values come out \| `reference` \|.*mean error [\d.]+ %, largest [\d.]+ %", text)
    for heading in ("Environment and hardware", "Getting started", "Experiments", "Major claims",
                    "Messages that may be met"):
        assert f"## {heading}\n" in text


def test_the_same_files_give_the_same_bytes(archive, result, tmp_path):
    assert program.call("artifact", result, "-o", tmp_path / "mine.zip", "--title", "What | it <is>").returncode == 0
    assert (tmp_path / "mine.zip").read_bytes() == archive.read_bytes()


def test_the_check_runs_again_and_compares(unpacked):
    done = check(unpacked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^reference +the same bytes +\d+ s$", done.stdout, re.MULTILINE)


def test_the_check_sees_what_moved(unpacked):
    points = unpacked / "results/reference/points.csv"
    heading, *lines = points.read_text(encoding="utf-8").splitlines()
    column = heading.split(",").index("iops")
    cells = [line.split(",") for line in lines]
    for row in cells:
        row[column] = str(float(row[column]) * 1.5)
    points.write_text("\n".join([heading, *map(",".join, cells)]) + "\n", encoding="utf-8")
    done = check(unpacked)
    assert done.returncode == 1 and re.search(r"^reference +MOVED +\d+ s$", done.stdout, re.MULTILINE), done.stdout


def test_the_check_tells_what_cannot_be_run(unpacked):
    (unpacked / "scenarios/reference.json").write_text("{}", encoding="utf-8")
    done = check(unpacked)
    assert done.returncode == 1 and "could not be run" in done.stdout


def test_faults_come_together(result, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(result, other)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record |= {"program_sha256": "0" * 64, "complete": False}
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    done = program.call("artifact", other, empty, "-o", tmp_path / "x.zip")
    assert done.returncode == 2 and not (tmp_path / "x.zip").exists()
    assert "found a run that is not complete" in done.stderr
    assert "found a result of another program, 000000000000" in done.stderr
    assert f"{empty}: found no points.csv" in done.stderr


def test_a_file_that_is_there_stays(result, tmp_path):
    file = tmp_path / "x.zip"
    file.write_text("mine", encoding="utf-8")
    assert program.call("artifact", result, "-o", file).returncode == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert program.call("artifact", result, "-o", file, "--force").returncode == 0
