"""Scripts of pages are checked by TypeScript and ESLint, and the pages by axe-core: accessibility, in both themes."""

import subprocess

import pytest

import browser
import program
from browser import wait
from test_explore import Explored, is_precise

WEB = program.ROOT / "analysis" / "page" / "web"
MODULES = program.ROOT / "build" / "page" / "node_modules"


def node(*words):
    done = subprocess.run(["node", *map(str, words)], capture_output=True, text=True, check=False, cwd=WEB)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_are_right():
    node(MODULES / "typescript" / "bin" / "tsc", "-p", WEB / "tsconfig.json")


def test_lint_finds_nothing():
    node(MODULES / "eslint" / "bin" / "eslint.js", "--max-warnings", "0", "--no-warn-ignored", WEB)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Of one result with its explanation, of two results, and of a comparison."""
    folder = tmp_path_factory.mktemp("results")
    study = program.SCENARIOS / "tutorial" / "03_two_curves.json"
    for name, words in (("a", []), ("b", ["--set", "host_costs.pop_ns=6000"])):
        done = program.call("run", study, "--out", folder / name, "--no-figures", "--quiet", "--no-long-runs", *words)
        assert done.returncode == 0, done.stderr
    assert program.call("explain", folder / "a", "--no-figures", "--quiet").returncode == 0
    assert program.call("compare", study, "--policy", "per_vcpu", "--seeds", "1,2", "--no-figures", "--quiet", "--out",
                        folder / "c").returncode == 0
    made = []
    for name, results in (("one", "a"), ("two", "ab"), ("compared", "c")):
        made.append(folder / f"{name}.html")
        done = program.call("report", *(folder / result for result in results), "-o", made[-1])
        assert done.returncode == 0, done.stderr
    return made


def violations(window):
    """What axe-core finds in a page with all of it open."""
    axe = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    window.run("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    window.run(f"{axe}; window.axe = axe;")
    return window.run_async("""
const done = arguments[arguments.length - 1];
axe.run({resultTypes: ['violations']}).then((result) => done(result.violations.map((one) =>
  `${one.impact} ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))}`)));""")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(pages, tmp_path, scheme):
    with browser.Browser(tmp_path / "profile", tmp_path) as window:
        window.looks(scheme)
        for page in pages:
            window.open(page)
            assert violations(window) == [], page.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_explorer(tmp_path, scheme):
    one = Explored("03_two_curves")
    with browser.Browser(tmp_path / "profile", tmp_path) as window:
        window.looks(scheme)
        window.visit(one.address)
        is_precise(window)
        window.click("#helps button")
        wait(lambda: "at the top" in window.run("return document.getElementById('helps').textContent"))
        assert violations(window) == []
    one.end()
