"""Every verb answers `--json` with one document, and its schema holds for it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

import program
from answers import answered, validator

GOLDEN = program.ROOT / "tests" / "golden" / "linux"
CLAIMS = program.ROOT / "tests" / "scenarios" / "claims" / "two_queues.json"
QUICK = {"study": "quick", "machine": "letter_2012_fitted", "sweep": {"targets": [1, 8]},
         "precision": {"half_width_percent": 50, "max_simulated_s": 0.002, "min_simulated_s": 0.002},
         "curves": [{"name": "sq", "set": {"controller.num_queues": 1, "guest.policy": "single_queue"}},
                    {"name": "mq", "set": {"controller.num_queues": 4}}]}
FIO_JOB = "[job]\nfilename=/dev/sda\nrw=randread\nbs=4k\niodepth=4\ndirect=1\nioengine=libaio\n"
QEMU_LINE = ("qemu-system-x86_64 -smp 4 -object iothread,id=io -device virtio-scsi-pci,id=s,num_queues=4,iothread=io "
             "-drive file=/dev/sdb,if=none,id=d,format=raw,cache=none,aio=native -device scsi-hd,drive=d,bus=s.0\n")
MACHINE = "server_2024_qemu_10_0"

# Of each verb, calls that end well, in an order in which each finds what it needs; what comes with the answer.
CALLS = {
    "check": [["quick.json"], ["job.fio", "--qemu", "line.txt", "--machine", MACHINE]],
    "run": [["quick.json", "--out", "run", "--no-figures"],
            ["quick.json", "--out", "banded", "--no-figures", "--no-long-runs", "--uncertainty", "8"],
            ["quick.json", "--out", "first", "--no-figures", "--no-long-runs", "--shard", "1/2"],
            ["quick.json", "--out", "second", "--no-figures", "--no-long-runs", "--shard", "2/2"],
            ["published.json", "--out", "published", "--no-figures", "--no-long-runs"]],
    "merge": [["first", "second", "--out", "merged"]],
    "explain": [["run", "--no-figures"]],
    "plot": [["run"]],
    "report": [["run", "-o", "run.html"]],
    "diff": [["run", "merged"]],
    "overlay": [["run", "--measured", "measured.csv", "--no-figures"]],
    "predict": [["quick.json", "--against", "run"]],
    "trace": [["quick.json", "--point", "0", "--out", "trace.pftrace", "--request", "1"]],
    "export": [["run", "--out", "exported"]],
    "import": [["--fio", "job.fio", "--qemu", "line.txt", "--machine", MACHINE],
               ["--fio", "job.fio", "--out", "imported.json"]],
    "ablate": [["quick.json", "--only", "halts", "--seeds", "1,2", "--out", "ablated"]],
    "compare": [["quick.json", "--policy", "per_vcpu,single_queue", "--seeds", "1,2,3", "--out", "compared", "--pairs",
                 "--no-figures"]],
    "design": [["quick.json", "--out", "design", "--uncertainty", "8", "--no-figures"]],
    "claims": [[CLAIMS, "--seeds", "1,2", "--out", "claims", "--no-figures", "--uncertainty", "8"]],
    "tune": [["sticky_timeout", "quick.json", "--settings", "2", "--out", "tuned", "--no-figures"]],
    "worst": [["least_loaded", "--against", "per_vcpu", "--evaluations", "2", "--out", "worst"]],
    "calibrate": [["published.json", "--free", "guest_costs.submit_ns", "--results", "fit", "--out", "fitted.json"]],
    "order": [["target_sticky", "--requests", "2"], ["target_sticky", "--seconds", "0.1"]],
    "policy try": [["least_loaded", "quick.json", "--seconds", "0.05", "--seeds", "1,2", "--out", "tried",
                    "--no-figures"]],
    "ring replay": [[next(GOLDEN.glob("linux61.s01*.json.gz"))]],
    "cache": [["--check"]],
    "list": [[]],
    "man": [["run"], ["--all", "man1"]],
    "schema": [[], ["--output", "ring", "replay"], ["--columns"]],
    "new-policy": [["mine_too"]],
}
# What needs more than this test has: a QEMU; a browser, which closes a page; a clone of the sources.
ELSEWHERE = {"ring qemu", "explore", "artifact"}


@pytest.fixture(name="place", scope="module")
def make_place(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers")
    (place / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    reference = {"source": "nobody", "metric": "bandwidth_mib_per_s", "axis": "targets",
                 "values": {"sq": {"1": 500, "8": 900}, "mq": {"1": 510, "8": 1500}}}
    (place / "published.json").write_text(json.dumps({**QUICK, "reference": reference}), encoding="utf-8")
    (place / "job.fio").write_text(FIO_JOB, encoding="utf-8")
    (place / "line.txt").write_text(QEMU_LINE, encoding="utf-8")
    (place / "measured.csv").write_text("series,targets,bandwidth_mib_per_s\nsq,1,500\nmq,8,1500\n", encoding="utf-8")
    for folder in ("models/steering/policies", "tests/conformance", "analysis"):
        (place / "tree" / folder).mkdir(parents=True)
    return place


def test_every_verb_has_its_call():
    refused = program.call("schema", "--output", "nobody").stderr
    verbs = re.search(r"accepted: (.*)\n", refused).group(1).replace(" or ", ", ").split(", ")
    assert set(verbs) == set(CALLS) | ELSEWHERE and len(verbs) == len(set(verbs))


@pytest.mark.parametrize("verb", CALLS)
def test_its_answer_conforms(verb, place):
    cache = {**os.environ, "VQLAB_CACHE": str(place / "cache")}
    for words in CALLS[verb]:
        if verb == "new-policy":
            (place / "tree" / "scenarios").mkdir()
            cache["VQLAB_HOME"] = str(place / "tree")
        done = program.call(*verb.split(), *words, "--json", cwd=place, env=cache)
        document = answered(verb, done)
        assert done.returncode in (0, 1 if verb == "claims" else 0), done.stderr
        assert document["faults"] == [] and document["answer"] is not None
        for file in document["files"]:
            assert (place / file).exists(), file


def test_an_answer_has_the_numbers_of_the_files(place):
    done = program.call("compare", "quick.json", "--policy", "per_vcpu,single_queue", "--seeds", "1,2", "--out",
                        "numbers", "--no-figures", "--json", cwd=place)
    rows = json.loads(done.stdout)["answer"]["comparison"]
    header, *lines = (place / "numbers" / "comparison.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines):
        flat = {**row, **row["axes"]}
        for column, cell in zip(header.split(","), line.split(",")):
            value = flat[column]
            if isinstance(value, bool) or value is None:
                assert cell == {True: "true", False: "false", None: ""}[value], column
            else:
                assert cell == value if isinstance(value, str) else float(cell) == value, column


def every_object(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from every_object(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from every_object(value)


@pytest.mark.parametrize("verb", sorted({*CALLS, *ELSEWHERE}))
def test_a_schema_says_all_members(verb):
    """Or it would hold for anything."""
    anything = {"scenario", "schema"}  # which have schemas of their own
    schema = validator(verb).schema
    own = schema["properties"]["answer"]["anyOf"][1:]
    free = [one for one in every_object(own) if "additionalProperties" not in one]
    assert len(free) <= sum(name in json.dumps(own) for name in anything), free
    if verb in ELSEWHERE:
        done = program.call(*verb.split(), "--no-such-option", "--json")
        assert done.returncode == 2 and answered(verb, done)["faults"]


def test_an_interrupt_says_what_goes_on(place):
    long = {**QUICK, "study": "long", "job": {"loops": 1000000},
            "precision": {"min_simulated_s": 1000, "max_simulated_s": 1000}}
    (place / "long.json").write_text(json.dumps(long), encoding="utf-8")
    with subprocess.Popen([program.binary(), "run", "long.json", "--out", "long", "--json"], cwd=place, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        while not (place / "long" / "points.jsonl").exists():
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        printed = run.communicate()[0]
    assert run.returncode == 130
    document = json.loads(printed)
    validator("run").validate(document)
    assert document["exit_code"] == 130 and "--resume" in document["resume"]


def test_a_page_has_its_address_at_once_and_answers_once_it_is_closed(place):
    with subprocess.Popen([program.binary(), "explore", "quick.json", "--no-browser", "--keep", "1", "--json"],
                          cwd=place, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as explored:
        address = explored.stderr.readline().strip()
        with urllib.request.urlopen(address + "events") as events:
            assert events.status == 200
        printed = explored.communicate(timeout=30)[0]
    document = json.loads(printed)
    validator("explore").validate(document)
    assert explored.returncode == 0 and document["answer"] == {"address": address}


def test_help_is_help(place):
    done = program.call("run", "--help", "--json", cwd=place)
    assert done.returncode == 0 and done.stdout.startswith("Run a scenario")


def test_a_script_that_fails_says_so(place):
    done = program.call("plot", "run", "--json", cwd=place, env={**os.environ, "VQLAB_PYTHON": "/bin/false"})
    fault, = answered("plot", done)["faults"]
    assert done.returncode == 1 and fault["kind"] == "failed" and fault["file"].endswith("plot.py")
    (place / "torn").mkdir()
    (place / "torn" / "sitecustomize.py").write_text("import json\njson.loads = None\n", encoding="utf-8")
    torn = {**os.environ, "PYTHONPATH": str(place / "torn"), "VQLAB_PYTHON": sys.executable}
    done = program.call("plot", "run", "--json", cwd=place, env=torn)
    fault, = answered("plot", done)["faults"]
    assert done.returncode == 1 and fault["found"].startswith("TypeError: ")


def test_quiet_says_results_alone_and_verbose_what_is_done(place):
    run = ["run", "quick.json", "--out", "said", "--force", "--no-figures", "--no-long-runs"]
    quiet = program.call(*run, "-q", cwd=place)
    assert quiet.returncode == 0 and quiet.stderr == "" and "points.csv" in quiet.stdout
    usual = program.call(*run, cwd=place)
    assert re.search(r"^\[1/4\] ", usual.stderr, re.MULTILINE)
    verbose = program.call(*run, "-v", cwd=place).stderr
    for said in ("no cache is used", "processes at once", "run took", "of CPU time"):
        assert said in verbose, said
    drawn = program.call("plot", "said", "-q", cwd=place)
    assert drawn.returncode == 0 and drawn.stderr == "" and "bandwidth.png" in drawn.stdout
    assert program.call("run", "quick.json", "-q", "-v", cwd=place).returncode == 2
