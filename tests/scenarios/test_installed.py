"""The program as `cmake --install` leaves it, and as it is without its files."""

import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

import program

BUILD = Path(program.binary()).resolve().parent
TINY = ["--set", "sweep.targets=[2]", "--set", "precision.half_width_percent=50", "--set",
        "precision.max_simulated_s=0.02", "--seeds", "1", "--no-long-runs", "--quiet"]


class Place:
    """A folder of its own for whoever calls the program, and an environment that knows nothing of the tree."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        (folder / "home").mkdir(parents=True)
        (folder / "empty").mkdir()
        self.env = {"HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "VQLAB_CACHE": "", "MPLBACKEND": "Agg",
                    "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
        self.env |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

    def call(self, *words, **env):
        return subprocess.run([self.binary, *map(str, words)], cwd=self.folder / "empty", env=self.env | env,
                              capture_output=True, text=True, check=False)

    def good(self, *words, **env):
        done = self.call(*words, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module", name="prefix")
def install(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("installed") / "first"
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True)
    # It may lie anywhere.
    return prefix.rename(prefix.with_name("my programs"))


@pytest.fixture(scope="module", name="installed")
def place_of_installed(prefix, tmp_path_factory):
    return Place(prefix / "bin/vqlab", tmp_path_factory.mktemp("user"))


def test_it_finds_what_was_installed_with_it(installed, prefix):
    for kind, name in (("machines", "letter_2012_fitted"), ("devices", "optane_p4800x")):
        assert f"{prefix}/share/vqlab/scenarios/{kind}/{name}.json" in installed.good("list", kind)
    assert '"title": "vqlab run --json"' in installed.good("schema", "--output", "run")


@pytest.mark.parametrize("word", ["skew", "skew.json", "scenarios/studies/skew.json"])
def test_a_shipped_study_has_a_name(installed, word):
    assert installed.good("check", word).endswith(" points\n")


def test_a_file_of_ones_own_comes_before_a_shipped_one(installed):
    own = installed.folder / "empty" / "skew.json"
    own.write_text('{"study": "own"}', encoding="utf-8")
    assert installed.good("check", "skew.json") == "skew.json: good, 1 points\n"
    own.unlink()


def test_it_runs_and_draws_in_an_empty_folder(installed):
    installed.good("run", "multiqueue_2012", *TINY)
    out = installed.folder / "empty/results/multiqueue_2012"
    assert (out / "figures/bandwidth.png").is_file()
    assert "multi_queue_4vcpu" in (out / "points.csv").read_text(encoding="utf-8")


def test_pages_are_made_of_what_was_installed(installed):
    installed.good("run", "multiqueue_2012", *TINY, "--no-figures", "--force", "--out", "reported")
    installed.good("report", "reported", "-o", "report.html")
    with subprocess.Popen([installed.binary, "explore", "--no-browser"], cwd=installed.folder / "empty", text=True,
                          env=installed.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        address = process.stdout.readline().strip()
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=20) as page:
            assert b"<h1" in page.read()
        process.terminate()


def test_the_file_of_a_policy_finds_the_headers_of_the_program(prefix):
    for room in ("models/base", "models/steering"):
        headers = {file.name: file.read_bytes() for file in (program.ROOT / room).glob("*.hpp")}
        there = prefix / "share/vqlab" / room
        assert {file.name: file.read_bytes() for file in there.iterdir() if file.is_file()} == headers


def test_scripts_and_studies_are_all_there(prefix):
    for folder, pattern in (("analysis", "*.py"), ("scenarios", "*.json")):
        shipped = {file.relative_to(program.ROOT) for file in (program.ROOT / folder).rglob(pattern)
                   if file.relative_to(program.ROOT).parts[1] != "python"}
        there = prefix / "share/vqlab"
        assert {file.relative_to(there) for file in (there / folder).rglob(pattern)} == shipped
    assert not list(prefix.rglob("__pycache__"))


def test_each_verb_has_a_manual_page(installed, prefix):
    verbs = re.findall(r"^  ([a-z][a-z-]*)  ", installed.good("--help"), re.MULTILINE)
    pages = {file.stem for file in (prefix / "share/man/man1").iterdir()}
    assert {"vqlab", "vqlab-ring-replay", "vqlab-policy-try"} | {f"vqlab-{verb}" for verb in verbs} <= pages
    assert len(verbs) > 20
    for page in (prefix / "share/man/man1").iterdir():
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f'.TH "{page.stem}" 1 '.replace("-", "\\-")), page
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True,
                                  check=True)
            assert done.stderr == ""


def test_the_manual_has_the_environment(installed):
    """Every variable of ours that a source reads."""
    sources = [*(program.ROOT / "analysis").rglob("*.cpp"), *(program.ROOT / "sim").rglob("*.cpp")]
    read = {name for file in sources for name in re.findall(r'getenv\("(\w+)"\)', file.read_text(encoding="utf-8"))}
    named = set(re.findall(r"^\\fB([A-Z_]+)\\fR$", installed.good("man"), re.MULTILINE))
    assert named == read - {"PATH", "HOME", "XDG_CACHE_HOME"}


def test_a_page_says_what_the_help_says(installed):
    page = installed.good("man", "ring", "replay")
    for words in (".SH SYNOPSIS\n\\fBvqlab ring replay\\fR [\\fIOPTIONS\\fR] \\fIFILE\\fR ...\n", "add TOKEN oLEN+LEN",
                  ".SH EXIT STATUS\n0 all agree; 1 at least one differs"):
        assert words in page
    done = installed.call("man", "ring", "reply")
    assert done.returncode == 2 and 'did you mean "ring replay"?' in done.stderr


COMPLETIONS = [
    (["compa"], ["compare"]),
    (["ring", "re"], ["replay"]),
    (["run", "skew"], ["skew", ":files"]),
    (["compare", "skew", "--pol"], ["--policy"]),
    (["compare", "skew", "--policy", "single_queue,per_"], ["single_queue,per_vcpu", ":files"]),
    (["compare", "--policy=per_"], ["--policy=per_vcpu", ":files"]),
    (["import", "--fio", "a.fio", "--machine", "letter_2012_f"], ["letter_2012_fitted", ":files"]),
    (["run", "--set", "guest.vc"], ["guest.vcpus="]),
    (["run", "--set", "guest.policy=per_"], ["guest.policy=per_vcpu"]),
    (["run", "--set", "host.device=opt"], ["host.device=optane_p4800x"]),
    (["run", "--set", "machine=letter_2012_f"], ["machine=letter_2012_fitted"]),
    (["order", "per_"], ["per_vcpu", ":files"]),
    (["order", "per_vcpu", "--driver", "multi"], ["multiqueue"]),
    (["list", "dev"], ["devices"]),
    (["run", "--executor", ""], ["local", "slurm"]),
    (["run", "--jobs", ""], []),
    (["explain", ""], [":folders"]),
]


@pytest.mark.parametrize("words, expected", COMPLETIONS, ids=lambda value: " ".join(value))
def test_a_shell_is_told_what_may_stand_next(installed, words, expected):
    lines = installed.good("complete", "--", *words).splitlines()
    assert [line.split("\t")[0] for line in lines] == expected


def test_bash_completes(installed, prefix):
    """With its own way to break words, at the equals sign too."""
    script = prefix / "share/bash-completion/completions/vqlab"
    for typed, expected in ((["vqlab", "compa"], ["compare"]), (["vqlab", "run", "--set", "guest.policy", "=", "per_"],
                                                                  ["per_vcpu"])):
        ask = f'source {str(script)!r}; compopt() {{ :; }}; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _vqlab; ' \
              'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", ask, "bash", installed.binary, *typed[1:]], capture_output=True, text=True,
                              env=installed.env, check=True)
        assert done.stdout.split() == expected


def test_what_is_not_found_says_where_it_was_looked_for(installed, tmp_path):
    nowhere = {"VQLAB_HOME": str(tmp_path)}
    for words, code in ((["list", "machines"], 2), (["list", "devices"], 2), (["run"], 2), (["check", "skew"], 2),
                        (["claims"], 2), (["tune", "sticky_timeout"], 2), (["new-policy", "mine"], 2),
                        (["worst", "least_loaded"], 2), (["plot", "."], 1)):
        done = installed.call(*words, **nowhere)
        assert (done.returncode, done.stdout) == (code, ""), (words, done.stdout, done.stderr)
        assert str(tmp_path) in done.stderr and "accepted" in done.stderr + "accepted" * (code == 1), done.stderr


def test_an_unknown_study_and_machine_say_where_they_were_looked_for(installed, prefix):
    home = prefix / "share/vqlab/scenarios"
    done = installed.call("check", "skeww")
    assert done.returncode == 2
    assert done.stderr == ("skeww: file: found nothing that can be read; accepted: a scenario file, or the name of one "
                           f"in {home}/studies or {home}/tutorial\n")
    done = installed.call("run", "skew", "--set", "machine=letter")
    assert done.returncode == 2
    assert f"; looked in {home}/studies/machines or {home}/machines" in done.stderr


def fake_python(folder, has_libraries):
    folder.mkdir()
    python = folder / "python3"
    python.write_text(f"#!/bin/sh\n[ \"$1\" = -c ] && exit {0 if has_libraries else 5}\necho drawn by \"$0\"\n",
                      encoding="utf-8")
    python.chmod(0o755)
    return python


def test_python_is_the_first_that_has_what_is_needed(installed, tmp_path):
    good, bad = (fake_python(tmp_path / name, name == "good") for name in ("good", "bad"))
    empty = tmp_path / "no results"
    empty.mkdir()
    path = f"{good.parent}:/usr/bin:/bin"
    assert installed.good("plot", empty, PATH=path) == f"drawn by {good}\n"
    # It lacks numpy and pandas (bits 1 and 4), so Debian's is next, which finds nothing to draw.
    done = installed.call("plot", empty, PATH=f"{bad.parent}:/usr/bin:/bin")
    assert done.returncode == 2 and "drawn" not in done.stdout
    assert installed.good("plot", empty, PATH=path, VQLAB_PYTHON=str(bad)) == f"drawn by {bad}\n"
    done = installed.call("plot", empty, VQLAB_PYTHON="/no/python")
    assert done.returncode == 1
    assert "/no/python cannot be started" in done.stderr and "python3-matplotlib" in done.stderr
