"""The script `lab` on made-up machines: a folder of stand-ins is the whole path, so nothing is installed or built."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import tree

# What the script may really use; everything else is a stand-in that notes that it was called.
REAL_TOOLS = ["bash", "cat", "dirname", "readlink", "nproc", "mkdir", "flock", "grep", "tail", "env", "sleep", "tr"]


GROUPS = ["build", "figures", "pages", "tests", "deep", "bench", "package"]


class Machine:
    """A clone in a folder with blanks in its name, and a path of stand-ins."""

    def __init__(self, folder):
        self.root = folder / "my clone"
        self.root.mkdir()
        shutil.copy(tree.ROOT / "lab", self.root / "lab")
        for figures in tree.ROOT.glob("analysis/*/figures"):
            (self.root / figures.relative_to(tree.ROOT)).mkdir(parents=True)
        web = self.root / "analysis/page/web"
        web.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(tree.ROOT / "analysis/page/web" / name, web / name)
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in REAL_TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.calls_file = folder / "calls"
        self.calls_file.touch()
        self.program("id", "echo 0")
        self.installed(*self.all_packages())
        self.program("cmake", self.note("cmake") + '''
while (($# > 1)); do shift; done
mkdir -p "build/$1" && : > "build/$1/build.ninja"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" > "build/$1/CMakeCache.txt"''')
        self.program("ninja", self.note("ninja"))
        self.program("apt-get", self.note("apt-get"))
        self.program("npm", self.note("npm"))
        vqlab = self.root / "build/release/vqlab"
        vqlab.parent.mkdir(parents=True)
        self.write(vqlab, 'printf "<%s>" "$@"; echo; exit 7')

    @staticmethod
    def write(path, body):
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def note(self, name):
        return f'echo "{name} $*" >> "{self.calls_file}"'

    def program(self, name, body):
        self.write(self.bin / name, body)

    def installed(self, *packages):
        self.program("dpkg-query", f"printf '%s' '{''.join(f'installed:{name} ' for name in packages)}'")

    @staticmethod
    def all_packages():
        return subprocess.run([tree.ROOT / "lab", "packages", *GROUPS], capture_output=True, text=True,
                              check=True).stdout.split()

    def lab(self, *arguments, cwd=None):
        return subprocess.run([self.root / "lab", *arguments], cwd=cwd or self.root, env={"PATH": str(self.bin)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def calls(self):
        return self.calls_file.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_help_sets_nothing_up(machine):
    done = machine.lab("--help")
    assert done.returncode == 0
    for word in ("run", "test", "--deep", "bench", "setup"):
        assert word in done.stdout
    assert machine.calls() == []


def test_a_comparison_needs_one_revision(machine):
    for words in (["--compare"], ["--compare", "HEAD", "HEAD~1"]):
        done = machine.lab("bench", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "one revision" in done.stderr
    assert machine.calls() == []


def test_no_verb_is_a_mistake(machine):
    done = machine.lab()
    assert (done.returncode, done.stdout) == (2, "")
    assert "./lab run" in done.stderr


def test_first_call_configures_and_builds_only_what_is_needed(machine):
    done = machine.lab("list", "policies")
    assert done.stdout == "<list><policies>\n"
    assert done.returncode == 7, "the exit code is the program's"
    assert machine.calls() == ["cmake --fresh --preset release",
                               f"ninja -C {machine.root}/build/release -j {os.cpu_count()} vqlab"]


def test_second_call_neither_installs_nor_configures(machine):
    machine.lab("list")
    before = len(machine.calls())
    done = machine.lab("list")
    assert [call.split()[0] for call in machine.calls()[before:]] == ["ninja"]
    assert done.stderr == ""


def test_a_moved_tree_is_configured_again(machine):
    machine.lab("list")
    machine.root = machine.root.rename(machine.root.parent / "moved")
    machine.lab("list")
    assert [call.split()[0] for call in machine.calls()] == ["cmake", "ninja", "cmake", "ninja"]


def test_run_passes_everything_on(machine):
    assert machine.lab("run").stdout == "<run>\n"
    assert machine.lab("run", "--set", "machine=a.json").stdout == "<run><--set><machine=a.json>\n"
    assert machine.lab("run", "my study.json", "--out", "a b").stdout == "<run><my study.json><--out><a b>\n"
    assert machine.lab("run", "--out", "x", "a.json").stdout == "<run><--out><x><a.json>\n"


def test_the_program_runs_where_the_user_is(machine, tmp_path):
    machine.write(machine.root / "build/release/vqlab", "pwd")
    link = tmp_path / "link to lab"
    link.symlink_to(machine.root / "lab")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run([link, "list"], cwd=elsewhere, env={"PATH": str(machine.bin)}, capture_output=True, text=True,
                          check=False)
    assert done.stdout == f"{elsewhere}\n"


def test_only_missing_packages_are_installed(machine):
    machine.installed(*(name for name in machine.all_packages() if name not in ("ninja-build", "libfmt-dev")))
    done = machine.lab("check", "a.json")
    apt = [call for call in machine.calls() if call.startswith("apt-get")]
    assert len(apt) == 2
    assert apt[0].endswith("update")
    assert apt[1].endswith("install --yes --no-install-recommends ninja-build libfmt-dev")
    assert "installing ninja-build libfmt-dev" in done.stderr


@pytest.mark.parametrize("arguments, installs", [
    (["run"], True), (["plot", "results/a"], True), (["compare", "a.json"], True), (["ablate", "a.json"], True),
    (["a-verb"], True),
    (["run", "--help"], False), (["run", "--no-figures"], False), (["check", "a.json"], False), (["list"], False),
    (["schema"], False), (["--version"], False), (["setup"], True), (["setup", "check"], False)])
def test_figures_need_matplotlib_and_nothing_else_does(machine, arguments, installs):
    (machine.root / "analysis/a_verb/figures").mkdir(parents=True)
    machine.installed(*(name for name in machine.all_packages() if name != "python3-matplotlib"))
    machine.lab(*arguments)
    assert any("python3-matplotlib" in call for call in machine.calls()) == installs


@pytest.mark.parametrize("arguments, installs", [
    (["ring", "qemu"], True), (["ring", "qemu", "--help"], False), (["ring", "replay", "a.json"], False),
    (["setup", "ring", "qemu"], True)])
def test_qemu_is_installed_for_who_needs_it(machine, arguments, installs):
    machine.installed(*(name for name in machine.all_packages() if name != "qemu-system-x86"))
    machine.lab(*arguments)
    assert any("qemu-system-x86" in call for call in machine.calls()) == installs


def test_a_package_is_packed_where_the_program_is_built(machine):
    machine.program("cpack", machine.note("cpack") + "\necho 'CPack: - package: /a b/vqlab_1.0.0_amd64.deb generated.'")
    done = machine.lab("package")
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("lab: /a b/vqlab_1.0.0_amd64.deb\n")
    assert machine.calls()[-1] == (f"cpack --config {machine.root}/build/release/CPackConfig.cmake -B "
                                   f"{machine.root}/build")
    assert machine.lab("package", "here").returncode == 2


def npm_calls(machine):
    return [call for call in machine.calls() if call.startswith("npm")]


@pytest.mark.parametrize("arguments, installs", [
    (["report", "a"], ["--omit=dev"]), (["setup", "report"], ["--omit=dev"]), (["report", "--help"], None),
    (["explore"], ["--omit=dev"]), (["package"], ["--omit=dev"]),
    (["run"], None), (["plot", "a"], None), (["setup", "test"], ["--omit=dev"]), (["test", "--deep"], [])])
def test_uplot_is_installed_for_who_needs_it(machine, arguments, installs):
    machine.program("ctest", "exit 1")  # the deep tests end here
    machine.lab(*arguments)
    to = machine.root / "build/page"
    assert npm_calls(machine) == ([] if installs is None else [
        " ".join(["npm ci --prefix", str(to), "--ignore-scripts --no-audit --no-fund", *installs])])


def test_uplot_is_installed_again_where_its_lock_file_has_changed(machine):
    machine.lab("report", "a")
    machine.lab("report", "a")
    assert len(npm_calls(machine)) == 1
    copy = machine.root / "build/page/package-lock.json"
    assert copy.read_text() == tree.text("analysis/page/web/package-lock.json")
    (machine.root / "analysis/page/web/package-lock.json").write_text("{}")
    machine.lab("report", "a")
    assert len(npm_calls(machine)) == 2


def test_what_the_deep_tests_installed_is_enough_for_a_report(machine):
    machine.program("ctest", "exit 1")
    machine.lab("test", "--deep")
    machine.lab("report", "a")
    assert len(npm_calls(machine)) == 1


def test_a_failed_install_of_uplot_is_told_and_tried_again(machine):
    machine.program("npm", machine.note("npm") + "\necho EINTEGRITY; exit 1")
    done = machine.lab("report", "a")
    assert done.returncode == 1 and "EINTEGRITY" in done.stderr
    machine.lab("report", "a")
    assert len(npm_calls(machine)) == 2


def test_a_package_is_made_without_uplot_where_there_is_none(machine):
    machine.program("npm", "exit 1")
    machine.program("cpack", "exit 0")
    done = machine.lab("package")
    assert done.returncode == 0 and "the package has no uPlot" in done.stderr


def test_npm_is_debians_where_there_is_none(machine):
    (machine.bin / "npm").unlink()
    machine.installed(*(name for name in machine.all_packages() if name != "npm"))
    npm = machine.bin / "npm"
    machine.program("apt-get", machine.note("apt-get") + f"""
