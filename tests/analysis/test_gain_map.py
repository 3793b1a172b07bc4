"""Maps of gains: where the line runs, what its band is, and what each cell says."""

import csv
import itertools
import json
import math

import numpy as np
import pytest

import synthetic
from analysis.compare import comparison
from analysis.compare.figures import gain_map as compare_map
from analysis.figures import contours, load, style, write
from analysis.figures import gain_map as figures_map
from analysis.run.figures import gain_map

ALL_SURE = np.ones((3, 3), dtype=bool)


def test_a_line_passes_where_neighbours_are_on_different_sides():
    # f = 10 (row + column) - 15 is 0 where row + column is 1.5: on each line of the grid between 1 and 2.
    values = 10.0 * np.add.outer(range(3), range(3)) - 15
    found = sorted(contours.crossings(values, 0.0))
    assert found == [(0.0, 1.5), (0.5, 1.0), (1.0, 0.5), (1.5, 0.0)]
    assert contours.crossings(values, 100.0) == []
    values[0, 2] = math.nan  # nothing is known between it and its neighbours
    assert (0.0, 1.5) not in contours.crossings(values, 0.0)


def test_between_two_values_an_axis_is_logarithmic():
    assert contours.value_at(1.5, [2, 4, 16]) == pytest.approx(8)  # the geometric middle of 4 and 16
    assert contours.value_at(2, [2, 4, 16]) == pytest.approx(16)


@pytest.mark.parametrize("ticks, joined", [
    ([1, 2, 4], [1, 2, 4]), ([-1, 2, 8], [2, 8]), ([0, 1, 4], [1, 4]), ([False, True], []), (["a", "b"], []),
    ([np.False_, np.True_], []), ([-1, 0], [])])
def test_a_line_passes_between_numbers_above_0_alone(ticks, joined):
    """-1 vectors are enough, and 0 queues one for each vCPU: neither is below 2."""
    assert ticks[contours.joined(ticks)] == joined


def test_the_level_is_break_even_if_both_sides_are_sure():
    gains = np.array([[-3.0, 1, 4], [2, 5, 9], [6, 7, 80]])
    assert contours.level_of([gains], [ALL_SURE]) == 0
    unsure = ALL_SURE.copy()
    unsure[0, 0] = False
    # 1, 2, 4, 5 and 6, 7, 9, 80: no other round gain divides so evenly.
    assert contours.level_of([gains], [unsure]) == 5
    assert contours.level_of([-gains[1:]], [ALL_SURE[1:]]) == -5  # 2 5 9 6 7 80, all behind
    assert contours.level_of([np.full((3, 3), 3.0)], [ALL_SURE]) is None
    assert contours.level_of([gains], [~ALL_SURE]) is None
    assert not contours.divides(0, gains[:1], ALL_SURE[:1])  # one row is no map


def test_the_band_is_where_machines_disagree_about_the_side():
    low = np.array([[-4.0, 4], [-4, 4]])
    high = low + 4
    # low passes 0 in the middle, high at the left edge: half of the area is between them.
    inside = contours.between(low, high, 0.0, steps=100)
    assert inside.shape == (101, 101) and inside.mean() == pytest.approx(0.5, abs=0.02)
    assert contours.between(low, low, 0.0).max() == 0


