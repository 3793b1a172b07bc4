"""Result directories made up for the tests: same shape as a real study's, numbers from formulas."""

import copy
import csv
import json
import math
from pathlib import Path

# The published table: targets, single queue at 4 vCPUs, multiqueue at 4, multiqueue at 8.
PUBLISHED = {
    1: (540, 626, 599),
    2: (795, 965, 925),
    4: (997, 1376, 1500),
    8: (1136, 2130, 2060),
    16: (1440, 2269, 2474),
    24: (1408, 2179, 2436),
    32: (1515, 1978, 2319),
}
LETTER_CURVES = ("single_queue_4vcpu", "multi_queue_4vcpu", "multi_queue_8vcpu")


def column(i):
    return {str(targets): row[i] for targets, row in PUBLISHED.items()}


def letter_run():
    return {
        "schema_version": 1,
        "study": "multiqueue_2012",
        "title": "Multiqueue virtio-scsi, the experiment of December 2012",
        "complete": True,
        "scenario": {
            "controller": {"num_queues": 0},
            "curves": [
                {"name": LETTER_CURVES[0], "label": "single queue, 4 vCPUs",
                 "set": {"guest.vcpus": 4, "controller.num_queues": 1}},
                {"name": LETTER_CURVES[1], "label": "multiqueue, 4 vCPUs", "set": {"guest.vcpus": 4}},
                {"name": LETTER_CURVES[2], "label": "multiqueue, 8 vCPUs", "set": {"guest": {"vcpus": 8}}},
            ],
            "sweep": {"targets": list(PUBLISHED)},
            "reference": {"metric": "bandwidth_mib_per_s", "axis": "targets",
                          "values": {name: column(i) for i, name in enumerate(LETTER_CURVES)},
                          "source": "cover letter of the multiqueue virtio-scsi patch series, December 2012"},
        },
    }


def letter_rows(seeds=(1,)):
    """Measured values within some 6 % of the published ones, half-width 1 %."""
    rows = []
    for i, name in enumerate(LETTER_CURVES):
        for j, (targets, published) in enumerate(PUBLISHED.items()):
            for seed in seeds:
                value = published[i] * (1 + 0.06 * math.sin(2.1 * j + 1.7 * i + 0.05 * seed))
                rows.append({"point": 7 * i + j, "series": name, "targets": targets, "vcpus": 8 if i == 2 else 4,
                             "seed": seed, "precise": 1, "simulated_s": 0.5, "completed_ios": 20000,
                             "bandwidth_mib_per_s": value, "bandwidth_mib_per_s_ci95": 0.01 * value})
    return rows


def bounded_rows(most=1.1):
    """The letter's, under a bound of 700 MiB/s for each target up to `most` times the curve's largest value."""
    rows = letter_rows()
    for row in rows:
        largest = max(other["bandwidth_mib_per_s"] for other in rows if other["series"] == row["series"])
        row["bandwidth_bound_mib_per_s"] = min(700 * row["targets"], most * largest)
    return rows


SCALING_TARGETS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SCALING_VCPUS = (1, 2, 4, 8, 16, 32)


def scaling_run():
    return {
        "schema_version": 1,
        "study": "scaling",
        "title": "Scaling: 1 to 256 targets, 1 to 32 vCPUs",
        "complete": True,
        "scenario": {
            "controller": {"num_queues": 0},
            "curves": [{"name": "single_queue", "label": "single queue", "set": {"controller.num_queues": 1}},
                       {"name": "multiqueue", "label": "multiqueue, a queue per vCPU",
                        "set": {"controller.num_queues": 0}}],
            "sweep": {"targets": list(SCALING_TARGETS), "guest.vcpus": list(SCALING_VCPUS)},
        },
    }


def scaling_rows():
    rows = []
    for name, ceiling in (("single_queue", 1500.0), ("multiqueue", 2600.0)):
        for vcpus in SCALING_VCPUS:
            for targets in SCALING_TARGETS:
                most = ceiling * vcpus / (vcpus + 2) / (1 + (0.012 * vcpus if name == "single_queue" else 0))
                value = most * targets / (targets + (2.2 if name == "multiqueue" else 1.3))
                value *= 1 - 0.03 * math.log2(targets) ** 2 / 8
                rows.append({"point": len(rows), "series": name, "targets": targets, "vcpus": vcpus, "seed": 1,
                             "precise": 1, "simulated_s": 0.5, "completed_ios": 20000, "bandwidth_mib_per_s": value,
                             "bandwidth_mib_per_s_ci95": 0.02 * value})
    return rows


