"""What can be said of a figure without eyes: texts apart and on the page, styles distinct, ticks where the data is."""

import functools
import itertools
import math
import os
import tempfile
from pathlib import Path

import matplotlib
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import synthetic
from analysis.figures import draw, load, page, style, words, results
from analysis.run.figures import bandwidth

matplotlib.use("Agg")


def one_point():
    return synthetic.letter_run(), synthetic.letter_rows()[:1]


def no_intervals():
    rows = synthetic.bounded_rows()
    for row in rows:
        row["bandwidth_mib_per_s_ci95"] = ""
    return synthetic.letter_run(), rows


def crowded_ticks():
    """Every target count from 1 to 40, so that most labels have no room."""
    run, rows = synthetic.letter_run(), []
    for targets in range(1, 41):
        for name in synthetic.LETTER_CURVES:
            rows.append({**synthetic.letter_rows()[0], "series": name, "targets": targets})
    return run, rows


def named_axis():
    """A sweep over policies with long names at one target count."""
    run, rows = synthetic.letter_run(), []
    for i, policy in enumerate(("single_queue", "target_sticky", "per_vcpu", "a_policy_with_quite_a_long_name", "short",
                                "another_policy_with_a_long_name")):
        for name in synthetic.LETTER_CURVES:
            row = synthetic.letter_rows()[0]
            rest = {key: row[key] for key in list(row)[4:]}
            rows.append({"point": i, "series": name, "targets": 8, "vcpus": 4, "guest.policy": policy, **rest})
    return run, rows


STUDIES = {
    "letter": lambda: (synthetic.letter_run(), synthetic.letter_rows((1, 2))),
    "scaling": lambda: (synthetic.scaling_run(), synthetic.scaling_rows()),
    "many_curves": synthetic.many_curves,
    "one_point": one_point,
    "no_intervals": no_intervals,
    "crowded_ticks": crowded_ticks,
    "named_axis": named_axis,
    "comparison": lambda: (synthetic.comparison_run(pairs=True), synthetic.comparison_rows()),
    "comparison_at_one_point": lambda: (
        synthetic.comparison_run(("a", "b")), synthetic.comparison_rows(("a", "b"), (8,), (4,))),
    "design": lambda: (synthetic.design_run(), synthetic.design_rows()),
    "design_without_a_cell": lambda: (synthetic.design_run(), synthetic.design_rows(0)),
    "explanation": lambda: (synthetic.letter_run(), synthetic.letter_rows()),
    "explanation_of_a_sweep": lambda: (synthetic.scaling_run(), synthetic.scaling_rows()),
    "explanation_of_one_point": one_point,
    "ablation": lambda: (synthetic.ablation_run(), synthetic.ablation_rows()),
    "ablation_of_one_thing_at_one_point": lambda: (
        synthetic.ablation_run(), synthetic.ablation_rows((8,), synthetic.ABLATED[:1])),
    "claims": lambda: (synthetic.claims_run(), synthetic.claims_rows()),
    "claims_on_machines": synthetic.claims_on_machines,
    "overlay": lambda: (synthetic.overlay_run(), synthetic.overlay_rows()),
    "overlay_of_one_point": lambda: (
        synthetic.overlay_run(), synthetic.overlay_rows((8,), synthetic.LETTER_CURVES[:1])),
    "latencies": lambda: (synthetic.letter_run(), synthetic.add_latencies(synthetic.letter_rows())),
    "one_claim": lambda: (synthetic.claims_run({"s": 1}), synthetic.claims_rows({"s": 1})),
}


def directory_of(directory, study):
    write = synthetic.write_explanation if study.startswith("explanation") else synthetic.write
    return write(directory, *STUDIES[study]())


@functools.cache
def drawings_of(study):
    with tempfile.TemporaryDirectory() as folder:
        data, question, _ = draw.results(directory_of(Path(folder) / study, study))
    with style.applied():
        return [drawing for module in draw.figure_modules(question) for drawing in module.draw(data)]


# Drawing them takes longer than all others together.
LONG = {"many_curves", "explanation_of_a_sweep", "comparison", "scaling"}
deep = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="draws for many seconds; see VQLAB_DEEP")


@pytest.fixture(scope="module", params=[pytest.param(study, marks=deep if study in LONG else ()) for study in STUDIES])
def drawn(request):
    """Each drawing of one study with its visible texts. Drawings come laid out; nothing has to be painted."""
    return [(drawing, visible_texts(drawing.figure)) for drawing in drawings_of(request.param)]


