"""What limits each point and where its latency goes, drawn from an explanation."""

import csv
import re
from pathlib import Path

import pytest

import synthetic
from analysis.explain import explanation
from analysis.figures import plot, stages, style
from analysis.explain.figures import bottleneck_map, latency_stages

ROOT = Path(__file__).resolve().parents[2]


def drawings(tmp_path, module, run=None, rows=None):
    own = synthetic.write_explanation(tmp_path / "result", run or synthetic.letter_run(),
                                      rows or synthetic.letter_rows())
    with style.applied():
        return {drawing.name: drawing for drawing in module.draw(explanation.read(own))}


def test_stages_are_those_of_the_program_in_their_order():
    header = (ROOT / "sim/metrics/stage.hpp").read_text(encoding="utf-8")
    names = re.findall(r'"(\w+)"', header[header.index("kStageNames"):header.index("struct StageTimes")])
    assert [name for group in stages.GROUPS.values() for name in group] == names == list(synthetic.STAGES)


def test_every_resource_that_may_limit_has_a_colour():
    table = (ROOT / "models/testbed/resources.cpp").read_text(encoding="utf-8")
    rows = re.findall(r"\{ResourceId::k(\w+),.*?(true|false)\},", table, re.DOTALL)
    assert len(rows) == table.count("{ResourceId::")
    limiting = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name, _ in rows}
    assert limiting == set(bottleneck_map._COLOURS)
    assert len(set(bottleneck_map._COLOURS.values())) == len(limiting)


def test_bars_add_up_to_the_latency_queueing_pale_and_service_full(tmp_path):
    drawn = drawings(tmp_path, latency_stages)
    # Stage i is served for i us, but target_lock and injection for 0.03 and 0.15: 171 - 18 + 0.18 = 153.18. It queues
    # for as long again with each further target.
    served = 153.18
    colours = [*latency_stages._stage_colours().values(), latency_stages._SMALL]
    pale = {style.pale(colour, 0.5) for colour in colours}
    axes = drawn["latency_stages"].figure.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "4", "8", "16", "24", "32"]
    for i, targets in enumerate(synthetic.PUBLISHED):
        bars = [bar for bar in axes.patches if abs(bar.get_x() + bar.get_width() / 2 - i) < 1e-9]
        assert max(bar.get_y() + bar.get_height() for bar in bars) == pytest.approx(served * targets)
        queueing = [bar for bar in bars if bar.get_facecolor()[:3] in pale]
        assert sum(bar.get_height() for bar in queueing) == pytest.approx(served * (targets - 1))
        assert sum(bar.get_height() for bar in bars) == pytest.approx(served * targets)
    table = drawn["latency_stages_share"].table
    assert len(table) == len(drawn["latency_stages"].table) == 21 * 19
    wake_up = table[(table["stage"] == "wake_up") & (table["targets"] == 4)].iloc[0]
    assert wake_up["latency_share_percent"] == pytest.approx(100 * 18 / served)
    assert wake_up["queueing_share_percent"] == pytest.approx(75 * 18 / served)


def test_stages_that_nobody_could_see_are_one_and_the_legend_says_so(tmp_path):
    figure = drawings(tmp_path, latency_stages)["latency_stages"].figure
    legend = [text.get_text() for text in figure.legends[0].get_texts() if text.get_text().strip()]
    assert "3 below 1 %" in legend and not {"ring_full", "target_lock", "injection"} & set(legend)
    assert {"kick", "host_lock", "wake_up", "service", "queueing"} <= set(legend)
    assert any("ring_full, target_lock and injection" in text.get_text().replace("\n", " ") for text in figure.texts)


def cells(axes):
    """Texts of a map by column and row."""
    return {(round(text.get_position()[0]), round(text.get_position()[1])): text.get_text() for text in axes.texts}