def with_machines(directory, at_one_target=(93, 2)):
    """The scaling study with one published gain outside and one inside, and 100 machines.

    at_one_target: how many of them are ahead and behind there; with more targets all are ahead.
    """
    run, rows = synthetic.scaling_run(), synthetic.scaling_rows()
    run["uncertainty"] = {"machines": 100}
    run["scenario"]["reference"] = {
        "metric": "bandwidth_mib_per_s", "axis": ["guest.vcpus", "targets"], "source": "made up",
        "values": {"single_queue": {"4": {"1": 100, "16": 100}},
                   "multiqueue": {"4": {"1": 120, "16": 400}, "8": {"1": 150}}}}
    synthetic.write(directory, run, rows)
    below = directory / "uncertainty"
    below.mkdir()
    gains, bands = [], []
    for row in rows:
        place = {"series": row["series"], "targets": row["targets"], "vcpus": row["vcpus"]}
        value = row["bandwidth_mib_per_s"]
        bands.append({**place, "metric": "bandwidth_mib_per_s", "nominal": value, "chance_low": value,
                      "chance_high": value, "model_p5": 0.9 * value, "model_p95": 1.1 * value, "published": "",
                      "inside": ""})
        if row["series"] == "multiqueue":
            one = row["targets"] == 1
            ahead, behind = at_one_target if one else (100, 0)
            gains.append({**place, "baseline": "single_queue", "metric": "bandwidth_mib_per_s", "machines": 100,
                          "machines_ahead": ahead, "machines_behind": behind,
                          "gain_percent_p5": 20, "gain_percent_p95": 60 + row["targets"], "published_p5": "",
                          "published_p95": "",
                          "inside": {(4, 1): "true", (4, 16): "false"}.get((row["vcpus"], row["targets"]), "")})
    synthetic._write_table(below / "gains.csv", gains)
    synthetic._write_table(below / "bands.csv", bands)
    return directory


def drawing_of(directory):
    with style.applied():
        return next(gain_map.draw(load.load(directory)))


def test_a_cell_says_on_how_many_machines_and_what_is_published(tmp_path):
    drawing = drawing_of(with_machines(tmp_path / "a"))
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert len(texts) == 54 and all("\n20 to " in text for text in texts)
    assert sum("93 ahead" in text for text in texts) == 6  # one target on six numbers of vCPUs; the others all agree
    # 120 over 100; 400 over 100 is marked; 150 at 8 vCPUs over the only published baseline, that of 4.
    published = [text.split("\n")[-1] for text in texts if "\u25cb" in text or "\u2297" in text]
    assert sorted(published) == ["\u2297 +300", "\u25cb +20", "\u25cb +50"]
    legend = [text.get_text() for text in drawing.figure.legends[0].get_texts()]
    assert any(text.startswith("gain of +") for text in legend)
    assert "published, outside its model band" in legend
    table = drawing.table
    assert table.set_index(["targets", "vcpus"]).loc[(16, 4), "published_gain_percent"] == pytest.approx(300)


@pytest.mark.parametrize("at_one_target, text", [
    ((0, 0), "100 level"), ((5, 80), "80 behind"), ((0, 100), "100 behind"), ((30, 10), "60 level"), ((100, 0), "")])
def test_a_cell_says_nothing_of_machines_only_if_all_say_the_same_as_it(tmp_path, at_one_target, text):
    figure = drawing_of(with_machines(tmp_path / "a", at_one_target)).figure
    words = ("ahead", "behind", "level")
    said = [line for cell in figure.axes[0].texts for line in cell.get_text().split("\n") if line.endswith(words)]
    assert said == ([text] * 6 if text else [])
    notes = figure.texts[-1].get_text().replace("\n", " ")
    assert (f'"{text}": so many of them; where nothing is said' if text else "In each cell all of them") in notes


def test_a_cell_that_is_not_more_than_chance_says_what_machines_do(tmp_path):
    directory = with_machines(tmp_path / "a", (100, 0))
    file = directory / "points.csv"
    rows = list(csv.DictReader(file.read_text().splitlines()))
    for row in rows:
        row["bandwidth_mib_per_s_ci95"] = row["bandwidth_mib_per_s"]
    synthetic._write_table(file, rows)
    texts = [text.get_text() for text in drawing_of(directory).figure.axes[0].texts]
    assert len(texts) == 54 and all("100 ahead" in text for text in texts)


@pytest.mark.parametrize("low, high, text", [
    (-0.4, 0.3, "-0.4 to 0.3"), (-0.04, 0.04, "0.0 to 0.0"), (-12.0, -0.5, "-12 to 0"), (9.94, 9.96, "10 to 10"),
    (-2, 3, "-2.0 to 3.0")])