def visible_texts(figure):
    """All texts that are painted, with their boxes in pixels."""
    renderer = figure.canvas.get_renderer()
    unused = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            used = {id(tick) for tick in axis._update_ticks()}  # labels of ticks beyond the limits are not painted
            for tick in (*axis.majorTicks, *axis.minorTicks):
                if id(tick) not in used:
                    unused |= {id(tick.label1), id(tick.label2)}
    texts = [text for text in figure.findobj(Text)
             if text.get_visible() and text.get_text().strip() and id(text) not in unused]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


def test_no_text_overlaps_another(drawn):
    for drawing, texts in drawn:
        for (a, box_a), (b, box_b) in itertools.combinations(texts, 2):
            width = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
            height = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
            assert width <= 0.5 or height <= 0.5, f"{drawing.name}: {a!r} overlaps {b!r}"


def test_no_text_is_clipped(drawn):
    for drawing, texts in drawn:
        whole = drawing.figure.bbox
        for text, box in texts:
            inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= whole.x1 and box.y1 <= whole.y1
            assert inside, f"{drawing.name}: {text!r} leaves the page"


def test_no_text_lies_on_a_panel(drawn):
    """Legend, titles and notes stand beside the data; only a heat map's cells and points of policies carry text."""
    for drawing, texts in drawn:
        if "map" in drawing.name or drawing.name == "pareto":
            continue
        for axes in drawing.figure.axes:
            panel = axes.get_window_extent()
            for text, box in texts:
                width = min(box.x1, panel.x1) - max(box.x0, panel.x0)
                height = min(box.y1, panel.y1) - max(box.y0, panel.y0)
                assert width <= 0.5 or height <= 0.5, f"{drawing.name}: {text!r} lies on a panel"


def test_panels_keep_a_readable_size(drawn):
    """Texts push, but a panel is never squeezed below 1.5 x 1 inches."""
    for drawing, _ in drawn:
        for axes in drawing.figure.axes[:1]:
            box = axes.get_window_extent()
            assert box.width / drawing.figure.dpi > 1.5 and box.height / drawing.figure.dpi > 1.0, drawing.name


# A small study for each question that draws figures.
MARKED = {
    "run": lambda: (synthetic.scaling_run(), synthetic.add_latencies(
        [row for row in synthetic.scaling_rows() if row["targets"] in (1, 8, 64) and row["vcpus"] in (1, 4)])),
    "compare": lambda: (synthetic.comparison_run("abcde"), synthetic.comparison_rows("abcde", (1, 8), (4, 8))),
    "ablate": lambda: (synthetic.ablation_run(), synthetic.ablation_rows((1, 8), synthetic.ABLATED[:7])),
    "claims": lambda: (synthetic.claims_run({"s": 6}), synthetic.claims_rows({"s": 6})),
    "explain": lambda: (synthetic.letter_run(), synthetic.letter_rows()),
    "overlay": lambda: (synthetic.overlay_run(), synthetic.overlay_rows()),
}
# What they draw is made of many plausible machines, or of resampled points: nothing of the state of one run.
UNMARKED = {"design", "tune"}
STATES = {"precise": "", "not precise": "!", "not settled": "?"}
PATTERN = ("precise", "not precise", "not settled", "precise", "not settled")  # no study repeats with this period


@functools.cache
def drawings_of_equals(question):
    """Of a result in which nothing differs by more than its intervals, and not every point can be trusted."""
    run, rows = MARKED[question]()
    for i, (row, state) in enumerate(zip(rows, itertools.cycle(PATTERN))):
        row.update({name: value for name, value in {
            "bandwidth_mib_per_s": 1000 + i % 2, "bandwidth_mib_per_s_ci95": 5, "mean": 1000 + i % 2, "mean_ci95": 5,
            "difference_percent": 3 + i % 2, "difference_percent_ci95": 1, "significant": "true",
            "change_percent": 0.5, "change_percent_ci95": 1, "sure": "false"}.items() if name in row})
        row["state"] = state
        row["precise"] = 0 if state == "not precise" else 1
        row["not_settled"] = "iops bandwidth_mib_per_s" if state == "not settled" else ""
    write = synthetic.write_explanation if question == "explain" else synthetic.write
    with tempfile.TemporaryDirectory() as folder:
        data, found, _ = draw.results(write(Path(folder) / "result", run, rows))
    assert found == question
    with style.applied():
        return [drawing for module in draw.figure_modules(question) for drawing in module.draw(data)]


@pytest.mark.parametrize("question", sorted(set(results.question_names()) - UNMARKED))
def test_every_figure_marks_what_is_not_precise_or_not_settled(question):
    assert drawings_of_equals(question)
    for drawing in drawings_of_equals(question):
        assert set(drawing.table["state"]) >= {"not precise", "not settled"}, drawing.name
        texts = " ".join(text.get_text() for axes in drawing.figure.axes for text in axes.texts)
        markers = [line.get_marker() for axes in drawing.figure.axes for line in axes.get_lines()]
        notes = " ".join(text.get_text() for text in drawing.figure.texts).replace("\n", " ")
        for state in ("not precise", "not settled"):
            assert STATES[state] in texts or f"${STATES[state]}$" in markers, (drawing.name, state)
            assert f"{STATES[state]} {state}: " in notes, (drawing.name, state)