def test_curves_that_differ_in_their_vcpus_share_a_map(tmp_path):
    drawing = drawings(tmp_path, bottleneck_map)["bottleneck_map"]
    single, multi = drawing.figure.axes
    assert [axes.get_title(loc="left") for axes in (single, multi)] == ["single queue, 4 vCPUs", "multiqueue"]
    assert [label.get_text() for label in multi.get_yticklabels()] == ["4", "8"]
    # The first resource is another one for each doubling: main_loop, vcpus, queue_lock, main_loop.
    for row in (0, 1):
        assert [cells(multi)[column, row] for column in range(4)] == [
            "main_loop\n+50 % halved\n90 % busy", "vcpus\n+50 % halved\n90 % busy", "queue_lock\n+50 % halved",
            "main_loop\n+50 % halved\n90 % busy"]
    assert {row for _, row in cells(single)} == {0}  # the single queue was run with 4 vCPUs alone
    # One colour for each cell, row by row; newer versions of matplotlib keep the rows apart.
    colours = multi.collections[0].to_rgba(multi.collections[0].get_array()).reshape(-1, 4)[:4]
    assert len({tuple(colour) for colour in colours}) == 3 and tuple(colours[0]) == tuple(colours[3])
    assert list(drawing.table.columns) == ["series", "targets", "vcpus", "resource", "gain_percent",
                                           "gain_percent_ci95", "path_share", "path_share_ci95",
                                           "utilization", "utilization_ci95", "state"]
    assert len(drawing.table) == 21


def test_resources_are_called_what_the_testbed_calls_them(tmp_path):
    own = synthetic.write_explanation(tmp_path / "result", synthetic.letter_run(), synthetic.letter_rows())
    with (own / "resources.csv").open(newline="", encoding="utf-8") as file:
        names = [(row["series"], row["resource"]) for row in csv.DictReader(file)]
    words = "".join(f"{curve},{name},{'vhost worker' if name == 'main_loop' else name}\n" for curve, name in names)
    (own / "resource_words.csv").write_text("series,resource,words\n" + words, encoding="utf-8")
    drawing, = bottleneck_map.draw(explanation.read(own))
    texts = [text for axes in drawing.figure.axes for text in cells(axes).values()]
    assert any(text.startswith("vhost worker\n") for text in texts) and not any("main_loop" in text for text in texts)
    assert "main_loop" in set(drawing.table["resource"])
    (own / "resource_words.csv").write_text("series,resource,words\n", encoding="utf-8")
    assert plot.main([str(own)]) == 2


def test_what_ties_is_named_together(tmp_path):
    own = synthetic.write_explanation(tmp_path / "result", synthetic.letter_run(), synthetic.letter_rows())
    with (own / "resources.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    for before, row in zip(table, table[1:]):
        if before["bottleneck"] == "true" and row["targets"] == "2":
            row["bottleneck"] = "tied"
    for row in table:
        row["bottleneck"] = row["bottleneck"].replace("tied", "true")
    synthetic._write_table(own / "resources.csv", table)
    drawing, = bottleneck_map.draw(explanation.read(own))
    texts = [text for axes in drawing.figure.axes for text in cells(axes).values()]
    assert texts.count("vcpus =\nqueue_lock\n+50 % halved\n90 % busy") == 3
    assert any("a tie 3" in text.get_text() for text in drawing.figure.texts)


def test_without_vcpus_each_curve_is_a_row(tmp_path):
    rows = [row for row in synthetic.letter_rows() if row["vcpus"] == 4]
    axes, = drawings(tmp_path, bottleneck_map, rows=rows)["bottleneck_map"].figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["multiqueue, 4 vCPUs", "single queue, 4 vCPUs"]
    assert len(cells(axes)) == 14


def test_a_sweep_over_vcpus_has_a_map_for_each_curve(tmp_path):
    figure = drawings(tmp_path, bottleneck_map, synthetic.scaling_run(),
                      synthetic.scaling_rows())["bottleneck_map"].figure
    assert [len(cells(axes)) for axes in figure.axes] == [9 * 6, 9 * 6]


def test_what_cannot_be_drawn_is_said(tmp_path, capsys):
    own = synthetic.write_explanation(tmp_path / "result", synthetic.letter_run(), synthetic.letter_rows())
    stages = (own / "stages.csv").read_text()
    (own / "stages.csv").write_text(stages.replace(",kick,", ",kicked,"))
    assert plot.main([str(own)]) == 2
    assert "this program knows no stage kicked" in capsys.readouterr().err
    (own / "stages.csv").write_text(stages.replace("service_us", "service"))
    assert plot.main([str(own)]) == 2
    assert "stages.csv: has no column service_us" in capsys.readouterr().err
    (own.parent / "run.json").unlink()
    assert plot.main([str(own)]) == 2
    assert "run.json: cannot be read" in capsys.readouterr().err
    assert sorted(path.name for path in own.iterdir()) == ["resources.csv", "stages.csv"]
