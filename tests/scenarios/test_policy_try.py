"""From a policy's file to a judged curve: `vqlab policy try`, and files in the place of policies' names."""

import csv
import fnmatch
import os
import signal
import subprocess
import time

import pytest

import program

POLICIES = program.ROOT / "models" / "steering" / "policies"
SHORT = ["--seconds", "0.01", "--seeds", "1,2", "--set", "sweep.targets=[4]",
         "--set", "precision.half_width_percent=20", "--set", "precision.min_simulated_s=0.002",
         "--set", "precision.max_simulated_s=0.004"]

deep = pytest.mark.skipif("VQLAB_DEEP" not in os.environ, reason="compiles a policy a dozen times; see VQLAB_DEEP")

# As per_vcpu, but for a number that is added.
MINE = """#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

struct MineParams {
  std::uint32_t shift = SHIFT;
  friend bool operator==(const MineParams&, const MineParams&) = default;
};

const ParamTable& params_of(const MineParams*) {
  static const ParamTable table{
      "mine", "A test's.", {integer("shift", &MineParams::shift, {0, 64}, "queues", "Queues that it is off.")}};
  return table;
}

const PartParamsRegistration<MineParams> params;

class Mine final : public SteeringPolicy {
 public:
  explicit Mine(const PolicySetup& setup) : shift_(setup.params.get<MineParams>().shift) {}
  QueueId pick(const SteeringView& view) const override {
    return QueueId((view.submitter.value + shift_) % view.queues);
  }

 private:
  std::uint32_t shift_;
};

const PolicyRegistration registered{"mine", {.promise = OrderPromise::kNone,
                                             .cost = {},
                                             .help = "The submitter's queue, or another.",
                                             .source = "a test",
                                             .make = make_policy<Mine>}};

}  // namespace
}  // namespace vqlab
"""


def mine(folder, text=MINE, shift=0, name="mine"):
    file = folder / f"{name}.cpp"
    file.write_text(text.replace("SHIFT", str(shift)), encoding="utf-8")
    return file


