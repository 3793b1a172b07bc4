"""Pages point at things that exist, and the README draws the house as it is."""

import os
import re

import pytest

import checks
import rooms
import tree

FILES = tree.files()
PAGES = [path for path in FILES if path.endswith(".md")]
LAYOUT_OPENS = ("`models/`: what holds without a clock; `sim/`: whatever waits, guest and host included; "
                "`analysis/`: what is asked of runs, one folder for each question.")
INDEX = "docs/README.md"
GLOSSARY = "docs/glossary.md"
ARCHITECTURE = "docs/architecture.md"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    here = (tree.ROOT / page).parent
    missing = [link for link in checks.links(tree.text(page)) if not (here / link).exists()]
    assert not missing, f"{page} links to what is not there: {missing}"


@pytest.mark.parametrize("page", PAGES)
def test_links_name_headings(page):
    here = (tree.ROOT / page).parent
    assert checks.missing_anchors(page, tree.text(page), lambda path: (here / path).read_text(encoding="utf-8")) == []


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


def test_the_index_has_every_page():
    linked = {os.path.normpath(f"docs/{link}") for link in checks.links(tree.text(INDEX))}
    missing = [page for page in PAGES if page.startswith("docs/") and page != INDEX and page not in linked]
    assert not missing, f"{INDEX} links no {missing}"


def test_the_glossary_has_each_word_once():
    words = [word for line in re.findall(r"^- (\*\*.*?\*\*):", tree.text(GLOSSARY), re.MULTILINE)
             for word in re.findall(r"\*\*(.*?)\*\*", line)]
    assert len(words) > 100
    assert sorted(set(words)) == sorted(words)


def test_architecture_has_every_room():
    """Each room with what it may include. A question needs no row, so that a new one changes no page."""
    rows = [line.split("|")[1:-1] for line in tree.text(ARCHITECTURE).splitlines() if line.startswith("| `")]
    drawn = {name: cells for cells in rows for name in re.findall(r"`([\w/]+)`", cells[0])}
    folders = {checks.room_of(path) for path in FILES if path.startswith("analysis/") and path.count("/") > 1}
    rows_of_rooms = {name for name in drawn if name.startswith(("models/", "sim/", "analysis/"))}
    assert set(rooms.MAY_INCLUDE) <= rows_of_rooms <= set(rooms.MAY_INCLUDE) | folders
    for room, others in rooms.MAY_INCLUDE.items():
        named = {word.strip() for word in drawn[room][2].split(",")}
        libraries = {"Random123", "Eigen", "SimGrid", "CLI11", "JSON"}
        assert named - libraries - {""} == {other.split("/")[1] for other in others}, f"{ARCHITECTURE}: {room}"


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_paths_in_pages_exist(page):
    missing = checks.missing_paths(tree.text(page), FILES)
    assert not missing, f"{page} names what is not there: {missing}"


def walk_faults(page, texts):
    """Functions of the walk of one request that no file of their row has. `texts`: of the code, by path."""
    walk = re.search(r"^\| stop \| function \| file \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE).group(1)
    faults = []
    for row in walk.splitlines():
        stop, functions, places = (cell.strip() for cell in row.split("|")[1:4])
        places = re.findall(r"`([^`]+)`", places)
        here = [text for path, text in texts.items()
                if any(path.startswith(f"{place}/") or f"/{path}".endswith(f"/{place}") for place in places)]
        for function in re.findall(r"`([^`]+)`", functions):
            name = function.rpartition("::")[2]
            if not any(re.search(rf"\b{name}\(", text) for text in here):
                faults.append(f"{stop}: {function} is in none of {', '.join(places)}")
    return faults


def test_a_walk_that_names_the_wrong_file_is_refused():
    page = ("| stop | function | file | cost |\n|---|---|---|---|\n"
            "| ring | `Ring::add`, `kick` | `ring.hpp`, `sim/a` | |\n")
    texts = {"models/ring.hpp": "int add(int);", "sim/a/b.cpp": "bool kick() {}", "sim/string.hpp": "add()"}
    assert walk_faults(page, texts) == []
    assert walk_faults(page, {**texts, "models/ring.hpp": "int start_add(int);"}) == [
        "ring: Ring::add is in none of ring.hpp, sim/a"]
    assert len(walk_faults(page.replace("sim/a", "sim/b"), texts)) == 1


def test_the_walk_names_the_files_of_its_functions():
    texts = {path: tree.text(path) for path in tree.code("models/", "sim/")}
    assert walk_faults(tree.text(ARCHITECTURE), texts) == []


def test_architecture_names_what_the_code_has():
    """`Class::function`, `Class` and `file.cpp`, wherever the page has them."""
    spans = " ".join(re.findall(r"`([^`\n]+)`", tree.text(ARCHITECTURE)))
    code = tree.code("models/", "sim/", "analysis/")
    files = {path.rpartition("/")[2] for path in code}
    words = set(re.findall(r"\w+", " ".join(tree.text(path) for path in code)))
    missing = [name for name in re.findall(r"\b\w+\.[hc]pp\b", spans) if name not in files]
    named = re.findall(r"\b\w+::\w+|\b[A-Z][a-z]\w*[A-Z]\w*\b|\b[a-z]+_\w+\b", spans)
    missing += [name for name in named if not set(name.split("::")) <= words]
    assert not missing, f"{ARCHITECTURE} names what is not there: {missing}"


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


def test_the_example_of_a_header_is_the_one_that_is_run():
    header = tree.text("models/virtqueue/split_driver.hpp").split("#pragma once")[0]
    shown = "".join(line[len("//   "):] + "\n" for line in header.split("The life of a buffer")[1].splitlines()[2:])
    test = tree.text("tests/models/virtqueue_example.cpp")
    run = re.search(r"^  // example\n(.*?)^  // end of example$", test, re.MULTILINE | re.DOTALL).group(1)
    assert run.replace("\n  ", "\n")[2:] == shown