def test_a_band_is_as_precise_as_the_gain_and_has_no_negative_zero(low, high, text):
    assert figures_map.band_text(low, high) == text


def of_axis(directory, name, values):
    """The scaling study with 1 and 16 targets, whose numbers of vCPUs from the third on are these values in turn."""
    run, rows = synthetic.scaling_run(), synthetic.scaling_rows()
    vcpus = sorted({row["vcpus"] for row in rows})
    named = dict(zip(vcpus[2:], values))
    rows = [{name if key == "vcpus" else key: named[value] if key == "vcpus" else value for key, value in row.items()}
            for row in rows if row["vcpus"] in named and row["targets"] in (1, 16)]
    return synthetic.write(directory, run, rows)


def test_truth_values_have_cells_and_no_line(tmp_path):
    drawing = drawing_of(of_axis(tmp_path / "a", "guest.affinity_hints", ["false", "true"]))
    axes = drawing.figure.axes[0]
    assert len(axes.texts) == 4 and [label.get_text() for label in axes.get_yticklabels()] == ["false", "true"]
    assert drawing.further["lines"].empty and not [one for one in axes.collections if one.get_zorder() == 3]
    notes = drawing.figure.texts[-1].get_text().replace("\n", " ")
    assert "No line passes through values of guest.affinity_hints" in notes


def test_no_line_passes_between_a_number_and_a_word(tmp_path):
    drawing = drawing_of(of_axis(tmp_path / "a", "controller.vectors", [-1, 2, 8]))
    lines = drawing.further["lines"]
    assert not lines.empty and (lines["controller.vectors"] >= 2).all()
    [drawn] = [one for one in drawing.figure.axes[0].collections if one.get_zorder() == 3]
    assert min(vertex[1] for path in drawn.get_paths() for vertex in path.vertices) >= 0.5  # above the row of -1


def title_of(directory, gains, half_width=1.0):
    """Of a map of two by two cells with these gains in %, whose bandwidths are known within so many %."""
    rows = [row for row in synthetic.scaling_rows() if row["vcpus"] in (2, 4) and row["targets"] in (1, 16)]
    at = iter(gains)
    for row in rows:
        row["bandwidth_mib_per_s"] = 1000 + (10 * next(at) if row["series"] == "multiqueue" else 0)
        row["bandwidth_mib_per_s_ci95"] = half_width * 10
    figure = drawing_of(synthetic.write(directory, synthetic.scaling_run(), rows)).figure
    return figure.texts[0].get_text().replace("\n", " ").replace("\u00a0", " ").split(" with ")


@pytest.mark.parametrize("gains, before, after", [
    ((8, 20, 40, 60), "A gain in all 4 cells, up to 60 %", ""),
    ((8, 20, 59, 60), "A gain in all 4 cells, up to 60 %", "; 1 other may be as high"),
    ((0, 20, -30, 5), "A loss in 1 and a gain in 2 of 4 cells, up to 20 %", ""),
    ((0, 0.2, 5, 20), "A gain in 2 of 4 cells, up to 20 %", ""),
    ((-13, -20, -30, -40), "A loss in all 4 cells; the smallest is 13 %", ""),
    ((-13, -13, -30, -40), "A loss in all 4 cells, as little as 13 %", "; 1 other may be as small"),
    ((0, 0, -5, -20), "A loss in 2 of 4 cells and a gain in none, up to 20 %", ""),
    ((0, 0, 0, 0.1), "No gain or loss in 4 cells is more than chance", None)])
def test_a_title_says_in_how_many_cells(tmp_path, gains, before, after):
    said = title_of(tmp_path / "a", gains)
    assert said[0] == before
    assert after is None and len(said) == 1 or said[1].endswith(")" + after)


