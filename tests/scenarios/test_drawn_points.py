"""Of points drawn over servers, back ends, drivers and workloads: what limits one is what, halved, moves it most;
nothing is busy for more than all the time; none exceeds its bound, which is near where what it knows is always busy."""

import os

import drawn_points
import pytest

SEEDS = (1601, 1602)
ALL = 40
AT_LEAST = 38
FEW = 2
CHEAP = {"targets": 4, "iodepth": 16}  # at most, for the plain tests

# What has no work but that of requests. A serving thread has iterations, a vCPU interrupts and switches, besides.
OF_REQUESTS_ALONE = ("device_commands", "device_dies", "device_links", "bus")
ALWAYS = 0.95
NEAR = 1.5

deep = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="ten minutes of simulations; see VQLAB_DEEP")


def judged(scenario, folder, seeds):
    rows, said = drawn_points.explained(scenario, folder)
    found, gains = drawn_points.halved(scenario, folder, seeds)
    most = ", ".join(f"{name} {gain:+.1f} %" for name, gain in sorted(gains.items(), key=lambda one: -one[1])[:3])
    hold_against_bound(scenario, rows)
    return drawn_points.agree(said, found), f"explain: {said}; halving: {found}; {most}; {scenario}"


def hold_against_bound(scenario, rows):
    for row in rows:
        busy = {name.removesuffix("_utilization"): float(value) for name, value in row.items()
                if name.endswith("_utilization")}
        assert max(busy.values()) <= 1 + 1e-12, scenario
        reached, bound = float(row["bandwidth_mib_per_s"]), float(row["bandwidth_bound_mib_per_s"])
        assert reached - 2 * float(row["bandwidth_mib_per_s_ci95"]) <= bound, scenario
        if any(busy[name] > ALWAYS for name in OF_REQUESTS_ALONE):
            assert bound <= NEAR * reached, scenario


def test_explanation_and_halving_agree_on_a_few(tmp_path):
    scenarios = drawn_points.drawn(SEEDS[0], ALL, tmp_path / "drawn")
    cheap = [one for one in scenarios if one["targets"] <= CHEAP["targets"]
             and one["job"]["iodepth"] <= CHEAP["iodepth"]][:FEW]
    assert len(cheap) == FEW
    for number, scenario in enumerate(cheap):
        agreed, text = judged(scenario, tmp_path / str(number), drawn_points.HALVING_SEEDS[:3])
        assert agreed, text


@deep
@pytest.mark.parametrize("seed", SEEDS)
def test_explanation_and_halving_agree(tmp_path, seed):
    verdicts = [judged(scenario, tmp_path / str(number), drawn_points.HALVING_SEEDS)
                for number, scenario in enumerate(drawn_points.drawn(seed, ALL, tmp_path / "drawn"))]
    disagreed = [text for agreed, text in verdicts if not agreed]
    assert ALL - len(disagreed) >= AT_LEAST, "\n".join(disagreed)
