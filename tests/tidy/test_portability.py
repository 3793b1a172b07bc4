"""The script tests/portability/run on made-up machines, as in test_lab.py: no system is made, and none is entered."""

import shutil
import subprocess

import pytest

import tree

REAL_TOOLS = ["bash", "cat", "cmp", "cp", "dirname", "env", "find", "grep", "head", "ls", "mkdir", "mktemp", "readlink",
              "rm", "sed", "sort", "tail", "tee", "wc"]
# What the script has done in a system: the folder behind `inside` is its root. The studies leave results there; so do
# the small run of the tree's program, and that of the installed one.
ENTERED = r'''while [[ $1 != inside ]]; do shift; done
echo "in ${2##*/}: ${*: -2}" >> CALLS
echo 100% tests passed
case $* in
  *./lab\ package*) mkdir -p "$2/srv/vqlab/build"; echo > "$2/srv/vqlab/build/vqlab_1.0.0_amd64.deb" ;;
  *somebody*multiqueue_2012*)
    mkdir -p "$2/home/somebody/empty/small"; echo 1 > "$2/home/somebody/empty/small/points.csv" ;;
  *results/small*) mkdir -p "$2/srv/vqlab/results/small"; echo SMALL > "$2/srv/vqlab/results/small/points.csv" ;;
esac
[[ $* != *results/portability* ]] && exit
for study in skew multiqueue_2012; do
  mkdir -p "$2/srv/vqlab/results/portability/$study" && cd "$2/srv/vqlab/results/portability/$study"
  echo 1 > stages.csv
  [[ ${2##*/} != OTHER ]] && echo 1 > points.csv || echo 2 > points.csv
done'''


class Machine:
    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.roots = folder / "roots"
        self.calls_file = folder / "calls"
        self.calls_file.touch()
        for tool in REAL_TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.program("id", "echo 0")
        self.program("git", 'if [[ $* == *clone* ]]; then mkdir -p "${@: -1}"; elif [[ $* == *bundle* ]]; then '
                     'echo > "${@: -2:1}"; fi')
        self.program("apt-get", "echo http://mirror.example/debian; echo http://second.example/debian")
        self.program("apt-config", """[[ $1 == dump ]] && echo 'Acquire::http::Proxy "http://proxy.example";'
[[ $3 == Acquire::http::Proxy ]] && echo "value='http://proxy.example'"; exit 0""")
        self.program("debootstrap", 'echo "debootstrap $* through $http_proxy" >> CALLS; '
                     'mkdir -p "${@: -2:1}/etc/apt/apt.conf.d"')
        self.enters("none")

    def program(self, name, body):
        path = self.bin / name
        path.write_text("#!/bin/bash\n" + body.replace("CALLS", f"'{self.calls_file}'") + "\n")
        path.chmod(0o755)

    def enters(self, other, small="1"):
        """Makes the results of the suite `other` differ; `small`: what the tree's program finds of the small run."""
        self.program("unshare", ENTERED.replace("OTHER", other).replace("SMALL", small))

    def run(self, *arguments):
        return subprocess.run([tree.ROOT / "tests/portability/run", *arguments],
                              env={"PATH": str(self.bin), "TMPDIR": str(self.bin.parent)}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def calls(self):
        return self.calls_file.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_both_commands_in_both_suites(machine):
    done = machine.run("--roots", machine.roots)
    assert done.returncode == 0, done.stderr
    assert "4 files of 2 studies: the same bytes in bookworm trixie" in done.stderr
    for suite in ("bookworm", "trixie"):
        of_suite = [call for call in machine.calls() if suite in call and ".arm64" not in call]
        made, ran, packed, bare, tested = [call for call in of_suite if "debootstrap" in call or "./lab" in call]
        for system, call in ((suite, made), (f"{suite}.package", bare)):
            assert call == (f"debootstrap --variant=minbase {suite} {machine.roots}/{system} "
                            "http://mirror.example/debian through http://proxy.example")
        assert (ran, packed, tested) == tuple(f"in {suite}: ./lab {verb}" for verb in ("run", "package", "test"))
        assert any(f"in {suite}.package: -c apt-get" in call for call in of_suite)
        assert (machine.roots / f"{suite}.package" / "tmp/vqlab.deb").is_file()
        settings = (machine.roots / suite / "etc/apt/apt.conf.d/90host").read_text()
        assert settings == 'Acquire::http::Proxy "http://proxy.example";\n'


def test_other_bytes_are_found(machine):
    machine.enters("trixie")
    done = machine.run("--no-tests", "--roots", machine.roots)
    assert done.returncode == 1
    assert ("not the bytes of bookworm:\n  trixie: multiqueue_2012/points.csv\n"
            "  trixie: skew/points.csv\n") in done.stderr
    assert not any("./lab test" in call for call in machine.calls())


def test_another_architecture_is_tried_in_the_first_suite(machine):
    assert machine.run("--no-tests", "--roots", machine.roots).returncode == 0
    crossed = [call for call in machine.calls() if ".arm64" in call]
    assert any("debootstrap" in call for call in crossed)
    assert not any("trixie" in call for call in crossed)
    machine.enters("bookworm.arm64")
    done = machine.run("--no-tests", "--roots", machine.roots)
    assert done.returncode == 1
    assert "bookworm: the study of 2012 on arm64 failed" in done.stderr and "differ" in done.stderr


def test_an_installed_program_that_finds_other_numbers_is_found(machine):
    machine.enters("none", small="2")
    done = machine.run("--no-tests", "--roots", machine.roots)
    assert done.returncode == 1
    assert "bookworm: using the package failed" in done.stderr and "differ" in done.stderr


def test_one_suite_and_nothing_left_behind(machine, tmp_path):
    before = sorted(tmp_path.iterdir())
    assert machine.run("--suite", "trixie", "--mirror", "http://near.example").returncode == 0
    assert "trixie" in machine.calls()[0] and "http://near.example" in machine.calls()[0]
    assert not any("bookworm" in call for call in machine.calls())
    assert sorted(tmp_path.iterdir()) == before


def test_a_step_that_fails_shows_its_end(machine):
    machine.program("unshare", "echo 'no such compiler'; exit 3")
    done = machine.run("--roots", machine.roots)
    assert done.returncode == 1
    assert "bookworm: ./lab run failed" in done.stderr and "no such compiler" in done.stderr


@pytest.mark.parametrize("arguments", [["--suit", "sid"], ["trixie"], ["--roots"]])
def test_what_is_misspelt_is_refused(machine, arguments):
    assert machine.run(*arguments).returncode == 2
    assert machine.calls() == []


def test_without_root_and_sudo_nothing_is_tried(machine):
    machine.program("id", "echo 1000")
    done = machine.run()
    assert done.returncode == 1 and "neither root nor sudo" in done.stderr
    assert machine.calls() == []
