"""What stands in the page that `vqlab report` writes: numbers of the result files, and text that stays text."""

import base64
import csv
import hashlib
import html.parser
import json
import re

import pytest

import synthetic
from analysis.page import assets, markup
from analysis.report import report

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028\"'&amp;"


class Page(html.parser.HTMLParser):
    """Tags, texts of scripts, and all text that a reader sees."""

    def __init__(self, file):
        super().__init__()
        self.tags, self.scripts, self.styles, self.text, self.within = [], [], [], "", ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.within = tag
        if tag in ("script", "style"):
            (self.scripts if tag == "script" else self.styles).append([dict(attributes), ""])

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within in ("script", "style"):
            (self.scripts if self.within == "script" else self.styles)[-1][1] += data
        else:
            self.text += data

    @property
    def charts(self):
        [text] = [text for attributes, text in self.scripts if attributes.get("id") == "charts"]
        return list(json.loads(text).values())


def page_of(tmp_path, *directories, words=()):
    out = tmp_path / "report.html"
    assert report.main([*map(str, directories), "--out", str(out), *words]) == 0
    return Page(out)


def letter(tmp_path, name="letter", seeds=(1, 2, 3), run=None, change=None):
    rows = synthetic.add_latencies(synthetic.letter_rows(seeds))
    for row in rows:
        if change:
            change(row)
    return synthetic.write(tmp_path / name, run or synthetic.letter_run(), rows)


def test_every_number_of_a_chart_is_that_of_points_csv(tmp_path):
    directory = letter(tmp_path)
    chart = page_of(tmp_path, directory).charts[0]
    with (directory / "points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    measured = [name for name in rows[0] if not name.endswith("_ci95") and name not in (
        "point", "series", "targets", "vcpus", "seed", "precise", "simulated_s", "completed_ios")]
    assert sorted(metric["column"] for metric in chart["metrics"]) == sorted(measured)
    [axis] = chart["axes"]
    assert (axis["name"], axis["values"]) == ("targets", list(synthetic.PUBLISHED))
    places = [(chart["curves"][curve]["name"], axis["values"][at])
              for curve, at in zip(chart["points"]["curve"], chart["points"]["at"][0])]
    assert len(places) == 21 == len(set(places))
    for metric in chart["metrics"]:
        values = metric["values"]
        for i, (curve, targets) in enumerate(places):
            runs = [row for row in rows if (row["series"], row["targets"]) == (curve, str(targets))]
            numbers = [float(row[metric["column"]]) for row in runs]
            assert values["seeds"][i] == numbers and chart["seeds"][i] == [int(row["seed"]) for row in runs]
            assert values["mean"][i] == pytest.approx(sum(numbers) / 3, rel=1e-12)
    bandwidth = next(one["values"] for one in chart["metrics"] if one["column"] == "bandwidth_mib_per_s")
    for (curve, targets), published, error, mean, half in zip(
            places, bandwidth["published"], bandwidth["error_percent"], bandwidth["mean"], bandwidth["half"]):
        assert published == synthetic.PUBLISHED[targets][synthetic.LETTER_CURVES.index(curve)]
        assert error == pytest.approx(100 * (mean / published - 1))
        # Half-widths of 1 % of nearly equal values: 0.01 * mean * sqrt(3) / 3.
        assert half == pytest.approx(0.01 * mean / 3**0.5, rel=0.01)


