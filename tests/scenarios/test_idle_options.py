"""An option that has no effect beside another one is a fault, and not a silent one."""

import pytest

from tests.scenarios import program

STUDY = program.SCENARIOS / "tutorial" / "03_two_curves.json"
OF_SIMULATIONS = (("--jobs", "2"), ("--no-cache",), ("--resume",), ("--force",), ("--shard", "1/2"),
                  ("--executor", "local"))
OF_SLURM = (("--array-limit", "3"), ("--time", "10"), ("--partition", "fast"), ("--export-script",))
SIMULATING = (("run", STUDY), ("compare", STUDY, "--policy", "all"), ("ablate", STUDY), ("claims",),
              ("design", STUDY),
              ("predict", STUDY), ("explain", "result"), ("calibrate", STUDY))


def refused(words, tmp_path):
    done = program.call(*words, cwd=tmp_path)
    assert done.returncode == 2, (words, done.stdout, done.stderr)
    assert not list(tmp_path.iterdir())
    return done.stderr


@pytest.mark.parametrize("beside", [("--no-simulation",), ("--against", "result")], ids=lambda words: words[0])
def test_what_simulates_nothing_takes_no_option_of_simulations(beside, tmp_path):
    said = refused(("predict", STUDY, *beside, *(word for option in OF_SIMULATIONS for word in option)), tmp_path)
    for option in OF_SIMULATIONS:
        assert f"{option[0]}: option: found one that has no effect beside {beside[0]}" in said


@pytest.mark.parametrize("verb", SIMULATING, ids=lambda words: words[0])
def test_options_of_slurm_need_slurm(verb, tmp_path):
    given = [word for option in OF_SLURM for word in option]
    for executor in ((), ("--executor", "local")):
        said = refused((*verb, *given, *executor), tmp_path)
        for option in OF_SLURM:
            assert f"{option[0]}: option: found one that has no effect beside --executor local" in said


def test_order_takes_no_device_without_a_target(tmp_path):
    assert "--devices: value: found 2" in refused(("order", "per_vcpu", "--devices", "2"), tmp_path)
    good = program.call("order", "target_sticky", "--devices", "2", "--targets", "2", "--requests", "2")
    assert good.returncode == 0, good.stderr


def test_a_replay_explores_nothing(tmp_path):
    said = refused(("order", "per_vcpu", "--replay", "0/a", "--jobs", "2", "--most-states", "9"), tmp_path)
    assert "--jobs: option" in said and "--most-states: option" in said


def test_the_rest(tmp_path):
    assert "found beside --machine" in refused(("check", "--machine", STUDY, "--set", "guest.vcpus=2"), tmp_path)
    assert "--shard" in refused(("explain", "result", "--out", "elsewhere"), tmp_path)
    assert "a fit has no parts" in refused(("calibrate", STUDY, "--shard", "1/2"), tmp_path)
    for verb in ("tune", "worst"):
        assert "a search has no parts" in refused((verb, "sticky_timeout", "--shard", "1/2"), tmp_path)
