"""The house stays as it is drawn: every rule of checks.py, held against every file."""

import shutil
import subprocess

import pytest

import checks
import rooms
import tree

CODE = tree.code("models/", "sim/", "analysis/")
ALL_CODE = CODE + tree.code("tests/", "cmake/")
PYTHON = {path: tree.text(path) for path in tree.files() if path.startswith("analysis/") and path.endswith(".py")}
SCRIPTS = ("lab", ".ci/run", "tests/portability/run")
TEXT = [path for path in tree.files()
        if path.endswith((".cpp", ".hpp", ".py", ".cmake", ".txt", ".md")) or path in SCRIPTS]


def hold(faults):
    assert not faults, "\n" + "\n".join(faults)


def over(paths, check):
    return [fault for path in paths for fault in check(path, tree.text(path))]


def test_there_is_a_house():
    assert len(CODE) > 20


def test_rooms_include_only_what_they_may():
    hold(over(CODE, checks.include_faults))


def test_table_names_no_room_twice_over():
    known = set(rooms.MAY_INCLUDE)
    for room, others in rooms.MAY_INCLUDE.items():
        assert others <= known, f"{room} may include rooms that do not exist: {others - known}"
        assert room not in others, f"{room} need not name itself"


def test_nothing_is_allowed_that_nobody_needs():
    hold(checks.allowance_faults({path: tree.text(path) for path in CODE}))


def test_no_circles():
    hold(checks.circle_faults(checks.include_graph({path: tree.text(path) for path in CODE})))
    hold(checks.circle_faults(checks.import_graph(PYTHON)))


def test_no_question_imports_another():
    hold(checks.question_faults(checks.import_graph(PYTHON)))


def test_exceptions_are_still_needed():
    for path, included in rooms.EXCEPTIONS:
        assert included in [name for _, _, name in checks.includes(tree.text(path))], f"{path} no longer has {included}"
    for path in rooms.LONG_FILES:
        assert tree.text(path).count("\n") > rooms.LONGEST_FILE, f"{path} is no longer long"


def test_headers():
    hold(over(ALL_CODE, checks.header_faults))


def test_types_have_names_of_their_own():
    hold(checks.repeated_types({path: tree.text(path) for path in ALL_CODE}))
    one = "namespace vqlab {\n\nstruct One : Base {\n};\n\n}\n"
    assert checks.repeated_types({"a.hpp": one, "b.hpp": one})
    assert not checks.repeated_types({"a.hpp": one, "b.hpp": one.replace("vqlab", "vqlab::sim")})


def test_nothing_forbidden():
    python = [path for path in tree.files() if path.startswith("analysis/") and path.endswith(".py")]
    hold(over(ALL_CODE + python, checks.forbidden_faults))


def test_files_are_short():
    hold(over(ALL_CODE, checks.length_faults))


def test_plugins_register_their_stem():
    hold(over(CODE, checks.plugin_faults))
    for folder in rooms.PLUGIN_FOLDERS:
        assert any(path.startswith(folder) for path in CODE), f"{folder} is empty or gone"


def test_verbs_stand_in_folders_of_their_name():
    questions = [path for path in CODE if path.startswith("analysis/") and not path.startswith("analysis/app/")]
    hold(over(questions, checks.verb_faults))
    assert checks.verb_faults("analysis/a/b.cpp", 'const VerbRegistration b{"b", {}};')
    assert checks.verb_faults("analysis/a/a.cpp", 'const VerbRegistration b{"b", {}};')
    assert not checks.verb_faults("analysis/a_b/a_b.cpp", 'const VerbRegistration b{"a-b", {}};')


def test_no_strangers_at_the_top():
    hold(checks.top_level_faults(tree.top_level()))


def test_text_is_clean():
    hold(over(TEXT, checks.text_faults))


def clang_format():
    """The program by which the format is defined: each version lays out some lines differently (19, of Debian 13, puts
    a blank into every `T S::*member`), and no configuration makes two agree."""
    for program in filter(None, map(shutil.which, ("clang-format-14", "clang-format"))):
        if " version 14." in subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout:
            return program
    return None


def test_clang_format_agrees():
    program = clang_format()
    if program is None:
        pytest.skip("there is no clang-format 14")
    done = subprocess.run([program, "--dry-run", "-Werror", *ALL_CODE], cwd=tree.ROOT, capture_output=True, text=True,
                          check=False)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "clang-format-violations" in line})
    assert done.returncode == 0, f"run clang-format -i on: {' '.join(wrong) or done.stderr}"
