"""The tutorial gives the same bytes as ever; regenerate.py writes them anew after a change that moves numbers."""

import pytest

import program


@pytest.mark.parametrize("scenario", program.TUTORIAL, ids=lambda path: path.stem)
def test_tutorial(scenario, tmp_path):
    golden = program.GOLDEN / (scenario.stem + ".csv")
    assert program.points_of(scenario, tmp_path / "out") == golden.read_text(encoding="utf-8")


def test_each_golden_result_has_its_scenario():
    assert sorted(path.stem for path in program.GOLDEN.glob("*.csv")) == [path.stem for path in program.TUTORIAL]


def test_order_of_finishing_does_not_show(tmp_path):
    scenario = program.SCENARIOS / "tutorial" / "02_sweep.json"
    assert len({(program.call("run", scenario, "--out", tmp_path / jobs, "--jobs", jobs, "--no-figures",
                              "--no-long-runs", "--quiet"),
                 (tmp_path / jobs / "points.csv").read_text(encoding="utf-8"))[1] for jobs in ("1", "4")}) == 1
