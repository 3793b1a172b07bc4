"""The page that `vqlab report` writes, in a real browser: it loads, answers mouse and keyboard, and gives files."""

import csv
import re
import shutil
from pathlib import Path

import pytest

import browser
import program
from browser import wait

STUDY = program.SCENARIOS / "tutorial" / "04_reference.json"
CHART = "#chart-1"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "reference"
    program.points_of(STUDY, out)
    return out


@pytest.fixture(scope="module")
def page(result):
    file = result.parent / "report.html"
    done = program.call("report", result, "-o", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(file)]
    return file


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def window(page, downloads, tmp_path_factory):
    assert Path(browser.DRIVER).exists(), "chromium and chromium-driver are not installed: see `./lab packages tests`"
    with browser.Browser(tmp_path_factory.mktemp("profile"), downloads) as one:
        one.open(page)
        wait(lambda: one.run("return document.documentElement.classList.contains('ready')"))
        yield one


def rows_of(result):
    with (result / "points.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def choose(window, text, label="show"):
    """An option of the first chart's control with this label."""
    window.run("""
const controls = [...document.querySelectorAll(arguments[0] + ' .control')];
const control = controls.find((one) => one.textContent.startsWith(arguments[1]));
const select = control.querySelector('select');
select.value = [...select.options].find((one) => one.text === arguments[2]).value;
select.dispatchEvent(new Event('change', {bubbles: true}));""", CHART, label, text)


def says(window):
    return window.run("return document.querySelector(arguments[0] + ' .plot').getAttribute('aria-valuetext')", CHART)


def test_the_program_knows_where_numbers_come_from(page):
    text = page.read_text(encoding="utf-8")
    assert "start from the prototype" not in text  # of the default, which the machine file replaces
    assert "the middle of 4 to 6 us for a direct submission by libaio" in text
    assert "guess: " in text and "plausible" in text


def test_it_loads_and_draws_every_chart(window):
    drawn = window.run("""
return [...document.querySelectorAll('.chart')].map((chart) => {
  const canvas = chart.querySelector('canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(data.buffer)).size;
});""")
    assert len(drawn) >= 3 and min(drawn) > 20  # colours
    assert window.console() == []


def test_the_mouse_finds_points_with_intervals_and_seeds(window, result):
    runs = [row for row in rows_of(result) if (row["series"], row["targets"]) == ("multi_queue", "8")]
    spot = window.run("""
const plot = document.querySelector(arguments[0] + ' .u-over');
plot.scrollIntoView({block: 'center'});
const box = plot.getBoundingClientRect();
return [box.left, box.top, box.width, box.height];""", CHART)
    # The second of two values of a logarithmic axis with a margin of 0.04 on both sides; the highest point of all.
    window.point_at(spot[0] + spot[2] * 1.04 / 1.08, spot[1] + spot[3] * 0.1)
    tip = wait(lambda: window.run("const tip = document.querySelector(arguments[0] + ' .tip');"
                                  "return tip.hidden ? '' : tip.innerText", CHART))
    assert tip.startswith("multiqueue, targets 8")
    mean = sum(float(row["bandwidth_mib_per_s"]) for row in runs) / 2
    assert f"{mean:.0f} \u00b1 " in tip and "MiB/s (95 %)" in tip
    assert all(f"{row['seed']}: {float(row['bandwidth_mib_per_s']):.0f}" in tip for row in runs)
    assert f"published 2130, here \u2212{100 * (1 - mean / 2130):.1f}\u00a0%" in tip
    window.point_at(1, 1)
    wait(lambda: window.run("return document.querySelector(arguments[0] + ' .tip').hidden", CHART))


def test_the_keyboard_goes_from_point_to_point(window):
    window.type(f"{CHART} .plot", "\ue012")  # left: the first point
    assert says(window).startswith("single queue, targets 1; ")
    window.type(f"{CHART} .plot", "\ue014\ue014")  # right, past what is published there
    assert says(window).startswith("single queue, targets 8; ")
    window.type(f"{CHART} .plot", "\ue015")  # down: the next curve
    assert says(window).startswith("multiqueue, targets 8; ")
    window.type(f"{CHART} .plot", "\ue00c")
    assert says(window).startswith("no point chosen")


def test_metric_scale_and_curves_can_be_switched(window):
    def heading():
        return window.run("return document.querySelector(arguments[0] + ' .plot').getAttribute('aria-label')", CHART)

    choose(window, "p99 latency (us)")
    assert "p99 latency (us) over number of targets" in heading() and "2 curves" in heading()
    assert window.run("return [...document.querySelectorAll(arguments[0] + ' .control')].find((one) => "
                      "one.textContent.includes('log y')).firstChild.checked", CHART)
    window.click(f"{CHART} .legend button:last-of-type")
    assert "1 curve of" in heading()
    window.click(f"{CHART} .legend button")
    assert "0 curves of" in heading()  # on a logarithmic axis
    for button in ("button", "button:last-of-type"):
        window.click(f"{CHART} .legend {button}")
    for box in ("log y", "log x", "95 % intervals"):
        window.run("[...document.querySelectorAll(arguments[0] + ' .control')].find((one) => one.textContent.includes("
                   "arguments[1])).firstChild.click()", CHART, box)
    choose(window, "overall bandwidth (MiB/s)")
    assert window.console() == []


def test_the_table_behind_a_chart_has_its_numbers(window, result):
    window.click(f"{CHART} summary")
    cells = wait(lambda: window.run("return [...document.querySelectorAll(arguments[0] + ' .behind tr')].map((row) => "
                                    "[...row.cells].map((cell) => cell.innerText))", CHART))
    assert cells[0][:6] == ["curve", "targets", "bandwidth_mib_per_s", "bandwidth_mib_per_s_ci95", "seed_1", "seed_2"]
    assert len(cells) == 5
    for row in rows_of(result):
        [line] = [line for line in cells[1:] if line[:2] == [row["series"], row["targets"]]]
        assert float(line[4 + int(row["seed"]) - 1]) == pytest.approx(float(row["bandwidth_mib_per_s"]), rel=1e-3)


def test_a_chart_gives_its_csv_and_its_picture(window, result, downloads):
    window.click(f"{CHART} .files button:first-child")
    file = wait(lambda: next(downloads.glob("*.csv"), None))
    with file.open(encoding="utf-8") as text:
        lines = list(csv.DictReader(text))
    for row in rows_of(result):
        [line] = [one for one in lines if (one["curve"], one["targets"]) == (row["series"], row["targets"])]
        assert float(line[f"seed_{row['seed']}"]) == float(row["bandwidth_mib_per_s"])
    window.click(f"{CHART} .files button:last-child")
    picture = wait(lambda: next(downloads.glob("*.png"), None)).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 5000
    assert window.console() == []


def test_it_is_dark_where_the_reader_is_and_light_on_paper(window, tmp_path):
    def colours():
        return window.run("""
const canvas = document.querySelector('canvas');
const [line] = [document.querySelector(arguments[0] + ' .swatch path')];
return [getComputedStyle(document.body).backgroundColor, getComputedStyle(line).stroke];""", CHART)

    light = colours()
    window.looks("dark")
    dark = wait(lambda: colours() != light and colours())
    assert light[0] == "rgb(255, 255, 255)" and dark[0] == "rgb(22, 23, 26)" and light[1] != dark[1]
    window.print(tmp_path / "page.pdf")
    printed = (tmp_path / "page.pdf").read_bytes()
    assert printed.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", printed)) in range(3, 12)
    assert not window.run("return document.documentElement.classList.contains('printing')")
    window.looks()
    assert window.console() == []


def test_a_narrow_window_has_all_of_it(window):
    phone = {"width": 400, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    window.command("Emulation.setDeviceMetricsOverride", phone)
    try:
        wait(lambda: window.run("return document.querySelector('canvas').clientWidth <= 400"))
        wide = window.run("""
return [...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll, pre') &&
  one.getBoundingClientRect().right > 401).map((one) => one.outerHTML.slice(0, 80));""")
        assert wide == [] and window.run("return document.documentElement.scrollWidth") <= 400
    finally:
        window.command("Emulation.clearDeviceMetricsOverride", {})


def test_names_from_results_run_nothing(result, tmp_path, window, page):
    evil = tmp_path / "evil"
    shutil.copytree(result, evil)
    name = "</script><script>window.bad = 1</script><img src=x onerror='window.bad = 2'>"
    record = (evil / "run.json").read_text(encoding="utf-8").replace('"label": "multiqueue"', f'"label": "{name}"')
    (evil / "run.json").write_text(record, encoding="utf-8")
    assert name in record
    file = tmp_path / "evil.html"
    assert program.call("report", evil, "-o", file).returncode == 0
    window.open(file)
    wait(lambda: window.run("return document.documentElement.classList.contains('ready')"))
    assert window.run("return window.bad === undefined && document.querySelectorAll('img').length === 0")
    assert name in window.run("return document.querySelector('.legend').innerText")
    assert window.console() == []
    window.open(page)


@pytest.mark.parametrize("arguments, told", [
    (["nowhere"], "nowhere"), ([], "RESULT is required"), ([program.GOLDEN], "run.json: cannot be read")])
def test_what_is_no_result_is_refused(tmp_path, arguments, told):
    done = program.call("report", *arguments, "-o", tmp_path / "report.html", cwd=tmp_path)
    assert done.returncode == 2 and told in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