SUPERLATIVES = ("peak", "largest", "highest", "most ", "best", "fastest", "wins")


@pytest.mark.parametrize("question", sorted(set(results.question_names()) - UNMARKED))
def test_no_headline_claims_a_superlative_that_the_intervals_do_not_support(question):
    for drawing in drawings_of_equals(question):
        title = drawing.figure.texts[0].get_text().replace("\n", " ")
        assert not any(word in title.lower() for word in SUPERLATIVES), title


def test_a_headline_says_how_many_others_may_be_as_high(tmp_path):
    rows = [row for row in synthetic.letter_rows() if row["targets"] <= 4]
    for row in rows:
        row["bandwidth_mib_per_s"], row["bandwidth_mib_per_s_ci95"] = 100.0, 2.0
    rows[0]["bandwidth_mib_per_s"] = 105.0

    def title():
        study = load.load(synthetic.write(tmp_path / "letter", synthetic.letter_run(), rows))
        with style.applied():
            return next(bandwidth.draw(study)).figure.texts[0].get_text().replace("\n", " ").replace("\u00a0", " ")

    assert title() == "Overall bandwidth peaks at 105 MiB/s with 1 target (single queue, 4 vCPUs)"
    rows[4]["bandwidth_mib_per_s_ci95"] = 3.5  # 103.5 at most, and the first 103 at least
    assert title().endswith("reaches 105 MiB/s with 1 target (single queue, 4 vCPUs); 1 other may be as high")
    rows[5]["bandwidth_mib_per_s_ci95"] = ""  # nobody knows
    assert title().endswith("; 2 others may be as high")


def figure_of(study, name):
    return next(drawing.figure for drawing in drawings_of(study) if drawing.name == name)


def test_ticks_stand_at_the_target_counts():
    axes = figure_of("letter", "bandwidth").axes[0]
    assert axes.get_xscale() == "log"
    assert list(axes.get_xticks()) == [1, 2, 4, 8, 16, 24, 32]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "4", "8", "16", "24", "32"]


def test_published_points_are_open_markers_in_the_curve_colour_and_shape():
    lines = figure_of("letter", "bandwidth").axes[0].get_lines()
    solid = [line for line in lines if line.get_markerfacecolor() != "none"]
    hollow = [line for line in lines if line.get_markerfacecolor() == "none"]
    assert len(solid) == len(hollow) == 3
    for curve, published in zip(solid, hollow):
        assert published.get_marker() == curve.get_marker()
        assert published.get_markeredgecolor() == curve.get_color()
    assert list(hollow[0].get_ydata()) == [row[0] for row in synthetic.PUBLISHED.values()]


@pytest.mark.parametrize("most, shown", [(1.1, True), (2.0, False)])
def test_a_bound_that_is_far_leaves_the_frame(tmp_path, most, shown):
    """One dotted line for each curve, in its colour, and one entry of the legend; the curves fill the frame."""
    rows = synthetic.bounded_rows(most)
    study = load.load(synthetic.write(tmp_path / "bounded", synthetic.letter_run(), rows))
    with style.applied():
        figure = next(bandwidth.draw(study)).figure
    axes = figure.axes[0]
    curves = [line for line in axes.get_lines() if line.get_marker() != "None" and line.get_linestyle() != "None"]
    bounds = [line for line in axes.get_lines() if line.get_marker() == "None"]
    assert [line.get_color() for line in bounds] == [line.get_color() for line in curves]
    # 700 MiB/s for each target, and at most so many times the largest value of the curve.
    largest = max(row["bandwidth_mib_per_s"] for row in rows if row["series"] == synthetic.LETTER_CURVES[0])
    assert list(bounds[0].get_ydata()) == pytest.approx([min(700 * t, most * largest) for t in synthetic.PUBLISHED])
    highest = max(row["bandwidth_mib_per_s"] for row in rows)
    assert axes.get_ylim()[1] < 1.25 * highest
    assert (axes.get_ylim()[1] > max(bounds[2].get_ydata())) == shown
    assert sum(text.get_text().startswith("bound") for text in figure.legends[0].get_texts()) == 1


def test_curves_over_vcpus_have_a_panel_per_picked_target_count():
    titles = [axes.get_title(loc="left") for axes in figure_of("scaling", "bandwidth_over_vcpus").axes]
    # Six of nine evenly: indices 0, 1.6, 3.2, 4.8, 6.4, 8 rounded to 0, 2, 3, 5, 6, 8.
    assert [title.replace("\u00a0", " ") for title in titles] == [
        "1 target", "4 targets", "8 targets", "32 targets", "64 targets", "256 targets"]


