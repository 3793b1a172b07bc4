"""Claims of studies against real simulations, and what studies and machines must say of the values that they set."""

import csv
import json

import pytest

import program

EXAMPLE = program.ROOT / "tests" / "scenarios" / "claims" / "two_queues.json"
STUDIES = sorted(program.SCENARIOS.glob("studies/*.json"))
MACHINES = sorted(program.SCENARIOS.glob("machines/*.json"))
MOST_FREE_PARAMETERS = 3

# Sections that say what an experiment is: of these only costs describe the machine.
EXPERIMENT = ("guest", "controller", "host", "mechanisms")


def claims(out, *arguments):
    return program.call("claims", *arguments, "--seeds", "1,2,3", "--quiet", "--out", out)


def test_the_example(tmp_path):
    done = claims(tmp_path / "a", EXAMPLE, "--jobs", "4")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "3 of 4 claims hold"
    assert lines[-2] == "1 of 2 ratios within 15 % of the published, 0 within 8 %"
    assert "    marked as failing: No driver makes a guest of two vCPUs" in done.stdout
    assert "  guest_costs.kick_ns: a round number, set before the first run" in lines
    assert max(len(line) for line in lines if not line.startswith(str(tmp_path))) <= 100
    assert (tmp_path / "a" / "figures" / "claims.png").exists()
    record = json.loads((tmp_path / "a" / "claims.json").read_text(encoding="utf-8"))
    assert (record["schema_version"], record["claims"], record["hold"]) == (2, 4, 3)

    with (tmp_path / "a" / "claims.csv").open(encoding="utf-8") as file:
        rows = {row["claim"]: row for row in csv.DictReader(file)}
    assert [row["holds"] for row in rows.values()] == ["true", "false", "true", "true"]
    assert [row["marked_failing"] for row in rows.values()] == ["false", "true", "false", "false"]
    # By hand: seed by seed the ratio of the two queues' iops to the single one's at 4 targets.
    with (tmp_path / "a" / "two_queues" / "points.csv").open(encoding="utf-8") as file:
        iops = {(row["series"], row["targets"], row["seed"]): float(row["iops"]) for row in csv.DictReader(file)}
    ratios = [iops["two", "4", seed] / iops["one", "4", seed] for seed in "123"]
    assert float(rows["two_at_4"]["reached"]) == pytest.approx(sum(ratios) / 3, rel=1e-5)

    done = claims(tmp_path / "b", EXAMPLE, "--jobs", "1", "--no-figures")
    assert (tmp_path / "a" / "claims.csv").read_bytes() == (tmp_path / "b" / "claims.csv").read_bytes()


def test_exit_codes(tmp_path):
    study = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    del study["claims"][1]["fails"]
    unmarked = tmp_path / "unmarked.json"
    unmarked.write_text(json.dumps(study), encoding="utf-8")
    done = claims(tmp_path / "out", unmarked, "--no-figures")
    assert done.returncode == 1
    assert "not marked as failing: \"two queues are a hundred times as fast" in done.stdout
    assert done.stdout.endswith("\n3 of 4 claims hold\n")
    study["claims"][0]["ratio"]["of"]["targets"] = 2
    unmarked.write_text(json.dumps(study), encoding="utf-8")
    done = claims(tmp_path / "none", unmarked)
    assert (done.returncode, done.stdout) == (2, "")
    assert "$.claims[0].ratio.of.targets: found 2, which the sweep does not visit; accepted: 1 or 4" in done.stderr
    assert not (tmp_path / "none").exists()


def test_quantities_of_claims_are_those_of_points_csv(tmp_path):
    header = program.points_of(program.TUTORIAL[0], tmp_path / "run").splitlines()[0].split(",")
    names = [name for name in header[header.index("completed_ios") + 1:] if not name.endswith("_ci95")]
    study = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    ratio = study["claims"][0]
    study["claims"] = [{**ratio, "id": f"c{i}", "quantity": name} for i, name in enumerate([*names, "iosp"])]
    path = tmp_path / "all.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    fault, = json.loads(program.call("check", "--json", path).stdout)["faults"]
    assert fault["found"] == '"iosp"'
    known = fault["accepted"].split(": ")[1].replace(" or ", ", ").split(", ")
    assert known == [name for name in names if not name.startswith("vcpu")]


def set_by(study):
    """What a study sets outside its machine: a value by parameter path."""
    values = {f"{section}.{name}": value for section, rows in study.items() if isinstance(rows, dict)
              for name, value in rows.items()}
    values.update({path: swept[0] for path, swept in study.get("sweep", {}).items()})
    for curve in study.get("curves", []):
        values.update(curve.get("set", {}))
    return values


def of_parts(values):
    """Numbers of parts, such as a device: no section of the schema. What is on or off is the experiment, and so are
    properties in QEMU's own words, which have dashes."""
    named = json.loads(program.call("schema").stdout)["properties"]
    return {path for path, value in values.items() if "." in path and path.split(".")[0] not in named
            and not isinstance(value, (bool, str)) and "-" not in path}


def describes_the_machine():
    """Parameters of a machine's hardware and of its costs, parts apart."""
    schema = json.loads(program.call("schema", "--machine").stdout)
    costs = {path for path, one in schema["definitions"].items()
             if any("mean_ns" in part.get("properties", {}) for part in one.get("anyOf", []))}
    sections = {path.split(".")[0] for path in costs} - set(EXPERIMENT) | {"hardware"}
    return costs | {path for path in schema["definitions"] if path.split(".")[0] in sections}


def test_costs_and_hardware_are_what_describes_a_machine():
    known = describes_the_machine()
    assert {"hardware.physical_cpus", "guest_costs.kick_ns", "guest_costs.wake_process_ns", "host_costs.pop_ns",
            "host.slow_target_ns"} <= known
    assert of_parts({"flash.channels": 8, "flash.write_cache": True, "iothreads.poll-max-ns": 0, "guest.vcpus": 4,
                     "targets": 1, "reference.axis": "x"}) == {"flash.channels"}
    assert not {"guest.vcpus", "host.backend", "targets", "job.iodepth", "mechanisms.cstates"} & known


@pytest.mark.parametrize("path", [*STUDIES, EXAMPLE], ids=lambda path: path.stem)
def test_free_parameters_of_a_study_with_claims_are_few_and_named(path):
    study = json.loads(path.read_text(encoding="utf-8"))
    if "claims" not in study:
        assert "free_parameters" not in study
        return
    free = set(study.get("free_parameters", {}))
    assert isinstance(study.get("machine"), str), "the machine is a file, whose values have sources"
    own = set_by(study)
    assert set(own) & describes_the_machine() | of_parts(own) <= free, "each says why it has its value"
    assert len(free) <= MOST_FREE_PARAMETERS


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.stem)
def test_every_value_of_a_machine_has_a_source(path):
    machine = json.loads(path.read_text(encoding="utf-8"))
    values = {f"{section}.{name}" for section, rows in machine.items() if isinstance(rows, dict) for name in rows
              if section not in ("sources", "posterior", "uncertainty")}
    assert values and set(machine["sources"]) == values