def points(folder):
    """By policy and seed, all that is measured."""
    with (folder / "points.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    named = {"guest.policy", "point", "series", "label"}
    return {(row["guest.policy"], row["seed"]): {key: value for key, value in row.items() if key not in named}
            for row in rows}


def files_in(folder):
    return sorted(path for path in folder.rglob("*"))


def test_one_command_compiles_proves_compares_and_draws(tmp_path):
    """Nothing is left where the file lies, nor in the temporary folder."""
    file = mine(tmp_path)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = program.call("policy", "try", file, *SHORT[2:], "--seconds", "1", cwd=tmp_path,
                        env={**os.environ, "TMPDIR": str(temporary)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine.cpp compiled and loaded in" in done.stderr
    assert "every command came back in all" in done.stdout
    assert "2 policies at 1 point, 2 seeds" in done.stdout
    out = tmp_path / "results" / "mine_try"
    assert (out / "figures" / "policy_bandwidth.png").exists()
    assert not files_in(temporary)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.cpp", "results", "tmp"}


@deep
def test_a_loaded_policy_is_the_built_in_one_to_the_byte(tmp_path):
    """Which of the two comes first is the code's business, not the file's: with shift 0 it is per_vcpu."""
    out = tmp_path / "out"
    done = program.call("policy", "try", mine(tmp_path), *SHORT, "--baseline", "per_vcpu", "--out", out, "--no-figures")
    assert done.returncode == 0, done.stdout + done.stderr
    # Two requests are proven in any time; what else was not explored is said.
    assert "up to 2 requests" in done.stdout and "not explored to its end in 0.01 s: " in done.stdout
    found = points(out)
    for seed in ("1", "2"):
        assert found["mine", seed] == found["per_vcpu", seed]


@deep
def test_changed_code_never_takes_the_results_of_the_old(tmp_path):
    cache = {**os.environ, "VQLAB_CACHE": str(tmp_path / "cache")}

    def run(out, shift):
        done = program.call("compare", program.SCENARIOS / "tutorial" / "03_two_curves.json", "--policy",
                            mine(tmp_path, shift=shift), *SHORT[2:], "--out", out, "--no-figures", env=cache)
        assert done.returncode == 0, done.stderr
        return done.stderr, points(out)

    said, first = run(tmp_path / "a", 0)
    assert "come from the cache" not in said
    said, same = run(tmp_path / "b", 0)
    assert "4 of 4 points" in said and same == first
    said, other = run(tmp_path / "c", 1)
    assert "2 of 4 points" in said  # the baseline's
    bandwidth = "bandwidth_mib_per_s"
    assert other["mine", "1"][bandwidth] != first["mine", "1"][bandwidth]
    assert other["target_sticky", "1"][bandwidth] == first["target_sticky", "1"][bandwidth]
    # Nor are they mixed in one folder.
    done = program.call("compare", program.SCENARIOS / "tutorial" / "03_two_curves.json", "--policy",
                        mine(tmp_path, shift=2), *SHORT[2:], "--out", tmp_path / "a", "--no-figures", "--resume",
                        env=cache)
    assert done.returncode == 2 and points(tmp_path / "a") == first


@deep
def test_parameters_of_a_file(tmp_path):
    out = tmp_path / "out"
    file = mine(tmp_path)
    done = program.call("compare", program.SCENARIOS / "tutorial" / "03_two_curves.json", "--policy",
                        f"{file}{{shift=1}},{file}", "--pairs", *SHORT[2:], "--out", out, "--no-figures")
    assert done.returncode == 0, done.stderr
    found = points(out)
    assert found["mine{shift=1}", "1"] != found["mine", "1"]
    with (out / "pairs.csv").open(encoding="utf-8", newline="") as table:
        pairs = {(row["policy"], row["against"]) for row in csv.DictReader(table)}
    assert pairs == {("mine", "mine{shift=1}"), ("target_sticky", "mine{shift=1}"), ("target_sticky", "mine")}
    refused = program.call("order", f"{file}{{shift=65,turn=1}}")
    assert refused.returncode == 2
    assert "mine.shift: found 65" in refused.stderr and 'the key "turn" of mine; accepted: shift' in refused.stderr


@deep
def test_a_policy_of_the_program_makes_room_for_its_file(tmp_path):
    text = (POLICIES / "sticky_timeout.cpp").read_text(encoding="utf-8").replace("idle_us = 1000;", "idle_us = 70;")
    file = mine(tmp_path, text, name="sticky_timeout")
    # Its own parameters, not those of the program's.
    text = (POLICIES / "sticky_timeout.cpp").read_text(encoding="utf-8").replace("idle_us", "idle_for_us")
    (tmp_path / "other").mkdir()
    other = mine(tmp_path / "other", text, name="sticky_timeout")
    assert program.call("order", file, "--requests", "2").returncode == 0
    assert program.call("order", f"{other}{{idle_for_us=3}}", "--requests", "2").returncode == 0
    refused = program.call("order", f"{other}{{idle_us=3}}", "--requests", "2")
    assert refused.returncode == 2 and "idle_for_us" in refused.stderr


def test_a_broken_promise_ends_it(tmp_path):
    text = MINE.replace("OrderPromise::kNone", "OrderPromise::kPerTarget")
    done = program.call("policy", "try", mine(tmp_path, text), cwd=tmp_path)
    assert done.returncode == 1
    assert "it promises order and moves from queue" in done.stdout
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("text, said", [
    (MINE.replace("QueueId pick", "QueueId pikc"), "error: "),
    (MINE.replace('registered{"mine"', 'registered{"yours"'), "a policy has the name of its file"),
    pytest.param("#include <string>\nnamespace vqlab {}\n", "a policy has the name of its file", marks=deep),
    pytest.param(MINE.replace("class Mine ", "int elsewhere();\nclass Mine ").replace("+ shift_)", "+ elsewhere())"),
                 "elsewhere", marks=deep),
])
def test_what_cannot_be_loaded_is_said(tmp_path, text, said):
    done = program.call("policy", "try", mine(tmp_path, text), cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("pick, said", [
    ("*static_cast<volatile int*>(nullptr) = 0;", "bad pointer"),
    pytest.param("throw 7;", "exception that nobody caught", marks=deep),
])
def test_a_policy_that_crashes_is_named(tmp_path, pick, said):
    text = MINE.replace("    return QueueId(", f"    if (view.queues > 1) {pick}\n    return QueueId(")
    file = mine(tmp_path, text)
    done = program.call("policy", "try", file, cwd=tmp_path)
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert f"crashed after {file} was loaded" in done.stderr and said in done.stderr
    assert not (tmp_path / "results").exists()


@deep
def test_a_policy_that_does_not_return_hears_the_second_interrupt(tmp_path):
    endless = "    for (volatile bool on = true; on;) {}\n    return QueueId("
    file = mine(tmp_path, MINE.replace("    return QueueId(", endless))
    with subprocess.Popen([program.binary(), "order", str(file)], stdout=subprocess.DEVNULL) as running:
        for _ in range(2):
            time.sleep(8)
            running.send_signal(signal.SIGINT)
        assert running.wait(20) in (130, -signal.SIGINT)


def test_without_compiler_headers_or_file(tmp_path):
    file = mine(tmp_path)
    done = program.call("policy", "try", file, env={**os.environ, "CXX": "no_such_compiler"})
    assert done.returncode == 2 and "no_such_compiler cannot be started" in done.stderr and "g++" in done.stderr
    done = program.call("policy", "try", file, env={**os.environ, "VQLAB_HOME": str(tmp_path)})
    assert done.returncode == 2 and "no headers" in done.stderr and f"VQLAB_HOME, {tmp_path}" in done.stderr
    (tmp_path / "models/steering").mkdir(parents=True)
    (tmp_path / "models/steering/policy.hpp").write_text("// not that of the program\n", encoding="utf-8")
    done = program.call("policy", "try", file, env={**os.environ, "VQLAB_HOME": str(tmp_path)})
    assert done.returncode == 2 and "other headers" in done.stderr
    done = program.call("policy", "try", tmp_path / "none.cpp", "--baseline", "neither.cpp")
    assert done.returncode == 2 and "none.cpp" in done.stderr and "neither.cpp" in done.stderr


@deep
def test_a_cluster_does_not_get_it(tmp_path):
    done = program.call("compare", program.SCENARIOS / "tutorial" / "03_two_curves.json", "--policy", mine(tmp_path),
                        *SHORT[2:], "--executor", "slurm", "--out", tmp_path / "out")
    assert done.returncode == 2 and "a file of its own" in done.stderr


def test_the_program_shows_what_policies_need_and_no_more():
    """Else a library's name could be bound to one of ours."""
    text = (program.ROOT / "cmake" / "shown_to_policies.txt").read_text(encoding="utf-8")
    patterns = [line.strip().rstrip(";") for line in text.splitlines() if "vqlab::" in line]
    shown = subprocess.run(["nm", "-DC", "--defined-only", program.binary()], capture_output=True, text=True,
                           check=True)
    names = [line.split(" ", 2)[2] for line in shown.stdout.splitlines()]
    ours = [name for name in names if "vqlab::" in name]
    assert any("vqlab::Registry<vqlab::PolicyEntry>::instance" in name for name in ours)
    assert [name for name in ours if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)] == []
