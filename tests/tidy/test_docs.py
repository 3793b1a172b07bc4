"""Pages point at things that exist, and the README draws the house as it is."""

import re

import pytest

import checks
import tree

PAGES = [path for path in tree.files() if path.endswith(".md")]
LAYOUT_OPENS = "`models/`: what holds without a clock; `sim/`: whatever waits, guest and host included"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    here = (tree.ROOT / page).parent
    missing = [link for link in checks.links(tree.text(page)) if not (here / link).exists()]
    assert not missing, f"{page} links to what is not there: {missing}"


@pytest.mark.skipif("README.md" not in PAGES, reason="no README")
def test_readme_layout():
    section = re.search(r"^#+ [^\n]*layout[^\n]*\n+(.*?)(?=^#+ |\Z)", tree.text("README.md"),
                        re.MULTILINE | re.DOTALL | re.IGNORECASE)
    assert section, "the README has a section about the layout"
    assert re.sub(r"\s+", " ", section.group(1)).startswith(LAYOUT_OPENS)
    for folder in ("models", "sim", "scenarios", "analysis", "tests", "docs"):
        assert f"{folder}/" in section.group(1), f"the layout leaves out {folder}/"


@pytest.mark.skipif("README.md" not in PAGES, reason="no README")
def test_readme_has_the_two_commands():
    for command in ("./lab run", "./lab test"):
        assert re.search(rf"^(\$ )?{re.escape(command)}", tree.text("README.md"), re.MULTILINE)


def test_ci_runs_what_the_readme_says():
    lines = [line for line in tree.text(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines == ['cd -- "$(dirname -- "$0")/.." && exec ./lab test']


def test_changelog_has_its_own_heading():
    assert re.search(r"^### Changes numbers$", tree.text("CHANGELOG.md"), re.MULTILINE)


COST_PAGE = "docs/how-to/cost.md"
HUNK = re.compile(r"^```diff\n--- a/(\S+)\n\+\+\+ b/\1\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_a_cost_takes_three_files():
    """The page's changes fit the files as they are."""
    diffs = HUNK.findall(tree.text(COST_PAGE))
    assert len({path for path, _ in diffs}) == 3
    for path, diff in diffs:
        for hunk in diff.split("@@\n")[1:]:
            before = "".join(line[1:] + "\n" for line in hunk.splitlines() if not line.startswith("+"))
            assert tree.text(path).count(before) == 1, f"{COST_PAGE}: {path} has not exactly once:\n{before}"