def many_curves():
    """Ten curves with long labels and a long title, over targets and vCPUs and a policy parameter."""
    run, rows = scaling_run(), []
    run["title"] = "A very long title that somebody wrote to say everything about the study at once, " * 2
    names = [f"curve_{i}" for i in range(10)]
    run["scenario"]["curves"] = [
        {"name": name, "label": f"policy number {i} with a label that says all of its parameters in words",
         "set": {"controller.num_queues": 1 if i == 0 else 4}} for i, name in enumerate(names)]
    for row in scaling_rows():
        if row["series"] == "single_queue" and row["vcpus"] in (1, 8, 32):
            for i, name in enumerate(names):
                for size in (128, 1024):
                    one = {"point": len(rows), "series": name, "targets": row["targets"], "vcpus": row["vcpus"],
                           "controller.virtqueue_size": size}
                    one.update({key: row[key] for key in list(row)[4:]})
                    one["bandwidth_mib_per_s"] *= 1 + 0.13 * i + size / 10000
                    rows.append(one)
    return run, rows


POLICIES = ("target_sticky", "single_queue", "per_vcpu", "adaptive", "target_sticky_seqcount", "least_loaded",
            "two_choices", "round_robin", "static_target", "sticky_timeout", "lun_sticky", "submitter_follow")


def comparison_run(policies=POLICIES, pairs=False):
    return {"schema_version": 1, "study": "letter", "seeds": [1, 2, 3], "complete": True,
            "scenario": {"title": "Twelve policies at the letter's points"},
            "comparison": {"policies": list(policies), "baseline": policies[0], "pairs": pairs}}


def comparison_rows(policies=POLICIES, targets=tuple(PUBLISHED), vcpus=(4, 8)):
    """Policy i differs by i sin(...) %, which is significant from 2 % on."""
    rows = []
    for metric, better, base in (("bandwidth_mib_per_s", "higher", 1000), ("latency_p99_us", "lower", 500)):
        for v in vcpus:
            for t in targets:
                for i, policy in enumerate(policies):
                    percent = round(i * math.sin(1.3 * i + 0.5 * t + v), 3)
                    rows.append({"scope": "point", "series": f"mq{v}", "targets": t, "vcpus": v, "policy": policy,
                                 "baseline": policies[0], "metric": metric, "better": better, "points": 1, "seeds": 3,
                                 "rank": 1, "mean": base * (1 + percent / 100), "mean_ci95": 0.005 * base,
                                 "difference_percent": percent if i else "", "difference_percent_ci95": 1 if i else "",
                                 "p": 0.01, "p_holm": 0.01 if i else "", "verdict": "better" if i else "baseline",
                                 "significant": "true" if abs(percent) > 2 else "false"})
        # Over all points policy i differs by i sin(i) %.
        for i, policy in enumerate(policies):
            rows.append({**rows[-1], "scope": "overall", "series": "", "targets": "", "vcpus": "", "policy": policy,
                         "mean": "", "mean_ci95": "", "p_holm": 0.01 if i else "",
                         "difference_percent": round(i * math.sin(i + (better == "lower")), 3) if i else "",
                         "difference_percent_ci95": 0.5 if i else "", "significant": "true" if i else "false",
                         "verdict": "better" if i else "baseline"})
    return rows


def trade_off_rows(policies=POLICIES):
    """The second half of the policies is dominated by the first of them."""
    return [{"metric": "latency_p99_us", "policy": policy, "dominated_by": policies[0] if 2 * i > len(policies) else ""}
            for i, policy in enumerate(policies)]


def design_run():
    return {**letter_run(), "design": {
        "metric": "bandwidth_mib_per_s", "first": "per_vcpu", "second": "target_sticky", "points": 7,
        "measurement_error_percent": 2, "discrepancy_percent": 7.47, "direct": []}}


def design_rows(steps=5):
    """Each step leaves two thirds of the band; every other one measures two cells, and reads two counters of both."""
    rows = []
    for step in range(steps + 1):
        cells = [("", "")] if step == 0 else [("multi_queue_4vcpu", "target_sticky"), ("multi_queue_4vcpu", "per_vcpu")]
        for curve, policy in cells[:2 if step % 2 else 1]:
            for counter in ("",) if step == 0 else ("bandwidth", "interrupts taken")[:1 + step % 2]:
                half = 12 * (2 / 3) ** step
                rows.append({"step": step, "series": curve, "targets": step and 2 ** step, "vcpus": step and 4,
                             "guest.policy": policy, "counter": counter, "column": counter and "c", "where": counter,
                             "sd_percent": half / 1.645, "band_percent_low": 3 - half, "band_percent_high": 3 + half,
                             "machines": 200, "machines_held": 180, "machines_sure": 40 * step, "machines_wrong": 0})
    return rows


