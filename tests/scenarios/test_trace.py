"""A recorded stretch: protoc decodes it, slices nest, flows are unbroken, and stages are those of the run."""

import collections
import csv
import json
import re
import shutil

import pytest

import perfetto_file
import program

pytestmark = pytest.mark.skipif(shutil.which("protoc") is None, reason="protoc is not installed")

STUDY = {"study": "traced", "machine": "letter_2012", "targets": 4, "guest": {"vcpus": 4},
         "job": {"bs": "4k", "iodepth": 4}, "precision": {"half_width_percent": 1}}


def trace(folder, study, *more):
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    return program.call("trace", path, *more)


@pytest.fixture(scope="module", params=["main_loop", "iothreads"])
def folder(tmp_path_factory, request):
    made = tmp_path_factory.mktemp("trace")
    done = trace(made, {**STUDY, "host": {"server": request.param}}, "-o", made / "run.pftrace", "--for", "3ms")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def recorded(folder):
    return perfetto_file.Trace(folder / "run.pftrace")


def test_tracks_have_names_and_groups(recorded):
    groups = {name for name, parent, _ in recorded.tracks.values() if parent is None}
    assert {"Guest: vCPUs", "Host: threads that serve queues", "Host: worker threads", "Host: physical CPUs",
            "Guest: locks", "Virtqueues", "Requests"} <= groups
    for uuid, (name, parent, _) in recorded.tracks.items():
        assert name and (parent is None or recorded.tracks[parent][1] is None), uuid
    names = {name for name, _, _ in recorded.tracks.values()}
    assert {f"vCPU {i}" for i in range(4)} | {"CPU 0", "vq 0: in flight", "vq 0: avail index",
                                              "vq 0: used index"} <= names
    assert names & {"main loop", "iothread0"} and any(name.startswith("worker ") for name in names)
    assert all(event["track"] in recorded.tracks for event in recorded.events)


def test_events_are_in_order_and_in_the_window(recorded):
    times = [event["when"] for event in recorded.events]
    assert times == sorted(times)
    assert 20_000_000 <= times[0] and times[-1] <= 23_000_000


def test_slices_nest(recorded):
    by_track = collections.defaultdict(list)
    for begin, end, depth, event in recorded.slices():
        assert begin <= end
        by_track[event["track"]].append((begin, end, depth, event))
    for slices in by_track.values():
        outer = sorted((one for one in slices if one[2] == 0), key=lambda one: one[:2])
        for one, two in zip(outer, outer[1:]):
            assert one[1] <= two[0], (one, two)
        for begin, end, depth, event in slices:
            if depth > 0:
                assert any(b <= begin and end <= e for b, e, d, _ in slices if d == depth - 1), event


def test_a_vcpu_works_within_contexts(recorded):
    vcpus = {uuid for uuid, (name, _, _) in recorded.tracks.items() if name.startswith("vCPU")}
    seen = collections.Counter()
    for _, _, depth, event in recorded.slices():
        if event["track"] in vcpus:
            assert depth == (1 if event["category"] == "guest" else 0), event
            seen[event["name"]] += 1
    assert {"interrupt", "softirq", "halt", "io_submit", "virtscsi_add_cmd", "virtscsi_complete_cmd",
            "io_getevents"} <= set(seen)
    assert any(name.startswith("process fio/") for name in seen)


def test_flows_lead_from_submission_to_reaping(recorded):
    flows = collections.defaultdict(list)
    ended = collections.Counter()
    for event in recorded.events:
        for flow in event["flows"]:
            flows[flow].append(event)
        for flow in event["ended_flows"]:
            flows[flow].append(event)
            ended[flow] += 1
    whole = {int(event["arguments"]["request"]) for event in recorded.events if event["category"] == "request"}
    assert len(whole) > 20 and set(flows) == whole
    kinds = collections.Counter()
    for flow, events in flows.items():
        names = [event["name"] for event in events]
        assert names[0] == "io_submit" and names[-1] == "io_getevents" and ended[flow] == 1, names
        for name in ("virtscsi_add_cmd", "virtio_scsi_handle_cmd", "aio_worker", "virtio_scsi_complete_cmd",
                     "virtscsi_complete_cmd", "scsi_softirq_done"):
            assert name in names, (flow, names)
        kinds.update(recorded.tracks[event["track"]][0].split()[0] for event in events)
    assert {"vCPU", "worker"} < set(kinds) and set(kinds) & {"main", "iothread0"}


def test_stages_of_a_request_add_up(recorded):
    whole = [one for one in recorded.slices() if one[3]["category"] == "request"]
    stages = collections.defaultdict(list)
    for begin, end, _, event in recorded.slices():
        if event["category"] == "stage":
            stages[event["track"]].append((begin, end, event["name"]))
    for begin, end, _, event in whole:
        arguments = {key[:-3]: int(value) for key, value in event["arguments"].items() if key.endswith("_ns")}
        assert sum(arguments.values()) == end - begin
        inside = {name: e - b for b, e, name in stages[event["track"]] if begin <= b and e <= end}
        assert inside == {name: value for name, value in arguments.items() if value > 0}


