"""Pages point at things that exist, and the README draws the house as it is."""

import re

import pytest

import checks
import pages
import rooms
import tree

FILES = tree.files()
PAGES = [path for path in FILES if path.endswith(".md")]
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


ARCHITECTURE = tree.text("docs/architecture.md")


def test_architecture_draws_each_room():
    drawn = [pages.WORD.findall(row[0])[0] for row in pages.table(ARCHITECTURE, "room")]
    assert drawn == list(rooms.MAY_INCLUDE)


def test_architecture_draws_each_question():
    drawn = {pages.WORD.findall(row[0])[0] for row in pages.table(ARCHITECTURE, "question")}
    folders = {"/".join(path.split("/")[:2]) for path in FILES if re.match("analysis/[^/]+/", path)}
    assert drawn == folders - set(rooms.MAY_INCLUDE)


def test_the_walk_names_functions_that_are_there():
    sources = {path: tree.text(path) for path in tree.code("models/", "sim/")}
    types = {name for text in sources.values() for name in re.findall(r"\b(?:class|struct|using) (\w+)", text)}

    def text_of(place):
        return "\n".join(text for path, text in sources.items()
                         if path == place or path.endswith("/" + place) or path.startswith(place + "/"))

    missing = [name for row in pages.table(ARCHITECTURE, "stop")
               for name in pages.missing_functions(row, text_of, types)]
    assert not missing, f"docs/architecture.md's walk names what its files do not have: {missing}"


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_named_files_are_there(page):
    assert pages.missing_files(page, tree.text(page), FILES) == []


def test_docs_index_links_each_page():
    index = tree.text("docs/README.md")
    linked = {f"docs/{link}" for link in checks.links(index)}
    missing = [page for page in PAGES if page.startswith("docs/") and page != "docs/README.md" and page not in linked]
    assert not missing, f"docs/README.md does not link: {missing}"


def test_missing_files_are_found():
    files = ["models/base/rng.hpp", "docs/models/x.md"]
    text = ("`rng.hpp` `models/base` `rnd.hpp` `models/bass` `sim/NAME.cpp` `../models/x.md`\n"
            "`sim/a.cpp`:\n```\n```\n`sim/a.cpp`")
    assert pages.missing_files("docs/how-to/y.md", text, files) == [
        "docs/how-to/y.md: `rnd.hpp` is not there", "docs/how-to/y.md: `models/bass` is not there"]


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
