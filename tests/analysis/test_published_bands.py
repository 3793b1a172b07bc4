"""Published values of any quantity beside the band of the model."""

import synthetic
from analysis.figures import load, style
from analysis.run.figures import published_bands


def figures_of(tmp_path, metric):
    """Interrupts of one curve at two numbers of targets: 0.5 published, where the band is 0.4 to 0.6, and 0.1."""
    run, rows = synthetic.letter_run(), synthetic.letter_rows()
    run["uncertainty"] = {"machines": 100}
    run["scenario"]["reference"].update(metric=metric, values={"multi_queue_4vcpu": {"1": 0.5, "2": 0.1}})
    directory = synthetic.write(tmp_path / metric, run, rows)
    bands = [{"series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"], "metric": name,
              "nominal": 0.55, "chance_low": 0.54, "chance_high": 0.56, "model_p5": 0.4, "model_p95": 0.6,
              "published": {1: 0.5, 2: 0.1}.get(row["targets"], "") if name == metric and row["vcpus"] == 4
              and row["series"] == "multi_queue_4vcpu" else "",
              "inside": {1: "true", 2: "false"}.get(row["targets"], "")}
             for row in rows for name in ("bandwidth_mib_per_s", "deliveries_per_io")]
    (directory / "uncertainty").mkdir()
    synthetic._write_table(directory / "uncertainty" / "bands.csv", bands)
    with style.applied():
        return list(published_bands.draw(load.load(directory)))


def test_a_value_outside_its_band_is_marked(tmp_path):
    [drawing] = figures_of(tmp_path, "deliveries_per_io")
    axes = drawing.figure.axes[0]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"] == [0.5, 0.1]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "x"] == [0.1]
    labels = [label.get_text().replace("\u00a0", " ") for label in axes.get_yticklabels()]
    assert labels == ["multiqueue, 4 vCPUs, 1 target", "multiqueue, 4 vCPUs, 2 targets"]
    assert drawing.figure.texts[0].get_text() == "1 of 2 published values lie inside the 90 % model band"
    assert list(drawing.table["inside"]) == ["true", "false"] and list(drawing.table["state"]) == ["precise"] * 2


def test_bandwidths_have_a_figure_of_their_own(tmp_path):
    assert not figures_of(tmp_path, "bandwidth_mib_per_s")