def pair_rows(policies=POLICIES):
    """Policy i gains 2 (i - j) sin(i j) % over policy j, which is significant from 5 % on."""
    rows = []
    for metric, better in (("bandwidth_mib_per_s", "higher"), ("latency_p99_us", "lower")):
        for i, policy in enumerate(policies):
            for j in range(i):
                percent = round(2 * (i - j) * math.sin(i * j), 3)
                rows.append({"scope": "overall", "series": "", "targets": "", "vcpus": "", "policy": policy,
                             "against": policies[j], "metric": metric, "better": better, "points": 14, "seeds": 3,
                             "difference_percent": percent, "difference_percent_ci95": 1, "p": 0.001, "p_holm": 0.01,
                             "significant": "true" if abs(percent) > 5 else "false", "verdict": "better",
                             "state": "precise"})
    return rows


ABLATED = ([("resource", name) for name in ("main_loop", "vcpus", "queue_lock", "physical_cpus", "wake_ups")]
           + [("mechanism", f"mechanisms.placement_by_interrupts_{i}") for i in range(14)]
           + [("cost", f"{part}_costs.a_cost_{i}_ns") for part in ("guest", "host") for i in range(20)])


def ablation_run():
    run = letter_run()
    return {**run, "seeds": [1, 2, 3], "ablation": {"metric": "bandwidth_mib_per_s"}}


def ablation_rows(targets=tuple(PUBLISHED), variants=ABLATED):
    """Variant i changes 30 sin(i) / (i + 1) %, less with more targets, within 1 %; the mean is that of the points."""
    rows = []
    for kind, name in variants:
        i = variants.index((kind, name))
        for j, curve in enumerate(LETTER_CURVES):
            changes = [30 * math.sin(i + j + 1) / (i + 1) * (1 - k / 10) for k in range(len(targets))]
            for scope, t, change in [("series", "", sum(changes) / len(changes)),
                                     *(("point", t, change) for t, change in zip(targets, changes))]:
                rows.append({"scope": scope, "series": curve, "targets": t, "vcpus": t and 4, "kind": kind,
                             "name": name, "points": 1, "seeds": 3, "change_percent": change,
                             "change_percent_ci95": 1, "sure": "true" if abs(change) > 1 else "false"})
    return rows


STAGES = ("submit", "ring_full", "host_lock", "target_lock", "queue_lock", "kick", "host_dispatch", "throttle",
          "pool_wait", "pool_lock", "worker", "device_command", "device", "copy", "completion", "injection",
          "interrupt", "softirq", "wake_up")
RESOURCES = ("main_loop", "vcpus", "queue_lock", "wake_ups", "target_lock", "host_lock", "workers", "memory_bus",
             "physical_cpus", "cache_lines")


def explanation_rows(run_rows):
    """Stage i is served for i us, target_lock and injection for a hundredth of it, and queues as long for each further
    target; resource i has 0.5 / (i + 1) of the path, counted from another one for each doubling of targets;
    halved, it gives 100 times as many percent."""
    stages, resources = [], []
    for row in run_rows:
        place = {"series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"]}
        state = {"state": row["state"]} if "state" in row else {}
        for i, stage in enumerate(STAGES):
            tiny = 0.01 if stage in ("target_lock", "injection") else 1
            service, queueing = tiny * i, tiny * i * (row["targets"] - 1)
            times = {"latency_us": service + queueing, "queueing_us": queueing, "service_us": service}
            stages.append({**place, "stage": stage, **times, "requests_mean": 1, **state})
        first = int(math.log2(row["targets"])) % 3
        for i, resource in enumerate(RESOURCES[first:] + RESOURCES[:first]):
            resources.append({**place, "resource": resource, "bottleneck": "true" if i == 0 else "false",
                              "gain_percent": 50 / (i + 1), "gain_percent_ci95": 1,
                              "path_share": 0.5 / (i + 1), "path_share_ci95": 0.01,
                              "utilization": "" if resource == "queue_lock" else 0.9 / (i + 1),
                              "utilization_ci95": 0.01, **state})
    return stages, resources


CLAIMED = {"two_queues_on_one_iothread": 4, "vhost_workers": 9, "queues_on_one_fast_device": 2, "interrupt_batching": 1}


def claims_run(studies=CLAIMED):
    return {"schema_version": 1, "complete": True, "claims": sum(studies.values()),
            "studies": [{"study": name, "title": f"{name.replace('_', ' ')}, as published"} for name in studies]}


def claims_rows(studies=CLAIMED):
    """Claim i of a study is a ratio of 1 + i / 2 within a quarter, or every third a direction; reached is 8 % too much
    for each further one, so that some fail; of those every other is marked."""
    rows = []
    for name, count in studies.items():
        for i in range(count):
            published, reached = 1 + i / 2, (1 + i / 2) * (1 + 0.08 * (i - 1))
            direction = i % 3 == 2
            holds = direction or 0.75 * published <= reached <= 1.25 * published
            rows.append({"study": name, "claim": f"claim_{i}_of_the_study", "judgement": "direction" if direction else
                         "ratio", "published": "rises" if direction else published,
                         "range_min": 1 if direction else 0.75 * published,
                         "range_max": "" if direction else 1.25 * published, "reached": reached,
                         "reached_half_width": 0.03 * reached,
                         "deviation_percent": "" if direction else 100 * (reached / published - 1),
                         "holds": "true" if holds else "false",
                         "marked_failing": "false" if holds or i % 2 else "true", "fitted": "false"})
    return rows