def test_the_lines_of_the_figure_stand_in_a_table(tmp_path):
    drawing = drawing_of(with_machines(tmp_path / "a"))
    lines = drawing.further["lines"]
    [level] = set(lines["level_percent"])
    # 5 % of the machines gain more than 60 + targets: 100 is passed a quarter of the way from 32 to 64 targets.
    assert level == 100 and set(lines["line"]) == {"gain", "model_p95"}
    assert all(line.targets == pytest.approx(32 * 2**0.25) for line in lines[lines["line"] == "model_p95"].itertuples())
    gains = drawing.table.set_index(["targets", "vcpus"])["gain_percent"]
    drawn = {tuple(np.round(vertex, 6)) for path in drawing.figure.axes[0].collections[-1].get_paths()
             for vertex in path.vertices}
    for line in lines[lines["line"] == "gain"].itertuples():
        assert 1 <= line.targets <= 256 and 1 <= line.vcpus <= 32
        at = (round(math.log2(line.targets), 6), round(math.log2(line.vcpus), 6))  # cells at powers of two
        assert at in drawn
    assert (gains > level).any() and (gains < level).any()


def comparison_title_and_notes(tmp_path, gains):
    """Of two policies on 2 x 2 points, with these gains in %, which are all more than chance."""
    rows = synthetic.comparison_rows(("base", "a", "b"), (1, 8), (4, 8))
    at = itertools.cycle(gains)  # each metric anew
    for row in rows:
        if row["policy"] != "base":
            row.update(difference_percent=next(at), significant="true", mean=1)
    own = synthetic.write(tmp_path / "c", synthetic.comparison_run(("base", "a", "b")), rows)
    with style.applied():
        figure = next(compare_map.draw(comparison.read(own))).figure
    lines = [one for axes in figure.axes[:2] for one in axes.collections if one.get_zorder() == 3]
    legend = figure.legends[0].get_texts()[0].get_text() if figure.legends else ""
    return figure.texts[-1].get_text().replace("\n", " "), legend, lines


def test_a_figure_says_why_it_has_no_break_even(tmp_path):
    # Rows come point by point, a before b.
    notes, legend, lines = comparison_title_and_notes(tmp_path / "1", [3, -3, 3, -30, 3, -3, 3, -30])
    assert "No map has cells ahead and others behind by more than chance" in notes
    assert legend.startswith("gain of ") and len(lines) == 1
    # matplotlib would dash the line of a negative level, as the edges of a band are.
    assert all(style_of[1] is None for style_of in lines[0].get_linestyle())
    notes, legend, lines = comparison_title_and_notes(tmp_path / "2", [3, -3, -3, -30, 3, -3, 3, -30])
    assert "no break-even" not in notes and legend == "break-even" and len(lines) == 1  # of a alone


def test_gains_over_another_baseline_are_refused(tmp_path):
    directory = with_machines(tmp_path / "a")
    file = directory / "uncertainty" / "gains.csv"
    file.write_text(file.read_text().replace("single_queue", "multi"), encoding="utf-8")
    with pytest.raises(load.InputError, match="has gains over multi, not over single_queue"):
        load.load(directory)


def test_a_published_value_below_another_axis_must_be_a_number(tmp_path):
    directory = with_machines(tmp_path / "a")
    run = json.loads((directory / "run.json").read_text())
    run["scenario"]["reference"]["values"]["multiqueue"]["8"]["1"] = "many"
    (directory / "run.json").write_text(json.dumps(run))
    with pytest.raises(load.InputError, match=r"reference.values.multiqueue.8.0?.?1: 'many' is not a number"):
        load.load(directory)


def test_a_table_of_lines_is_written_beside_the_figure(tmp_path):
    files = write.contents(drawing_of(with_machines(tmp_path / "a")))
    assert set(files) == {f"gain_map_vcpus{end}" for end in (".png", ".svg", ".csv", "_lines.csv")}
    assert files["gain_map_vcpus_lines.csv"].startswith(b"line,level_percent,targets,vcpus,map\n")
