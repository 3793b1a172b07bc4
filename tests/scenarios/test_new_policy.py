"""The tutorial of docs/how-to/policy.md, step by step, with nothing edited but the two files that it begins with."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import more_files
import program

PAGE = (program.ROOT / "docs" / "how-to" / "policy.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(program.is_sanitized(), reason="compiles for half a minute; once is enough")


class Tree:
    """A source tree with one more policy, and what the build makes of it."""

    def __init__(self, folder: Path, name: str):
        self.policy = folder / "models/steering/policies" / f"{name}.cpp"
        self.test = folder / "tests/conformance" / f"{name}_policy_test.cpp"
        self.vqlab = folder / "vqlab"
        self.tests = folder / "test_conformance"
        for file in (self.policy, self.test):
            file.parent.mkdir(parents=True)

    def build(self) -> None:
        policy = more_files.compiled(self.policy, "policies/target_sticky.cpp")
        test = more_files.compiled(self.test, "conformance/policies_test.cpp")
        more_files.linked("vqlab", self.vqlab, [policy])
        more_files.linked("tests/test_conformance", self.tests, [policy, test])

    def call(self, command: str) -> subprocess.CompletedProcess:
        return more_files.call(self.vqlab, command)

    def run_tests(self, only: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.tests, f"--gtest_filter={only}"], capture_output=True, text=True, check=False)


def test_the_tutorial(tmp_path):
    tree = Tree(tmp_path, "by_lun")
    begun = program.call("new-policy", "by_lun", env={**os.environ, "VQLAB_HOME": str(tmp_path)})
    assert begun.returncode == 0, begun.stderr
    assert "./lab new-policy by_lun" in PAGE

    # As it is written it is a policy like any other, and its own test asks to be filled in.
    tree.build()
    assert tree.run_tests("*EveryPolicy*by_lun*").returncode == 0
    unfilled = tree.run_tests("ByLunPolicy.*")
    assert unfilled.returncode == 1 and "say here which queue" in unfilled.stdout

    tree.policy.write_text(more_files.code_of(PAGE, "models/steering/policies/by_lun.cpp"), encoding="utf-8")
    tree.test.write_text(more_files.code_of(PAGE, "tests/conformance/by_lun_policy_test.cpp"), encoding="utf-8")
    tree.build()
    done = tree.run_tests("*by_lun*:ByLunPolicy.*")
    assert done.returncode == 0, done.stdout

    commands = re.findall(r"^(\./lab (?:list|run|order|compare)[^\n]*by_lun[^\n]*)$", PAGE, re.MULTILINE)
    assert {command.split()[1] for command in commands} == {"run", "order", "compare"}
    for command in commands:
        if command.split()[1] != "order":
            command += f" --out {tmp_path / command.split()[1]} --no-figures"
        done = tree.call(command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "by_lun" in tree.call("./lab list policies").stdout


@pytest.mark.parametrize("name", ["By_lun", "2_lun", "lun-2", "lun_", "target_sticky"])
def test_a_name_that_cannot_be_used_writes_nothing(tmp_path, name):
    tree = Tree(tmp_path, "x")
    done = program.call("new-policy", name, env={**os.environ, "VQLAB_HOME": str(tmp_path)})
    assert done.returncode == 2 and "NAME" in done.stderr
    assert not list(tree.policy.parent.iterdir()) and not list(tree.test.parent.iterdir())
