"""The module vqlab: tables, figures, faults as exceptions, interrupts; and the notebooks that show it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

import program

HOME = program.ROOT / "analysis" / "python"
sys.path.insert(0, str(HOME))

import vqlab  # noqa: E402, the folder is known by now

TINY = {"precision.half_width_percent": 50, "precision.max_simulated_s": 0.002, "precision.min_simulated_s": 0.002}
STUDY = {"study": "small", "machine": "letter_2012_fitted", "guest": {"vcpus": 2}, "controller": {"num_queues": 2}}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VQLAB", program.binary())


def test_a_run_has_the_tables_that_the_program_has_written():
    result = vqlab.run(STUDY, TINY, targets=[1, 2], seeds=[1, 2], figures=False)
    assert list(result.points.targets) == [1, 1, 2, 2] and list(result.points.seed) == [1, 2, 1, 2]
    written = pd.read_csv("results/small/points.csv", float_precision="round_trip")
    assert (result.points.bandwidth_mib_per_s == written.bandwidth_mib_per_s).all()
    # docs/reference/columns.md: the latencies of all stages add up to latency_mean_us.
    first = result.stages[(result.stages.point == 0) & (result.stages.seed == 1)]
    assert first.latency_us.sum() == pytest.approx(result.points.latency_mean_us[0])
    assert set(result.jobs.kind) == {"read"} and result.queues.empty and result.time_series.empty
    assert result.complete and result.record["scenario"]["study"] == "small"
    assert [name for name in os.listdir(".") if name != "results"] == []


def test_what_is_asked_for_is_there_and_figures_show_themselves():
    result = vqlab.run(STUDY, TINY | {"results.tables": True}, targets=[1, 2], seeds=[1])
    assert set(result.queues.queue) >= {0, 1}
    figure = result.figures["bandwidth"]
    assert figure._repr_png_().startswith(b"\x89PNG") and not figure.data.empty and figure.svg.is_file()
    with pytest.raises(KeyError, match="there are bandwidth"):
        result.figures["bandwith"]


def test_every_fault_comes_with_its_path():
    with pytest.raises(vqlab.InputError) as caught:
        vqlab.run(STUDY | {"machine": "letter"}, guest__vcpsu=3)
    assert {fault.path for fault in caught.value.faults} == {"$.machine", "$.guest.vcpsu"}
    assert [fault.nearest for fault in caught.value.faults if fault.path == "$.guest.vcpsu"] == ["vcpus"]
    assert not os.path.exists("results")
    with pytest.raises(vqlab.InputError, match="skeww"):
        vqlab.check("skeww")


def test_a_scenario_is_counted_and_predicted_without_a_simulation():
    assert vqlab.check(STUDY, targets=[1, 2, 4], guest__vcpus=[2, 4]) == 6
    predicted = vqlab.predict(STUDY, targets=[1, 2, 4])
    assert list(predicted.targets) == [1, 2, 4] and predicted.bandwidth_mib_per_s.is_monotonic_increasing
    assert not os.path.exists("results")


def test_results_are_compared_and_explained():
    compared = vqlab.compare(STUDY, ["single_queue", "per_vcpu"], TINY, targets=2, seeds=[1, 2], figures=False)
    assert set(compared.comparison.policy) == {"target_sticky", "single_queue", "per_vcpu"}
    explained = vqlab.explain(vqlab.run(STUDY, TINY, targets=2, seeds=[1], figures=False), figures=False)
    assert {"series", "resource", "gain_percent"} <= set(explained.resources.columns) and "limits" in explained.text


def test_a_measurement_is_laid_over(tmp_path):
    result = vqlab.run(STUDY, TINY, targets=[1, 2], seeds=[1], figures=False)
    (tmp_path / "real.csv").write_text("targets,bandwidth_mib_per_s\n1,500\n2,900\n", encoding="utf-8")
    laid = vqlab.overlay(result, "real.csv", figures=False)
    assert list(laid.overlay.targets) == [1, 2]


def test_an_interrupt_keeps_what_is_done():
    long = TINY | {"precision.half_width_percent": 0.01, "precision.max_simulated_s": 30}
    journal = "results/small/points.jsonl"

    def interrupt():
        while not os.path.exists(journal):
            time.sleep(0.02)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt).start()
    with pytest.raises(vqlab.Interrupted) as caught:
        vqlab.run(STUDY, long, targets=[1, 2], seeds=[1], figures=False)
    assert str(caught.value.folder) == "results/small"
    assert not vqlab.Result("results/small").complete


def test_no_program_says_where_it_was_looked_for(monkeypatch):
    monkeypatch.setenv("VQLAB", "/no/vqlab")
    with pytest.raises(vqlab.InputError, match="VQLAB, /no/vqlab"):
        vqlab.check(STUDY)


@pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="whole studies; by --deep alone")
@pytest.mark.parametrize("notebook", sorted((HOME / "examples").glob("*.ipynb")), ids=lambda file: file.stem)
def test_the_notebooks_run(notebook):
    """Each cell as it stands, one after the other; the last value of a cell is what it shows."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code and all(not cell.get("outputs") for cell in cells), "outputs are not checked in"
    *before, last = "\n".join(code).splitlines()
    script = "\n".join([*before, f"print({last})"])
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(HOME)},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "NaN" not in done.stdout and len(done.stdout.splitlines()) > 3