def test_one_seed_has_the_interval_of_its_run(tmp_path):
    directory = letter(tmp_path, seeds=(7,))
    chart = page_of(tmp_path, directory).charts[0]
    with (directory / "points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    values = next(one["values"] for one in chart["metrics"] if one["column"] == "iops")
    assert values["mean"] == [float(row["iops"]) for row in rows]
    assert values["half"] == [float(row["iops_ci95"]) if row.get("iops_ci95") else None for row in rows]


def test_stages_add_up_to_the_latency(tmp_path):
    directory = letter(tmp_path)
    header = "point,series,targets,vcpus,seed,stage,latency_us,queueing_us,service_us\n"
    lines = [f"0,{name},{targets},4,{seed},{stage},{(i + 1) * targets + seed},{targets + seed},{i * targets}\n"
             for name in synthetic.LETTER_CURVES for targets in synthetic.PUBLISHED for seed in (1, 2, 3)
             for i, stage in enumerate(("submit", "copy", "a_later_one"))]
    (directory / "stages.csv").write_text((header + "".join(lines)).replace("multi_queue_8vcpu", "multi_queue_8vcpu"))
    for file in [directory / "stages.csv"]:  # that curve has 8 vCPUs
        file.write_text(re.sub(r"(multi_queue_8vcpu,\d+),4", r"\1,8", file.read_text()))
    chart = next(one for one in page_of(tmp_path, directory).charts if one["kind"] == "stack")
    assert [part["name"] for part in chart["parts"]] == ["submit", "copy", "a_later_one"]
    latency, share, queueing, service = (measure["values"] for measure in chart["measures"])
    targets = [chart["axes"][0]["values"][at] for at in chart["points"]["at"][0]]
    for i, of in enumerate(targets):  # means over seeds 1, 2 and 3, whose mean is 2
        assert [one[i] for one in latency] == [of + 2, 2 * of + 2, 3 * of + 2]
        assert sum(one[i] for one in share) == pytest.approx(100)
        assert [one[i] for one in queueing] == [of + 2] * 3 and [one[i] for one in service] == [0, of, 2 * of]


def test_names_stay_text(tmp_path):
    run = synthetic.letter_run()
    run["title"] = run["scenario"]["description"] = run["commit"] = HOSTILE
    run["scenario"]["curves"][0]["label"] = HOSTILE
    run["scenario"]["reference"]["source"] = HOSTILE
    run["scenario"]["machine"] = {"name": HOSTILE}
    run["scenario"]["job"] = {"rw": HOSTILE}
    page = page_of(tmp_path, letter(tmp_path, name="<b>&", run=run))
    assert [attributes.get("type") for attributes, _ in page.scripts] == ["application/json", None, "module"]
    assert not [tag for tag, _ in page.tags if tag in ("img", "b", "iframe", "object", "base")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.charts[0]["curves"][0]["label"] == HOSTILE
    assert page.text.count(HOSTILE) >= 6
    assert "\u2028" not in page.scripts[0][1]


def test_a_hostile_curve_name_stays_text(tmp_path):
    run = synthetic.letter_run()
    run["scenario"]["curves"][0]["name"] = HOSTILE
    del run["scenario"]["reference"]
    rows = synthetic.letter_rows()
    for row in rows:
        row["series"] = HOSTILE if row["series"] == synthetic.LETTER_CURVES[0] else row["series"]
    page = page_of(tmp_path, synthetic.write(tmp_path / "a", run, rows))
    assert page.charts[0]["curves"][0]["name"] == HOSTILE and len(page.scripts) == 3


def test_a_page_asks_no_network_and_runs_only_its_own_scripts(tmp_path):
    page = page_of(tmp_path, letter(tmp_path))
    for tag, attributes in page.tags:
        assert "src" not in attributes and attributes.get("href", "#").startswith("#"), tag
    [policy] = [attributes["content"] for tag, attributes in page.tags
                if attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    def digest(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [digest(text) for _, text in page.scripts[1:]]
    assert rules["style-src"].split() == [digest(text) for _, text in page.styles]
    assert "@import" not in "".join(text for _, text in page.styles)


def test_a_page_says_what_was_asked_and_where_it_comes_from(tmp_path):
    run = synthetic.letter_run()
    run |= {"commit": "0123abcd", "version": "9.9", "started_utc": "2026-01-02T03:04:05Z", "seeds": [1, 2, 3]}
    run["scenario"] |= {"machine": {"name": "letter_2012"}, "hardware": {"physical_cpus": 16, "memory_gb_per_s": 25},
                        "guest_costs": {"submit_ns": {"mean_ns": 5000, "shape": "erlang4"}, "kick_ns": 9},
                        "mechanisms": {"cstates": False, "ipis": True}}
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({
        "hardware.physical_cpus": {"default": 16, "unit": "hardware threads", "help": "", "source": ""},
        "hardware.memory_gb_per_s": {"default": 14, "unit": "GB/s", "help": "", "source": "s", "plausible": [8, 25]},
        "guest_costs.submit_ns": {"default": {"mean_ns": 7300}, "unit": "ns", "help": "", "source": "d",
                                  "plausible": [4000, 35000]},
        "guest_costs.kick_ns": {"default": 9, "unit": "ns", "help": "", "source": "of the default"}}))
    directory = letter(tmp_path, run=run)
    page = page_of(tmp_path, directory, words=["--parameters", str(facts)])
    # The machine file says submit_ns and its source; nobody but the study says 25 GB/s, which is the end of the range.
    assert "the middle of 4 to 6 us for a direct submission by libaio" in page.text
    assert "of the default" in page.text
    assert "Set by the study or the command line: hardware.memory_gb_per_s = 25 GB/s." in page.text
    assert "end of their plausible range, or beyond: hardware.memory_gb_per_s = 25 GB/s (8 to 25)." in page.text
    assert "Switched off in this study: cstates." in page.text and "NUMA" in page.text
    for expected in ("git checkout 0123abcd", f"./lab run {directory}/run.json --out {directory}_again",
                     "2026-01-02T03:04:05Z", hashlib.sha256((directory / "points.csv").read_bytes()).hexdigest()):
        assert expected in page.text


def test_points_that_are_not_sure_are_warned_of(tmp_path):
    def change(row):
        row["precise"] = 0 if (row["series"], row["targets"]) == ("multi_queue_4vcpu", 8) else 1
        row["not_settled"] = "runs_differ" if (row["series"], row["targets"]) == ("multi_queue_8vcpu", 32) else ""

    page = page_of(tmp_path, letter(tmp_path, change=change))
    assert "! 1 of 21 points are not precise" in page.text and "multiqueue, 4 vCPUs: 8\u00a0targets." in page.text
    assert "? 1 of 21 points are not settled" in page.text and "multiqueue, 8 vCPUs: 32\u00a0targets." in page.text
    assert sorted(page.charts[0]["points"]["state"])[-2:] == ["not precise", "not settled"]


@pytest.mark.parametrize("rises", [True, False])
def test_a_sweep_that_ends_too_early_is_warned_of(tmp_path, rises):
    def change(row):
        most = row["targets"] if rises else min(row["targets"], 24)
        row["bandwidth_mib_per_s"], row["bandwidth_mib_per_s_ci95"] = 10 * most, 0.1

    page = page_of(tmp_path, letter(tmp_path, change=change))
    assert ("The sweep ends while the bandwidth still rises: single queue, 4 vCPUs, multiqueue, 4 vCPUs and "
            "multiqueue, 8 vCPUs are highest at the last value, 32\u00a0targets." in page.text) == rises


def test_two_results_say_what_moved(tmp_path):
    def change(row):
        if (row["series"], row["targets"]) == ("multi_queue_4vcpu", 8):
            row["iops"] *= 1.1 + 0.001 * row["seed"]

    run = synthetic.letter_run()
    run["scenario"]["host_costs"] = {"pop_ns": 2500}
    page = page_of(tmp_path, letter(tmp_path, "before"), letter(tmp_path, "after", run=run, change=change))
    assert "What moved: after against before" in page.text
    assert "host_costs" in page.text and "Nothing moved" not in page.text
    assert re.search(r"multiqueue, 4 vCPUs\s*8\s*IOPS", re.sub(r"(?<=[a-zA-Z0-9])(?=8IOPS|IOPS)", " ", page.text))
    [chart] = [one for one in page.charts if one["title"] == "Difference of after against before"]
    values = next(one["values"]["mean"] for one in chart["metrics"] if one["column"] == "iops")
    # 10.1, 10.2 and 10.3 % more of values that differ by a few percent, and nothing else.
    assert [round(value, 1) for value in values if value] == [10.2]
    same = page_of(tmp_path, letter(tmp_path, "a"), letter(tmp_path, "b"))
    assert "No setting differs." in same.text and "Nothing moved by more than chance." in same.text


def test_results_of_other_questions_are_told(tmp_path):
    compared = synthetic.write(tmp_path / "compared", synthetic.comparison_run(), synthetic.comparison_rows())
    claimed = synthetic.write(tmp_path / "claimed", synthetic.claims_run(), synthetic.claims_rows())
    ablated = synthetic.write(tmp_path / "ablated", synthetic.ablation_run(), synthetic.ablation_rows())
    explained = tmp_path / "explained"
    synthetic.write_explanation(explained, synthetic.letter_run(), synthetic.letter_rows())
    synthetic.write(explained, synthetic.letter_run(), synthetic.letter_rows())
    page = page_of(tmp_path, explained, compared, claimed, ablated)
    for title in ("Policies compared", "Claims", "What limits each point", "Results of vqlab ablate", "Results"):
        assert title in page.text
    gains = next(one for one in page.charts if one["title"].startswith("Gain over"))
    assert synthetic.POLICIES[0] not in [one["name"] for one in gains["curves"]] and gains["level"] == 0


def test_all_faults_are_told_and_nothing_is_written(tmp_path, capsys):
    bad = letter(tmp_path, "bad")
    (bad / "points.csv").write_text("series,targets\n")
    out = tmp_path / "report.html"
    assert report.main([str(tmp_path / "missing"), str(bad), "--out", str(out)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and "missing" in told[0] and "points.csv: has no column seed" in told[1]
    assert not out.exists()


def test_a_file_that_is_no_report_stays(tmp_path, capsys):
    directory, out = letter(tmp_path), tmp_path / "mine.html"
    out.write_text("<p>mine")
    assert report.main([str(directory), "--out", str(out)]) == 2
    assert "found a file that is no report" in capsys.readouterr().err and out.read_text() == "<p>mine"
    assert report.main([str(directory), "--out", str(out), "--force"]) == 0
    assert report.main([str(directory), "--out", str(out)]) == 0  # a report
    assert report.main([str(directory), "--out", str(tmp_path / "no" / "where.html")]) == 1
    assert report.main([str(directory), "--out", str(tmp_path)]) == 2


def test_without_uplot_it_is_said_how_it_is_installed(tmp_path, capsys, monkeypatch):
    directory = letter(tmp_path)
    monkeypatch.setattr(assets, "_INSTALLED", tmp_path)
    assert report.main([str(directory), "--out", str(tmp_path / "a.html")]) == 1
    assert "./lab setup report" in capsys.readouterr().err and not (tmp_path / "a.html").exists()


def test_the_same_results_give_the_same_bytes(tmp_path):
    directory = letter(tmp_path)
    pages = []
    for name in "ab":
        assert report.main([str(directory), "--out", str(tmp_path / name)]) == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1] and len(pages[0]) < 1_000_000


def test_large_results_leave_out_single_seeds_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.page.charts.MOST_NUMBERS", 100)
    page = page_of(tmp_path, letter(tmp_path))
    assert "the values of single seeds are left out" in page.text
    assert "seeds" not in page.charts[0] and "seeds" not in page.charts[0]["metrics"][0]["values"]


def test_markup_escapes_what_is_not_markup():
    made = markup.tag("p", "<", markup.tag("b", "&"), class_='"', data_x=True, title=None)
    assert made == '<p class="&quot;" data-x>&lt;<b>&amp;</b></p>'


def test_scripts_share_one_scope():
    """Each name is declared once, and nothing of the modules' own syntax is left."""
    text = assets.script("report.js")
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names)) > 20
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)


def test_measured_points_stand_beside_the_curves(tmp_path):
    directory = synthetic.write(tmp_path / "overlay", synthetic.overlay_run(), synthetic.overlay_rows())
    page = page_of(tmp_path, directory)
    [chart] = page.charts
    assert chart["published"] == "measured" and "Measured beside simulated" in page.text
    with (directory / "overlay.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for metric in chart["metrics"]:
        of = [row for row in rows if row["metric"] == metric["column"]]
        for column, name in (("mean", "simulated"), ("published", "measured"), ("error_percent", "error_percent")):
            found = [value for value in metric["values"][column] if value is not None]
            assert sorted(found) == sorted(float(row[name]) for row in of if row[name])


@pytest.mark.parametrize("best, warned", [(10, True), (1, True), (4, False)])
def test_a_setting_at_the_end_of_its_range_is_warned_of(tmp_path, best, warned):
    directory = tmp_path / "tuned"
    directory.mkdir()
    (directory / "tune.json").write_text(json.dumps({
        "policy": "two_choices", "objective": "p99 latency", "keep": [],
        "parameters": {"two_choices.choices": {"usual": 2, "best": best, "best_ci95": [1, 10], "searched": [1, 10],
                                               "scale": "linear"}}}))
    (directory / "tune.csv").write_text(
        "setting,two_choices.choices,round,keeps,usual,best,gain_percent,gain_percent_low,gain_percent_high\n"
        f"two_choices,2,0,true,true,false,0,0,0\nbest,{best},1,true,false,true,3.5,3,4\n")
    page = page_of(tmp_path, directory)
    assert "+3.50 %" in page.text and "Parameters of two_choices, tuned" in page.text
    assert ("lies at the end of what was searched: two_choices.choices" in page.text) == warned


def test_a_result_that_is_not_complete_is_warned_of(tmp_path):
    run = synthetic.letter_run() | {"complete": False, "points_total": 63, "points_finished": 60}
    page = page_of(tmp_path, letter(tmp_path, run=run))
    assert "letter is not complete" in page.text and "60 of 63" in page.text
