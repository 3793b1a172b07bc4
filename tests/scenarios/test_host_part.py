"""The part of docs/how-to/host_part.md, from the page into the program: one file, and nothing else is edited."""

import csv
import re
from pathlib import Path

import pytest

import more_files
import program

PAGE = (program.ROOT / "docs" / "how-to" / "host_part.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(program.is_sanitized(), reason="compiles for some seconds; once is enough")


@pytest.fixture(scope="module", name="vqlab")
def with_the_part(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("host_part")
    source = folder / "vhost_user.cpp"
    source.write_text(more_files.code_of(PAGE, "sim/host/servers/vhost_user.cpp"), encoding="utf-8")
    return more_files.linked("vqlab", folder / "vqlab", [more_files.compiled(source, "servers/vhost_scsi.cpp")])


def test_it_is_listed_with_its_parameters(vqlab):
    assert "vhost_user" in more_files.call(vqlab, "./lab list servers").stdout
    assert "vhost_user.reactors = 1" in more_files.call(vqlab, "./lab list parts").stdout


def test_it_runs_as_the_page_says(vqlab, tmp_path):
    commands = re.findall(r"^\./lab run (?:[^\n]*\\\n)*[^\n]*$", PAGE, re.MULTILINE)
    assert commands
    for number, command in enumerate(commands):
        out = tmp_path / str(number)
        done = more_files.call(vqlab, command.replace("\\\n", " ") + f" --out {out} --no-figures")
        assert done.returncode == 0, done.stdout + done.stderr
        with (out / "points.csv").open(encoding="utf-8", newline="") as file:
            points = list(csv.DictReader(file))
        # It polls: nobody has to kick it, but for the first time.
        assert points and all(float(point["kicks_per_io"]) < 0.01 for point in points)


def test_its_rules_are_kept(vqlab):
    done = more_files.call(vqlab, "./lab check scenarios/tutorial/01_one_target.json --set host.server=vhost_user")
    assert done.returncode == 2
    assert "there is no thread pool" in done.stderr


def test_without_the_file_it_is_unknown():
    assert "vhost_user" not in program.call("list").stdout
