"""Storage devices beside their data sheets, and disks that differ."""

import csv
import json

import devices_page
import program
import pytest

OPTANE = {"study": "optane_writes", "machine": "optane_2020",
          "job": {"rw": "randwrite", "bsrange": "4k-4k", "iodepth": 16, "numjobs": 4},
          "precision": {"half_width_percent": 3, "min_simulated_s": 0.05}}


@pytest.fixture(scope="module")
def found():
    return devices_page.all_measured()


def test_every_device_does_what_its_sheet_says(found):
    off = [f"{device}: {figure.name} {devices_page.deviation(figure, value):+.1f} %"
           for device, figures in found.items() for figure, value in figures
           if abs(devices_page.deviation(figure, value)) > devices_page.LIMIT]
    assert not off
    assert sum(len(figures) for figures in found.values()) > 25


@pytest.mark.skipif(program.is_sanitized(), reason="a page is the same whatever looks at it")
def test_the_page_is_that_of_this_program(found):
    assert devices_page.text(found) == devices_page.PAGE.read_text(encoding="utf-8"), \
        "see tests/scenarios/regenerate.py"


def rows_of(scenario: dict, folder) -> list[dict]:
    file = folder / f"{scenario['study']}.json"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    return list(csv.DictReader(program.points_of(file, folder / "out").splitlines()))


def test_an_optane_drive_writes_as_fast_as_its_guest_can(tmp_path):
    """It had another drive's programming time, and wrote 37,000 times a second. Now the event loop limits it."""
    row = rows_of(OPTANE, tmp_path)[0]
    assert float(row["iops"]) > 250000
    assert float(row["device_dies_utilization"]) < 0.7


def test_a_slow_disk_among_fast_ones_slows_no_other(tmp_path):
    disk = {"targets": 1, "device": "hdd_7200_2012"}
    study = {**OPTANE, "study": "mixed", "targets": 4, "sweep": {"disks": [[], [disk]]},
             "job": {"rw": "randread", "bsrange": "4k-4k", "iodepth": 4, "size": "1t"}}
    alike, mixed = rows_of(study, tmp_path)
    assert (alike["disks"], mixed["disks"]) == ("none", "1*hdd_7200_2012")
    # Three of four targets go on as before; the fourth does some hundred a second (Jain's index of 1, 1, 1, 0 is 0.75).
    assert float(mixed["iops"]) > 0.7 * float(alike["iops"])
    assert float(alike["fairness_jain"]) > 0.95
    assert float(mixed["fairness_jain"]) == pytest.approx(0.75, abs=0.02)


def faults(scenario: dict, folder) -> str:
    file = folder / "faulty.json"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    done = program.call("check", file)
    assert done.returncode == 2
    return done.stdout + done.stderr


def test_an_unknown_device_is_told_with_those_that_are_known(tmp_path):
    text = faults({**OPTANE, "host": {"device": "optan_p4800x"}, "disks": [{"device": "tape"}]}, tmp_path)
    assert '$.host.device: found "optan_p4800x"' in text
    assert 'did you mean "optane_p4800x"?' in text
    assert '$.disks[0].device: found "tape"' in text
    assert "or a device: hdd_7200_2012, null, optane_p4800x, p4500_2tb, ram_disk or s3700_800gb" in text


def test_a_device_file_says_where_each_figure_comes_from(tmp_path):
    (tmp_path / "devices").mkdir()
    sheet = {"name": "mine", "kind": "ram_disk", "random_read_us": 1, "sequential_read_mb_per_s": 8000,
             "sequential_write_mb_per_s": 8000, "rpm": 7200, "sources": {"random_read_us": "measured"}}
    (tmp_path / "devices" / "mine.json").write_text(json.dumps(sheet), encoding="utf-8")
    text = faults({**OPTANE, "host": {"device": "mine"}}, tmp_path)
    assert "$.rpm: found a figure that a device of kind \"ram_disk\" does not have" in text
    assert "$.sources.sequential_read_mb_per_s: found nothing, but each figure has a source" in text
    del sheet["rpm"]
    sheet["sources"] = {name: "measured" for name in sheet if name.endswith(("_us", "_s"))}
    (tmp_path / "devices" / "mine.json").write_text(json.dumps(sheet), encoding="utf-8")
    study = {**OPTANE, "host": {"device": "mine"}}
    assert float(rows_of(study, tmp_path)[0]["iops"]) > 200000
    resolved = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["scenario"]
    assert resolved["host"]["device"]["random_read_us"] == 1  # the figures, not the name of a file


def test_a_world_in_which_nothing_takes_time_is_refused(tmp_path):
    study = {**OPTANE, "machine": "no_costs", "host": {"device": "null"}}
    assert "something that takes time" in faults(study, tmp_path)


def test_a_device_replaces_all_that_the_back_end_knew_of_its_drive(tmp_path):
    study = {**OPTANE, "host": {"device": "null"}, "flash": {"program_ns": 100}}
    assert "flash.program_ns" in faults(study, tmp_path)
