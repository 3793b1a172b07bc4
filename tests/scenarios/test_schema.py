"""Generated files are current, and the schema and the reader agree on mutated scenarios."""

import copy
import json
import random
import re

import jsonschema
import pytest

import machine_page
import program

SCHEMA = json.loads(program.call("schema").stdout)
MACHINE_SCHEMA = json.loads(program.call("schema", "--machine").stdout)
MACHINE_FILE = "machine_schema.json"
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, resolver=jsonschema.RefResolver(
    "file:///schema.json", SCHEMA, store={"file:///" + MACHINE_FILE: MACHINE_SCHEMA}))
MACHINE_VALIDATOR = jsonschema.Draft7Validator(MACHINE_SCHEMA)
PLAN_SCHEMA = json.loads(program.call("schema", "--plan").stdout)
PLAN_VALIDATOR = jsonschema.Draft7Validator(PLAN_SCHEMA, resolver=jsonschema.RefResolver(
    "file:///plan_schema.json", PLAN_SCHEMA, store={
        "file:///schema.json": SCHEMA, "file:///" + MACHINE_FILE: MACHINE_SCHEMA}))
PLANS = sorted(program.SCENARIOS.glob("calibrations/*.json"))
PARAMS = {**MACHINE_SCHEMA["definitions"], **SCHEMA["definitions"]}
CLAIMS = program.ROOT / "tests" / "scenarios" / "claims" / "two_queues.json"
SCENARIOS = sorted(program.SCENARIOS.glob("studies/*.json")) + program.TUTORIAL + [CLAIMS]
MUTATIONS = 600


@pytest.mark.parametrize("path", program.GENERATED, ids=lambda path: path.name)
def test_generated_files_are_current(path):
    done = program.call(*program.GENERATED[path])
    assert done.stdout == path.read_text(encoding="utf-8"), "see tests/scenarios/regenerate.py"


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_plans_conform_to_their_schema(path):
    plan = json.loads(path.read_text(encoding="utf-8"))
    PLAN_VALIDATOR.validate(plan)
    for spoil in ({"free": [{"param": "guest_costs.sumbit_ns"}]}, {"sigma_percent": 0}, {"stduies": []},
                  {"studies": plan["studies"][:1]}, {"held_out": [{"name": "x"}]}):
        assert not PLAN_VALIDATOR.is_valid({**plan, **spoil}), spoil


