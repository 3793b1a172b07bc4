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
    drawn = {pages.WORD.findall(row[0])[0]: row[2] for row in pages.table(ARCHITECTURE, "room")}
    assert set(drawn) == set(rooms.MAY_INCLUDE)
    for room, cell in drawn.items():
        stands_for = pages.rooms_of(cell, rooms.MAY_INCLUDE, rooms.ALL_MODELS, rooms.ALL_SIM) - {room}
        assert stands_for == rooms.MAY_INCLUDE[room], f"{room}: docs/architecture.md and rooms.py differ"


def test_architecture_draws_each_question():
    drawn = {pages.WORD.findall(row[0])[0] for row in pages.table(ARCHITECTURE, "question")}
    folders = {"/".join(path.split("/")[:2]) for path in FILES if re.match("analysis/[^/]+/", path)}
    assert drawn == folders - set(rooms.MAY_INCLUDE)


def test_the_walk_names_functions_that_are_there():
    def text_of(place):
        return "\n".join(tree.text(path) for path in FILES if path.endswith((".cpp", ".hpp"))
                         and (path == place or path.endswith("/" + place) or path.startswith(place + "/")))

    missing = [name for row in pages.table(ARCHITECTURE, "stop") for name in pages.missing_functions(row, text_of)]
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