def test_styles_differ_without_colour():
    """40 curves: line style and marker together are unique; the first four also differ in lightness by 12 of 100."""
    styles = [style.of_curve(i) for i in range(40)]
    assert len({(look.line, look.marker) for look in styles}) == 40
    for a, b in itertools.combinations(styles[:4], 2):
        assert a.line != b.line and a.marker != b.marker
        assert abs(style.lightness(a.colour) - style.lightness(b.colour)) >= 12
    assert all(style.lightness(look.colour) <= 72 for look in styles)  # dark enough on white


def test_lightness_of_known_greys():
    # CIE L* of white is 100 and of black 0; sRGB #777777 has luminance 0.1845 and so 116 * 0.1845^(1/3) - 16 = 50.0.
    assert style.lightness("#ffffff") == pytest.approx(100)
    assert style.lightness("#000000") == 0
    assert style.lightness("#777777") == pytest.approx(50.0, abs=0.1)


def test_wrap_keeps_lines_within_the_width():
    text = "some words and one_word_that_is_much_longer_than_the_width_allows_it_to_be " * 3
    for wrapped in (page.wrap(text, 9, 2.0), page.wrap_evenly(text, 9, 2.0)):
        assert all(page.text_width(line, 9) <= 2.0 for line in wrapped.split("\n"))
        assert "".join(wrapped.split()) == "".join(text.split())


def test_dollar_signs_are_no_formula():
    assert page.wrap("costs $5 or $6", 9, 5.0) == r"costs \$5 or \$6"


def test_columns_that_are_no_paths_have_words():
    assert words.axis_name("study_series") == "curve"
    assert words.at("study_series", "mq 4").replace("\u00a0", " ") == "curve = mq 4"
    assert words.axis_name("controller.virtqueue_size") == "controller.virtqueue_size"


def test_pairs_are_a_matrix_below_its_diagonal():
    drawings = {drawing.name: drawing for drawing in drawings_of("comparison") if "pair_map" in drawing.name}
    assert set(drawings) == {"pair_map_bandwidth", "pair_map_p99_latency"}
    bandwidth, latency = (drawings[f"pair_map_{name}"].table for name in ("bandwidth", "p99_latency"))
    assert len(bandwidth) == 12 * 11 / 2
    assert list(bandwidth["gain_percent"]) == [-gain for gain in latency["gain_percent"]]
    assert not any("pair_map" in drawing.name for drawing in drawings_of("comparison_at_one_point"))


def test_what_policies_trade_is_told_of_each():
    """What no other policy beats is filled, the baseline at 0; less latency is a gain."""
    [drawing] = [drawing for drawing in drawings_of("comparison") if drawing.name == "pareto"]
    table = drawing.table.set_index("policy")
    assert list(table.index) == list(synthetic.POLICIES)
    assert table.loc["target_sticky", "bandwidth_gain_percent"] == table.loc["target_sticky", "gain_percent"] == 0
    assert table.loc["per_vcpu", "gain_percent"] == -2 * round(math.sin(3), 3) == pytest.approx(-0.282, abs=0.01)
    filled = [line for line in drawing.figure.axes[0].get_lines()
              if line.get_marker() in "oD" and line.get_markerfacecolor() != "white"]
    assert len(filled) == (table["dominated_by"] == "").sum() == 7
    numbers = {text.get_text() for text in drawing.figure.axes[0].texts}
    assert numbers == {str(i) for i in range(1, 13)}  # each policy, whatever the room


def test_a_gain_is_positive_where_the_policy_is_better():
    """Less latency is a gain; what is not significant has no colour, and the baseline no map."""
    drawings = drawings_of("comparison")
    maps = {drawing.name: drawing for drawing in drawings if "gain_map" in drawing.name}
    assert set(maps) == {"gain_map_bandwidth", "gain_map_p99_latency"}
    bandwidth, latency = (maps[name].table for name in ("gain_map_bandwidth", "gain_map_p99_latency"))
    assert list(bandwidth["gain_percent"]) == [-gain for gain in latency["gain_percent"]]
    assert len(bandwidth) == 11 * 14
    shown = maps["gain_map_bandwidth"].figure
    assert [axes.get_title(loc="left") for axes in shown.axes[:11]] == list(synthetic.POLICIES[1:])
    unsure = int((bandwidth["gain_percent"].abs() <= 2).sum())
    assert 0 < unsure == sum(isinstance(patch, Rectangle) for axes in shown.axes[:11] for patch in axes.patches)