def described(file: str) -> set[str]:
    """The columns that the page describes for a result file, with those of intervals."""
    page = (program.ROOT / "docs" / "reference" / "columns.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(file)}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL).group(1)
    names = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    return names | {f"{name}_ci95" for name in names}


def undescribed(header: list[str], file: str) -> set[str]:
    axes = header[header.index("series") + 1:header.index("seed")]
    assert axes[:2] == ["targets", "vcpus"]
    return {re.sub(r"^vcpu\d+_", "vcpuN_", name) for name in header} - set(axes) - described(file)


def test_every_column_of_a_result_is_described(tmp_path):
    headers = [path.read_text(encoding="utf-8").splitlines()[0].split(",") for path in program.GOLDEN.glob("*.csv")]
    assert headers
    for header in headers:
        assert not undescribed(header, "points.csv")
    done = program.call("run", program.TUTORIAL[0], "--out", tmp_path, "--no-figures", "--no-long-runs",
                        "--quiet", "--set", "results.tables=true", "--set", "results.time_series_ms=10")
    assert done.returncode == 0, done.stderr
    for file in ("points.csv", "stages.csv", "jobs.csv", "disks.csv", "queues.csv", "vcpus.csv", "host_threads.csv",
                 "time_series.csv"):
        header = (tmp_path / file).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert not undescribed(header, file)
        # ... and no other is.
        assert {name for name in described(file) if not name.endswith(("_ci95", "vcpuN_utilization"))} <= set(header)


def test_page_of_the_fitted_machine_is_current():
    assert machine_page.text() == machine_page.PAGE.read_text(encoding="utf-8"), "see tests/scenarios/regenerate.py"


def test_schemas_are_schemas():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator.check_schema(MACHINE_SCHEMA)


def references_of(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for part in schema.values():
            yield from references_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references_of(part)


def test_references_resolve_and_each_parameter_is_defined_once():
    references = {*references_of(SCHEMA), *references_of(MACHINE_SCHEMA)}
    assert len(references) > 200 and MACHINE_FILE in references
    for reference in references:
        assert isinstance(resolve({"$ref": reference}), dict), reference
    assert not {*SCHEMA["definitions"]} & {*MACHINE_SCHEMA["definitions"]}


def test_schemas_that_are_checked_in_find_each_other():
    """As an editor and Python's command line do: by the file's own place, with nothing said of the other one."""
    path = program.SCENARIOS / "schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema))
    assert validator.is_valid({"study": "s", "machine": {"guest": {"vcpus": 1}}, "sweep": {"guest.vcpus": [1, 2]}})
    for wrong in ({"machine": {"guest": {"vcpus": 0}}}, {"guest": {"vcpus": 0}}, {"sweep": {"guest.vcpus": [0]}}):
        assert not validator.is_valid({"study": "s", **wrong}), wrong


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_are_valid(scenario):
    VALIDATOR.validate(json.loads(scenario.read_text(encoding="utf-8")))


def test_machines_are_valid():
    machines = sorted((program.SCENARIOS / "machines").glob("*.json"))
    for machine in machines:
        MACHINE_VALIDATOR.validate(json.loads(machine.read_text(encoding="utf-8")))
    done = program.call("check", "--machine", *machines)
    assert done.returncode == 0, done.stderr


def resolve(schema):
    """What a reference stands for. A reference within the machine's schema resolves in the scenario's, too: it is to a
    definition, and those have different names."""
    while "$ref" in schema:
        file, _, place = schema["$ref"].partition("#")
        keys = place.split("/")[1:]
        if keys[:1] == ["definitions"]:
            schema = PARAMS[keys[1]]
            continue
        schema = MACHINE_SCHEMA if file == MACHINE_FILE else SCHEMA
        for key in keys:
            schema = schema[key]
    return schema


def values_of(schema):
    """Values around what the schema says: good ones, its bounds, what lies just outside, and other types."""
    schema = resolve(schema)
    values = [None, True, 1, 0, -1, 2.5, 1e12, "", "x", [], {}, [1], {"x": 1}]
    for part in [schema, *schema.get("anyOf", [])]:
        for bound in ("minimum", "maximum"):
            if bound in part:
                values += [part[bound] - 1, part[bound], part[bound] + 1, float(part[bound])]
        if part.get("type") == "string":
            values += ["4k", "4k-64k", "64K", "4k-", "4kb", "a b", "-a"]
        values += part.get("enum", [])
        values += [part["default"]] if isinstance(part.get("default"), str) else []
        values += [name[:-1] for name in part.get("enum", [])]
        if "mean_ns" in part.get("properties", {}):
            values += [{"mean_ns": 1000}, {"mean_ns": 1000, "shape": "constant"}, {"shape": "uniform"}, {"shape": "x"},
                       {"mean_ns": "1"}, {"mean": 1000}]
    return values


def places(value, schema, path=()):
    """Every (path, schema) of the document, absent members included."""
    schema = resolve(schema)
    for part in map(resolve, schema.get("anyOf", [])):
        if isinstance(value, dict) and "properties" in part:
            schema = part
    yield path, schema
    if isinstance(value, dict):
        for key, member in schema.get("properties", {}).items():
            yield from places(value.get(key), member, path + (key,))
        if isinstance(schema.get("additionalProperties"), dict):
            for key, member in value.items():
                if key not in schema.get("properties", {}):
                    yield from places(member, schema["additionalProperties"], path + (key,))
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from places(item, schema["items"], path + (index,))


def mutated(document, rng):
    by_root = {}
    for path, schema in places(document, SCHEMA):
        if path:
            by_root.setdefault(path[0], []).append((path, schema))
    # Each part of the file as often as any other, however many members it may have.
    return changed(document, *rng.choice(by_root[rng.choice(sorted(by_root))]), rng)


def changed(document, path, schema, rng):
    """With another value at the path, or none, or under a misspelt key."""
    document = copy.deepcopy(document)
    holder = document
    for step in path[:-1]:
        if isinstance(holder, dict):
            holder = holder.setdefault(step, {})
        else:
            holder = holder[step]
    last = path[-1]
    kind = rng.choice(["value", "value", "value", "value", "delete", "misspell"])
    if kind == "value" or not isinstance(holder, dict) or last not in holder:
        holder[last] = rng.choice(values_of(schema))
    elif kind == "delete":
        del holder[last]
    else:
        holder[last + "s"] = holder.pop(last)
    return document


def disagreement(document, faults):
    """Why schema and reader disagree; empty if they agree. The reader may know more, but must then say so."""
    wrong = sorted(VALIDATOR.iter_errors(document), key=str)
    if wrong and not faults:
        return f"only the schema refuses it: {wrong[0].message}"
    if not wrong and any(fault["kind"] == "schema" for fault in faults):
        return f"only the reader refuses it: {faults}"
    return ""


def hold(documents, folder):
    """Checks them all in one call; every pair of verdicts agrees."""
    files = [folder / f"{number}.json" for number in range(len(documents))]
    for document, file in zip(documents, files):
        file.write_text(json.dumps(document), encoding="utf-8")
    answers = json.loads(program.call("check", "--json", *files).stdout)["answer"]["checked"]
    assert len(answers) == len(documents)
    verdicts = {"good": 0, "refused": 0}
    for document, answer in zip(documents, answers):
        why = disagreement(document, answer["faults"])
        assert not why, f"{why}\n{json.dumps(document, indent=1)}"
        verdicts["refused" if answer["faults"] else "good"] += 1
    # Verdicts that are all alike would prove nothing.
    assert min(verdicts.values()) > len(documents) / 20, verdicts


@pytest.mark.skipif(program.is_sanitized(), reason="a thousand calls; the mutations are enough")
def test_reader_and_schema_agree_on_every_parameter(tmp_path):
    documents = []
    for path, schema in PARAMS.items():
        section, _, name = path.rpartition(".")
        for value in values_of(schema):
            documents.append({"study": "s", **({section: {name: value}} if section else {name: value})})
    hold(documents, tmp_path)


def test_reader_and_schema_agree_on_mutated_claims(tmp_path):
    rng = random.Random(20140618)
    original = json.loads(CLAIMS.read_text(encoding="utf-8"))
    # Places of a claim could name every parameter, but hardly one is swept.
    of_claims = [(path, schema) for path, schema in places(original, SCHEMA)
                 if path[:1] in (("claims",), ("free_parameters",))
                 and (path[-1] not in PARAMS or path[-1] in ("targets", "guest_costs.kick_ns"))]
    hold([changed(original, *rng.choice(of_claims), rng) for _ in range(MUTATIONS // 3)], tmp_path)


def test_reader_and_schema_agree_on_mutations(tmp_path):
    rng = random.Random(20121218)
    originals = [json.loads(path.read_text(encoding="utf-8")) for path in SCENARIOS]
    for original in originals:
        original["machine"] = {"name": "inline", "hardware": {"clock_ghz": 3}, "guest_costs": {"kick_ns": 2000},
                               "sources": {"hardware.clock_ghz": "a guess"}}
        original.setdefault("curves", [{"name": "a", "set": {"guest_costs.add_ns": {"mean_ns": 900}}}])
    documents = []
    for _ in range(MUTATIONS):
        document = rng.choice(originals)
        for _ in range(rng.choice([1, 1, 2])):
            document = mutated(document, rng)
        documents.append(document)
    hold(documents, tmp_path)


def test_sections_of_parts_are_any_objects_to_the_schema(tmp_path):
    """No schema knows of a part: what is wrong there only the reader can say."""
    part = {"no_such_part": {"x": [1, {}]}}
    lists = {"sweep": {"no-such_part.a-b": [1]}, "curves": [{"name": "a", "set": {"no_such.x": 1}}]}
    beyond = [part, {"machine": part}, *({key: value} for key, value in lists.items()),
              {"calibration": {"free": ["no_such_part.x_ns"]}}]
    within = [{"no_such_part": 1}, {"machine": {"no_such_part": [1]}}, {"sweep": {"guest.no_such": [1]}},
              {"sweep": {"no_such.x": []}}, {"curves": [{"name": "a", "set": {"no_such": 1}}]},
              {"calibration": {"free": ["guest.no_such"]}}]
    documents = [{"study": "s", **document} for document in beyond + within]
    files = [tmp_path / f"{number}.json" for number in range(len(documents))]
    for document, file in zip(documents, files):
        file.write_text(json.dumps(document), encoding="utf-8")
    answers = json.loads(program.call("check", "--json", *files).stdout)["answer"]["checked"]
    for number, (document, answer) in enumerate(zip(documents, answers)):
        assert answer["faults"], document
        assert not disagreement(document, answer["faults"])
        assert VALIDATOR.is_valid(document) == (number < len(beyond)), document