def claims_on_machines(studies=CLAIMED):
    """Record and rows of claims on 100 machines: the band is 10 % about the reached ratio, and holds in 50 + i."""
    run, rows = claims_run(studies), claims_rows(studies)
    run["plausible"] = len(rows)
    for i, row in enumerate(rows):
        published = 1 if row["judgement"] == "direction" else row["published"]
        inside = 0.9 * row["reached"] <= published <= 1.1 * row["reached"] or row["judgement"] == "direction"
        row.update(machines=100, machines_hold=50 + i, model_p5=0.9 * row["reached"], model_p50=row["reached"],
                   model_p95=1.1 * row["reached"], discrepancy_percent=0, inside="true" if inside else "false")
    return run, rows


def _write_table(path: Path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_explanation(directory: Path, run, rows):
    """What an explanation adds to the result directory of these rows; its own directory."""
    own = directory / "explanation"
    own.mkdir(parents=True)
    (directory / "run.json").write_text(json.dumps(run))
    for name, table in zip(("stages", "resources"), explanation_rows(rows)):
        _write_table(own / f"{name}.csv", table)
    return own


def write(directory: Path, run, rows):
    """The record and the table of a study, a comparison, an ablation or claims; of a comparison its pairs, too."""
    directory.mkdir(parents=True, exist_ok=True)
    kinds = ("comparison", "ablation", "claims", "design", "overlay")
    record, table = next(((kind, kind) for kind in kinds if kind in run), ("run", "points"))
    (directory / f"{record}.json").write_text(json.dumps(copy.deepcopy(run)))
    _write_table(directory / f"{table}.csv", rows)
    if "comparison" in run:
        _write_table(directory / "trade_offs.csv", trade_off_rows(run["comparison"]["policies"]))
    if run.get("comparison", {}).get("pairs"):
        _write_table(directory / "pairs.csv", pair_rows(run["comparison"]["policies"]))
    return directory


def overlay_run():
    labels = {name: f"{name.replace('_', ' ')}s" for name in LETTER_CURVES}
    return {"schema_version": 2, "title": "The letter's experiment, measured again", "result": "results/letter",
            "curves": [{"name": name, "label": labels[name], "index": i} for i, name in enumerate(LETTER_CURVES)],
            "configuration": ["targets", "vcpus"], "axes": ["targets"],
            "overlay": {"compared": [], "not_compared": [{"file": "a", "name": "b", "why": "c"}], "scores": [],
                        "verdict": []}}


def overlay_rows(targets=tuple(PUBLISHED), curves=LETTER_CURVES):
    """Measured with every other target count of the first two curves, 10 % off in IOPS and 50 % in p99."""
    rows = []
    for metric, off in (("iops", 1.1), ("latency_p99_us", 0.5)):
        for row in letter_rows():
            if row["targets"] not in targets or row["series"] not in curves:
                continue
            value = 100 * row["bandwidth_mib_per_s"]
            known = row["series"] != LETTER_CURVES[2] and targets.index(row["targets"]) % 2 == 0
            rows.append({"series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"], "metric": metric,
                         "measured": value * off if known else "", "measured_ci95": 0.02 * value if known else "",
                         "measured_runs": 3 if known else 0, "simulated": value, "simulated_ci95": 0.01 * value,
                         "seeds": 3, "error_percent": 100 * (1 / off - 1) if known else "",
                         "beyond_intervals": "true" if known else "", "model_p5": 0.8 * value,
                         "model_p95": 1.2 * value, "outside_model": ("true" if off < 0.8 else "false") if known else "",
                         "state": "precise"})
    return rows


LATENCIES = {"latency_mean_us": 1.0, "latency_p50_us": 0.8, "latency_p95_us": 2.0, "latency_p99_us": 3.0,
             "latency_p99_9_us": 5.0}


def add_latencies(rows):
    """IOPS of 4 KiB, four requests in flight of each target, half-widths 1 %; kicks are 1 over targets."""
    for row in rows:
        iops = row["bandwidth_mib_per_s"] * 256
        mean = 4e6 * row["targets"] / iops
        row.update(iops=iops, iops_ci95=0.01 * iops, kicks_per_io=1 / row["targets"], kicks_per_io_ci95=0.01)
        for name, times in LATENCIES.items():
            row.update({name: times * mean, f"{name}_ci95": 0.01 * times * mean})
    return rows
