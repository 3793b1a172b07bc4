"""What the pages of docs/how-to have their reader add, built into the program: each is its own files and no edit."""

import csv
import json
import os

import jsonschema
import pytest

import more_files
import program

DRIVER = more_files.page("driver")
HOST_PART = more_files.page("host_part")
POLICY = more_files.page("policy")
QUESTION = more_files.page("question")

pytestmark = pytest.mark.skipif(program.is_sanitized(), reason="compiles for some seconds; once is enough")


@pytest.fixture(scope="module", name="tree")
def with_all_files(tmp_path_factory) -> more_files.Tree:
    tree = more_files.Tree(tmp_path_factory.mktemp("home"))
    # As ./lab new-policy leaves it, before its reader fills it in.
    begun = program.call("new-policy", "unfilled", env={**os.environ, "VQLAB_HOME": str(tree.home)})
    assert begun.returncode == 0, begun.stderr
    for page in more_files.PAGES:
        tree.add(more_files.shown(page.read_text(encoding="utf-8")))
    picked = "QueueId(view.submitter.value % view.queues)"
    broken = (tree.home / "models/steering/policies/unfilled.cpp").read_text(encoding="utf-8")
    assert picked in broken
    broken = broken.replace(picked, "QueueId(view.queues + 4)").replace("unfilled", "no_such_queue")
    tree.add({"models/steering/policies/no_such_queue.cpp": broken})
    tree.build()
    return tree


