"""Of points drawn over servers, back ends, drivers and workloads: what limits one is what, halved, moves it most, and
none exceeds its bound, which is near where something is always busy."""

import os

import drawn_points
import pytest

SEEDS = (1601, 1602)
FEW = 6
ALL = 40
AT_LEAST = 38
CHEAP = {"targets": 4, "job": {"iodepth": 16}}  # at most, for the plain tests

deep = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="ten minutes of simulations; see VQLAB_DEEP")


def judged(scenario, folder):
    said = drawn_points.explained(scenario, folder)
    found, gains = drawn_points.halved(scenario, folder)
    most = ", ".join(f"{name} {gain:+.1f} %" for name, gain in sorted(gains.items(), key=lambda one: -one[1])[:3])
    return drawn_points.agree(said, found), f"explain: {said}; halving: {found}; {most}; {scenario}"


def test_explanation_and_halving_agree_on_a_few(tmp_path):
    scenarios = drawn_points.drawn(SEEDS[0], ALL, tmp_path / "drawn")
    cheap = [one for one in scenarios if one["targets"] <= CHEAP["targets"]
             and one["job"]["iodepth"] <= CHEAP["job"]["iodepth"]][:FEW]
    assert len(cheap) == FEW
    for number, scenario in enumerate(cheap):
        agreed, text = judged(scenario, tmp_path / str(number))
        assert agreed, text


@deep
@pytest.mark.parametrize("seed", SEEDS)
def test_explanation_and_halving_agree(tmp_path, seed):
    verdicts = [judged(scenario, tmp_path / str(number))
                for number, scenario in enumerate(drawn_points.drawn(seed, ALL, tmp_path / "drawn"))]
    disagreed = [text for agreed, text in verdicts if not agreed]
    assert ALL - len(disagreed) >= AT_LEAST, "\n".join(disagreed)