def test_stages_are_those_of_the_run(recorded, folder):
    done = program.call("run", folder / "study.json", "--out", folder / "run", "--no-figures", "--no-long-runs",
                        "--quiet")
    assert done.returncode == 0, done.stderr
    with (folder / "run" / "stages.csv").open(encoding="utf-8") as file:
        run = {row["stage"]: float(row["latency_us"]) for row in csv.DictReader(file)}
    whole = [one for one in recorded.slices() if one[3]["category"] == "request"]
    traced = {stage: sum(int(one[3]["arguments"][f"{stage}_ns"]) for one in whole) / len(whole) / 1000
              for stage in run}
    total = sum(run.values())
    # 3 ms are some hundred requests, and those that the window cuts are the long ones: 15 % of the latency.
    for stage, latency in run.items():
        assert abs(traced[stage] - latency) < 0.15 * total, (stage, traced[stage], latency)
    assert abs(sum(traced.values()) - total) < 0.15 * total


def test_counters_are_those_of_the_ring(recorded):
    values = collections.defaultdict(list)
    for event in recorded.events:
        if event["type"] == "COUNTER":
            values[recorded.tracks[event["track"]][0]].append(event["count"])
    assert any(len(counts) > 10 for name, counts in values.items() if name.endswith("avail index"))
    for name, counts in values.items():
        if name.endswith("index"):
            assert all(b == a + 1 for a, b in zip(counts, counts[1:])), name
        assert min(counts, default=0) >= 0, name


def test_a_physical_cpu_has_one_thread_at_a_time(recorded):
    cpus = {uuid for uuid, (name, _, _) in recorded.tracks.items() if re.fullmatch(r"CPU \d+", name)}
    locks = {uuid for uuid, (name, _, counter) in recorded.tracks.items() if "lock" in name and not counter}
    assert all(depth == 0 for _, _, depth, event in recorded.slices() if event["track"] in cpus | locks)


def test_chromes_json_has_the_same(recorded, folder):
    done = program.call("trace", folder / "study.json", "-o", folder / "run.json.trace", "--for", "3ms",
                        "--format", "json")
    assert done.returncode == 0, done.stderr
    events = json.loads((folder / "run.json.trace").read_text(encoding="utf-8"))["traceEvents"]
    phases = collections.Counter(event["ph"] for event in events)
    ours = collections.Counter(event["type"] for event in recorded.events)
    assert phases["B"] == ours["SLICE_BEGIN"] and phases["E"] == ours["SLICE_END"]
    assert phases["i"] == ours["INSTANT"] and phases["C"] == ours["COUNTER"]
    assert phases["s"] == phases["f"] > 20
    first = next(event for event in events if event["ph"] == "B")
    assert {"name", "cat", "pid", "tid", "ts"} <= set(first)


def test_one_request_as_text(recorded, folder):
    done = program.call("trace", folder / "study.json", "--for", "3ms", "--request", "2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("request 2: read 4096 B at offset ")
    event = next(event for event in recorded.events
                 if event["category"] == "request" and event["arguments"]["request"] == "2")
    told = {line.split()[0]: round(float(line.split()[2]) * 1000) for line in lines[4:] if not line.startswith(" ")}
    assert told == {key[:-3]: int(value) for key, value in event["arguments"].items()
                    if key.endswith("_ns") and int(value) > 0}


def test_faults_are_told_at_once(folder):
    done = program.call("trace", folder / "study.json", "--from", "20", "--for", "0s", "--point", "x", "--request", "0")
    assert done.returncode == 2
    for option in ("--from", "--for", "--point", "--request"):
        assert f"{option}: found " in done.stderr
    done = program.call("trace", folder / "study.json")
    assert done.returncode == 2 and "-o: found nothing" in done.stderr
    done = program.call("trace", folder / "study.json", "--for", "1us", "--request", "1")
    assert done.returncode == 2 and "accepted: " in done.stderr
    done = program.call("trace", folder / "study.json", "-o", folder / "none" / "run.pftrace")
    assert done.returncode == 2 and not (folder / "none").exists()


def test_a_study_of_several_points_asks_which(tmp_path):
    study = {**{key: value for key, value in STUDY.items() if key != "targets"}, "sweep": {"targets": [1, 2]}}
    done = trace(tmp_path, study, "-o", tmp_path / "x.pftrace")
    assert done.returncode == 2 and "2 points" in done.stderr and not (tmp_path / "x.pftrace").exists()
    done = trace(tmp_path, study, "-o", tmp_path / "x.pftrace", "--point", "1", "--for", "200us")
    assert done.returncode == 0, done.stderr


def test_a_counterexample_opens_the_same_way(tmp_path):
    # Without a promise of the policy to keep it in order, two queues take what one process queued in any order.
    done = program.call("order", "per_vcpu", "--promise", "per_target", "--jobs", "1", "--quiet",
                        "--trace", tmp_path / "x.pftrace")
    assert done.returncode == 1, done.stdout
    found = perfetto_file.Trace(tmp_path / "x.pftrace")
    slices = found.slices()
    steps = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert 5 < len(slices) <= len(steps)
    assert {begin for begin, _, _, _ in slices} == {1000 * step for step in range(len(slices))}
    assert any(name.startswith("vCPU") for name, _, _ in found.tracks.values())
