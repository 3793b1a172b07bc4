"""The page that `vqlab explore` serves, in a real browser: curves come, follow the controls, and are taken away."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

import browser
import program
from browser import wait


class Explored:
    """`vqlab explore`, and the address of its page."""

    def __init__(self, *words, keep="30"):
        self.process = subprocess.Popen([program.binary(), "explore", *map(str, words), "--no-browser", "--keep", keep],
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True)
        self.address = self.process.stdout.readline().strip()

    def end(self):
        """Its exit code and what it said, after Ctrl-C if it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        said = self.process.communicate(timeout=20)[1]
        return self.process.returncode, said


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """The one that is explored if none is named, with fewer points."""
    one = json.loads((program.ROOT / "analysis" / "explore" / "scenario.json").read_text(encoding="utf-8"))
    one["sweep"]["targets"] = [1, 2, 4]
    one["curves"] = one["curves"][::2]
    file = tmp_path_factory.mktemp("scenario") / "small.json"
    file.write_text(json.dumps(one), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def explored(scenario):
    one = Explored(scenario)
    yield one
    one.end()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def window(explored, downloads, tmp_path_factory):
    assert Path(browser.DRIVER).exists(), "chromium and chromium-driver are not installed: see `./lab packages tests`"
    with browser.Browser(tmp_path_factory.mktemp("profile"), downloads) as one:
        one.visit(explored.address)
        yield one


def change(window, act):
    """Until the curves of the state that it makes are precise."""
    state = "return document.documentElement.dataset.precise ?? ''"
    before = window.run(state)
    act()
    wait(lambda: window.run(state) != before)
    is_precise(window)


def is_precise(window):
    return wait(lambda: "all within 2" in window.run("return document.getElementById('status').textContent"))


def slide(window, control, stop):
    window.run(f"""const field = document.querySelector('#control-{control}').parentElement;
const slider = field.querySelector('[type=range]');
slider.value = {stop}; slider.dispatchEvent(new Event('input'));""")


def rows(window):
    """The table of what is shown, heading first."""
    window.run("document.querySelector('.behind').open = true;")
    return wait(lambda: window.run("return [...document.querySelectorAll('#chart tr')].map((row) => "
                                   "[...row.children].map((cell) => cell.textContent));"))


def test_curves_become_precise_and_say_why(window):
    is_precise(window)
    heading, *lines = rows(window)
    assert heading[:3] == ["curve", "targets", "bandwidth_mib_per_s"] and len(lines) == 6
    assert all(0 < float(line[3]) < 0.03 * float(line[2]) for line in lines)
    assert {line[heading.index("state")] for line in lines} == {""}
    wait(lambda: "Most of all it waits for: main loop" in window.run(
        "return document.getElementById('why').textContent"))
    assert "Stages of a request" in window.run("return document.getElementById('why').textContent")
    assert window.console() == []


def test_a_slider_moves_the_curves_and_the_address(window):
    before = rows(window)
    change(window, lambda: slide(window, "job-iodepth", 5))
    assert window.run("return decodeURIComponent(location.hash)") == '#{"job.iodepth":32}'
    assert window.run("return document.getElementById('control-job-iodepth').value") == "32"
    slower = [line for line in rows(window)[1:] if line[1] == "1"]
    assert all(float(after[2]) > float(line[2]) for line, after in zip(before[1::3], slower))


def test_a_link_is_a_state(window, explored):
    window.visit("about:blank")
    window.visit(explored.address + "#%7B%22guest.vcpus%22%3A2%2C%22sweep.targets%22%3A%5B1%2C3%5D%7D")
    is_precise(window)
    assert window.run("return document.getElementById('control-guest-vcpus').value") == "2"
    assert {line[1] for line in rows(window)[1:]} == {"1", "3"}


def test_what_cannot_be_is_told_beside_its_control(window):
    window.run("""const box = document.getElementById('control-guest-vcpus');
box.value = '999'; box.dispatchEvent(new Event('change'));""")
    told = wait(lambda: window.run("return document.getElementById('faults').textContent"))
    assert "$.guest.vcpus: found 999; accepted: an integer from 1 to 256 vCPUs" in told
    assert window.run("return document.getElementById('control-guest-vcpus').getAttribute('aria-invalid')") == "true"
    assert window.run("return document.getElementById('scenario').disabled")
    change(window, lambda: window.click("#reset"))
    assert window.run("return location.hash + document.getElementById('faults').textContent") == ""


def test_the_scenario_is_one(window, downloads):
    change(window, lambda: window.run("""
const list = document.getElementById('control-curves-per_vcpu-set-guest-policy');
list.value = 'least_loaded'; list.dispatchEvent(new Event('change'));"""))
    window.click("#scenario")
    file = downloads / "explored.json"
    wait(file.exists)
    assert program.call("check", file).stdout.endswith("explored.json: good, 6 points\n")
    curves = json.loads(file.read_text(encoding="utf-8"))["curves"]
    assert [one["set"]["guest.policy"] for one in curves] == ["single_queue", "least_loaded"]


def test_what_would_help_is_found_out(window):
    window.click("#helps button")
    wait(lambda: "at the top" in window.run("return document.getElementById('helps').textContent"))
    first = window.run("return [...document.querySelectorAll('#helps tbody tr')].map((row) => row.textContent)")
    assert len(first) == 15 and any("costs" in text or "main loop" in text for text in first[:5])
    assert window.console() == []


def test_it_ends_when_the_page_is_closed(scenario, tmp_path):
    one = Explored(scenario, keep="1")
    with browser.Browser(tmp_path / "profile", tmp_path) as window:
        window.visit(one.address)
        is_precise(window)
        assert one.process.poll() is None
    assert one.process.wait(20) == 0
    assert "the page was closed" in one.end()[1]


def processes_of(group):
    """Those of a session that have not ended."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = file.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(session) == group and state != "Z":
            found.append(file)
    return found


@pytest.mark.parametrize("one_alone", [False, True])
def test_it_leaves_no_process(one_alone):
    """Ctrl-C is heard by all of a terminal's processes; `kill` by one."""
    one = Explored("multiqueue_2012")
    assert len(processes_of(one.process.pid)) >= 3
    if one_alone:
        one.process.terminate()
        assert one.process.wait(20) == -signal.SIGTERM
    else:
        code, said = one.end()
        assert code == -signal.SIGINT and "ended" in said and "Traceback" not in said
    wait(lambda: not processes_of(one.process.pid))


def test_a_scenario_that_is_no_good_is_refused(tmp_path):
    file = tmp_path / "bad.json"
    file.write_text('{"study": "bad", "guest": {"vcpus": 0}}', encoding="utf-8")
    done = program.call("explore", file, "--no-browser")
    assert done.returncode == 2 and "$.guest.vcpus: found 0" in done.stderr and not done.stdout
