"""The figure over simulated time: what is drawn of which runs, and where something happens."""

import csv
import itertools

import pytest
import synthetic
import test_figures

from analysis.figures import load, table
from analysis.run.figures import time_series

TARGETS = (1, 2, 4, 8)
BINS = 20
LENGTH = 0.01


def results(folder, jobs=(), curves=synthetic.LETTER_CURVES, seeds=(1, 2), **settings):
    """A study of four target counts that ran for 0.2 s in bins of 10 ms, of which two are warm-up."""
    run = synthetic.letter_run()
    run["scenario"].update(settings)
    rows = [row for row in synthetic.letter_rows(seeds) if row["targets"] in TARGETS and row["series"] in curves]
    directory = synthetic.write(folder, run, rows)
    with open(directory / "time_series.csv", "w", encoding="utf-8") as file:
        key = ("point", "series", "targets", "vcpus", "seed")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*key, "job", "warm_up", "time_s", "length_s", "bandwidth_mib_per_s", "latency_p99_us"])
        for row, i, job in itertools.product(rows, range(BINS), ("", *jobs)):
            writer.writerow([*(row[name] for name in key), job, "true" if i < 2 else "false", i * LENGTH, LENGTH,
                             row["bandwidth_mib_per_s"], "" if i == 5 else 1000 + i])
    return directory


def drawing_of(directory):
    drawings = list(time_series.draw(load.load(directory)))
    return drawings[0] if drawings else None


def spans(axes):
    """Left and right ends of coloured spans, as seconds."""
    ends = [patch.get_path().get_extents(patch.get_transform() - axes.transData) for patch in axes.patches
            if type(patch).__name__ in ("Polygon", "Rectangle")]
    return sorted((round(box.x0, 6), round(box.x1, 6)) for box in ends)


def test_without_the_table_there_is_no_figure(tmp_path):
    assert drawing_of(synthetic.write(tmp_path, synthetic.letter_run(), synthetic.letter_rows())) is None


def test_a_column_for_each_of_three_configurations_and_a_line_for_each_run(tmp_path):
    drawing = drawing_of(results(tmp_path))
    assert len(drawing.figure.axes) == 6  # of four, two panels each
    steps = [patch for patch in drawing.figure.axes[0].patches if type(patch).__name__ == "StepPatch"]
    assert len(steps) == 3 * 2
    texts = test_figures.visible_texts(drawing.figure)
    assert any("3 of 4 configurations are shown" in text for text, _ in texts)
    for (a, box_a), (b, box_b) in itertools.combinations(texts, 2):
        width = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        height = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert width <= 0.5 or height <= 0.5, f"{a!r} overlaps {b!r}"
    assert len(drawing.table) == 3 * 4 * 2 * BINS


def test_one_curve_shows_its_jobs(tmp_path):
    drawing = drawing_of(results(tmp_path, ("database", "backup"), synthetic.LETTER_CURVES[:1], (1,)))
    texts = [text for text, _ in test_figures.visible_texts(drawing.figure)]
    assert {"all jobs", "database", "backup"} <= set(texts)


def test_what_happens_is_marked_when_it_does(tmp_path):
    drawing = drawing_of(results(
        tmp_path, seeds=(1,), tenant={"physical_cpus": 2, "start_s": 0.15, "stop_s": 1e6},
        hotplug={"vcpus": 1, "offline_s": 0.05, "online_s": 0.07, "period_s": 0.1}))
    # Warm-up, both times at which vCPUs are gone, and the tenant until the end.
    assert spans(drawing.figure.axes[0]) == [(0, 0.02), (0.05, 0.07), (0.15, 0.17), (0.15, 0.2)]
    calm = drawing_of(results(tmp_path / "calm", seeds=(1,)))
    assert spans(calm.figure.axes[0]) == [(0, 0.02)]


def test_a_table_of_other_points_is_refused(tmp_path):
    directory = results(tmp_path)
    text = (directory / "time_series.csv").read_text(encoding="utf-8")
    (directory / "time_series.csv").write_text(text.replace("targets", "goals", 1), encoding="utf-8")
    with pytest.raises(table.InputError, match="has no column targets"):
        drawing_of(directory)
