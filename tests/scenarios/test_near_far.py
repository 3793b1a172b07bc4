"""Faults of a topology, with their messages."""

import json

import program

BASE = {"study": "near", "title": "t", "description": "d", "machine": "server_2024_qemu_10_0",
        "curves": [{"name": "a", "label": "a"}], "sweep": {"job.iodepth": [1]}}


def faults(tmp_path, **more) -> str:
    scenario = tmp_path / "near.json"
    scenario.write_text(json.dumps({**BASE, **more}), encoding="utf-8")
    done = program.call("check", scenario)
    assert done.returncode in (0, 2)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_a_topology_that_adds_up_is_good(tmp_path):
    # The machine has 64 CPUs, two to a core.
    topology = {"sockets": 2, "dies": 2, "cores": 8, "die_line_ns": 70, "node_line_ns": 150}
    assert faults(tmp_path, topology=topology, host={"vcpu_cpus": "0-7", "server_cpus": "63"}) == ""


def test_it_must_add_up(tmp_path):
    rule = "sockets * dies * cores * hardware.threads_per_core equal to hardware.physical_cpus"
    assert rule in faults(tmp_path, topology={"cores": 8})
    assert rule in faults(tmp_path, topology={"cores": 32}, hardware={"threads_per_core": 1})


def test_no_thread_is_pinned_to_what_is_not_there(tmp_path):
    assert "host.server_cpus = 64" in faults(tmp_path, topology={"cores": 32}, host={"server_cpus": "64"})


def test_what_has_no_effect_is_a_fault(tmp_path):
    found = faults(tmp_path, topology={"cores": 32, "die_line_ns": 70, "node_line_ns": 200})
    assert "only if topology.dies is above 1" in found and "only if topology.sockets is above 1" in found
    assert "only if topology.cores is above 0" in faults(tmp_path, topology={"core_line_ns": 20})
