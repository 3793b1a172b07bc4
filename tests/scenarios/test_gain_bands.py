"""Gains and claims on plausible machines: what files say follows from the runs, and figures are drawn from it."""

import collections
import csv
import json
import math
import statistics

import pytest

import program
from analysis.figures import load, style
from analysis.run.figures import gain_map, speedup_bands

SHORT = ["--set", "precision.half_width_percent=5", "--set", "precision.min_simulated_s=0.01", "--quiet", "--no-cache",
         "--uncertainty", "8", "--jobs", "1"]


def rows_of(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(name="result", scope="module")
def result_of_a_map(tmp_path_factory):
    """Two axes, published values over both, and another machine."""
    folder = tmp_path_factory.mktemp("map")
    study = json.loads((program.SCENARIOS / "studies" / "gain_map_2012.json").read_text(encoding="utf-8"))
    study["sweep"] = {"guest.vcpus": [2, 4], "targets": [1, 8]}
    study["reference"].update(also_on=["letter_2012_joint"], values={
        "single_queue": {"4": {"1": 540, "8": 1136}}, "multi_queue": {"2": {"1": 1}, "4": {"1": 626, "8": 2130}}})
    scenario = folder / "small.json"
    scenario.write_text(json.dumps(study), encoding="utf-8")
    done = program.call("run", scenario, "--no-long-runs", "--no-figures", "--out", folder / "out", *SHORT)
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


def test_gains_follow_from_the_runs(result):
    out, said = result
    runs = collections.defaultdict(list)  # of the study's own machine under several seeds
    for row in rows_of(out / "uncertainty" / "points.csv"):
        runs[row["series"], row["vcpus"], row["targets"], row["machine"]].append(float(row["bandwidth_mib_per_s"]))
    gains = rows_of(out / "uncertainty" / "gains.csv")
    assert len(gains) == 4 and {row["baseline"] for row in gains} == {"single_queue"}
    for row in gains:
        place = (row["vcpus"], row["targets"])
        logs = {machine: [math.log(many / one) for many, one in
                          zip(runs["multi_queue", *place, machine], runs["single_queue", *place, machine], strict=True)]
                for machine in [*map(str, range(1, 9)), "own"]}
        own = logs.pop("own")
        assert len(own) == 20
        # The study's own machine stands where its long runs are; chance is taken out, but for what it leaves of all.
        shift = math.log1p(float(row["nominal_gain_percent"]) / 100) - statistics.mean(own)
        left = 1.645 * statistics.stdev(own) * (1 / 8 + 1 / 20) ** 0.5
        machines = [value + shift for [value] in logs.values()]
        low, high = (math.log1p(float(row[f"gain_percent_{end}"]) / 100) for end in ("p5", "p95"))
        assert min(machines) - left <= low <= high <= max(machines) + left
        resolution = float(row["resolution_percent"])
        surely = sum(100 * math.expm1(gain) > 10 + resolution for gain in machines)
        assert surely <= int(row["machines_ahead"]) <= 8 - int(row["machines_behind"])
    published = {(row["vcpus"], row["targets"]): row for row in gains}
    assert published["4", "8"]["published_gain_percent"] == "87.5"  # 2130 over 1136
    assert published["2", "1"]["inside"] == "false"  # 1 over the one published single queue, that with 4 vCPUs
    assert published["2", "8"]["inside"] == ""
    fitted = json.loads((program.SCENARIOS / "machines" / "letter_2012_fitted.json").read_text(encoding="utf-8"))
    assert float(published["4", "8"]["discrepancy_percent"]) == pytest.approx(
        2**0.5 * fitted["posterior"]["discrepancy_percent"], rel=1e-5)
    judged = [row for row in gains if row["inside"]]
    inside = sum(row["inside"] == "true" for row in judged)
    assert f"{inside} of 3 published gains inside their 90 % model band" in said


def test_another_machine_has_bands_of_its_own(result):
    out, said = result
    there = out / "on_letter_2012_joint"
    bands = [row for row in rows_of(there / "uncertainty" / "bands.csv") if row["published"]]
    inside = sum(row["inside"] == "true" for row in bands)
    assert len(bands) == 5
    assert f"on letter_2012_joint: {inside} of 5 published values inside the 90 % model band" in said
    points = rows_of(there / "points.csv")
    nominal = {(row["series"], row["vcpus"], row["targets"]): row["nominal"] for row in bands}
    for point in points:  # only what is published; the band stands beside its own value
        assert float(nominal[point["series"], point["vcpus"], point["targets"]]) == pytest.approx(
            float(point["bandwidth_mib_per_s"]), rel=1e-5)
    assert json.loads((there / "run.json").read_text(encoding="utf-8"))["uncertainty"]["points_total"] == (8 + 20) * 5


def test_maps_are_drawn_from_them(result):
    study = load.load(result[0])
    with style.applied():
        [drawing] = gain_map.draw(study)
        [bands] = speedup_bands.draw(study)
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert any("\u25cb +16" in text or "\u2297 +16" in text for text in texts)  # 626 over 540
    assert any("\u2297 -100" in text for text in texts)  # 1 over 540
    table = bands.table[bands.table["published_speedup_ratio"].notna()]
    assert len(bands.table) == 4 and (table["published_outside"] == True).any()  # noqa: E712
    # What is drawn is what judges, and that is wider than the model band.
    drawn = sorted((float(low), float(high)) for axes in bands.figure.axes for bars in axes.collections
                   if bars.get_linewidth()[0] == 0.8 for [[_, low], [_, high]] in bars.get_segments())
    ends = sorted(zip(table["published_ratio_p5"], table["published_ratio_p95"]))
    assert len(ends) == 3 and drawn == [pytest.approx(one) for one in ends]
    inside = table["published_speedup_ratio"].between(table["published_ratio_p5"], table["published_ratio_p95"])
    assert list(inside) == [outside is False for outside in table["published_outside"]]
    assert (table["published_ratio_p95"] > table["speedup_ratio_p95"]).all()
    assert "band that it is held against, 90 %" in [text.get_text() for text in bands.figure.legends[0].get_texts()]


def test_claims_say_in_how_many_machines_they_hold(tmp_path):
    claims = program.ROOT / "tests" / "scenarios" / "claims" / "two_queues.json"
    arguments = ["claims", claims, "--no-figures", "--seeds", "1,2", "--out", tmp_path / "a", *SHORT]
    done = program.call(*arguments)
    assert done.returncode in (0, 1), done.stderr  # so short runs need not say what the example says
    assert "on 8 plausible machines, which differ in" in done.stdout
    rows = {row["claim"]: row for row in rows_of(tmp_path / "a" / "claims.csv")}
    runs = {(row["series"], row["targets"], row["machine"]): float(row["iops"])
            for row in rows_of(tmp_path / "a" / "two_queues" / "uncertainty" / "points.csv")}
    ratios = [runs["two", "4", str(i)] / runs["one", "4", str(i)] for i in range(1, 9)]
    at_4 = rows["two_at_4"]
    assert min(ratios) <= float(at_4["model_p5"]) <= float(at_4["model_p95"]) <= max(ratios)
    assert at_4["machines"] == "8"
    assert (at_4["inside"] == "true") == (float(at_4["model_p5"]) <= 1.3 <= float(at_4["model_p95"]))
    far = rows["two_over_all"]
    assert (far["machines_hold"], far["inside"]) == ("0", "false")
    assert "outside the model band" in done.stdout
    record = json.loads((tmp_path / "a" / "claims.json").read_text(encoding="utf-8"))
    assert record["plausible"] == len(rows) and record["studies"][0]["uncertainty"]["machines"] == 8
    before = (tmp_path / "a" / "claims.csv").read_bytes()
    assert program.call(*arguments, "--resume").stdout == done.stdout
    assert (tmp_path / "a" / "claims.csv").read_bytes() == before
    assert program.call(*arguments[:-4], "--force").returncode in (0, 1)  # without machines nothing of them is left
    assert not (tmp_path / "a" / "two_queues" / "uncertainty").exists()
    assert "machines" not in rows_of(tmp_path / "a" / "claims.csv")[0]