def test_a_version_of_the_driver_runs_as_the_page_says(tree, tmp_path):
    assert set(more_files.shown(DRIVER)) == {"models/command/drivers/scsi_mq.cpp"}
    listed, = more_files.commands(DRIVER, "list")
    assert "scsi_mq" in tree.call(listed).stdout
    run, = more_files.commands(DRIVER, "run")
    done = tree.call(run + f" --out {tmp_path} --no-figures --no-long-runs --quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    # Its policy is built in.
    refused = tree.call("./lab check scenarios/tutorial/01_one_target.json --set guest.driver=scsi_mq")
    assert refused.returncode == 2 and "per_vcpu" in refused.stderr


def test_a_host_part_is_listed_with_its_parameters(tree):
    assert "vhost_user" in tree.call("./lab list servers").stdout
    assert "vhost_user.reactors = 1" in tree.call("./lab list parts").stdout


def test_a_host_part_runs_as_the_page_says(tree, tmp_path):
    for number, command in enumerate(more_files.commands(HOST_PART, "run")):
        out = tmp_path / str(number)
        done = tree.call(command + f" --out {out} --no-figures --no-long-runs")
        assert done.returncode == 0, done.stdout + done.stderr
        with (out / "points.csv").open(encoding="utf-8", newline="") as file:
            points = list(csv.DictReader(file))
        # It polls: nobody has to kick it, but for the first time.
        assert points and all(float(point["kicks_per_io"]) < 0.01 for point in points)


def test_rules_of_a_host_part_are_kept(tree):
    done = tree.call("./lab check scenarios/tutorial/01_one_target.json --set host.server=vhost_user")
    assert done.returncode == 2
    assert "there is no thread pool" in done.stderr


def test_a_policy_that_was_only_begun_asks_to_be_filled_in(tree):
    assert "./lab new-policy by_lun" in POLICY
    assert tree.run_tests("*EveryPolicy*unfilled*").returncode == 0
    unfilled = tree.run_tests("UnfilledPolicy.*")
    assert unfilled.returncode == 1 and "say here which queue" in unfilled.stdout


def test_a_policy_passes_its_tests_and_runs_as_the_page_says(tree, tmp_path):
    assert set(more_files.shown(POLICY)) == {"models/steering/policies/by_lun.cpp",
                                             "tests/conformance/by_lun_policy_test.cpp"}
    done = tree.run_tests("*by_lun*:ByLunPolicy.*")
    assert done.returncode == 0, done.stdout
    for verb in ("run", "order", "compare"):
        for command in more_files.commands(POLICY, verb):
            if verb != "order":
                command += f" --out {tmp_path / verb} --no-figures" + (" --no-long-runs" if verb == "run" else "")
            done = tree.call(command)
            assert "by_lun" in command and done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "by_lun" in tree.call("./lab list policies").stdout


@pytest.mark.parametrize("name", [
    "By_lun", "2_lun", "lun-2", "lun_", "lun__2", "_lun", "", " ", "lün", "../lun", "a" * 41, "target_sticky",
    "steering_policy", "queue_id", "policy_setup", "id", "registry", "line_word", "e_o_f", "n_u_l_l", "x", "class",
    "int", "co_await", "nullptr"])
def test_a_policy_name_that_cannot_be_used_writes_nothing(tmp_path, name):
    done = program.call("new-policy", "--", name, env={**os.environ, "VQLAB_HOME": str(tmp_path)})
    assert done.returncode == 2 and "NAME" in done.stderr
    assert not list(tmp_path.iterdir())


# Accepted, though each is a name somewhere: of namespaces, functions, variables, macros' letters, other plug-ins.
NASTY = ["std", "vqlab", "test", "registered", "make_policy", "k_hold", "seconds", "policy", "steering_policy_2",
         "queueid", "eof", "null", "main", "blk_mq", "a1_b2_c3d", "steering_history", "e2big", "t_value"]


def test_every_name_that_is_accepted_compiles(tmp_path):
    folder = tmp_path / "models/steering/policies"
    folder.mkdir(parents=True)
    (tmp_path / "tests/conformance").mkdir(parents=True)
    for name in NASTY:
        done = program.call("new-policy", name, env={**os.environ, "VQLAB_HOME": str(tmp_path)})
        assert done.returncode == 0, done.stderr
    # One after the other in one compilation: what each registers has a name of its own there.
    together = "".join(f'#define registered registered_{number}\n#include "{folder / name}.cpp"\n#undef registered\n'
                       for number, name in enumerate(NASTY))
    (tmp_path / "all.cpp").write_text(together, encoding="utf-8")
    more_files.check_syntax(tmp_path / "all.cpp", like="models/steering/policies/per_vcpu.cpp")


def test_a_policy_that_picks_a_queue_that_is_not_there_is_refused_with_its_name(tree, tmp_path):
    run = f"./lab run scenarios/tutorial/02_sweep.json --set guest.policy=no_such_queue --out {tmp_path} --quiet"
    failed = tree.call(run + " --no-figures")
    assert failed.returncode == 1
    assert "policy no_such_queue breaks its contract: pick() returned queue 8; it returns a queue below view.queues" \
        in failed.stderr
    predicted = tree.call("./lab predict scenarios/tutorial/02_sweep.json --no-simulation "
                          "--set guest.policy=no_such_queue")
    assert predicted.returncode == 1 and "policy no_such_queue breaks its contract" in predicted.stderr
    refused = tree.call("./lab order no_such_queue")
    assert refused.returncode == 1 and "refused: policy no_such_queue breaks its contract" in refused.stdout
    tested = tree.run_tests("*EveryPolicy.*no_such_queue")
    assert tested.returncode == 1 and "pick() returned queue" in tested.stdout


def test_a_question_runs_as_the_page_says_and_draws_its_figure(tree, tmp_path):
    assert "saturation" in tree.call("./lab --help").stdout
    [run], [ask] = (more_files.commands(QUESTION, verb) for verb in ("run", "saturation"))
    assert tree.call(run.replace("results/", f"{tmp_path}/") + " --no-long-runs").returncode == 0
    done = tree.call(ask.replace("results/", f"{tmp_path}/"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("series,targets,bandwidth_mib_per_s\ndefault,")
    drawn = tmp_path / "sweep" / "saturation" / "figures"
    drawings = {f"saturation.{kind}" for kind in ("csv", "png", "svg")}
    assert {path.name for path in drawn.iterdir()} == {*drawings, ".vqlab"}
    answer = json.loads(tree.call(ask.replace("results/", f"{tmp_path}/") + " --json").stdout)
    jsonschema.validate(answer, json.loads(tree.call("./lab schema --output saturation").stdout))
    assert answer["answer"]["saturation"][0]["series"] == "default"
    assert tree.call(f"./lab saturation {tmp_path}").returncode == 2


def test_without_the_files_they_are_unknown():
    listed = program.call("list").stdout + program.call("--help").stdout
    assert not any(name in listed for name in ("vhost_user", "by_lun", "saturation", "scsi_mq"))