[[ $* != *npm* ]] || {{ printf '#!/bin/bash\\n' > "{npm}"; {shutil.which("chmod")} +x "{npm}"; }}""")
    machine.lab("report", "a")
    assert [call for call in machine.calls() if "npm" in call and call.startswith("apt-get")]


def test_the_browser_is_installed_while_the_program_is_built(machine):
    machine.program("ctest", machine.note("ctest"))
    machine.installed(*(name for name in machine.all_packages() if not name.startswith("chromium")))
    done = machine.lab("test")
    assert done.returncode == 0, done.stderr
    calls = machine.calls()
    [install] = [i for i, call in enumerate(calls) if call.startswith("apt-get") and "chromium chromium-driver" in call]
    assert install < min(i for i, call in enumerate(calls) if call.startswith("ctest"))
    assert "installing chromium chromium-driver" in done.stderr


def test_a_browser_that_cannot_be_installed_ends_the_tests(machine):
    machine.program("ctest", machine.note("ctest"))
    machine.installed(*(name for name in machine.all_packages() if not name.startswith("chromium")))
    machine.program("apt-get", "echo 'no such archive'; exit 100")
    done = machine.lab("test")
    assert done.returncode == 1 and "no such archive" in done.stderr
    assert not any(call.startswith("ctest") for call in machine.calls())


def test_packages_are_printed_by_group(machine):
    done = machine.lab("packages", "build", "bench")
    assert done.returncode == 0
    assert {"cmake", "libboost-context-dev", "valgrind"} <= set(done.stdout.split())
    assert "python3-matplotlib" not in done.stdout
    assert machine.lab("packages", "figure").returncode == 2
    assert machine.calls() == []


def test_the_hand_build_takes_its_packages_from_lab():
    text = tree.text("CONTRIBUTING.md")
    named = re.findall(r"\./lab packages ([a-z ]+)\)", text)
    assert {group for groups in named for group in groups.split()} == set(GROUPS)
    copies = [name for name in Machine.all_packages() if name.endswith("-dev") and name in text]
    assert copies == []


def test_without_root_and_sudo_packages_are_named(machine):
    machine.program("id", "echo 1000")
    machine.installed(*(name for name in machine.all_packages() if name not in ("cmake", "libfmt-dev")))
    done = machine.lab("list")
    assert done.returncode == 1
    assert "apt-get update && apt-get install --no-install-recommends cmake libfmt-dev\n" in done.stderr
    assert machine.calls() == []


def test_sudo_is_used_without_root(machine):
    machine.program("id", "echo 1000")
    machine.program("sudo", machine.note("sudo") + '\nshift; exec "$@"')
    machine.installed(*(name for name in machine.all_packages() if name != "cmake"))
    machine.lab("list")
    assert [call.split()[0] for call in machine.calls()] == ["sudo", "apt-get", "sudo", "apt-get", "cmake", "ninja"]


def test_a_failing_step_shows_its_end_and_stops(machine):
    machine.program("ninja", "echo 'ring.cpp:7: error: no such thing'; exit 1")
    done = machine.lab("list")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "build release failed" in done.stderr
    assert "ring.cpp:7: error: no such thing" in done.stderr


def test_tests_fail_when_ctest_fails(machine):
    machine.program("ctest", machine.note("ctest") + "\nexit 8")
    assert machine.lab("test").returncode == 8
    assert [call for call in machine.calls() if call.startswith("ctest")] == [
        f"ctest --preset test --parallel {os.cpu_count()} --label-exclude ^deep$"]


def test_tests_run_plain_and_sanitized(machine):
    machine.program("ctest", machine.note("ctest"))
    assert machine.lab("test").returncode == 0
    calls = [call for call in machine.calls() if call.startswith("ctest")]
    assert [call.split()[2] for call in calls] == ["test", "sanitize"]
    assert all(call.endswith(" --label-exclude ^deep$") for call in calls)


def test_every_preset_that_is_named_exists():
    presets = json.loads(tree.text("CMakePresets.json"))
    configured = {preset["name"] for preset in presets["configurePresets"]}
    tested = {preset["name"] for preset in presets["testPresets"]}
    script = tree.text("lab")
    suites = set(re.findall(r"^  suite (\w+) ", script, re.MULTILINE))
    builds = set(re.findall(r"(?:^ *|[;)] )build (\w+) \w+", script, re.MULTILINE))
    assert {"test", "thread"} <= suites <= tested & configured
    assert {"release", "bench", "fuzz"} <= builds <= configured


def test_misspelt_test_option_is_refused(machine):
    assert machine.lab("test", "--depe").returncode == 2
    assert machine.calls() == []
